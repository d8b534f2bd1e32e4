"""The parts of a meeting and how its time is shared among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.planning.request import SessionRequest
from assistant.words import data

LONG = 75
"""Minutes from which a meeting has a break."""

_MOST_PARTS = ((12, 3), (20, 5), (35, 6), (50, 7), (65, 8), (100, 9), (1_000, 10))
"""Up to so many minutes, a meeting has at most so many parts: more would be a timetable."""

LEAST_FOR_MORE = 60
"""Minutes from which a meeting may have two things to do."""

STRETCHES = 15
"""A slot that may have so many minutes may have more when there is more time than slots need."""

ADDED = "added"
"""Items that somebody asked for are called added-1, added-2; they share this slot."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Take(_Data):
    """Lines to take from a guide: up to `count` of those `under` a heading or of some `roles`.

    `guides` are names of built-in guides, or "theme" for those of the theme. `near` says in the
    plan's language what the lines should be about; without it the situation does. `ordered` takes a
    guide's numbered steps, or a `part` of them; `together` keeps to one section.
    """

    guides: tuple[str, ...] = Field(min_length=1)
    under: Mapping[str, str] = Field(default_factory=dict)
    roles: tuple[str, ...] = ()
    near: Mapping[str, str] = Field(default_factory=dict)
    count: int = Field(default=2, ge=1)
    ordered: bool = False
    part: Literal["", "first", "later"] = ""
    together: bool = False
    when: tuple[str, ...] = ()


Condition = Literal[
    "agreed", "third", "conflict", "peers", "beyond", "online", "one", "group", "second", "long",
    "icebreaker", "themed", "calm", "tender", "steady", "light", "open", "roomy", "playful",
]  # fmt: skip


class Slot(_Data):
    """A part of a meeting: `least` to `most` minutes, `weight` its share of the time.

    When time is short, the slots of the highest `rank` are left out first. `when` are conditions
    that must all hold.
    """

    least: int = Field(ge=1)
    most: int
    weight: float
    rank: int
    when: tuple[Condition, ...] = ()
    how: tuple[Take, ...] = ()
    say: tuple[Take, ...] = ()
    ask: tuple[Take, ...] = ()
    activity: bool = False
    theme: Literal["", "first", "second"] = ""


class Arcs(_Data):
    """All slots, and their order for each stage of the mentoring."""

    slots: dict[str, Slot]
    arcs: dict[str, tuple[str, ...]]
    beside: dict[str, Take]

    def slot(self, key: str) -> Slot:
        """The slot of an agenda item's key."""
        return self.slots[ADDED if key.startswith(ADDED) else key]


@cache
def load_arcs() -> Arcs:
    """`knowledge/planning/arcs.yaml`, read once a process."""
    return Arcs.model_validate(data("knowledge", "planning/arcs.yaml"))


CONDITIONS: dict[str, Callable[[SessionRequest], bool]] = {
    "agreed": lambda request: bool(request.agreed),
    "third": lambda request: request.number == 3,
    "online": lambda request: request.setting in ("online", "phone"),
    "one": lambda request: request.people == 1,
    "group": lambda request: request.people > 1,
    "long": lambda request: request.minutes >= LONG,
    "roomy": lambda request: request.minutes >= LEAST_FOR_MORE,
    "icebreaker": lambda request: "icebreaker" in request.wishes,
}
"""What the request itself tells; the others depend on its themes."""


def conditions(request: SessionRequest, told: Mapping[str, bool]) -> dict[str, bool]:
    """Which conditions hold for a request; `told` are those that the themes tell."""
    return {name: check(request) for name, check in CONDITIONS.items()} | dict(told)


def keys_for(request: SessionRequest, told: Mapping[str, bool]) -> list[str]:
    """The slots of a meeting in order, those that fit its time; `told` are further conditions."""
    arcs, holds = load_arcs(), conditions(request, told)
    keys = [
        key
        for key in arcs.arcs[request.stage]
        if key not in request.without
        and all(holds.get(condition, False) for condition in arcs.slots[key].when)
    ]
    wished = any(wish != "icebreaker" for wish in request.wishes)
    return fitting(keys, request.minutes, wished=wished)


def fitting(
    keys: Sequence[str], minutes: int, chosen: bool = False, wished: bool = False
) -> list[str]:
    """Those of the keys that have room in so many minutes; the least important go first.

    Where somebody has `chosen` them, as many may stand as there are minutes for; where something to
    do is `wished` for, it is as important as arriving.
    """
    arcs, kept = load_arcs(), list(keys)
    most = next(parts for limit, parts in _MOST_PARTS if minutes <= limit)
    most = len(kept) if chosen else most
    while len(kept) > 1 and (
        len(kept) > most or sum(arcs.slot(key).least for key in kept) > minutes
    ):
        kept.remove(max(kept, key=lambda key: _rank(arcs.slot(key), wished)))
    return kept


def making_room(keys: Sequence[str], fixed: Mapping[str, int], minutes: int) -> list[str]:
    """The keys without those for which the `fixed` ones leave no time, the least important first.

    What holds a meeting together (rank 0 and 1) stays; the fixed ones then get less.
    """
    arcs, kept = load_arcs(), list(keys)

    def needed() -> int:
        return sum(fixed.get(key, arcs.slot(key).least) for key in kept)

    while needed() > minutes:
        spare = [key for key in kept if key not in fixed and arcs.slot(key).rank > 1]
        if not spare:
            break
        kept.remove(max(spare, key=lambda key: arcs.slot(key).rank))
    return kept


def has_room_for_more(keys: Sequence[str], minutes: int) -> bool:
    """Whether a long enough meeting can have one more thing to do."""
    arcs = load_arcs()
    most = next(parts for limit, parts in _MOST_PARTS if minutes <= limit)
    least = sum(arcs.slot(key).least for key in (*keys, ADDED))
    return minutes >= LEAST_FOR_MORE and len(keys) < most and least <= minutes


def _rank(slot: Slot, wished: bool) -> int:
    return min(slot.rank, 1) if wished and slot.activity else slot.rank


def share_out(
    minutes: int, keys: Sequence[str], fixed: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Whole minutes for each slot that add up to `minutes`.

    `fixed` slots keep what they have, as far as the rest can have its least. Everybody gets the
    least; what remains is shared by weight, up to each slot's most, and in steps of five where the
    meeting is long enough for that to read well. What nobody can take goes to the weightiest slot.
    Raises ValueError when there are more slots than minutes.
    """
    if len(keys) > minutes:
        raise ValueError(f"{len(keys)} parts don't fit into {minutes} minutes")
    arcs = load_arcs()
    slots = {key: arcs.slot(key) for key in keys}
    kept = {key: value for key, value in (fixed or {}).items() if key in keys}
    free = [key for key in keys if key not in kept]
    if not free and sum(kept.values()) == minutes:
        return {key: kept[key] for key in keys}
    least = {key: slots[key].least for key in free}
    if not free or sum(kept.values()) + sum(least.values()) > minutes:
        kept, free = {}, list(keys)
        least = {key: min(slots[key].least, max(1, minutes // len(keys))) for key in keys}
    left = minutes - sum(kept.values()) - sum(least.values())
    room = {key: slots[key].most - least[key] for key in free}
    if left > sum(room.values()):
        # A very long meeting: what can stretch takes more than it usually would.
        room = {key: left if slots[key].most >= STRETCHES else room[key] for key in free}
    shares = _by_weight(left, free, room)
    given = {key: least[key] + shares[key] for key in free}
    heaviest = max(free, key=lambda key: (slots[key].weight, -free.index(key)))
    if minutes >= 30:
        given = {k: _rounded(v) if k != heaviest else v for k, v in given.items()}
    given[heaviest] = (
        minutes - sum(kept.values()) - sum(v for k, v in given.items() if k != heaviest)
    )
    if given[heaviest] < 1:
        return _evenly(minutes, keys)
    return {key: kept.get(key, given.get(key, 0)) for key in keys}


def _by_weight(left: int, keys: Sequence[str], room: Mapping[str, int]) -> dict[str, int]:
    """`left` minutes shared by weight within each slot's room."""
    slots = {key: load_arcs().slot(key) for key in keys}
    shares = dict.fromkeys(keys, 0)
    for _ in range(max(left, 0)):
        open_ = [key for key in keys if shares[key] < room[key]]
        if not open_:
            break
        hungry = min(
            open_, key=lambda key: ((shares[key] + 1) / slots[key].weight, keys.index(key))
        )
        shares[hungry] += 1
    return shares


def _rounded(minutes: int) -> int:
    """To five minutes, where five is not much of it."""
    return max(5, 5 * round(minutes / 5)) if minutes >= 4 else minutes


def _evenly(minutes: int, keys: Sequence[str]) -> dict[str, int]:
    each, more = divmod(minutes, len(keys))
    return {key: each + (place < more) for place, key in enumerate(keys)}
