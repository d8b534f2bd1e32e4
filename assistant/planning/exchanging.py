"""Something else in an item's place, or something more; what no guide offers is said and left.

What it does not know: whether the new exercise will go down better than the old one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.planning.arcs import ADDED, load_arcs
from assistant.planning.asking import load_changes
from assistant.planning.composing import Keep, Planner
from assistant.planning.edit import Add, Exchange
from assistant.planning.material import Shelf
from assistant.planning.plan import AgendaItem, SessionPlan
from assistant.planning.pointing import is_exercise
from assistant.planning.rearranging import (
    LEAST_ITEM,
    Done,
    item_of,
    keys_of,
    minutes_of,
    quoted,
    shared,
    unchanged,
    with_minutes,
)
from assistant.planning.request import MOST_MINUTES
from assistant.planning.wording import said

PAUSE = 5
SHORT_MEETING = 45
"""Minutes from which something more may take ten minutes; in less it takes five if it can."""

LONG_MEETING = 60
"""Minutes from which there is time for a walk."""

LONGEST_ADDED = 20
_RULED_OUT_BY = {
    "game": ("games",), "icebreaker": ("games",), "creative": ("drawing",), "writing": ("writing",),
    "role_play": ("role_play",),
}  # fmt: skip
"""What a request may avoid that a thing can't do without."""

_ENDS = ("next_step", "basics", "contact", "second")


def exchanged(planner: Planner, shelf: Shelf, plan: SessionPlan, edit: Exchange) -> Done:
    """Another choice for an item, such as a game; or the same one for so many people."""
    item = item_of(plan, edit.key)
    if edit.people is not None:
        return _for_people(planner, shelf, plan, item, edit.people)
    if edit.wish and not load_arcs().slot(item.key).activity:
        return _in_its_place(planner, plan, item, edit.wish)
    wishes = {item.key: edit.wish} if edit.wish else {}
    new = planner.compose(
        _without_bars(plan, edit.wish).request, replace(_anew(plan, item), wishes=wishes)
    )
    place = keys_of(plan).index(item.key) + 1
    there = next((one for one in new.agenda if one.key == item.key), None)
    if there is None or not there.lines or _is_same(item, there):
        if edit.wish:
            return unchanged(plan, "nothing_to_add", what=_thing(plan, edit.wish))
        return unchanged(plan, "nothing_else", number=place)
    name = "item_anew" if there.title == item.title else "item_changed"
    return Done(new, (said(plan.language, "changes", name, number=place, title=there.title),))


def _is_same(item: AgendaItem, there: AgendaItem) -> bool:
    """Whether nothing else was found; a talk where an exercise stood is nothing else."""
    if is_exercise(item) and not is_exercise(there):
        return True
    return [line.text for line in there.lines] == [line.text for line in item.lines]


def _anew(plan: SessionPlan, item: AgendaItem) -> Keep:
    return Keep(
        plan,
        anew=frozenset([item.key]),
        keys=keys_of(plan),
        fixed=minutes_of(plan),
        not_again=_shown(item),
    )


def _in_its_place(planner: Planner, plan: SessionPlan, item: AgendaItem, wish: str) -> Done:
    """An exercise where a talk stood, or the talk itself taken outside."""
    place = keys_of(plan).index(item.key) + 1
    if wish == "outside":
        note = said(plan.language, "notes", "outside")
        words = said(plan.language, "changes", "item_outside", title=item.title)
        return Done(_with_item(plan, item.model_copy(update={"note": note})), (words,))
    key = _free_key(plan)
    keys = [key if one == item.key else one for one in keys_of(plan)]
    fixed = minutes_of(plan, [item.key]) | {key: item.minutes}
    without = tuple(dict.fromkeys((*plan.request.without, item.key)))
    request = _without_bars(plan, wish).request.model_copy(update={"without": without})
    keep = Keep(plan, keys=tuple(keys), fixed=fixed, wishes={key: wish}, not_again=_all_shown(plan))
    new = planner.compose(request, keep)
    if key not in keys_of(new):
        return unchanged(plan, "nothing_to_add", what=_thing(plan, wish))
    title = item_of(new, key).title
    words = said(plan.language, "changes", "item_changed", number=place, title=title)
    return Done(new, (words,))


# -- for so many people --------------------------------------------------------------------------


def _for_people(
    planner: Planner, shelf: Shelf, plan: SessionPlan, item: AgendaItem, people: int
) -> Done:
    """The same item for another number of people; an exercise that can't be is exchanged."""
    new = plan
    if is_exercise(item) and not can_be_for(shelf, plan, item, people):
        keep = replace(_anew(plan, item), people={item.key: max(1, people - 1)})
        new = planner.compose(plan.request, keep)
    there = item_of(new, item.key)
    note = said(plan.language, "notes", "for_people", people=people)
    note = there.note if note in there.note else f"{note} {there.note}".strip()
    place = keys_of(plan).index(item.key) + 1
    words = said(plan.language, "changes", "item_people", number=place, people=people)
    changed = there.model_copy(update={"people": people, "note": note})
    return Done(_with_item(new, changed), (words,))


def can_be_for(shelf: Shelf, plan: SessionPlan, item: AgendaItem, people: int) -> bool:
    """Whether so many people, mentor included, can do an item's exercise."""
    found = exercises_of(shelf, plan).get(item.key)
    if found is None:
        return True
    source = next(s for s in plan.sources if s.number == item.how[0].source)
    least, most = shelf.guide(source.guide_id).exercises[found[1]].people
    return least <= people <= most


def exercises_of(shelf: Shelf, plan: SessionPlan) -> dict[str, tuple[str, int]]:
    """By key which exercise an item is: its guide's name and its place there."""
    found = {}
    sources = {source.number: source for source in plan.sources}
    for item in plan.agenda:
        if not (is_exercise(item) and item.how):
            continue
        source = sources[item.how[0].source]
        material = shelf.guide(source.guide_id)
        for place, exercise in enumerate(material.exercises):
            if exercise.passage.start == source.start:
                found[item.key] = (material.name, place)
    return found


# -- something more ------------------------------------------------------------------------------


def added(planner: Planner, plan: SessionPlan, edit: Add) -> Done:
    """Something more beside what is there; all others give minutes for it, the longest most."""
    if edit.thing == "break":
        return _with_break(planner, plan, edit)
    plan = _without_bars(plan, edit.thing)
    for people in dict.fromkeys((plan.request.people, 1)):
        # What is made for two can be done by a group in pairs.
        for minutes in _minutes_to_try(plan, edit):
            new = _with_more(planner, plan, edit, minutes, people)
            if new is not None:
                return _told(plan, _in_its_time(planner, plan, new, edit))
    return unchanged(plan, "nothing_to_add", what=_thing(plan, edit.thing))


def _minutes_to_try(plan: SessionPlan, edit: Add) -> Iterator[int]:
    if edit.minutes:
        yield edit.minutes
        return
    usual = PAUSE if plan.request.minutes < SHORT_MEETING else 2 * PAUSE
    usual += PAUSE if edit.thing == "outside" and plan.request.minutes >= LONG_MEETING else 0
    most = max(usual, min(LONGEST_ADDED, plan.request.minutes // 3))
    yield usual
    if most > usual:
        yield most


def _with_more(
    planner: Planner, plan: SessionPlan, edit: Add, minutes: int, people: int
) -> SessionPlan | None:
    key = _free_key(plan)
    fixed = shared(plan.agenda, -minutes)
    if sum(fixed.values()) + minutes != plan.request.minutes:
        return None
    keys = list(keys_of(plan))
    keys.insert(_place_for(plan, edit), key)
    wish = "" if edit.thing == "exercise" else edit.thing
    keep = Keep(
        plan,
        keys=tuple(keys),
        fixed=fixed | {key: minutes},
        wishes={key: wish} if wish else {},
        not_again=_all_shown(plan),
        people={key: people},
    )
    new = planner.compose(plan.request, keep)
    return new if set(keys) == set(keys_of(new)) else None


def _in_its_time(planner: Planner, before: SessionPlan, new: SessionPlan, edit: Add) -> SessionPlan:
    """An exercise that takes less than was set aside for it leaves the rest to the others."""
    item = item_of(new, _free_key(before))
    if edit.minutes or not item.takes or item.takes >= item.minutes:
        return new
    takes = max(LEAST_ITEM, item.takes)
    fixed = shared(before.agenda, -takes) | {item.key: takes}
    return with_minutes(planner, new, {key: fixed[key] for key in keys_of(new)})


def _with_break(planner: Planner, plan: SessionPlan, edit: Add) -> Done:
    """A pause, once, and where half of the time is over unless somebody says where."""
    if "break" in keys_of(plan):
        return unchanged(plan, "there_already", title=item_of(plan, "break").title)
    minutes = edit.minutes or PAUSE
    fixed = shared(plan.agenda, -minutes)
    if sum(fixed.values()) + minutes != plan.request.minutes:
        return unchanged(plan, "nothing_to_add", what=_thing(plan, "break"))
    keys = list(keys_of(plan))
    keys.insert(_place_for(plan, edit) if edit.beside else _half_way(plan), "break")
    without = tuple(key for key in plan.request.without if key != "break")
    request = plan.request.model_copy(update={"without": without})
    keep = Keep(plan, keys=tuple(keys), fixed=fixed | {"break": minutes})
    new = planner.compose(request, keep)
    if set(keys) != set(keys_of(new)):
        return unchanged(plan, "nothing_to_add", what=_thing(plan, "break"))
    return _told(plan, new)


def _told(before: SessionPlan, after: SessionPlan) -> Done:
    old = minutes_of(before)
    new = next(item for item in after.agenda if item.key not in old)
    givers = [i.title for i in after.agenda if i.key in old and i.minutes < old[i.key]]
    words = said(
        after.language, "changes", "added", title=new.title, minutes=new.minutes,
        others=quoted(after.language, givers),
    )  # fmt: skip
    return Done(after, (words,))


def _place_for(plan: SessionPlan, edit: Add) -> int:
    """Where an added item stands: as said, early if it breaks the ice, else before the end."""
    keys = keys_of(plan)
    if edit.beside in keys:
        return keys.index(edit.beside) + (1 if edit.after else 0)
    if edit.thing == "icebreaker":
        return 1
    ends, place = {*_ENDS, *load_changes().stands_last}, len(keys)
    while place > 1 and keys[place - 1] in ends:
        place -= 1
    return place


def _half_way(plan: SessionPlan) -> int:
    """The place between two items that is nearest to half of the time."""
    gone, places = 0, []
    for place, item in enumerate(plan.agenda[:-1], start=1):
        gone += item.minutes
        places.append((abs(2 * gone - plan.request.minutes), place))
    return min(places, default=(0, 1))[1]


# -- what is there -------------------------------------------------------------------------------


def _without_bars(plan: SessionPlan, thing: str) -> SessionPlan:
    """A plan whose request no longer avoids what is asked for now."""
    barred = {*_RULED_OUT_BY.get(thing, ()), "exercises"} if thing else set()
    avoid = tuple(name for name in plan.request.avoid if name not in barred)
    if avoid == plan.request.avoid:
        return plan
    return plan.model_copy(update={"request": plan.request.model_copy(update={"avoid": avoid})})


def _thing(plan: SessionPlan, thing: str) -> str:
    return said(plan.language, "things", thing)


def _free_key(plan: SessionPlan) -> str:
    taken = set(keys_of(plan))
    return next(k for n in range(1, MOST_MINUTES) if (k := f"{ADDED}-{n}") not in taken)


def _with_item(plan: SessionPlan, item: AgendaItem) -> SessionPlan:
    agenda = tuple(item if one.key == item.key else one for one in plan.agenda)
    return plan.model_copy(update={"agenda": agenda})


def _shown(item: AgendaItem) -> frozenset[str]:
    """What an item shows, as what must not come again."""
    return frozenset(
        [line.quote.casefold() for line in item.lines] + [item.title.split(": ", 1)[-1]]
    )


def _all_shown(plan: SessionPlan) -> frozenset[str]:
    shown: Sequence[frozenset[str]] = [_shown(item) for item in plan.agenda]
    return frozenset().union(*shown)
