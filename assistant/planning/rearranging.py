"""An agenda in another order or with other minutes; no item says anything else.

What it does not know: whether a talk reads well in another order. An opening stays first and an
ending last, unless somebody moves that very part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.planning.arcs import load_arcs
from assistant.planning.asking import load_changes
from assistant.planning.composing import Keep, Planner
from assistant.planning.edit import Move, Remove, Resize, Swap
from assistant.planning.plan import AgendaItem, SessionPlan
from assistant.planning.wording import said

LEAST_ITEM = 2
"""Minutes that an item keeps when another one grows."""

ROUND = 5
"""Minutes that are moved at once where there are enough: times in fives are easy to keep."""


@dataclass(frozen=True)
class Done:
    """A plan after an edit, and what to say of it."""

    plan: SessionPlan
    notes: tuple[str, ...]


def unchanged(plan: SessionPlan, name: str, **values: object) -> Done:
    """A plan as it was, and why; `name` is an entry of the changes' words."""
    return Done(plan, (said(plan.language, "changes", name, **values),))


def removed(planner: Planner, plan: SessionPlan, edit: Remove) -> Done:
    """Without an item; another gets its minutes."""
    gone = item_of(plan, edit.key)
    rest = [item for item in plan.agenda if item.key != gone.key]
    if not rest:
        return unchanged(plan, "only_one")
    named = [item for item in rest if item.key == edit.heir]
    heir = (named or [weightiest([i for i in rest if i.key not in edit.not_to] or rest)])[0]
    fixed = {item.key: item.minutes for item in rest}
    fixed[heir.key] += gone.minutes
    without = tuple(dict.fromkeys((*plan.request.without, gone.key)))
    request = plan.request.model_copy(update={"without": without})
    new = planner.compose(request, Keep(plan, keys=tuple(fixed), fixed=fixed))
    words = said(plan.language, "changes", "item_removed", title=gone.title, other=heir.title)
    return Done(new, (words,))


def resized(planner: Planner, plan: SessionPlan, edit: Resize) -> Done:
    """An item longer or shorter; the others give the minutes or get them."""
    item = item_of(plan, edit.key)
    others = [other for other in plan.agenda if other.key != item.key]
    if not others:
        return unchanged(plan, "only_one")
    most = plan.request.minutes - sum(min(LEAST_ITEM, one.minutes) for one in others)
    wanted = edit.amount.of(item.minutes)
    target = max(min(LEAST_ITEM, item.minutes), min(wanted, most))
    if target == item.minutes:
        name = "item_so" if wanted == target else "item_no_room"
        return unchanged(plan, name, title=item.title, minutes=target)
    fixed = shared(others, item.minutes - target)
    changed = [one for one in others if fixed[one.key] != one.minutes]
    new = with_minutes(planner, plan, fixed | {item.key: target})
    name = "item_longer" if target > item.minutes else "item_shorter"
    others_named = quoted(plan.language, (one.title for one in changed))
    words = said(
        plan.language, "changes", name, title=item.title, minutes=target, others=others_named
    )
    return Done(new, (words,))


def moved(planner: Planner, plan: SessionPlan, edit: Move) -> Done:
    """An item at another place, with its minutes."""
    item, before = item_of(plan, edit.key), keys_of(plan)
    keys = [key for key in before if key != item.key]
    wanted = _wanted_place(edit, keys, before.index(item.key))
    target = _allowed_place(keys, wanted, item.key)
    keys.insert(target, item.key)
    place = target + 1
    if tuple(keys) == before:
        held = _held_back(plan, wanted, target, keys)
        return Done(
            plan,
            (held or said(plan.language, "changes", "item_there", title=item.title, number=place),),
        )
    new = _in_order(planner, plan, keys)
    note = said(plan.language, "changes", "item_moved", title=item.title, number=place)
    more = _held_back(plan, wanted, target, keys) or _out_of_place(plan, keys)
    return Done(new, (note, more) if more else (note,))


def swapped(planner: Planner, plan: SessionPlan, edit: Swap) -> Done:
    """Two items in each other's place, each with its minutes."""
    keys = list(keys_of(plan))
    if edit.key == edit.other:
        return unchanged(plan, "unclear")
    first, second = sorted((keys.index(edit.key), keys.index(edit.other)))
    for place, name, ends in ((0, "stays_first", _FIRST), (len(keys) - 1, "stays_last", _LAST)):
        if place in (first, second) and keys[place] in getattr(load_changes(), ends):
            return unchanged(plan, name, title=item_of(plan, keys[place]).title)
    keys[first], keys[second] = keys[second], keys[first]
    new = _in_order(planner, plan, keys)
    one, other = item_of(plan, keys[first]).title, item_of(plan, keys[second]).title
    return Done(new, (said(plan.language, "changes", "swapped", one=one, other=other),))


# -- places --------------------------------------------------------------------------------------

_FIRST, _LAST = "stands_first", "stands_last"


def _wanted_place(edit: Move, keys: Sequence[str], now: int) -> int:
    """Where in the other items' order an item is to stand, from 0."""
    if edit.beside in keys:
        return keys.index(edit.beside) + (1 if edit.after else 0)
    place = now + edit.by if edit.to is None else edit.to - 1 if edit.to > 0 else len(keys)
    return max(0, min(place, len(keys)))


def _allowed_place(keys: Sequence[str], place: int, key: str) -> int:
    """The nearest place that leaves the opening first and the ending last."""
    changes = load_changes()
    if key in (*changes.stands_first, *changes.stands_last) or not keys:
        return place
    least = 1 if keys[0] in changes.stands_first else 0
    most = len(keys) - (1 if keys[-1] in changes.stands_last else 0)
    return max(least, min(place, max(most, least)))


def _held_back(plan: SessionPlan, wanted: int, target: int, keys: Sequence[str]) -> str:
    """What to say where an item can't go as far as somebody wants."""
    if wanted == target:
        return ""
    name, end = ("stays_first", keys[0]) if wanted < target else ("stays_last", keys[-1])
    return said(plan.language, "changes", name, title=item_of(plan, end).title)


def _out_of_place(plan: SessionPlan, keys: Sequence[str]) -> str:
    """A hint where an opening no longer opens the meeting, or an ending no longer ends it."""
    before, changes = keys_of(plan), load_changes()
    for name, place, ends in (
        ("was_first", 0, changes.stands_first),
        ("was_last", -1, changes.stands_last),
    ):
        if before[place] in ends and keys[place] != before[place]:
            return said(plan.language, "changes", name, title=item_of(plan, before[place]).title)
    return ""


def _in_order(planner: Planner, plan: SessionPlan, keys: Sequence[str]) -> SessionPlan:
    keep = Keep(plan, keys=tuple(keys), fixed=minutes_of(plan))
    return planner.compose(plan.request, keep)


# -- minutes -------------------------------------------------------------------------------------


def shared(items: Sequence[AgendaItem], minutes: int) -> dict[str, int]:
    """The items' minutes once so many are given to them, or (below 0) taken from them.

    Given ones go to the weightiest. Taken ones come from whatever is longest at the moment: nobody
    gives more than a third as long as others can, nor goes below what such an item usually has.
    """
    fixed = {item.key: item.minutes for item in items}
    if minutes >= 0:
        fixed[weightiest(items).key] += minutes
        return fixed
    usual = {key: load_arcs().slot(key).least for key in fixed}
    two_thirds = {key: max(usual[key], -(-2 * had // 3)) for key, had in fixed.items()}
    hardly, barely = (dict.fromkeys(fixed, least) for least in (LEAST_ITEM, 1))
    steps = ((two_thirds, ROUND), (two_thirds, 1), (usual, 1), (hardly, 1), (barely, 1))
    for least, step in steps:
        minutes += _take(fixed, -minutes, least, step)
    return fixed


def _take(fixed: dict[str, int], minutes: int, least: Mapping[str, int], step: int) -> int:
    """Take minutes in steps from whatever is longest; how many could be taken."""
    taken = 0
    while minutes - taken >= step:
        open_ = [key for key in fixed if fixed[key] - step >= least[key]]
        if not open_:
            break
        fixed[max(open_, key=lambda key: fixed[key])] -= step
        taken += step
    return taken


def with_minutes(planner: Planner, plan: SessionPlan, fixed: Mapping[str, int]) -> SessionPlan:
    """A plan with other minutes for its items, and nothing else."""
    if fixed == minutes_of(plan):
        return plan
    return planner.compose(plan.request, Keep(plan, keys=keys_of(plan), fixed=fixed))


def settled(planner: Planner, before: SessionPlan, after: SessionPlan) -> SessionPlan:
    """The version after, its items with the minutes they had before, as far as these go.

    Only what came takes minutes from the others, and only what went leaves some to them. In a
    longer meeting no item gets shorter, in a shorter one none gets longer.
    """
    old = minutes_of(before)
    if before.request.minutes != after.request.minutes:
        return with_minutes(planner, after, _in_line(old, before, after))
    kept = [item for item in after.agenda if item.key in old]
    came = _came(before, after)
    if not kept:
        return after
    stand = [item.model_copy(update={"minutes": old[item.key]}) for item in kept]
    spare = after.request.minutes - sum(came.values()) - sum(item.minutes for item in stand)
    fixed = shared(stand, spare) | came
    if sum(fixed.values()) != after.request.minutes or min(fixed.values()) < 1:
        return after
    return with_minutes(planner, after, {key: fixed[key] for key in keys_of(after)})


def _came(before: SessionPlan, after: SessionPlan) -> dict[str, int]:
    """The minutes of what came: what went leaves its own, as far as they suit."""
    came = [item for item in after.agenda if item.key not in keys_of(before)]
    left = sum(item.minutes for item in before.agenda if item.key not in keys_of(after))
    if not left:
        return {item.key: item.minutes for item in came}
    slots = {item.key: load_arcs().slot(item.key) for item in came}
    each = left // max(1, len(came))
    return {key: max(slot.least, min(each, slot.most)) for key, slot in slots.items()}


def _in_line(old: Mapping[str, int], before: SessionPlan, after: SessionPlan) -> dict[str, int]:
    """The minutes of a longer or shorter meeting, none against the way that the whole goes."""
    total, now = after.request.minutes, minutes_of(after)
    grows = total > before.request.minutes
    bound = max if grows else min
    fixed = {key: bound(old.get(key, had), had) for key, had in now.items()}
    off = sum(fixed.values()) - total
    order = sorted(fixed, key=lambda key: abs(fixed[key] - old.get(key, 0)), reverse=True)
    for key in order:
        room = fixed[key] - old.get(key, load_arcs().slot(key).least)
        step = max(0, min(off, room)) if grows else min(0, max(off, room))
        fixed[key] -= step
        off -= step
    return now if off else fixed


# -- reading a plan ------------------------------------------------------------------------------


def weightiest(items: Sequence[AgendaItem]) -> AgendaItem:
    """The item that has most of a meeting's time by its kind."""
    return max(items, key=lambda item: load_arcs().slot(item.key).weight)


def item_of(plan: SessionPlan, key: str) -> AgendaItem:
    """The item of a key that the agenda has."""
    return next(item for item in plan.agenda if item.key == key)


def keys_of(plan: SessionPlan) -> tuple[str, ...]:
    """The items' keys in order."""
    return tuple(item.key for item in plan.agenda)


def minutes_of(plan: SessionPlan, without: Iterable[str] = ()) -> dict[str, int]:
    """The items' minutes by key, `without` some."""
    return {item.key: item.minutes for item in plan.agenda if item.key not in without}


def quoted(language: str, titles: Iterable[str]) -> str:
    """Titles in a row, each in quotation marks."""
    return ", ".join(said(language, "changes", "quoted", title=title) for title in titles)
