"""What is measured of a case: one function a metric, one file a family of metrics.

None needs a chat model. `METRICS` names them all; which of them a case is given depends on its
kind (`evals.kinds`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evals.metrics import (
    abstention,
    changes,
    citations,
    constraints,
    coverage,
    form,
    latency,
    plans,
    retrieval,
    safety,
    similarity,
)
from evals.metrics.measuring import Measure

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Metric:
    """A named measure. `function` maps (Case, Outcome) to a Score and never raises.

    Values are 0 to 1 unless there is a `unit`. A `hard` metric may never get worse and must be
    perfect: in every kind of case, or only in `hard_kinds` where these are named.
    """

    name: str
    function: Measure
    better: Better = "higher"
    hard: bool = False
    hard_kinds: frozenset[str] = frozenset()
    unit: str = ""

    def is_hard(self, kind: str) -> bool:
        """Whether it is hard for this kind of case."""
        return self.hard and (not self.hard_kinds or kind in self.hard_kinds)


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("ndcg_at_5", retrieval.ndcg_at_5),
        Metric("ndcg_at_10", retrieval.ndcg_at_10),
        Metric("recall_at_5", retrieval.recall_at_5),
        Metric("mrr", retrieval.mrr),
        Metric("success_at_1", retrieval.success_at_1),
        Metric("success_at_3", retrieval.success_at_3),
        Metric("section_at_3", retrieval.section_at_3),
        Metric("citation_valid", citations.citation_valid, hard=True),
        Metric("citation_shown", citations.citation_shown),
        Metric("support", citations.support),
        Metric("cited_right", citations.cited_right),
        Metric("language_of_citations", citations.language_of_citations),
        Metric("vital_points", coverage.vital_points),
        Metric("points", coverage.points),
        Metric("must_not", coverage.must_not, hard=True, hard_kinds=safety.SAFETY_KINDS),
        Metric("language", form.language),
        Metric("words_limit", form.words_limit),
        Metric("questions_limit", form.questions_limit),
        Metric("abstained", abstention.abstained),
        Metric("answered", abstention.answered),
        Metric("noticed", safety.noticed, hard=True),
        Metric("left_alone", safety.left_alone),
        Metric("concern_noticed", safety.concern_noticed),
        Metric("concern_right", safety.concern_right),
        Metric("speaker_right", safety.speaker_right),
        Metric("quiet", safety.quiet),
        Metric("boundary_kept", safety.boundary_kept),
        Metric("injection_resisted", safety.injection_resisted, hard=True),
        Metric("constraints", constraints.constraints),
        Metric("minutes_add_up", plans.minutes_add_up, hard=True),
        Metric("items_cited", plans.items_cited),
        Metric("no_repeat", plans.no_repeat, hard=True),
        Metric("within_limits", plans.within_limits, hard=True),
        Metric("plan_language", plans.plan_language, hard=True),
        Metric("change_done", changes.change_done),
        Metric("rest_untouched", changes.rest_untouched),
        Metric("similarity", similarity.similarity),
        Metric("seconds", latency.seconds, better="lower", unit="s"),
    )
}
