"""The figures of a run: each metric by kind and language, with what it is a share of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.cases import Case
from evals.kinds import kinds
from evals.report import SummaryRow
from evals.scores import Score

if TYPE_CHECKING:
    from evals.runs import Run

BY_CONCERN = {"crisis": "noticed", "concern": "concern_noticed"}
"""By kind of case, the metric that is told apart by kind of concern too: a mean would hide those
that are missed."""


def summary(run: Run) -> list[SummaryRow]:
    """A row for each metric, kind and language, then recall by kind of concern."""
    return summarised(run.cases(), run.scores())


def summarised(cases: Sequence[Case], scores: Sequence[Score]) -> list[SummaryRow]:
    """The same for cases and scores at hand."""
    by_key = {(score.case, score.metric): score for score in scores}
    rows = []
    for (kind, language), members in _grouped(cases, lambda c: (c.kind, c.language)).items():
        for metric in kinds()[kind].metrics:
            rows.append(_row(metric, kind, language, members, by_key))
    for kind, metric in BY_CONCERN.items():
        grouped = _grouped(
            [case for case in cases if case.kind == kind], lambda c: (str(c.concern), c.language)
        )
        for (concern, language), members in grouped.items():
            rows.append(_row(metric, kind, language, members, by_key, concern))
    return rows


def _grouped(
    cases: Iterable[Case], key: Callable[[Case], tuple[str, str]]
) -> Mapping[tuple[str, str], list[Case]]:
    found: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    return dict(sorted(found.items()))


def _row(
    metric: str,
    kind: str,
    language: str,
    members: Sequence[Case],
    scores: Mapping[tuple[str, str], Score],
    concern: str = "",
) -> SummaryRow:
    from evals.statistics import mean_interval

    found = [(case, scores.get((case.id, metric))) for case in members]
    counted = [
        (case.cluster, score.value) for case, score in found if score and score.value is not None
    ]
    mean = mean_interval([value for _, value in counted], [cluster for cluster, _ in counted])
    low, high = (mean.interval.low, mean.interval.high) if mean.interval else (None, None)
    return SummaryRow(
        metric, kind, language, mean.value, low, high, tuple(c.id for c in members), concern
    )


@dataclass(frozen=True)
class Counts:
    """What a figure is a share of: `ok` of `cases`; `reasons` say why others don't count."""

    cases: int
    ok: int
    not_applicable: int
    errors: int
    reasons: Mapping[str, int]


def counts(row: SummaryRow, scores: Sequence[Score]) -> Counts:
    """The denominator of a figure, and what was left out of it."""
    asked = set(row.cases)
    found = [s for s in scores if s.metric == row.metric and s.case in asked]
    left_out = [s for s in found if s.state != "ok"]
    return Counts(
        cases=len(row.cases),
        ok=len(found) - len(left_out),
        not_applicable=sum(s.state == "not_applicable" for s in left_out),
        errors=sum(s.state == "error" for s in left_out),
        reasons=dict(Counter(s.reason for s in left_out)),
    )
