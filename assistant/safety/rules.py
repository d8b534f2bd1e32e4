"""The safety data (`knowledge/safety`), checked and compiled: what is noticed, what is left alone.

The rules of both languages work on every message, because people mix languages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from assistant.safety.concern import ConcernKind, Severity
from assistant.safety.patterns import Finder, Pattern, compile_pattern
from assistant.safety.wording import plain, typing_slips

LANGUAGES = ("en", "de")

BoundaryKind = Literal[
    "diagnosis", "medical", "legal", "therapy", "secrecy", "closeness", "manipulation"
]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Data):
    """What is noticed. `intent` marks words of wanting to act: a near time beside them is acute."""

    id: str
    kind: ConcernKind
    severity: Severity
    patterns: tuple[str, ...] = Field(min_length=1)
    example: str
    near_miss: str
    intent: bool = False
    firm: bool = False
    """No exclusion silences a firm rule."""
    speaker: Literal["self", "other"] | None = None
    """Whom it is about; None: told from the words."""
    subject: Literal["suffers_it", "does_it"] = "suffers_it"
    """Whether the subject before the words is whom it is about, or who does it to somebody."""


class Exclusion(_Data):
    """What is left alone: a rule found in its `scope` doesn't count.

    `words`: where both overlap; `after`: from there to the sentence's end; `sentence` and
    `message`: anywhere in it. `unless` patterns anywhere in the message lift the exclusion.
    """

    id: str
    scope: Literal["words", "after", "sentence", "message"] = "words"
    kinds: tuple[ConcernKind, ...] = ("self_harm", "abuse", "violence", "acute_danger")
    speaker: Literal["self", "other"] | None = None
    patterns: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    example: str
    still_noticed: str


class BoundaryRule(_Data):
    """A request that Tandem answers with a kind line on what it can do instead."""

    kind: BoundaryKind
    patterns: tuple[str, ...] = Field(min_length=1)
    examples: tuple[str, ...] = Field(min_length=1)
    near_miss: str


class Language(_Data):
    """One language's file."""

    words: dict[str, tuple[str, ...]]
    spellings: dict[str, str]
    slips_of: tuple[str, ...]
    real_words: tuple[str, ...]
    told_by_another: tuple[str, ...]
    self_words: tuple[str, ...]
    mine_words: tuple[str, ...]
    other_words: tuple[str, ...]
    object_words: tuple[str, ...]
    other_people: tuple[str, ...]
    near_times: tuple[str, ...]
    rules: tuple[Rule, ...]
    exclusions: tuple[Exclusion, ...]
    boundaries: tuple[BoundaryRule, ...]


@dataclass(frozen=True)
class Pronouns:
    """Words that tell whom a message is about: `own` (I, me), `mine` (my), `other` (she),
    `objects` (him, his) and `people` (mentee, friend)."""

    own: frozenset[str]
    mine: frozenset[str]
    other: frozenset[str]
    objects: frozenset[str]
    people: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """Both languages, ready to be looked for."""

    spellings: dict[str, str]
    rules: Finder[Rule]
    exclusions: Finder[Exclusion]
    lifting: Finder[Exclusion]
    near_times: Finder[None]
    told_by_another: Finder[None]
    boundaries: Finder[BoundaryRule]
    pronouns: Pronouns


def read_language(language: str) -> Language:
    """The file of one language. Raises pydantic's ValidationError when it isn't as it should be."""
    return Language.model_validate(read_data(f"safety/{language}.yaml"))


def read_data(path: str) -> Any:
    """The YAML file at `path` in the package `knowledge`."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(
        resources.files("knowledge").joinpath(path).read_text(encoding="utf-8"),
        Loader=loader,  # noqa: S506 (both are safe loaders)
    )


@cache
def load_rules() -> Rules:
    """Both languages' rules, read and compiled once a process."""
    languages = [read_language(language) for language in LANGUAGES]
    return Rules(
        spellings={word: meant for one in languages for word, meant in _spellings(one)},
        rules=Finder(e for one in languages for e in _compiled(one, one.rules)),
        exclusions=Finder(e for one in languages for e in _compiled(one, one.exclusions)),
        lifting=Finder(
            (exclusion, compile_pattern(pattern, one.words))
            for one in languages
            for exclusion in one.exclusions
            for pattern in exclusion.unless
        ),
        near_times=Finder(e for one in languages for e in _nameless(one, one.near_times)),
        told_by_another=Finder(e for one in languages for e in _nameless(one, one.told_by_another)),
        boundaries=Finder(e for one in languages for e in _compiled(one, one.boundaries)),
        pronouns=Pronouns(
            own=_plain(word for one in languages for word in one.self_words),
            mine=_plain(word for one in languages for word in one.mine_words),
            other=_plain(word for one in languages for word in one.other_words),
            objects=_plain(word for one in languages for word in one.object_words),
            people=_plain(word for one in languages for word in one.other_people),
        ),
    )


def _plain(words: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(word) for word in words)


_Owner = TypeVar("_Owner", Rule, Exclusion, BoundaryRule)


def _compiled(language: Language, owners: Iterable[_Owner]) -> Iterable[tuple[_Owner, Pattern]]:
    for owner in owners:
        for pattern in owner.patterns:
            yield owner, compile_pattern(pattern, language.words)


def _nameless(language: Language, patterns: Iterable[str]) -> Iterable[tuple[None, Pattern]]:
    for pattern in patterns:
        yield None, compile_pattern(pattern, language.words)


def _spellings(language: Language) -> Iterable[tuple[str, str]]:
    real = {plain(word) for word in (*language.real_words, *language.slips_of)}
    for word in language.slips_of:
        for slip in typing_slips(plain(word)) - real:
            yield slip, plain(word)
    for written, meant in language.spellings.items():
        yield plain(written), plain(meant)
