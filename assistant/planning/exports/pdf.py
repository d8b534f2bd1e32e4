"""A plan as a PDF: A4, its own font inside, as large as fits one page or two.

The font (`fonts/`) has the letters of Latin, Greek and Cyrillic writing. What it lacks becomes the
nearest letter, or a mark that is explained at the end.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from assistant.planning.exports.sheet import (
    ONE_PAGE,
    Block,
    Box,
    Guide,
    Row,
    Said,
    Section,
    Sheet,
    sheet,
)
from assistant.planning.plan import SessionPlan

SIZES = (10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5)
"""Points of the plain text, the best first; 6.5 is only taken where nothing else helps."""

HUGE, READABLE = 30_000, 9.0
"""Characters that no type makes fit two pages, and the points in which they are set then."""

INK, MUTED, LINE, ACCENT = "#221f1c", "#5f574f", "#d5ccbf", "#2f6a5c"
CARE, CARE_LINE, SOFT = "#fff6e3", "#d9a441", "#eef4f1"
MISSING = "[?]"
LEAST_NOTES, MOST_NOTES = 2, 16
_FACES = {"Tandem": "Regular", "Tandem-Bold": "SemiBold", "Tandem-Italic": "Italic"}


@dataclass(frozen=True)
class Fit:
    """The type size with which a sheet fits, on how many pages, and the height left on the last."""

    size: float
    pages: int
    room: float


def pdf(plan: SessionPlan, start: datetime | None = None) -> bytes:
    """The plan as a PDF: one page for up to 45 minutes, two for more, more only for huge ones."""
    page = sheet(plan, start)
    fit = fitting(page)
    more = min(int(fit.room // _note_height(fit.size)), MOST_NOTES - LEAST_NOTES)
    made = _laid_out(page, fit.size, LEAST_NOTES + more, fit.pages)
    if made.pages != fit.pages:
        made = _laid_out(page, fit.size, LEAST_NOTES, fit.pages)
    return made.content


def fitting(page: Sheet) -> Fit:
    """The largest type with which the sheet fits as few pages as it should take."""
    if page.length > HUGE:
        return Fit(READABLE, _laid_out(page, READABLE, LEAST_NOTES).pages, 0.0)
    tried = cache(lambda size: _laid_out(page, size, LEAST_NOTES))
    least_for_one = 7.5 if page.minutes <= ONE_PAGE else 9.0
    for most, least in ((1, least_for_one), (2, SIZES[-1])):
        sizes = [size for size in SIZES if size >= least]
        if tried(least).pages <= most:
            # Larger type never needs fewer pages, so half of what is left can be skipped each time.
            size = sizes[bisect_left(sizes, True, key=lambda one: tried(one).pages <= most)]
            return Fit(size, tried(size).pages, tried(size).room)
    return Fit(SIZES[-1], tried(SIZES[-1]).pages, tried(SIZES[-1]).room)


@dataclass(frozen=True)
class _LaidOut:
    """A finished document. `room` is the height in points left on the last page."""

    content: bytes
    pages: int
    room: float


@dataclass
class _Desk:
    """What one layout is made with; `marks` are its bookmarks, `missing` whether a letter is.

    `split_rows` lets a row of a table go on on the next page: only for one longer than a page.
    """

    size: float
    width: float
    split_rows: bool
    marks: list[tuple[int, str]] = field(default_factory=list)
    missing: bool = False

    def words(self, text: str) -> str:
        """Safe for reportlab's markup, with letters that the font has."""
        shown = shown_in(text, _letters())
        self.missing = self.missing or (MISSING in shown and MISSING not in text)
        return escape(shown)

    def bookmark(self, level: int, title: str) -> str:
        """Markup that enters a bookmark where it is drawn."""
        self.marks.append((level, title))
        return f'<onDraw name="bookmarked" label="{len(self.marks) - 1}"/>'

    def paragraph(self, markup: str, **looks: Any) -> Any:
        """A paragraph; `looks` are what differs from the plain style, `size` is relative."""
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph

        size = self.size + looks.pop("size", 0.0)
        plain = {
            "fontName": "Tandem",
            "fontSize": size,
            "leading": size * looks.pop("lead", 1.24),
            "textColor": INK,
            "bulletFontName": "Tandem-Bold",
            "bulletFontSize": size,
            "bulletColor": ACCENT,
            "spaceShrinkage": 0,
        }
        bullet = looks.pop("bullet", None)
        style = ParagraphStyle("plan", **(plain | looks))
        return Paragraph(markup, style, bulletText=bullet)


def shown_in(text: str, letters: frozenset[int]) -> str:
    """The text with what `letters` lack as the nearest letters, else as one "[?]" a stretch."""
    shown: list[str] = []
    for one in text:
        if ord(one) in letters:
            shown.append(one)
        elif near := _nearest(one, letters):
            shown.append(near)
        elif unicodedata.category(one) in {"Mn", "Me", "Cf"}:
            continue
        elif not shown or shown[-1] != MISSING:
            shown.append(MISSING)
    return "".join(shown)


def _nearest(one: str, letters: frozenset[int]) -> str:
    """What a letter is without its accents or its typographic form; "" where nothing is near."""
    parts = unicodedata.normalize("NFKD", one)
    near = "".join(part for part in parts if not unicodedata.combining(part))
    return near if near != one and all(ord(part) in letters for part in near) else ""


@cache
def _letters() -> frozenset[int]:
    """What every face has. The first call registers them."""
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    found: list[frozenset[int]] = []
    for name, face in _FACES.items():
        file = files("assistant.planning.exports").joinpath("fonts", f"FiraSans-{face}.ttf")
        with as_file(file) as path:
            font = TTFont(name, str(path))
        registerFont(font)
        found.append(frozenset(font.face.charToGlyph))
    registerFontFamily("Tandem", "Tandem", "Tandem-Bold", "Tandem-Italic", "Tandem-Bold")
    return frozenset.intersection(*found)


# -- the document ------------------------------------------------------------------------------


def _laid_out(page: Sheet, size: float, notes: int, pages: int = 0) -> _LaidOut:
    """The document with a number of lines for notes; `pages` is what the footer says there are."""
    from reportlab.platypus.doctemplate import LayoutError

    try:
        return _built(page, size, notes, pages, split_rows=False)
    except LayoutError:
        return _built(page, size, notes, pages, split_rows=True)


def _built(page: Sheet, size: float, notes: int, pages: int, split_rows: bool) -> _LaidOut:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    _letters()
    side, top, bottom = 15 * mm, 11 * mm, 13.5 * mm
    frame = Frame(side, bottom, A4[0] - 2 * side, A4[1] - top - bottom, 0, 0, 0, 0, id="plan")
    desk = _Desk(size, A4[0] - 2 * side, split_rows)
    story = _story(page, desk, notes)
    made = BytesIO()
    document = BaseDocTemplate(
        made,
        pagesize=A4,
        title=page.title,
        author="Tandem",
        creator="Tandem",
        lang={"en": "en-GB", "de": "de-DE"}[page.language],
    )
    document.addPageTemplates(
        PageTemplate(frames=[frame], onPage=_dressing(page, desk, side, pages))
    )
    left = [0.0]
    document.afterFlowable = lambda _: left.__setitem__(0, document.frame._y - frame._y1p)
    document.build(story)
    return _LaidOut(made.getvalue(), document.page, left[0])


def _dressing(page: Sheet, desk: _Desk, side: float, pages: int) -> Callable[[Any, Any], None]:
    """What each page has besides the story: its footer, and the way to enter bookmarks."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm

    entered: set[str] = set()

    def bookmarked(canvas: Any, _kind: str, label: str) -> None:
        level, title = desk.marks[int(label)]
        if label in entered:  # the head of the agenda is drawn anew on each page
            return
        entered.add(label)
        key = f"mark-{label}"
        canvas.bookmarkHorizontal(key, 0, desk.size * 1.6)
        canvas.addOutlineEntry(title, key, level)

    def dress(canvas: Any, document: Any) -> None:
        canvas.setNamedCB("bookmarked", bookmarked)
        canvas.setFont("Tandem", 7)
        canvas.setFillColor(MUTED)
        if not page.instead:
            canvas.drawString(side, 8.5 * mm, page.words["footer"])
        place = page.words["page_of"].format(page=document.page, pages=pages)
        canvas.drawRightString(A4[0] - side, 8.5 * mm, place)

    return dress


def _story(page: Sheet, desk: _Desk, notes: int) -> list[Any]:
    if page.instead:
        story = [desk.paragraph(desk.bookmark(0, page.title), lead=0.1)]
        story += _told(page.instead, desk, size=1, spaceAfter=desk.size * 0.6)
        return [*story, *_explained(page, desk)]
    story = _head(page, desk)
    for box in page.boxes:
        story += [_box(box, desk), _gap(desk, 0.7)]
    story.append(_agenda(page, desk))
    story.append(_gap(desk, 0.6))
    if page.sections:
        story += [_columns(page.sections, desk), _gap(desk, 0.6)]
    story += _notes(page, desk, notes)
    if page.guides:
        markup = f"<b>{desk.words(page.words['sources'])}</b>"
        markup += "".join(f" &nbsp; {_guide(one, desk)}" for one in page.guides)
        story += [_gap(desk, 0.6), desk.paragraph(markup, size=-2, textColor=MUTED)]
    return [*story, *_explained(page, desk)]


def _guide(guide: Guide, desk: _Desk) -> str:
    places = ", ".join(
        f'<font color="{ACCENT}">[{number}]</font>&nbsp;{desk.words(place)}'
        for number, place in guide.places
    )
    return f'<font color="{INK}">{desk.words(guide.title)}</font> › {places}'


def _explained(page: Sheet, desk: _Desk) -> list[Any]:
    """What the mark for a missing letter stands for, where there is one."""
    if not desk.missing:
        return []
    return [desk.paragraph(escape(page.words["missing"]), size=-2, textColor=MUTED)]


def _gap(desk: _Desk, lines: float) -> Any:
    from reportlab.platypus import Spacer

    return Spacer(1, desk.size * lines)


def _head(page: Sheet, desk: _Desk) -> list[Any]:
    title = desk.bookmark(0, page.title) + desk.words(page.heading)
    head = [
        desk.paragraph(title, size=desk.size * 0.9, lead=1.15, fontName="Tandem-Bold"),
        _gap(desk, 0.1),
        desk.paragraph(desk.words(page.facts), size=1, textColor=ACCENT),
        _gap(desk, 0.9),
    ]
    cells = []
    if page.aim:
        cells.append(
            [_label(page.words["aim"], desk), desk.paragraph(desk.words(page.aim), size=0.7)]
        )
    if page.prepare:
        cells.append(_section(page.prepare, desk))
    if cells:
        head += [_side_by_side(cells, desk), _gap(desk, 0.9)]
    return head


def _label(text: str, desk: _Desk, level: int | None = None, color: str = ACCENT) -> Any:
    mark = desk.bookmark(level, text) if level is not None else ""
    return desk.paragraph(
        mark + desk.words(text),
        fontName="Tandem-Bold",
        textColor=color,
        spaceAfter=desk.size * 0.15,
    )


def _said(line: Said, desk: _Desk) -> str:
    number = f'<font size="{desk.size - 2}" color="{MUTED}">[{line.number}]</font>'
    return desk.words(line.text) + (f"&nbsp;{number}" if line.number is not None else "")


def _list(lines: Iterable[Said], desk: _Desk, bullet: str = "•") -> list[Any]:
    return [
        desk.paragraph(
            _said(line, desk),
            bullet=bullet,
            leftIndent=desk.size * 0.85,
            spaceBefore=desk.size * 0.12,
        )
        for line in lines
    ]


def _section(section: Section, desk: _Desk, level: int = 0) -> list[Any]:
    if section.ticks:
        lines = [_tick(line, desk) for line in section.lines]
    else:
        lines = _list(section.lines, desk)
    # A heading never stands alone at the end of a page.
    head = _table([[_label(section.heading, desk, level)], [lines[0]]], ["*"], _TOGETHER, desk)
    return [head, *lines[1:]]


_TOGETHER = [("NOSPLIT", (0, 0), (-1, -1))]


def _tick(line: Said, desk: _Desk) -> Any:
    """A line with a small square to tick."""
    from reportlab.graphics.shapes import Drawing, Rect

    side = desk.size * 0.72
    square = Drawing(side, desk.size * 1.05)
    square.add(
        Rect(0.3, 0, side, side, strokeColor=_color(ACCENT), strokeWidth=0.7, fillColor=None)
    )
    words = desk.paragraph(_said(line, desk))
    return _table(
        [[square, words]], [desk.size * 1.35, "*"], [], desk, spaceBefore=desk.size * 0.12
    )


def _color(code: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(code)


def _columns(sections: Sequence[Section], desk: _Desk) -> Any:
    """Sections in two columns, read down the first and then down the second."""
    made = [_section(section, desk) for section in sections]
    if len(made) == 1:
        return _side_by_side(made, desk)
    heights = [sum(one.wrap(desk.width / 2, 10_000)[1] for one in section) for section in made]
    parted = min(range(1, len(made)), key=lambda at: max(sum(heights[:at]), sum(heights[at:])))
    return _side_by_side([_stacked(made[:parted], desk), _stacked(made[parted:], desk)], desk)


def _stacked(sections: Sequence[list[Any]], desk: _Desk) -> list[Any]:
    column: list[Any] = []
    for section in sections:
        column += [_gap(desk, 0.6), *section] if column else section
    return column


def _table(
    rows: list[list[Any]],
    widths: Sequence[Any],
    looks: list[Any],
    desk: _Desk,
    split_rows: bool = False,
    **more: Any,
) -> Any:
    from reportlab.platypus import Table

    plain = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
    split = int(split_rows or desk.split_rows)
    return Table(rows, widths, style=[*plain, *looks], splitInRow=split, **more)


def _side_by_side(cells: list[list[Any]], desk: _Desk) -> Any:
    gap = 14
    width = (desk.width - gap * (len(cells) - 1)) / len(cells)
    widths = [width + gap] * (len(cells) - 1) + [width]
    return _table([cells], widths, [("RIGHTPADDING", (0, 0), (-2, -1), gap)], desk, split_rows=True)


def _box(box: Box, desk: _Desk) -> Any:
    inner = [
        _label(box.heading, desk, 0, INK if box.care else ACCENT),
        *_told(box.blocks, desk, spaceBefore=desk.size * 0.15),
        *_list(box.lines, desk),
    ]
    line, ground = (CARE_LINE, CARE) if box.care else (ACCENT, SOFT)
    pad = desk.size * 0.8
    return _table(
        [[inner]],
        [desk.width],
        [
            ("BACKGROUND", (0, 0), (-1, -1), ground),
            ("LINEBEFORE", (0, 0), (0, -1), 2.5, line),
            ("LEFTPADDING", (0, 0), (-1, -1), pad * 1.2),
            ("RIGHTPADDING", (0, 0), (-1, -1), pad),
            ("TOPPADDING", (0, 0), (-1, -1), pad * 0.7),
            ("BOTTOMPADDING", (0, 0), (-1, -1), pad * 0.9),
        ],
        desk,
    )


def _told(blocks: Iterable[Block], desk: _Desk, **looks: Any) -> list[Any]:
    return [_block(block, desk, looks) for block in blocks]


def _block(block: Block, desk: _Desk, looks: dict[str, Any]) -> Any:
    markup = "".join(
        f"<b>{desk.words(words)}</b>" if bold else desk.words(words) for words, bold in block.pieces
    )
    own: dict[str, dict[str, Any]] = {
        "paragraph": {},
        "item": {"bullet": "•", "leftIndent": desk.size * 0.85},
        "heading": {"fontName": "Tandem-Bold", "size": 1.5},
        "quote": {"fontName": "Tandem-Italic", "leftIndent": desk.size * 1.5},
    }
    return desk.paragraph(markup, **(looks | own[block.kind]))


# -- the agenda --------------------------------------------------------------------------------


def _agenda(page: Sheet, desk: _Desk) -> Any:
    titles = page.words["columns"]
    mark = desk.bookmark(0, page.words["agenda"])
    header = [
        desk.paragraph(lead + desk.words(titles[key]), size=-1.2, textColor=MUTED)
        for key, lead in (("time", mark), ("doing", ""), ("saying", ""))
    ]
    time = desk.size * 6.6
    rest = desk.width - time
    looks: list[Any] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
        ("TOPPADDING", (0, 1), (-1, -1), desk.size * 0.38),
        ("BOTTOMPADDING", (0, 0), (-1, -1), desk.size * 0.45),
        ("RIGHTPADDING", (0, 0), (1, -1), 12),
    ]
    for at, row in enumerate(page.rows, 1):
        if not (row.say or row.ask):
            looks.append(("SPAN", (1, at), (2, at)))
    made = [
        _table(
            [header, *(_row(row, desk) for row in page.rows)],
            [time, rest * share, rest * (1 - share)],
            looks,
            desk,
            repeatRows=1,
        )
        for share in _shares(page)
    ]
    return made[0] if len(made) == 1 else min(made, key=lambda one: one.wrap(desk.width, 10_000)[1])


def _shares(page: Sheet) -> tuple[float, ...]:
    """Widths of the middle column that are worth trying, as shares; one where nothing is beside."""
    return (0.5, 0.56, 0.62) if any(row.say or row.ask for row in page.rows) else (0.56,)


def _row(row: Row, desk: _Desk) -> list[Any]:
    when = [
        desk.paragraph(desk.words(row.clock), fontName="Tandem-Bold"),
        desk.paragraph(desk.words(row.minutes), size=-1, textColor=MUTED),
    ]
    title = desk.bookmark(1, row.title) + desk.words(row.title)
    doing = [desk.paragraph(title, size=0.8, fontName="Tandem-Bold")]
    if row.purpose:
        doing.append(desk.paragraph(desk.words(row.purpose), size=-0.3, textColor=MUTED))
    if row.note:
        doing.append(desk.paragraph(desk.words(row.note), size=-0.3, fontName="Tandem-Italic"))
    doing += _list(row.how, desk)
    saying = [*_list(row.say, desk), *_list(row.ask, desk, "?")]
    return [when, doing, saying]


# -- lines to write on -------------------------------------------------------------------------


def _note_height(size: float) -> float:
    """A line that a pen has room on."""
    return max(19.0, size * 2)


def _notes(page: Sheet, desk: _Desk, count: int) -> list[Any]:
    height = _note_height(desk.size)
    ruled = _table(
        [[""] for _ in range(count)],
        [desk.width],
        [("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)],
        desk,
        rowHeights=[height * 0.8, *[height] * (count - 1)],
    )
    return [_label(page.words["notes"], desk, 0), ruled]
