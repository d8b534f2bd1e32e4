"""The form of a built-in guide: its front matter, its sections and their order.

A guide that a person adds may look as it likes; only the built-in ones in ``knowledge/guides`` keep
this form, because the session planner and the journal pick lines from sections by their title.
"""

from __future__ import annotations

import datetime
import re
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

SECTION_TITLES: dict[str, tuple[str, ...]] = {
    "en": (
        "In short",
        "When it helps",
        "How to do it",
        "Words you can use",
        "Questions to ask",
        "Activity",
        "Watch out for",
        "Reflection prompts",
        "Example",
        "Sources",
    ),
    "de": (
        "Kurz gesagt",
        "Wann es hilft",
        "So geht es",
        "Worte, die du sagen kannst",
        "Fragen, die du stellen kannst",
        "Übung",
        "Worauf du achten solltest",
        "Fragen zum Nachdenken",
        "Beispiel",
        "Quellen",
    ),
}
"""The titles of a guide's sections by language; the same place means the same section."""

REQUIRED_SECTIONS = 3
"""So many sections, counted from the first, must stand in every guide."""

WORDS = range(700, 1301)
"""How many words a guide's body may have."""

_FRONT_MATTER = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_WORD = re.compile(r"\w+(?:['’:-]\w+)*")


class Source(BaseModel):
    """A work that a guide stands on, and the year it came out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=3)
    year: int = Field(ge=1900, le=2100)


class GuideFrontMatter(BaseModel):
    """What the head of a built-in guide says about it; `minutes` is the time it takes to read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=3)
    language: Literal["en", "de"]
    audience: list[Literal["mentor", "mentee", "trainer", "coordinator"]] = Field(min_length=1)
    topics: list[str] = Field(min_length=1)
    stages: list[Literal["first", "early", "middle", "late", "last", "any"]] = Field(min_length=1)
    minutes: int = Field(ge=1, le=30)
    sources: list[Source] = Field(min_length=1)
    reviewed: datetime.date


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The front matter's values and the body below it.

    Raises ValueError, with a sentence that says what is wrong, when there is no front matter or
    it isn't a YAML mapping.
    """
    import yaml

    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    match = _FRONT_MATTER.match(text)
    if not match:
        raise ValueError("front matter: the file must begin with a block between two --- lines")
    try:
        values = yaml.safe_load(match.group(1))
    except yaml.YAMLError as error:
        raise ValueError(f"front matter: not readable as YAML ({error})") from error
    if not isinstance(values, dict):
        raise ValueError("front matter: must be a list of `name: value` lines")
    return values, text[match.end() :]


def section_titles(body: str) -> list[str]:
    """The titles of the body's ``##`` headings, in their order."""
    return [title for marks, title in _HEADING.findall(body) if marks == "##"]


def count_words(body: str) -> int:
    """How many words the body has; list numbers and headings count, marks don't."""
    return len(_WORD.findall(body))


def check_guide(path: Path) -> list[str]:
    """What keeps the file from being a built-in guide, a sentence each; empty when nothing does."""
    try:
        values, body = split_front_matter(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [str(error)]
    try:
        head = GuideFrontMatter.model_validate(values)
    except ValidationError as error:
        return [_described(problem) for problem in error.errors()]
    return [
        *_identity_problems(head, path, body),
        *_section_problems(head.language, body),
        *_length_problems(body),
    ]


def _described(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    return f"front matter: {where}: {problem['msg']}"


def _identity_problems(head: GuideFrontMatter, path: Path, body: str) -> list[str]:
    problems = []
    if head.id != path.stem:
        problems.append(f"front matter: id is {head.id!r} but the file is named {path.name!r}")
    titles = [title for marks, title in _HEADING.findall(body) if marks == "#"]
    if titles != [head.title]:
        problems.append(f"title: one '# {head.title}' heading is expected, found {titles}")
    return problems


def _section_problems(language: str, body: str) -> list[str]:
    known = SECTION_TITLES[language]
    found = section_titles(body)
    problems = [f"sections: unknown section {title!r}" for title in found if title not in known]
    places = [known.index(title) for title in found if title in known]
    for before, after in pairwise(places):
        if after <= before:
            problems.append(f"sections: {known[after]!r} must not follow {known[before]!r}")
    problems += [
        f"sections: {title!r} is missing"
        for title in known[:REQUIRED_SECTIONS]
        if title not in found
    ]
    return problems


def _length_problems(body: str) -> list[str]:
    words = count_words(body)
    if words in WORDS:
        return []
    return [f"length: {words} words; a guide has {WORDS.start} to {WORDS.stop - 1}"]
