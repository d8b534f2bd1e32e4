"""The steps by which weights are learnt, for all that is trained on the built-in encoder."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
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
