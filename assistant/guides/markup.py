"""From an HTML tree to blocks; HTML pages and rendered Markdown both come through here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.guides.draft import is_label
from assistant.guides.text import Block, BlockKind

_SILENT_TAGS = """
    script style noscript template svg math iframe object embed canvas audio video map form
    button select textarea input head link meta title picture source dialog
    """
_PARAGRAPH_TAGS = """
    p div section article main body html header footer aside nav figure figcaption address center
    details fieldset dl hgroup table tbody thead tfoot caption colgroup col hr td th font box
    """
_SILENT = frozenset(_SILENT_TAGS.split())
_PARAGRAPHS = frozenset(_PARAGRAPH_TAGS.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HEADING_LINK = re.compile(r"header-?link|anchor(?:js)?-link|permalink|headeranchor", re.IGNORECASE)
_BULLET = re.compile(r"^[•●▪◦‣·–*]\s+")
_OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*(?:mailto|tel):", re.IGNORECASE)
_LINK_LIST = 3
_SIGNPOST_LINKS = 2


@dataclass
class _Place:
    """What the text being collected will become when it is flushed."""

    kind: BlockKind = "paragraph"
    level: int = 0
    marker: str = "-"


class BlockWriter:
    """Walks elements and collects their blocks; labels get level 0 (see `settle_labels`)."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._depth = -1  # nesting of lists; 0 inside the outermost

    def walk(self, element: Any) -> list[Block]:
        """The blocks of `element` and everything in it, in reading order."""
        place = _Place()
        self._inside(element, place)
        self._flush(place)
        return self.blocks

    def _inside(self, element: Any, place: _Place) -> None:
        self._text.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                self._element(child, place)
            self._text.append(child.tail or "")

    def _element(self, element: Any, place: _Place) -> None:
        tag = element.tag.lower()
        if tag in _SILENT:
            return
        if tag in _HEADINGS:
            self._own_block(element, place, _Place("heading", _HEADINGS[tag]))
        elif tag in {"ul", "ol", "menu"}:
            self._list(element, place)
        elif tag == "li":  # outside any list
            self._own_block(element, place, _Place("item"))
        elif tag == "blockquote":
            self._own_block(element, place, _Place("quote"))
        elif tag == "pre":
            self._code(element, place)
        elif tag == "tr":
            self._row(element, place)
        elif tag in {"dt", "summary"}:
            self._label(element, place)
        elif tag == "dd":
            self._own_block(element, place, _Place(), keep_open=True)
        elif tag in _PARAGRAPHS:
            self._paragraph(element, place)
        elif tag == "br":
            self._text.append("\n")
        elif tag != "a" or not _HEADING_LINK.search(element.get("class") or ""):
            self._inside(element, place)
            if tag in {"strong", "b"} and self._text[-1].endswith(":"):
                self._text.append(" ")

    def _own_block(
        self, element: Any, around: _Place, place: _Place, keep_open: bool = False
    ) -> None:
        if not keep_open:
            self._flush(around)
        self._inside(element, place)
        self._flush(place)

    def _paragraph(self, element: Any, place: _Place) -> None:
        self._flush(place)
        if element.tag.lower() == "p" and _is_signpost(element):
            return
        if element.tag.lower() == "p" and place.kind == "paragraph" and _is_emphasised(element):
            text = " ".join("".join(element.itertext()).split())
            if is_label(text):
                self.blocks.append(Block("heading", text))
                return
        self._inside(element, place)
        self._flush(place)

    def _label(self, element: Any, place: _Place) -> None:
        """A term or a fold's headline leads the text below it."""
        self._flush(place)
        text = " ".join("".join(element.itertext()).split())
        if element.tag.lower() == "summary" and is_label(text):
            self.blocks.append(Block("heading", text))
        elif text:
            end = "" if text.endswith((":", "?", ".", "!")) else ":"
            self._text.append(f"{text}{end} ")

    def _list(self, element: Any, place: _Place) -> None:
        self._flush(place)
        if _is_navigation(element):
            return
        self._depth += 1
        ordered = element.tag.lower() == "ol"
        number = _start(element)
        for child in element:
            if not isinstance(child.tag, str):
                continue
            if child.tag.lower() != "li":
                self._element(child, place)
                continue
            item = _Place("item", self._depth, f"{number}." if ordered else "-")
            self._inside(child, item)
            self._flush(item)
            number += 1
        self._depth -= 1

    def _row(self, element: Any, place: _Place) -> None:
        self._flush(place)
        cells = [cell for cell in element if cell.tag in {"td", "th"}]
        if len(cells) < 2 or any(_holds_blocks(cell) for cell in cells):
            for cell in cells:
                self._own_block(cell, place, _Place())
            return
        texts = (" ".join("".join(cell.itertext()).split()) for cell in cells)
        row = " | ".join(text for text in texts if text)
        if row:
            self.blocks.append(Block("row", row))

    def _code(self, element: Any, place: _Place) -> None:
        self._flush(place)
        text = "".join(element.itertext()).strip("\n")
        if text.strip():
            self.blocks.append(Block("code", text))

    def _flush(self, place: _Place) -> None:
        text = "".join(self._text)
        self._text.clear()
        for part in re.split(r"\n[ \t]*\n\s*", text.strip()) if "\n" in text else (text,):
            part = " ".join(part.split())
            if not part:
                continue
            self.blocks.append(_block(part, place))
            if place.kind == "item":
                # What follows in the same list item is text below it.
                place.kind, place.level = "paragraph", 0


def _block(text: str, place: _Place) -> Block:
    if place.kind == "paragraph" and (bullet := _BULLET.match(text)):
        return Block("item", text[bullet.end() :])
    return Block(place.kind, text, place.level, place.marker)


def _start(element: Any) -> int:
    try:
        return int(element.get("start") or 1)
    except ValueError:
        return 1


def _is_emphasised(element: Any) -> bool:
    """Whether a paragraph is nothing but bold text."""
    children = [child for child in element if isinstance(child.tag, str)]
    return (
        bool(children)
        and not (element.text or "").strip(" :\n")
        and all(child.tag in {"strong", "b"} for child in children)
        and not any((child.tail or "").strip(" :\n") for child in children)
    )


def _holds_blocks(cell: Any) -> bool:
    paragraphs = sum(1 for _ in cell.iter("p", "div"))
    return (
        paragraphs > 2
        or next(cell.iter("ul", "ol", "h1", "h2", "h3", "h4", "table"), None) is not None
    )


def _is_navigation(element: Any) -> bool:
    """Whether a list only leads to other places of the same site or page.

    A list of links to other sites is a list of resources and stays.
    """
    items = list(element.iter("li"))
    return len(items) >= _LINK_LIST and all(_is_internal_link(item) for item in items)


def _is_signpost(paragraph: Any) -> bool:
    """Whether a paragraph is a row of links within the same site, with signs between."""
    links = sum(1 for _ in paragraph.iter("a"))
    return links >= _SIGNPOST_LINKS and _is_internal_link(paragraph)


def _is_internal_link(item: Any) -> bool:
    """Whether all the words of an item are a link's, those of lists inside it aside."""
    children = [child for child in item if isinstance(child.tag, str)]
    own = [child for child in children if child.tag not in {"ul", "ol"}]
    words = [item.text or "", *("".join(child.itertext()) for child in own)]
    words += [child.tail or "" for child in children]
    links = [
        link
        for child in own
        for link in child.iter("a")
        if not _OUTSIDE.match(link.get("href") or "")
    ]
    linked = "".join("".join(link.itertext()) for link in links)
    return _letters("".join(words)) == _letters(linked)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)
