"""One complete state of the library, laid out for searching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.retrieval.lexical import LexicalIndex
from assistant.retrieval.terms import rejoined
from assistant.store.catalogue import IndexedChunk

if TYPE_CHECKING:
    import numpy as np

LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class Snapshot:
    """One complete state of the library, as searching sees it.

    Arrays are in the order of the chunks, signposts among them. `leads_to` holds the place of the
    chunk that a signpost leads to, and of a chunk itself; `asked` the signposts that lead to a
    chunk, by its id: their ids and lines; `translated` says, by language, whose guides stand in
    that language too; `section_of` which of the `known` sections a chunk is, -1 for none.
    """

    version: str
    lexical: LexicalIndex
    position: dict[int, int]
    guide_of: np.ndarray
    collection_of: np.ndarray
    leads_to: np.ndarray
    asked: Mapping[int, Mapping[int, str]]
    translated: Mapping[str, np.ndarray]
    section_of: np.ndarray

    def plain(self, query: str, language: str) -> str:
        """The query as its words are looked up: German verbs put together again."""
        if language != "de":
            return query
        return rejoined(query, self.lexical.vocabulary.compounds.counts)


def snapshot_of(
    version: str,
    chunks: Sequence[IndexedChunk],
    lexical: LexicalIndex,
    known: Mapping[tuple[str, str], int] | None = None,
) -> Snapshot:
    """Lay out the chunks, which must be those of the lexical index in its order.

    `known` are numbers of sections by path and heading.
    """
    import numpy as np

    return Snapshot(
        version,
        lexical,
        {chunk.id: n for n, chunk in enumerate(chunks)},
        np.array([chunk.guide_id for chunk in chunks], dtype=np.int64),
        np.array([chunk.collection_id for chunk in chunks], dtype=np.int64),
        np.array(_places(chunks), dtype=np.int64),
        _asked(chunks),
        {language: np.array(_translated(chunks, language), dtype=bool) for language in LANGUAGES},
        np.array([_section(chunk, known or {}) for chunk in chunks], dtype=np.int64),
    )


def _section(chunk: IndexedChunk, known: Mapping[tuple[str, str], int]) -> int:
    if chunk.leads_to is not None:
        return -1
    return known.get((chunk.path, chunk.heading_path[-1] if chunk.heading_path else ""), -1)


def _places(chunks: Sequence[IndexedChunk]) -> list[int]:
    """Where each chunk, or the chunk that a signpost leads to, stands in the list."""
    place = {(c.guide_id, c.position): n for n, c in enumerate(chunks)}
    return [
        n if c.leads_to is None else place.get((c.guide_id, c.leads_to), n)
        for n, c in enumerate(chunks)
    ]


def _asked(chunks: Sequence[IndexedChunk]) -> dict[int, dict[int, str]]:
    """Signposts (id and line) by the id of the chunk they lead to."""
    found: dict[int, dict[int, str]] = {}
    for chunk, place in zip(chunks, _places(chunks), strict=True):
        if chunk.leads_to is not None:
            found.setdefault(chunks[place].id, {})[chunk.id] = chunk.text
    return found


def _translated(chunks: Sequence[IndexedChunk], language: str) -> list[bool]:
    """Whether each chunk's guide stands in `language` too, in that language's folder."""
    places = [_without_language(chunk.path) for chunk in chunks]
    there = {
        (chunk.collection_id, place)
        for chunk, (place, folder) in zip(chunks, places, strict=True)
        if folder == language
    }
    return [
        folder not in ("", language) and (chunk.collection_id, place) in there
        for chunk, (place, folder) in zip(chunks, places, strict=True)
    ]


def _without_language(path: str) -> tuple[str, str]:
    """(path with its language folder taken out, that folder)."""
    parts = path.split("/")
    found = next((part for part in parts[:-1] if part in LANGUAGES), "")
    return "/".join("*" if part == found else part for part in parts), found
