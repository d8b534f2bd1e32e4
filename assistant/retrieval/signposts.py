"""Signposts by their vectors, in memory.

Ten lines lead to a chunk, so they are nine in ten of all vectors: putting them into Chroma took
most of the time of a first start, while comparing a question with all of them takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class SignpostIndex:
    """A fixed set of vectors by signpost id, nearest first by cosine."""

    def __init__(self, vectors: Mapping[int, np.ndarray]) -> None:
        import numpy as np

        self._ids = np.array(list(vectors), dtype=np.int64)
        matrix = np.stack(list(vectors.values())) if vectors else np.zeros((0, 1), np.float32)
        # A vector of zeros is near nothing.
        self._unit = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)

    def nearest(self, vector: np.ndarray, count: int) -> list[tuple[int, float]]:
        """(signpost id, cosine) of the `count` nearest, nearest first."""
        import numpy as np

        if not len(self._ids):
            return []
        cosines = self._unit @ (vector / max(float(np.linalg.norm(vector)), 1e-12))
        best = np.argsort(-cosines, kind="stable")[:count]
        return [(int(self._ids[n]), float(cosines[n])) for n in best]
