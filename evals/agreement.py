"""How far raters agree: Krippendorff's alpha, and the units to talk about.

After Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": alpha is 1 minus the
observed disagreement over the one expected if raters' values were dealt to the units by chance.
Units may have any number of raters; a unit that fewer than two rated says nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from evals.statistics import Interval, wilson

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray

Level = Literal["nominal", "ordinal", "interval"]
Reading = Literal["good", "fair", "poor"]
Missing = Literal["too_few_raters", "no_unit_rated_twice", "one_value"]
Ratings = Mapping[str, Mapping[str, float | None]]

GOOD = 0.8
FAIR = 0.667
_RESAMPLES = 2_000


@dataclass(frozen=True)
class Agreement:
    """Alpha with its interval; `value` is None where it doesn't exist, with the `reason` as a key.

    `units` are those that two raters or more have rated, `raters` the people with a rating.
    `interval` is None also for a single unit.
    """

    value: float | None
    interval: Interval | None
    units: int
    raters: int
    reason: Missing | None = None

    @property
    def reading(self) -> Reading | None:
        """Alpha in a word, by Krippendorff's bounds for relying on ratings; None without it."""
        if self.value is None:
            return None
        return "good" if self.value >= GOOD else "fair" if self.value >= FAIR else "poor"


@dataclass(frozen=True)
class Disagreement:
    """A unit on which raters differ.

    `apart` is their mean difference relative to the one expected by chance: 1 is no nearer
    together than chance. `ratings` are the values given, by rater.
    """

    unit: str
    apart: float
    ratings: Mapping[str, float]


def alpha(ratings: Ratings, level: Level, confidence: float = 0.95, seed: int = 0) -> Agreement:
    """Krippendorff's alpha of ratings by unit and rater; None is a missing rating.

    Values of the "ordinal" level count by their rank, those of the "interval" level by their
    distance. The interval comes from drawing units anew; a draw in which only one value occurs
    counts as 0, since nothing shows there that raters tell units apart. Where raters never
    disagree, its low end is Wilson's for the share of units that are not rated by chance.
    """
    import numpy as np

    given = _given(ratings)
    raters = len({rater for values in given.values() for rater in values})
    pairable = _pairable(given)
    missing = _missing(raters, pairable)
    if missing:
        return Agreement(None, None, len(pairable), raters, missing)
    counts, values = _counts(pairable)
    # In an order of their own, so that the order of the ratings changes nothing.
    counts = counts[np.lexsort(counts.T)]
    value = float(_alphas(counts, values, np.ones((1, len(counts))), level)[0])
    interval = _interval(counts, values, value, level, confidence, seed)
    return Agreement(value, interval, len(pairable), raters)


def disagreements(ratings: Ratings, level: Level) -> list[Disagreement]:
    """The units on which raters differ, furthest apart first, then by name."""
    pairable = _pairable(_given(ratings))
    if not pairable:
        return []
    counts, values = _counts(pairable)
    totals = counts.sum(axis=0)
    marks = _marks(totals, values, level)
    chance = float(_apart(totals, marks, level))
    differing = [
        Disagreement(unit, float(apart) / chance, given)
        for (unit, given), apart in zip(pairable.items(), _apart(counts, marks, level), strict=True)
        if apart > 0
    ]
    return sorted(differing, key=lambda each: (-each.apart, each.unit))


# -- what was given ----------------------------------------------------------------------------


def _given(ratings: Ratings) -> dict[str, dict[str, float]]:
    return {
        unit: {rater: value for rater, value in values.items() if value is not None}
        for unit, values in ratings.items()
    }


def _pairable(given: Mapping[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    return {unit: values for unit, values in given.items() if len(values) >= 2}


def _missing(raters: int, pairable: Mapping[str, Mapping[str, float]]) -> Missing | None:
    if raters < 2:
        return "too_few_raters"
    if not pairable:
        return "no_unit_rated_twice"
    if len({value for values in pairable.values() for value in values.values()}) < 2:
        return "one_value"
    return None


def _counts(pairable: Mapping[str, Mapping[str, float]]) -> tuple[Array, Array]:
    """How often each unit was given each value (units by values), and the values, ascending."""
    import numpy as np

    values = sorted({value for given in pairable.values() for value in given.values()})
    column = {value: place for place, value in enumerate(values)}
    counts = np.zeros((len(pairable), len(values)))
    for row, given in enumerate(pairable.values()):
        for value in given.values():
            counts[row, column[value]] += 1
    return counts, np.array(values, dtype=float)


# -- alpha -------------------------------------------------------------------------------------


def _marks(totals: Array, values: Array, level: Level) -> Array:
    """Numbers whose squared distance is the level's difference: the values, or their mid-ranks."""
    return totals.cumsum(axis=-1) - totals / 2 if level == "ordinal" else values


def _apart(counts: Array, marks: Array, level: Level) -> Array:
    """The mean difference between two of the counted values, over the last axis.

    Of any n numbers, the squared distances of all ordered pairs add up to 2 (n sum(x²) - sum(x)²).
    """
    import numpy as np

    number = counts.sum(axis=-1)
    if level == "nominal":
        pairs = number**2 - (counts**2).sum(axis=-1)
    else:
        first, second = (np.einsum("...v,...v->...", counts, marks**power) for power in (1, 2))
        pairs = 2 * (number * second - first**2)
    # Where all gave one value, rounding must not make a difference of it.
    several = (counts > 0).sum(axis=-1) > 1
    return np.where(several, pairs, 0.0) / (number * (number - 1))


def _alphas(counts: Array, values: Array, times: Array, level: Level) -> Array:
    """Alpha for each row of `times`, which says how often each unit counts."""
    import numpy as np

    totals, sizes = times @ counts, counts.sum(axis=1)
    marks = np.broadcast_to(_marks(totals, values, level), totals.shape)
    apart = _apart(counts[None], marks[:, None], level)
    observed = (times * sizes * apart).sum(axis=1) / (times @ sizes)
    expected = _apart(totals, marks, level)
    known = expected > 0
    return np.where(known, 1 - observed / np.where(known, expected, 1), 0.0)


def _interval(
    counts: Array, values: Array, value: float, level: Level, confidence: float, seed: int
) -> Interval | None:
    import numpy as np

    units = len(counts)
    if units < 2:
        return None
    if value == 1:
        return Interval(wilson(units, units, confidence).low, 1.0)
    times = np.random.default_rng(seed).multinomial(units, [1 / units] * units, _RESAMPLES)
    drawn = _alphas(counts, values, times.astype(float), level)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high))
