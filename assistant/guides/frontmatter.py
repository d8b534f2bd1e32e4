"""The form of a built-in guide: its front matter, its sections and their order.

A guide that a person adds may look as it likes; only the built-in ones in ``knowledge/guides`` keep
this form, because the session planner and the journal pick lines from sections by their title.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

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

_FRONT_MATTER = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


class Source(BaseModel):
    """A work that a guide stands on, and the year it came out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=3)
    year: int = Field(ge=1900, le=2100)


class GuideFrontMatter(BaseModel):
    """What the head of a built-in guide says about it.

    `minutes` is the time it takes to read; `audience` begins with whom "you" means in the guide.
    """

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
    asked: dict[str, list[str]] = Field(default_factory=dict)


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
    return _HEADING.findall(body)


def sections_of(body: str, language: str) -> dict[str, str]:
    """The text under each ``##`` heading by the section's English title; unknown ones left out."""
    names = dict(zip(SECTION_TITLES[language], SECTION_TITLES["en"], strict=True))
    pieces = re.split(r"^## +(.+?) *$", body, flags=re.MULTILINE)
    return {
        names[title]: text.strip()
        for title, text in zip(pieces[1::2], pieces[2::2], strict=True)
        if title in names
    }
