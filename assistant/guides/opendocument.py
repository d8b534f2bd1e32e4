"""OpenDocument text files (odt), opened with odfdo."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from assistant.guides.draft import Draft, is_label
from assistant.guides.text import Block

_SILENT = {
    "text:tracked-changes",
    "text:table-of-content",
    "text:illustration-index",
    "text:alphabetical-index",
    "text:bibliography",
    "text:sequence-decls",
    "office:annotation",
    "office:annotation-end",
    "text:note",
    "office:forms",
    "text:variable-decls",
}
_HEADING_STYLE = re.compile(r"^(?:heading|überschrift)(?:_20_|\s)*(\d)$", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"^(?:title|titel)$", re.IGNORECASE)
_QUOTE_STYLE = re.compile(r"^(?:quotations?|zitat)", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(r"^contents_20_", re.IGNORECASE)
_BREAKS = {"text:tab": " ", "text:s": " ", "text:line-break": "\n"}


def read(data: bytes) -> Draft:
    """Read an odt. Anything that odfdo can't open raises its own error."""
    from odfdo import Document

    document = Document(io.BytesIO(data))
    walker = _Walker(document)
    blocks = list(walker.blocks(document.body, 0))
    return Draft(blocks, property_title=str(document.meta.title or ""))


class _Walker:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._names: dict[str, list[str]] = {}
        self._bold: dict[str, bool] = {}

    def blocks(self, parent: Any, depth: int) -> Iterator[Block]:
        for child in parent.children:
            tag = child.tag
            if tag in _SILENT:
                continue
            if tag == "text:h":
                level = int(child.get_attribute_string("text:outline-level") or 1)
                yield Block("heading", _text(child), min(6, max(1, level)))
            elif tag == "text:p":
                yield from self._paragraph(child)
            elif tag == "text:list":
                yield from self._list(child, depth, "")
            elif tag == "table:table":
                yield from self._table(child)
            else:  # sections, frames, text boxes
                yield from self.blocks(child, depth)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        text = _text(element)
        names = self._style_names(element.get_attribute_string("text:style-name") or "")
        levels = [int(match[1]) for name in names if (match := _HEADING_STYLE.match(name))]
        listed = any(_CONTENTS_STYLE.match(name) for name in names)
        if text.strip() and not listed:
            yield from self._text_blocks(element, names, levels, text)
        for frame in element.get_elements("descendant::draw:text-box"):
            yield from self.blocks(frame, 0)

    def _text_blocks(
        self, element: Any, names: list[str], levels: list[int], text: str
    ) -> Iterator[Block]:
        if levels or any(_TITLE_STYLE.match(name) for name in names):
            yield Block("heading", text, max(1, min(6, levels[0])) if levels else 1)
        elif any(_QUOTE_STYLE.match(name) for name in names):
            yield Block("quote", text)
        elif is_label(text) and self._is_bold(element, names):
            yield Block("heading", text)
        else:
            for part in re.split(r"\n\s*\n", text):
                yield Block("paragraph", part)

    def _list(self, element: Any, depth: int, style: str) -> Iterator[Block]:
        style = element.get_attribute_string("text:style-name") or style
        numbered = self._is_numbered(style, depth + 1)
        number = 0
        for item in element.children:
            if item.tag not in {"text:list-item", "text:list-header"}:
                continue
            number += 1
            first = True
            for child in item.children:
                if child.tag == "text:list":
                    yield from self._list(child, depth + 1, style)
                    continue
                for block in self._inside(child):
                    if first and block.kind != "heading":
                        marker = f"{number}." if numbered else "-"
                        block = Block("item", block.text, min(depth, 5), marker)
                    first = False
                    yield block

    def _inside(self, child: Any) -> Iterator[Block]:
        if child.tag == "text:h":
            level = int(child.get_attribute_string("text:outline-level") or 1)
            yield Block("heading", _text(child), min(6, max(1, level)))
        elif child.tag == "text:p":
            yield from self._paragraph(child)
        elif child.tag not in _SILENT:
            yield from self.blocks(child, 0)

    def _table(self, table: Any) -> Iterator[Block]:
        for row in table.get_elements("descendant::table:table-row"):
            cells = [
                [*self.blocks(cell, 0)] for cell in row.children if cell.tag == "table:table-cell"
            ]
            if len(cells) > 1 and all(len(blocks) <= 2 for blocks in cells):
                texts = (" ".join(block.text.strip() for block in blocks) for blocks in cells)
                text = " | ".join(text for text in texts if text)
                if text:
                    yield Block("row", text)
            else:
                for blocks in cells:
                    yield from blocks

    def _style(self, family: str, name: str) -> Any:
        return self._document.get_style(family, name) if name else None

    def _style_names(self, name: str) -> list[str]:
        """The style's name and those of the styles that it inherits from, nearest first."""
        if name not in self._names:
            names: list[str] = []
            current = name
            while current and current not in names and len(names) < 12:
                names.append(current)
                style = self._style("paragraph", current)
                current = (
                    style.get_attribute_string("style:parent-style-name") or "" if style else ""
                )
            self._names[name] = names
        return self._names[name]

    def _is_numbered(self, name: str, level: int) -> bool:
        style = self._style("list", name)
        if style is None:
            return False
        for definition in style.children:
            if definition.get_attribute_string("text:level") == str(level):
                return definition.tag == "text:list-level-style-number" and bool(
                    definition.get_attribute_string("style:num-format")
                )
        return False

    def _is_bold(self, element: Any, names: list[str]) -> bool:
        spans = [span for span in element.children if _text(span).strip()]
        whole = not (element.text or "").strip() and bool(spans)
        styles = [
            span.get_attribute_string("text:style-name") or "" if span.tag == "text:span" else ""
            for span in spans
        ]
        if whole and all(self._has_bold("text", name) for name in styles):
            return True
        return bool(names) and self._has_bold("paragraph", names[0])

    def _has_bold(self, family: str, name: str) -> bool:
        key = f"{family}:{name}"
        if key not in self._bold:
            style = self._style(family, name)
            properties = style.get_elements("style:text-properties") if style else []
            self._bold[key] = any(
                node.get_attribute_string("fo:font-weight") == "bold" for node in properties
            )
        return self._bold[key]


def _text(element: Any) -> str:
    """An element's visible text, without comments, notes and text boxes inside it."""
    parts = [element.text or ""]
    for child in element.children:
        if child.tag in _BREAKS:
            count = child.get_attribute_string("text:c") if child.tag == "text:s" else None
            parts.append(_BREAKS[child.tag] * min(int(count or 1), 4))
        elif child.tag not in _SILENT and not child.tag.startswith("draw:"):
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
