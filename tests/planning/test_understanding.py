from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.planning.request import (
    LEAST_MINUTES,
    LONGEST_TEXT,
    MOST_MINUTES,
    SessionRequest,
)
from assistant.planning.themes import load_themes
from assistant.planning.understanding import is_plan_request, understand_request
from assistant.words import data

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "requests.yaml").read_text(encoding="utf-8"))
READINGS = yaml.safe_load((HERE / "readings.yaml").read_text(encoding="utf-8"))
GUIDES = Path(__file__).parents[2] / "knowledge" / "guides"
SUITES = Path(__file__).parents[2] / "evals" / "suites"
IN_ANY_ORDER = {"avoid", "wishes"}
STATED = (
    "name", "age", "minutes", "stage", "number", "people", "setting",
    "avoid", "wishes", "shun", "agreed",
)  # fmt: skip


# -- requests


@pytest.mark.parametrize("case", CASES["requests"], ids=lambda case: case["text"][:50])
def test_a_request_is_read_as_it_is_meant(case):
    request = understand_request(case["text"])
    for field in STATED:
        wanted = case.get(field, SessionRequest.model_fields[field].default)
        found = getattr(request, field)
        if isinstance(found, tuple):
            wanted = tuple(wanted)
        if field in IN_ANY_ORDER:
            wanted, found = set(wanted), set(found)
        assert found == wanted, field
    if "themes" in case:
        assert request.themes[:1] == tuple(case["themes"][:1])
        assert set(case["themes"]) <= set(request.themes)
    assert set(case.get("traits", ())) <= set(request.traits)
    for field in ("world", "question"):
        assert getattr(request, field) == case.get(field, getattr(request, field))


@pytest.mark.parametrize("field", READINGS)
def test_many_ways_of_saying_one_thing_are_read_alike(field):
    found = {text: _read(text, field) for text in READINGS[field]}
    assert found == {text: _meant(field, value) for text, value in READINGS[field].items()}


def _read(text, field):
    value = getattr(understand_request(text), field)
    if field == "themes":
        return value[:1]
    return set(value) if field in IN_ANY_ORDER else value


def _meant(field, value):
    if field in IN_ANY_ORDER:
        return set(value)
    if field == "themes":
        return () if value is None else (value,)
    if field in ("agreed", "shun"):
        return tuple(value)
    return SessionRequest.model_fields[field].default if value is None else value


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Plan my next meeting with Jonas, 30 minutes", "en"),
        ("plane mir das nächste treffen mit jonas", "de"),
        ("", "de"),
    ],
)
def test_the_language_is_the_texts_or_else_the_default(text, language):
    assert understand_request(text, default_language="de").language == language


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1h30", 90),
        ("1:30 h", 90),
        ("eine Stunde und 15 Minuten", 75),
        ("zweieinhalb Stunden", 150),
        ("fünfundvierzig Minuten", 45),
        ("fuenfundvierzig minuten", 45),
        ("forty-five minutes", 45),
        ("20 min", 20),
        ("from 4 to 5pm", 60),
        ("11 to 1 pm", 120),
        ("16:00-17:15", 75),
        ("zwischen 9 und 10.30 Uhr", 90),
        ("30-45 minutes", 45),
        ("an hour, no, make it 40 minutes", 40),
        ("5 minutes", 10),
        ("99999999999999999999 minutes", 240),
        ("in 20 Minuten treffe ich ihn", 20),
        ("in 20 Minuten treffe ich ihn für eine Stunde", 60),
        ("one hour, he always comes 15 minutes late", 60),
        ("45 Minuten. Sie ist drei Stunden am Tag am Handy", 45),
        ("45 minutes, she sleeps only 4 hours", 45),
    ],
)
def test_lengths_and_times_of_day_give_the_minutes(text, minutes):
    request = understand_request(text)
    assert request.minutes == minutes
    assert "minutes" not in request.assumed


@pytest.mark.parametrize(
    "text",
    [
        "She is on her phone three hours a day",
        "We fell out two hours ago",
        "the children are 10 to 12 years old",
        "Er ist auf Seite 30 bis 45",
    ],
)
def test_other_figures_are_no_minutes(text):
    assert "minutes" in understand_request(text).assumed


@pytest.mark.parametrize(
    ("text", "stage", "number"),
    [
        ("Meeting 5, 30 minutes", "regular", 5),
        ("our third", "regular", 3),
        ("das fünfte von zehn Treffen", "half_way", 5),
        ("the tenth of ten meetings", "last", 10),
        ("we have met twice", "regular", 3),
        ("At our last meeting she cried", "regular", None),
        ("Letztes Treffen war gut", "regular", None),
        ("The first time we met he was shy", "regular", None),
        ("She is in her first year and lives on the third floor", "regular", None),
        ("Er ist zum dritten Mal durchgefallen", "regular", None),
        ("half way through the exam she left", "regular", None),
        ("Wir lernen uns kennen, erstes Treffen", "first", 1),
        ("Es ist das letzte Treffen", "last", None),
    ],
)
def test_the_stage_and_number_are_the_meetings_own(text, stage, number):
    request = understand_request(text)
    assert (request.stage, request.number) == (stage, number)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("my mentee is sixteen", 16),
        ("Mitte 40", 45),
        ("Siebtklässlerin", 13),
        ("pupils aged 12 to 14", 13),
        ("she is in grade 8", 14),
        ("sie ist Rentnerin", 66),
        ("I'm 20 and she has a 10-year-old brother", None),
        ("it is 16 o'clock, 45 minutes, 30 %", None),
        ("we meet on 16 June", None),
        ("she has 2 in maths and is 3rd in class", None),
    ],
)
def test_an_age_is_the_mentees(text, age):
    assert understand_request(text).age == age


@pytest.mark.parametrize(
    "text",
    [
        "I meet my mentee in London on Friday",
        "Treffen am Montag mit Spaß und Musik",
        "with English homework and a German test in March",
        "Quarrel with Tom, her flatmate",
        "Ihr Bruder Ali ist krank",
        "I'm seeing her tomorrow",
    ],
)
def test_places_days_and_other_people_give_no_name(text):
    assert understand_request(text).name == ""


def test_two_named_mentees_are_two_people_without_one_name():
    request = understand_request("Plan 40 minutes with Lena and Tom, both 14")
    assert (request.people, request.name) == (2, "")


@pytest.mark.parametrize(
    "text",
    [
        "We meet online for 45 minutes.",
        "I meet Tom on Zoom tomorrow, 30 min.",
        "Plan a walk in the park with Kim, 14, one hour.",
        "Please plan our first meeting, 60 minutes, in person.",
        "Wir treffen uns morgen im Café, eine Stunde.",
        "Mit meiner Gruppe, 8 Jugendliche, 2 Stunden im Jugendzentrum, erstes Treffen.",
        "Bitte kein Rollenspiel, keine Arbeitsblätter, 40 Minuten.",
    ],
)
def test_pure_logistics_tell_no_situation_and_one_question_is_asked_back(text):
    request = understand_request(text)
    assert (request.situation, request.themes, request.question) == ("", (), "situation")
    assert "situation" in request.assumed


def test_the_situation_is_the_telling_sentences_word_for_word():
    text = "Hi! We have 30 minutes. He failed his test, again. No games. His dad doesn't know."
    assert understand_request(text).situation == "He failed his test, again. His dad doesn't know."


@pytest.mark.parametrize(
    "text",
    [
        "It isn't about school, no quarrel with her parents either",
        "Es geht nicht um Mobbing",
        "Bitte nicht über die Trennung der Eltern sprechen",
        "There is no trouble with her teacher",
    ],
)
def test_what_is_denied_or_not_to_be_mentioned_is_no_theme(text):
    assert understand_request(text).themes == ()


def test_danger_comes_before_every_other_theme():
    request = understand_request("Exam stress, quarrel with her parents, and she cuts herself")
    assert request.themes[0] == "suicide_self_harm"


def test_what_nobody_stated_is_named_and_the_rest_is_not():
    request = understand_request("I meet Samira (16) online for 45 minutes, our third time.")
    assert request.assumed == ("situation",)
    assert understand_request("").assumed == (
        "minutes", "stage", "people", "setting", "age", "situation",
    )  # fmt: skip


def test_earlier_meetings_give_the_number_and_the_open_agreements():
    logs = [
        SimpleNamespace(number=1, agreed=[SimpleNamespace(text="call the club", done=False)]),
        SimpleNamespace(number=2, agreed=[SimpleNamespace(text="write a list", done=True)]),
    ]
    request = understand_request("45 minutes with Tom", earlier=logs)
    assert (request.number, request.agreed) == (3, ("call the club",))
    assert "stage" not in request.assumed
    stated = understand_request("fifth meeting, we agreed that he sings", earlier=logs)
    assert (stated.number, stated.agreed) == (5, ("he sings",))


def test_only_the_beginning_of_an_essay_is_read():
    beginning = "Plan 30 minutes with Tom. "
    essay = beginning + "He sings. " * (LONGEST_TEXT // 10) + "No, 90 minutes with a group of 8."
    request = understand_request(essay)
    assert (request.minutes, request.people) == (30, 1)


PIECES = st.sampled_from(
    [
        *(word for case in CASES["requests"] for word in case["text"].split()),
        *("\n", "\x00", "İ", "\ud800", "½", "٣", "²", "1.", ",,", "((", "0 minutes", "agreed that"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map(" ".join)))
@example("\n" * LONGEST_TEXT)
@example("٣ Minuten")
@example("² minutes, ½ hour")
@example("9" * 5000 + " minutes")
@example("I meet " + ", ".join(["Amy"] * 44) + " and Zoe")
@example("Amy and " * 700 + "Zoe, 15")
def test_any_text_gives_a_valid_request(text):
    request = understand_request(text)
    assert LEAST_MINUTES <= request.minutes <= MOST_MINUTES
    assert len(request.themes) <= 3
    assert len(request.traits) <= 3
    assert set(request.themes) <= set(load_themes().themes)
    assert set(request.traits) <= set(load_themes().traits)
    flat = " ".join(text.encode("utf-8", "replace").decode().replace("\x00", "").split())
    for words in (*request.shun, *request.agreed):
        assert " ".join(words.split()) in flat
    assert isinstance(is_plan_request(text), bool)


# -- chat


@pytest.mark.parametrize("text", CASES["plan_requests"])
def test_a_message_that_asks_for_a_plan_is_recognised(text):
    assert is_plan_request(text)


@pytest.mark.parametrize("text", CASES["other_messages"])
def test_questions_changes_and_talk_ask_for_no_plan(text):
    assert not is_plan_request(text)


@pytest.mark.parametrize(
    "suite", ["mentors", "mentees", "trainers", "library-search", "abstention", "boundaries"]
)
def test_no_question_of_a_suite_counts_as_a_request_for_a_plan(suite):
    cases = yaml.safe_load((SUITES / f"{suite}.yaml").read_text(encoding="utf-8"))["cases"]
    turns = [
        turn
        for case in cases
        for turn in ([case["turns"]] if isinstance(case["turns"], str) else case["turns"])
    ]
    assert [turn for turn in turns if is_plan_request(str(turn))] == []


def test_nearly_every_written_request_counts_as_one_in_a_chat_too():
    missed = [c["text"] for c in CASES["requests"] if not is_plan_request(c["text"])]
    assert len(missed) <= 0.03 * len(CASES["requests"])


# -- the data


def test_every_guide_that_a_theme_or_trait_names_exists_in_both_languages():
    known = load_themes()
    named = {
        guide
        for theme in known.themes.values()
        for guide in (*theme.guides, *theme.exercises, *theme.limits)
    } | {guide for trait in known.traits.values() for guide in trait.guides}
    for language in ("en", "de"):
        assert named <= {path.stem for path in (GUIDES / language).glob("*.md")}


@pytest.mark.parametrize("language", ["en", "de"])
def test_themes_and_traits_are_named_in_both_languages(language):
    known, words = load_themes(), data("prompts", f"planning/themes_{language}.yaml")
    assert set(words["themes"]) == set(known.themes)
    assert set(words["traits"]) == set(known.traits)
    assert all(theme.near[language] for theme in known.themes.values())
    assert all(trait.near[language] for trait in known.traits.values())


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_aim_is_one_sentence_about_whoever_comes(language):
    pronouns = {
        "en": {"he", "she", "they", "his", "her", "their", "him", "them"},
        "de": {"er", "sein", "seine", "seinen", "ihm", "ihn", "ihr", "ihre", "ihren"},
    }[language]
    for key, said in data("prompts", f"planning/themes_{language}.yaml")["themes"].items():
        aim = said["aim"]
        assert aim.startswith("{name} "), key
        assert aim.count(".") == 1, key
        assert aim.endswith("."), key
        assert aim.format(name="Ali").count("Ali") == 1, key
        found = pronouns & set(aim.lower().replace(",", " ").replace(".", " ").split())
        assert found <= ({"ihr"} if "ihr" in found and key in WITH_YOU else set()), key


WITH_YOU = {"quarrel_between_us", "missed_meetings", "mentor_role"}
"""Themes whose German aim speaks to mentor and mentee: "ihr" is the two of you."""


def test_the_themes_of_danger_are_marked():
    safety = {key for key, theme in load_themes().themes.items() if theme.safety}
    assert safety == {"suicide_self_harm", "abuse", "violence"}
