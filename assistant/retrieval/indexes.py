"""The indexes that search ranks by, kept in step with what the database says is indexed.

A snapshot with the words (BM25), Chroma with the chunks' vectors, and the signposts' vectors in
memory. All can be thrown away: SQL holds every text and vector.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from assistant.errors import IndexUnavailable
from assistant.guides.chunking import embedded_text, heading_line
from assistant.retrieval.dense import DenseIndex
from assistant.retrieval.embeddings import as_matrix
from assistant.retrieval.lexical import Entry, LexicalIndex
from assistant.retrieval.sections import known_sections
from assistant.retrieval.shipped import shipped_vectors
from assistant.retrieval.signposts import SignpostIndex
from assistant.retrieval.snapshot import Snapshot, snapshot_of
from assistant.store.catalogue import Catalogue
from assistant.store.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings

log = logging.getLogger(__name__)

EMBED_BATCH = 256


class Indexes:
    """The snapshot, the dense index and the encoder; what the library writes, search reads."""

    def __init__(self, catalogue: Catalogue, vectors: Vectors, folder: Path) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._folder = folder
        self._dense = DenseIndex(folder / "dense", vectors.model)
        self._signposts = SignpostIndex({})
        self._snapshot: Snapshot | None = None
        self._embeddings: Callable[[], Embeddings] | None = None
        self._refreshing = Lock()

    @property
    def model(self) -> str:
        """The fingerprint of the encoder."""
        return self._vectors.model

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
        return self._dense.intact() or not self.snapshot.guide_of.size

    def open_dense(self, progress: Callable[[], None]) -> bool:
        """Open the dense index for what is live and embedded; True if it had to be rebuilt.

        `progress` is called now and then; what it raises ends the opening, and what is written by
        then stays. Raises `IndexUnavailable` when the index can't be written.
        """

        def vectors_of(ids: Sequence[int]) -> np.ndarray:
            progress()
            return self._vectors.of(ids)

        self._signposts = SignpostIndex(self._vectors.signposts())
        return self._dense.open(self._vectors.chunks(), vectors_of)

    def close(self) -> None:
        """Let go of the dense index's folder."""
        self._dense.close()

    # -- for search ----------------------------------------------------------------------------

    def encoder(self) -> Embeddings:
        """The encoder; waits until it is loaded. Raises `IndexUnavailable` when it can't be."""
        if self._embeddings is None:
            raise IndexUnavailable("No embedding model is loaded.")
        return self._embeddings()

    def nearest(self, vector: np.ndarray, count: int) -> list[tuple[int, float]]:
        """(id, cosine) of the `count` nearest chunks and signposts, nearest first.

        Raises `IndexUnavailable` while the dense index can't answer.
        """
        found = [*self._dense.nearest(vector, count), *self._signposts.nearest(vector, count)]
        return sorted(found, key=lambda pair: -pair[1])[:count]

    def vectors_of(self, ids: Sequence[int]) -> np.ndarray:
        """The stored vectors of chunks and signposts, one row each, in the order of their ids."""
        return self._vectors.of(ids)

    # -- for the library -----------------------------------------------------------------------

    def embed_missing(self, texts: dict[str, str], progress: Callable[[int, int], None]) -> None:
        """Embed texts by hash and keep their vectors, longest first, batch by batch.

        What has a vector already is left; what is shipped with Tandem is taken from there.
        """
        missing = self._vectors.missing(texts)
        shipped = shipped_vectors(missing, self.model)
        self._vectors.put(shipped)
        left = (key for key in texts if key in missing and key not in shipped)
        order = sorted(left, key=lambda key: len(texts[key]), reverse=True)
        for start in range(0, len(order), EMBED_BATCH):
            batch = order[start : start + EMBED_BATCH]
            matrix = as_matrix(self.encoder().embed_documents([texts[key] for key in batch]))
            self._vectors.put(dict(zip(batch, matrix, strict=True)))
            progress(min(start + EMBED_BATCH, len(order)), len(order))

    def embed_live(self, progress: Callable[[int, int], None]) -> None:
        """Embed what is live and has no vector yet, as after a change of the model."""
        missing = self._vectors.live_and_missing()
        if missing:
            log.info("Embedding %d texts anew for this model.", len(missing))
            texts = {key: embedded_text(*parts) for key, parts in missing.items()}
            self.embed_missing(texts, progress)

    def write(self, chunk_ids: Sequence[int]) -> None:
        """Add chunks to the dense index before they become live; its failure stops no sync."""
        try:
            if self._dense.ready and chunk_ids:
                self._dense.add(chunk_ids, self._vectors.of(chunk_ids))
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
                self._signposts = SignpostIndex(self._vectors.signposts())
                gone = old.position.keys() - self._snapshot.position.keys()
                try:
                    self._dense.remove(gone)
                except IndexUnavailable as error:
                    log.warning("%s Keyword search answers until the next start.", error)
            self._vectors.sweep()

    def _build(self, version: str) -> Snapshot:
        chunks = self._catalogue.chunks()
        folder = self._folder / "lexical"
        lexical = LexicalIndex.load(folder, version)
        if lexical is None or list(lexical.chunk_ids) != [chunk.id for chunk in chunks]:
            lexical = LexicalIndex.build(
                [
                    Entry(
                        c.id,
                        "" if c.leads_to is not None else heading_line(c.title, c.heading_path),
                        c.text,
                        c.language,
                    )
                    for c in chunks
                ]
            )
            try:
                lexical.save(folder, version)
            except OSError as error:
                log.warning("The keyword index can't be saved (%s); it is built anew.", error)
        return snapshot_of(version, chunks, lexical, known_sections(self.model).numbers)
