"""Reading a file into a Guide: which format it is, its blocks, title and language.

This runs in the calling process and trusts nothing but the file's bytes; `bounded` runs it in a
process of its own with limits, which is what a server wants. Importing this loads no reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from assistant.errors import UnreadableGuide
from assistant.guides.archive import check_archive
from assistant.guides.characters import clean, decode
from assistant.guides.draft import Draft, settle_labels
from assistant.guides.limits import DEFAULT_LIMITS, Limits
from assistant.guides.text import Asked, Block, Guide, compose
from assistant.guides.unreadable import unreadable
from assistant.language import detect

SUFFIXES = frozenset(
    {".md", ".markdown", ".txt", ".html", ".htm", ".xhtml", ".pdf", ".docx", ".pptx", ".odt"}
)
"""The suffixes, in small letters, of files that `read_guide` can make a guide of."""

_TEXT_FORMATS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_HOMES = {
    "markdown": "assistant.guides.markdown",
    "html": "assistant.guides.html",
    "plain": "assistant.guides.plain",
    "pdf": "assistant.guides.pdf",
    "docx": "assistant.guides.word",
    "pptx": "assistant.guides.slides",
    "odt": "assistant.guides.opendocument",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"{\\rtf",
    b"SQLite format 3",
    b"OggS",
    b"ID3",
    b"\xfd7zXZ",
)
_PAGE_START = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTENTS_TITLE = re.compile(
    r"^(?:(?:table of )?contents|inhalt(?:sverzeichnis)?|on this page|auf dieser seite)\s*:?$",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"^(?:word document|untitled.*|unbenannt.*|powerpoint[ -]pr.*|microsoft (?:word|powerpoint).*|"
    r"title|titel|document\d*|dokument\d*|presentation\d*|pr.sentation\d*|slide \d+|home|index|"
    r"template|.*\.(?:docx?|pptx?|odt|pdf|indd|md|html?|tex|dvi))$",
    re.IGNORECASE,
)
_TITLE_LENGTH = 160


def read_guide(path: Path, limits: Limits = DEFAULT_LIMITS) -> Guide:
    """The guide in the file at `path`, read by what it holds rather than by its name.

    Raises UnreadableGuide with one of the codes in `unreadable`, and nothing else, for any file
    (or lack of one). Opens no other file and no connection. Time and memory are not bounded here.
    """
    try:
        draft = _draft(_bytes(path, limits), path.suffix.lower(), limits)
        return _guide(draft, path, limits)
    except UnreadableGuide:
        raise
    except Exception as error:  # whatever a reader trips over, the file is at fault
        raise unreadable("too_large" if is_exhaustion(error) else "damaged") from error


def is_exhaustion(error: BaseException | None) -> bool:
    """Whether a reader ran out of memory; XML parsers say so in an error of their own."""
    return isinstance(error, MemoryError) or "memory allocation" in str(error).lower()


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        if not path.is_file():
            raise unreadable("damaged", "There is no readable file by this name; add it again.")
        if path.stat().st_size > limits.file_bytes:
            raise unreadable("too_large")
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except OSError as error:
        reason = "This file could not be opened; check that you may read it and add it again."
        raise unreadable("damaged", reason) from error
    if len(data) > limits.file_bytes:
        raise unreadable("too_large")
    if not data.strip():
        raise unreadable("empty")
    return data


def _draft(data: bytes, suffix: str, limits: Limits) -> Draft:
    kind = _binary_kind(data, limits)
    if kind:
        return _reader(kind)(data)
    if suffix not in SUFFIXES:
        raise unreadable("unsupported")
    text = decode(data)
    if len(text) > limits.characters:
        raise unreadable("too_large")
    if _PAGE_START.match(text[:5000]):
        return _reader("html")(text)
    return _reader(_TEXT_FORMATS.get(suffix, "plain"))(text)


def _reader(kind: str) -> Callable[..., Draft]:
    reader: Callable[..., Draft] = import_module(_HOMES[kind]).read
    return reader


def _binary_kind(data: bytes, limits: Limits) -> str:
    """The format that the bytes themselves declare, "" for text."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        names = check_archive(data, limits)
        if "word/document.xml" in names:
            return "docx"
        if "ppt/presentation.xml" in names:
            return "pptx"
        if "content.xml" in names:
            if b"encryption-data" in _manifest(data):
                raise unreadable("encrypted")
            return "odt"
        raise unreadable("unsupported")
    if data.startswith(_OLD_OFFICE):
        raise unreadable("encrypted" if _ENCRYPTED_PACKAGE in data else "unsupported")
    if data.startswith(_OTHER_KINDS):
        raise unreadable("unsupported")
    return ""


def _manifest(data: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            return archive.read("META-INF/manifest.xml")
        except KeyError:
            return b""


def _guide(draft: Draft, path: Path, limits: Limits) -> Guide:
    blocks = [replace(block, text=clean(block.text)) for block in draft.blocks]
    blocks = _without_empty_contents(list(settle_labels(blocks)))
    if not any(block.kind != "heading" and _says_something(block.text) for block in blocks):
        raise unreadable("empty")
    if sum(len(block.text) for block in blocks) > limits.characters:
        raise unreadable("too_large")
    text, sections, pages = compose(blocks)
    title, language = _title(draft, blocks, path), detect(text)
    return Guide(title, text, sections, language, pages, _asked(draft))


def _asked(draft: Draft) -> Asked:
    return tuple((clean(head), tuple(map(clean, lines))) for head, lines in draft.asked)


def _says_something(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", text))


def _without_empty_contents(blocks: list[Block]) -> list[Block]:
    """Drop a "Contents" heading whose list was taken out."""
    kept = []
    for index, block in enumerate(blocks):
        last = index + 1 == len(blocks) or blocks[index + 1].kind == "heading"
        if not (block.kind == "heading" and last and _CONTENTS_TITLE.match(block.text.strip())):
            kept.append(block)
    return kept


def _title(draft: Draft, blocks: list[Block], path: Path) -> str:
    first = blocks[0] if blocks else None
    candidates = [
        draft.title,
        first.text if first and first.kind == "heading" and first.level <= 2 else "",
        next((block.text for block in blocks if block.kind == "heading" and block.level == 1), ""),
        draft.property_title,
    ]
    for candidate in candidates:
        title = " ".join(clean(candidate).split())
        if title and _says_something(title) and not _NO_TITLE.match(title):
            return title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1] + "…"
    return _readable_name(path)


def _readable_name(path: Path) -> str:
    """The file's name as words; its folder's where the name says nothing."""
    name = path.stem
    if name.lower() in {"index", "readme", "_index", "summary", ""} and path.parent.name:
        name = path.parent.name
    words = re.sub(r"^\d{4}-\d{2}-\d{2}-", "", clean(name))
    words = " ".join(re.sub(r"[_\-\s]+", " ", words).split())
    return (words[:1].upper() + words[1:])[:_TITLE_LENGTH] or "Untitled"
