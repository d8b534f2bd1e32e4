"""A plan for a meeting that is otherwise than was thought: shorter, online, without games.

Only what doesn't keep to the new frame is chosen anew. What it does not know: whether an exercise
that suits an age of 14 suits one of 18; it stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.planning.arcs import CONDITIONS, load_arcs
from assistant.planning.comparing import came_and_went
from assistant.planning.composing import BESIDE, Keep, Planner
from assistant.planning.exchanging import can_be_for
from assistant.planning.material import Shelf, asks_for
from assistant.planning.picking import done_at
from assistant.planning.plan import AgendaItem, SessionPlan
from assistant.planning.pointing import is_exercise, offered_by
from assistant.planning.rearranging import Done, keys_of, minutes_of, quoted, settled, unchanged
from assistant.planning.request import (
    LEAST_MINUTES,
    LONGEST_TEXT,
    MOST_MINUTES,
    SessionRequest,
)
from assistant.planning.stating import OWN_THEMES, Statement
from assistant.planning.themes import label
from assistant.planning.understanding import MOST_AGREED, MOST_THEMES, MOST_TRAITS
from assistant.planning.wording import said

_AVOIDED = ("feelings", "advice", "writing", "drawing", "games", "role_play", "reading")
_RESHAPING = frozenset({"minutes", "stage", "themes"})
"""Fields that make it another kind of meeting, with its usual parts."""

_BESIDE_THAT_ASKS = ("listening", "mentee_prompts")
"""Lists whose lines are asked or done; the others are for the mentor to know."""


def reframed(planner: Planner, shelf: Shelf, plan: SessionPlan, told: Statement, wish: str) -> Done:
    """The plan for a meeting of which something else is stated; `wish` is how it was said."""
    now, request = plan.language, plan.request
    told = _focused(planner, plan, told, wish)
    update = _update(request, told, wish)
    already = list(_already(request, told, now))
    assumed = tuple(name for name in request.assumed if name not in {*update, *told.fields})
    if not update:
        settled_ = request.model_copy(update={"assumed": assumed})
        new = plan if assumed == request.assumed else planner.compose(settled_, _kept(plan))
        if not already:
            return unchanged(plan, "unclear")
        return Done(new, (said(now, "changes", "already", what=", ".join(already)),))
    changed = request.model_copy(update=update | {"assumed": assumed})
    anew = set(_unfit(shelf, plan, changed, update))
    new = planner.compose(changed, _keep(plan, changed, update, anew))
    new = settled(planner, plan, new)
    notes = [*_notes(update, told, now, changed), *_touched(plan, new, told, update)]
    return Done(new, tuple(notes))


def _focused(planner: Planner, plan: SessionPlan, told: Statement, wish: str) -> Statement:
    """What a meeting is now about, where no known words tell: the theme that is nearest."""
    if not told.focus or told.themes or told.fields or told.avoid or told.shun:
        return told
    return replace(told, themes=planner.theme_of(wish[:LONGEST_TEXT], plan.language))


# -- the request ---------------------------------------------------------------------------------


def _update(request: SessionRequest, told: Statement, wish: str) -> dict[str, Any]:
    """The fields that become others, with their values."""
    update = {n: v for n, v in told.fields.items() if getattr(request, n) != v}
    if update.get("stage") == "first" and "number" not in told.fields:
        update["number"] = None
    if "stage" in update:
        own = OWN_THEMES.get(request.stage)
        update["themes"] = tuple(theme for theme in request.themes if theme != own)
    lists = {
        "avoid": (request.avoid, told.avoid),
        "shun": (request.shun, told.shun),
        "wishes": (request.wishes, told.wishes),
    }
    for name, (old, new) in lists.items():
        whole = tuple(dict.fromkeys((*old, *new)))
        if name == "avoid":
            whole = tuple(one for one in whole if one not in told.allowed)
        if whole != old:
            update[name] = whole
    agreed = tuple(dict.fromkeys((*request.agreed, *told.agreed)))[-MOST_AGREED:]
    if agreed != request.agreed:
        update["agreed"] = agreed
    traits = [name for name in told.traits if name not in request.traits]
    if traits:
        update["traits"] = (*traits, *request.traits)[:MOST_TRAITS]
    if update.get("themes") == request.themes:
        del update["themes"]
    if told.focus or not (update or told.fields or told.avoid or told.traits):
        themes = tuple(_themes(request, told))[:MOST_THEMES]
        if themes != request.themes:
            situation = f"{wish} {request.situation}".strip()[:LONGEST_TEXT]
            update |= {"themes": themes, "situation": situation}
    return update


def _themes(request: SessionRequest, told: Statement) -> Iterable[str]:
    """What the meeting is about now: what is told first, or after what it was about."""
    known = bool(told.themes) and told.themes[0] in request.themes
    new = tuple(n for n in told.themes if told.focus or known or n not in request.themes)
    before = request.themes[:1] if told.beside else ()
    return dict.fromkeys((*before, *new, *request.themes))


def _already(request: SessionRequest, told: Statement, now: str) -> Iterator[str]:
    """What is stated and is so already, in words."""
    for name, value in told.fields.items():
        if getattr(request, name) == value:
            yield _fact(now, name, value)
    for name in told.avoid:
        if name in request.avoid:
            yield said(now, "changes", "facts", "without", value=said(now, "avoid", name))
    for name in told.allowed:
        if name not in request.avoid:
            yield said(now, "changes", "facts", "possible", value=said(now, "avoid", name))
    for name in told.traits:
        if name in request.traits:
            yield label(now, name, "label", "traits")
    for values, old in ((told.shun, request.shun), (told.agreed, request.agreed)):
        if so := [one for one in values if one in old]:
            yield quoted(now, so)
    for name in told.themes:
        if name in request.themes and told.focus:
            yield label(now, name, "label")


def _fact(now: str, name: str, value: object) -> str:
    words = {"setting": "settings", "stage": "stages"}
    if name in words:
        return said(now, words[name], str(value))
    return said(
        now, "changes", "facts", "one" if (name, value) == ("people", 1) else name, value=value
    )


# -- what stays ----------------------------------------------------------------------------------


def _keep(
    plan: SessionPlan, changed: SessionRequest, update: dict[str, Any], anew: set[str]
) -> Keep:
    """What stays of a plan for another request."""
    minutes = {} if "minutes" in update else minutes_of(plan, anew)
    keys = None if _RESHAPING & {*update} else _reshaped(plan, changed)
    return Keep(
        plan,
        anew=frozenset(anew),
        beside_anew=_beside_anew(plan, changed, update),
        keys=keys,
        fixed=minutes,
    )


def _kept(plan: SessionPlan) -> Keep:
    return Keep(plan, keys=keys_of(plan), fixed=minutes_of(plan))


def _reshaped(plan: SessionPlan, changed: SessionRequest) -> tuple[str, ...]:
    """The agenda with the parts that the new frame asks for, without those it has no use for."""
    arcs = load_arcs()
    was, now = ({n: check(r) for n, check in CONDITIONS.items()} for r in (plan.request, changed))
    keys = [k for k in keys_of(plan) if all(now.get(n, True) for n in arcs.slot(k).when)]
    arc = arcs.arcs[changed.stage]
    for key in arc:
        when = [name for name in arcs.slot(key).when if name in now]
        comes = any(now[n] and not was[n] for n in when) and all(now[n] for n in when)
        if comes and key not in keys and key not in changed.without:
            earlier = [keys.index(one) for one in arc[: arc.index(key)] if one in keys]
            keys.insert(max(earlier, default=-1) + 1, key)
    return tuple(keys)


def _unfit(
    shelf: Shelf, plan: SessionPlan, changed: SessionRequest, update: dict[str, Any]
) -> Iterator[str]:
    """The keys of the items that aren't right any more."""
    fresh = _fresh(plan.request, changed)
    for item in plan.agenda:
        if not honours(item, fresh) or ("themes" in update and item.theme):
            yield item.key
        elif "people" in update and item.people == plan.request.people + 1:
            if not can_be_for(shelf, plan, item, changed.people + 1):
                yield item.key
        elif "wishes" in update and not _serves(plan, item, changed):
            yield item.key


def _fresh(before: SessionRequest, changed: SessionRequest) -> SessionRequest:
    """A request that rules out only what the one before didn't: the plan keeps to that already."""
    avoid = tuple(name for name in changed.avoid if name not in before.avoid)
    shun = tuple(word for word in changed.shun if word not in before.shun)
    setting = changed.setting if changed.setting != before.setting else "in_person"
    return changed.model_copy(update={"avoid": avoid, "shun": shun, "setting": setting})


def _serves(plan: SessionPlan, item: AgendaItem, changed: SessionRequest) -> bool:
    """Whether an item is right where something else is wished for, or no longer."""
    gone = {*plan.request.wishes} - {*changed.wishes}
    if gone & offered_by(plan, item):
        return False
    return item.key != "activity" or _fulfils(plan, item, changed)


def _fulfils(plan: SessionPlan, item: AgendaItem, changed: SessionRequest) -> bool:
    """Whether an exercise is what is newly wished for; any breaks the ice."""
    new = {*changed.wishes} - {*plan.request.wishes, "icebreaker"}
    return not new or bool(new & offered_by(plan, item))


def honours(item: AgendaItem, request: SessionRequest) -> bool:
    """Whether an item still keeps to a request."""
    text = "\n".join([item.needs, *(line.text for line in item.lines)])
    if any(n in request.avoid and asks_for(n, text, request.language) for n in _AVOIDED):
        return False
    if _brings_up(text, request):
        return False
    if not is_exercise(item):
        return True
    if "exercises" in request.avoid:
        return False
    if request.setting in ("online", "phone"):
        there = done_at(request.setting, item.online)
        return there and not asks_for("outside", text, request.language)
    return request.setting != "outside" or not asks_for("writing", text, request.language)


def _brings_up(text: str, request: SessionRequest) -> bool:
    return any(word.casefold() in text.casefold() for word in request.shun)


def _beside_anew(
    plan: SessionPlan, changed: SessionRequest, update: dict[str, Any]
) -> frozenset[str]:
    """The lists beside the agenda that aren't right any more."""
    if {"stage", "themes"} & {*update}:
        return frozenset(BESIDE)
    fresh = _fresh(plan.request, changed)
    anew = {name for name in BESIDE if not _beside_honours(name, getattr(plan, name), fresh)}
    return frozenset(anew | ({"listening"} if "traits" in update else set()))


def _beside_honours(name: str, lines: Sequence[Any], request: SessionRequest) -> bool:
    text = "\n".join(line.text for line in lines)
    if _brings_up(text, request):
        return False
    avoided = [n for n in _AVOIDED if n in request.avoid]
    if name not in _BESIDE_THAT_ASKS:
        return True
    return not any(asks_for(n, text, request.language) for n in avoided)


# -- what is said --------------------------------------------------------------------------------


def _notes(
    update: dict[str, Any], told: Statement, now: str, changed: SessionRequest
) -> Iterator[str]:
    """What changed of the frame."""
    if told.out_of_bounds:
        bounds = {"least": LEAST_MINUTES, "most": MOST_MINUTES}
        yield said(now, "assumed", "bounds", minutes=changed.minutes, **bounds)
    says: dict[str, Callable[[], str]] = {
        "minutes": lambda: said(now, "changes", "minutes", minutes=changed.minutes),
        "setting": lambda: said(
            now, "changes", "setting", what=said(now, "settings", changed.setting)
        ),
        "people": lambda: said(
            now, "changes", "people", people=_fact(now, "people", changed.people)
        ),
        "stage": lambda: said(now, "changes", "stage", what=said(now, "stages", changed.stage)),
        "age": lambda: said(now, "changes", "age", age=changed.age),
        "wishes": lambda: said(now, "changes", "indoors") if "wishes" in told.fields else "",
        "brief": lambda: said(now, "changes", "brief"),
        "name": lambda: said(now, "changes", "name", name=changed.name),
        "shun": lambda: said(now, "changes", "shun", shun=", ".join(told.shun)),
        "traits": lambda: said(now, "changes", "trait", trait=_labels(now, told.traits)),
        "agreed": lambda: said(now, "changes", "agreed", agreed="; ".join(told.agreed)),
        "situation": lambda: _about(told, now, changed),
        "guest": lambda: said(now, "changes", "guest", guest=changed.guest),
    }
    yield from (words for name, say in says.items() if name in update and (words := say()))
    if "number" in update and "stage" not in update and changed.number:
        yield said(now, "changes", "number", number=changed.number)


def _about(told: Statement, now: str, changed: SessionRequest) -> str:
    """What it is about now."""
    if told.beside and len(changed.themes) > 1:
        return said(now, "changes", "also", theme=label(now, changed.themes[1], "label"))
    return said(now, "changes", "focus", theme=label(now, changed.themes[0], "label"))


def _labels(now: str, traits: Sequence[str]) -> str:
    return ", ".join(label(now, name, "label", "traits") for name in traits)


def _touched(
    before: SessionPlan, after: SessionPlan, told: Statement, update: dict[str, Any]
) -> Iterator[str]:
    """What that did to the agenda."""
    now = before.language
    old = {item.key: _lines(item) for item in before.agenda}
    titles = [i.title for i in after.agenda if i.key in old and _lines(i) != old[i.key]]
    new_avoid = [name for name in told.avoid if name not in before.request.avoid]
    if new_avoid:
        what = ", ".join(said(now, "avoid", name) for name in new_avoid)
        name = "avoid" if titles else "avoid_nothing"
        yield said(now, "changes", name, what=what, titles=", ".join(titles))
    elif titles:
        yield said(now, "changes", "touched", titles=", ".join(titles))
    allowed = [name for name in told.allowed if name in before.request.avoid]
    if allowed:
        what = ", ".join(said(now, "avoid", name) for name in allowed)
        yield said(now, "changes", "allowed", what=what)
    if "wishes" in update and told.wishes:
        wished = [name for name in told.wishes if name not in before.request.wishes]
        what = ", ".join(said(now, "things", name) for name in wished)
        yield said(now, "changes", "wish", what=what)
    yield from came_and_went(before, after)


def _lines(item: AgendaItem) -> list[str]:
    return [line.text for line in item.lines]
