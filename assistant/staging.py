"""What a sync writes for a file, before it becomes live."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from assistant.errors import UnreadableGuide
from assistant.guides.chunking import Chunk, CountPieces, embedded_text, split
from assistant.guides.limits import Limits
from assistant.guides.scanning import FoundFile, hash_of
from assistant.guides.signposts import signposts
from assistant.guides.text import Guide
from assistant.store.catalogue import Known, NewChunk
from assistant.store.tables import GuideRow

READER = "3"
"""Raised whenever reading or chunking changes, so that unchanged files are read anew."""

Rows = tuple[GuideRow, Sequence[NewChunk]]


def rows_of_guide(
    collection_id: int, found: FoundFile, guide: Guide, count_pieces: CountPieces
) -> Rows:
    """The rows of a file that could be read."""
    row = _row(collection_id, found, "indexed", READER)
    row.title, row.language, row.text = guide.title, guide.language, guide.text
    row.sections = [[list(s.heading_path), s.start, s.end, s.page] for s in guide.sections]
    row.pages = [list(page) for page in guide.pages]
    chunks = split(guide, count_pieces)
    rows = [
        _new_chunk(position, chunk, chunk.text, guide.title)
        for position, chunk in enumerate(chunks)
    ]
    for signpost in signposts(guide, chunks):
        target = replace(chunks[signpost.leads_to], heading_path=())
        rows.append(_new_chunk(len(rows), target, signpost.line, "", signpost.leads_to))
    return row, rows


def rows_of_failure(
    collection_id: int, found: FoundFile, error: UnreadableGuide, limits: Limits
) -> Rows:
    """The row of a file that couldn't be read."""
    row = _row(collection_id, found, "failed", _patience(limits))
    row.reason_code, row.reason = error.code, error.reason
    if hash_of(found.file) != found.file_hash:
        # It was being written meanwhile: what was read isn't what the hash stands for.
        row.file_hash = ""
    return row, []


def rows_of_copy(collection_id: int, found: FoundFile, original: str) -> Rows:
    """The row of a file with the same bytes as another of its collection."""
    row = _row(collection_id, found, "copy", READER)
    row.reason_code, row.reason = "copy", original
    return row, []


def settled(known: Known | None, found: FoundFile, limits: Limits) -> bool:
    """Whether a file needs no reading: the same bytes were read, or failed within these limits."""
    if known is None or known.state == "copy" or known.file_hash != found.file_hash:
        return False
    return known.reader == (_patience(limits) if known.state == "failed" else READER)


def text_hash(title: str, heading_path: Sequence[str], text: str) -> str:
    """The hash of what is embedded of a chunk."""
    whole = embedded_text(title, tuple(heading_path), text)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _new_chunk(
    position: int, place: Chunk, text: str, title: str, leads_to: int | None = None
) -> NewChunk:
    return NewChunk(
        position,
        list(place.heading_path),
        place.page,
        place.start,
        place.end,
        text,
        text_hash(title, place.heading_path, text),
        leads_to,
    )


def _row(collection_id: int, found: FoundFile, state: str, reader: str) -> GuideRow:
    return GuideRow(
        collection_id=collection_id,
        path=found.path,
        file_hash=found.file_hash,
        reader=reader,
        state=state,
        title=PurePosixPath(found.path).name,
    )


def _patience(limits: Limits) -> str:
    return f"{READER} {limits.file_bytes} {limits.seconds:g}"
