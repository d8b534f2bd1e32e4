"""One sync: what is new in a folder is read, embedded and made live at once."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from assistant.errors import IndexUnavailable, UnreadableGuide
from assistant.guides.bounded import ReaderPool
from assistant.guides.chunking import CountPieces, embedded_text
from assistant.guides.limits import Limits
from assistant.guides.scanning import FoundFile
from assistant.guides.text import Guide
from assistant.staging import (
    Rows,
    rows_of_copy,
    rows_of_failure,
    rows_of_guide,
    settled,
)
from assistant.store.catalogue import Catalogue, Known
from assistant.store.tables import LIVE, STAGED

log = logging.getLogger(__name__)

STAGE_BATCH = 10
"""Files that are written together; between two such writes others may write."""
FEW = 8
"""Below this a second reading process costs more than it saves."""
_EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class SyncProgress:
    """How far a sync is. `per_second` counts files while reading, chunks while embedding."""

    done: int
    total: int
    path: str
    phase: Literal["reading", "embedding", "indexing"]
    per_second: float
    seconds_left: float | None


@dataclass(frozen=True)
class Failure:
    """A file that couldn't become a guide, and why."""

    path: str
    code: str
    reason: str


@dataclass
class SyncReport:
    """What a sync did, by path relative to the folder."""

    collection: str = ""
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


Progress = Callable[[SyncProgress], None]


class Index(Protocol):
    """What the library needs of the search side."""

    def embed_missing(
        self, texts: dict[str, str], progress: Callable[[int, int], None]
    ) -> None: ...

    def write(self, chunk_ids: Sequence[int]) -> None: ...

    def refresh(self) -> None: ...


class Sync:
    """One run over one collection."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: Index,
        count_pieces: CountPieces,
        limits: Limits,
        collection_id: int,
        collection: str,
        progress: Progress | None,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._count_pieces = count_pieces
        self._limits = limits
        self._collection_id = collection_id
        self._report = SyncReport(collection)
        self._progress: Progress = progress or (lambda _: None)

    def run(self, files: Sequence[FoundFile]) -> SyncReport:
        """Stage what is new, then make it live; see `Library.sync`."""
        collection_id, report = self._collection_id, self._report
        live = self._catalogue.known(collection_id, LIVE)
        work, copies = self._plan(files, live)
        staged = self._catalogue.known(collection_id, STAGED)
        ready = {f.path for f in work if settled(staged.get(f.path), f, self._limits)}
        self._catalogue.unstage(collection_id, staged.keys() - ready)
        unread = [f for f in work if f.path not in ready]
        vanished = self._read(unread)
        self._catalogue.stage([rows_of_copy(collection_id, *copy) for copy in copies])
        gone = sorted(live.keys() - {f.path for f in files} | live.keys() & vanished)
        report.removed = [path for path in gone if live[path].state != "removed"]
        if work or copies or gone:
            self._embed()
            self._index.write(self._catalogue.staged_chunks(collection_id))
            self._progress(SyncProgress(len(files), len(files), "", "indexing", 0.0, None))
            self._catalogue.publish(collection_id, gone)
            self._index.refresh()
        self._report_failures()
        return report

    def _plan(
        self, files: Sequence[FoundFile], live: dict[str, Known]
    ) -> tuple[list[FoundFile], list[tuple[FoundFile, str]]]:
        """What must be read, and which files are copies of which; fills the report."""
        report = self._report
        first: dict[str, str] = {}
        work: list[FoundFile] = []
        copies: list[tuple[FoundFile, str]] = []
        for found in files:
            known = live.get(found.path)
            if known and known.state == "removed" and known.file_hash == found.file_hash:
                report.unchanged.append(found.path)
                continue
            original = found.path
            if found.file_hash not in ("", _EMPTY):
                original = first.setdefault(found.file_hash, found.path)
            if original != found.path:
                report.copies.append(found.path)
                if known is None or known.state != "copy" or known.reason != original:
                    copies.append((found, original))
            elif settled(known, found, self._limits):
                report.unchanged.append(found.path)
            else:
                (report.added if known is None else report.changed).append(found.path)
                work.append(found)
        return work, copies

    def _read(self, files: Sequence[FoundFile]) -> set[str]:
        """Read and stage files; returns those that vanished since the folder was looked at."""
        vanished: set[str] = set()
        if not files:
            return vanished
        by_file = {found.file: found for found in files}
        started, done = time.monotonic(), 0
        batch: list[Rows] = []
        workers = 1 if len(files) < FEW else 2
        with ReaderPool(workers, self._limits) as pool:
            for file, result in pool.read([found.file for found in files]):
                found = by_file[file]
                if isinstance(result, UnreadableGuide) and not file.exists():
                    vanished.add(found.path)
                else:
                    batch.append(self._rows(found, result))
                done += 1
                rate = done / max(time.monotonic() - started, 1e-6)
                left = (len(files) - done) / rate
                self._progress(SyncProgress(done, len(files), found.path, "reading", rate, left))
                if len(batch) >= STAGE_BATCH:
                    self._catalogue.stage(batch)
                    batch = []
        self._catalogue.stage(batch)
        for listed in (self._report.added, self._report.changed):
            listed[:] = [path for path in listed if path not in vanished]
        return vanished

    def _rows(self, found: FoundFile, result: Guide | UnreadableGuide) -> Rows:
        if isinstance(result, UnreadableGuide):
            return rows_of_failure(self._collection_id, found, result, self._limits)
        return rows_of_guide(self._collection_id, found, result, self._count_pieces)

    def _embed(self) -> None:
        staged = self._catalogue.staged_texts(self._collection_id)
        texts = {key: embedded_text(*parts) for key, parts in staged.items()}
        started = time.monotonic()

        def show(done: int, total: int) -> None:
            rate = done / max(time.monotonic() - started, 1e-6)
            left = (total - done) / rate if rate else None
            self._progress(SyncProgress(done, total, "", "embedding", rate, left))

        try:
            self._index.embed_missing(texts, show)
        except IndexUnavailable as error:
            log.warning("%s Keyword search finds the new guides; embedding waits.", error)

    def _report_failures(self) -> None:
        report = self._report
        for entry in self._catalogue.failures(self._collection_id):
            report.failed.append(Failure(*entry))
        failed = {failure.path for failure in report.failed}
        for listed in (report.added, report.changed, report.unchanged):
            listed[:] = [path for path in listed if path not in failed]


def portable(name: str) -> str:
    """A name that any database takes: without the surrogates of one that isn't valid UTF-8."""
    return name.encode("utf-8", "replace").decode("utf-8")
