"""What a meeting is about where only a story tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.planning.guessing import likely_themes
from assistant.planning.request import SessionRequest
from tests.planning.shelves import finds_nothing

STORIES = [
    ("en", "The others hide his bag, film him and laugh whenever he opens his mouth.", "bullying"),
    ("en", "Her supervisor moves her shifts about and never asks first.", "quarrel_boss"),
    ("en", "She must hold a talk about volcanoes and her voice goes.", "presentation"),
    (
        "de",
        "Die Klausur ist in neun Tagen, sie lernt bis in die Nacht, und im Kopf bleibt nichts.",
        "exam_stress",
    ),
    (
        "de",
        "Seit er sie verlassen hat, isst sie nichts mehr und hört nur ihr altes Lied.",
        "heartbreak",
    ),
    ("de", "Er kommt in fünf Wochen raus und weiß nicht, wo er dann schläft.", "release"),
]


def guessed(language: str, situation: str, *told: str) -> tuple[str, ...]:
    """The themes of a situation whose words name those that are told."""
    request = SessionRequest(language=language, situation=situation, themes=told)
    return likely_themes(request, finds_nothing)


@pytest.mark.parametrize(("language", "situation", "theme"), STORIES)
def test_a_story_tells_the_theme(language: str, situation: str, theme: str) -> None:
    assert guessed(language, situation) == (theme,)


def test_what_words_only_mention_comes_after_what_is_meant() -> None:
    story = "Dad's moved out and lost his job, mum cries at night, she can't think of school."
    assert guessed("en", story, "job_loss", "family_worries")[0] == "family_worries"
    assert guessed("de", STORIES[5][1], "journal") == ("release", "journal")
    unsure = "Ihr Freund hat sie nach zwei Jahren verlassen, und sie starrt nur auf das Handy."
    assert guessed("de", unsure, "heartbreak") == ("heartbreak",)


def test_a_danger_that_words_name_stays_first() -> None:
    told = ("abuse", "release")
    assert guessed("de", STORIES[5][1], *told) == told


@pytest.mark.parametrize(
    ("language", "situation"),
    [
        ("en", "Ben is 15 and we meet in the library, Thursdays, same as ever."),
        ("de", "Wir treffen uns wie immer am Donnerstag im Café, sie ist 42."),
    ],
)
def test_where_nothing_is_told_nothing_is_guessed(language: str, situation: str) -> None:
    assert guessed(language, situation) == ()


@pytest.mark.parametrize("content", [None, b"half a file"])
def test_without_what_was_learnt_nothing_is_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    file = tmp_path / "themes.safetensors"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr("assistant.planning.guessing.FILE", file)
    assert [guessed(language, situation) for language, situation, _ in STORIES] == [()] * 6
