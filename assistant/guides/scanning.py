"""Which files of a folder may be guides, and what their content's hash is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import UnknownGuide
from assistant.guides.reading import SUFFIXES


@dataclass(frozen=True)
class FoundFile:
    """A file that may be a guide; `path` is relative to the folder, with "/" between parts.

    `file_hash` is empty when the file couldn't be opened.
    """

    path: str
    file: Path
    file_hash: str


def scan(folder: Path) -> list[FoundFile]:
    """Guide files below `folder`, by path; hidden ones and links that lead out are left alone.

    Raises `UnknownGuide` when there is no such folder.
    """
    if not folder.is_dir():
        raise UnknownGuide(f"There is no folder {str(folder)!r}. Check the path and try again.")
    found = [file for file in _walk(folder) if file.suffix.lower() in SUFFIXES]
    return [
        FoundFile(_portable(file.relative_to(folder)), file, hash_of(file))
        for file in sorted(found)
    ]


def hash_of(file: Path) -> str:
    """SHA-256 of the file's bytes, in hex; empty when it can't be opened."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _walk(folder: Path) -> Iterable[Path]:
    # os.walk doesn't follow linked folders; a linked file counts only if it stays inside.
    root = folder.resolve()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            file = Path(place) / name
            if name.startswith(".") or not file.is_file():
                continue
            if file.is_symlink() and not file.resolve().is_relative_to(root):
                continue
            yield file


def _portable(path: Path) -> str:
    # A name that isn't valid UTF-8 comes with surrogates, which no database takes.
    return path.as_posix().encode("utf-8", "replace").decode("utf-8")
