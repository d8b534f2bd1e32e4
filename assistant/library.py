"""The guide library: files and index together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from assistant.errors import UnknownGuide
from assistant.guides.chunking import CountPieces
from assistant.guides.limits import Limits
from assistant.guides.scanning import FoundFile, scan
from assistant.own_folder import OwnFolder
from assistant.store.catalogue import (
    ADDED,
    BUILT_IN,
    Catalogue,
    Collection,
    GuideEntry,
    StoredGuide,
)
from assistant.syncing import Failure, Index, Progress, Sync, SyncProgress, SyncReport, portable

__all__ = ["Failure", "Library", "SyncProgress", "SyncReport"]


class Library:
    """Sync, add, remove and list guides. One change at a time; answering goes on meanwhile."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: Index,
        count_pieces: CountPieces,
        home: Path,
        limits: Limits,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._count_pieces = count_pieces
        self._home = home
        self._own = OwnFolder(home / "guides")
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
        self, folder: str | Path, progress: Progress | None = None, *, builtin: bool = False
    ) -> SyncReport:
        """Make the library hold what the folder holds.

        Until the end the last complete state answers; then all changes show at once. What was read
        and embedded before an interruption is used by the next sync. Raises `UnknownGuide` when
        there is no such folder or it is Tandem's own, and `StorageError` when the disk or the
        database refuses.
        """
        place = Path(folder).expanduser().resolve()
        if builtin:
            with self._changing:
                return self._sync(self._own_collection(BUILT_IN, place), scan(place), progress)
        self._refuse_own(place)
        with self._changing:
            files = [f for f in scan(place) if not f.file.is_relative_to(self._home)]
            name = portable(place.name or str(place))
            collection = self._catalogue.collection(name, portable(str(place)))
            return self._sync(collection, files, progress)

    def add(self, paths: Iterable[str | Path], progress: Progress | None = None) -> SyncReport:
        """Copy files (or folders' guides) into the home folder and index them.

        A file that is named like another but holds something else becomes "name (2)". Raises
        `UnknownGuide` when a path isn't there (then nothing is added) and `StorageError`.
        """
        with self._changing:
            for source, path in list(self._to_add(paths)):
                self._own.keep(source, path)
            self._own.folder.mkdir(parents=True, exist_ok=True)
            collection = self._own_collection(ADDED, self._own.folder)
            return self._sync(collection, scan(self._own.folder), progress)

    def remove(self, guide_id: int) -> None:
        """Take a guide out, with its exact copies. Raises `UnknownGuide` and `StorageError`.

        Of added guides the files go too. A folder's file stays where it is, and out of answers
        until it changes.
        """
        with self._changing:
            gone = self._catalogue.with_copies(guide_id)
            added = gone[0].collection == ADDED
            for entry in gone if added else ():
                self._own.drop(entry.path)
            self._catalogue.forget([entry.id for entry in gone], for_good=added)
            self._index.refresh()

    def remove_collection(self, name: str) -> None:
        """Forget a collection; the files of a folder stay, added ones go.

        Raises `UnknownGuide` and `StorageError`.
        """
        with self._changing:
            self._catalogue.drop_collection(name)
            if name == ADDED:
                self._own.clear()
            self._index.refresh()

    def _to_add(self, paths: Iterable[str | Path]) -> Iterator[tuple[Path, str]]:
        """(file, path in the own folder) of all there is to add."""
        for place in (Path(path).expanduser().resolve() for path in paths):
            if place.is_dir():
                self._refuse_own(place)
                for found in scan(place):
                    if not found.file.is_relative_to(self._home):
                        yield found.file, f"{portable(place.name)}/{found.path}"
            elif place.is_file():
                yield place, portable(place.name)
            else:
                raise UnknownGuide(
                    f"There is no file {str(place)!r}. Check the path and try again."
                )

    def _refuse_own(self, folder: Path) -> None:
        if folder.is_relative_to(self._home):
            raise UnknownGuide(
                f"{str(folder)!r} belongs to Tandem itself. Choose the folder that holds your "
                "guides."
            )

    def _own_collection(self, name: str, folder: Path) -> tuple[int, str]:
        return self._catalogue.collection(name, portable(str(folder)), own=True)

    def _sync(
        self,
        collection: tuple[int, str],
        files: Sequence[FoundFile],
        progress: Progress | None,
    ) -> SyncReport:
        return Sync(
            self._catalogue, self._index, self._count_pieces, self._limits, *collection, progress
        ).run(files)
