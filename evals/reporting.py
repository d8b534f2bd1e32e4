"""From a run, or two, to the page that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.words import data
from evals.report import (
    AgreementRow,
    ComparisonRow,
    ComparisonView,
    Disagreement,
    Flip,
    Ratings,
    Report,
    comparison_report,
    run_report,
)

if TYPE_CHECKING:
    from evals.comparing import Comparison
    from evals.runs import Run


def run_page(run: Run, language: str) -> str:
    """A run as one HTML page: figures, worst cases first, what raters said."""
    from evals.summary import summary

    report = Report(
        manifest=run.manifest,
        cases=run.cases(),
        outcomes=run.outcomes(),
        scores=run.scores(),
        summary=summary(run),
        ratings=_ratings(run, language),
    )
    return run_report(report, language)


def comparison_page(comparison: Comparison, language: str) -> str:
    """Two runs side by side as one HTML page, the verdict first."""
    from evals.comparing import sentence

    rows = [
        ComparisonRow(
            metric=row.metric,
            kind=row.kind,
            language=row.language,
            n=row.test.cases,
            clusters=row.test.clusters,
            mean_a=row.mean_a,
            mean_b=row.mean_b,
            difference=row.test.difference,
            low=row.test.interval.low if row.test.interval else None,
            high=row.test.interval.high if row.test.interval else None,
            p=row.test.p_value,
            p_adjusted=row.adjusted,
            wins=row.test.wins,
            ties=row.test.ties,
            losses=row.test.losses,
            detectable=row.test.detectable,
        )
        for row in comparison.rows
    ]
    flips = [
        Flip(one.case, one.metric, one.outcome_a.text, one.outcome_b.text, one.score_a, one.score_b)
        for one in comparison.flips
    ]
    view = ComparisonView(comparison.a, comparison.b, sentence(comparison, language), rows, flips)
    return comparison_report(view, language)


def _ratings(run: Run, language: str) -> Ratings | None:
    """What raters said, or None where nobody has rated."""
    from evals.rating import agreement_of

    found = agreement_of(run)
    if not any(one.agreement.raters for one in found):
        return None
    words = data("prompts", f"evals/rating_{language}.yaml")
    rows, apart = [], []
    for one in found:
        value, interval = one.agreement.value, one.agreement.interval
        reading = one.agreement.reason if value is None else one.agreement.reading
        low, high = (interval.low, interval.high) if interval else (None, None)
        rows.append(
            AgreementRow(
                one.criterion, value, low, high, one.agreement.units, one.agreement.raters,
                str(words["readings"][reading]),
            )
        )  # fmt: skip
        apart += [
            Disagreement(
                case.unit,
                one.criterion,
                tuple(
                    (rater, f"{given:g}", case.comments.get(rater, ""))
                    for rater, given in case.ratings.items()
                ),
            )
            for case in one.disagreements
        ]
    return Ratings(tuple(rows), tuple(apart))
