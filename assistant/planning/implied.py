"""Edits that a message implies without the words for them: "she has a cold, we'll phone"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.planning.amounts import Amount, amount_in
from assistant.planning.asking import Wording
from assistant.planning.edit import Edit, Exchange, Missing, Remove, Resize, State
from assistant.planning.plan import SessionPlan
from assistant.planning.pointing import pointed
from assistant.planning.slots import SLOTS
from assistant.planning.stating import Statement
from assistant.planning.wishes import load_phrases, sorter

Read = Callable[[str, SessionPlan], Sequence[Edit]]

TOLD, IN_A_CHAT = 0.75, 0.85
"""How sure the learnt reader must be of a message that is said to change a plan, and of one that
may be anything."""

WITH_A_SIGN = 0.5
"""The same for a message that is said to change a plan, where something else speaks for the kind:
a number in it, or that they were to meet outside."""

_WITH_A_SIGN = ("group", "indoors")

_ABOUT = ("focus", "add_focus")
"""What the meeting is about: which theme it is, is guessed where the change is done."""

_SIGNS = {"longer_item": 1, "shorter_item": -1}
_OF_ITEMS = {"drop_item", "replace_item", *_SIGNS}


def implied(text: str, plan: SessionPlan, read: Read, least: float) -> list[Edit]:
    """What a message that isn't understood by its words probably asks for.

    `read` reads a phrase by its words; `least` is how sure the reader must be, 0 to 1. Figures and
    items are still taken from the words: without them a wish that needs one stays open.
    """
    if Wording(text).asks("keep", "past"):
        return []
    kind, sure = sorter().likeliest(text)
    if sure < (WITH_A_SIGN if kind in _WITH_A_SIGN and least == TOLD else least):
        return []
    if kind in SLOTS:
        fields = SLOTS[kind](text, plan.request)
        return [State(Statement(fields=fields))] if fields else []
    if kind == "simpler":
        return [Missing(why="no_simpler")]
    if kind in _ABOUT:
        return [State(Statement(focus=True, beside=kind == "add_focus"))]
    if kind in load_phrases().said:
        return list(read(load_phrases().said[kind][plan.language], plan))
    if kind in _OF_ITEMS:
        return _of_items(kind, text, plan)
    return []


def _of_items(kind: str, text: str, plan: SessionPlan) -> list[Edit]:
    named, unplaced = pointed(plan, text)
    keys = dict.fromkeys(one.key for one in named if one.key is not None and not one.aim)
    if kind in _SIGNS:
        amount = amount_in(unplaced) or Amount(None, _SIGNS[kind])
        return [Resize(key, amount) for key in keys]
    if kind == "drop_item":
        return [Remove(key) for key in keys]
    return [Exchange(key) for key in keys]
