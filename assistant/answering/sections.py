"""The sections of a guide as an answer uses them: what each is for, and what it states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from assistant.answering.statements import Statement, role_of, statements
from assistant.retrieval.passage import Passage

UNDER_A_SECTION = 3
"""A heading path of this length names a topic of its own within a section of a guide."""


@dataclass(frozen=True)
class Section:
    """What stands under one heading, in order; `topic` is true where the heading names a case of
    its own ("When she cancels") within a section of a guide ("How to do it")."""

    heading_path: tuple[str, ...]
    role: str
    topic: bool
    statements: tuple[Statement, ...]

    def runs(self) -> Iterator[tuple[Statement, ...]]:
        """Items of one list together, sentences of one paragraph together.

        Steps are one list, even where the section was cut into several passages.
        """
        for _, run in groupby(self.statements, key=_place):
            yield tuple(run)


def _place(statement: Statement) -> tuple[object, ...]:
    return ("steps",) if statement.ordered else (statement.passage.start, statement.run)


def sections_of(passages: Iterable[Passage], ranks: dict[int, int]) -> list[Section]:
    """A guide's sections, from all its passages in order.

    `ranks` holds the places in the search of those that were found, by chunk id; a passage that
    wasn't found counts as last.
    """
    told: dict[tuple[str, ...], list[Statement]] = {}
    for passage in passages:
        for statement in statements(passage, ranks.get(passage.chunk_id, len(ranks))):
            told.setdefault(statement.heading_path, []).append(statement)
    return [_section(path, members) for path, members in told.items()]


def _section(path: tuple[str, ...], members: Sequence[Statement]) -> Section:
    above = role_of(path[:-1])
    topic = len(path) >= UNDER_A_SECTION and above != "other"
    return Section(path, above if topic else role_of(path), topic, tuple(members))


def together(members: Sequence[Statement]) -> int:
    """How many of the first sentences follow one another without a gap."""
    gaps = (n for n, (a, b) in enumerate(pairwise(members), 1) if b.start > a.end + 2)
    return next(gaps, len(members))
