"""What holds for every session plan: its times, sources, limits and language; nothing twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

from evals.cases import Case, Wanted
from evals.metrics.measuring import Measure, needs
from evals.metrics.plan_reading import Plan, affirmed, checks, graded, lines_of, words_for
from evals.metrics.wording import words
from evals.outcomes import Outcome
from evals.scores import Score, failed, not_applicable, scored

LEAST_WORDS = 8
"""Words that a line must have before its language is told from them: short ones mislead."""


def every_plan(look: Callable[[Case, Plan], list[str]]) -> Measure:
    """Makes a metric that is 1 when nothing is found in any version of a plan; else what was."""

    @needs("plan")
    @wraps(look)
    def metric(case: Case, outcome: Outcome) -> Score:
        name = look.__name__
        if not outcome.plans:
            return failed(case.id, name, "no_plan")
        found = [text for planned in outcome.plans for text in look(case, Plan(planned))]
        return scored(case.id, name, not found, *dict.fromkeys(found))

    return metric


@every_plan
def minutes_add_up(_: Case, plan: Plan) -> list[str]:
    """1 if the agenda's minutes are the meeting's, to the minute, in every version."""
    minutes = [item["minutes"] for item in plan.agenda]
    wanted = plan.request["minutes"]
    if not plan.agenda or (sum(minutes) == wanted and min(minutes) > 0):
        return []
    return [f"{' + '.join(map(str, minutes))} = {sum(minutes)}, not {wanted}"]


@every_plan
def no_repeat(_: Case, plan: Plan) -> list[str]:
    """1 if no item, line or exercise stands twice; details are what does."""
    told = {
        "item": [item["title"] for item in plan.agenda],
        "line": [line["text"] for line in plan.lines()],
        "exercise": [section.partition("\n")[2] for section in plan.exercises.values()],
    }
    return [text for texts in told.values() for text in _twice(texts)]


def _twice(texts: list[str]) -> Iterator[str]:
    seen: list[str] = []
    for text in texts:
        plain = " ".join(words(text))
        if any(plain == other or _is_within(plain, other) for other in seen):
            yield text[:200]
        seen.append(plain)


def _is_within(one: str, other: str) -> bool:
    """Whether the shorter, unless it is very short, stands whole in the other."""
    short, long = sorted((one, other), key=len)
    return len(short.split()) >= 5 and f" {short} " in f" {long} "


@every_plan
def plan_language(case: Case, plan: Plan) -> list[str]:
    """1 if every line, and what Tandem says around them, is in the plan's language."""
    from assistant.language import detect

    wanted = plan.language
    of_case = {case.language, *(c.language for c in (case.plan or Wanted()).changes)}
    found = [] if wanted in of_case else [f"plan in {wanted}"]
    found += [line["text"] for line in plan.lines() if plan.language_of(line) != wanted]
    own = " ".join(plan.own_words()) or plan.data["instead"]
    long = [line["text"] for line in plan.lines() if len(words(line["text"])) >= LEAST_WORDS]
    other = "en" if wanted == "de" else "de"
    # A text that could be either counts for the plan's language; only a clear other one is wrong.
    return found + [text for text in (own, *long) if text and detect(text, wanted) == other]


@every_plan
def within_limits(case: Case, plan: Plan) -> list[str]:
    """1 if nothing in it goes against a peer's limits, and help or a limit comes where it must."""
    wanted = case.plan or Wanted()
    found = list(_said_against(plan))
    if wanted.kind != "session_plan":
        return [*found, *_not_refused(case, wanted, plan)]
    help_first = plan.data["instead"] if plan.data["kind"] == "crisis" else plan.data["first"]
    if case.severity == "medium" and not any(sign.isdigit() for sign in help_first):
        found.append("no help first")
    return found


def _not_refused(case: Case, wanted: Wanted, plan: Plan) -> Iterator[str]:
    kinds = {wanted.kind, *(("crisis",) if case.concern else ())}
    if plan.data["kind"] not in kinds:
        yield f"{plan.data['kind']} instead of {wanted.kind}"
    if plan.agenda or not plan.data["instead"]:
        yield "agenda instead of words on the limit"


def _said_against(plan: Plan) -> Iterator[str]:
    """Lines that advise what a peer mentor must not do."""
    patterns = words_for(plan.language, "against_the_limits")
    for line in (*plan.own_words(), *(line["text"] for line in plan.lines())):
        for sentence in affirmed(line, plan.language):
            if any(re.search(pattern, sentence.casefold()) for pattern in patterns):
                yield sentence


@needs("plan")
def items_cited(case: Case, outcome: Outcome) -> Score:
    """The share of agenda items that rest on a passage which covers them; details are the others.

    An item does when it has lines, all verbatim, and one of them stands in a guide that covers this
    part of a meeting, as `evals/plan_words.yaml` and the case's relevant guides say.
    """
    if not outcome.plans:
        return failed(case.id, "items_cited", "no_plan")
    if case.plan and case.plan.kind != "session_plan":
        return not_applicable(case.id, "items_cited", "no_plan_wanted")
    plan = Plan(outcome.plans[0])
    if not plan.agenda:
        return scored(case.id, "items_cited", 0, "no agenda")
    bare = [item["title"] for item in plan.agenda if not _is_covered(case, plan, item)]
    return scored(case.id, "items_cited", 1 - len(bare) / len(plan.agenda), *bare)


def _is_covered(case: Case, plan: Plan, item: Mapping[str, Any]) -> bool:
    lines = lines_of(item)
    if not lines or any(line["text"] in plan.planned.altered for line in lines):
        return False
    slot = item["key"].partition("-")[0]
    named = checks()["slots"].get(slot, ["case"])
    on_topic = graded(case)
    guides = {*named} | (on_topic if "case" in named else set())
    # Without a theme it is a talk without a topic; whether one was missed, `constraints` says.
    if "open" in named and not item["theme"]:
        guides |= {*checks()["open"]}
    if "exercise" in named and plan.exercise(item):
        return True
    return bool(guides & {*plan.guides(item)})
