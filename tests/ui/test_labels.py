"""The catalogue: complete in both languages, and without words that nobody sees."""

from __future__ import annotations

import re
import string
from datetime import datetime
from pathlib import Path

import pytest

from ui.labels import labels, preferred_language
from ui.rendering import starters

UI = Path(__file__).parents[2] / "ui"
CODES = ("empty", "encrypted", "image_only", "too_large", "too_slow", "damaged", "not_text",
         "unsupported")  # fmt: skip


def test_both_languages_have_the_same_keys():
    assert labels("en").texts.keys() == labels("de").texts.keys()


def test_both_languages_fill_in_the_same_values():
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, text in labels("en").texts.items():
        assert fields(text) == fields(labels("de")(key)), key


def test_every_key_is_used():
    source = "\n".join(path.read_text(encoding="utf-8") for path in UI.rglob("*.py"))
    script = (UI / "static" / "tandem.js").read_text(encoding="utf-8")
    built = [
        re.sub(r"\{[^}]*\}", r"[\\w-]+", found) for found in re.findall(r'f"([\w.{}]+)"', source)
    ]
    for key in labels("en").texts:
        plain = re.sub(r"\.(one|other)$", "", key)
        spoken = key.startswith("script.") and f"words.{key.removeprefix('script.')}" in script
        written = f'"{plain}"' in source or f"'{plain}'" in source
        assert spoken or written or any(re.fullmatch(form, plain) for form in built), key


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("code", CODES)
def test_every_reason_a_file_cannot_be_read_has_a_sentence(language, code):
    assert f"unreadable.{code}" in labels(language)


def test_both_languages_have_six_starter_cards():
    assert len(starters("en")) == len(starters("de")) == 6


@pytest.mark.parametrize(
    ("chosen", "accepted", "expected"),
    [
        (None, None, "en"),
        (None, "de-DE,de;q=0.9,en;q=0.8", "de"),
        (None, "fr,de-AT;q=0.8,en;q=0.7", "de"),
        (None, "en;q=0.5, de;q=0.9", "de"),
        (None, "fr,it", "en"),
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("xx", "de", "de"),
        (None, "de;q=..,;;,", "en"),
        (None, "*", "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_browsers(chosen, accepted, expected):
    assert preferred_language(chosen, accepted) == expected


def test_numbers_and_days_are_written_as_the_language_writes_them():
    when, today = datetime(2025, 3, 9), datetime(2026, 1, 1)
    assert labels("en").number(1234.5, 1) == "1,234.5"
    assert labels("de").number(1234.5, 1) == "1.234,5"
    assert labels("en").day(when, today) == "9 Mar 2025"
    assert labels("de").day(when, when) == "9. März"
    assert labels("de").counted("library.collection_guides", 1) == "1 Leitfaden"
