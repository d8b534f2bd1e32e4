"""How long a person waits."""

from __future__ import annotations

import math

from evals.cases import Case
from evals.metrics.measuring import needs
from evals.outcomes import Outcome
from evals.scores import Score, failed, not_applicable, scored


@needs()
def seconds(case: Case, outcome: Outcome) -> Score:
    """Seconds to the answer, the plan or what search found; no share, and never twice the same."""
    if not {"respond", "search", "plan"} & set(outcome.ran):
        return not_applicable(case.id, "seconds", "not_asked")
    if not math.isfinite(outcome.seconds):
        return failed(case.id, "seconds", "no_time")
    return scored(case.id, "seconds", outcome.seconds)
