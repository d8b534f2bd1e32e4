"""Word files (docx), opened with python-docx: styles tell headings, numbering tells lists."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from assistant.guides.draft import Draft, is_label
from assistant.guides.text import Block

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT_BOX = f"{_W}txbxContent"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_STYLE = re.compile(r"^(?:heading|überschrift|berschrift|titre)\s*(\d)$", re.IGNORECASE)
_TITLE_STYLE = re.compile(r"^(?:title|titel)$", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(
    r"^(?:toc|verzeichnis|inhaltsverzeichnis|table of figures|abbildungsverzeichnis)\b",
    re.IGNORECASE,
)
_QUOTE_STYLE = re.compile(r"^(?:intense )?quote|^(?:intensives )?zitat", re.IGNORECASE)
_LIST_STYLE = re.compile(r"^(?:list|liste|aufzählung)", re.IGNORECASE)
_SPACING = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_GONE = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pPr", _FALLBACK, _TEXT_BOX}


def read(data: bytes) -> Draft:
    """Read a docx. Anything that python-docx can't open raises its own error."""
    import docx

    document = docx.Document(io.BytesIO(data))
    walker = _Document(document)
    blocks = list(walker.blocks(document.element.body))
    return Draft(blocks, property_title=document.core_properties.title or "")


class _Document:
    def __init__(self, document: Any) -> None:
        self._styles = {style.style_id: style for style in document.styles if style.type == 1}
        self._formats = _numbering_formats(document)
        self._counts: Counter[tuple[str, int]] = Counter()

    def blocks(self, parent: Any) -> Iterator[Block]:
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag == f"{_W}sdt" and not _is_contents(child):
                for content in child.iterchildren(f"{_W}sdtContent"):
                    yield from self.blocks(content)
            elif child.tag in {f"{_W}ins", f"{_W}smartTag", f"{_W}customXml"}:
                yield from self.blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        names = self._style_names(element)
        text = _text(element)
        if text.strip() and not any(_CONTENTS_STYLE.match(name) for name in names):
            yield from self._text_blocks(element, names, text)
        for box in element.iter(_TEXT_BOX):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                yield from self.blocks(box)

    def _text_blocks(self, element: Any, names: list[str], text: str) -> Iterator[Block]:
        if level := self._heading_level(element, names):
            yield Block("heading", text, level)
        elif (place := self._list_place(element, names)) is not None:
            yield Block("item", text, place[0], place[1])
        elif any(_QUOTE_STYLE.match(name) for name in names):
            yield Block("quote", text)
        elif is_label(text) and _is_bold(element):
            yield Block("heading", text.strip())
        else:
            for part in re.split(r"\n\s*\n", text):
                yield Block("paragraph", part)

    def _style_names(self, element: Any) -> list[str]:
        """The paragraph's style and those that it is based on, nearest first."""
        node = element.find(f"{_W}pPr/{_W}pStyle")
        style = self._styles.get(node.get(f"{_W}val")) if node is not None else None
        names: list[str] = []
        while style is not None and len(names) < 12:
            names.append(str(style.name or ""))
            style = style.base_style
        return names

    def _heading_level(self, element: Any, names: list[str]) -> int:
        outline = element.find(f"{_W}pPr/{_W}outlineLvl")
        if outline is not None and (outline.get(f"{_W}val") or "").isdigit():
            level = int(outline.get(f"{_W}val")) + 1
            return level if level <= 6 else 0
        for name in names:
            if match := _HEADING_STYLE.match(name):
                return min(6, max(1, int(match[1])))
            if _TITLE_STYLE.match(name):
                return 1
        return 0

    def _list_place(self, element: Any, names: list[str]) -> tuple[int, str] | None:
        """Nesting and marker of a list item, None for other paragraphs."""
        number = element.find(f"{_W}pPr/{_W}numPr/{_W}numId")
        if number is None:
            listed = any(_LIST_STYLE.match(name) for name in names[:1])
            numbered = listed and re.search(r"number|nummer", names[0], re.IGNORECASE)
            return (0, self._next("style", 0)) if numbered else ((0, "-") if listed else None)
        key = number.get(f"{_W}val") or "0"
        if key == "0":
            return None
        node = element.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
        level = int((node.get(f"{_W}val") if node is not None else "0") or 0)
        style = self._formats.get((key, level), "bullet")
        if style == "none":
            return None
        return min(level, 5), "-" if style == "bullet" else self._next(key, level)

    def _next(self, key: str, level: int) -> str:
        self._counts[key, level] += 1
        for deeper in range(level + 1, 9):
            self._counts.pop((key, deeper), None)
        return f"{self._counts[key, level]}."

    def _table(self, table: Any) -> Iterator[Block]:
        for row in table.iterchildren(f"{_W}tr"):
            cells = list(row.iterchildren(f"{_W}tc"))
            inner = [[*self.blocks(cell)] for cell in cells]
            if len(cells) > 1 and all(len(blocks) <= 2 for blocks in inner):
                texts = (" ".join(block.text.strip() for block in blocks) for blocks in inner)
                text = " | ".join(text for text in texts if text)
                if text:
                    yield Block("row", text)
            else:
                for blocks in inner:
                    yield from blocks


def _numbering_formats(document: Any) -> dict[tuple[str, int], str]:
    """Number format by (list id, level), as the numbering part defines it."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    abstract: dict[str, dict[int, str]] = {}
    for node in root.iterchildren(f"{_W}abstractNum"):
        levels = {}
        for level in node.iterchildren(f"{_W}lvl"):
            style = level.find(f"{_W}numFmt")
            text = level.find(f"{_W}lvlText")
            blank = text is not None and not (text.get(f"{_W}val") or "").strip()
            shown = style.get(f"{_W}val") if style is not None else "decimal"
            levels[int(level.get(f"{_W}ilvl") or 0)] = (
                "none" if blank and shown == "bullet" else shown
            )
        abstract[node.get(f"{_W}abstractNumId")] = levels
    formats = {}
    for node in root.iterchildren(f"{_W}num"):
        reference = node.find(f"{_W}abstractNumId")
        for level, style in abstract.get(
            reference.get(f"{_W}val") if reference is not None else "", {}
        ).items():
            formats[node.get(f"{_W}numId"), level] = style
    return formats


def _text(element: Any) -> str:
    """A paragraph's visible text: with links, fields and insertions, without deletions."""
    parts: list[str] = []

    def collect(node: Any) -> None:
        for child in node:
            if child.tag in _GONE:
                continue
            if child.tag == f"{_W}t":
                parts.append(child.text or "")
            elif child.tag in _SPACING:
                parts.append(_SPACING[child.tag])
            else:
                collect(child)

    collect(element)
    return "".join(parts)


def _is_bold(element: Any) -> bool:
    runs = [run for run in element.iter(f"{_W}r") if any(t.text for t in run.iter(f"{_W}t"))]
    return bool(runs) and all(_run_is_bold(run) for run in runs)


def _run_is_bold(run: Any) -> bool:
    bold = run.find(f"{_W}rPr/{_W}b")
    return bold is not None and bold.get(f"{_W}val") not in {"0", "false", "off"}


def _is_contents(element: Any) -> bool:
    gallery = element.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return gallery is not None and "contents" in (gallery.get(f"{_W}val") or "").lower()
