"""Changing a plan by talking: only what was asked changes, the rest stays word for word.

`edits` reads what a message asks for; here it is done, one thing after the other, as one new
version. What it does not know: wishes that no guide serves; then it says so and the plan stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from assistant.planning.comparing import compare
from assistant.planning.composing import BESIDE, Keep, Planner
from assistant.planning.edit import (
    Add,
    Back,
    Edit,
    Exchange,
    Missing,
    Move,
    Remove,
    Resize,
    State,
    Swap,
    Translate,
)
from assistant.planning.edits import LONGEST_CHANGE, edits_in
from assistant.planning.exchanging import added, exchanged, exercises_of
from assistant.planning.implied import IN_A_CHAT
from assistant.planning.material import Shelf
from assistant.planning.plan import SessionPlan
from assistant.planning.rearranging import (
    Done,
    keys_of,
    minutes_of,
    moved,
    removed,
    resized,
    swapped,
    unchanged,
)
from assistant.planning.reframing import reframed
from assistant.planning.stating import Statement
from assistant.planning.wording import said

MOST_WORDS = 40
"""Words of a message in a chat that may be a change; who writes more tells something else."""

_ORDER = (Back, Translate, Missing, Remove, State, Exchange, Resize, Move, Swap, Add)
"""What is asked at once is done in this order: room is made before it is filled."""


class Changer:
    """Makes the versions of a plan that a person asks for."""

    def __init__(self, planner: Planner, shelf: Shelf) -> None:
        self._planner, self._shelf = planner, shelf

    def change(
        self, plan: SessionPlan, text: str, earlier: Sequence[SessionPlan] = ()
    ) -> SessionPlan:
        """The next version of a plan; `earlier` are the versions before it, oldest first.

        `changes` of what comes back says what was done, or that nothing was understood.
        """
        wish = " ".join(text[:LONGEST_CHANGE].split())
        if plan.instead or not wish:
            return plan
        done = Done(plan, ())
        for edit in in_order(edits_in(wish, plan)):
            step = self._do(edit, plan, done.plan, wish, earlier)
            done = Done(step.plan, (*done.notes, *step.notes))
        notes = done.notes or unchanged(plan, "unclear").notes
        update = {"version": plan.version + 1, "changes": tuple(dict.fromkeys(notes))}
        return done.plan.model_copy(update=update)

    def _do(
        self,
        edit: Edit,
        first: SessionPlan,
        plan: SessionPlan,
        wish: str,
        earlier: Sequence[SessionPlan],
    ) -> Done:
        """One edit of a plan; its items are those that stood in the `first` one."""
        named = {key for name in ("key", "other") if (key := getattr(edit, name, None))}
        gone = [item for item in first.agenda if item.key in named - {*keys_of(plan)}]
        if gone:
            return unchanged(plan, "item_gone", title=gone[0].title)
        does: dict[type, Callable[[Any], Done]] = {
            Back: lambda one: _back(plan, one, earlier),
            Translate: lambda one: self._translated(plan, one.language),
            Missing: lambda one: _missing(plan, one),
            Remove: lambda one: removed(self._planner, plan, one),
            State: lambda one: reframed(self._planner, self._shelf, plan, one.statement, wish),
            Exchange: lambda one: exchanged(self._planner, self._shelf, plan, one),
            Resize: lambda one: resized(self._planner, plan, one),
            Move: lambda one: moved(self._planner, plan, one),
            Swap: lambda one: swapped(self._planner, plan, one),
            Add: lambda one: added(self._planner, plan, one),
        }
        return does[type(edit)](edit)

    def _translated(self, plan: SessionPlan, language: str) -> Done:
        if plan.language == language:
            return unchanged(plan, "already", what=said(language, "changes", "facts", "language"))
        request = plan.request.model_copy(update={"language": language})
        keep = Keep(
            plan,
            anew=frozenset(keys_of(plan)),
            beside_anew=frozenset(BESIDE),
            keys=keys_of(plan),
            fixed=minutes_of(plan),
            same=exercises_of(self._shelf, plan),
            people=_people_of(plan),
        )
        return Done(self._planner.compose(request, keep), (said(language, "changes", "language"),))


def in_order(edits: Sequence[Edit]) -> list[Edit]:
    """The edits as they are done; facts of the meeting are taken together."""
    edits = _with_heirs(edits)
    told = [one.statement for one in edits if isinstance(one, State)]
    rest = [one for one in edits if not isinstance(one, State)]
    whole: list[Edit] = [State(reduce(_both, told))] if told else []
    return sorted([*rest, *whole], key=lambda one: _ORDER.index(type(one)))


def _with_heirs(edits: Sequence[Edit]) -> list[Edit]:
    """Who gets an item's minutes: "drop item 2, and item 3 longer" says so itself."""
    sized = [one for one in edits if isinstance(one, Resize)]
    longer = next((r for r in sized if r.amount.sign > 0 and r.amount.minutes is None), None)
    if not any(isinstance(one, Remove) for one in edits):
        return list(edits)
    heir, not_to = longer.key if longer else "", frozenset(one.key for one in sized)
    return [
        replace(one, heir=heir, not_to=not_to) if isinstance(one, Remove) else one
        for one in edits
        if one is not longer
    ]


def _both(one: Statement, other: Statement) -> Statement:
    """Two statements as one; of fields that are stated twice the last counts."""
    lists = ("avoid", "allowed", "shun", "agreed", "traits", "wishes", "themes")
    joined = {n: tuple(dict.fromkeys((*getattr(one, n), *getattr(other, n)))) for n in lists}
    return Statement(
        fields={**one.fields, **other.fields},
        focus=one.focus or other.focus,
        beside=one.beside or other.beside,
        out_of_bounds=one.out_of_bounds or other.out_of_bounds,
        **joined,
    )


def is_change(text: str, plan: SessionPlan) -> bool:
    """Whether a message, said after a plan, asks to change it."""
    if len(text.split()) > MOST_WORDS:
        return False
    return any(
        not isinstance(edit, State) or edit.statement.is_sure
        for edit in edits_in(text, plan, IN_A_CHAT)
    )


def _back(plan: SessionPlan, edit: Back, earlier: Sequence[SessionPlan]) -> Done:
    number = edit.version
    if number is None:
        number = _version_before(plan, earlier)
    if number == plan.version:
        fact = said(plan.language, "changes", "facts", "version", value=number)
        return unchanged(plan, "already", what=fact)
    back = next((old for old in earlier if old.version == number), None)
    if back is None and number == 0:
        return unchanged(plan, "nothing_before")
    if back is None:
        return unchanged(plan, "no_version", version=number, newest=plan.version)
    return Done(back, (said(back.language, "changes", "back", version=number),))


def _version_before(plan: SessionPlan, earlier: Sequence[SessionPlan]) -> int:
    """The version that this one was made from, 0 where there is none.

    Going back twice goes back two steps, so a version that was brought back counts as the one it
    was; one that changed nothing is none to go back to.
    """
    versions, origins = [*earlier, plan], list[int]()
    for place, one in enumerate(versions):
        same = next((n for n in range(place - 1, -1, -1) if _alike(versions[n], one)), None)
        origins.append(place if same is None else origins[same])
    now = origins[-1]
    return versions[origins[now - 1]].version if now else 0


def _alike(one: SessionPlan, other: SessionPlan) -> bool:
    return compare(one, other).nothing and one.request == other.request


def _missing(plan: SessionPlan, edit: Missing) -> Done:
    if edit.why:
        return unchanged(plan, edit.why)
    if edit.thing:
        return unchanged(plan, "not_there", what=said(plan.language, "things", edit.thing))
    return unchanged(plan, "no_such_item", count=len(plan.agenda), number=edit.place)


def _people_of(plan: SessionPlan) -> dict[str, int]:
    """For how many mentees an item is, where not for all."""
    usual = plan.request.people + 1
    return {i.key: i.people - 1 for i in plan.agenda if i.people is not None and i.people != usual}
