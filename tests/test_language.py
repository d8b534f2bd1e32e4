"""The language of short questions, of long texts and of nothing at all."""

from __future__ import annotations

import time

import pytest

from assistant.language import detect

GERMAN = """
Wie gehe ich mit Schweigen um
Feedback geben
Sie kommt immer zu spät
Aktives Zuhören
Grenzen setzen
was tun wenn mein Mentee nicht redet
Wie sage ich nein ohne sie zu verlieren?
Erstes Treffen vorbereiten
Konflikt mit den Eltern
Welche offenen Fragen passen?
auf Deutsch bitte
Danke!
Hallo
Wie beende ich die Begleitung gut?
Reflexionsfragen
Vertrauen aufbauen
Er redet nur am Handy
und wenn sie sich weigert?
Plan 45 Minuten, drittes Treffen
mehr zum zweiten Punkt
""".strip().splitlines()

ENGLISH = """
conflict resolution
How do I handle silence
giving feedback
She is always late
active listening
setting boundaries
what if my mentee won't talk
How do I say no without losing her?
first meeting ideas
trouble with parents
Which open questions fit?
in English please
Thanks!
Hello
How do we end the mentorship well?
reflection prompts
building trust
He only looks at his phone
and if she refuses?
tell me more about the second point
""".strip().splitlines()


@pytest.mark.parametrize("question", GERMAN)
def test_german_questions_are_german(question: str) -> None:
    assert detect(question) == "de"


@pytest.mark.parametrize("question", ENGLISH)
def test_english_questions_are_english_even_where_german_is_the_default(question: str) -> None:
    assert detect(question, default="de") == "en"


@pytest.mark.parametrize("nothing", ["", "   ", "😀😀", "12:30", "---", "\ud800"])
def test_a_text_without_words_has_the_default_language(nothing: str) -> None:
    assert detect(nothing) == "en"
    assert detect(nothing, default="de") == "de"


def test_one_foreign_word_does_not_turn_a_question() -> None:
    assert detect("Wie gebe ich meinem Mentee Feedback im One-on-One Meeting?") == "de"
    assert detect("What does the word Bildungsgerechtigkeit mean for mentors?") == "en"


def test_a_long_text_takes_under_five_milliseconds_once_loaded() -> None:
    text = "Im ersten Treffen geht es darum, einander kennenzulernen. " * 20_000
    assert detect(text) == "de"
    best = min(_timed(text) for _ in range(5))
    assert best < 0.005


def _timed(text: str) -> float:
    start = time.perf_counter()
    detect(text)
    return time.perf_counter() - start
