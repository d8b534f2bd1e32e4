"""Answers over the built-in guides, as a mentor would get them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import assistant.app
from assistant import Assistant, Settings, open_assistant
from assistant.answering.answer import Answer
from assistant.guides.audience import speaks_to


@pytest.fixture(scope="module")
def tandem(tmp_path_factory: pytest.TempPathFactory, embeddings: object) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assistant.app, "load_embeddings", lambda _: embeddings)
        with open_assistant(Settings(home=home)) as opened:
            opened.wait()
            yield opened


def last(tandem: Assistant, *contents: str) -> Answer:
    """The answer to the last of messages that alternate between person and Tandem."""
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(contents)]
    *_, answer = tandem.respond(messages)
    return answer


@pytest.mark.parametrize(
    ("question", "language", "guide", "words"),
    [
        ("How do I listen actively?", "en", "active-listening", "Listen to the end"),
        ("Wie höre ich gut zu?", "de", "active-listening", "zuhören"),
        ("What are open questions?", "en", "open-questions", "open question"),
        ("Was sind offene Fragen?", "de", "open-questions", "Offene Fragen sind"),
        ("What do I say about confidentiality?", "en", "limits-and-confidentiality", "stays"),
        ("Was tun, wenn im ersten Treffen alle schweigen?", "de", "first-meeting", "Treffen"),
        ("Give me reflection prompts", "en", "reflection-prompts", "?"),
        ("Mein Mentee hat Streit mit den Eltern", "de", "conflict-between-mentee", "Streit"),
    ],
)
def test_a_question_is_answered_from_the_guide_that_knows(
    tandem: Assistant, question: str, language: str, guide: str, words: str
) -> None:
    answer = tandem.ask(question)
    assert answer.language == language
    assert any(guide in c.passage.path for c in answer.citations)
    assert {c.passage.language for c in answer.citations} == {language}
    assert words in answer.text


@pytest.mark.parametrize(
    ("question", "section", "lines"),
    [
        ("How long can I stay silent before it gets awkward?", "How long should I wait", 4),
        ("She cries and I don't know what to do", "What do I do when my mentee cries", 4),
        ("My mentee writes to me at midnight", "Messages late at night", 4),
        ("How do I end our mentoring well?", "How to do it", 8),
        ("What questions help someone decide between two jobs?", "Questions to ask", 8),
        ("My mentee didn't show up again. What do I write?", "Words you can use", 6),
        ("Wie läuft eine kollegiale Beratung ab?", "So geht es", 6),
        ("Wie geht gewaltfreie Kommunikation in vier Schritten?", "So geht es", 7),
        ("Sie fängt an zu weinen, was sage ich?", "Was mache ich, wenn meine Mentee weint", 4),
        ("Das Ziel meiner Mentee ist viel zu groß", "Das Ziel ist unrealistisch", 5),
    ],
)
def test_the_section_that_search_leads_to_is_shown_whole(
    tandem: Assistant, question: str, section: str, lines: int
) -> None:
    cited = tandem.ask(question).citations
    assert cited[0].passage.heading_path[-1].startswith(section)
    first = [c for c in cited if c.passage.heading_path == cited[0].passage.heading_path]
    assert len(first) >= lines
    assert len({c.passage.guide_id for c in cited}) == 1


def test_lines_to_say_come_along_only_where_they_are_about_the_case(tandem: Assistant) -> None:
    apt = tandem.ask("How long can I stay silent before it gets awkward?")
    assert "### Words you can say" in apt.text
    assert 1 <= sum("Words" in c.passage.heading_path[-1] for c in apt.citations) <= 3
    money = tandem.ask("My mentee keeps asking me for money")
    assert "Do not lend or give money" in money.text
    assert "secret" not in money.text, "the guide's lines on confidentiality aren't about money"


@pytest.mark.parametrize(
    ("question", "case"),
    [
        # "zu spielen" is no wish for a game.
        (
            "Mein Mentee ist seit 2 Monaten aus der Haft raus und hängt wieder mit den alten "
            "Kumpels rum. Wie spreche ich das an ohne gleich den Moralapostel zu spielen?",
            "Alte Freunde am Tor",
        ),
        (
            "I have 90 minutes to train mentors in listening. Any exercises?",
            "Role-plays for listening",
        ),
        # Steps for all stand as near.
        (
            "Muss ich mir nach den Treffen Notizen machen und wo darf ich die aufbewahren?",
            "Darf ich mir Notizen machen, und wer sieht sie?",
        ),
    ],
)
def test_a_case_that_is_meant_comes_first(tandem: Assistant, question: str, case: str) -> None:
    assert tandem.ask(question).citations[0].passage.heading_path[-1] == case


@pytest.mark.parametrize(
    "question",
    ["My mentor talks about herself all the time", "Mein Mentor meldet sich nicht mehr, was tun?"],
)
def test_who_asks_about_their_mentor_gets_no_lines_for_mentors(tandem: Assistant, question) -> None:
    answer = tandem.ask(question)
    assert answer.kind == "question" and answer.citations
    assert all(speaks_to(path) == "mentee" for path in with_lines_to_say(answer))


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("My mentor said something that hurt me. What can I say?", "en/you-and-your-mentor.md"),
        ("Meine Mentorin hat mich gekränkt, wie sag ich das?", "de/you-and-your-mentor.md"),
    ],
)
def test_a_mentee_who_asks_for_words_gets_those_for_mentees(
    tandem: Assistant, question: str, path: str
) -> None:
    assert path in with_lines_to_say(tandem.ask(question))


@pytest.mark.parametrize(
    ("question", "guide"),
    [
        ("I have no time for all of my mentees any more", "mentors-own-wellbeing"),
        ("mein mentor versteht mich nicht", "you-and-your-mentor"),
        ("mag meine mentorin nicht besonders", "being-a-mentee"),
        ("i moved here in january and still don't have one single friend", "your-friends"),
        ("ich schieb die hausarbeit seit wochen vor mir her", "your-studies"),
    ],
)
def test_a_guide_leads_that_speaks_to_whoever_asks(
    tandem: Assistant, question: str, guide: str
) -> None:
    assert guide in tandem.ask(question).citations[0].passage.path


@pytest.mark.parametrize(
    ("question", "guide"),
    [
        (
            "I was given a mentee who's the daughter of my boss. How do I deal with it if she "
            "tells me something about work?",
            "limits-and-confidentiality",
        ),
        ("my mentee and I don't really click, can i ask for another one", "matching"),
    ],
)
def test_what_search_puts_first_leads_even_where_much_else_is_told(
    tandem: Assistant, question: str, guide: str
) -> None:
    assert guide in tandem.ask(question).citations[0].passage.path


def with_lines_to_say(answer: Answer) -> list[str]:
    """The guides whose lines to say stand in an answer."""
    return [
        c.passage.path
        for c in answer.citations
        if c.passage.heading_path[-1].startswith(("Words", "Worte"))
    ]


def test_more_for_a_mentee_has_no_lines_for_mentors_either(tandem: Assistant) -> None:
    first = "My mentor talks about herself all the time"
    told = [{"role": "user", "content": first}]
    told += [{"role": "assistant", "content": tandem.ask(first).text}]
    *_, more = tandem.respond([*told, {"role": "user", "content": "more"}])
    assert all(speaks_to(path) == "mentee" for path in with_lines_to_say(more))


def test_a_question_in_a_lines_own_words_gets_its_section(tandem: Assistant) -> None:
    answer = tandem.ask("How do I say no without losing her?")
    assert answer.citations[0].passage.path == "en/limits-and-confidentiality.md"


def test_who_tells_before_asking_gets_what_is_asked(tandem: Assistant) -> None:
    told = "Mein Mentee hat mich angelogen, er war gar nicht bei der Bewerbung."
    answer = tandem.ask(f"{told} Wie spreche ich das an?")
    assert answer.citations[0].passage.path == "de/building-trust.md"


def test_warnings_alone_are_no_answer_to_what_to_do(tandem: Assistant) -> None:
    answer = tandem.ask("Wie viele Fragen hintereinander sind okay?")
    assert answer.text.startswith("### So geht es")
    assert 1 <= sum("Worauf" in c.passage.heading_path[-1] for c in answer.citations) <= 2


def test_no_warning_is_said_twice(tandem: Assistant) -> None:
    answer = tandem.ask("How long do I wait if he doesn't show up?")
    said = [c.quote for c in answer.citations if "Watch" in c.passage.heading_path[-1]]
    assert said
    assert len(said) == len(set(said))


def test_other_guides_on_the_question_are_named_beside_the_answer(tandem: Assistant) -> None:
    answer = tandem.ask("How long can I stay silent before it gets awkward?")
    cited = {c.passage.guide_id for c in answer.citations}
    beside = [passage.guide_id for passage in answer.nearest]
    assert 1 <= len(beside) <= 2 and not cited & set(beside)


def test_every_statement_is_verbatim_and_numbered(tandem: Assistant) -> None:
    for question in ("How do I end a silence?", "Worauf muss ich beim Nein-Sagen achten?"):
        answer = tandem.ask(question)
        assert answer.citations
        for citation in answer.citations:
            text = tandem.library.guide(citation.passage.guide_id).text
            assert text[citation.start : citation.end] == citation.quote
            assert text[citation.passage.start : citation.passage.end] == citation.passage.text
            assert f"[{citation.number}]" in answer.text
        stating = [
            line for line in answer.text.splitlines() if line.strip() and not line.startswith("#")
        ]
        assert all(line.rstrip().endswith("]") for line in stating)


def test_answers_grow(tandem: Assistant) -> None:
    answers = list(tandem.respond([{"role": "user", "content": "How do I listen actively?"}]))
    assert len(answers) > 2
    assert [a.partial for a in answers] == [True] * (len(answers) - 1) + [False]
    assert all(answers[-1].text.startswith(a.text) for a in answers)


@pytest.mark.parametrize(
    "question",
    ["How do I bake bread?", "Wann fährt der nächste Zug nach Köln?", "capital of Mongolia"],
)
def test_what_the_guides_do_not_cover_is_said_plainly(tandem: Assistant, question: str) -> None:
    answer = tandem.ask(question)
    assert answer.kind == "not_covered"
    assert not answer.citations
    assert answer.nearest


@pytest.mark.parametrize(
    ("message", "kind", "language"),
    [
        ("Hello!", "small_talk", "en"),
        ("Vielen Dank", "small_talk", "de"),
        ("What can you do?", "small_talk", "en"),
        ("", "small_talk", "en"),
        ("😀😀", "small_talk", "en"),
        ("   \n ", "small_talk", "en"),
        ("I want to die", "crisis", "en"),
        ("Ich will nicht mehr leben", "crisis", "de"),
    ],
)
def test_other_messages_get_their_own_kind(
    tandem: Assistant, message: str, kind: str, language: str
) -> None:
    answer = tandem.ask(message)
    assert (answer.kind, answer.language) == (kind, language)
    assert answer.text


def test_words_alone_find_an_answer_while_the_index_is_rebuilt(
    tandem: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(tandem._indexes._dense), "ready", property(lambda _: False))
    answer = tandem.ask("How do I listen actively?")
    assert answer.kind == "question"
    assert any("active-listening" in c.passage.path for c in answer.citations)


def test_follow_ups_are_understood(tandem: Assistant) -> None:
    question = "How do I listen actively?"
    first = tandem.ask(question).text
    more = last(tandem, question, first, "Tell me more")
    assert more.kind in {"follow_up", "not_covered"}
    assert not {c.quote for c in more.citations} & set(first.splitlines())
    german = last(tandem, question, first, "Auf Deutsch bitte")
    assert german.language == "de"
    assert {c.passage.language for c in german.citations} == {"de"}
    refused = last(tandem, "My mentee has a quarrel with a friend", "…", "And if she refuses?")
    assert any("refuse" in c.quote for c in refused.citations)
    assert last(tandem, "Tell me more").kind == "small_talk"


def test_a_guide_in_the_other_language_is_shown_and_said(
    tandem: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("english-only")
    (folder / "bullying.md").write_text(
        "# Bullying\n\nBullying is repeated harm by people with more power. "
        "Tell a teacher about the bullying on the same day.\n",
        encoding="utf-8",
    )
    name = tandem.library.sync(folder).collection
    messages = [{"role": "user", "content": "Was tun bei Mobbing?"}]
    *_, answer = tandem.respond(messages, [name])
    tandem.library.remove_collection(name)
    assert answer.language == "de"
    assert "nur auf Englisch" in answer.text
    assert "Bullying is repeated harm" in answer.text


@pytest.mark.parametrize(
    "message",
    ["x" * 50_000, "![a](http://example.org/a.png) listening", "\ud800 listening", "'; DROP --"],
)
def test_odd_messages_get_an_answer_and_nothing_is_drawn(tandem: Assistant, message: str) -> None:
    answer = tandem.ask(message)
    assert answer.text
    assert "![" not in answer.text


STORY = (
    "Ich war selber drei Jahre drin und begleite jetzt einen, der im Herbst rausgekommen ist. "
    "Gestern hat er mich gefragt, weswegen ich gesessen bin. Wie viel soll ich da erzählen?"
)


def test_a_story_is_answered_because_it_sounds_like_one_for_the_guides(
    tandem: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = last(tandem, STORY)
    assert answer.kind == "question"
    assert "telling-your-own-story" in answer.citations[0].passage.path
    monkeypatch.setattr(tandem._search, "familiarity", lambda _: float("-inf"))
    assert last(tandem, STORY).kind == "not_covered"


def test_minutes_and_material_of_an_exercise_are_no_answer_by_themselves(
    tandem: Assistant,
) -> None:
    answer = last(
        tandem,
        "I'm running a two hour session for 12 new mentors on saying no, any exercise that isn't "
        "just another role play in front of everybody?",
    )
    assert answer.citations
    assert [c.quote for c in answer.citations if c.quote.count(" · ") > 1] == []
