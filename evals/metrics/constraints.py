"""Whether a plan honours what was stated: each thing looked for in the plan itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from evals.cases import Case, Wanted
from evals.metrics.measuring import needs
from evals.metrics.plan_reading import (
    Plan,
    asking,
    checks,
    graded,
    holds,
    lines_of,
    people_of,
    text_of,
)
from evals.outcomes import Outcome
from evals.scores import Score, failed, not_applicable, scored

SHORT = 30
"""Minutes below which a meeting has no room for a part of its own on everything."""

OLDEST_CHILD, YOUNGEST_GROWN_UP = 12, 25
"""Up to this age, and from this age on, an exercise can be plainly out of place."""

_FIRST_PARTS = 4


@needs("plan")
def constraints(case: Case, outcome: Outcome) -> Score:
    """The share of what was stated that the first version honours; details are the rest."""
    if not outcome.plans:
        return failed(case.id, "constraints", "no_plan")
    wanted = case.plan or Wanted()
    if wanted.kind != "session_plan":
        return not_applicable(case.id, "constraints", "no_plan_wanted")
    stated = list(stated_in(wanted, graded(case)))
    if not stated:
        return not_applicable(case.id, "constraints", "no_constraints")
    plan = Plan(outcome.plans[0])
    if not plan.is_plan:
        return scored(case.id, "constraints", 0, f"no agenda: {plan.data['kind']}")
    missed = {name: why for name, look in stated if (why := list(look(plan)))}
    share = 1 - len(missed) / len(stated)
    details = (f"{name}: {text[:200]}" for name, why in missed.items() for text in why)
    return scored(case.id, "constraints", share, *details)


Look = Callable[[Plan], Iterable[str]]
"""What in a plan doesn't honour a thing that was stated; nothing when it does."""


def stated_in(wanted: Wanted, guides: set[str]) -> Iterator[tuple[str, Look]]:
    """Each thing that was stated with how it is looked for; `guides` are those on the topic."""
    plain = ("minutes", "stage", "number", "name", "age", "people", "setting", "world")
    looks: dict[str, Callable[[Any], Look]] = {name: _LOOKS[name] for name in plain}
    for name, make in looks.items():
        value = getattr(wanted, name)
        if value not in (None, ""):
            yield name, make(value)
    if wanted.number == 3:
        yield "third meeting", _names_the_dip
    for name in wanted.avoid:
        yield f"avoid {name}", _without(name)
    for word in wanted.shun:
        yield f"shun {word}", _silent_on(word)
    for name in wanted.wishes:
        yield f"wish {name}", _offers(name)
    if wanted.agreed:
        yield "agreed", _starts_from(wanted.agreed)
    if wanted.conflict:
        yield "conflict", _checks_escalation(wanted.beyond)
    if wanted.beyond:
        yield "hand over", _hands_over
    if guides:
        yield "topic", _is_about(guides, anywhere=wanted.stage == "first")


def _told(plan: Plan, field: str, value: object) -> Iterator[str]:
    if plan.request[field] != value:
        yield f"{plan.request[field]} instead of {value}"


def _minutes(minutes: int) -> Look:
    def look(plan: Plan) -> Iterator[str]:
        yield from _told(plan, "minutes", minutes)
        total = sum(item["minutes"] for item in plan.agenda)
        if total != minutes:
            yield f"agenda of {total}"

    return look


def _stage(stage: str) -> Look:
    def look(plan: Plan) -> Iterator[str]:
        yield from _told(plan, "stage", stage)
        said = plan.said()
        if stage == "first" and not _cites(plan, "limits-and-confidentiality"):
            yield "nothing on confidentiality and its limits"
        if stage == "half_way" and not _cites(plan, "half-way-review"):
            yield "no review"
        if stage == "last":
            if not _cites(plan, "ending-well") or not holds(said, plan.language, "look_back"):
                yield "no look back"
            if not holds(_own(plan), plan.language, "contact"):
                yield "nothing on the contact that remains"

    return look


def _own(plan: Plan) -> str:
    return "\n".join(plan.own_words())


def _cites(plan: Plan, guide: str) -> bool:
    """Whether an item of the agenda has lines of a guide, verbatim."""
    return any(
        plan.guide(line) == guide and line["text"] not in plan.planned.altered
        for item in plan.agenda
        for line in lines_of(item)
    )


def _number(number: int) -> Look:
    return lambda plan: _told(plan, "number", number)


def _name(name: str) -> Look:
    def look(plan: Plan) -> Iterator[str]:
        if name.casefold() not in plan.data["title"].casefold():
            yield plan.data["title"]

    return look


def _age(age: int) -> Look:
    def look(plan: Plan) -> Iterator[str]:
        yield from _told(plan, "age", age)
        if age <= OLDEST_CHILD:
            yield from _unfit(plan, "child")
        if age >= YOUNGEST_GROWN_UP:
            yield from _unfit(plan, "grown_up")

    return look


def _unfit(plan: Plan, where: str) -> Iterator[str]:
    """Exercises that ask for what has no place there."""
    for item in plan.agenda:
        if plan.exercise(item):
            steps = "\n".join(line["text"] for line in lines_of(item))
            for sentence in asking(steps, plan.language, "unfit", where):
                yield f"{item['title']}: {sentence}"


def people(count: int) -> Look:
    """That a plan is for so many mentees, its opening and its exercises too."""

    def look(plan: Plan) -> Iterator[str]:
        yield from _told(plan, "people", count)
        grouped = [i for i in plan.agenda if {*plan.guides(i)} & {*checks()["group_guides"]}]
        if count > 1 and not grouped:
            yield "no part for a group"
        yield from exercises_unfit_for(plan, count + 1)

    return look


def exercises_unfit_for(plan: Plan, people: int) -> Iterator[str]:
    """Exercises that so many people, mentor included, can't do."""
    for item in plan.agenda:
        if section := plan.exercise(item):
            least, most = people_of(section, plan.language)
            # A wish for "the same for three" says itself for how many the item is.
            count = item["people"] if item["people"] not in (None, people) else people
            if not least <= count <= most:
                yield f"{item['title']}: for {least} to {most}, not {count}"


def setting(where: str) -> Look:
    """That a plan suits the place."""

    def look(plan: Plan) -> Iterator[str]:
        yield from _told(plan, "setting", where)
        for item in plan.agenda:
            section = plan.exercise(item)
            heading = section.partition("\n")[0]
            if not section:
                continue
            if where in ("online", "phone") and "online:" not in heading:
                yield f"{item['title']}: no way to do it at a distance"
            if where == "phone" and holds(_online(heading), plan.language, "unfit", "phone"):
                yield f"{item['title']}: {_online(heading)}"
            if where == "outside" and holds(
                heading.partition("online:")[0], plan.language, "unfit", "outside"
            ):
                yield f"{item['title']}: {heading}"
        if where == "online" and not holds(_own(plan), plan.language, "line"):
            yield "nothing on the line"

    return look


def _online(heading: str) -> str:
    return heading.partition("online:")[2]


def _world(world: str) -> Look:
    def look(plan: Plan) -> Iterator[str]:
        yield from _told(plan, "world", world)
        if world == "prison":
            yield from _unfit(plan, "prison")

    return look


def _names_the_dip(plan: Plan) -> Iterator[str]:
    said = [*plan.own_words(), *(line["text"] for line in plan.lines())]
    if not any(holds(text, plan.language, "dip") for text in said):
        yield "the dip of third meetings isn't named"


def _without(name: str) -> Look:
    return lambda plan: asked_for(plan, name)


def asked_for(plan: Plan, name: str) -> Iterator[str]:
    """What in a plan asks for something that is to be avoided."""
    for item in plan.agenda:
        yield from asked_in(plan, item, name)
    for part in ("listening", "mentee_prompts"):
        yield from asked_beside(plan, part, name)


def asked_in(plan: Plan, item: Mapping[str, Any], name: str) -> Iterator[str]:
    """What in an agenda item asks for something that is to be avoided."""
    if name == "exercises":
        if plan.exercise(item):
            yield item["title"]
        return
    yield from asking(text_of(item), plan.language, "avoid", name)
    if item["needs"] and holds(item["needs"], plan.language, "avoid", name):
        yield f"{item['title']}: {item['needs']}"


def asked_beside(plan: Plan, part: str, name: str) -> Iterator[str]:
    """The same in a list beside the agenda."""
    if name != "exercises":
        for line in plan.beside(part):
            yield from asking(line["text"], plan.language, "avoid", name)


def _silent_on(word: str) -> Look:
    return lambda plan: brought_up(plan, word)


def brought_up(plan: Plan, word: str) -> Iterator[str]:
    """Lines that bring up a topic that was to be left alone."""
    lines = (line["text"] for line in plan.lines())
    return (text for text in lines if word.casefold() in text.casefold())


def _offers(name: str) -> Look:
    def look(plan: Plan) -> Iterator[str]:
        offered = [
            (place, item)
            for place, item in enumerate(plan.agenda)
            if plan.exercise(item) and fulfils(plan, item, name)
        ]
        if name == "icebreaker":
            offered = [(place, item) for place, item in offered if place < _FIRST_PARTS]
        if not offered:
            titles = ", ".join(i["title"] for i in plan.agenda if plan.exercise(i))
            yield titles or "no exercise"

    return look


_MADE_FOR = {
    "game": "warm-ups-and-games",
    "outside": "walks-and-outside",
    "movement": "walks-and-outside",
}
"""Guides all of whose exercises are what was wished for."""


def fulfils(plan: Plan, item: Mapping[str, Any], name: str) -> bool:
    """Whether an exercise is what was wished for; any that comes early breaks the ice."""
    if name == "icebreaker":
        return True
    if _MADE_FOR.get(name) in plan.guides(item):
        return True
    heading = plan.exercise(item).partition("\n")[0].partition("online:")[0]
    return holds(f"{text_of(item)}\n{heading}", plan.language, "wishes", name)


def _starts_from(agreed: tuple[str, ...]) -> Look:
    def look(plan: Plan) -> Iterator[str]:
        told = " ".join(plan.request["agreed"]).casefold()
        yield from (f"“{word}” isn't read" for word in agreed if word.casefold() not in told)
        early = plan.agenda[:_FIRST_PARTS]
        if not any(holds(item["title"], plan.language, "looked_at_again") for item in early):
            yield "no part starts from it"
        shown = _own(plan).casefold()
        yield from (f"“{word}” isn't shown" for word in agreed if word.casefold() not in shown)

    return look


def _checks_escalation(beyond: bool) -> Look:
    def look(plan: Plan) -> Iterator[str]:
        found = plan.data["escalation"]
        if not found or not found["says"]:
            yield "no escalation check"
            return
        if not beyond and found["highest"] >= _BEYOND:
            yield f"taken for stage {found['highest']}: {', '.join(found['words'])}"
        total = sum(item["minutes"] for item in plan.agenda)
        if total >= SHORT and not _cites(plan, "understanding-escalation"):
            yield "no part of the agenda checks how far it has gone"

    return look


_BEYOND = 4


def _hands_over(plan: Plan) -> Iterator[str]:
    found = plan.data["escalation"]
    if found and found["highest"] < _BEYOND:
        yield f"taken for stage {found['highest']}"
    if not _cites(plan, "bringing-in-staff"):
        yield "nobody is brought in"
    if _cites(plan, "mediating-between-two"):
        yield "mediates between two"
    for item in plan.agenda:
        yield from asking(text_of(item), plan.language, "mediation")


def _is_about(guides: set[str], anywhere: bool) -> Look:
    """That the agenda draws on the topic's guides; first meetings, which get to know, beside it."""

    def look(plan: Plan) -> Iterator[str]:
        lines = (
            plan.lines() if anywhere else [one for item in plan.agenda for one in lines_of(item)]
        )
        if not guides & {plan.guide(line) for line in lines}:
            cited = dict.fromkeys(name for item in plan.agenda for name in plan.guides(item))
            yield ", ".join(cited)

    return look


_LOOKS: Mapping[str, Callable[[Any], Look]] = {
    "minutes": _minutes,
    "stage": _stage,
    "number": _number,
    "name": _name,
    "age": _age,
    "people": people,
    "setting": setting,
    "world": _world,
}
