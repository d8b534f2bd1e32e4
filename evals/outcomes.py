"""What Tandem did with a case: everything that scoring needs, so scoring never asks again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Quote:
    """A citation of an answer.

    `verbatim` says whether the quote and its passage were the guide's stored text at the offsets
    they name, looked up when the case ran.
    """

    number: int
    quote: str
    path: str
    heading_path: tuple[str, ...]
    language: str
    passage: str
    verbatim: bool


@dataclass(frozen=True)
class Found:
    """A passage that search found for the last turn, in its place of the ranking."""

    path: str
    heading_path: tuple[str, ...]
    language: str
    score: float
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """A version of a session plan, as data, and what only the guides can tell of it.

    `altered` are its lines that aren't their guide's stored text at the place they name.
    `exercises` says by an agenda item's key the whole section of the exercise that it is.
    """

    plan: Mapping[str, Any]
    altered: tuple[str, ...] = ()
    exercises: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """The run of one case.

    `text`, `kind`, `language` and `quotes` are those of the answer to the last turn; `concern` is
    what `assess` said of the last turn (kind, severity, evidence) or None. `nearest` are the paths
    shown where the guides don't cover a question. `seconds` is the time to the last turn's whole
    answer. `plans` are the versions of a session plan: as first made, then after each further turn.
    `error` is a sentence when Tandem raised one; the rest is empty then. `ran` says what was asked
    of Tandem: some of "respond", "search", "assess", "plan".
    """

    case: str
    ran: tuple[str, ...]
    text: str = ""
    kind: str = ""
    language: str = ""
    quotes: tuple[Quote, ...] = ()
    found: tuple[Found, ...] = ()
    concern: Mapping[str, Any] | None = None
    nearest: tuple[str, ...] = ()
    plans: tuple[Planned, ...] = ()
    seconds: float = 0.0
    error: str = ""
