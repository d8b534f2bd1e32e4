"""What a message's runs of letters and words say of danger and of limits, beside the encoder.

A linear model over runs of two to five letters and of one to three words, weighed by how rare they
are (`knowledge/safety/letters.safetensors`, trained by `python -m evals.concerns.letters` on the
examples of the classifier). It is wrong about other messages than the encoder is, so the two
together are right more often than each. What it does not know: anything that isn't spelt in the
message, and the order of more than three words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import knowledge

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

FILE = Path(knowledge.__file__).parent / "safety" / "letters.safetensors"

READINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("letters", {"analyzer": "char_wb", "ngram_range": (2, 5)}),
    ("words", {"analyzer": "word", "ngram_range": (1, 3), "token_pattern": r"\w+"}),
)
"""What is counted in a message, as scikit-learn's vectorizer takes it."""

KEYS = 2**31 - 1
"""So many numbers that runs can have: of a few hundred thousand, hardly two share one."""


@dataclass(frozen=True)
class Runs:
    """The runs of one reading that count: their numbers, rising, and how rare each is."""

    keys: np.ndarray
    rarity: np.ndarray

    def shares(self, counted: csr_matrix) -> csr_matrix:
        """Rows of length one, (texts, runs), of all runs that were counted, (texts, KEYS)."""
        import numpy as np
        from scipy.sparse import csr_matrix
        from sklearn.preprocessing import normalize

        places = np.searchsorted(self.keys, counted.indices).clip(max=len(self.keys) - 1)
        known = self.keys[places] == counted.indices
        weights = (1 + np.log(counted.data[known])) * self.rarity[places[known]]
        starts = np.concatenate([[0], np.cumsum(known)])[counted.indptr]
        shape = (counted.shape[0], len(self.keys))
        return normalize(csr_matrix((weights, places[known], starts), shape=shape))


def counted(reading: dict[str, Any], texts: Sequence[str]) -> csr_matrix:
    """How often each run stands in texts, (texts, KEYS)."""
    from sklearn.feature_extraction.text import HashingVectorizer

    vectorizer = HashingVectorizer(n_features=KEYS, norm=None, alternate_sign=False, **reading)
    return vectorizer.transform(texts)


@dataclass(frozen=True)
class Letters:
    """What was learnt: `parts` by name, as they are stored."""

    parts: dict[str, np.ndarray]

    def leanings(self, texts: Sequence[str]) -> np.ndarray:
        """(texts, 2): log odds that somebody may be in danger, and that a limit is touched."""
        import numpy as np

        found = np.tile(self.parts["bias"].astype(np.float64), (len(texts), 1))
        for name, reading in READINGS:
            shares = self._runs[name].shares(counted(reading, texts))
            found += shares @ self.parts[f"{name}.weights"].astype(np.float64)
        return found

    @cached_property
    def _runs(self) -> dict[str, Runs]:
        return {
            name: Runs(
                self.parts[f"{name}.keys"].astype("int64"),
                self.parts[f"{name}.rarity"].astype("float64"),
            )
            for name, _ in READINGS
        }


def load_letters(file: Path = FILE) -> Letters:
    """What was learnt. Raises OSError or ValueError when the file doesn't fit."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        parts = load_file(str(file))
    except SafetensorError as error:
        raise ValueError(f"{file.name} can't be read: {error}") from error
    needed = {"bias"} | {
        f"{name}.{part}" for name, _ in READINGS for part in ("keys", "rarity", "weights")
    }
    if missing := needed - parts.keys():
        raise ValueError(f"{file.name} lacks {min(missing)}.")
    return Letters(parts)
