"""Many values, a part at a time: databases bound the number of parameters of a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

MANY = 500
"""Most values in one IN (…)."""


def batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values in order, `MANY` at a time."""
    listed = list(values)
    for start in range(0, len(listed), MANY):
        yield listed[start : start + MANY]
