"""PDF files: pypdf gives the text with its places and fonts; `layout` makes blocks of it."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.guides.characters import clean
from assistant.guides.draft import Draft
from assistant.guides.layout import Line, Mark, arrange
from assistant.guides.unreadable import unreadable

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
# Some fonts name a ligature by its letters ("/f_t"), and pypdf hands the name on as text.
_LIGATURE_NAME = re.compile(r"(?<=[^\W\d_])/([ft](?:_[a-z])+)")
_MAX_PAGES = 3000
_TEXT_PER_PAGE = 15
# Letter widths as parts of the font's size, near enough for any text face.
_NARROW, _WIDE, _CAPITAL, _USUAL = 0.29, 0.84, 0.67, 0.53
_SPACE = 0.14
_STRANGE_SHARE = 0.02
_GARBLED = (
    "This PDF's fonts don't say which letters they show; run text recognition (OCR) on it "
    "and add it again."
)


@dataclass
class _Piece:
    text: str
    x: float
    y: float
    size: float
    bold: bool
    apart: bool  # pypdf saw a break before this piece


def read(data: bytes) -> Draft:
    """Read a PDF. Raises UnreadableGuide: encrypted, image_only, damaged, empty."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise unreadable("encrypted")
        if len(reader.pages) > _MAX_PAGES:
            raise unreadable("too_large")
        pages = list(reader.pages)
        if not pages:
            raise unreadable("damaged")
        lines = [list(_lines(page)) for page in pages]
        marks = list(_marks(reader))
        title = str((reader.metadata.title if reader.metadata else None) or "")
    except PyPdfError as error:
        raise unreadable("damaged") from error
    if _is_garbled("".join(line.text for page in lines for line in page)):
        raise unreadable("image_only", _GARBLED)
    characters = sum(len(line.text) for page in lines for line in page)
    if characters < _TEXT_PER_PAGE * len(pages) and any(_has_image(page) for page in pages):
        raise unreadable("image_only")
    return Draft(arrange(lines, marks), property_title=title)


def _is_garbled(text: str) -> bool:
    """Whether the fonts name other letters than they draw, as some programs write them."""
    strange = sum(1 for character in text if "\u0250" <= character <= "\u036f")
    return strange > _STRANGE_SHARE * len(text)


def _lines(page: Any) -> Iterator[Line]:
    """The page's lines in the order of its text, each with its place, size and weight."""
    top, bottom = float(page.mediabox.top), float(page.mediabox.bottom)
    height = max(1.0, top - bottom)
    current: list[_Piece] = []
    for piece in _pieces(page):
        if current and _is_footnote_mark(current[-1], piece):
            continue
        if current and not _same_line(current[-1], piece):
            yield from _joined(current, bottom, height)
            current = []
        current.append(piece)
    if current:
        yield from _joined(current, bottom, height)


def _pieces(page: Any) -> list[_Piece]:
    pieces: list[_Piece] = []
    apart = False

    def visit(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        nonlocal apart
        if not text.strip(" \n"):
            apart = apart or "\n" in text
            if " " in text and pieces:
                pieces[-1].text += " "
            return
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = max(abs(tm[3]), abs(tm[1])) * max(abs(cm[3]), abs(cm[1]))
        bold = bool(_BOLD.search(str((font or {}).get("/BaseFont", ""))))
        for number, part in enumerate(text.split("\n")):
            if part.strip():
                pieces.append(_Piece(part, x, y, abs(size) * scale, bold, apart or number > 0))
            apart = number > 0 or text.endswith("\n")

    page.extract_text(visitor_text=visit)
    return pieces


def _same_line(last: _Piece, piece: _Piece) -> bool:
    return abs(last.y - piece.y) < 0.35 * max(last.size, piece.size, 1.0)


def _is_footnote_mark(last: _Piece, piece: _Piece) -> bool:
    """A small raised number behind a word."""
    small = piece.size < 0.85 * last.size and 0.1 * last.size < piece.y - last.y < 0.8 * last.size
    return small and piece.text.strip().isdigit() and len(piece.text.strip()) <= 3


def _joined(pieces: list[_Piece], bottom: float, height: float) -> Iterator[Line]:
    text = ""
    last: _Piece | None = None
    for piece in pieces:
        if last and piece.apart and _gap(last, piece) and not text.endswith((" ", "\u00a0")):
            text += " "
        text += piece.text
        last = piece
    text = _LIGATURE_NAME.sub(lambda name: name[1].replace("_", ""), text)
    weight = sum(len(piece.text) for piece in pieces if piece.bold)
    first = pieces[0]
    yield Line(
        text=" ".join(clean(text).split()),
        x=min(piece.x for piece in pieces),
        y=first.y,
        size=round(max(pieces, key=lambda piece: len(piece.text)).size, 1),
        bold=weight > 0.6 * sum(len(piece.text) for piece in pieces),
        height=(first.y - bottom) / height,
    )


def _gap(last: _Piece, piece: _Piece) -> bool:
    """Whether two pieces of one line stand further apart than the first one is wide."""
    width = sum(_letter_width(letter) for letter in last.text.rstrip())
    return piece.x - last.x > (width + _SPACE) * last.size


def _letter_width(letter: str) -> float:
    if letter in "iIjlftr.,:;'’|!-()[]":
        return _NARROW
    if letter in "mwMW@—%":
        return _WIDE
    return _CAPITAL if letter.isupper() else _USUAL


def _marks(reader: Any) -> Iterator[Mark]:
    """The bookmarks with their page (from 0) and depth (from 1)."""
    try:
        waiting = [(entry, 1) for entry in reversed(reader.outline)]
        seen = 0
        while waiting and seen < 5000:
            entry, depth = waiting.pop()
            seen += 1
            if isinstance(entry, list):
                waiting += [(inner, depth + 1) for inner in reversed(entry)]
                continue
            page = reader.get_destination_page_number(entry)
            if page is not None and entry.title:
                yield Mark(str(entry.title), int(page), depth)
    except Exception:  # bookmarks are a help, and broken ones are common: read on without
        logging.getLogger(__name__).debug("bookmarks could not be read", exc_info=True)


def _has_image(page: Any) -> bool:
    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else {}
    objects = resources.get("/XObject")
    return bool(objects is not None and objects.get_object())
