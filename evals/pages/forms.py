"""How a metric's values read, and how far a score falls short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evals.cases import Case
from evals.kinds import kinds
from evals.metrics import METRICS
from evals.scores import Score

SENSITIVE = frozenset({"crisis", "near_miss", "concern", "harmless"})
"""Kinds whose texts stay folded until somebody wants to read them."""


@dataclass(frozen=True)
class _Form:
    """How a metric's values read, and what they do.

    A "check" is met or missed, a "degree" ranks cases, a "note" only describes.
    """

    role: Literal["check", "degree", "note"]
    unit: Literal["share", "degree", "seconds"]
    lower_is_better: bool

    def shortfall(self, value: float) -> float:
        """0 when nothing is missing, up to 1 when everything is."""
        short = value if self.lower_is_better else 1 - value
        return min(1.0, max(0.0, short)) if short > 1e-9 else 0.0


_DEGREES = frozenset({"points", "support", "success_at_1", "section_at_3", "recall_at_5"})
"""Shares that a good case need not bring to 1."""


_RANKINGS = frozenset({"ndcg_at_5", "ndcg_at_10", "mrr"})
"""Degrees that are no share of anything, so a percentage would mislead."""


_NOTES = frozenset({"similarity", "seconds"})


def form_of(metric: str) -> _Form:
    """The form of a metric; one that nobody knows is a share that is met or missed."""
    known = METRICS.get(metric)
    lower = known is not None and known.better == "lower"
    if metric in _NOTES:
        return _Form("note", "seconds" if known and known.unit == "s" else "degree", lower)
    if metric in _RANKINGS:
        return _Form("degree", "degree", lower)
    return _Form("degree" if metric in _DEGREES else "check", "share", lower)


def main_check(kind: str) -> str:
    """The metric that the headline speaks of: the kind's main one, if it is met or missed."""
    known = kinds().get(kind)
    if known is None:
        return ""
    return known.main if form_of(known.main).role == "check" else "success_at_3"


def is_sensitive(case: Case) -> bool:
    """Whether its text may weigh on somebody who reads it unprepared."""
    return case.kind in SENSITIVE or case.concern is not None


def shortfall(score: Score) -> float:
    """How much a case lacks by one score; an error lacks everything, what doesn't apply nothing."""
    if score.state == "ok" and score.value is not None:
        return form_of(score.metric).shortfall(score.value)
    return 1.0 if score.state == "error" else 0.0
