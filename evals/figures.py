"""Measured figures, each beside its bar, and how they are shown."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; `bar` is the most it may be, or with `at_least` the least."""

    name: str
    value: float | None
    unit: str = ""
    bar: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None without a bar or a value."""
        if self.bar is None or self.value is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that `percent` of the values don't exceed; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def line(figure: Figure) -> str:
    """A figure as a line: met or missed, name, value, bar, note."""
    sign = {True: "met", False: "MISSED", None: ""}[figure.met]
    value = "–" if figure.value is None else f"{figure.value:.4g} {figure.unit}".strip()
    relation = "≥" if figure.at_least else "≤"
    bar = "" if figure.bar is None else f"{relation} {figure.bar:g}"
    return f"{sign:7}{figure.name:40}{value:>14}  {bar:8}{figure.note}".rstrip()


def listed(items: Iterable[str], most: int = 40) -> str:
    """The first items in a line, and how many more there are."""
    whole = list(items)
    more = f" and {len(whole) - most} more" if len(whole) > most else ""
    return ", ".join(whole[:most]) + more


def say(text: str) -> None:
    """How far measuring is, beside the figures."""
    print(text, file=sys.stderr, flush=True)
