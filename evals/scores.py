"""One measured value of one case: always a value, a reason why it doesn't apply, or an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "not_applicable", "error"]


@dataclass(frozen=True)
class Score:
    """`value` is a finite number when `state` is "ok" and None otherwise, with a `reason` then.

    `details` names what led to the value, for people: the sentence without support, the point that
    is missing.
    """

    case: str
    metric: str
    state: State
    value: float | None = None
    reason: str = ""
    details: tuple[str, ...] = ()


def scored(case: str, metric: str, value: float, *details: str) -> Score:
    """A score that counts. Raises `ValueError` for a value that is no finite number."""
    import math

    if not math.isfinite(value):
        raise ValueError(f"{metric} of {case} is no number: {value}")
    return Score(case, metric, "ok", float(value), details=details)


def not_applicable(case: str, metric: str, reason: str) -> Score:
    """The metric says nothing about this case; it is left out of the denominator, visibly."""
    return Score(case, metric, "not_applicable", reason=reason)


def failed(case: str, metric: str, reason: str) -> Score:
    """The metric could not be computed; never dropped silently."""
    return Score(case, metric, "error", reason=reason)
