"""Putting chosen statements into an answer: ordered, grouped, each with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.answering.answer import Answer, Citation, Request
from assistant.answering.statements import ROLES, Statement
from assistant.words import reply

FOLLOW_UP_ROLES = ("steps", "words", "questions", "activity", "watch_out", "example")
MOST_FOLLOW_UPS = 3


def compose(request: Request, chosen: Sequence[Statement], note: str) -> Iterator[Answer]:
    """Yield the growing answer; statements are grouped by what they are for.

    Each statement is followed by the number of the passage it stands in; numbers follow the order
    in which passages appear in the answer.
    """
    groups = _groups(chosen)
    numbers: dict[int, int] = {}
    citations: list[Citation] = []
    text = note
    for role, members in groups:
        if len(groups) > 1:
            text = _joined(text, f"### {reply(request.language, 'headings', role)}", "\n\n")
        for place, statement in enumerate(members):
            number = numbers.setdefault(statement.passage.chunk_id, len(numbers) + 1)
            citations.append(_citation(statement, number))
            listed = len(members) > 1
            mark = _mark(statement, place, members) if listed else ""
            line = f"{mark}{_plain(statement.text)} [{number}]"
            text = _joined(text, line, "\n" if listed and place else "\n\n")
            yield _answer(request, text, citations, partial=True)
    yield _answer(request, text, citations, follow_ups=_follow_ups(request, chosen))


def _groups(chosen: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    roles = [role for role in ROLES if any(s.role == role for s in chosen)]
    best: dict[tuple[int, tuple[str, ...]], int] = {}
    for s in chosen:
        best[s.section] = min(s.rank, best.get(s.section, s.rank))
    groups = []
    for role in roles:
        members = [s for s in chosen if s.role == role]
        members.sort(key=lambda s: (best[s.section], s.start))
        groups.append((role, members))
    return groups


def _mark(statement: Statement, place: int, members: Sequence[Statement]) -> str:
    same = all(s.ordered and s.section == statement.section for s in members)
    return f"{place + 1}. " if same else "- "


def _plain(text: str) -> str:
    """The statement's words as Markdown text: characters that would draw something are escaped."""
    for character in "\\`*_[]<>#|~$":
        text = text.replace(character, "\\" + character)
    return text


def _citation(statement: Statement, number: int) -> Citation:
    return Citation(number, statement.passage, statement.text, statement.start, statement.end)


def _joined(text: str, line: str, gap: str) -> str:
    return text + gap + line if text else line


def _follow_ups(request: Request, chosen: Sequence[Statement]) -> tuple[str, ...]:
    """Questions that the guides in use can answer and this answer did not."""
    shown = {s.role for s in chosen}
    title = chosen[0].passage.title
    asked = [role for role in FOLLOW_UP_ROLES if role not in shown]
    return tuple(
        reply(request.language, "follow_ups", role, title=title) for role in asked[:MOST_FOLLOW_UPS]
    )


def _answer(
    request: Request,
    text: str,
    citations: Sequence[Citation],
    follow_ups: tuple[str, ...] = (),
    partial: bool = False,
) -> Answer:
    return Answer(
        text=text,
        language=request.language,
        kind=request.kind,
        citations=tuple(citations),
        follow_ups=follow_ups,
        partial=partial,
    )
