"""The questions that answers are read and measured with, and what a batch of answers is like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from assistant.answering.answer import Answer, Citation

_ANSWERING = {"question", "session_plan", "reflection_prompts", "phrasing", "follow_up"}
_ESCAPED = re.compile(r"\\([^\w\s])")


@dataclass(frozen=True)
class Question:
    """A question as people type it.

    `covered` says whether the built-in guides answer it ("true"), only a bigger library may
    ("maybe"), or no mentoring guide does ("false").
    """

    id: str
    language: str
    text: str
    covered: str


@dataclass(frozen=True)
class Judgement:
    """What a batch of answers is like. Shares are 0 to 1, and None of nothing.

    `verbatim` citations are the guide's text at the offsets they name; `shown` ones stand in the
    answer word for word. `language_kept` counts answers in the asker's language, `language_cited`
    citations in it. `answered_anyway` and `declined` list question ids; `declined` maps each to
    the kind of answer that came instead.
    """

    citations: int
    verbatim: float | None
    shown: float | None
    language_kept: float | None
    language_cited: float | None
    answered_anyway: tuple[str, ...]
    declined: dict[str, str]
    maybe_answered: int
    kinds: dict[str, int]


def load_questions() -> list[Question]:
    """The project's own questions, English first."""
    entries = yaml.safe_load(files("evals").joinpath("questions.yaml").read_text("utf-8"))
    return [
        Question(entry["id"], entry["language"], entry["text"], str(entry["covered"]).lower())
        for entry in entries
    ]


def judge(
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    text_of: Callable[[int], str],
) -> Judgement:
    """Judge the answers, by question id; `text_of` gives a guide's stored text by its number."""
    pairs = [(question, answers[question.id]) for question in questions if question.id in answers]
    cited = [(q, a, citation) for q, a in pairs for citation in a.citations]
    return Judgement(
        citations=len(cited),
        verbatim=share([is_verbatim(c, text_of(c.passage.guide_id)) for _, _, c in cited]),
        shown=share([is_shown(c, a.text) for _, a, c in cited]),
        language_kept=share([a.language == q.language for q, a in pairs]),
        language_cited=share([c.passage.language == q.language for q, _, c in cited]),
        answered_anyway=tuple(q.id for q, a in pairs if q.covered == "false" and answered(a)),
        declined={q.id: a.kind for q, a in pairs if q.covered == "true" and not answered(a)},
        maybe_answered=sum(q.covered == "maybe" and answered(a) for q, a in pairs),
        kinds=dict(Counter(a.kind for _, a in pairs)),
    )


def answered(answer: Answer) -> bool:
    """Whether it states something from the guides, rather than declining or small talk."""
    return answer.kind in _ANSWERING and bool(answer.citations)


def is_verbatim(citation: Citation, guide_text: str) -> bool:
    """Whether the quote and its passage are the guide's text at the offsets they name."""
    passage = citation.passage
    return (
        bool(citation.quote)
        and guide_text[citation.start : citation.end] == citation.quote
        and guide_text[passage.start : passage.end] == passage.text
        and passage.start <= citation.start < citation.end <= passage.end
    )


def is_shown(citation: Citation, answer_text: str) -> bool:
    """Whether the quote stands in the answer with its number, Markdown escapes aside."""
    shown = " ".join(_ESCAPED.sub(r"\1", answer_text).split())
    return " ".join(citation.quote.split()) in shown and f"[{citation.number}]" in answer_text


def share(facts: Sequence[bool]) -> float | None:
    """The share of true ones; None of an empty list."""
    return sum(facts) / len(facts) if facts else None
