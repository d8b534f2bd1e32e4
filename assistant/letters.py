"""What a text's runs of letters and words say, beside what the encoder reads.

A linear model over runs of two to five letters and of one to three words, weighed by how rare they
are. It errs about other texts than the encoder does, so the two together are right more often than
each. Used for danger and limits (`assistant.safety.classifier`) and for which guide a question is
for (`assistant.retrieval.sections`); trained by `python -m evals.letters`. What it does not know:
anything that isn't spelt in the text, and the order of more than three words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

READINGS: Mapping[str, Mapping[str, Any]] = {
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5)},
    "words": {"analyzer": "word", "ngram_range": (1, 3), "token_pattern": r"\w+"},
}
"""What is counted in a text, as scikit-learn's vectorizer takes it."""

KEYS = 2**31 - 1
"""So many numbers that runs can have: of a few hundred thousand, hardly two share one."""

PARTS = ("keys", "rarity", "weights", "columns", "starts")
"""What is stored of a reading: its runs' numbers, rising; how rare each is; and, row by row of
(runs, answers), the weights that count (compressed sparse rows)."""


@dataclass(frozen=True)
class Runs:
    """The runs of one reading that are looked at: their numbers, rising, and how rare each is."""

    keys: np.ndarray
    rarity: np.ndarray

    def shares(self, counts: csr_matrix) -> csr_matrix:
        """Rows of length one, (texts, runs), of all runs that were counted, (texts, KEYS)."""
        import numpy as np
        from scipy.sparse import csr_matrix
        from sklearn.preprocessing import normalize

        places = np.searchsorted(self.keys, counts.indices).clip(max=len(self.keys) - 1)
        known = self.keys[places] == counts.indices
        weights = (1 + np.log(counts.data[known])) * self.rarity[places[known]]
        starts = np.concatenate([[0], np.cumsum(known)])[counts.indptr]
        shape = (counts.shape[0], len(self.keys))
        return normalize(csr_matrix((weights, places[known], starts), shape=shape))


def counted(reading: str, texts: Sequence[str]) -> csr_matrix:
    """How often each run stands in texts, (texts, KEYS)."""
    from sklearn.feature_extraction.text import HashingVectorizer

    options = READINGS[reading]
    vectorizer = HashingVectorizer(n_features=KEYS, norm=None, alternate_sign=False, **options)
    return vectorizer.transform(texts)


@dataclass(frozen=True)
class Letters:
    """What was learnt, as it is stored, and its notes in words."""

    parts: Mapping[str, np.ndarray]
    notes: Mapping[str, str]

    def log_odds(self, texts: Sequence[str]) -> np.ndarray:
        """(texts, answers): the log odds of each answer, by itself."""
        import numpy as np

        found = np.tile(self.parts["bias"].astype(np.float64), (len(texts), 1))
        for reading, (runs, weights) in self._readings.items():
            found += (runs.shares(counted(reading, texts)) @ weights).toarray()
        return found

    @cached_property
    def _readings(self) -> dict[str, tuple[Runs, csr_matrix]]:
        from scipy.sparse import csr_matrix

        found = {}
        for reading in READINGS:
            part = {name: self.parts[f"{reading}.{name}"] for name in PARTS}
            keys = part["keys"].astype("int64")
            stored = (part["weights"].astype("float64"), part["columns"], part["starts"])
            weights = csr_matrix(stored, shape=(len(keys), len(self.parts["bias"])))
            found[reading] = (Runs(keys, part["rarity"].astype("float64")), weights)
        return found


def load_letters(file: Path) -> Letters:
    """What was learnt. Raises OSError or ValueError when the file doesn't fit."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(file), framework="np") as stored:
            notes = stored.metadata() or {}
            parts = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{file.name} can't be read: {error}") from error
    needed = {"bias", *(f"{reading}.{name}" for reading in READINGS for name in PARTS)}
    if missing := needed - parts.keys():
        raise ValueError(f"{file.name} lacks {min(missing)}.")
    return Letters(parts, notes)
