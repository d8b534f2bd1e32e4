"""Whether a change by talking did what was asked, and left the rest of the plan as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.cases import Case, Change, Wanted
from evals.metrics.constraints import (
    asked_beside,
    asked_for,
    asked_in,
    brought_up,
    fulfils,
    people,
    setting,
)
from evals.metrics.measuring import needs
from evals.metrics.plan_reading import BESIDE, Plan, lines_of, people_of, text_of
from evals.outcomes import Outcome
from evals.scores import Score, failed, not_applicable, scored


@dataclass(frozen=True)
class Step:
    """A change: the plan before and after it, and all versions that there were before."""

    change: Change
    before: Plan
    after: Plan
    versions: Sequence[Plan]


@needs("plan")
def change_done(case: Case, outcome: Outcome) -> Score:
    """The share of the changes asked for that were made; details are the others."""
    return _share(case, outcome, "change_done", _undone)


@needs("plan")
def rest_untouched(case: Case, outcome: Outcome) -> Score:
    """The share of the changes that left alone what nobody spoke of; details are what they took."""
    return _share(case, outcome, "rest_untouched", _touched)


def _share(case: Case, outcome: Outcome, name: str, look: Callable[[Step], Iterator[str]]) -> Score:
    if not outcome.plans:
        return failed(case.id, name, "no_plan")
    changes = (case.plan or Wanted()).changes
    if not changes:
        return not_applicable(case.id, name, "no_changes")
    plans = [Plan(planned) for planned in outcome.plans]
    found: dict[int, list[str]] = {}
    for place, change in enumerate(changes, start=1):
        if place >= len(plans):
            found[place] = ["no version"]
            continue
        step = Step(change, plans[place - 1], plans[place], plans[:place])
        whole = step.before.is_plan and step.after.is_plan
        found[place] = list(look(step)) if whole else ["no agenda"]
    missed = sum(bool(why) for why in found.values())
    details = (
        f"“{case.turns[place]}”: {text[:200]}" for place, why in found.items() for text in why
    )
    return scored(case.id, name, 1 - missed / len(changes), *details)


# -- what was asked ------------------------------------------------------------------------------


def _undone(step: Step) -> Iterator[str]:
    """What of a change wasn't made."""
    change, after = step.change, step.after
    for name in ("minutes", "stage", "number", "age", "language"):
        value = getattr(change, name)
        if value is not None and after.request[name] != value:
            yield f"{name}: {after.request[name]}"
    if change.minutes is not None and sum(i["minutes"] for i in after.agenda) != change.minutes:
        yield "the agenda's minutes are others"
    if change.name and change.name.casefold() not in after.data["title"].casefold():
        yield after.data["title"]
    if change.people is not None:
        yield from people(change.people)(after)
    if change.setting is not None:
        yield from setting(change.setting)(after)
    if change.stage == "last" and not any("ending-well" in after.guides(i) for i in after.agenda):
        yield "no last meeting"
    for name in change.avoid:
        yield from asked_for(after, name)
    for word in change.shun:
        yield from brought_up(after, word)
    agreed = " ".join(after.request["agreed"]).casefold()
    yield from (word for word in change.agreed if word.casefold() not in agreed)
    if change.act:
        yield from _not_acted(step)
    if change.adds:
        yield from _not_added(step)
    if change.back_to is not None:
        yield from _differing(_target(step), after)


def _not_acted(step: Step) -> Iterator[str]:
    change, before, after = step.change, step.before, step.after
    item = _item(change, before)
    there = next((i for i in after.agenda if item and i["key"] == item["key"]), None)
    if item is None:
        if not after.data["changes"] or change.item != "activity":
            yield "there is no such item"
        return
    if (change.act == "remove") != (there is None):
        yield f"“{item['title']}” {'is still there' if there else 'is gone'}"
    if there is None:
        return
    by = change.to or 0
    if change.act == "longer" and there["minutes"] != item["minutes"] + by:
        yield f"{item['minutes']} minutes, now {there['minutes']}"
    if change.act == "shorter":
        least = max(1, item["minutes"] - by)
        if not least <= there["minutes"] < item["minutes"]:
            yield f"{item['minutes']} minutes, now {there['minutes']}"
    if change.act == "another" and (not there["how"] or set(_texts(item)) & set(_texts(there))):
        yield f"still “{there['title']}”"
    if change.act == "move":
        place = [i["key"] for i in after.agenda].index(item["key"]) + 1
        if place != change.to:
            yield f"“{item['title']}” stands in place {place}"
    if change.act == "people":
        if there["people"] != change.to:
            yield f"for {there['people']}"
        elif after.exercise(there):
            least, most = people_of(after.exercise(there), after.language)
            if not least <= by <= most:
                yield f"“{there['title']}” is for {least} to {most}"


def _item(change: Change, plan: Plan) -> Mapping[str, Any] | None:
    """The item that a change names."""
    if change.item == "activity":
        return next((i for i in plan.agenda if plan.exercise(i)), None)
    place = change.item or 0
    count = len(plan.agenda)
    if place < 0:
        place += count + 1
    return plan.agenda[place - 1] if 1 <= place <= count else None


def _not_added(step: Step) -> Iterator[str]:
    before = {item["key"] for item in step.before.agenda}
    new = [(n, item) for n, item in enumerate(step.after.agenda) if item["key"] not in before]
    if not new:
        yield "nothing was added"
        return
    place, item = new[0]
    wish = step.change.adds
    if wish == "break":
        if not item["key"].startswith("break"):
            yield f"added “{item['title']}”"
    elif not step.after.exercise(item) or not fulfils(step.after, item, wish or ""):
        yield f"added “{item['title']}”"
    if wish == "icebreaker" and place > 1:
        yield f"“{item['title']}” stands in place {place + 1}"


def _target(step: Step) -> Plan:
    """The version to go back to."""
    number = step.change.back_to or len(step.versions) - 1
    return step.versions[max(0, number - 1)]


# -- what nobody spoke of ------------------------------------------------------------------------


@dataclass(frozen=True)
class Touch:
    """What a change may touch.

    Fields of the request, items by key whose lines may be others or that may go, lists beside the
    agenda; whether items may come, go, or stand in another order; whether minutes may shift.
    """

    fields: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    come_and_go: bool = False
    order: bool = False
    times: bool = False


def _touched(step: Step) -> Iterator[str]:
    """What a change took along that nobody had spoken of."""
    change, before, after = step.change, step.before, step.after
    if change.back_to is not None:
        yield from _differing(_target(step), after)
        return
    if change.nothing:
        yield from _differing(before, after)
        return
    may = _may_touch(step)
    for name, value in before.request.items():
        if name not in may.fields | {"assumed", "question"} and after.request[name] != value:
            yield f"{name}: {value} became {after.request[name]}"
    if change.language:
        yield from _not_the_same_abroad(before, after)
        return
    old = {item["key"]: item for item in before.agenda}
    new = {item["key"]: item for item in after.agenda}
    moved = set(old) ^ set(new)
    if not may.come_and_go:
        yield from (f"“{old[k]['title']}” is gone" for k in old if k not in {*new, *may.items})
        yield from (f"“{new[k]['title']}” came" for k in new if k not in {*old, *may.items})
    both = [key for key in old if key in new]
    # Another exercise takes another time, which the other items give or get.
    exchanged = any(
        _texts(old[key]) != _texts(new[key]) and old[key]["minutes"] != new[key]["minutes"]
        for key in may.items & {*both}
    )
    if not may.order and both != [key for key in new if key in old]:
        yield "the order is another"
    for key in both:
        if key not in may.items and _texts(old[key]) != _texts(new[key]):
            yield f"“{old[key]['title']}” has other lines"
        if not (may.times or moved or exchanged) and old[key]["minutes"] != new[key]["minutes"]:
            yield f"“{old[key]['title']}”: {old[key]['minutes']} became {new[key]['minutes']}"
    for name in BESIDE:
        if name not in may.beside and _said(before.beside(name)) != _said(after.beside(name)):
            yield f"{name} changed"


def _may_touch(step: Step) -> Touch:
    change, before = step.change, step.before
    named = _item(change, before) if change.act else None
    key = frozenset([named["key"]]) if named else frozenset()
    stated = ("minutes", "stage", "number", "name", "age", "people", "setting", "language")
    fields = {name for name in stated if getattr(change, name) not in (None, "")}
    fields |= {name for name in ("avoid", "shun", "agreed") if getattr(change, name)}
    if change.stage:
        fields |= {"number", "themes", "situation"}
    if change.act == "remove":
        fields |= {"without"}
        # A meeting without the exercise is one without exercises, however it is kept.
        fields |= {"avoid"} if change.item == "activity" else set()
    if change.adds:
        fields |= {"without", "wishes"}
    return Touch(
        fields=frozenset(fields),
        items=frozenset(_unfit_items(step)) | (key if change.act in _REWRITING else frozenset()),
        beside=frozenset(_unfit_beside(step)),
        come_and_go=any(
            value is not None
            for value in (change.minutes, change.stage, change.setting, change.people, change.adds)
        )
        or bool(change.agreed)
        or change.act == "remove",
        order=change.act == "move",
        times=change.minutes is not None or change.act in ("longer", "shorter"),
    )


_REWRITING = ("another", "people", "remove")


def _unfit_items(step: Step) -> Iterator[str]:
    """Items that a change gives reason to exchange: they don't keep to what is asked now."""
    change, before = step.change, step.before
    for item in before.agenda:
        exercise = bool(before.exercise(item))
        if exercise and (
            change.setting or change.people or change.age or "exercises" in change.avoid
        ):
            yield item["key"]
        text = f"{text_of(item)}\n{item['needs']}".casefold()
        if any(True for name in change.avoid for _ in asked_in(before, item, name)):
            yield item["key"]
        if any(word.casefold() in text for word in change.shun):
            yield item["key"]


def _unfit_beside(step: Step) -> Iterator[str]:
    change, before = step.change, step.before
    if change.stage:
        yield from BESIDE
        return
    for name in BESIDE:
        text = "\n".join(_said(before.beside(name))).casefold()
        if any(word.casefold() in text for word in change.shun):
            yield name
        if any(True for avoided in change.avoid for _ in asked_beside(before, name, avoided)):
            yield name


def _not_the_same_abroad(before: Plan, after: Plan) -> Iterator[str]:
    """How a plan in the other language isn't the same plan."""
    shape = [(item["key"], item["minutes"]) for item in before.agenda]
    if shape != [(item["key"], item["minutes"]) for item in after.agenda]:
        yield "other items or minutes"
        return
    for old, new in zip(before.agenda, after.agenda, strict=True):
        if before.exercise(old) and (
            before.guides(old) != after.guides(new) or len(old["how"]) != len(new["how"])
        ):
            yield f"“{old['title']}” became “{new['title']}”"


def _differing(one: Plan, other: Plan) -> Iterator[str]:
    """How two versions that should be the same differ."""
    if [i["key"] for i in one.agenda] != [i["key"] for i in other.agenda]:
        yield "other items"
        return
    for old, new in zip(one.agenda, other.agenda, strict=True):
        if (old["minutes"], _texts(old)) != (new["minutes"], _texts(new)):
            yield f"“{old['title']}” differs"
    if one.language != other.language:
        yield f"in {other.language}"
    yield from (n for n in BESIDE if _said(one.beside(n)) != _said(other.beside(n)))


def _texts(item: Mapping[str, Any]) -> list[str]:
    return _said(lines_of(item))


def _said(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    return [line["text"] for line in lines]
