"""A question's embedding, turned a little to where the guides' sections stand that answer it.

The encoder puts a question near texts with the same words and topic; what answers it often has
others. A second reading of the question, by the encoder with its layers changed a little (learnt
from the lines by which the built-in guides are asked for, `python -m evals.turning`), is mixed in;
the guides' vectors stay as they are. It only ranks: how near a passage is to a question is said by
the vectors as they were.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import knowledge
from assistant.retrieval.embeddings import BUILT_IN, fingerprint
from assistant.tuned import load_encoder, mean_state, with_changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import torch

log = logging.getLogger(__name__)

FILE = Path(knowledge.__file__).parent / "turning.safetensors"

STRENGTH = 0.5
"""How much the second reading counts. DECISIONS.md has the figures for more and for less."""

MOST_PIECES = 64
"""Word pieces of a question that are read."""


class Reader:
    """The second reading of questions, loaded."""

    def __init__(self, file: Path) -> None:
        """Load; raises whatever reading the file or changing the encoder by it may raise."""
        from safetensors import safe_open
        from tokenizers import Tokenizer

        with safe_open(str(file), framework="pt") as stored:
            self.model = (stored.metadata() or {}).get("encoder", "")
            parts = {name: stored.get_tensor(name).float() for name in stored.keys()}  # noqa: SIM118
        self._encoder = with_changes(load_encoder(BUILT_IN), parts)
        self._tokenizer = Tokenizer.from_file(str(BUILT_IN / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_PIECES)

    def read(self, question: str) -> np.ndarray:
        """The question's vector, of length one."""
        import torch

        pieces = torch.tensor([self._tokenizer.encode(question).ids])
        with torch.inference_mode():
            read = mean_state(self._encoder, pieces, torch.ones_like(pieces))[0]
        return cast("np.ndarray", read.numpy())


def turned(vector: np.ndarray, question: str, model: str) -> np.ndarray:
    """The question's vector to rank by, of length one; as it is for another model.

    The first call loads the second reading, in a second or less.
    """
    import numpy as np

    if model != fingerprint(BUILT_IN):
        return vector
    reader = _reader(FILE)
    if reader is None or reader.model != model:
        return vector
    moved = (1 - STRENGTH) * vector + STRENGTH * reader.read(question)
    return moved / np.linalg.norm(moved)


def write_turning(parts: Mapping[str, torch.Tensor], model: str, file: Path = FILE) -> None:
    """Write what was learnt for a model (its fingerprint)."""
    from safetensors.torch import save_file

    save_file(dict(parts), str(file), metadata={"encoder": model})
    file.chmod(0o644)


@lru_cache(maxsize=1)
def _reader(file: Path) -> Reader | None:
    """The second reading; None where the file can't be read."""
    try:
        return Reader(file)
    except Exception as error:
        # Whatever is wrong with the file, or however it was made: search goes on without it.
        log.warning("Search ranks without %s, which can't be read: %s", file.name, error)
        return None
