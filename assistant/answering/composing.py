"""Putting chosen statements into an answer: ordered, grouped, each with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering.answer import Answer, Citation, Request
from assistant.answering.statements import ROLES, Statement
from assistant.retrieval.passage import Passage
from assistant.words import reply

FOLLOW_UP_ROLES = ("steps", "words", "questions", "activity", "watch_out", "example")
MOST_FOLLOW_UPS = 3


@dataclass(frozen=True)
class Part:
    """Statements shown together under a heading."""

    heading: str
    statements: tuple[Statement, ...]


def compose(
    request: Request, parts: Sequence[Part], note: str, beside: Sequence[Passage] = ()
) -> Iterator[Answer]:
    """Yield the growing answer, part by part; a single part needs no heading.

    `beside` are other guides worth opening. Each statement is followed by the number of the passage
    it stands in; numbers follow the order in which passages appear in the answer.
    """
    numbers: dict[int, int] = {}
    citations: list[Citation] = []
    text = note
    for part in parts:
        members = part.statements
        if len(parts) > 1:
            text = _joined(text, f"### {escaped(part.heading)}", "\n\n")
        for place, statement in enumerate(members):
            number = numbers.setdefault(statement.passage.chunk_id, len(numbers) + 1)
            citations.append(_citation(statement, number))
            listed = len(members) > 1
            mark = _mark(statement, place, members) if listed else ""
            line = f"{mark}{escaped(statement.text)} [{number}]"
            text = _joined(text, line, "\n" if listed and place else "\n\n")
            yield _answer(request, text, citations, partial=True)
    whole = _answer(request, text, citations)
    yield replace(whole, follow_ups=_follow_ups(request, parts), nearest=tuple(beside))


def by_role(language: str, chosen: Sequence[Statement]) -> list[Part]:
    """Statements grouped by what they are for, those of the best passages first."""
    best: dict[tuple[int, tuple[str, ...]], int] = {}
    for s in chosen:
        best[s.section] = min(s.rank, best.get(s.section, s.rank))
    parts = []
    for role in ROLES:
        members = [s for s in chosen if s.role == role]
        members.sort(key=lambda s: (best[s.section], s.start))
        if members:
            parts.append(Part(heading_of(language, role), tuple(members)))
    return parts


def heading_of(language: str, role: str) -> str:
    """What a part is headed by when it gathers statements of one role."""
    return reply(language, "headings", role)


def _mark(statement: Statement, place: int, members: Sequence[Statement]) -> str:
    same = all(s.ordered and s.section == statement.section for s in members)
    return f"{place + 1}. " if same else "- "


def escaped(text: str) -> str:
    """The statement's words as Markdown text: characters that would draw something are escaped."""
    for character in "\\`*_[]<>#|~$":
        text = text.replace(character, "\\" + character)
    return text


def _citation(statement: Statement, number: int) -> Citation:
    return Citation(number, statement.passage, statement.text, statement.start, statement.end)


def _joined(text: str, line: str, gap: str) -> str:
    return text + gap + line if text else line


def _follow_ups(request: Request, parts: Sequence[Part]) -> tuple[str, ...]:
    """Questions that the guides in use can answer and this answer did not."""
    shown = {s.role for part in parts for s in part.statements}
    title = parts[0].statements[0].passage.title
    asked = [role for role in FOLLOW_UP_ROLES if role not in shown]
    return tuple(
        reply(request.language, "follow_ups", role, title=title) for role in asked[:MOST_FOLLOW_UPS]
    )


def _answer(
    request: Request,
    text: str,
    citations: Sequence[Citation],
    partial: bool = False,
) -> Answer:
    return Answer(
        text=text,
        language=request.language,
        kind=request.kind,
        citations=tuple(citations),
        partial=partial,
    )
