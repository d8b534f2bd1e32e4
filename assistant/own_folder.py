"""The home folder's own guides: copies of the files that were added."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from assistant.errors import StorageError
from assistant.guides.scanning import hash_of
from assistant.store.catalogue import numbered

_DRAFT = ".incoming"
"""Hidden, so that no sync takes a half-copied file for a guide."""


class OwnFolder:
    """Keeps copies of files under their names; nothing in it is ever overwritten."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, source: Path, path: str) -> None:
        """Copy a file to `path`, or to "name (2)" when that holds something else.

        A file whose bytes are there already is left alone. Raises `StorageError`.
        """
        with _writing(source.name):
            target = self.folder / PurePosixPath(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = self.folder / _DRAFT
            shutil.copyfile(source, draft)
            digest = hash_of(draft)
            for name in numbered(target.stem, target.suffix):
                place = target.with_name(name)
                if not place.exists():
                    draft.replace(place)
                    return
                if hash_of(place) == digest:
                    draft.unlink()
                    return

    def drop(self, path: str) -> None:
        """Delete a file that is no longer wanted. Raises `StorageError`."""
        with _writing(path):
            (self.folder / PurePosixPath(path)).unlink(missing_ok=True)

    def clear(self) -> None:
        """Delete all. Raises `StorageError`."""
        with _writing(self.folder.name):
            if self.folder.exists():
                shutil.rmtree(self.folder)


@contextmanager
def _writing(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{name!r} can't be copied or deleted ({error.strerror}). Check that the disk has "
            "space and that the file can be read, then try again."
        ) from error
