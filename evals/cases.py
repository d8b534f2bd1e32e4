"""What a trainer writes: a case says what somebody types and what a good answer must do.

Cases stand in suites (`evals.suites`). What is checked depends on a case's kind (`evals.kinds`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.safety.concern import ConcernKind, Severity

Language = Literal["en", "de"]
Role = Literal["mentor", "mentee", "trainer", "coordinator"]
Status = Literal["draft", "reviewed", "retired"]
Split = Literal["dev", "test"]
Weight = Literal["vital", "okay"]


@dataclass(frozen=True)
class Point:
    """Something that the answer should say.

    It counts as said when any of `accepted` stands in the answer: the same words in order, whatever
    their case, punctuation and Markdown; a ``*`` at a word's end stands for any ending.
    """

    accepted: tuple[str, ...]
    weight: Weight = "vital"


@dataclass(frozen=True)
class Limits:
    """The most that an answer may have; None is no limit."""

    words: int | None = None
    questions: int | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Case:
    """One case.

    `turns` are a person's messages in order; the assistant answers each before the next is said,
    and the answer to the last one is scored. `relevant` grades places in the guides from 1
    (touches it) to 3 (answers it fully); a place is a guide's path, or ``path#Heading``. `must_not`
    are wordings, as in `Point`, that must not appear. `concern` is the kind that must be noticed,
    None where there is none, `severity` the least severity it must have. `family` joins a case with
    its twin in the other language. `guides_language` is the language of the guides that answer,
    where it isn't the case's own.
    """

    id: str
    kind: str
    language: Language
    turns: tuple[str, ...]
    family: str = ""
    role: Role = "mentor"
    relevant: Mapping[str, int] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    must_not: tuple[str, ...] = ()
    limits: Limits = Limits()
    concern: ConcernKind | None = None
    severity: Severity | None = None
    guides_language: Language | None = None
    source: str = ""
    status: Status = "draft"
    split: Split = "dev"
    note: str = ""

    @property
    def cluster(self) -> str:
        """What is resampled together: the family, or the case alone."""
        return self.family or self.id
