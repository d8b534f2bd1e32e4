"""The guide library: files and index together."""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal, Protocol

from assistant.errors import UnknownGuide, UnreadableGuide
from assistant.guides.bounded import ReaderPool
from assistant.guides.chunking import CountPieces, embedded_text, split
from assistant.guides.limits import Limits
from assistant.guides.scanning import FoundFile, hash_of, scan
from assistant.guides.text import Guide
from assistant.store.catalogue import Catalogue, Collection, GuideEntry, Known, StoredGuide
from assistant.store.tables import ChunkRow, GuideRow

log = logging.getLogger(__name__)

READER = "1"
"""Raised whenever reading or chunking changes, so that unchanged files are read anew."""

STAGE_BATCH = 40
ADDED = "added"


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

    model: str

    def embed_missing(
        self, texts: dict[str, str], progress: Callable[[int, int], None]
    ) -> None: ...

    def write(self, chunk_ids: Sequence[int]) -> None: ...

    def refresh(self) -> None: ...


class Library:
    """Sync, add, remove and list guides. One change at a time; answering goes on meanwhile."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: Index,
        count_pieces: CountPieces,
        own_folder: Path,
        limits: Limits,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._count_pieces = count_pieces
        self._own_folder = own_folder
        self._limits = limits
        self._changing = Lock()

    @property
    def syncing(self) -> bool:
        """Whether a change is under way."""
        return self._changing.locked()

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Keep changes out meanwhile."""
        with self._changing:
            yield

    def collections(self) -> list[Collection]:
        """All collections, built-in first."""
        return self._catalogue.collections()

    def set_enabled(self, name: str, enabled: bool) -> None:
        """Let a collection answer, or not. Raises `UnknownGuide`."""
        self._catalogue.enable(name, enabled)
        self._index.refresh()

    def guides(self, collection: str | None = None) -> list[GuideEntry]:
        """What the library holds, failed files and copies among it."""
        return self._catalogue.guides(collection)

    def guide(self, guide_id: int) -> StoredGuide:
        """A guide with its text. Raises `UnknownGuide`."""
        return self._catalogue.guide(guide_id)

    def sync(
        self,
        folder: str | Path,
        progress: Progress | None = None,
        *,
        name: str = "",
        builtin: bool = False,
    ) -> SyncReport:
        """Make the library hold what the folder holds.

        Until the end the last complete state answers; then all changes show at once. What was read
        and embedded before an interruption is used by the next sync. Raises `UnknownGuide` when
        there is no such folder and `StorageError` when the disk or database refuses.
        """
        place = Path(folder).expanduser().resolve()
        with self._changing:
            files = scan(place)
            collection_id = self._catalogue.collection(name or place.name, str(place), builtin)
            return self._sync(collection_id, files, progress or (lambda _: None))

    def add(self, paths: Iterable[str | Path], progress: Progress | None = None) -> SyncReport:
        """Copy files (or folders' guides) into the home folder and index them.

        Raises `UnknownGuide` when a path isn't there.
        """
        for path in map(Path, paths):
            if path.is_dir():
                for found in scan(path):
                    self._copy(found.file, self._own_folder / path.name / found.path)
            elif path.is_file():
                self._copy(path, self._own_folder / path.name)
            else:
                raise UnknownGuide(f"There is no file {str(path)!r}. Check the path and try again.")
        self._own_folder.mkdir(parents=True, exist_ok=True)
        return self.sync(self._own_folder, progress, name=ADDED)

    def remove(self, guide_id: int) -> None:
        """Take a guide out. An added one's file goes too; a folder's file stays where it is."""
        entry = self._catalogue.guide(guide_id).entry
        with self._changing:
            if entry.collection == ADDED:
                (self._own_folder / entry.path).unlink(missing_ok=True)
            self._catalogue.forget(guide_id)
            self._index.refresh()

    def remove_collection(self, name: str) -> None:
        """Forget a collection; the files of a folder stay, added ones go. Raises `UnknownGuide`."""
        with self._changing:
            self._catalogue.drop_collection(name)
            if name == ADDED:
                shutil.rmtree(self._own_folder, ignore_errors=True)
            self._index.refresh()

    # -- one sync ------------------------------------------------------------------------------

    def _sync(
        self, collection_id: int, files: Sequence[FoundFile], progress: Progress
    ) -> SyncReport:
        live = self._catalogue.known(collection_id, live=True)
        report = SyncReport()
        work, copies = self._plan(files, live, report)
        staged = self._catalogue.known(collection_id, live=False)
        ready = {f.path for f in work if _same(staged.get(f.path), f)}
        self._catalogue.unstage(collection_id, staged.keys() - ready)
        self._read(collection_id, [f for f in work if f.path not in ready], report, progress)
        self._stage_copies(collection_id, copies)
        report.removed = sorted(live.keys() - {f.path for f in files})
        if work or copies or report.removed:
            self._embed(collection_id, progress)
            self._index.write([key for key, _ in self._catalogue.staged_chunks(collection_id)])
            progress(SyncProgress(len(files), len(files), "", "indexing", 0.0, None))
            self._catalogue.publish(collection_id, report.removed)
            self._index.refresh()
            self._catalogue.sweep_vectors()
        self._report_failures(collection_id, report)
        return report

    def _plan(
        self, files: Sequence[FoundFile], live: dict[str, Known], report: SyncReport
    ) -> tuple[list[FoundFile], list[tuple[FoundFile, str]]]:
        """What must be read, and which files are copies of which; fills the report."""
        first: dict[str, str] = {}
        work: list[FoundFile] = []
        copies: list[tuple[FoundFile, str]] = []
        for found in files:
            known = live.get(found.path)
            original = first.setdefault(found.file_hash, found.path) if found.file_hash else ""
            is_copy = bool(found.file_hash) and original != found.path
            if known is not None and known.state == "removed" and known.file_hash == found.file_hash:
                report.unchanged.append(found.path)
                continue
            if is_copy:
                report.copies.append(found.path)
                if known is None or known.state != "copy" or known.reason != original:
                    copies.append((found, original))
                continue
            if _same(known, found) and known is not None and known.state != "copy":
                report.unchanged.append(found.path)
                continue
            (report.added if known is None else report.changed).append(found.path)
            work.append(found)
        return work, copies

    def _read(
        self,
        collection_id: int,
        files: Sequence[FoundFile],
        report: SyncReport,
        progress: Progress,
    ) -> None:
        if not files:
            return
        by_file = {found.file: found for found in files}
        started, done = time.monotonic(), 0
        batch: list[tuple[GuideRow, Sequence[ChunkRow]]] = []
        with ReaderPool(workers=2, limits=self._limits) as pool:
            for file, result in pool.read([found.file for found in files]):
                found = by_file[file]
                batch.append(self._rows(collection_id, found, result))
                done += 1
                rate = done / max(time.monotonic() - started, 1e-6)
                left = (len(files) - done) / rate
                progress(SyncProgress(done, len(files), found.path, "reading", rate, left))
                if len(batch) >= STAGE_BATCH:
                    self._catalogue.stage(batch)
                    batch = []
        self._catalogue.stage(batch)

    def _rows(
        self, collection_id: int, found: FoundFile, result: Guide | UnreadableGuide
    ) -> tuple[GuideRow, Sequence[ChunkRow]]:
        row = GuideRow(
            collection_id=collection_id,
            path=found.path,
            file_hash=found.file_hash,
            reader=READER,
            state="failed",
            title=Path(found.path).name,
        )
        if isinstance(result, UnreadableGuide):
            row.reason_code, row.reason = result.code, result.reason
            return row, []
        chunks = [
            ChunkRow(
                position=position,
                heading_path=list(chunk.heading_path),
                page=chunk.page,
                start=chunk.start,
                end=chunk.end,
                text=chunk.text,
                text_hash=_text_hash(result.title, chunk.heading_path, chunk.text),
            )
            for position, chunk in enumerate(split(result, self._count_pieces))
        ]
        row.state, row.title, row.language = "indexed", result.title, result.language
        row.text = result.text
        row.sections = [[list(s.heading_path), s.start, s.end, s.page] for s in result.sections]
        row.pages = [list(page) for page in result.pages]
        return row, chunks

    def _stage_copies(
        self, collection_id: int, copies: Sequence[tuple[FoundFile, str]]
    ) -> None:
        rows: list[tuple[GuideRow, Sequence[ChunkRow]]] = [
            (
                GuideRow(
                    collection_id=collection_id,
                    path=found.path,
                    file_hash=found.file_hash,
                    reader=READER,
                    state="copy",
                    title=Path(found.path).name,
                    reason_code="copy",
                    reason=original,
                ),
                [],
            )
            for found, original in copies
        ]
        if rows:
            self._catalogue.stage(rows)

    def _embed(self, collection_id: int, progress: Progress) -> None:
        staged = self._catalogue.staged_texts(collection_id)
        missing = self._catalogue.without_vector(
            (_text_hash(*parts) for parts in staged), self._index.model
        )
        texts = {
            _text_hash(*parts): embedded_text(*parts)
            for parts in staged
            if _text_hash(*parts) in missing
        }
        started = time.monotonic()

        def show(done: int, total: int) -> None:
            rate = done / max(time.monotonic() - started, 1e-6)
            left = (total - done) / rate if rate else None
            progress(SyncProgress(done, total, "", "embedding", rate, left))

        self._index.embed_missing(texts, show)

    def _report_failures(self, collection_id: int, report: SyncReport) -> None:
        for entry in self._catalogue.failures(collection_id):
            report.failed.append(Failure(*entry))
        failed = {failure.path for failure in report.failed}
        for listed in (report.added, report.changed, report.unchanged):
            listed[:] = [path for path in listed if path not in failed]

    def _copy(self, source: Path, target: Path) -> None:
        if target.exists() and hash_of(target) == hash_of(source):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.new")
        shutil.copyfile(source, draft)
        draft.replace(target)


def _same(known: Known | None, found: FoundFile) -> bool:
    return known is not None and known.file_hash == found.file_hash and known.reader == READER


def _text_hash(title: str, heading_path: Sequence[str], text: str) -> str:
    whole = embedded_text(title, tuple(heading_path), text)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
