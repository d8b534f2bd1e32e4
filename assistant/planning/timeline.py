"""The path of a mentee and a mentor: what lies behind them, and the turns that lie ahead.

What it does not know: when the meetings ahead will be; it counts meetings, not weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from assistant.planning.request import Stage

if TYPE_CHECKING:
    from assistant.planning.mentees import Mentee, PlanRecord, SessionLog

TurnKey = Literal["first", "third", "half_way", "ending_soon", "last"]
DIPS: tuple[TurnKey, ...] = ("third", "half_way", "ending_soon")

FEWEST_FOR_HALF_WAY, FEWEST_FOR_ENDING = 6, 4
"""Planned meetings from which a review in the middle, and a word on the end, find a place."""

BEFORE_THE_LAST = 3
"""Meetings before the last one at which to speak of the end: six to eight weeks, every two weeks
or so (guide `ending-well`)."""


@dataclass(frozen=True)
class Turn:
    """A meeting that is known to be unlike the others."""

    key: TurnKey
    number: int


@dataclass(frozen=True)
class Event:
    """A point of the path.

    `day` is None for what lies ahead. `turns` says what the meeting is besides an ordinary one. A
    meeting has its `log` (what was agreed and kept, how it felt), a plan its `plan`.
    """

    kind: Literal["meeting", "plan", "ahead"]
    number: int | None
    day: date | None
    turns: tuple[TurnKey, ...] = ()
    log: SessionLog | None = None
    plan: PlanRecord | None = None

    @property
    def agreed(self) -> int:
        """How many things were agreed."""
        return len(self.log.agreed) if self.log else 0

    @property
    def kept(self) -> int:
        """How many of them were done."""
        return sum(line.done for line in self.log.agreed) if self.log else 0


def turns(planned: int | None) -> tuple[Turn, ...]:
    """The special meetings in order; most need the number of `planned` ones."""
    found = [Turn("first", 1)]
    if planned is None or planned > 3:
        found.append(Turn("third", 3))
    if planned is not None and planned > 1:
        half = (planned + 1) // 2
        if planned >= FEWEST_FOR_HALF_WAY:
            found.append(Turn("half_way", half))
        if planned >= FEWEST_FOR_ENDING:
            found.append(Turn("ending_soon", max(planned - BEFORE_THE_LAST, half + 1)))
        found.append(Turn("last", planned))
    return tuple(sorted(found, key=lambda turn: turn.number))


def outlook(last: int, planned: int | None) -> tuple[Turn, ...]:
    """The known dips after meeting `last` (0 when there was none)."""
    return tuple(turn for turn in turns(planned) if turn.key in DIPS and turn.number > last)


def stage(number: int, planned: int | None) -> Stage:
    """Which kind of meeting has that number; without `planned` ones only the first is known."""
    keys = _keys(number, planned)
    for known in ("first", "last", "half_way"):
        if known in keys:
            return known
    return "regular"


def timeline(
    mentee: Mentee, logs: Iterable[SessionLog], plans: Iterable[PlanRecord]
) -> list[Event]:
    """The path so far by day, each plan before its meeting; then what lies ahead, by number."""
    held = sorted(logs, key=lambda log: log.number)
    planned = mentee.planned_meetings
    behind = [
        *(
            Event("meeting", log.number, log.held_on, _keys(log.number, planned), log=log)
            for log in held
        ),
        *(
            Event("plan", plan.number, plan.created.astimezone().date(), plan=plan)
            for plan in plans
        ),
    ]
    behind.sort(key=lambda event: (event.day, event.number or 0, event.kind == "meeting"))
    return behind + _ahead(held, planned)


def _ahead(held: Sequence[SessionLog], planned: int | None) -> list[Event]:
    last = held[-1].number if held else 0
    numbers = dict.fromkeys(turn.number for turn in turns(planned) if turn.number > last)
    return [Event("ahead", number, None, _keys(number, planned)) for number in numbers]


def _keys(number: int, planned: int | None) -> tuple[TurnKey, ...]:
    return tuple(turn.key for turn in turns(planned) if turn.number == number)
