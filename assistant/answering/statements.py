"""The statements a passage holds: sentences, list items, quoted lines, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.retrieval.fusion import repeated, shingles
from assistant.retrieval.passage import Passage
from assistant.sentences import sentence_spans
from assistant.words import any_of, data

_ITEM = re.compile(r"^(\s*)([-*•]|\d{1,3}[.)])\s+")
_QUOTE = re.compile(r"^>\s?")
_DIALOGUE = re.compile(r"^[A-ZÄÖÜ][\w-]{1,20}(?: [A-Z]\w+)?: \S")
ROLES = (
    "definition",
    "when",
    "steps",
    "words",
    "questions",
    "reflection",
    "activity",
    "watch_out",
    "example",
    "other",
)
"""What a statement is for, in the order in which an answer shows them."""


@dataclass(frozen=True)
class Statement:
    """A piece of a passage that can stand alone.

    ``passage.text[start - passage.start : end - passage.start] == text``; `start` and `end` count
    in the guide's stored text. `heading_path` names the section it stands in, `run` numbers the
    list, paragraph or example it is part of, `ordered` is true for numbered items, `rank` is the
    passage's place in the search, from 0.
    """

    text: str
    start: int
    end: int
    passage: Passage
    rank: int
    heading_path: tuple[str, ...]
    role: str
    run: int
    is_item: bool
    ordered: bool

    @property
    def section(self) -> tuple[int, tuple[str, ...]]:
        """The section it stands in; a long one is several passages."""
        return self.passage.guide_id, self.heading_path


def statements(passage: Passage, rank: int) -> list[Statement]:
    """Every statement of a passage, in order; sources and navigation hold none."""
    return list(_walk(passage, rank))


def _walk(passage: Passage, rank: int) -> Iterator[Statement]:
    path = passage.heading_path
    role = role_of(path)
    run, in_list, in_example, in_code = 0, False, False, False
    for match in re.finditer(r"[^\n]+", passage.text):
        line = match.group()
        if line.startswith("```"):
            in_code = not in_code
            continue
        if in_code:
            continue
        if line.startswith("#"):
            # Short sections stand in one passage: the heading says where the next one begins.
            path = (*path[: len(line) - len(line.lstrip("#")) - 1], line.lstrip("# "))
            role = role_of(path)
            in_list = in_example = False
            continue
        if role in {"sources", "meta"}:
            continue
        item, quote = _ITEM.match(line), _QUOTE.match(line)
        mark = item or quote
        begin = match.start() + (mark.end() if mark else 0)
        told = role == "example" and not item
        if not (item and in_list) and not (told and in_example):
            run += 1
        in_list, in_example = item is not None, told
        ordered = bool(item and item.group(2)[0].isdigit())
        whole = bool(mark) or (told and _DIALOGUE.match(line) is not None)
        spans = _spans(passage, begin, match.end(), whole)
        for start, end in spans:
            yield Statement(
                passage.text[start:end],
                passage.start + start,
                passage.start + end,
                passage,
                rank,
                path,
                role,
                run,
                item is not None,
                ordered,
            )


def _spans(passage: Passage, begin: int, end: int, whole: bool) -> list[tuple[int, int]]:
    """A list item or quotation stays whole unless it is long; a paragraph gives its sentences."""
    line = passage.text[begin:end]
    if whole and len(line.strip()) <= 420:
        begin += len(line) - len(line.lstrip())
        return [(begin, begin + len(line.strip()))] if line.strip() else []
    return [(begin + a, begin + b) for a, b in sentence_spans(line, passage.language)]


def role_of(heading_path: tuple[str, ...]) -> str:
    """What a section is for, by its nearest heading that tells."""
    for heading in reversed(heading_path):
        for role, pattern in _role_patterns():
            if pattern.search(heading.lower()):
                return role
    return "other"


@cache
def _role_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = data("knowledge", "sections.yaml")
    return tuple((role, any_of(words)) for role, words in listed.items())


def is_whole(statement: Statement) -> bool:
    """Whether a statement is words, and not a heading, a table, an address or an activity's
    minutes and material."""
    text = statement.text
    if text.endswith(":") or "http" in text or "|" in text or len(text) > 600:
        return False
    if text.count(" · ") > 1:
        return False
    return sum(character.isalpha() for character in text) >= 0.6 * len(text)


def said_in(statement: Statement, seen: Sequence[frozenset[tuple[str, ...]]]) -> bool:
    """Whether a statement repeats what stands in texts, by their runs of three words."""
    return repeated(shingles(statement.text, 3), seen) is not None
