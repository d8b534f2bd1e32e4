"""How far the raters of a run agree, with each other and with a judging chat model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evals.agreement import Agreement, Disagreement, alpha, disagreements
from evals.rating.raters import Rating, by_rater
from evals.runs import Run
from evals.scores import Score
from evals.verdicts import BEST, WORST, criteria

JUDGE = "judge:"
"""What the names of a judging chat model's scores begin with, before the criterion's key."""


@dataclass(frozen=True)
class Talk(Disagreement):
    """A case on which raters differ (`unit` is its id), with what they wrote, by rater."""

    comments: Mapping[str, str]


@dataclass(frozen=True)
class CriterionAgreement:
    """How far raters agree by one criterion, and the cases to talk about, furthest apart first."""

    criterion: str
    agreement: Agreement
    disagreements: tuple[Talk, ...]


@dataclass(frozen=True)
class JudgeAgreement:
    """A judging chat model beside people, over the cases that it judged by one criterion.

    `people` is their agreement among themselves, `with_mean` the judge's with their mean,
    `with_each` the judge's with each of them.
    """

    criterion: str
    people: Agreement
    with_mean: Agreement
    with_each: Mapping[str, Agreement]

    @property
    def as_good_as_people(self) -> bool:
        """Whether the judge agrees with people, on average, at least as well as they do."""
        values = [each.value for each in self.with_each.values() if each.value is not None]
        if self.people.value is None or len(values) < len(self.with_each):
            return False
        return sum(values) / len(values) >= self.people.value


def agreement_of(run: Run) -> list[CriterionAgreement]:
    """Krippendorff's alpha (ordinal) by criterion, with the cases to talk about."""
    raters = by_rater(run)
    return [_agreement(criterion.key, raters) for criterion in criteria("en")]


def _agreement(key: str, raters: Mapping[str, Mapping[str, Rating]]) -> CriterionAgreement:
    units = _units(key, raters)
    talks = tuple(
        Talk(
            each.unit,
            each.apart,
            each.ratings,
            {rater: raters[rater][each.unit].comment for rater in each.ratings},
        )
        for each in disagreements(units, "ordinal")
    )
    return CriterionAgreement(key, alpha(units, "ordinal"), talks)


def judge_agreement(run: Run, scores: Iterable[Score]) -> list[JudgeAgreement]:
    """The judge beside people, for each criterion that it judged.

    Its scores are named ``judge:<criterion>`` and go from 0 (a mark of 1) to 1 (of 5).
    """
    judged: dict[str, dict[str, float]] = {}
    for score in scores:
        if score.metric.startswith(JUDGE) and score.value is not None:
            mark = WORST + (BEST - WORST) * score.value
            judged.setdefault(score.metric.removeprefix(JUDGE), {})[score.case] = mark
    raters = by_rater(run)
    keys = [criterion.key for criterion in criteria("en") if criterion.key in judged]
    return [_beside_people(key, judged[key], _units(key, raters)) for key in keys]


def _beside_people(
    key: str, judge: Mapping[str, float], units: Mapping[str, Mapping[str, float]]
) -> JudgeAgreement:
    # The judge is "" here, a name that no rater has.
    shared = {case: marks for case, marks in units.items() if case in judge}
    means = {
        case: {"": judge[case], "people": sum(marks.values()) / len(marks)}
        for case, marks in shared.items()
    }
    each = {
        rater: alpha(
            {c: {"": judge[c], rater: m[rater]} for c, m in shared.items() if rater in m},
            "ordinal",
        )
        for rater in sorted({rater for marks in shared.values() for rater in marks})
    }
    return JudgeAgreement(key, alpha(shared, "ordinal"), alpha(means, "ordinal"), each)


def _units(key: str, raters: Mapping[str, Mapping[str, Rating]]) -> dict[str, dict[str, float]]:
    units: dict[str, dict[str, float]] = {}
    for rater, ratings in raters.items():
        for case, rating in ratings.items():
            if key in rating.scores:
                units.setdefault(case, {})[rater] = rating.scores[key]
    return units
