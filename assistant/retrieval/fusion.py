"""Joining rankings, and showing the same thing once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

RRF_K = 60
"""Damping of first places; 60 is the value of Cormack, Clarke and Büttcher (SIGIR 2009)."""

BEST = 500
"""Chunks of a ranking that are looked at."""

MOST_SUPPORT = 6
"""Chunks of one guide that support each other."""


def reciprocal_rank(rankings: Sequence[tuple[float, Sequence[int]]]) -> dict[int, float]:
    """Fused score by id: the sum over rankings of weight / (60 + rank), ranks from 1."""
    fused: dict[int, float] = {}
    for weight, ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            fused[key] = fused.get(key, 0.0) + weight / (RRF_K + rank)
    return fused


def supported(scores: np.ndarray, guide_of: np.ndarray, weight: float = 0.6) -> np.ndarray:
    """Scores raised where the same guide has other good chunks, as a guide on the subject has.

    To each of the best chunks `weight` times the guide's best scores are added, the second counted
    half, the third a third, and so on. Scores are first brought to 0..1 over the best chunks.
    """
    import numpy as np

    best = np.argsort(-scores, kind="stable")[:BEST]
    best = best[scores[best] > 0]
    if not len(best):
        return scores
    low, high = scores[best[-1]], scores[best[0]]
    level = {int(n): float((scores[n] - low) / (high - low + 1e-9)) for n in best}
    counted: dict[int, int] = {}
    support: dict[int, float] = {}
    for n in best:
        guide = int(guide_of[n])
        counted[guide] = counted.get(guide, 0) + 1
        if counted[guide] <= MOST_SUPPORT:
            support[guide] = support.get(guide, 0.0) + level[int(n)] / counted[guide]
    raised = np.zeros_like(scores)
    for n in best:
        raised[n] = level[int(n)] + weight * support[int(guide_of[n])] + 1e-9
    return raised


def shingles(text: str, length: int = 4) -> frozenset[tuple[str, ...]]:
    """Runs of `length` words, lower case; short texts give one run."""
    listed = re.findall(r"\w+", text.lower())
    if len(listed) <= length:
        return frozenset([tuple(listed)])
    return frozenset(tuple(listed[n : n + length]) for n in range(len(listed) - length + 1))


def repeated(
    candidate: frozenset[tuple[str, ...]], kept: Sequence[frozenset[tuple[str, ...]]]
) -> int | None:
    """The first of `kept` that nearly all of the smaller text stands in, by number, or None."""
    for number, other in enumerate(kept):
        smaller = min(len(candidate), len(other))
        if smaller and len(candidate & other) >= 0.7 * smaller:
            return number
    return None
