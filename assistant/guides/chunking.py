"""Cutting a guide into chunks that fit the encoder and carry their heading path.

The encoder reads 256 word pieces and drops the rest unseen, so size is counted in its own pieces,
never in characters: an encoder made for English cuts a German word into twice as many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.guides.text import Guide
from assistant.sentences import sentence_spans

BUDGET = 230
"""Word pieces a chunk may take with its heading path; 256 less room for the encoder's marks."""

HEADING_BUDGET = 48
"""Word pieces of the budget that the heading path may take."""

SMALL = 70
"""A section below this many pieces is joined with its neighbour under the same parent, unless
the guide says of one of them how people ask for it: then an answer wants that one alone."""

CountPieces = Callable[[list[str]], list[int]]
"""Word pieces of each text, as the encoder counts them."""


@dataclass(frozen=True)
class Chunk:
    """A run of a guide's text: ``guide.text[start:end] == text``."""

    heading_path: tuple[str, ...]
    page: int | None
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Piece:
    """The smallest run that is kept together: a line, or a part of one that is too long."""

    start: int
    end: int
    size: int
    section: int


def heading_line(title: str, heading_path: tuple[str, ...]) -> str:
    """The line that is put before a chunk's text when it is embedded and indexed."""
    parts = [part for part in (title, *heading_path) if part]
    unique = [part for n, part in enumerate(parts) if part not in parts[:n]]
    return " › ".join(unique)


def embedded_text(title: str, heading_path: tuple[str, ...], text: str) -> str:
    """What the encoder reads of a chunk: its heading line, cut in the middle, and its text."""
    line = heading_line(title, heading_path)
    if len(line) > 160:
        line = line[:60].rstrip() + " … " + line[-95:].lstrip()
    return f"{line}\n{text}" if line else text


def split(guide: Guide, count_pieces: CountPieces) -> list[Chunk]:
    """Cut a guide into chunks, in order; together they cover every section."""
    pieces = _pieces(guide, count_pieces)
    paths = [section.heading_path for section in guide.sections]
    lines = [heading_line(guide.title, path) for path in paths]
    headings = [min(n, HEADING_BUDGET) for n in count_pieces(lines)] if lines else []
    named = {heading for heading, _ in guide.asked}
    alone = [bool(path) and path[-1] in named for path in paths]
    return [_chunk(guide, run) for run in _pack(pieces, paths, alone, headings)]


def _pack(
    pieces: list[_Piece], paths: list[tuple[str, ...]], alone: list[bool], headings: list[int]
) -> Iterator[list[_Piece]]:
    run: list[_Piece] = []
    size = 0
    for piece in pieces:
        fits = size + piece.size + headings[piece.section] <= BUDGET
        if run and not (fits and _together(run, piece, size, paths, alone)):
            yield run
            run, size = [], 0
        run.append(piece)
        size += piece.size
    if run:
        yield run


def _together(
    run: list[_Piece],
    piece: _Piece,
    size: int,
    paths: list[tuple[str, ...]],
    alone: list[bool],
) -> bool:
    last = run[-1].section
    if last == piece.section:
        return True
    if alone[last] or alone[piece.section]:
        return False
    here, there = paths[last], paths[piece.section]
    siblings = here[:-1] == there[:-1] or here == there[: len(here)]
    return size < SMALL and siblings


def _chunk(guide: Guide, run: list[_Piece]) -> Chunk:
    first, last = guide.sections[run[0].section], guide.sections[run[-1].section]
    path = first.heading_path
    if first is not last:
        shared = 0
        while (
            shared < min(len(path), len(last.heading_path))
            and path[shared] == last.heading_path[shared]
        ):
            shared += 1
        path = path[:shared]
    start, end = run[0].start, run[-1].end
    if first is not last:
        start = _heading_start(guide.text, start)
    return Chunk(path, _page(guide, start) or first.page, start, end, guide.text[start:end])


def _heading_start(text: str, start: int) -> int:
    """Where the heading line right above `start` begins, so that a joined chunk shows it."""
    above = text[:start].rstrip("\n")
    line = above.rfind("\n") + 1
    return line if above[line:].startswith("#") else start


def _page(guide: Guide, offset: int) -> int | None:
    page = None
    for start, number in guide.pages:
        if start > offset:
            break
        page = number
    return page


def _pieces(guide: Guide, count_pieces: CountPieces) -> list[_Piece]:
    spans = [
        (section_number, start, end)
        for section_number, section in enumerate(guide.sections)
        for start, end in _line_spans(guide.text, section.start, section.end)
    ]
    sizes = count_pieces([guide.text[start:end] for _, start, end in spans]) if spans else []
    result: list[_Piece] = []
    limit = BUDGET - HEADING_BUDGET
    for (number, start, end), size in zip(spans, sizes, strict=True):
        if size <= limit:
            result.append(_Piece(start, end, size, number))
        else:
            result += _split_line(guide, number, start, end, limit, count_pieces)
    return result


def _split_line(
    guide: Guide, section: int, start: int, end: int, limit: int, count_pieces: CountPieces
) -> Iterator[_Piece]:
    text = guide.text[start:end]
    spans = [(start + a, start + b) for a, b in sentence_spans(text, guide.language)]
    sizes = count_pieces([guide.text[a:b] for a, b in spans])
    for (a, b), size in zip(spans, sizes, strict=True):
        if size <= limit:
            yield _Piece(a, b, size, section)
        else:
            yield from _split_words(guide.text, section, a, b, limit, count_pieces)


def _split_words(
    text: str, section: int, start: int, end: int, limit: int, count_pieces: CountPieces
) -> Iterator[_Piece]:
    """Cut where a sentence alone is too long: at spaces, or anywhere in an endless word."""
    found = re.finditer(r"\S{1,60}", text[start:end])
    words = [(start + m.start(), start + m.end()) for m in found]
    sizes = count_pieces([text[a:b] for a, b in words])
    begin, size, stop = start, 0, start
    for (a, b), pieces in zip(words, sizes, strict=True):
        if size and size + pieces > limit:
            yield _Piece(begin, stop, size, section)
            begin, size = a, 0
        size += pieces
        stop = b
    if size:
        yield _Piece(begin, stop, size, section)


def _line_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+", text[start:end]):
        yield start + match.start(), start + match.end()
