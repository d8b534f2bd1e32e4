"""From the lines of PDF pages to blocks: what is a heading, a list, a paragraph, or furniture.

Works by what the pages themselves show: bookmarks, sizes, weight, distance and repetition. Columns
are read in the order in which the file draws them; tables come out as their lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from assistant.guides.draft import is_label, settle_labels
from assistant.guides.plain import BULLET, is_shouted
from assistant.guides.text import Block


@dataclass(frozen=True)
class Line:
    """A line of a page. `x`, `y` and `size` are in points; `height` is 0 (bottom) to 1 (top)."""

    text: str
    x: float
    y: float
    size: float
    bold: bool
    height: float


@dataclass(frozen=True)
class Mark:
    """A bookmark: its title, page (from 0) and depth (from 1)."""

    title: str
    page: int
    depth: int


_MARGIN = 0.13
_PAGE_NUMBER = re.compile(
    r"^\W*(?:(?:page|seite|p\.|s\.)\s*)?\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*$", re.IGNORECASE
)
_FOOTNOTE = re.compile(r"^(?:\d{1,3}|\d{0,3}\s*(?:https?://|www\.)\S+)$")
_LEADER = re.compile(r"(?:[.…·]\s?){5,}\s*\d{0,4}\s*$")
_CONTENTS = re.compile(
    r"^(?:inhalt(?:sverzeichnis)?|(?:table of )?contents|übersicht)\s*:?$", re.IGNORECASE
)
_ENDS_IN_NUMBER = re.compile(r"\S\s+\d{1,4}$")
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[A-Z]\.)\s+")
_SENTENCE_END = re.compile(r"[.!?:…][\"”“’)\]]*$")
_LONE_BULLET = re.compile(r"^[-*•●○■□▪◦‣–—✓➢►❖]$")
_KEPT_HYPHEN = re.compile(r"^(?:und|oder|bzw|beziehungsweise|sowie|als|and|or|to|nor)\b")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+|[^\W\d_]+")


def arrange(pages: list[list[Line]], marks: list[Mark]) -> list[Block]:
    """The blocks of the pages (page numbers from 1), without running heads and contents lists."""
    pages = _without_contents(_without_furniture(pages))
    layout = _Layout(pages, marks)
    return list(settle_labels(layout.blocks()))


def _without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop page numbers and lines that return in the margin of many pages."""
    counts = Counter(
        key for page in pages for key in {_furniture_key(line) for line in page if _at_edge(line)}
    )
    often = max(2, min(4, round(0.5 * len(pages))))
    if _are_copies(pages, often):
        return pages

    def stays(line: Line) -> bool:
        if not _at_edge(line):
            return True
        return not (counts[_furniture_key(line)] >= often or _PAGE_NUMBER.match(line.text))

    return [[line for line in page if stays(line)] for page in pages]


def _are_copies(pages: list[list[Line]], often: int) -> bool:
    """Whether pages repeat each other as a whole, as hand-outs printed several to a sheet do."""
    counts = Counter(_furniture_key(line) for page in pages for line in page if not _at_edge(line))
    repeated = sum(count for count in counts.values() if count >= often)
    return repeated > 0.5 * max(1, counts.total())


def _at_edge(line: Line) -> bool:
    return line.height < _MARGIN or line.height > 1 - _MARGIN


def _furniture_key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.height * 50)


def _without_contents(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop lists of contents: lines with leader dots, and what stands among them."""
    kept: list[list[Line]] = []
    inside = False
    for page in pages:
        lines: list[Line] = []
        leaders = [bool(_LEADER.search(line.text)) for line in page]
        inside = inside and (sum(leaders) >= 2 or _mostly_numbered(page))
        for index, line in enumerate(page):
            if _CONTENTS.match(line.text) and _leads_contents(page[index + 1 : index + 9]):
                inside = True
                continue
            near = any(leaders[index : index + 2])
            if leaders[index] or (inside and (near or _ENDS_IN_NUMBER.search(line.text))):
                continue
            if inside and not any(
                leaders[later] or _ENDS_IN_NUMBER.search(page[later].text)
                for later in range(index, min(len(page), index + 3))
            ):
                inside = False
            if not inside:
                lines.append(line)
        kept.append(lines)
    return kept


def _leads_contents(following: list[Line]) -> bool:
    return len(following) > 2 and _mostly_numbered(following)


def _mostly_numbered(lines: list[Line]) -> bool:
    numbered = sum(1 for line in lines if _ENDS_IN_NUMBER.search(line.text))
    return bool(lines) and numbered >= 0.6 * len(lines)


class _Layout:
    """Walks the lines once, with what was learned about the whole document beforehand."""

    def __init__(self, pages: list[list[Line]], marks: list[Mark]) -> None:
        self._pages = pages
        self._marks: dict[tuple[int, str], int] = {
            (mark.page, _heading_key(mark.title)): mark.depth for mark in marks
        }
        lines = [line for page in pages for line in page]
        sizes = Counter[float]()
        for line in lines:
            sizes[line.size] += len(line.text)
        self._body = sizes.most_common(1)[0][0] if sizes else 0.0
        self._leading = self._usual_leading()
        self._right = self._usual_length(lines)
        self._levels = self._size_levels(lines)
        self._bold_is_rare = sum(len(line.text) for line in lines if line.bold) < 0.3 * sum(
            sizes.values()
        )
        self._words = Counter(word for line in lines for word in _WORD.findall(line.text.lower()))

    def _usual_leading(self) -> float:
        gaps = [
            above.y - below.y
            for page in self._pages
            for above, below in pairwise(page)
            if 0 < above.y - below.y < 3 * max(1.0, self._body)
        ]
        return median(sorted(gaps)[: max(1, round(0.75 * len(gaps)))]) if gaps else 1.2 * self._body

    def _usual_length(self, lines: list[Line]) -> float:
        lengths = sorted(len(line.text) for line in lines if line.size == self._body)
        return lengths[int(0.8 * len(lengths))] if lengths else 80.0

    def _size_levels(self, lines: list[Line]) -> dict[float, int]:
        """Sizes above the body's, from the largest, as levels 1, 2, 3."""
        larger = sorted(
            {line.size for line in lines if line.size > 1.12 * self._body}, reverse=True
        )
        merged: list[float] = []
        levels: dict[float, int] = {}
        for size in larger:
            if not merged or size < 0.93 * merged[-1]:
                merged.append(size)
            levels[size] = min(4, len(merged))
        return levels

    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        for number, full_page in enumerate(self._pages):
            page = [line for line in full_page if not self._is_footnote(line)]
            previous: Line | None = None
            index = 0
            while index < len(page):
                line = page[index]
                if _LONE_BULLET.match(line.text) and index + 1 < len(page):
                    following = page[index + 1]
                    if BULLET.match(following.text):
                        index += 1
                        continue
                    line = Line(
                        f"• {following.text}",
                        line.x,
                        following.y,
                        following.size,
                        following.bold,
                        following.height,
                    )
                    index += 1
                taken, heading = self._heading(page, index, number, previous)
                if heading:
                    blocks.append(heading)
                    index += taken
                    previous = page[index - 1]
                    continue
                self._add(blocks, line, previous, number + 1)
                previous = line
                index += 1
        return [block for block in blocks if re.search(r"\w", block.text)]

    def _is_footnote(self, line: Line) -> bool:
        return line.size < 0.93 * self._body and bool(_FOOTNOTE.match(line.text))

    def _heading(
        self, page: list[Line], index: int, number: int, previous: Line | None
    ) -> tuple[int, Block | None]:
        """The heading that begins here with how many lines it takes, or (0, None)."""
        for count in (1, 2, 3):
            run = page[index : index + count]
            text = " ".join(line.text for line in run)
            depth = self._marks.get((number, _heading_key(text)))
            if len(run) == count and depth:
                return count, Block("heading", text, min(5, depth), page=number + 1)
        line = page[index]
        if (level := self._levels.get(line.size)) and not BULLET.match(line.text):
            run = [line]
            if (
                previous
                and previous.size == line.size
                and 0 < previous.y - line.y < 1.6 * line.size
            ):
                return 0, None  # a long text in large letters
            for following in page[index + 1 : index + 4]:
                if following.size != line.size or run[-1].y - following.y > 1.6 * line.size:
                    break
                run.append(following)
            text = " ".join(line.text for line in run)
            sentence = len(text) > 60 and text.endswith((".", ":", ","))
            if len(run) < 4 and len(text) <= 160 and re.search(r"[^\W\d_]", text) and not sentence:
                return len(run), Block("heading", text, level, page=number + 1)
            return 0, None
        if self._is_bold_heading(page, index, previous):
            return 1, Block("heading", line.text, 0, page=number + 1)
        return 0, None

    def _is_bold_heading(self, page: list[Line], index: int, previous: Line | None) -> bool:
        line = page[index]
        following = page[index + 1] if index + 1 < len(page) else None
        return (
            ((line.bold and self._bold_is_rare) or is_shouted(line.text))
            and is_label(line.text)
            and not BULLET.match(line.text)
            and (
                previous is None
                or previous.y - line.y > 1.15 * self._leading
                or previous.y < line.y
            )
            and not (following and following.bold and len(line.text) > 0.8 * self._right)
        )

    def _add(self, blocks: list[Block], line: Line, previous: Line | None, page: int) -> None:
        last = blocks[-1] if blocks else None
        if bullet := BULLET.match(line.text):
            mark = bullet["mark"].strip("(")
            marker = f"{mark[:-1]}." if mark[:-1].isalnum() else "-"
            if mark not in {"-", "–", "—"} or not self._continues(last, line, previous):
                text = line.text[bullet.end() :]
                blocks.append(Block("item", text, 0, marker, page))
                return
        if last and self._continues(last, line, previous):
            text = self._joined(last.text, line.text)
            blocks[-1] = Block(last.kind, text, last.level, last.marker, last.page)
        else:
            blocks.append(Block("paragraph", line.text, page=page))

    def _continues(self, last: Block | None, line: Line, previous: Line | None) -> bool:
        if last is None or last.kind == "heading":
            return False
        if previous is None:  # the page's first line
            return not _SENTENCE_END.search(last.text) and not line.text[:1].isupper()
        if not 0.9 < line.size / max(0.1, previous.size) < 1.12:
            return False
        gap = previous.y - line.y
        if gap < 0:  # a new column, or a box drawn out of order
            return not _SENTENCE_END.search(last.text) and line.text[:1].islower()
        if gap > 1.3 * max(self._leading, 1.05 * line.size):
            return (
                line.text[:1].islower()
                and not _SENTENCE_END.search(last.text)
                and gap < 3 * line.size
            )
        ended_early = len(previous.text) < 0.55 * self._right
        return not (ended_early and _SENTENCE_END.search(previous.text))

    def _joined(self, text: str, more: str) -> str:
        """Join two lines of one paragraph; a hyphen at the end is a break or part of the word."""
        if not re.search(r"[^\W\d_]-$", text) or not more[:1].isalpha():
            return f"{text} {more}"
        if _KEPT_HYPHEN.match(more):
            return f"{text} {more}"
        left = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*-$", text)[-1][:-1].lower()
        right = (re.match(r"[^\W\d_]+", more) or [""])[0].lower()
        if more[:1].isupper() or self._words[f"{left}-{right}"] > self._words[f"{left}{right}"]:
            return text + more
        return text[:-1] + more


def _heading_key(text: str) -> str:
    return re.sub(r"\W+", "", _NUMBERING.sub("", text.strip())).lower()
