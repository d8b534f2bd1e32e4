"""Searching: dense and BM25 rankings of one snapshot of the library, fused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from assistant.errors import IndexUnavailable
from assistant.guides.chunking import heading_line
from assistant.language import detect
from assistant.retrieval.closeness import Closeness, cosines, coverages
from assistant.retrieval.dense import DenseIndex
from assistant.retrieval.embeddings import as_matrix
from assistant.retrieval.fusion import reciprocal_rank, repeated, shingles
from assistant.retrieval.glossary import Glossary, glossary_entries
from assistant.retrieval.lexical import Entry, LexicalIndex
from assistant.retrieval.passage import Passage
from assistant.retrieval.terms import Compounds, Vocabulary
from assistant.store.catalogue import Catalogue
from assistant.store.tables import ChunkRow, GuideRow

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings

log = logging.getLogger(__name__)

DEPTH = 150
"""How far down each ranking is read."""

EMBED_BATCH = 256
LONGEST_QUERY = 2_000
"""Characters of a query that are looked at; more is a text, not a question."""


@dataclass(frozen=True)
class Weights:
    """How much each ranking counts in the fusion, by the query's language."""

    dense: float
    lexical: float
    widened_lexical: float
    widened_dense: float


WEIGHTS = {
    "en": Weights(dense=1.0, lexical=0.8, widened_lexical=0.3, widened_dense=0.0),
    "de": Weights(dense=0.3, lexical=1.0, widened_lexical=0.3, widened_dense=0.4),
}


@dataclass(frozen=True)
class Snapshot:
    """One complete state of the library, as searching sees it."""

    version: str
    lexical: LexicalIndex
    position: dict[int, int]
    guide_of: list[int]
    collection_of: np.ndarray
    glossary: Glossary


class Search:
    """Holds the snapshot, the encoder and the dense index; finds passages."""

    def __init__(self, catalogue: Catalogue, folder: Path, model: str) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self.model = model
        self._dense = DenseIndex(folder / "dense", model)
        self._snapshot: Snapshot | None = None
        self._embeddings: Callable[[], Embeddings] | None = None
        self._refreshing = Lock()

    @property
    def dense_ready(self) -> bool:
        """Whether the dense index answers."""
        return self._dense.ready

    @property
    def snapshot(self) -> Snapshot:
        """The state in use; built on first use."""
        if self._snapshot is None:
            self.refresh()
        assert self._snapshot is not None
        return self._snapshot

    def use(self, embeddings: Callable[[], Embeddings]) -> None:
        """Say where the encoder comes from; the callable may block until it is loaded."""
        self._embeddings = embeddings

    def dense_intact(self) -> bool:
        """Whether the dense index can be opened without building it anew."""
        return self._dense.intact() or not self.snapshot.guide_of

    def open_dense(self) -> bool:
        """Open the dense index for what is live and embedded; True if it had to be rebuilt.

        Raises `IndexUnavailable` when it can't be written.
        """
        expected = self._catalogue.embedded(self.model)
        return self._dense.open(expected, lambda ids: self._catalogue.vectors(self.model, ids))

    def close(self) -> None:
        """Let go of the dense index's folder."""
        self._dense.close()

    # -- the library's side --------------------------------------------------------------------

    def embed_missing(self, texts: dict[str, str], progress: Callable[[int, int], None]) -> None:
        """Embed texts by hash and keep their vectors, longest first, batch by batch."""
        order = sorted(texts, key=lambda key: len(texts[key]), reverse=True)
        for start in range(0, len(order), EMBED_BATCH):
            batch = order[start : start + EMBED_BATCH]
            matrix = as_matrix(self._encoder().embed_documents([texts[key] for key in batch]))
            self._catalogue.put_vectors(self.model, dict(zip(batch, matrix, strict=True)))
            progress(min(start + EMBED_BATCH, len(order)), len(order))

    def write(self, chunk_ids: Sequence[int]) -> None:
        """Add chunks to the dense index before they become live; its failure stops no sync."""
        try:
            if self._dense.ready and chunk_ids:
                self._dense.add(chunk_ids, self._catalogue.vectors(self.model, chunk_ids))
        except IndexUnavailable as error:
            log.warning("%s Keyword search answers until the next start.", error)

    def refresh(self) -> None:
        """Take up the present state of the library: new snapshot, then old vectors forgotten."""
        with self._refreshing:
            version = self._catalogue.version()
            old = self._snapshot
            if old is not None and old.version == version:
                return
            self._snapshot = self._build(version)
            if old is not None and self._dense.ready:
                gone = old.position.keys() - self._snapshot.position.keys()
                try:
                    self._dense.remove(gone)
                except IndexUnavailable as error:
                    log.warning("%s Keyword search answers until the next start.", error)

    def _build(self, version: str) -> Snapshot:
        import numpy as np

        chunks = self._catalogue.chunks()
        folder = self._folder / "lexical"
        lexical = LexicalIndex.load(folder, version)
        if lexical is None or list(lexical.chunk_ids) != [chunk.id for chunk in chunks]:
            lexical = LexicalIndex.build(
                [
                    Entry(c.id, heading_line(c.title, c.heading_path), c.text, c.language)
                    for c in chunks
                ]
            )
            try:
                lexical.save(folder, version)
            except OSError as error:
                log.warning("The keyword index can't be saved (%s); it is built anew.", error)
        return Snapshot(
            version,
            lexical,
            {chunk.id: n for n, chunk in enumerate(chunks)},
            [chunk.guide_id for chunk in chunks],
            np.array([chunk.collection_id for chunk in chunks], dtype=np.int64),
            Glossary(glossary_entries(), Vocabulary(Compounds({}))),
        )

    # -- the answering side --------------------------------------------------------------------

    def find(
        self, query: str, top_k: int, collections: Collection[str] | None = None
    ) -> list[Passage]:
        """The `top_k` best passages of the enabled (or the named) collections, best first."""
        query = " ".join(query[:LONGEST_QUERY].split())
        snapshot = self.snapshot
        if not query or not snapshot.guide_of or top_k < 1:
            return []
        allowed = self._allowed(snapshot, collections)
        language = detect(query)
        fused, cosines = self._rank(query, language, snapshot, allowed)
        return self._passages(fused, cosines, top_k)

    def closeness(
        self, question: str, language: str, texts: Sequence[tuple[str, str]]
    ) -> list[Closeness]:
        """How close (text, language) pairs are to a question in `language`."""
        snapshot = self.snapshot
        other = "en" if language == "de" else "de"
        said = {language: question, other: snapshot.glossary.widen(question, language)}
        covered = coverages(snapshot.lexical, said, texts)
        try:
            found = cosines(self._encoder, question, [text for text, _ in texts])
        except IndexUnavailable:
            found = [0.0] * len(texts)
        return [Closeness(*pair) for pair in zip(found, covered, strict=True)]

    def _rank(
        self, query: str, language: str, snapshot: Snapshot, allowed: np.ndarray
    ) -> tuple[dict[int, float], dict[int, float]]:
        weights = WEIGHTS[language]
        widened = snapshot.glossary.widen(query, language)
        other = "en" if language == "de" else "de"
        rankings = [(weights.lexical, self._lexical(query, language, snapshot, allowed))]
        if widened and weights.widened_lexical:
            found = self._lexical(widened, other, snapshot, allowed)
            rankings.append((weights.widened_lexical, found))
        cosines = self._nearest(query, snapshot, allowed)
        rankings.append((weights.dense, list(cosines)))
        if widened and weights.widened_dense:
            found = list(self._nearest(widened, snapshot, allowed))
            rankings.append((weights.widened_dense, found))
        return reciprocal_rank(rankings), cosines

    def _lexical(
        self, query: str, language: str, snapshot: Snapshot, allowed: np.ndarray
    ) -> list[int]:
        import numpy as np

        scores = np.where(allowed, snapshot.lexical.scores(query, language), 0.0)
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [int(snapshot.lexical.chunk_ids[n]) for n in best if scores[n] > 0]

    def _nearest(self, query: str, snapshot: Snapshot, allowed: np.ndarray) -> dict[int, float]:
        """Cosine by chunk id, nearest first; empty while the dense index can't answer."""
        if not self._dense.ready:
            return {}
        vector = as_matrix([self._encoder().embed_query(query)])[0]
        try:
            found = self._dense.nearest(vector, DEPTH if allowed.all() else DEPTH * 4)
        except IndexUnavailable as error:
            log.warning("%s", error)
            return {}
        return {
            key: cosine
            for key, cosine in found
            if (n := snapshot.position.get(key)) is not None and allowed[n]
        }

    def _passages(
        self, fused: dict[int, float], cosines: dict[int, float], top_k: int
    ) -> list[Passage]:
        order = sorted(fused, key=lambda key: (-fused[key], key))
        kept: list[Passage] = []
        seen: list[frozenset[tuple[str, ...]]] = []
        also_in: list[list[str]] = []
        step = max(2 * top_k, 20)
        for start in range(0, len(order), step):
            rows = self._catalogue.rows(order[start : start + step])
            for key in order[start : start + step]:
                if key not in rows:
                    continue
                passage = _passage(*rows[key], fused[key], cosines.get(key, 0.0))
                mark = shingles(passage.text)
                twin = repeated(mark, seen)
                if twin is not None:
                    also_in[twin].append(passage.path)
                elif len(kept) < top_k:
                    kept.append(passage)
                    seen.append(mark)
                    also_in.append([])
            if len(kept) == top_k:
                break
        return [
            replace(p, also_in=tuple(path for path in dict.fromkeys(paths) if path != p.path))
            for p, paths in zip(kept, also_in, strict=True)
        ]

    def _allowed(self, snapshot: Snapshot, collections: Collection[str] | None) -> np.ndarray:
        import numpy as np

        wanted = [
            c.id
            for c in self._catalogue.collections()
            if (c.enabled if collections is None else c.name in collections)
        ]
        return np.isin(snapshot.collection_of, wanted)

    def _encoder(self) -> Embeddings:
        if self._embeddings is None:
            raise IndexUnavailable("No embedding model is loaded.")
        return self._embeddings()


def _passage(
    chunk: ChunkRow, guide: GuideRow, collection: str, score: float, cosine: float
) -> Passage:
    return Passage(
        path=guide.path,
        title=guide.title,
        heading_path=tuple(chunk.heading_path),
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        score=round(score, 6),
        language=guide.language,
        collection=collection,
        guide_id=guide.id,
        chunk_id=chunk.id,
        similarity=round(cosine, 4),
    )
