"""What a report is made from: plain data, given by whoever ran, rated or compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.cases import Case
from evals.outcomes import Outcome
from evals.scores import Score


@dataclass(frozen=True)
class SummaryRow:
    """One figure: the mean of a metric over `cases` (all that were asked, counted or not).

    `value` is None where no case counts, `low` and `high` where there is no interval. A row with a
    `concern` stands in the part on safety, apart for its kind of concern and language.
    """

    metric: str
    kind: str
    language: str
    value: float | None
    low: float | None
    high: float | None
    cases: tuple[str, ...]
    concern: str = ""


@dataclass(frozen=True)
class AgreementRow:
    """How far the raters agree on one criterion; `reading` says in a sentence what that means."""

    criterion: str
    alpha: float | None
    low: float | None
    high: float | None
    units: int
    raters: int
    reading: str


@dataclass(frozen=True)
class Disagreement:
    """A case on which ratings lie far apart: (rater, rating, comment) each."""

    case: str
    criterion: str
    given: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Ratings:
    """What people's ratings of a run show."""

    agreement: tuple[AgreementRow, ...]
    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True)
class Report:
    """A run as its report shows it. `manifest` is the run folder's (`evals.runs`)."""

    manifest: Mapping[str, Any]
    cases: Sequence[Case]
    outcomes: Sequence[Outcome]
    scores: Sequence[Score]
    summary: Sequence[SummaryRow]
    ratings: Ratings | None = None


@dataclass(frozen=True)
class ComparisonRow:
    """One metric in two runs, over the cases that both have scored.

    `difference` is b less a; `wins` are the cases where b has the higher value, whichever way is
    better for the metric (`evals.statistics.PairedTest`).
    """

    metric: str
    kind: str
    language: str
    n: int
    clusters: int
    mean_a: float | None
    mean_b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    wins: int
    ties: int
    losses: int
    detectable: float | None


@dataclass(frozen=True)
class Flip:
    """A case that one run met and the other didn't, by one metric."""

    case: Case
    metric: str
    answer_a: str
    answer_b: str
    score_a: float | None
    score_b: float | None


@dataclass(frozen=True)
class ComparisonView:
    """Two runs side by side; `verdict` is a sentence in the reader's language."""

    name_a: str
    name_b: str
    verdict: str
    rows: Sequence[ComparisonRow]
    flips: Sequence[Flip] = ()
