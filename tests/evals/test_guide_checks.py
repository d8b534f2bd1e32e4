"""The built-in library keeps its standard, and each fault against it is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import UnknownGuide
from evals.guide_checks import (
    BUILT_IN,
    overlaps,
    problems,
    problems_of_folder,
    problems_of_guide,
    wording_problems,
)

ROOT = Path(__file__).parents[2]
TOPICS = 48


def test_the_built_in_library_keeps_its_standard():
    assert [f"{problem.path}: {problem.text}" for problem in problems(BUILT_IN)] == []


def test_there_are_as_many_topics_as_promised_in_both_languages():
    for language in ("en", "de"):
        assert len(list((BUILT_IN / language).glob("*.md"))) >= TOPICS


GOOD = """---
id: a-guide
title: A guide
language: en
audience: [mentor]
topics: [listening]
stages: [any]
minutes: 5
sources:
  - {name: A book, year: 2001}
asked:
  In short: ["Who listens?"]
reviewed: 2026-01-31
---

# A guide

## In short
%s
## When it helps
- You sit together.

## How to do it
1. **Wait.** Stay with it.

## Words you can use
- "I am here."

## Questions to ask
- What now?

## Activity
5 minutes · two people · no material · online: as well

1. Sit.

## Sources
- A book, 2001

Read on: [A guide](a-guide.md)
""" % ("Listening means to stay with the other person. " * 100)
GUT = """---
id: a-guide
title: Ein Guide
language: de
audience: [mentor]
topics: [Zuhören]
stages: [any]
minutes: 5
sources:
  - {name: Ein Buch, year: 2001}
reviewed: 2026-01-31
---

# Ein Guide

## Kurz gesagt
%s
## Wann es hilft
- Ihr sitzt da.

## So geht es
1. **Warte.** Bleib da.

## Worte, die du sagen kannst
- „Ich bin da.“

## Fragen, die du stellen kannst
- Was nun?

## Übung
5 Minuten · zu zweit · nichts · online: auch

1. Sitzt da.

## Quellen
- Ein Buch, 2001
""" % ("Wer zuhört, bleibt bei der anderen Person. " * 100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two guides that keep the standard."""
    for language, text in (("en", GOOD), ("de", GUT)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "a-guide.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_guides_in_the_form_have_no_problem(folder: Path):
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("---\nid", "id", "front matter: the file must begin"),
        ("minutes: 5", "minutes: [", "front matter: not readable"),
        ("stages: [any]", "stages: [someday]", "front matter: stages.0"),
        ("reviewed: 2026-01-31\n", "", "front matter: reviewed: Field required"),
        ("year: 2001", "year: soon", "front matter: sources.0.year"),
        ("id: a-guide", "id: another", "front matter: id is 'another'"),
        ("language: en", "language: de", "front matter: language is 'de' but the folder is 'en'"),
        ("# A guide\n", "# The guide\n", "title: one '# A guide' heading"),
        ("## How to do it\n", "## How I do it\n", "sections: unknown section 'How I do it'"),
        ("## How to do it\n", "", "sections: 'How to do it' is missing"),
        ("## When it helps\n", "## Sources\n## When it helps\n", "'When it helps' must not follow"),
        ("Listening means to stay", "", "length: 4"),
        ("**Wait.** Stay", "Wait. Stay", "a step begins with its name in bold: 'Wait. Stay"),
        ('- "I am here."', "- I am here.", "stands in quotation marks: 'I am here.'"),
        ("- What now?", "- What now? And then?", "each item is one question: 'What now? And"),
        ("- What now?", "- Tell me.", "each item is one question: 'Tell me.'"),
        ("5 minutes ·", "Short ·", "minutes · people · material · online: 'Short"),
        ("\n1. Sit.\n", "\n", "it has no numbered steps"),
        ("(a-guide.md)", "(b-guide.md)", "links: there is no guide 'b-guide.md'"),
        ("  In short:", "  In brief:", "asked: there is no heading 'In brief'"),
        (
            '["Who listens?"]',
            '["Who listens?", "Who listens?"]',
            "asked: 'Who listens?' stands twice",
        ),
        ("stay with", "collaboratively contextualise", "reading ease: "),
        ("Stay with it.", "Listening heals.", "wording: 'heals' promises healing"),
        ("Stay with it.", "It is guaranteed.", "wording: 'guaranteed' promises success"),
    ],
)
def test_each_fault_of_a_guide_is_named(folder: Path, old: str, new: str, problem: str):
    path = folder / "en" / "a-guide.md"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    assert any(problem in found for found in problems_of_guide(path)), problems_of_guide(path)


SEVERAL = """## Activity
### The long round
20 minutes · two people · nothing needed · online: by phone

1. Sit.

### Five breaths
5 minutes · three to twelve people · nothing needed · online: as well

1. Breathe.
"""


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("", "", []),
        ("5 minutes · three", "Three", ["Five breaths: it begins with minutes · people"]),
        ("1. Breathe.\n", "", ["Five breaths: it has no numbered steps"]),
        ("### The long", "Two rounds.\n\n### The long", ["it begins with", "it has no numbered"]),
        ("The long round", "Questions", ["'Questions' reads as the title of another section"]),
    ],
)
def test_each_exercise_of_several_is_looked_at(
    folder: Path, old: str, new: str, problems: list[str]
):
    path = folder / "en" / "a-guide.md"
    before, _, after = GOOD.partition("## Activity\n")
    sources = after[after.index("## Sources") :]
    path.write_text(before + SEVERAL.replace(old, new, 1) + "\n" + sources, encoding="utf-8")
    found = problems_of_guide(path)
    assert len(found) == len(problems), found
    assert all(f"Activity: {text}" in line for text, line in zip(problems, found, strict=True))


def test_a_guide_in_one_language_only_is_named(folder: Path):
    (folder / "de" / "a-guide.md").unlink()
    assert "twin: de/a-guide.md is missing" in [p.text for p in problems_of_folder(folder)]


def test_other_sections_in_the_other_language_are_named(folder: Path):
    path = folder / "de" / "a-guide.md"
    path.write_text(path.read_text("utf-8").replace("## Übung", "## Beispiel"), encoding="utf-8")
    assert "twin: de/a-guide.md has other sections" in [p.text for p in problems_of_folder(folder)]


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("de", "Die Mentoren hören zu.", "Mentoren"),
        ("de", "Alle Schüler hören zu.", "Alle Schüler"),
        ("de", "Die Lehrer:innen und die Mentor:innen hören zu.", ""),
        ("de", "Die Mentor*innen hören zu.", "Mentor*innen"),
        ("de", "Die MentorInnen hören zu.", "rInnen"),
        ("de", "Sie sagt: „Die Lehrer sind unfair.“", ""),
        ("de", "**Ali:** Alle Schüler lachen.", ""),
        ("de", "Das heilt.", "heilt"),
        ("de", "Sie sagt: „Das heilt.“", "heilt"),
        ("de", "Peer-Mentoring ersetzt keine Therapie.", ""),
        ("en", "A mentor is no therapist.", ""),
        ("en", "Mentoring cures sadness.", "cures"),
        ("en", "Ask what he/she needs.", "he/she"),
    ],
)
def test_wording_is_looked_at_as_a_careful_reader_would(language: str, text: str, named: str):
    found = wording_problems(text, language)
    assert (named in found[0]) if named else not found, found


def test_a_file_that_is_not_text_is_a_problem_and_no_crash(tmp_path: Path):
    path = tmp_path / "a-guide.md"
    path.write_bytes(b"\xff\xfe\x00")
    assert len(problems_of_guide(path)) == 1
    (tmp_path / "en").mkdir()
    path.rename(tmp_path / "en" / path.name)
    assert overlaps(tmp_path, [("b.txt", "some words")]) == []


def test_eight_words_in_a_row_are_an_overlap_and_seven_are_none(folder: Path):
    eight = "Person! listening means -- to STAY with the\nother"
    assert [p.path for p in overlaps(folder, [("b.txt", eight)])] == ["en/a-guide.md"]
    assert "b.txt" in overlaps(folder, [("b.txt", eight)])[0].text
    assert overlaps(folder, [("b.txt", "listening means to stay with the others again")]) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(UnknownGuide, match="no folder"):
        problems(tmp_path / "none")


def check(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", "guides", "check", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_command_says_what_falls_short(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    assert check(folder).returncode == 0
    other = tmp_path_factory.mktemp("other")
    (other / "theirs.md").write_text("# Theirs\n\nListening means to stay with the other person.")
    done = check(folder, "--against", other, "--json")
    assert done.returncode == 1, done.stderr
    (found,) = json.loads(done.stdout)
    assert found["path"] == "en/a-guide.md" and "theirs.md" in found["text"]
    assert check(folder / "none").returncode == 2
