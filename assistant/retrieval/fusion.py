"""Joining rankings, and showing the same thing once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

RRF_K = 20
"""Damping of first places. Cormack, Clarke and Büttcher (SIGIR 2009) took 60 for many rankings; of
two, 20 did better on the judged questions, and a rare word is found by it alone."""

BEST = 300
"""Chunks of a ranking that are looked at."""

MOST_SUPPORT = 12
"""Places of one guide that support each other."""

SUPPORT, FADING, FLATTENING = 2.6, 0.7, 0.7
"""Chosen on 371 questions (`library-search`, `mentors`, `mentees`, `trainers`)."""

OF_WORTH = 2.5
"""How much a section's worth counts beside the best score. DECISIONS.md has the figures."""

FAIRNESS = 0.65
"""How far a guide with few places is made equal to one with many: 0 would add up what they have, 1
compare their means. A short guide with the very words of a question must not stand behind all the
long ones, and one that says more on the subject may stand a little before."""


def reciprocal_rank(rankings: Sequence[tuple[float, int, Sequence[int]]]) -> dict[int, float]:
    """Fused score by id: the sum over (weight, damping, ranking) of weight / (damping + rank),
    ranks from 1. The less a ranking is damped, the more its first places count."""
    fused: dict[int, float] = {}
    for weight, damping, ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            fused[key] = fused.get(key, 0.0) + weight / (damping + rank)
    return fused


def rearranged(fused: Mapping[int, float], worth: Mapping[int, float]) -> dict[int, float]:
    """Scores after those that have a worth (0 to 1) changed places among themselves.

    They stand by their score and `OF_WORTH` times their worth; all others stay where they are, and
    each place keeps its score. What has a worth and no score yet may take a place, too; the least
    of those with a worth then drop out.
    """
    best = max(fused.values(), default=0.0) or 1.0
    order = sorted(fused, key=lambda key: (-fused[key], key))
    joined = {key: fused.get(key, 0.0) / best + OF_WORTH * worth[key] for key in worth}
    places = iter(sorted(joined, key=lambda key: (-joined[key], key)))
    moved = [next(places) if key in worth else key for key in order]
    scores = sorted(fused.values(), reverse=True)
    return dict(zip(moved, scores, strict=True))


def supported(
    scores: np.ndarray, guide_of: np.ndarray, leads_to: np.ndarray, weight: float = SUPPORT
) -> np.ndarray:
    """Scores raised where the same guide has other good places, as a guide on the subject has.

    A chunk counts with its own score or the best of the signposts that lead to it (`leads_to` holds
    their places). To each, `weight` times the guide's best scores are added, the second divided by
    the root of two, the third by the root of three, and so on; signposts count there too. Scores
    are first brought to 0..1 over the best ones; signposts themselves get 0.
    """
    import numpy as np

    best = np.argsort(-scores, kind="stable")[:BEST]
    best = best[scores[best] > 0]
    if not len(best):
        return np.zeros_like(scores)
    low, high = scores[best[-1]], scores[best[0]]
    level = np.zeros_like(scores)
    level[best] = ((scores[best] - low) / (high - low + 1e-9)) ** FLATTENING + 1e-9
    places = np.bincount(guide_of)
    support, counted = np.zeros(len(places), scores.dtype), np.zeros(len(places), np.int64)
    for n in best:
        guide = guide_of[n]
        counted[guide] += 1
        if counted[guide] <= MOST_SUPPORT:
            support[guide] += level[n] / counted[guide] ** FADING
    weights = np.cumsum(np.arange(1, MOST_SUPPORT + 1) ** -FADING)
    support /= weights[np.clip(places, 1, MOST_SUPPORT) - 1] ** FAIRNESS
    own = np.zeros_like(scores)
    np.maximum.at(own, leads_to, level)
    return np.where(own > 0, own + weight * support[guide_of], 0.0)


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
