"""The one kind of answer that every answerer gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from assistant.retrieval.passage import Passage
from assistant.safety.concern import Concern

AnswerKind = Literal[
    "question",
    "session_plan",
    "reflection_prompts",
    "phrasing",
    "follow_up",
    "boundary",
    "crisis",
    "not_covered",
    "small_talk",
]


@dataclass(frozen=True)
class Citation:
    """A statement's source: `quote` is verbatim text of `passage`.

    In the answer's text the statement is followed by ``[number]``. `start` and `end` are the
    quote's offsets in the guide's stored text. Several citations may share a number: one passage,
    several statements.
    """

    number: int
    passage: Passage
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Answer:
    """What Tandem says: Markdown text, its sources, and what may be asked next.

    `nearest` are other guides worth opening, as passages: beside the answer, or instead of one when
    the guides don't cover the question.
    `follow_ups` are whole questions in the answer's language. `partial` is true while it grows.
    """

    text: str
    language: str
    kind: AnswerKind
    citations: tuple[Citation, ...] = ()
    concern: Concern | None = None
    nearest: tuple[Passage, ...] = ()
    follow_ups: tuple[str, ...] = ()
    partial: bool = False


@dataclass(frozen=True)
class Request:
    """A question as understood: what an answerer works from.

    `want` names the kind of statement asked for (see `understanding.Want`), "" for any. With
    `only_language` no guide in another language may answer. `said` is what was answered before and
    need not be said again; `asker` is "mentee", "mentor" or "", where the question doesn't tell.
    """

    question: str
    language: str
    kind: AnswerKind
    passages: Sequence[Passage]
    want: str = ""
    only_language: bool = False
    said: tuple[str, ...] = ()
    asker: str = ""


class Answerer(Protocol):
    """Turns passages into a growing answer; the last one yielded is whole (`partial` false)."""

    def answer(self, request: Request) -> Iterator[Answer]: ...


def to_json(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON data, for the store and for ``--json``."""
    from dataclasses import asdict

    return asdict(answer)
