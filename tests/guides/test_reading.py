"""Reading files into guides: each format, each kind of dirt, each kind of bad file."""

from __future__ import annotations

import socket
import unicodedata
from pathlib import Path

import guide_files as files
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import UnreadableGuide
from assistant.guides.characters import clean, decode
from assistant.guides.limits import Limits
from assistant.guides.reading import SUFFIXES, read_guide
from assistant.guides.text import Block, Guide, compose
from assistant.guides.unreadable import REASONS


@pytest.fixture
def guide_of(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Write bytes or text under a name and read the file."""

    def read(name: str, content: bytes | str, **limits: int) -> Guide:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_guide(path, Limits(**limits))

    return read


def passage(guide: Guide, *heading_path: str) -> str:
    """The text of the section at exactly this heading path."""
    for section in guide.sections:
        if section.heading_path == heading_path:
            return guide.text[section.start : section.end]
    raise AssertionError(f"{heading_path} not in {[s.heading_path for s in guide.sections]}")


def made(tmp_path: Path, name: str) -> Guide:
    path = tmp_path / name
    writers = {".docx": files.write_docx, ".pptx": files.write_pptx, ".odt": files.write_odt}
    if path.suffix in writers:
        writers[path.suffix](path)
    else:
        path.write_bytes(files.guide_pdf())
    return read_guide(path)


@pytest.mark.parametrize(
    ("name", "title", "language", "heading_path", "text", "page"),
    [
        (
            "a.docx",
            "Zuhören im Tandem",
            "de",
            ("Vorbereitung", "Fragen"),
            "- Was beschäftigt dich gerade?\n- Was wünschst du dir?",
            None,
        ),
        (
            "a.docx",
            "Zuhören im Tandem",
            "de",
            ("Vorbereitung", "Fragen", "Danach"),
            "Haltet fest, was ihr vereinbart habt.\n\nDauer | 45 Minuten",
            None,
        ),
        (
            "a.pptx",
            "Giving feedback",
            "en",
            ("Giving feedback", "Three steps"),
            "- Say what you saw\n- Say what it did to you\n\nLeave time for practice in pairs.",
            2,
        ),
        (
            "a.odt",
            "Grenzen achten",
            "de",
            ("Grenzen achten", "Wann du Hilfe holst"),
            "- Wenn jemand in Gefahr ist\n- Wenn du nicht weiterweißt",
            None,
        ),
        (
            "a.pdf",
            "Building trust",
            "en",
            ("Building trust", "Small steps"),
            "- Be on time\n- Write down what you promise, even if it seems to be too small to be "
            "written down",
            2,
        ),
        (
            "a.pdf",
            "Building trust",
            "en",
            ("Building trust", "When it breaks"),
            "Say what happened and what you will do now.",
            3,
        ),
    ],
)
def test_each_format_keeps_headings_lists_and_pages(
    tmp_path: Path,
    name: str,
    title: str,
    language: str,
    heading_path: tuple[str, ...],
    text: str,
    page: int | None,
) -> None:
    guide = made(tmp_path, name)
    assert (guide.title, guide.language) == (title, language)
    assert passage(guide, *heading_path) == text
    assert {s.page for s in guide.sections if s.heading_path == heading_path} == {page}


def test_pdf_words_broken_at_a_line_end_are_joined_and_compounds_keep_their_hyphen(
    tmp_path: Path,
) -> None:
    text = made(tmp_path, "a.pdf").text
    assert "Keep your vertrauen alive" in text
    assert "in Peer-Mentoring and elsewhere." in text


def test_pdf_running_heads_and_page_numbers_are_no_text(tmp_path: Path) -> None:
    guide = made(tmp_path, "a.pdf")
    assert "Handbook for mentors" not in guide.text
    assert [page for _, page in guide.pages] == [1, 2, 3]


def test_a_pdf_list_of_contents_is_no_text(guide_of) -> None:
    contents = [
        ("Contents", -14, 70, 740),
        ("1 First meeting . . . . . . . . . . . . . 2", 11, 70, 710),
        ("2 Listening . . . . . . . . . . . . . . . 3", 11, 70, 696),
        ("3 Saying goodbye . . . . . . . . . . . . 4", 11, 70, 682),
    ]
    body = [("First meeting", -14, 70, 740), ("Arrive early and bring time.", 11, 70, 710)]
    guide = guide_of("a.pdf", files.pdf_bytes([contents, body]))
    assert "Saying goodbye" not in guide.text
    assert "Arrive early" in guide.text


MARKDOWN = [
    ("---\ntitle: \"Vom Zuhören\"\ntags: [a]\n---\nText.", "Vom Zuhören", "Text."),
    ("+++\ntitle = 'Mut'\n+++\n\nText.", "Mut", "Text."),
    ("Kopf\n====\n\nText\nzwei.", "Kopf", "# Kopf\n\nText zwei."),
    ("# A\n\nSee [the guide]({{ site.url }}/x) now.", "A", "# A\n\nSee the guide now."),
    ("# A\n\n{% include nav.html %}\n\nText {{ page.x }}here.", "A", "# A\n\nText here."),
    ("# A\n\n{% for p in q %}\n- {{ p }}\n{% endfor %}\nEnd.", "A", "# A\n\nEnd."),
    ("# A\n{: .no_toc}\n\nText.{: .big}\n", "A", "# A\n\nText."),
    ("# A\n\n* toc\n{:toc}\n\nText.", "A", "# A\n\nText."),
    ("# A\n\n<!-- hidden\n\nnote -->\n\nText.", "A", "# A\n\nText."),
    ("# A\n\n**Bold** and *soft* and `code` and ~~gone~~.", "A", None),
    ("# A\n\n!!! note \"Mind\"\n    Be kind.\n\nEnd.", "A", "# A\n\n## Mind\n\nBe kind.\n\nEnd."),
    ("# A\n\n:::note Mind\nBe kind.\n:::\n", "A", "# A\n\n## Mind\n\nBe kind."),
    ("# A\n\n> [!NOTE] Be kind.", "A", "# A\n\n> Be kind."),
    ("# A\n\n![badge](https://x/y.svg) Text[^1].\n\n[ref]: http://x\n", "A", "# A\n\nText."),
    ("# A\n\n<p align='center'><b>Loud</b> and <br>plain</p>", "A", "# A\n\nLoud and plain"),
    ("# A\n\n{{< box title=\"Frage\" >}}\nText.\n{{< /box >}}", "A", "# A\n\n## Frage\n\nText."),
    ("# A\n\n**Questions:**\n\n1. One\n2. Two", "A", "# A\n\n## Questions\n\n1. One\n2. Two"),
    ("# A\n\n- one\n  - two\n- three", "A", "# A\n\n- one\n  - two\n- three"),
    ("# A\n\n|Day|Do|\n|-|-|\n|Mon|walk|", "A", "# A\n\nDay | Do\nMon | walk"),
    ("# A\n\n## Contents\n\n- [a](#a)\n- [b](#b)\n- [c](#c)\n\n## a\n\nText.", "A",
     "# A\n\n## a\n\nText."),
    ("# A\n\nText.\n\n[Next](b.md) | [Previous](c.md)", "A", "# A\n\nText."),
    ("# A\n\n- [Book](https://a.org)\n- [Two](https://b.org)\n- [C](https://c.org)", "A",
     "# A\n\n- Book\n- Two\n- C"),
    ("# A\n\nSay :tada: to Mentor:innen: hello.", "A", "# A\n\nSay to Mentor:innen: hello."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "title", "text"), MARKDOWN)
def test_markdown_is_cleaned(guide_of, source: str, title: str, text: str | None) -> None:
    guide = guide_of("a.md", source)
    assert guide.title == title
    assert guide.text == (text or "# A\n\nBold and soft and code and gone.")


PAGE = """<!doctype html><html lang="en"><head><title>Meeting tips - Site</title>
<script>alert("script text")</script><style>p{}</style></head><body>
<nav><a href="/">Start page</a></nav><div class="cookie-banner">We use cookies</div>
<main><h1>Meeting tips</h1><p>Arrive <b>early</b>.<img src="http://192.0.2.1/spy.png"></p>
<h2>Before</h2><ol><li>Tidy up<ul><li>Chairs</li></ul></li><li>Breathe</li></ol>
<blockquote><p>Less is more.</p></blockquote><dl><dt>Tandem</dt><dd>a pair</dd></dl>
<p style="display:none">hidden words</p><a href="/edit">Edit this page</a></main>
<footer>Imprint</footer><iframe src="http://192.0.2.1/x"></iframe></body></html>"""


def test_a_web_page_gives_its_own_text_and_nothing_around_it(guide_of) -> None:
    guide = guide_of("a.html", PAGE)
    assert guide.title == "Meeting tips"
    assert guide.text == (
        "# Meeting tips\n\nArrive early.\n\n## Before\n\n1. Tidy up\n  - Chairs\n2. Breathe\n\n"
        "> Less is more.\n\nTandem: a pair"
    )


def test_nothing_is_fetched_and_no_entity_is_opened(guide_of, monkeypatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    entity = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><html><p>Hello there &e;</p></html>'
    )
    assert "secret" not in guide_of("a.html", entity).text
    assert "spy" not in guide_of("b.md", PAGE).text


def test_plain_text_has_paragraphs_lists_and_underlined_headings(guide_of) -> None:
    guide = guide_of(
        "first_meeting-notes.txt",
        "BEFORE YOU START\n\nTake\ntime.\n\n- one\n- two\n\nLater\n-----\n\n1) walk\n2) talk\n",
    )
    assert guide.title == "BEFORE YOU START"
    assert passage(guide, "BEFORE YOU START") == "Take time.\n\n- one\n- two"
    assert passage(guide, "Later") == "1. walk\n2. talk"


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("first_meeting-notes.md", "Just a line of text.", "First meeting notes"),
        ("listening/README.md", "Just a line of text.", "Listening"),
        ("a.html", "<title>untitled</title><p>Just a line of text.", "A"),
        ("a.html", "<title>Good talk</title><p>Just a line of text.", "Good talk"),
        ("a.md", "Intro text.\n\n## Two\n\nText\n\n# One\n\nText", "One"),
    ],
)
def test_the_title_is_the_best_that_the_file_offers(guide_of, name, content, title) -> None:
    assert guide_of(name, content).title == title


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.md", b"", "empty"),
        ("a.md", b" \n\t\n", "empty"),
        ("a.md", b"---\ntitle: Moved\nredirect_to: /x\n---\n", "empty"),
        ("a.md", b"# Heading only\n", "empty"),
        ("a.md", b"- [a](a.md)\n- [b](b.md)\n  - [c](c.md)\n- [d](d.md)\n", "empty"),
        ("a.html", b"{% extends 'base' %}<div>{{ page.content }}</div>", "empty"),
        ("a.html", b'<meta http-equiv="refresh" content="0; url=/x"><p>Moved away</p>', "empty"),
        ("a.txt", bytes(range(256)) * 40, "not_text"),
        ("a.md", b"\x00\x01\x02\x03" * 500, "not_text"),
        ("a.txt", files.PICTURE, "unsupported"),
        ("a.docx", files.PICTURE, "unsupported"),
        ("a.json", b'{"a": "some text here"}', "unsupported"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported"),
        ("a.pdf", files.locked_pdf(), "encrypted"),
        ("a.docx", files.locked_docx(), "encrypted"),
        ("a.pdf", files.image_pdf(), "image_only"),
        ("a.pdf", b"%PDF-1.7\n", "damaged"),
        ("a.docx", b"PK\x03\x04" + b"x" * 500, "damaged"),
        ("a.docx", files.bomb_docx(), "too_large"),
    ],
)
def test_a_bad_file_says_why_and_what_to_do(guide_of, name: str, content: bytes, code: str) -> None:
    with pytest.raises(UnreadableGuide) as caught:
        guide_of(name, content)
    assert caught.value.code == code
    assert caught.value.reason.endswith(".")


def test_every_code_has_a_reason_that_names_the_next_step() -> None:
    assert set(REASONS) == {
        "empty", "encrypted", "image_only", "too_large", "too_slow", "damaged", "not_text",
        "unsupported",
    }  # fmt: skip
    assert all(reason.count(".") == 1 or "(" in reason for reason in REASONS.values())


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".odt", ".pdf"])
def test_a_cut_file_is_damaged_or_still_read_but_never_crashes(tmp_path: Path, suffix: str) -> None:
    made(tmp_path, f"whole{suffix}")
    data = (tmp_path / f"whole{suffix}").read_bytes()
    for part in (0.1, 0.5, 0.9):
        cut = tmp_path / f"cut{suffix}"
        cut.write_bytes(data[: int(part * len(data))])
        try:
            assert read_guide(cut).text
        except UnreadableGuide as error:
            assert error.code in {"damaged", "empty", "unsupported"}


@pytest.mark.parametrize("kind", [".docx", ".pptx", ".odt", ".pdf"])
@pytest.mark.parametrize("name", ["a.txt", "b.md", "c.html"])
def test_a_file_with_the_wrong_suffix_is_read_by_what_it_holds(
    tmp_path: Path, kind: str, name: str
) -> None:
    right = made(tmp_path, f"right{kind}")
    (tmp_path / name).write_bytes((tmp_path / f"right{kind}").read_bytes())
    assert read_guide(tmp_path / name).text == right.text


def test_text_named_like_another_format_is_read_as_text(guide_of) -> None:
    assert guide_of("a.pdf", "Only a line of text.").text == "Only a line of text."
    assert guide_of("a.txt", PAGE).title == "Meeting tips"


@pytest.mark.parametrize("name", ["mit leer zeichen.md", "Gespräch führen.md", "zwei\nzeilen.md"])
def test_odd_file_names_are_read(guide_of, name: str) -> None:
    guide = guide_of(name, "Ein Satz über Fragen.")
    assert "\n" not in guide.title
    assert guide.title[0].isupper()


def test_a_missing_file_and_a_folder_are_reported(tmp_path: Path) -> None:
    for path in (tmp_path / "none.md", tmp_path):
        with pytest.raises(UnreadableGuide) as caught:
            read_guide(path)
        assert caught.value.code == "damaged"


def test_a_line_of_100_000_characters_is_one_paragraph(guide_of) -> None:
    line = "word " * 20_000
    for name in ("a.md", "a.txt", "a.html"):
        assert guide_of(name, line).text == line.strip()


def test_limits_of_size_hold(guide_of) -> None:
    for limits in ({"file_bytes": 50}, {"characters": 50}):
        with pytest.raises(UnreadableGuide) as caught:
            guide_of("a.md", "Many words. " * 20, **limits)
        assert caught.value.code == "too_large"


def test_deeply_nested_pages_do_not_break_the_reader(guide_of) -> None:
    deep = "<div>" * 5000 + "Deep words." + "</div>" * 5000
    try:
        assert "Deep" in guide_of("a.html", deep).text
    except UnreadableGuide as error:
        assert error.code in {"empty", "damaged"}
    assert "Deep words" in guide_of("b.html", "<div>" * 200 + "Deep words.").text
    lists = "\n".join("  " * level + "- item" for level in range(30)) + "\n\nPlain words."
    assert "Plain words" in guide_of("a.md", lists).text


@pytest.mark.parametrize(
    "data",
    [
        "Größe zählt nicht.".encode(),
        "Größe zählt nicht.".encode("utf-8-sig"),
        "Größe zählt nicht.".encode("utf-16"),
        "Größe zählt nicht.".encode("utf-16-le"),
        "Größe zählt nicht.".encode("cp1252"),
    ],
)
def test_usual_encodings_are_recognised(guide_of, data: bytes) -> None:
    assert guide_of("a.txt", data).text == "Größe zählt nicht."


@given(st.text())
def test_cleaned_text_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    cleaned.encode("utf-8")
    assert not set(cleaned) & {"\0", "\u202e", "\u2066", "\u200b", "\ufeff", "\r"}


@given(st.binary(max_size=300))
def test_decoding_gives_text_or_says_that_it_is_none(data: bytes) -> None:
    try:
        decode(data).encode("utf-8")
    except UnreadableGuide as error:
        assert error.code == "not_text"


WORDS = st.lists(
    st.sampled_from(["ask", "listen", "wait", "Übung", "Frage"]), min_size=1, max_size=6
)
BLOCKS = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(["heading", "paragraph", "item", "quote", "row"]),
        text=WORDS.map(" ".join),
        level=st.integers(1, 4),
        page=st.integers(1, 3) | st.none(),
    ),
    max_size=12,
)


@given(BLOCKS)
def test_composed_sections_hold_their_blocks_at_their_offsets(blocks: list[Block]) -> None:
    text, sections, pages = compose(blocks)
    position = 0
    for section in sections:
        assert position <= section.start < section.end <= len(text)
        position = section.end
        if section.heading_path:
            heading = text[: section.start].rstrip().splitlines()[-1]
            assert heading.lstrip("# ") == section.heading_path[-1]
        assert not text[section.start : section.end].startswith("#")
    content = [block.text for block in blocks if block.kind != "heading"]
    joined = " ".join(text[s.start : s.end] for s in sections)
    assert sum(joined.count(word) for word in ("ask", "Frage")) == sum(
        part.count(word) for part in content for word in ("ask", "Frage")
    )
    assert all(0 <= offset < len(text) for offset, _ in pages)


MARKUP = st.text(st.sampled_from("# *-_>`[]()!|{}%<>/ \n\tab1."), max_size=120)


@settings(max_examples=150, deadline=None)
@given(MARKUP, st.sampled_from(sorted(SUFFIXES & {".md", ".txt", ".html"})))
def test_any_mixture_of_marks_is_read_or_refused(tmp_path_factory, text: str, suffix: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_text(text + "\n\nLast words.")
    try:
        guide = read_guide(path)
    except UnreadableGuide as error:
        assert error.code in {"empty", "damaged"}
        return
    for section in guide.sections:
        assert 0 <= section.start < section.end <= len(guide.text)
        assert (
            guide.text[section.start : section.end]
            == guide.text[section.start : section.end].rstrip()
        )
