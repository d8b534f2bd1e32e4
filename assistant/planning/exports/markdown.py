"""A plan as Markdown that reads well unrendered, and as plain text for a calendar or a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from assistant.planning.exports.sheet import Block, Box, Guide, Row, Said, Section, Sheet, sheet
from assistant.planning.plan import SessionPlan

RULE = "_" * 40
"""A line to write on: a ruled line where Markdown is rendered, a blank where it isn't."""

NOTE_LINES = 4


def markdown(plan: SessionPlan, start: datetime | None = None) -> str:
    """The plan as CommonMark; what people wrote can't become a mark, a link or HTML in it."""
    return _written(sheet(plan, start), _MARKDOWN)


def text(plan: SessionPlan, start: datetime | None = None) -> str:
    """The plan as plain text, without marks and without lines for notes."""
    return _written(sheet(plan, start), _PLAIN)


@dataclass(frozen=True)
class _Marks:
    """How parts are marked. `safe` is for words inside a line, `begin` for words that begin one."""

    safe: Callable[[str], str]
    begin: Callable[[str], str]
    heading: Callable[[int, str], str]
    bold: str
    quote: str
    tick: str
    notes: int


def _written(page: Sheet, marks: _Marks) -> str:
    return "\n\n".join(_parts(page, marks)) + "\n"


def _parts(page: Sheet, marks: _Marks) -> Iterator[str]:
    if page.instead:
        yield from _told(page.instead, marks)
        return
    words = page.words
    yield marks.heading(1, marks.safe(page.heading))
    yield marks.begin(page.facts)
    if page.aim:
        yield f"{marks.bold}{words['aim']}:{marks.bold} {marks.safe(page.aim)}"
    if page.prepare:
        yield from _section(page.prepare, marks)
    for box in page.boxes:
        yield _box(box, marks)
    yield marks.heading(2, words["agenda"])
    for row in page.rows:
        yield from _row(row, page, marks)
    for section in page.sections:
        yield from _section(section, marks)
    if marks.notes:
        yield marks.heading(2, words["notes"])
        yield from [RULE] * marks.notes
    if page.guides:
        yield marks.heading(2, words["sources"])
        yield "\n".join(f"- {_guide(one, marks)}" for one in page.guides)
    yield words["footer"]


def _row(row: Row, page: Sheet, marks: _Marks) -> Iterator[str]:
    yield marks.heading(3, f"{row.clock} · {marks.safe(row.title)} ({row.minutes})")
    for own in (row.purpose, row.note):
        if own:
            yield marks.begin(own)
    if row.how:
        yield _list(row.how, marks)
    for label, lines in ((page.words["say"], row.say), (page.words["ask"], row.ask)):
        if lines:
            yield f"{marks.bold}{label}:{marks.bold}"
            yield _list(lines, marks)


def _section(section: Section, marks: _Marks) -> Iterator[str]:
    yield marks.heading(2, marks.safe(section.heading))
    yield _list(section.lines, marks, marks.tick if section.ticks else "- ")


def _list(lines: Iterable[Said], marks: _Marks, mark: str = "- ") -> str:
    return "\n".join(f"{mark}{_said(line, marks)}" for line in lines)


def _said(line: Said, marks: _Marks) -> str:
    number = f" [{line.number}]" if line.number is not None else ""
    return marks.begin(line.text) + number


def _guide(guide: Guide, marks: _Marks) -> str:
    places = ", ".join(f"[{number}] {marks.safe(place)}" for number, place in guide.places)
    return f"{marks.begin(guide.title)} › {places}"


def _box(box: Box, marks: _Marks) -> str:
    inner = [f"{marks.bold}{box.heading}{marks.bold}", *_told(box.blocks, marks)]
    if box.lines:
        inner.append(_list(box.lines, marks))
    lines = "\n\n".join(inner).split("\n")
    return "\n".join(f"{marks.quote}{line}".rstrip() for line in lines)


def _told(blocks: Iterable[Block], marks: _Marks) -> list[str]:
    """Blocks as paragraphs; items that follow each other make one list."""
    parts: list[str] = []
    before = ""
    for block in blocks:
        line = _block(block, marks)
        if block.kind == "item" == before:
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
        before = block.kind
    return parts


def _block(block: Block, marks: _Marks) -> str:
    if block.kind == "heading":
        return marks.heading(3, marks.safe(block.text))
    words = "".join(_piece(at, *piece, marks) for at, piece in enumerate(block.pieces))
    return {"item": "- ", "quote": marks.quote}.get(block.kind, "") + words


def _piece(at: int, words: str, bold: bool, marks: _Marks) -> str:
    if bold:
        return f"{marks.bold}{marks.safe(words)}{marks.bold}"
    return marks.safe(words) if at else marks.begin(words)


def _safe(words: str) -> str:
    words = re.sub(r"([\\`*_~<\[\]])", r"\\\1", words)
    return re.sub(r"&(?=#?\w+;)", r"\\&", words)


def _begin(words: str) -> str:
    """Also safe at the beginning of a line, where more characters are marks."""
    return re.sub(r"^(\d*)([#+\-=>.)|:])", r"\1\\\2", _safe(words))


def _plain_heading(level: int, words: str) -> str:
    return f"{words}:" if level == 2 else words


_MARKDOWN = _Marks(
    safe=_safe,
    begin=_begin,
    heading=lambda level, words: f"{'#' * level} {words}",
    bold="**",
    quote="> ",
    tick="- [ ] ",
    notes=NOTE_LINES,
)

_PLAIN = _Marks(
    safe=str,
    begin=str,
    heading=_plain_heading,
    bold="",
    quote="| ",
    tick="- ",
    notes=0,
)
