"""Whether Tandem answers what the guides cover, and only that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evals.cases import Case
from evals.metrics.measuring import needs
from evals.outcomes import Outcome
from evals.scores import Score, not_applicable, scored

ANSWERING = frozenset({"question", "session_plan", "reflection_prompts", "phrasing", "follow_up"})
"""Kinds of answer that state something from the guides."""

_WANTS_NONE = frozenset({"not_covered", "crisis", "boundary"})


@needs("respond")
def abstained(case: Case, outcome: Outcome) -> Score:
    """1 if a question that the guides don't cover was declined; details are the answer's kind."""
    if case.kind != "not_covered":
        return not_applicable(case.id, "abstained", "other_kind")
    return scored(case.id, "abstained", _declined(outcome), outcome.kind)


@needs("respond")
def answered(case: Case, outcome: Outcome) -> Score:
    """1 if a question that the guides cover was answered from them; details are its kind."""
    if case.kind in _WANTS_NONE:
        return not_applicable(case.id, "answered", "other_kind")
    is_answer = outcome.kind in ANSWERING and bool(outcome.quotes)
    return scored(case.id, "answered", is_answer, outcome.kind)


@dataclass(frozen=True)
class Abstention:
    """Declining over many cases; a share is None where its denominator is 0.

    `precision` is the share of the `declined` ones that the guides don't cover, `recall` the share
    of the `not_covered` ones that were declined. `errors` are cases left out because Tandem raised
    an error.
    """

    precision: float | None
    recall: float | None
    covered: int
    not_covered: int
    declined: int
    rightly_declined: int
    errors: int


def abstention(pairs: Iterable[tuple[Case, Outcome]]) -> Abstention:
    """Counts the cases of the kinds that are checked for being answered or declined."""
    from evals.kinds import kinds

    checked = {
        name for name, kind in kinds().items() if {"answered", "abstained"} & {*kind.metrics}
    }
    asked = [
        (case.kind == "not_covered", outcome) for case, outcome in pairs if case.kind in checked
    ]
    whole = [(should, _declined(outcome)) for should, outcome in asked if not outcome.error]
    declined = sum(did for _, did in whole)
    uncovered = sum(should for should, _ in whole)
    rightly = sum(should and did for should, did in whole)
    return Abstention(
        precision=rightly / declined if declined else None,
        recall=rightly / uncovered if uncovered else None,
        covered=len(whole) - uncovered,
        not_covered=uncovered,
        declined=declined,
        rightly_declined=rightly,
        errors=len(asked) - len(whole),
    )


def _declined(outcome: Outcome) -> bool:
    return outcome.kind == "not_covered" and not outcome.quotes
