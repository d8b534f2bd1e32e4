"""Answering without a language model: the guides' own sentences, picked, ordered and cited.

It does not write or join sentences: what it states is verbatim text of a guide. What it does not
know: whether two statements contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answering.answer import Answer, Request
from assistant.answering.composing import compose
from assistant.answering.statements import Statement, statements
from assistant.retrieval.fusion import repeated, shingles
from assistant.words import data, reply

if TYPE_CHECKING:
    from assistant.retrieval.closeness import Closeness
    from assistant.retrieval.passage import Passage

Weigh = Callable[[str, str, Sequence[tuple[str, str]]], "list[Closeness]"]
"""`Search.closeness`."""

MOST_STATEMENTS = 8
MOST_PASSAGES = 10
MOST_WEIGHED = 48
"""Statements that are embedded for one answer: 48 short texts take about 0.1 s on two cores."""

_ROLE_OF_WANT = {
    "definition": ("definition",),
    "phrasing": ("words",),
    "questions": ("questions",),
    "reflection_prompts": ("reflection", "questions"),
    "activity": ("activity",),
    "example": ("example",),
    "watch_out": ("watch_out",),
}
_LEAST_WORDS = 4


@dataclass(frozen=True)
class _Weighed:
    statement: Statement
    score: float


class ExtractiveAnswerer:
    """An `Answerer` that quotes."""

    def __init__(self, weigh: Weigh) -> None:
        self._weigh = weigh

    def answer(self, request: Request) -> Iterator[Answer]:
        """Yield the answer statement by statement; the last one is whole."""
        passages, foreign = self._fitting(request)
        if not passages:
            yield not_covered(request)
            return
        picked = self._pick(request, passages)
        if not picked:
            yield not_covered(request)
            return
        note = reply(request.language, "other_language") if foreign else ""
        yield from compose(request, picked, note)

    def _fitting(self, request: Request) -> tuple[list[Passage], bool]:
        """The passages that truly bear on the question, and whether only foreign ones do."""
        passages = list(request.passages[:MOST_PASSAGES])
        texts = [(f"{p.title} {' '.join(p.heading_path)} {p.text}", p.language) for p in passages]
        close = self._weigh(request.question, request.language, texts)
        fitting = [p for p, found in zip(passages, close, strict=True) if _bears(found)]
        own = [p for p in fitting if p.language == request.language]
        if own or request.only_language:
            return own, False
        return fitting, bool(fitting)

    def _pick(self, request: Request, passages: Sequence[Passage]) -> list[Statement]:
        candidates = [
            statement
            for rank, passage in enumerate(passages)
            for statement in statements(passage, rank)
            if _can_stand(statement)
        ]
        weighed = self._weighed(request, candidates)
        if not weighed:
            return []
        floor = 0.45 * weighed[0].score
        chosen: list[Statement] = []
        seen: list[frozenset[tuple[str, ...]]] = []
        for candidate in weighed:
            if len(chosen) >= MOST_STATEMENTS or candidate.score < floor:
                break
            mark = shingles(candidate.statement.text, 3)
            if repeated(mark, seen) is not None:
                continue
            chosen.append(candidate.statement)
            seen.append(mark)
        return _whole_lists(chosen, candidates)

    def _weighed(self, request: Request, candidates: Sequence[Statement]) -> list[_Weighed]:
        wanted = _ROLE_OF_WANT.get(request.want, ())
        texts = [(s.text, s.passage.language) for s in candidates[:MOST_WEIGHED]]
        close = self._weigh(request.question, request.language, texts)
        weighed = []
        for statement, found in zip(candidates, close, strict=False):
            score = 0.55 * found.cosine + 0.45 * found.coverage + 0.35 / (2 + statement.rank)
            score += 0.25 if statement.role in wanted else 0.0
            score += 0.08 if statement.role in {"definition", "steps"} and not wanted else 0.0
            score -= 0.15 if statement.role == "example" and "example" not in wanted else 0.0
            score -= 0.12 if _leans(statement) else 0.0
            weighed.append(_Weighed(statement, score))
        return sorted(weighed, key=lambda w: (-w.score, w.statement.rank, w.statement.start))


def _bears(found: Closeness) -> bool:
    """Whether a passage is about the question, by meaning or by its words, or by both somewhat."""
    return found.cosine >= 0.5 or found.coverage >= 0.75 or found.cosine + found.coverage >= 0.85


def _can_stand(statement: Statement) -> bool:
    """Whether a statement says something by itself."""
    text = statement.text
    if len(text.split()) < _LEAST_WORDS and statement.role not in {"words", "questions"}:
        return False
    if text.endswith(":") or "http" in text or "|" in text or len(text) > 600:
        return False
    return sum(character.isalpha() for character in text) >= 0.6 * len(text)


def _leans(statement: Statement) -> bool:
    """Whether a sentence leans on the one before it."""
    if statement.is_item:
        return False
    first = statement.text.split(maxsplit=1)[0].strip("„“\"'(,").lower()
    return first in data("knowledge", "leaning_words.yaml")[statement.passage.language]


def _whole_lists(chosen: Sequence[Statement], candidates: Sequence[Statement]) -> list[Statement]:
    """Complete numbered lists of which at least half is chosen: steps are of use only whole."""
    result = list(chosen)
    for rank, run in dict.fromkeys((s.rank, s.run) for s in chosen if s.ordered):
        whole = [s for s in candidates if s.rank == rank and s.run == run]
        have = [s for s in chosen if s.rank == rank and s.run == run]
        if 2 * len(have) >= len(whole):
            result += [s for s in whole if s not in have]
    return result


def not_covered(request: Request) -> Answer:
    """Say plainly that the guides don't cover it, and name the nearest ones."""
    nearest: list[Passage] = []
    for passage in request.passages:
        if all(passage.guide_id != other.guide_id for other in nearest):
            nearest.append(passage)
    key = "not_covered" if request.passages else "nothing_at_all"
    return Answer(
        text=reply(request.language, key),
        language=request.language,
        kind="not_covered",
        nearest=tuple(nearest[:3]),
    )
