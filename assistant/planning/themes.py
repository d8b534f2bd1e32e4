"""What a meeting can be about, how a mentee can be, and finding both in a request's words.

The words stand in `knowledge/planning/themes.yaml`. What it does not know: whether a theme is meant
or only mentioned; a reader puts that right in the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.safety.patterns import Finder, Pattern, compile_pattern
from assistant.safety.wording import Sentence, plain, typing_slips
from assistant.words import data

Spoken = Literal["en", "de"]
Span = tuple[int, int]
Owner = tuple[str, bool]
"""A key, and whether the pattern speaks for it (True) or shows that it isn't meant (False)."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(_Data):
    """Words that tell something; a place that fits `unless` as well doesn't count."""

    patterns: Mapping[Spoken, tuple[str, ...]]
    unless: tuple[str, ...] = ()


class Theme(Told):
    """What a meeting can be about, with names of built-in guides, the most fitting first.

    `exercises` are guides whose activity fits, `limits` those that say where a peer's limits are.
    `conflict`: the escalation check belongs to it. `safety`: somebody may be in danger. `staff`:
    the programme's staff belong in it.
    `tender`: there is nothing to solve, and no step is asked for.
    `general`: it gives way to any other conflict. `weight` is how much it counts beside others;
    `near` are words for choosing lines.
    """

    guides: tuple[str, ...] = Field(min_length=2, max_length=4)
    exercises: tuple[str, ...] = Field(min_length=1, max_length=4)
    limits: tuple[str, ...] = Field(min_length=1, max_length=2)
    conflict: bool = False
    safety: bool = False
    staff: bool = False
    tender: bool = False
    general: bool = False
    weight: float = Field(default=1.0, gt=0)
    near: Mapping[Spoken, str]


class Trait(Told):
    """How a mentee is, and the guides that say how to listen then. Never a diagnosis."""

    guides: tuple[str, ...] = Field(min_length=1, max_length=4)
    near: Mapping[Spoken, str]


class Themes(_Data):
    """All themes and traits; `words` are the named lists of the patterns.

    Of the `scopes`, `not_about` opens a stretch of a sentence whose themes don't count, `focus` one
    whose themes count more.
    """

    words: Mapping[str, tuple[str, ...]]
    slips_of: tuple[str, ...]
    themes: Mapping[str, Theme]
    traits: Mapping[str, Trait]
    scopes: Mapping[Literal["not_about", "focus"], Told]


@cache
def load_themes() -> Themes:
    """`knowledge/planning/themes.yaml`, read once a process."""
    return Themes.model_validate(data("knowledge", "planning/themes.yaml"))


@dataclass(frozen=True)
class Found:
    """A key found in a message, with its place there."""

    key: str
    start: int
    end: int


class Telling:
    """Finds what words tell: keys, each with its patterns and the places where it isn't meant."""

    def __init__(self, told: Mapping[str, Told], words: Mapping[str, Sequence[str]]) -> None:
        self._finder: Finder[Owner] = Finder(_entries(told, words))

    def find(self, sentences: Iterable[Sentence]) -> list[Found]:
        """Every place, in the order of the message."""
        found: set[Found] = set()
        for sentence in sentences:
            places: dict[Owner, list[Span]] = {}
            for match in self._finder.find(sentence):
                places.setdefault(match.owner, []).append((match.start, match.end))
            for (key, speaks), spans in places.items():
                if not speaks:
                    continue
                against = places.get((key, False), [])
                for span in spans:
                    if not any(overlap(span, other) for other in against):
                        found.add(Found(key, *sentence.span(*span)))
        return sorted(found, key=lambda one: (one.start, -one.end, one.key))


def _entries(
    told: Mapping[str, Told], words: Mapping[str, Sequence[str]]
) -> Iterable[tuple[Owner, Pattern]]:
    for key, one in told.items():
        for language in ("en", "de"):
            for source in one.patterns[language]:
                yield (key, True), compile_pattern(source, words)
        for source in one.unless:
            yield (key, False), compile_pattern(source, words)


def overlap(one: Span, other: Span) -> bool:
    """Whether two places have a character in common."""
    return one[0] < other[1] and other[0] < one[1]


@cache
def spellings() -> Mapping[str, str]:
    """Common typing slips, each with the word that was meant, all in their plain spelling."""
    meant = [plain(word) for word in load_themes().slips_of]
    slips = {slip: word for word in meant for slip in typing_slips(word) if len(slip) >= 5}
    return {slip: word for slip, word in slips.items() if slip not in meant}


def themes_in(
    sentences: Sequence[Sentence], text: str, left_out: Sequence[Span] = ()
) -> list[Found]:
    """The places of themes, weightiest theme first, without those in `left_out` and denied ones.

    A theme counts by its weight, a little more for each further place, and more when the text says
    that it is the focus.
    """
    scopes = _stretches(sentences, text)
    denied = [*scopes["not_about"], *left_out]
    themes = load_themes().themes
    found: dict[str, list[Found]] = {}
    for one in _theme_telling().find(sentences):
        before = text[max(0, one.start - 12) : one.start]
        no_conflict = themes[one.key].conflict and _NO.search(before)
        if not no_conflict and not any(start <= one.start < end for start, end in denied):
            found.setdefault(one.key, []).append(one)

    if any(themes[key].conflict and not themes[key].general for key in found):
        found = {key: places for key, places in found.items() if not themes[key].general}

    def rank(key: str) -> tuple[float, int]:
        starts = {one.start for one in found[key]}
        focus = any(start <= place < end for place in starts for start, end in scopes["focus"])
        more = 0.25 * (min(len(starts), 4) - 1)
        return -(themes[key].weight * (1 + more) + (1.5 if focus else 0)), min(starts)

    return [one for key in sorted(found, key=rank) for one in found[key]]


def traits_in(sentences: Sequence[Sentence], left_out: Sequence[Span] = ()) -> list[Found]:
    """The places of traits in the order of the text."""
    return [
        one
        for one in _trait_telling().find(sentences)
        if not any(start <= one.start < end for start, end in left_out)
    ]


def _stretches(sentences: Sequence[Sentence], text: str) -> dict[str, list[Span]]:
    """For each scope, the stretches of the text from its words to the end of the clause."""
    stretches: dict[str, list[Span]] = {"not_about": [], "focus": []}
    for one in _scope_telling().find(sentences):
        if "," in text[one.start : one.end]:
            continue
        # A comma right after the opening words doesn't end the clause yet.
        ending = _CLAUSE_END.search(text, one.end + 2)
        stretches[one.key].append((one.start, ending.start() if ending else len(text)))
    return stretches


_NO = re.compile(r"(?:^|\W)(?:no|without|any|kein\w{0,2}|ohne)\s{1,2}\Z", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,.;!?:\n]|\b(?:but|sondern)\b", re.IGNORECASE)


@cache
def _theme_telling() -> Telling:
    themes = load_themes()
    return Telling(themes.themes, themes.words)


@cache
def _scope_telling() -> Telling:
    themes = load_themes()
    return Telling({str(key): told for key, told in themes.scopes.items()}, themes.words)


@cache
def _trait_telling() -> Telling:
    themes = load_themes()
    return Telling(themes.traits, themes.words)


def label(language: str, key: str, part: str, kind: str = "themes") -> str:
    """The `label` of a theme or (kind "traits") a trait, or a theme's `aim`, which holds {name}."""
    return str(data("prompts", f"planning/themes_{language}.yaml")[kind][key][part])
