"""The lexical index: BM25 over all chunks, kept between queries and on disk."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.retrieval.terms import Compounds, Vocabulary, words

if TYPE_CHECKING:
    import numpy as np

K1, B = 1.2, 0.75
FORMAT = 2
"""Raised whenever terms are made differently, so that saved indexes are built anew."""


@dataclass(frozen=True)
class Entry:
    """What BM25 knows of a chunk: its heading line, its text and its language."""

    chunk_id: int
    heading: str
    text: str
    language: str


class LexicalIndex:
    """BM25 scores for a fixed set of chunks; a changed library gets a new index."""

    def __init__(self, chunk_ids: np.ndarray, vocabulary: Vocabulary, bm25: Any) -> None:
        self.chunk_ids = chunk_ids
        self.vocabulary = vocabulary
        self._bm25 = bm25

    @classmethod
    def build(cls, entries: Sequence[Entry]) -> LexicalIndex:
        """Index the entries, in their order. The heading line counts twice."""
        import bm25s
        import numpy as np

        listed = [words(f"{e.heading} {e.heading} {e.text}") for e in entries]
        german = (w for w, e in zip(listed, entries, strict=True) if e.language == "de")
        vocabulary = Vocabulary(Compounds.of(german))
        numbers: dict[str, int] = {}
        documents = [
            [
                numbers.setdefault(term, len(numbers))
                for term in vocabulary.terms(text, entry.language)
            ]
            for text, entry in zip(listed, entries, strict=True)
        ]
        bm25 = None
        if numbers:
            bm25 = bm25s.BM25(k1=K1, b=B)
            bm25.index((documents, numbers), show_progress=False)
        return cls(np.array([e.chunk_id for e in entries], dtype=np.int64), vocabulary, bm25)

    def scores(self, query: str, language: str) -> np.ndarray:
        """The BM25 score of every chunk, in the order of `chunk_ids`."""
        return self._scores(self.vocabulary.query_terms(query, language))

    def _scores(self, terms: list[str]) -> np.ndarray:
        import numpy as np

        known = [] if self._bm25 is None else [t for t in terms if t in self._bm25.vocab_dict]
        if not known:
            return np.zeros(len(self.chunk_ids), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def idf(self, term: str) -> float:
        """How telling a term is: ln(1 + chunks / chunks that have it); rarer is higher."""
        count = len(self.chunk_ids)
        number = None if self._bm25 is None else self._bm25.vocab_dict.get(term)
        if number is None:
            return math.log(1 + max(count, 1))
        starts = self._bm25.scores["indptr"]
        return math.log(1 + count / max(1, int(starts[number + 1] - starts[number])))

    def save(self, folder: Path, version: str) -> None:
        """Write the index under its version; a half-written one is never read."""
        import numpy as np

        draft = folder.with_name(folder.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        if self._bm25 is not None:
            self._bm25.save(str(draft), show_progress=False)
        np.save(draft / "chunk_ids.npy", self.chunk_ids)
        facts = {
            "version": version,
            "format": FORMAT,
            "compounds": self.vocabulary.compounds.counts,
            "empty": self._bm25 is None,
        }
        (draft / "facts.json").write_text(json.dumps(facts))
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)

    @classmethod
    def load(cls, folder: Path, version: str) -> LexicalIndex | None:
        """The saved index of that version, or None when there is none that can be read."""
        import bm25s
        import numpy as np

        try:
            facts = json.loads((folder / "facts.json").read_text())
            if facts["version"] != version or facts["format"] != FORMAT:
                return None
            bm25 = None if facts["empty"] else bm25s.BM25.load(str(folder), show_progress=False)
            chunk_ids = np.load(folder / "chunk_ids.npy", allow_pickle=False)
            if bm25 is not None and bm25.scores["num_docs"] != len(chunk_ids):
                return None
            return cls(chunk_ids, Vocabulary(Compounds(facts["compounds"])), bm25)
        except (OSError, ValueError, KeyError, EOFError):
            return None
