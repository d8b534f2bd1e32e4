"""What a message can ask to change about a plan, as data: one edit for each thing asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.planning.amounts import Amount
from assistant.planning.stating import Statement


@dataclass(frozen=True)
class Back:
    """An earlier version again: by its number, or (None) the one before."""

    version: int | None = None


@dataclass(frozen=True)
class Translate:
    """The same plan in another language."""

    language: str


@dataclass(frozen=True)
class Missing:
    """Something is named that isn't there: an item by its place, or as a kind of `things`; or it
    can't be done, and `why` is the key of the words that say so."""

    place: int = 0
    thing: str = ""
    why: str = ""


@dataclass(frozen=True)
class Remove:
    """Without an item; its minutes go to `heir`, else to the weightiest but those `not_to`."""

    key: str
    heir: str = ""
    not_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Resize:
    """An item longer or shorter."""

    key: str
    amount: Amount


@dataclass(frozen=True)
class Exchange:
    """Something else in an item's place: what is wished for, or the same for so many people."""

    key: str
    wish: str = ""
    people: int | None = None


@dataclass(frozen=True)
class Move:
    """To place `to` of the agenda (-1: the last), by `by` places, or next to another item."""

    key: str
    to: int | None = None
    by: int = 0
    beside: str = ""
    after: bool = False


@dataclass(frozen=True)
class Swap:
    """Two items, each in the other's place."""

    key: str
    other: str


@dataclass(frozen=True)
class Add:
    """Something more, of `things`; next to an item where one is named."""

    thing: str
    minutes: int | None = None
    beside: str = ""
    after: bool = True


@dataclass(frozen=True)
class State:
    """Facts of the meeting as a whole."""

    statement: Statement = field(default_factory=Statement)


Edit = Back | Translate | Missing | Remove | Resize | Exchange | Move | Swap | Add | State
