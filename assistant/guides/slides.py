"""PowerPoint files (pptx): each slide's title is a heading, its number the page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from assistant.guides.draft import Draft, is_label
from assistant.guides.text import Block
from assistant.guides.unreadable import unreadable

_PICTURE = 13
_GROUP = 6
_BODY_KINDS = {2, 7}  # BODY and OBJECT placeholders hold bullet points
_COVER_KINDS = {3}  # CENTER_TITLE stands on cover and divider slides
_UNSPOKEN_KINDS = {13, 15, 16}  # slide number, footer, date


def read(data: bytes) -> Draft:
    """Read a pptx, with tables and speaker notes. Raises UnreadableGuide (``image_only``)."""
    from pptx import Presentation

    deck = Presentation(io.BytesIO(data))
    blocks: list[Block] = []
    pictures = False
    for number, slide in enumerate(deck.slides, start=1):
        blocks += _slide(slide, number)
        pictures = pictures or any(shape.shape_type == _PICTURE for shape in slide.shapes)
    if not blocks and pictures:
        raise unreadable("image_only")
    return Draft(blocks, property_title=deck.core_properties.title or "")


def _slide(slide: Any, number: int) -> Iterator[Block]:
    title = slide.shapes.title
    text = " ".join(title.text_frame.text.split()) if title is not None else ""
    content = list(_content(slide, number, title))
    if text:
        cover = title.placeholder_format.type in _COVER_KINDS and number == 1
        yield Block("heading", text, 1 if cover else 2, page=number)
    elif content and is_label(content[0].text):
        yield Block("heading", content.pop(0).text, 2, page=number)
    yield from content


def _content(slide: Any, number: int, title: Any) -> Iterator[Block]:
    shapes = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    for shape in sorted(shapes, key=lambda shape: (_rows(shape.top), shape.left or 0)):
        yield from _shape(shape, number)
    if slide.has_notes_slide:
        notes = slide.notes_slide.notes_text_frame
        for paragraph in notes.paragraphs if notes is not None else ():
            yield Block("paragraph", _text(paragraph), page=number)


def _rows(top: int | None) -> int:
    """Shapes whose tops differ by less than half a centimetre stand beside each other."""
    return round((top or 0) / 180_000)


def _shape(shape: Any, number: int) -> Iterator[Block]:
    if shape.shape_type == _GROUP:
        for inner in sorted(shape.shapes, key=lambda part: (_rows(part.top), part.left or 0)):
            yield from _shape(inner, number)
    elif getattr(shape, "has_table", False) and shape.has_table:
        for row in shape.table.rows:
            cells = (" ".join(cell.text.split()) for cell in row.cells)
            yield Block("row", " | ".join(cell for cell in cells if cell), page=number)
    elif shape.has_text_frame and not _is_furniture(shape):
        body = shape.is_placeholder and shape.placeholder_format.type in _BODY_KINDS
        paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if _text(paragraph)]
        for paragraph in paragraphs:
            listed = len(paragraphs) > 1 and (body or paragraph.level > 0)
            kind = "item" if listed else "paragraph"
            level = min(4, paragraph.level) if listed else 0
            yield Block(
                "item" if kind == "item" else "paragraph", _text(paragraph), level, page=number
            )


def _text(paragraph: Any) -> str:
    return " ".join(str(paragraph.text).replace("\v", " ").split())


def _is_furniture(shape: Any) -> bool:
    return bool(shape.is_placeholder and shape.placeholder_format.type in _UNSPOKEN_KINDS)
