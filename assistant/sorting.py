"""Telling which of several kinds a message is, learnt from examples.

The encoder with its layers changed a little reads a message, and one head says how likely each
kind is. Trained by `python -m evals.sorting.train`. What it does not know: whether a message is of
none of its kinds, unless there is a kind for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.tuned import Tuned, mean_state, tuned_if_sound

if TYPE_CHECKING:
    import torch

SCALE = 10.0
"""What the mean state, of length one, is multiplied by before the head reads it."""


@dataclass(frozen=True)
class Sorter:
    """What sorts messages: its file, the kinds in the order of the head's figures, and how many
    word pieces of a message it reads."""

    file: Path
    kinds: tuple[str, ...]
    most_pieces: int

    def shares(self, text: str) -> dict[str, float]:
        """How likely each kind is, together 1; nothing where the file can't be used."""
        import torch

        tuned = tuned_if_sound(self.file, self.most_pieces)
        if tuned is None:
            return {}
        with torch.inference_mode():
            likely = figures(tuned, [text])[0].softmax(0).tolist()
        return dict(zip(self.kinds, likely, strict=True))

    def likeliest(self, text: str) -> tuple[str, float]:
        """The likeliest kind and how likely it is, 0 to 1; ("", 0) where the file can't be used."""
        return max(self.shares(text).items(), key=lambda one: one[1], default=("", 0.0))


def figures(tuned: Tuned, texts: Sequence[str], dropout: float = 0.0) -> torch.Tensor:
    """The head's figures, (texts, kinds); with `dropout` some of a state is hidden from it."""
    import torch

    states = SCALE * mean_state(tuned.encoder, *tuned.pieces(texts))
    states = torch.nn.functional.dropout(states, dropout)
    return states @ tuned.parts["out"].T + tuned.parts["bias"]
