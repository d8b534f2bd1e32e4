"""What a message wishes of a plan, where the words that `changes.yaml` knows don't tell.

People give a reason and no request ("she has a cold, we'll talk on the phone"). The encoder with
its layers changed a little tells which kind of wish it is; for kinds that need no more than that,
`knowledge/planning/wishes.yaml` has a phrase that says it plainly. Trained by `python -m
evals.wishes.train`. What it does not know: figures, names and which item is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

import knowledge
from assistant.tuned import Tuned, mean_state, tuned_if_sound
from assistant.words import data

if TYPE_CHECKING:
    import torch

FILE = Path(knowledge.__file__).parent / "planning" / "wishes.safetensors"
MOST_PIECES = 64
"""Word pieces of a message that are read."""

SCALE = 10.0
"""What the mean state, of length one, is multiplied by before the head reads it."""


class Phrases(BaseModel):
    """The file as it is: how each kind of wish is said plainly, by language; what changes nothing
    stands in `nothing`, what needs a figure, a name or an item in `needs_more`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: Mapping[str, Mapping[str, str]]
    nothing: tuple[str, ...]
    needs_more: tuple[str, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """All kinds, in the order of the head's figures."""
        return tuple(sorted((*self.said, *self.nothing, *self.needs_more)))


@cache
def load_phrases() -> Phrases:
    """`knowledge/planning/wishes.yaml`, read once a process."""
    return Phrases.model_validate(data("knowledge", "planning/wishes.yaml"))


def read_wishes(tuned: Tuned, texts: Sequence[str], dropout: float = 0.0) -> torch.Tensor:
    """The head's figures, (texts, kinds); with `dropout` some of a state is hidden from it."""
    import torch

    states = SCALE * mean_state(tuned.encoder, *tuned.pieces(texts))
    states = torch.nn.functional.dropout(states, dropout)
    return states @ tuned.parts["out"].T + tuned.parts["bias"]


def kind_of(text: str, least: float) -> str:
    """The kind of wish in a message; "" where the reader isn't at least so sure, 0 to 1."""
    import torch

    tuned = tuned_if_sound(FILE, MOST_PIECES)
    if tuned is None:
        return ""
    with torch.inference_mode():
        sure, place = read_wishes(tuned, [text])[0].softmax(0).max(0)
    return load_phrases().kinds[int(place)] if float(sure) >= least else ""
