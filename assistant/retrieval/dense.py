"""The dense index: chunk vectors in Chroma, disposable and sealed.

Chroma is not crash-safe, so nothing is kept only here: SQL holds every vector, and this folder
can be thrown away at any time. A seal (a hash of each file) is written after every finished
change; a folder whose seal doesn't hold (killed while writing, truncated, corrupted) is never
handed to Chroma but replaced.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assistant.errors import AssistantError, IndexUnavailable

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger(__name__)

BATCH = 5000

VectorsOf = Callable[[Sequence[int]], "np.ndarray"]
"""The stored vectors of chunk ids, one row each."""


class _ChromaError(Exception):
    """Chroma failed, in whatever way."""


@contextmanager
def _chroma() -> Iterator[None]:
    """Turn whatever Chroma raises into `_ChromaError`; its native panics are no `Exception`.

    What Tandem itself raises meanwhile, as of the database, goes through.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, AssistantError):
        raise
    except BaseException as error:
        raise _ChromaError(f"{type(error).__name__}: {str(error)[:200]}") from error


class DenseIndex:
    """Vectors by chunk id, nearest first by cosine. One process owns the folder."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.root = folder
        self.folder = folder
        self.name = f"tandem-chunks-{fingerprint}"
        self._collection: Any = None
        self._client: Any = None
        self._ids: set[int] = set()
        self._lock = Lock()

    @property
    def ready(self) -> bool:
        """Whether `nearest` answers."""
        return self._collection is not None

    def intact(self) -> bool:
        """Whether there is a sealed index that `open` can use."""
        return _sealed_generation(self.root) is not None

    def open(self, expected: set[int], vectors_of: VectorsOf) -> bool:
        """Open the folder and make it hold just the `expected` ids; True if it was rebuilt.

        Raises `IndexUnavailable` when it can't be written, on a full disk for example.
        """
        with self._lock:
            rebuilt = False
            sealed = _sealed_generation(self.root)
            if sealed is None:
                rebuilt = self.root.exists()
                if rebuilt:
                    log.warning("The search index was not closed cleanly or is damaged.")
                self._discard()
            else:
                self.folder = sealed
            try:
                self._fill(expected, vectors_of)
            except _ChromaError as error:
                log.warning("The search index can't be read (%s); rebuilding it.", error)
                rebuilt = True
                self._rebuild(expected, vectors_of)
            return rebuilt

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        """Write vectors. Raises `IndexUnavailable`; the index is then off until opened again."""
        if ids:
            with self._lock:
                self._guarded(lambda: self._upsert(ids, vectors))

    def remove(self, ids: Iterable[int]) -> None:
        """Forget ids; unknown ones are no error. Raises `IndexUnavailable`."""
        gone = sorted(self._ids & set(ids))
        if gone:
            with self._lock:
                self._guarded(lambda: self._drop(gone))

    def nearest(self, vector: np.ndarray, count: int) -> list[tuple[int, float]]:
        """(chunk id, cosine) of the `count` nearest. Raises `IndexUnavailable`."""
        collection = self._collection
        if collection is None:
            raise IndexUnavailable("The search index is being built; keyword search answers.")
        if not self._ids:
            return []
        try:
            with _chroma():
                found = collection.query(
                    query_embeddings=vector.reshape(1, -1),
                    n_results=min(count, len(self._ids)),
                    include=["distances"],
                )
        except _ChromaError as error:
            self._collection = None
            raise IndexUnavailable(f"The search index failed: {error}") from error
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(int(key), 1.0 - float(distance)) for key, distance in pairs]

    def close(self) -> None:
        """Let go of the folder; what failed to be written stays unsealed."""
        with self._lock:
            sound, client = self._collection is not None, self._client
            self._collection = self._client = None
            if client is None:
                return
            try:
                with _chroma():
                    client.close()
                    if sound:
                        _write_seal(self.folder)
            except _ChromaError as error:
                log.warning("The search index isn't sealed (%s); it is rebuilt next time.", error)

    def _fill(self, expected: set[int], vectors_of: VectorsOf) -> None:
        with _chroma():
            self._connect()
            self._reconcile(expected, vectors_of)
            self._probe(vectors_of)

    def _connect(self) -> None:
        import chromadb
        from chromadb.config import Settings

        self.folder.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(
            str(self.folder), settings=Settings(anonymized_telemetry=False)
        )
        for other in self._client.list_collections():
            if other.name != self.name:
                self._client.delete_collection(other.name)
        self._collection = self._client.get_or_create_collection(
            self.name,
            configuration={"hnsw": {"space": "cosine"}},
            embedding_function=None,
        )
        self._ids = {int(key) for key in self._collection.get(include=[])["ids"]}
        _write_seal(self.folder)

    def _reconcile(self, expected: set[int], vectors_of: VectorsOf) -> None:
        surplus, missing = sorted(self._ids - expected), sorted(expected - self._ids)
        if not (surplus or missing):
            return
        _break_seal(self.folder)
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            self._put(batch, vectors_of(batch))
        if surplus:
            self._drop(surplus)
        _write_seal(self.folder)

    def _probe(self, vectors_of: VectorsOf) -> None:
        """One query whose answer is known, so that an unreadable index is noticed here."""
        if self._ids:
            known = next(iter(self._ids))
            found = self._collection.query(
                query_embeddings=vectors_of([known]), n_results=1, include=["distances"]
            )
            if not found["ids"][0] or found["distances"][0][0] > 0.01:
                raise ValueError("a stored vector is not found again")

    def _rebuild(self, expected: set[int], vectors_of: VectorsOf) -> None:
        self._discard()
        try:
            self._fill(expected, vectors_of)
        except _ChromaError as error:
            self._collection = None
            raise IndexUnavailable(
                f"The search index can't be written ({error}). Check the free disk space; "
                "keyword search answers until then."
            ) from error

    def _guarded(self, change: Callable[[], None]) -> None:
        if self._collection is None:
            raise IndexUnavailable("The search index is off; it is rebuilt at the next start.")
        try:
            with _chroma():
                _break_seal(self.folder)
                change()
                _write_seal(self.folder)
        except _ChromaError as error:
            self._collection = None
            raise IndexUnavailable(f"The search index can't be written: {error}") from error

    def _upsert(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        for start in range(0, len(ids), BATCH):
            self._put(ids[start : start + BATCH], vectors[start : start + BATCH])

    def _put(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        self._collection.upsert(ids=[str(key) for key in ids], embeddings=vectors)
        self._ids.update(ids)

    def _drop(self, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), BATCH):
            self._collection.delete(ids=[str(key) for key in ids[start : start + BATCH]])
        self._ids.difference_update(ids)

    def _discard(self) -> None:
        self._collection = None
        if self._client is not None:
            try:
                with _chroma():
                    self._client.close()
            except _ChromaError as error:
                log.debug("Closing the damaged index failed: %s", error)
            self._client = None
        self._ids = set()
        shutil.rmtree(self.root, ignore_errors=True)
        # A new name each time: Chroma keeps what it knows of a path for as long as the process.
        self.folder = self.root / f"generation-{uuid4().hex[:8]}"


_SEAL = "seal.json"


def _state(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.blake2b(
            file.read_bytes(), digest_size=16
        ).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != _SEAL
    }


def _sealed_generation(root: Path) -> Path | None:
    """The generation's folder, if its seal holds."""
    for seal in root.glob(f"*/{_SEAL}"):
        try:
            if json.loads(seal.read_text()) == _state(seal.parent):
                return seal.parent
        except (OSError, ValueError) as error:
            log.debug("An unreadable seal counts as broken: %s", error)
    return None


def _break_seal(folder: Path) -> None:
    (folder / _SEAL).unlink(missing_ok=True)


def _write_seal(folder: Path) -> None:
    draft = folder.with_suffix(".seal")
    draft.write_text(json.dumps(_state(folder)))
    draft.replace(folder / _SEAL)
