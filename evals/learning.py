"""The steps by which weights are learnt, for all that is trained on the built-in encoder."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class Learner:
    """AdamW, whose rate rises for `warm_up` of the `steps` and then falls to a fiftieth."""

    def __init__(
        self, groups: Sequence[tuple[Sequence[torch.nn.Parameter], float]], steps: int, warm_up: int
    ) -> None:
        """`groups` are weights with the rate at which they learn."""
        import torch

        self._weights = [weight for weights, _ in groups for weight in weights]
        self._optimizer = torch.optim.AdamW(
            [{"params": list(weights), "lr": rate} for weights, rate in groups], weight_decay=0.01
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer,
            lambda step: min(1.0, (step + 1) / warm_up) * max(0.02, 1 - step / steps),
        )

    def step(self, loss: torch.Tensor) -> None:
        """Move the weights a little to where the loss is less."""
        import torch

        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimizer.step()
        self._schedule.step()


def alike_batches(
    texts: Sequence[str], size: int, chance: random.Random
) -> Iterator[Sequence[int]]:
    """The places of all texts once, those of similar length together, in a new order each time."""
    order = list(range(len(texts)))
    chance.shuffle(order)
    batches = []
    for start in range(0, len(order), size * 20):
        near = sorted(order[start : start + size * 20], key=lambda n: len(texts[n]))
        batches += [near[n : n + size] for n in range(0, len(near), size)]
    chance.shuffle(batches)
    yield from batches


def fast_arithmetic() -> torch.autocast:
    """A context in which a step takes a third of the time, on processors that can do that."""
    import torch

    # Without such arithmetic in the processor it would be ten times slower, not faster.
    able = bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=able)


def learnt(model: Any, before: Any) -> Mapping[str, torch.Tensor]:
    """What the weights that could learn differ from those `before` in."""
    weights = dict(before.named_parameters())
    return {
        name: (weight - weights[name]).detach()
        for name, weight in model.named_parameters()
        if weight.requires_grad
    }


def fold_of(text: str) -> int:
    """0 to 9, the same for the same message whatever else is among the examples."""
    return zlib.crc32(text.encode("utf-8")) % 10
