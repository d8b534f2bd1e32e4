"""A question's embedding, turned a little to where the guides' sections stand that answer it.

The encoder puts a question near texts with the same words and topic; what answers it often has
others. A matrix, learnt from the lines by which the built-in guides are asked for
(`python -m evals.turning`), moves the question's vector a little; the guides' vectors stay as they
are. It only ranks: how near a passage is to a question is said by the vectors as they were.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import knowledge

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger(__name__)

FILE = Path(knowledge.__file__).parent / "turning.safetensors"

STRENGTH = 0.4
"""How much of what was learnt is applied. More of it finds more in German and less in English; on
other subjects each bit costs a little (XQuAD, German to English: 0.905 without, 0.896 with this
much, 0.880 with all). DECISIONS.md has the figures."""


def turned(vector: np.ndarray, model: str) -> np.ndarray:
    """The question's vector to rank by, of length one; as it is for another model."""
    import numpy as np

    learnt = _learnt(FILE)
    if model not in learnt:
        return vector
    moved = vector + STRENGTH * (learnt[model] @ vector)
    return moved / np.linalg.norm(moved)


def write_turning(matrix: np.ndarray, model: str, file: Path = FILE) -> None:
    """Write what was learnt for a model (its fingerprint), in half precision."""
    import numpy as np
    from safetensors.numpy import save_file

    save_file({model: np.ascontiguousarray(matrix, dtype=np.float16)}, str(file))
    file.chmod(0o644)


@lru_cache(maxsize=1)
def _learnt(file: Path) -> Mapping[str, np.ndarray]:
    """The matrix by the model that it was learnt for; nothing where the file can't be read."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        learnt = load_file(str(file))
    except (OSError, SafetensorError) as error:
        log.warning("Search ranks without %s, which can't be read: %s", file.name, error)
        return {}
    return {model: matrix.astype("float32") for model, matrix in learnt.items()}
