"""A question's embedding, turned a little to where the guides' sections stand that answer it.

The encoder puts a question near texts with the same words and topic; what answers it often has
others. A second reading of the question, by the encoder with its layers changed a little (learnt
from the lines by which the built-in guides are asked for, `python -m evals.turning`), is mixed in;
the guides' vectors stay as they are. It only ranks: how near a passage is to a question is said by
the vectors as they were.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import knowledge
from assistant.retrieval.embeddings import BUILT_IN, fingerprint
from assistant.tuned import mean_state, tuned_if_sound

if TYPE_CHECKING:
    import numpy as np

FILE = Path(knowledge.__file__).parent / "turning.safetensors"

STRENGTH = 0.6
"""How much the second reading counts. DECISIONS.md has the figures for more and for less."""

FAMILIAR = "familiar"
"""The part of the file that says how familiar a question sounds: a weight each, and a bias."""

MOST_PIECES = 128
"""Word pieces of a question that are read."""


def turned(vector: np.ndarray, question: str, model: str) -> np.ndarray:
    """The question's vector to rank by, of length one; as it is for another model.

    The first call loads the second reading, in a second or less.
    """
    import numpy as np

    read = _read(question, FILE) if model == fingerprint(BUILT_IN) else None
    if read is None:
        return vector
    moved = (1 - STRENGTH) * vector + STRENGTH * read
    return cast("np.ndarray", moved / np.linalg.norm(moved))


def familiarity(question: str, model: str) -> float:
    """How much a question sounds like those that the built-in guides are asked, as log odds.

    Minus infinity for another model, or where nothing was learnt of it. What it does not know:
    whether a guide does answer.
    """
    read = _read(question, FILE) if model == fingerprint(BUILT_IN) else None
    tuned = tuned_if_sound(FILE, MOST_PIECES)
    if read is None or tuned is None or FAMILIAR not in tuned.parts:
        return float("-inf")
    *weights, bias = tuned.parts[FAMILIAR].tolist()
    return float(read @ weights + bias)


@lru_cache(maxsize=4)
def _read(question: str, file: Path) -> np.ndarray | None:
    """The second reading of a question; None where it can't be had."""
    import torch

    tuned = tuned_if_sound(file, MOST_PIECES)
    if tuned is None:
        return None
    with torch.inference_mode():
        read = mean_state(tuned.encoder, *tuned.pieces([question]))[0]
    return cast("np.ndarray", read.numpy())
