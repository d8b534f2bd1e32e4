"""How two versions of a plan differ."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.planning.composing import BESIDE
from assistant.planning.plan import AgendaItem, SessionPlan
from assistant.planning.wording import said


@dataclass(frozen=True)
class Difference:
    """How one version differs from another: agenda titles gone, new, changed; minutes by title.

    `order` is true where the parts that stand in both come in another order; `beside` names the
    lists of lines beside the agenda that are others.
    """

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    minutes: tuple[tuple[str, int, int], ...] = ()
    beside: tuple[str, ...] = ()
    order: bool = False

    @property
    def nothing(self) -> bool:
        return self == Difference()


def compare(before: SessionPlan, after: SessionPlan) -> Difference:
    """How a version differs from another."""
    old = {item.key: item for item in before.agenda}
    new = {item.key: item for item in after.agenda}
    both = [key for key in new if key in old]
    return Difference(
        gone=tuple(item.title for key, item in old.items() if key not in new),
        new=tuple(item.title for key, item in new.items() if key not in old),
        changed=tuple(new[k].title for k in both if _texts(new[k]) != _texts(old[k])),
        minutes=tuple(
            (new[k].title, old[k].minutes, new[k].minutes)
            for k in both
            if new[k].minutes != old[k].minutes
        ),
        beside=tuple(
            name
            for name in BESIDE
            if [line.text for line in getattr(before, name)]
            != [line.text for line in getattr(after, name)]
        ),
        order=both != [key for key in old if key in new],
    )


def came_and_went(before: SessionPlan, after: SessionPlan) -> list[str]:
    """What to say of parts that left or came with a change."""
    found, notes = compare(before, after), []
    if found.gone:
        shorter = after.request.minutes < before.request.minutes
        name = "left_out" if shorter else "gone"
        notes.append(said(after.language, "changes", name, titles=", ".join(found.gone)))
    if found.new:
        notes.append(said(after.language, "changes", "brought_in", titles=", ".join(found.new)))
    return notes


def _texts(item: AgendaItem) -> tuple[object, ...]:
    return item.title, item.note, tuple(line.text for line in item.lines)
