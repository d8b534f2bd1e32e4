"""Bytes to text, and text to text that can be stored, shown and counted safely."""

from __future__ import annotations

import codecs
import re
import unicodedata

from assistant.guides.unreadable import unreadable

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st"}
_SPACES = dict.fromkeys([0x00A0, 0x2007, 0x202F, 0x2009, 0x200A, 0x3000], " ")
_TRANSLATION = _LIGATURES | _SPACES | {0x2028: "\n", 0x2029: "\n\n", 0x0085: "\n"}
# Control characters, soft hyphens, zero-width and bidirectional controls, lone surrogates, private
# use (icon fonts), the invisible tag letters, and code points that are no characters. The joiners
# U+200C and U+200D stay: emoji are built with them.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\ufffc"
    "\ufffe\uffff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL_SHARE = 0.005
_REPLACED_SHARE = 0.01


def clean(text: str) -> str:
    """`text` in normal form (NFC), without characters that hide, reorder or break text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TRANSLATION)
    return unicodedata.normalize("NFC", _UNSAFE.sub("", text))


def decode(data: bytes) -> str:
    """The text in `data`: UTF-8, UTF-16 or UTF-32, else Windows' Western European.

    Raises UnreadableGuide (``not_text``) when the bytes are no text in any of these.
    """
    text = _decoded(data)
    share = len(_CONTROL.findall(text)) / max(1, len(text))
    replaced = text.count("\ufffd") / max(1, len(text))
    if share > _CONTROL_SHARE or replaced > _REPLACED_SHARE:
        raise unreadable("not_text")
    return clean(text)


def _decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    if encoding := _wide_encoding(data[:2000]):
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # One bad byte in a long UTF-8 text (or a cut end) is better replaced than read as cp1252.
        if _mostly_utf8(data, error):
            return data.decode("utf-8", errors="replace")
    return data.decode("cp1252", errors="replace")


def _wide_encoding(head: bytes) -> str:
    """UTF-16 without a mark shows as a zero in every other byte of Western text."""
    pairs = len(head) // 2
    if pairs < 2:
        return ""
    if head[1::2].count(0) > 0.7 * pairs and head[::2].count(0) == 0:
        return "utf-16-le"
    if head[::2].count(0) > 0.7 * pairs and head[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def _mostly_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    multibyte = sum(1 for byte in data[: error.start] if byte >= 0xC2)
    bad = data.decode("utf-8", errors="replace").count("\ufffd")
    return multibyte > 0 and bad <= 1 + multibyte // 50
