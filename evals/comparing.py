"""Comparing two runs of a suite: is the second better, worse, or can't one tell?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.errors import UnlikeRuns
from assistant.words import data
from evals.cases import Case
from evals.kinds import kinds
from evals.outcomes import Outcome
from evals.runs import TIMED, Run
from evals.statistics import PairedTest, holm, paired

Verdict = Literal["better", "worse", "mixed", "cannot_tell", "same"]
MOST_NAMED = 3
"""Metrics that a verdict names where no kind's main one changed."""

CERTAIN = 0.05
"""Adjusted p-values up to this count as a difference."""


@dataclass(frozen=True)
class Row:
    """One metric over the cases of one kind and language, b less a.

    `adjusted` is the p-value by Holm over all rows that were tested. `better` says which way of the
    metric is good.
    """

    metric: str
    kind: str
    language: str
    better: Literal["higher", "lower"]
    mean_a: float
    mean_b: float
    test: PairedTest
    adjusted: float | None = None

    @property
    def verdict(self) -> Verdict:
        """What this row alone says."""
        difference = self.test.difference
        if self.adjusted is None or difference is None or self.adjusted > CERTAIN:
            return "cannot_tell"
        return "better" if (difference > 0) == (self.better == "higher") else "worse"


@dataclass(frozen=True)
class Flip:
    """A case that did well in one run and badly in the other, by its kind's main metric."""

    case: Case
    metric: str
    score_a: float
    score_b: float
    outcome_a: Outcome
    outcome_b: Outcome


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side. `left_out` counts cases that aren't the same in both."""

    a: str
    b: str
    rows: tuple[Row, ...]
    flips: tuple[Flip, ...]
    shared: int
    left_out: int
    verdict: Verdict


def compare(a: Run, b: Run) -> Comparison:
    """What changed from run `a` to run `b`, over the cases that are the same in both.

    Raises `UnlikeRuns` where the suites differ or share no case.
    """
    name_a, name_b = (run.manifest["suite"]["name"] for run in (a, b))
    if name_a != name_b:
        raise UnlikeRuns(
            f"{a.name} ran {name_a}, {b.name} ran {name_b}. Compare two runs of one suite."
        )
    cases_a, cases_b = ({case.id: case for case in run.cases()} for run in (a, b))
    shared = {key: case for key, case in cases_a.items() if cases_b.get(key) == case}
    if not shared:
        raise UnlikeRuns(
            f"{a.name} and {b.name} share no unchanged case of {name_a}. Run the suite again."
        )
    scores = _values(a, shared), _values(b, shared)
    rows = _adjusted(list(_rows(shared, *scores)))
    left_out = len(cases_a.keys() | cases_b.keys()) - len(shared)
    flips = tuple(_flips(shared, *scores, _outcomes(a), _outcomes(b)))
    return Comparison(a.name, b.name, tuple(rows), flips, len(shared), left_out, _verdict(rows))


def sentence(comparison: Comparison, language: str) -> str:
    """The verdict as a sentence for people."""
    words = data("prompts", f"evals/comparing_{language}.yaml")
    tested = [row for row in comparison.rows if row.adjusted is not None]
    named = {
        verdict: _named(words, _telling(tested, verdict), language)
        for verdict in ("better", "worse")
    }
    detectable = [row.test.detectable for row in tested if row.test.detectable is not None]
    smallest = min(detectable, default=0.0)
    text = words["verdict"][comparison.verdict].format(
        better=named["better"], worse=named["worse"], detectable=f"{smallest:.2f}"
    )
    if comparison.left_out:
        text += " " + words["left_out"].format(count=comparison.left_out, shared=comparison.shared)
    return str(text)


def _telling(rows: Sequence[Row], verdict: Verdict) -> Sequence[Row]:
    """The few rows that a sentence can name: each kind's main metric, else the largest changes."""
    found = [row for row in rows if row.verdict == verdict]
    main = [row for row in found if row.metric == kinds()[row.kind].main]
    return main or sorted(found, key=lambda row: -abs(row.test.difference or 0.0))[:MOST_NAMED]


def _named(words: Mapping[str, str], rows: Iterable[Row], language: str) -> str:
    metrics = data("prompts", f"evals/metrics_{language}.yaml")
    return ", ".join(
        f"{metrics[row.metric]['name']} ({words[row.kind]}, {row.language})" for row in rows
    )


def _values(run: Run, shared: Mapping[str, Case]) -> dict[tuple[str, str], float]:
    """Values that count, by (case, metric)."""
    return {
        (score.case, score.metric): score.value
        for score in run.scores()
        if score.value is not None and score.case in shared
    }


def _outcomes(run: Run) -> dict[str, Outcome]:
    return {outcome.case: outcome for outcome in run.outcomes()}


def _rows(
    shared: Mapping[str, Case],
    a: Mapping[tuple[str, str], float],
    b: Mapping[tuple[str, str], float],
) -> Iterable[Row]:
    from evals.metrics import METRICS

    groups = sorted({(case.kind, case.language) for case in shared.values()})
    for kind, language in groups:
        members = [c.id for c in shared.values() if (c.kind, c.language) == (kind, language)]
        for metric in kinds()[kind].metrics:
            both = [key for key in members if (key, metric) in a and (key, metric) in b]
            if not both:
                continue
            before, after = ({key: side[key, metric] for key in both} for side in (a, b))
            test = paired(before, after, {key: shared[key].cluster for key in both})
            mean_a, mean_b = (sum(values.values()) / len(both) for values in (before, after))
            yield Row(metric, kind, language, METRICS[metric].better, mean_a, mean_b, test)


def _adjusted(rows: Sequence[Row]) -> list[Row]:
    """With Holm's p-values over the rows in which anything differs; seconds aren't tested."""
    p_values = {
        str(number): row.test.p_value
        for number, row in enumerate(rows)
        if row.test.p_value is not None and row.metric != TIMED and row.test.wins + row.test.losses
    }
    adjusted = holm(p_values)
    return [replace(row, adjusted=adjusted.get(str(number))) for number, row in enumerate(rows)]


def _verdict(rows: Sequence[Row]) -> Verdict:
    found = {row.verdict for row in rows}
    if {"better", "worse"} <= found:
        return "mixed"
    if "better" in found:
        return "better"
    if "worse" in found:
        return "worse"
    return "cannot_tell" if any(row.adjusted is not None for row in rows) else "same"


def _flips(
    shared: Mapping[str, Case],
    a: Mapping[tuple[str, str], float],
    b: Mapping[tuple[str, str], float],
    outcomes_a: Mapping[str, Outcome],
    outcomes_b: Mapping[str, Outcome],
) -> Iterable[Flip]:
    """Those that lost most first, then those that gained most."""
    changed = []
    for case in shared.values():
        key = (case.id, kinds()[case.kind].main)
        if key in a and key in b and abs(a[key] - b[key]) >= 0.5:
            changed.append(
                Flip(case, key[1], a[key], b[key], outcomes_a[case.id], outcomes_b[case.id])
            )
    return sorted(changed, key=lambda flip: (flip.score_b - flip.score_a, flip.case.id))
