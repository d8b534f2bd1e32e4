"""Requests that Tandem answers with a kind line on what it can do instead."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.safety.rules import BoundaryKind, load_rules
from assistant.safety.wording import sentences


@dataclass(frozen=True)
class Boundary:
    """A limit that a request touches; `evidence` are the words that led to it, verbatim.

    The line to say is `assistant.safety.help.boundary_text(boundary, language)`.
    """

    kind: BoundaryKind
    evidence: str


def boundary(text: str) -> Boundary | None:
    """The first limit that the rules find in a message, or None. Never raises.

    A concern goes before a boundary: assess first.
    """
    rules = load_rules()
    for sentence in sentences(text, rules.spellings):
        for match in rules.boundaries.find(sentence):
            start, end = sentence.span(match.start, match.end)
            return Boundary(match.owner.kind, text[start:end])
    return None
