"""Joining rankings, and showing the same thing once."""

from __future__ import annotations

import re
from collections.abc import Sequence

RRF_K = 60
"""Damping of first places; 60 is the value of Cormack, Clarke and Büttcher (SIGIR 2009)."""


def reciprocal_rank(rankings: Sequence[tuple[float, Sequence[int]]]) -> dict[int, float]:
    """Fused score by id: the sum over rankings of weight / (60 + rank), ranks from 1."""
    fused: dict[int, float] = {}
    for weight, ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            fused[key] = fused.get(key, 0.0) + weight / (RRF_K + rank)
    return fused


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
