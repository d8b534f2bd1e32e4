"""Small real files in every format, made when a test needs them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


def write_docx(path: Path) -> None:
    """Title, two levels of headings, a list, a table, bold label."""
    import docx

    document = docx.Document()
    document.add_heading("Zuhören im Tandem", 0)
    document.add_heading("Vorbereitung", 1)
    document.add_paragraph("Suche einen ruhigen Ort für euer Treffen.")
    document.add_heading("Fragen", 2)
    document.add_paragraph("Was beschäftigt dich gerade?", style="List Bullet")
    document.add_paragraph("Was wünschst du dir?", style="List Bullet")
    label = document.add_paragraph()
    label.add_run("Danach:").bold = True
    document.add_paragraph("Haltet fest, was ihr vereinbart habt.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "Dauer"
    table.rows[0].cells[1].text = "45 Minuten"
    document.save(str(path))


def write_pptx(path: Path) -> None:
    """A cover slide and one with a title, bullets and notes."""
    from pptx import Presentation

    deck = Presentation()
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = "Giving feedback"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Three steps"
    frame = slide.placeholders[1].text_frame
    frame.text = "Say what you saw"
    paragraph = frame.add_paragraph()
    paragraph.text = "Say what it did to you"
    slide.notes_slide.notes_text_frame.text = "Leave time for practice in pairs."
    deck.save(str(path))


def write_odt(path: Path) -> None:
    """Two headings, a paragraph and a list."""
    from odfdo import Document, Header, List, Paragraph

    document = Document("text")
    document.body.clear()
    document.body.append(Header(1, "Grenzen achten"))
    document.body.append(Paragraph("Du bist Mentor:in und keine Therapeutin."))
    document.body.append(Header(2, "Wann du Hilfe holst"))
    document.body.append(List(["Wenn jemand in Gefahr ist", "Wenn du nicht weiterweißt"]))
    document.save(str(path))


def pdf_bytes(pages: list[list[tuple[str, int, int, int]]]) -> bytes:
    """A PDF whose pages hold (text, size, x, y) lines; negative sizes are set in bold."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    resources = DictionaryObject()
    for name, base in (("/F1", "/Helvetica"), ("/F2", "/Helvetica-Bold")):
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject(base),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
        resources[NameObject(name)] = writer._add_object(font)
    for lines in pages:
        page = writer.add_blank_page(width=595, height=842)
        stream = DecodedStreamObject()
        stream.set_data(
            b"\n".join(
                f"BT /{'F2' if size < 0 else 'F1'} {abs(size)} Tf 1 0 0 1 {x} {y} Tm (".encode()
                + text.encode("cp1252")
                + b") Tj ET"
                for text, size, x, y in lines
            )
        )
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): resources})
        page[NameObject("/Contents")] = writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def guide_pdf() -> bytes:
    """Three pages with running head, page numbers, headings, a broken word and bullets."""

    def page(number: int, *lines: tuple[str, int, int, int]) -> list[tuple[str, int, int, int]]:
        return [("Handbook for mentors", 9, 70, 810), *lines, (str(number), 9, 290, 30)]

    return pdf_bytes(
        [
            page(
                1,
                ("Building trust", -20, 70, 740),
                (
                    "Trust grows slowly, in small steps, and it needs you both. Keep your ver-",
                    11,
                    70,
                    700,
                ),
                ("trauen alive by doing what you said, every week, in Peer-", 11, 70, 686),
                ("Mentoring and elsewhere.", 11, 70, 672),
            ),
            page(
                2,
                ("Small steps", -15, 70, 740),
                ("• Be on time", 11, 80, 710),
                (
                    "• Write down what you promise, even if it seems to be too small to be",
                    11,
                    80,
                    696,
                ),
                ("written down", 11, 90, 682),
            ),
            page(
                3,
                ("When it breaks", -15, 70, 740),
                ("Say what happened and what you will do now.", 11, 70, 710),
            ),
        ]
    )


def image_pdf() -> bytes:
    """A page that shows a picture and no text."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject

    writer = PdfWriter(PdfReader(io.BytesIO(pdf_bytes([[]]))))
    image = DecodedStreamObject()
    image.set_data(b"\xff\x00\x00")
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(1),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    objects = DictionaryObject({NameObject("/Im1"): writer._add_object(image)})
    writer.pages[0][NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(guide_pdf())))
    writer.encrypt("secret", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def locked_docx() -> bytes:
    """The outside of a password-protected docx: the old container with an encrypted package."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )


def bomb_docx() -> bytes:
    """A docx that packs 400 MB of blanks into less than half a megabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("word/document.xml", "w", force_zip64=True) as entry:
            for _ in range(40):
                entry.write(b" " * 1_000_000)
        archive.writestr("[Content_Types].xml", "<Types/>")
    return buffer.getvalue()
