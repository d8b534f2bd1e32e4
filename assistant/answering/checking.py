"""Checking citations: no answerer is taken at its word."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answering.answer import Answer, Citation

_MARK = re.compile(r"\s?(?<!\\)\[(\d+)\](?!\()")


def checked(answer: Answer) -> Answer:
    """The answer without citations that don't hold, and without marks that name none.

    A citation holds when its quote is the passage's text at the offsets it names.
    """
    held = tuple(citation for citation in answer.citations if holds(citation))
    numbers = {citation.number for citation in held}
    text = _MARK.sub(lambda m: m.group() if int(m.group(1)) in numbers else "", answer.text)
    return replace(answer, text=text, citations=held)


def holds(citation: Citation) -> bool:
    """Whether the quote stands word for word in the passage, where it says it does."""
    passage = citation.passage
    begin, end = citation.start - passage.start, citation.end - passage.start
    return 0 <= begin < end <= len(passage.text) and passage.text[begin:end] == citation.quote
