"""Where sentences begin and end."""

from __future__ import annotations

import re

_WIDE_SPACE = re.compile(r"[^\S\n ]")


def sentence_spans(text: str, language: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence in `text`, without the space around it."""
    from sentencex import get_sentence_boundaries

    # sentencex 1.0 breaks off at "A\u00a0." and the like; a plain space keeps every offset.
    text = _WIDE_SPACE.sub(" ", text)
    spans: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries(language, text):
        # Offsets are taken from the pieces' lengths: they are exact whatever the unit inside.
        piece = boundary["text"]
        start = boundary["start_index"]
        if text[start : start + len(piece)] != piece:
            start = text.find(piece, spans[-1][1] if spans else 0)
            if start < 0:
                return [_trimmed(text, 0, len(text))]
        begin, end = _trimmed(text, start, start + len(piece))
        if end > begin:
            spans.append((begin, end))
    return spans


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
