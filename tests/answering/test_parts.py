"""Statements, roles, checking: the parts of an answer, each by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.answering.answer import Answer, Citation
from assistant.answering.checking import checked, holds
from assistant.answering.statements import role_of, statements
from assistant.answering.understanding import asker_of, understand
from assistant.retrieval.passage import Passage

TEXT = (
    "## How to do it\n\n1. Ask first.\n2. Then wait.\n\nWait. Do not fill the silence.\n> Say it."
)


def passage(text: str, start: int = 100) -> Passage:
    return Passage("a.md", "A", (), None, start, start + len(text), text, 1.0, "en")


@given(st.text(max_size=300), st.integers(0, 5000))
@example(">0 ", 0)
@example("- a\u2003", 0)
def test_statements_stand_where_they_say(text: str, start: int) -> None:
    whole = passage(text, start)
    for statement in statements(whole, 0):
        assert whole.text[statement.start - start : statement.end - start] == statement.text
        assert statement.text.strip() == statement.text != ""


def test_items_sentences_and_quotations_are_statements() -> None:
    found = statements(passage(TEXT), 0)
    assert [s.text for s in found] == [
        "Ask first.", "Then wait.", "Wait.", "Do not fill the silence.", "Say it.",
    ]  # fmt: skip
    assert [s.ordered for s in found] == [True, True, False, False, False]
    assert found[0].run == found[1].run != found[2].run
    assert {s.role for s in found} == {"steps"}


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("In short", "definition"), ("Kurz gesagt", "definition"), ("What is Glasl?", "definition"),
        ("How to do it", "steps"), ("So geht es", "steps"), ("Vorgehen im Team", "steps"),
        ("Words you can use", "words"), ("Worte, die du sagen kannst", "words"),
        ("Watch out for", "watch_out"), ("Worauf du achten solltest", "watch_out"),
        ("Sources", "sources"), ("Quellen", "sources"), ("Something else", "other"),
    ],
)  # fmt: skip
def test_headings_tell_what_a_section_is_for(heading: str, role: str) -> None:
    assert role_of(("Title", heading)) == role


def test_citations_that_do_not_hold_are_dropped_with_their_numbers() -> None:
    here = passage("One thing. Another thing.")
    good = Citation(1, here, "One thing.", 100, 110)
    moved = Citation(2, here, "Another thing.", 100, 114)
    invented = Citation(3, here, "Made up.", 100, 108)
    outside = Citation(4, here, "One thing.", 0, 10)
    answer = Answer(
        "A [1] b [2] c [3] d [4] e [9].", "en", "question", (good, moved, invented, outside)
    )
    assert checked(answer).citations == (good,)
    assert checked(answer).text == "A [1] b c d e."
    assert holds(good) and not holds(replace(good, start=101))


@pytest.mark.parametrize(
    ("message", "want"),
    [
        ("What can I say when he is silent?", "phrasing"), ("Was sage ich ihr?", "phrasing"),
        ("Which questions help?", "questions"), ("Welche Fragen helfen?", "questions"),
        ("reflection prompts please", "reflection_prompts"),
        ("Reflexionsfragen für heute", "reflection_prompts"),
        ("What is active listening?", "definition"), ("Was ist Mentoring?", "definition"),
        ("How do I begin?", "steps"), ("Wie fange ich an?", "steps"),
        ("an exercise for trust", "activity"), ("Übung zum Zuhören", "activity"),
        ("mistakes with silence", "watch_out"), ("trust", ""),
    ],
)  # fmt: skip
def test_what_is_wanted_is_understood(message: str, want: str) -> None:
    assert understand([{"role": "user", "content": message}], "en").want == want


@pytest.mark.parametrize(
    ("message", "point"),
    [
        ("tell me more about the second point", "Second thing."),
        ("Der zweite Punkt?", "Second thing."),
        ("number 1?", "First thing."),
        ("point 3", "Third thing."),
        ("den letzten Punkt", "Third thing."),
    ],
)  # fmt: skip
def test_a_point_of_the_last_answer_is_found(message: str, point: str) -> None:
    answer = "- First thing. [1]\n- Second thing. [2]\n- Third thing. [2]"
    history = [
        {"role": "user", "content": "How do I begin a meeting well?"},
        {"role": "assistant", "content": answer},
        {"role": "user", "content": message},
    ]
    assert understand(history, "en").question == point
    beyond = [*history[:2], {"role": "user", "content": "point 7"}]
    assert understand(beyond, "en").reply == "no_such_point"


@given(st.lists(st.text(max_size=80), max_size=4))
def test_any_history_is_understood(contents: list[str]) -> None:
    messages = [
        {"role": ("user", "assistant")[n % 2], "content": text} for n, text in enumerate(contents)
    ]
    assert understand(messages, "de").language in {"en", "de"}


@pytest.mark.parametrize(
    ("question", "asker"),
    [
        ("my mentor cancelled again", "mentee"),
        ("Mentor said write down goals", "mentee"),
        ("I'm a mentee, what am I allowed to do?", "mentee"),
        ("Ich bin Mentee und hab eine Frage", "mentee"),
        ("meine Mentorin gibt mir nur Tipps", "mentee"),
        ("mein Mentee kommt immer zu spät", "mentor"),
        ("I have exams and 3 mentees", "mentor"),
        ("My mentee doesn't like my mentor colleague", "mentor"),
        ("How do I listen?", ""),
        ("bin ich zu streng als mentorin", ""),
    ],
)
def test_who_asks_is_told_from_the_question(question: str, asker: str) -> None:
    assert asker_of(question) == asker
