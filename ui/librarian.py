"""The library page's work: what is there, adding, syncing, removing; nothing of Gradio."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import UnknownGuide
from assistant.library import BUILT_IN, SyncProgress
from ui import library_rendering as rendering
from ui.labels import Labels
from ui.running import RunningWork
from ui.trouble import sentence_for

if TYPE_CHECKING:
    from assistant import Assistant

_log = logging.getLogger(__name__)
_THE_LIBRARY = 0
"""One change at a time, so all changes run under one key."""


@dataclass(frozen=True)
class Overview:
    """The library as the page shows it."""

    counts: str
    collections: str
    guides: str


class Librarian:
    """Looks after the guides for the page."""

    def __init__(self, tandem: Assistant) -> None:
        self._tandem = tandem
        self._library = tandem.library
        self._running: RunningWork[Any] = RunningWork()

    def overview(self, search: str, only_failed: bool, page: int, labels: Labels) -> Overview:
        """Counts, collections and one page of the guides that fit the search, added ones first."""
        rows = [row for row in self._library.guides() if row.state != "removed"]
        rows.sort(key=lambda row: row.collection == BUILT_IN)  # one's own come first
        fitting = rendering.fitting(rows, search, only_failed)
        indexed = [row for row in rows if row.state == "indexed"]
        searched = bool(search.strip()) or only_failed
        now = datetime.now().astimezone()
        return Overview(
            rendering.counts_html(len(indexed), sum(row.chunks for row in indexed), labels),
            rendering.collections_html(self._library.collections(), labels),
            rendering.guides_html(fitting, page, labels, searched=searched, now=now),
        )

    def start_adding(self, uploads: Sequence[str | Path]) -> bool:
        """Begin to add uploaded files; they are deleted once read. False while others are read."""

        def work(take: Callable[[Any], None]) -> None:
            try:
                with tempfile.TemporaryDirectory(prefix="tandem-") as folder:
                    files = _apart(uploads, Path(folder))
                    take(self._library.add(files, progress=take))
            finally:
                _discard(uploads)

        return self._running.start(_THE_LIBRARY, work) is not None

    def start_sync(self, folder: str) -> bool:
        """Begin to read a folder. Raises `UnknownGuide` where there is none."""
        place = Path(folder.strip()).expanduser()
        if not place.is_dir():
            raise UnknownGuide(f"There is no folder {folder!r}. Check the path.")

        def work(take: Callable[[Any], None]) -> None:
            take(self._library.sync(place, progress=take))

        return self._running.start(_THE_LIBRARY, work) is not None

    def busy(self) -> bool:
        """Whether files are being read for the page."""
        running = self._running.get(_THE_LIBRARY)
        return running is not None and running.going_on

    def progress(self, labels: Labels) -> str:
        """What is being read; or what came of it at last."""
        running = self._running.get(_THE_LIBRARY)
        if running is None:
            return ""
        if running.going_on:
            value = running.latest if isinstance(running.latest, SyncProgress) else None
            return rendering.progress_html(value, labels)
        if running.error is not None:
            return rendering.trouble_html(sentence_for(running.error, labels))
        return rendering.report_html(running.latest, labels)

    def enable(self, name: str, enabled: bool) -> None:
        """Let a collection answer, or not."""
        self._library.set_enabled(name, enabled)

    def remove(self, guide_id: int) -> None:
        """Take a guide out of the library."""
        self._library.remove(guide_id)

    def remove_collection(self, name: str) -> None:
        """Forget a folder and its guides."""
        self._library.remove_collection(name)


def _apart(uploads: Sequence[str | Path], folder: Path) -> list[Path]:
    """The uploads moved into one folder, each under a name of its own."""
    files = []
    for upload in map(Path, uploads):
        target, count = folder / upload.name, 1
        while target.exists():
            count += 1
            target = folder / f"{upload.stem} ({count}){upload.suffix}"
        shutil.move(upload, target)
        files.append(target)
    return files


def _discard(uploads: Sequence[str | Path]) -> None:
    """Delete uploads with the folders Gradio made for them."""
    for upload in map(Path, uploads):
        try:
            upload.unlink(missing_ok=True)
            upload.parent.rmdir()
        except OSError:
            _log.debug("An upload's folder stays: %s", upload.parent)
