"""Why a file can't become a guide, in one plain sentence for each code."""

from __future__ import annotations

from assistant.errors import UnreadableGuide

REASONS = {
    "empty": "This file holds no text of its own; add one with text in it, or leave it out.",
    "encrypted": "This file is locked with a password; save a copy without one and add that.",
    "image_only": (
        "This file holds only pictures of pages; run text recognition (OCR) on it and add it again."
    ),
    "too_large": "This file is too large to be read; split it into parts and add those.",
    "too_slow": (
        "Reading this file took too long and was stopped; save it anew in a simpler form "
        "(for example as plain text or Word) and add that."
    ),
    "damaged": "This file is damaged or incomplete; open it in its own program, save it anew "
    "and add it again.",
    "not_text": (
        "This file is named like a text but holds other data; open it in the program that made it "
        "and save it as text, PDF or Word."
    ),
    "unsupported": (
        "This kind of file can't be read; save it as Markdown, text, HTML, PDF, Word (docx), "
        "PowerPoint (pptx) or OpenDocument (odt)."
    ),
}


def unreadable(code: str, reason: str = "") -> UnreadableGuide:
    """The error for `code`, with its usual sentence unless `reason` says it better."""
    return UnreadableGuide(code, reason or REASONS[code])
