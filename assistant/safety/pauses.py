"""What Tandem says of its own accord so that nobody forgets what it is, or to sleep.

That it is a machine, at the start of a conversation and again after three hours of use; a kind
word about a break, late in the evening and at night. Nothing here holds anybody back: there is no
word that asks a person to stay, and a goodbye is answered with a goodbye.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

Pause = Literal["machine", "machine_again", "break"]
"""The names of the texts in `prompts/replies`, under `pauses`."""

MACHINE_AGAIN = timedelta(hours=3)
USE_BEFORE_BREAK = timedelta(minutes=60)
BREAK_AGAIN = timedelta(hours=1)
AWAY = timedelta(minutes=30)
"""Somebody who writes nothing for longer has had a pause: use begins anew."""

NIGHT_BEGINS, NIGHT_ENDS = time(22), time(6)


@dataclass(frozen=True)
class Use:
    """How long somebody has been using Tandem without a longer pause, and what was said when.

    All times are those of the person's clock, with a time zone.
    """

    began: datetime
    seen: datetime
    machine_said: datetime | None = None
    break_said: datetime | None = None


def used(before: Use | None, now: datetime) -> Use:
    """The use that goes on now, or a new one after a longer pause.

    What was said stays known: a break that was suggested isn't suggested again within the hour.
    """
    if before is None:
        return Use(began=now, seen=now)
    goes_on = timedelta(0) <= now - before.seen <= AWAY
    began = before.began if goes_on and before.began <= now else now
    return replace(before, began=began, seen=now)


def pauses(use: Use, now: datetime, *, starts: bool) -> tuple[Pause, ...]:
    """What is due; `starts` says that a conversation begins now."""
    due: list[Pause] = []
    if starts or use.machine_said is None:
        due.append("machine")
    elif now - max(use.began, use.machine_said) >= MACHINE_AGAIN:
        due.append("machine_again")
    if is_night(now) and now - use.began >= USE_BEFORE_BREAK and _break_is_due(use, now):
        due.append("break")
    return tuple(due)


def said(use: Use, what: tuple[Pause, ...], now: datetime) -> Use:
    """The use after this was said."""
    if "machine" in what or "machine_again" in what:
        use = replace(use, machine_said=now)
    return replace(use, break_said=now) if "break" in what else use


def is_night(now: datetime) -> bool:
    """Whether it is between ten in the evening and six in the morning."""
    return now.time() >= NIGHT_BEGINS or now.time() < NIGHT_ENDS


def _break_is_due(use: Use, now: datetime) -> bool:
    return use.break_said is None or now - use.break_said >= BREAK_AGAIN
