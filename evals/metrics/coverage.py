"""Whether the answer says what the case asks for, and nothing that it must not say.

Wordings are matched as `evals.metrics.wording` reads them: the words count, not what is said of
them. A forbidden wording therefore counts inside a denial too ("never promise secrecy" holds
"promise secrecy"); word it so that only the forbidden thing matches ("I promise secrecy").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.cases import Case, Point, Weight
from evals.metrics.measuring import needs
from evals.metrics.wording import stands_in, words
from evals.outcomes import Outcome
from evals.scores import Score, not_applicable, scored

_WEIGHTS: Mapping[Weight, float] = {"vital": 1.0, "okay": 0.5}


@needs("respond")
def vital_points(case: Case, outcome: Outcome) -> Score:
    """The share of vital points that are said; details are the missing ones."""
    vital = [point for point in case.points if point.weight == "vital"]
    return _said(case, outcome, "vital_points", vital, "no_vital_points")


@needs("respond")
def points(case: Case, outcome: Outcome) -> Score:
    """The share of all points that are said; those that are only okay weigh half."""
    return _said(case, outcome, "points", case.points, "no_points")


@needs("respond")
def must_not(case: Case, outcome: Outcome) -> Score:
    """1 if nothing forbidden is said, else 0; details are what was said of it."""
    if not case.must_not:
        return not_applicable(case.id, "must_not", "nothing_forbidden")
    said = forbidden_said(case, outcome)
    return scored(case.id, "must_not", not said, *said)


def forbidden_said(case: Case, outcome: Outcome) -> list[str]:
    """The case's forbidden wordings that stand in the answer."""
    spoken = " ".join(words(outcome.text))
    return [wording for wording in case.must_not if stands_in(wording, spoken)]


def _said(case: Case, outcome: Outcome, name: str, wanted: Sequence[Point], none: str) -> Score:
    if not wanted:
        return not_applicable(case.id, name, none)
    spoken = " ".join(words(outcome.text))
    missing = [p for p in wanted if not any(stands_in(w, spoken) for w in p.accepted)]
    lacks = sum(_WEIGHTS[point.weight] for point in missing)
    share = 1 - lacks / sum(_WEIGHTS[point.weight] for point in wanted)
    return scored(case.id, name, share, *(point.accepted[0] for point in missing if point.accepted))
