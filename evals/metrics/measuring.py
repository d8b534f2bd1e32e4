"""What every metric has in common: it gives a score, whatever became of the case."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Literal

from evals.cases import Case
from evals.outcomes import Outcome
from evals.scores import Score, failed, not_applicable

Measure = Callable[[Case, Outcome], Score]
Step = Literal["respond", "search", "assess", "plan"]


def needs(*steps: Step) -> Callable[[Measure], Measure]:
    """Makes a metric of a function that looks at what these steps gave.

    The metric is named as the function. Where Tandem raised an error the score is that error; where
    a step was not asked of Tandem it doesn't apply.
    """

    def metric(measure: Measure) -> Measure:
        name = measure.__name__

        @wraps(measure)
        def guarded(case: Case, outcome: Outcome) -> Score:
            if outcome.error:
                return failed(case.id, name, outcome.error)
            if not set(steps) <= set(outcome.ran):
                return not_applicable(case.id, name, "not_asked")
            return measure(case, outcome)

        return guarded

    return metric
