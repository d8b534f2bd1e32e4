"""Embeddings in SQL, by the hash of the text and the model; chunks with one text share one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from assistant.store.batches import batches
from assistant.store.catalogue import EMBEDDED_TITLE
from assistant.store.database import Database
from assistant.store.tables import LIVE, ChunkRow, GuideRow, VectorRow

if TYPE_CHECKING:
    import numpy as np


class Vectors:
    """What one model, named by its fingerprint, has embedded."""

    def __init__(self, database: Database, model: str) -> None:
        self._database = database
        self.model = model

    def missing(self, hashes: Iterable[str]) -> set[str]:
        """Those text hashes that have no vector yet."""
        wanted = set(hashes)
        with self._database.session() as session:
            for batch in batches(sorted(wanted)):
                wanted.difference_update(
                    session.scalars(
                        select(VectorRow.text_hash).where(
                            VectorRow.model == self.model, VectorRow.text_hash.in_(batch)
                        )
                    )
                )
        return wanted

    def live_and_missing(self) -> dict[str, tuple[str, tuple[str, ...], str]]:
        """(title, heading path, text) of what is live and has no vector yet, by text hash."""
        query = (
            select(ChunkRow.text_hash, EMBEDDED_TITLE, ChunkRow.heading_path, ChunkRow.text)
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .outerjoin(
                VectorRow,
                (VectorRow.text_hash == ChunkRow.text_hash) & (VectorRow.model == self.model),
            )
            .where(GuideRow.stage == LIVE, VectorRow.text_hash.is_(None))
        )
        with self._database.session() as session:
            return {row[0]: (row[1], tuple(row[2]), row[3]) for row in session.execute(query)}

    def put(self, vectors: Mapping[str, np.ndarray]) -> None:
        """Keep vectors by text hash; those that are there already must not be among them.

        A part at a time, so that other writers, a conversation for one, come in between.
        """
        for batch in batches(vectors.items()):
            rows = [
                {"text_hash": text_hash, "model": self.model, "vector": vector.tobytes()}
                for text_hash, vector in batch
            ]
            with self._database.session() as session:
                session.execute(insert(VectorRow), rows)

    def chunks(self) -> set[int]:
        """Ids of the live chunks that have a vector; signposts are not among them."""
        query = (
            select(ChunkRow.id)
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .join(VectorRow, VectorRow.text_hash == ChunkRow.text_hash)
            .where(
                GuideRow.stage == LIVE, VectorRow.model == self.model, ChunkRow.leads_to.is_(None)
            )
        )
        with self._database.session() as session:
            return set(session.scalars(query))

    def signposts(self) -> dict[int, np.ndarray]:
        """The vectors of the live signposts that have one, by id."""
        import numpy as np

        query = (
            select(ChunkRow.id, VectorRow.vector)
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .join(VectorRow, VectorRow.text_hash == ChunkRow.text_hash)
            .where(
                GuideRow.stage == LIVE,
                VectorRow.model == self.model,
                ChunkRow.leads_to.is_not(None),
            )
            .order_by(ChunkRow.id)
        )
        with self._database.session() as session:
            rows = session.execute(query)
            return {key: np.frombuffer(vector, dtype=np.float32) for key, vector in rows}

    def of(self, chunk_ids: Sequence[int]) -> np.ndarray:
        """The vectors of chunk ids, one row each, in their order; zeros where there is none."""
        import numpy as np

        found: dict[int, bytes] = {}
        with self._database.session() as session:
            for batch in batches(chunk_ids):
                found.update(
                    (row[0], row[1])
                    for row in session.execute(
                        select(ChunkRow.id, VectorRow.vector)
                        .join(VectorRow, VectorRow.text_hash == ChunkRow.text_hash)
                        .where(ChunkRow.id.in_(batch), VectorRow.model == self.model)
                    )
                )
            # A guide may have been removed since its chunks were found.
            any_vector = session.scalar(
                select(VectorRow.vector).where(VectorRow.model == self.model).limit(1)
            )
        nothing = bytes(len(any_vector or b""))
        rows = [np.frombuffer(found.get(key, nothing), dtype=np.float32) for key in chunk_ids]
        return np.stack(rows) if rows else np.empty((0, len(nothing) // 4), dtype=np.float32)

    def sweep(self) -> None:
        """Drop vectors, of any model, of texts that no chunk has any more."""
        with self._database.session() as session:
            session.execute(
                delete(VectorRow).where(VectorRow.text_hash.not_in(select(ChunkRow.text_hash)))
            )
