"""The built-in guides keep their form, stand in both languages and read easily."""

import re
from pathlib import Path

import pytest

import knowledge
from assistant.guides.frontmatter import (
    SECTION_TITLES,
    check_guide,
    section_titles,
    split_front_matter,
)
from evals.readability import count_syllables, prose_sentences, reading_ease

FOLDER = Path(knowledge.__file__).parent / "guides"
GUIDES = sorted(FOLDER.glob("*/*.md"))
EASE_AT_LEAST = {"en": 55, "de": 50}

each_guide = pytest.mark.parametrize(
    "path", GUIDES, ids=[f"{path.parent.name}/{path.stem}" for path in GUIDES]
)


def body_of(path: Path) -> str:
    return split_front_matter(path.read_text(encoding="utf-8"))[1]


def section(path: Path, place: int) -> str:
    """The text under the section with that place in the fixed order; empty when it is left out."""
    title = SECTION_TITLES[path.parent.name][place]
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", body_of(path), re.M | re.S)
    return match.group(1).strip() if match else ""


def items(text: str) -> list[str]:
    return re.findall(r"^- (.+)$", text, re.M)


def test_there_are_guides():
    assert GUIDES


@each_guide
def test_a_guide_keeps_the_form(path):
    assert check_guide(path) == []


@each_guide
def test_a_guide_lies_in_the_folder_of_its_language(path):
    head, _ = split_front_matter(path.read_text(encoding="utf-8"))
    assert head["language"] == path.parent.name


@each_guide
def test_a_guide_stands_in_both_languages_with_the_same_sections(path):
    other = FOLDER / {"en": "de", "de": "en"}[path.parent.name] / path.name
    assert other.is_file(), f"{other.parent.name}/{other.name} is missing"
    places = [
        [SECTION_TITLES[p.parent.name].index(title) for title in section_titles(body_of(p))]
        for p in (path, other)
    ]
    assert places[0] == places[1]


@each_guide
def test_a_guide_reads_easily(path):
    language = path.parent.name
    text = body_of(path).split(f"## {SECTION_TITLES[language][-1]}")[0]  # sources aren't prose
    assert reading_ease(text, language) >= EASE_AT_LEAST[language]


@each_guide
def test_words_to_use_can_be_said_aloud(path):
    text = section(path, SECTION_TITLES["en"].index("Words you can use"))
    for line in items(text):
        assert re.fullmatch(r"[\"“„].+[\"”“]", line), line


@each_guide
def test_each_question_to_ask_is_one_question(path):
    text = section(path, SECTION_TITLES["en"].index("Questions to ask"))
    for line in items(text):
        assert line.rstrip('"”“').endswith("?") and line.count("?") == 1, line


@each_guide
def test_an_activity_begins_with_its_facts_and_has_steps(path):
    text = section(path, SECTION_TITLES["en"].index("Activity"))
    if text:
        facts = text.splitlines()[0]
        assert re.search(r"\d+ (minutes|Minuten) · .+ · .+ · online: ", facts), facts
        assert re.search(r"^1\. ", text, re.M)


@each_guide
def test_steps_begin_with_a_bold_name(path):
    for line in re.findall(r"^\d+\. (.+)$", section(path, 2), re.M):
        assert re.match(r"\*\*[^*]+\*\* ", line), line


GOOD = (
    """---
id: a-guide
title: A guide
language: en
audience: [mentor]
topics: [listening]
stages: [any]
minutes: 5
sources:
  - {name: A book, year: 2001}
reviewed: 2026-01-31
---

# A guide

## In short
"""
    + "Listening means to stay with the other person. " * 100
    + """
## When it helps
## How to do it
"""
)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("---\nid", "id", "front matter: the file must begin"),
        ("minutes: 5", "minutes: [", "front matter: not readable"),
        ("stages: [any]", "stages: [someday]", "front matter: stages.0"),
        ("reviewed: 2026-01-31\n", "", "front matter: reviewed: Field required"),
        ("year: 2001", "year: soon", "front matter: sources.0.year"),
        ("id: a-guide", "id: another", "front matter: id is 'another'"),
        ("# A guide\n", "# The guide\n", "title: one '# A guide' heading"),
        ("## How to do it\n", "## How I do it\n", "sections: unknown section 'How I do it'"),
        ("## How to do it\n", "", "sections: 'How to do it' is missing"),
        ("## When it helps\n", "## Sources\n## When it helps\n", "'When it helps' must not follow"),
        ("Listening means to stay", "", "length: 411 words"),
    ],
)
def test_each_fault_of_a_guide_is_named(tmp_path, old, new, problem):
    path = tmp_path / "a-guide.md"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    assert any(problem in found for found in check_guide(path)), check_guide(path)


def test_a_guide_in_the_form_has_no_problem(tmp_path):
    path = tmp_path / "a-guide.md"
    path.write_text(GOOD, encoding="utf-8")
    assert check_guide(path) == []


def test_a_file_that_is_not_text_is_a_problem_and_no_crash(tmp_path):
    path = tmp_path / "a-guide.md"
    path.write_bytes(b"\xff\xfe\x00")
    assert len(check_guide(path)) == 1


def test_reading_ease_is_what_the_formulas_say():
    assert reading_ease("The cat sat on the mat.", "en") == pytest.approx(206.835 - 6.09 - 84.6)
    # five words with six syllables
    assert reading_ease("Der Hund sitzt am Ofen.", "de") == pytest.approx(180 - 5 - 58.5 * 6 / 5)


def test_an_item_is_a_sentence_and_a_heading_is_none():
    text = "# Title\n\nOne here. Two here?\n\n- **Three** here\n1. Four here\n"
    assert prose_sentences(text) == ["One here.", " Two here?", "Three here", "Four here"]


@pytest.mark.parametrize(
    ("language", "word", "syllables"),
    [
        ("en", "made", 1),
        ("en", "table", 2),
        ("en", "listening", 3),
        ("en", "wanted", 2),
        ("en", "don't", 1),
        ("de", "Mentor:in", 3),
        ("de", "Gefühl", 2),
        ("de", "Situation", 5),
        ("de", "zuhören", 3),
    ],
)
def test_syllables_are_counted_by_ear(language, word, syllables):
    assert count_syllables(word, language) == syllables
