"""The stored text of a guide and the sections in it.

Every reader yields blocks; `compose` writes them as one plain text with light marks (``# `` for
headings, ``- `` and ``1. `` for list items, ``> `` for quotations, one line a paragraph). Offsets
everywhere in Tandem count characters of that text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "quote", "code", "row"]


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item, quotation, code block or table row of a file.

    `text` holds no inline markup. `level` is the heading's level (1 to 6) or the item's nesting
    (0 is outermost). `marker` is an item's number with its dot ("1.") or "-". `page` counts from
    1 and is None where the format has no pages.
    """

    kind: BlockKind
    text: str
    level: int = 0
    marker: str = "-"
    page: int | None = None


@dataclass(frozen=True)
class Section:
    """A run of blocks under one heading path; `start` to `end` are offsets in the stored text.

    The heading's own line is not part of the section. `heading_path` goes from the outermost
    heading to the nearest and is empty before the first heading.
    """

    heading_path: tuple[str, ...]
    start: int
    end: int
    page: int | None = None


Asked = tuple[tuple[str, tuple[str, ...]], ...]
"""(heading, lines): how people ask for what stands under a heading of the guide."""

PageStarts = tuple[tuple[int, int], ...]
"""(offset, page) wherever a new page begins; empty for formats without pages."""


@dataclass(frozen=True)
class Guide:
    """A guide as read from a file: what is stored, shown and cut into chunks."""

    title: str
    text: str
    sections: tuple[Section, ...]
    language: str
    pages: PageStarts = ()
    asked: Asked = ()


def compose(blocks: Iterable[Block]) -> tuple[str, tuple[Section, ...], PageStarts]:
    """Write blocks as the stored text; returns it with its sections and page starts."""
    lines: list[str] = []
    length = 0
    sections: list[Section] = []
    pages: list[tuple[int, int]] = []
    path: list[tuple[int, str]] = []
    open_section: list[int | None] = []  # start and page of the section being written

    def close(end: int) -> None:
        if open_section and end > (open_section[0] or 0):
            start, page = open_section
            sections.append(Section(tuple(h for _, h in path), start or 0, end, page))
        open_section.clear()

    previous: Block | None = None
    end_of_content = 0
    for block in blocks:
        line = _line(block)
        if not line:
            continue
        gap = "" if previous is None else ("\n" if _tight(previous, block) else "\n\n")
        lines += [gap, line]
        start = length + len(gap)
        length = start + len(line)
        if block.page is not None and (not pages or pages[-1][1] != block.page):
            pages.append((start, block.page))
        if block.kind == "heading":
            close(end_of_content)
            while path and path[-1][0] >= block.level:
                path.pop()
            path.append((block.level, block.text))
        elif not open_section:
            open_section[:] = [start, block.page]
        end_of_content = length
        previous = block
    close(end_of_content)
    return "".join(lines), tuple(sections), tuple(pages)


def _tight(previous: Block, block: Block) -> bool:
    return previous.kind == block.kind and block.kind in {"item", "row", "quote"}


def _line(block: Block) -> str:
    text = block.text.strip() if block.kind == "code" else " ".join(block.text.split())
    if not text:
        return ""
    if block.kind == "heading":
        return "#" * max(1, block.level) + " " + text
    if block.kind == "item":
        return "  " * block.level + block.marker + " " + text
    if block.kind == "quote":
        return "> " + text
    if block.kind == "code":
        return "```\n" + text + "\n```"
    return text
