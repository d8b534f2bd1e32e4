"""How long syncing a folder takes: all of it, nothing changed, one file changed."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from evals.figures import Figure, say
from evals.memory import forget_peak, memory_of

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.syncing import SyncProgress, SyncReport

KEPT = "first-sync.json"


def place_of(tandem: Assistant, folder: Path, home: Path) -> Path:
    """The folder to sync: a copy beside the home folder unless the home holds the folder itself."""
    if any(collection.folder == str(folder) for collection in tandem.library.collections()):
        return folder
    copy = home.with_name(f"{home.name}-guides") / folder.name
    if not copy.is_dir():
        say(f"Copying {folder} …")
        draft = copy.with_name(f".{folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(folder, draft, copy_function=shutil.copyfile)
        draft.rename(copy)
    return copy


def measure_syncs(tandem: Assistant, place: Path, is_copy: bool) -> list[Figure]:
    kept = tandem.settings.home / "evals" / KEPT
    known = {collection.folder for collection in tandem.library.collections()}
    if str(place) in known:
        figures = _kept_figures(kept)
    else:
        say("First sync …")
        figures = _first_sync(tandem, place)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([asdict(figure) for figure in figures]), encoding="utf-8")
    # Brings a home up to date whose first sync was interrupted or ran with another reader.
    tandem.library.sync(place)
    say("Second sync …")
    seconds, report = _timed_sync(tandem, place)
    figures.append(Figure("sync, nothing changed", seconds, "s", bar=5))
    figures += _failures(report)
    changed = _one_changed(tandem, place) if is_copy else None
    note = "" if is_copy else "not measured: this home holds the folder itself, not a copy"
    figures.append(Figure("sync, one file changed", changed, "s", bar=3, note=note))
    return figures


def _first_sync(tandem: Assistant, place: Path) -> list[Figure]:
    before, phases = tandem.status().chunks, dict[str, float]()
    forget_peak()
    started = last = time.perf_counter()

    def note(step: SyncProgress) -> None:
        nonlocal last
        now = time.perf_counter()
        phases[step.phase] = phases.get(step.phase, 0.0) + now - last
        last = now

    tandem.library.sync(place, note)
    seconds = time.perf_counter() - started
    phases["indexing"] = phases.get("indexing", 0.0) + time.perf_counter() - last
    chunks = tandem.status().chunks - before
    parts = ", ".join(f"{phase} {spent:.0f} s" for phase, spent in phases.items())
    day = time.strftime("%Y-%m-%d")
    return [
        Figure("first sync", seconds, "s", bar=720, note=f"{parts}; measured {day}"),
        Figure("chunks", chunks),
        Figure("chunks per second", chunks / seconds, note="over the whole first sync"),
        Figure("memory during the first sync", memory_of().peak, "MB", note="peak, this process"),
    ]


def _kept_figures(file: Path) -> list[Figure]:
    """The first sync as measured when this home was made."""
    if not file.is_file():
        return [Figure("first sync", None, "s", bar=720, note="not measured: the home was filled")]
    return [Figure(**kept) for kept in json.loads(file.read_text(encoding="utf-8"))]


def _timed_sync(tandem: Assistant, place: Path) -> tuple[float, SyncReport]:
    started = time.perf_counter()
    report = tandem.library.sync(place)
    return time.perf_counter() - started, report


def _one_changed(tandem: Assistant, place: Path) -> float | None:
    """Seconds for a sync with one changed file, the longer of changing it and changing it back."""
    indexed = [g for g in tandem.library.guides() if g.state == "indexed"]
    files = [place / g.path for g in indexed if g.path.endswith(".md")]
    file = next((f for f in files if f.is_file()), None)
    if file is None:
        return None
    content = file.read_bytes()
    try:
        file.write_bytes(content + b"\n\nA line that was not here before.\n")
        there, report = _timed_sync(tandem, place)
    finally:
        file.write_bytes(content)
    back, _ = _timed_sync(tandem, place)
    return max(there, back) if report.changed else None


def _failures(report: SyncReport) -> list[Figure]:
    codes = Counter(failure.code for failure in report.failed)
    silent = sum(not failure.reason for failure in report.failed)
    parts = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    return [
        Figure("files failed", len(report.failed), note=parts),
        Figure("files failed without a reason", silent, bar=0),
    ]
