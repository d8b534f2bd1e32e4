"""The real built-in guides as a shelf, and what weighs their lines by shared words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import knowledge
from assistant.guides.bounded import ReaderPool
from assistant.guides.scanning import scan
from assistant.guides.text import Guide
from assistant.planning.material import Shelf
from assistant.planning.nearness import Nearness
from assistant.planning.picking import Picker
from assistant.retrieval.passage import Passage
from assistant.store.catalogue import GuideEntry, StoredGuide

FOLDER = Path(knowledge.__file__).parent / "guides"
OWN = 900
"""The number of the user's own guide."""


@cache
def stored() -> dict[int, StoredGuide]:
    """Every built-in guide by number, as the store gives it."""
    with ReaderPool() as pool:
        read = list(pool.read([found.file for found in scan(FOLDER)]))
    return {
        number: _stored(number, path.relative_to(FOLDER).as_posix(), result, "built-in")
        for number, (path, result) in enumerate(read, 1)
        if isinstance(result, Guide)
    }


def _stored(number: int, path: str, guide: Guide, collection: str) -> StoredGuide:
    entry = GuideEntry(
        number, collection, path, guide.title, guide.language, 1,
        datetime(2026, 11, 1, tzinfo=UTC), "indexed", "", "",
    )  # fmt: skip
    sections = tuple((s.heading_path, s.start, s.end, s.page) for s in guide.sections)
    return StoredGuide(entry, guide.text, sections, ())


def shelf(own: Guide | None = None) -> Shelf:
    """The built-in guides, and one of the user's own."""
    guides = dict(stored())
    if own is not None:
        guides[OWN] = _stored(OWN, "ours.md", own, "ours")
    return Shelf(lambda: [guide.entry for guide in guides.values()], guides.__getitem__)


def picker() -> Picker:
    """Weighs by shared words: no model is needed."""
    return Picker(Nearness(lambda texts: None, _shared))


def _shared(query: str, language: str, texts: Sequence[tuple[str, str]]) -> list[float]:
    asked = set(re.findall(r"\w{4,}", query.lower()))
    return [
        len(asked & set(re.findall(r"\w{4,}", text.lower()))) / max(len(asked), 1)
        for text, _ in texts
    ]


def finds_nothing(query: str, top_k: int, collections: None, language: str) -> list[Passage]:
    """A search in an empty library."""
    return []
