"""A plan as a Word file that can be written in: real styles, a table for the agenda, A4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from assistant.planning.exports.pdf import (
    ACCENT,
    CARE,
    CARE_LINE,
    INK,
    LINE,
    MUTED,
    SOFT,
    fitting,
)
from assistant.planning.exports.sheet import Block, Box, Row, Said, Section, Sheet, sheet
from assistant.planning.plan import SessionPlan

if TYPE_CHECKING:
    from docx.document import Document

FACE = "Arial"
"""On every system, or there in one with the same widths."""

LONGEST_TITLE = 255
"""Characters that the format allows."""

WIDTH, SIDE = 178.0, 16.0
"""Millimetres: the text's width, and the margin on both sides of it."""

_LANGUAGES = {"en": "en-GB", "de": "de-DE"}
_LIST, _TICK, _ASK = "List Bullet", "Tick", "Question"


def word(plan: SessionPlan, start: datetime | None = None) -> bytes:
    """The plan as docx, in the type size in which the PDF fits its pages."""
    from docx import Document

    page = sheet(plan, start)
    fit = fitting(page)
    document = Document()
    _set_up(document, page, max(fit.size - 0.5, 6.5))  # Arial is wider than the PDF's font
    if page.instead:
        _told(page.instead, document, document)
    else:
        _write(page, document, lines=min(2 + int(fit.room // 32), 14))
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _write(page: Sheet, document: Document, lines: int) -> None:
    document.add_paragraph(page.heading, style="Title")
    document.add_paragraph(page.facts, style="Subtitle")
    _head(page, document)
    for box in page.boxes:
        _box(box, document)
    document.add_paragraph(page.words["agenda"], style="Heading 1")
    _agenda(page, document)
    if page.sections:
        _columns(document, 2)
        for section in page.sections:
            _section(section, document)
        _columns(document, 1)
    document.add_paragraph(page.words["notes"], style="Heading 1")
    _notes(document, lines)
    if page.guides:
        place = document.add_paragraph(style="Source")
        place.add_run(page.words["sources"]).bold = True
        for guide in page.guides:
            place.add_run(f"   {guide.text}")
    document.add_paragraph(page.words["footer"], style="Source")


# -- styles and page ---------------------------------------------------------------------------


def _set_up(document: Document, page: Sheet, size: float) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(SIDE)
    section.top_margin, section.bottom_margin = Mm(12), Mm(14)
    section.header_distance, section.footer_distance = Mm(6), Mm(7)
    _styles(document, page.language, size)
    facts = document.core_properties
    facts.title, facts.author, facts.comments = page.title[:LONGEST_TITLE], "Tandem", ""
    facts.language = _LANGUAGES[page.language]
    _footer(document, page)


def _styles(document: Document, language: str, size: float) -> None:
    look = _Look(document, size)
    look.style("Normal", 0, INK)
    look.style("Title", size * 0.8, INK, bold=True, after=0.1)
    look.style("Subtitle", 1, ACCENT, after=0.6)
    look.style("Heading 1", 0.5, ACCENT, bold=True, before=0.7, after=0.15)
    look.style("Heading 2", 0.5, INK, bold=True)
    look.style(_LIST, 0, INK, hanging=0.9)
    look.style(_TICK, 0, INK, hanging=1.5)
    look.style(_ASK, 0, INK, hanging=0.9)
    look.style("Lead", 0.5, INK)
    look.style("Quote", 0, INK, italic=True)
    look.style("Purpose", -0.5, MUTED)
    look.style("Advice", -0.5, INK, italic=True)
    look.style("Clock", 0, INK, bold=True)
    look.style("Column", -1, MUTED)
    look.style("Source", -1.5, MUTED, before=0.4)
    look.style("Between", -size + 3, INK)
    look.style("Footer", -1.5, MUTED)
    _speak(document.styles["Normal"].element, _LANGUAGES[language])


class _Look:
    """Sets styles in relation to the plain type's size."""

    def __init__(self, document: Document, size: float) -> None:
        self._styles, self._size = document.styles, size

    def style(
        self,
        name: str,
        more: float,
        color: str,
        *,
        bold: bool = False,
        italic: bool = False,
        before: float = 0,
        after: float = 0,
        hanging: float = 0,
    ) -> None:
        """A style, made where the template lacks it; distances are in lines."""
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Pt, RGBColor

        if name not in [style.name for style in self._styles]:
            self._styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = self._styles[
                "Normal"
            ]
        style: Any = self._styles[name]
        font, layout = style.font, style.paragraph_format
        font.size, font.bold, font.italic = Pt(round((self._size + more) * 2) / 2), bold, italic
        font.color.rgb = RGBColor.from_string(color.lstrip("#").upper())
        _face(style.element)
        layout.space_before, layout.space_after = Pt(before * self._size), Pt(after * self._size)
        layout.line_spacing = 1.07
        if hanging:
            layout.left_indent = Pt(hanging * self._size)
            layout.first_line_indent = Pt(-hanging * self._size)
        _plain(style.element)


def _face(style: Any) -> None:
    """The typeface, also where the template names one of its theme."""
    from docx.oxml.ns import qn

    fonts = style.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FACE)


def _plain(style: Any) -> None:
    """Without the template's rules, wide letters, and list marks of its own."""
    from docx.oxml.ns import qn

    for place, names in (
        (style.get_or_add_pPr(), ("w:pBdr", "w:numPr", "w:contextualSpacing")),
        (style.get_or_add_rPr(), ("w:spacing", "w:kern")),
    ):
        for name in names:
            for found in place.findall(qn(name)):
                place.remove(found)


def _speak(style: Any, language: str) -> None:
    style.get_or_add_rPr().append(_element("w:lang", val=language, eastAsia=language))


def _footer(document: Document, page: Sheet) -> None:
    """ "Tandem · page x of y", counted by the word processor."""
    place = document.sections[0].footer.paragraphs[0]
    place.style = document.styles["Footer"]
    place.alignment = 2
    for at, part in enumerate(_around_fields(page.words["page_of"])):
        if at % 2:
            place._p.append(_field(part))
        else:
            place.add_run(part)


def _around_fields(text: str) -> list[str]:
    """Words and, at odd places, the names of the fields between them."""
    before, rest = text.split("{page}")
    between, after = rest.split("{pages}")
    return [before, "PAGE", between, "NUMPAGES", after]


def _field(name: str) -> Any:
    field = _element("w:fldSimple", instr=name)
    run, shown = _element("w:r"), _element("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    return field


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _columns(document: Document, count: int) -> None:
    """What follows stands in a number of columns, on the same page."""
    from docx.enum.section import WD_SECTION
    from docx.oxml.ns import qn

    properties = document.add_section(WD_SECTION.CONTINUOUS)._sectPr
    for old in properties.findall(qn("w:cols")):
        properties.remove(old)
    properties.append(_element("w:cols", num=str(count), space="400"))


# -- parts -------------------------------------------------------------------------------------


def _head(page: Sheet, document: Document) -> None:
    if not page.prepare:
        if page.aim:
            document.add_paragraph(page.words["aim"], style="Heading 1")
            document.add_paragraph(page.aim, style="Lead")
        return
    left, right = _table(document, [WIDTH / 2, WIDTH / 2]).add_row().cells
    _first(left, page.words["aim"] if page.aim else "", "Heading 1")
    if page.aim:
        left.add_paragraph(page.aim, style="Lead")
    _section(page.prepare, right)
    _close(document)


def _section(section: Section, place: Any) -> None:
    _first(place, section.heading, "Heading 1").paragraph_format.keep_with_next = True
    _list(section.lines, place, _TICK if section.ticks else _LIST)


def _first(place: Any, text: str, style: str) -> Any:
    """A paragraph; in a cell that is still empty, its first one."""
    found = place.paragraphs
    if len(found) == 1 and not found[0].text and not hasattr(place, "core_properties"):
        found[0].text, found[0].style = text, place.part.document.styles[style]
        return found[0]
    return place.add_paragraph(text, style=style)


def _list(lines: Iterable[Said], place: Any, style: str) -> None:
    mark = {_LIST: "•", _TICK: "☐", _ASK: "?"}[style]
    for line in lines:
        paragraph = _first(place, "", style)
        run = paragraph.add_run(mark)
        run.bold = style == _ASK
        _painted(run, ACCENT)
        paragraph.add_run(f"\t{line.text}")
        if line.number is not None:
            _painted(paragraph.add_run(f"\u00a0[{line.number}]"), MUTED, smaller=True)


def _painted(run: Any, color: str, smaller: bool = False) -> None:
    from docx.shared import Pt, RGBColor

    run.font.color.rgb = RGBColor.from_string(color.lstrip("#").upper())
    if smaller:
        run.font.size = Pt(6.5)


def _told(blocks: Iterable[Block], place: Any, document: Document) -> None:
    styles = {"paragraph": "Normal", "item": _LIST, "heading": "Heading 1", "quote": "Quote"}
    for block in blocks:
        paragraph = _first(place, "", styles[block.kind])
        if block.kind == "item":
            paragraph.add_run("•\t")
        for words, bold in block.pieces:
            paragraph.add_run(words).bold = bold or None
        paragraph.paragraph_format.space_after = document.styles["Normal"].font.size // 4


def _box(box: Box, document: Document) -> None:
    line, ground = (CARE_LINE, CARE) if box.care else (ACCENT, SOFT)
    cell = _table(document, [WIDTH]).add_row().cells[0]
    _dress(cell, ground=ground, left=line)
    heading = _first(cell, box.heading, "Heading 1")
    heading.paragraph_format.space_before = 0
    _told(box.blocks, cell, document)
    _list(box.lines, cell, _LIST)
    _close(document)


def _agenda(page: Sheet, document: Document) -> None:
    widths = [22.0, (WIDTH - 22) * 0.56, (WIDTH - 22) * 0.44]
    table = _table(document, widths)
    header = table.add_row()
    for cell, key in zip(header.cells, ("time", "doing", "saying"), strict=True):
        _first(cell, page.words["columns"][key], "Column")
        _dress(cell, below=ACCENT)
    header._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for row in page.rows:
        _row(row, table.add_row())
    _close(document)


def _row(row: Row, made: Any) -> None:
    made._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    time, doing, saying = made.cells
    if not (row.say or row.ask):
        doing = doing.merge(saying)
    for cell in (time, doing, saying):
        _dress(cell, below=LINE)
    _first(time, row.clock, "Clock")
    time.add_paragraph(row.minutes, style="Purpose")
    _first(doing, row.title, "Heading 2")
    for text, style in ((row.purpose, "Purpose"), (row.note, "Advice")):
        if text:
            doing.add_paragraph(text, style=style)
    _list(row.how, doing, _LIST)
    _list(row.say, saying, _LIST)
    _list(row.ask, saying, _ASK)


def _notes(document: Document, lines: int) -> None:
    from docx.shared import Mm

    table = _table(document, [WIDTH])
    for _ in range(lines):
        row = table.add_row()
        row.height = Mm(7)
        _dress(row.cells[0], below=LINE)


# -- tables ------------------------------------------------------------------------------------


def _table(document: Document, widths: Sequence[float]) -> Any:
    """An empty table without borders; its columns keep their widths."""
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=len(widths))
    table.autofit = False
    margins = _element("w:tblCellMar")
    margins.append(_element("w:left", w="0", type="dxa"))
    margins.append(_element("w:right", w="140", type="dxa"))
    table._tbl.tblPr.append(margins)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _close(document: Document) -> None:
    """Word needs a paragraph between two tables; this one is low."""
    document.add_paragraph(style="Between")


def _dress(cell: Any, ground: str = "", left: str = "", below: str = "") -> None:
    """A cell's ground, its line at the left, and the line below it."""
    properties = cell._tc.get_or_add_tcPr()
    borders = _element("w:tcBorders")
    if left:
        borders.append(_element("w:left", val="single", sz="24", color=left.lstrip("#")))
    if below:
        borders.append(_element("w:bottom", val="single", sz="4", color=below.lstrip("#")))
    properties.append(borders)
    if ground:
        properties.append(_element("w:shd", val="clear", color="auto", fill=ground.lstrip("#")))
    margins = _element("w:tcMar")
    margins.append(_element("w:top", w="50", type="dxa"))
    if left:
        margins.append(_element("w:left", w="160", type="dxa"))
    margins.append(_element("w:bottom", w="60", type="dxa"))
    properties.append(margins)
