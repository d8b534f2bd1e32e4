"""What a kind of case is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ask = Literal["respond", "search", "assess"]


@dataclass(frozen=True)
class Kind:
    """`asks` names what of Tandem runs for a case, `metrics` what is measured of it.

    `main` is the metric by which cases of this kind are sorted, worst first.
    """

    asks: tuple[Ask, ...]
    metrics: tuple[str, ...]
    main: str
