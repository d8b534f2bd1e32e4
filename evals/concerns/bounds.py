"""What bounds would notice, and what they would raise for nothing, on examples left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.safety.classifier import HEADS, KINDS, LIMITS
from evals.concerns.examples import Example

if TYPE_CHECKING:
    import torch

BOUNDS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)


def print_rates(held: Sequence[Example], figures: torch.Tensor) -> None:
    """A line for each language and bound: false alarms, then how much of each kind is noticed."""
    kinds, _, _, limits = (part.softmax(1) for part in figures.split(HEADS, dim=1))
    alarm, touched = (1 - kinds[:, 0]).tolist(), (1 - limits[:, 0]).tolist()
    for language in ("en", "de"):
        own = [n for n, example in enumerate(held) if example.language == language]
        for bound in BOUNDS:
            told = [_rate(alarm, [n for n in own if held[n].kind == kind], bound) for kind in KINDS]
            limited = [n for n in own if held[n].limit not in (None, "none")]
            free = [n for n in own if held[n].limit == "none"]
            limit_rates = [_rate(touched, free, bound), _rate(touched, limited, bound)]
            print(
                f"{language} {bound:.2f}  "
                + "  ".join(f"{k} {r:.3f}" for k, r in zip(KINDS, told, strict=True))
                + f"  | limits: false {limit_rates[0]:.3f} kept {limit_rates[1]:.3f}",
                flush=True,
            )
    _print_right("kind", kinds, [e.kind for e in held], KINDS)
    _print_right("limit", limits, [e.limit for e in held], LIMITS)


def _rate(figures: Sequence[float], places: Sequence[int], bound: float) -> float:
    return sum(figures[n] >= bound for n in places) / max(len(places), 1)


def _print_right(
    name: str, figures: torch.Tensor, right: Sequence[str | None], names: Sequence[str]
) -> None:
    """How often the likeliest one but "none" is the right one, where there is one."""
    places = [n for n, one in enumerate(right) if one not in (None, "none")]
    best = (figures[:, 1:].argmax(1) + 1).tolist()
    hits = sum(names[best[n]] == right[n] for n in places)
    print(f"{name} right: {hits / max(len(places), 1):.3f} of {len(places)}", flush=True)
