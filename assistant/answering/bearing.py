"""Which passages bear on a question, and whether the guides answer it at all.

Some look alike and say nothing to it. What it does not know: whether what they say is any use.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.answering.answer import Request
from assistant.answering.statements import Statement
from assistant.retrieval.closeness import Closeness

if TYPE_CHECKING:
    from assistant.retrieval.passage import Passage


class Weigher(Protocol):
    """What the answerer needs of the search side; texts are (text, language) pairs."""

    def passages_of(self, guide_id: int) -> list[Passage]: ...

    def coverage(
        self, question: str, language: str, texts: Sequence[tuple[str, str]]
    ) -> list[float]: ...

    def closeness(
        self, question: str, language: str, texts: Sequence[tuple[str, str]]
    ) -> list[Closeness]: ...

    def familiarity(self, question: str) -> float: ...


MOST_PASSAGES, MOST_FURTHER = 12, 4

LONGEST_WEIGHED = 240
"""Characters of a statement that are embedded."""

_NEAR_ENOUGH = {"en": (0.52, 0.47, 0.84), "de": (0.62, 0.37, 0.86)}
"""By the question's language: the cosine that is enough alone; with the question's words in the
passage, the least cosine and the sum of cosine and coverage that are enough. They part the suites
`mentors`, `mentees` and `trainers`, of which nine in ten are answered, from `abstention` and 200
other questions beyond the guides, of which one in eight is."""
_OF_NEARNESS, _NEAR_A_FAMILIAR, _BEHIND = 3.3, 0.45, 0.05
"""What the nearest passage adds to the log odds that the built-in guides answer a question, by its
cosine; then their passages count from this cosine on, or if they are hardly behind the nearest. Of
`abstention` one in five is answered, of `mentors`, `mentees` and `trainers` 97 in 100."""
_UNREACHED = 2.0
"""A bound that no cosine reaches: the built-in guides don't answer."""

_ASKED_OF_GUIDES = {"phrasing", "questions", "reflection_prompts", "activity"}


@dataclass(frozen=True)
class Fit:
    """A passage that bears on the question: its place in the search and how near it is.

    `heading` is the share of the question that its nearest heading names, 0 to 1.
    """

    passage: Passage
    rank: int
    nearness: float
    heading: float


def bearing(request: Request, weigher: Weigher) -> tuple[dict[int, Fit], bool]:
    """The passages that truly bear on the question, by rank; whether only foreign ones do."""
    passages = _looked_at(request.passages)
    texts = [
        (". ".join([p.title, *p.heading_path, p.text, *p.asked]), p.language) for p in passages
    ]
    covered = weigher.coverage(request.question, request.language, texts)
    close = [Closeness(p.similarity, c) for p, c in zip(passages, covered, strict=True)]
    headings = weigher.coverage(
        request.question, request.language, [(heading_words(p), p.language) for p in passages]
    )
    least = _least_cosine(request, weigher)
    fits = [
        Fit(passage, rank, nearness(close[rank]), headings[rank])
        for rank, passage in enumerate(passages)
        if _named(passage.title, request.question)
        or (
            _bears(close[rank], request)
            if least is None or not passage.built_in
            else passage.similarity >= least or (rank == 0 and least < _UNREACHED)
        )
    ]
    own = [fit for fit in fits if fit.passage.language == request.language]
    foreign = not own and not request.only_language
    chosen = fits if foreign else own
    return {fit.rank: fit for fit in chosen}, foreign and bool(chosen)


def _least_cosine(request: Request, weigher: Weigher) -> float | None:
    """From which cosine on passages of the built-in guides answer: `_UNREACHED` where
    they don't; None where that can't be told, so that each passage is judged by itself."""
    familiar = weigher.familiarity(request.question)
    near = [p.similarity for p in request.passages if p.built_in]
    if math.isinf(familiar) or not any(near):
        return None
    if familiar + _OF_NEARNESS * max(near) < 0:
        return _UNREACHED
    return min(_NEAR_A_FAMILIAR, max(near) - _BEHIND)


def _looked_at(passages: Sequence[Passage]) -> list[Passage]:
    """The first passages, and the first of some further guides."""
    first = list(passages[:MOST_PASSAGES])
    best: dict[int, Passage] = {}
    for passage in passages[MOST_PASSAGES:]:
        best.setdefault(passage.guide_id, passage)
    known = {passage.guide_id for passage in first}
    return first + [p for guide, p in best.items() if guide not in known][:MOST_FURTHER]


def _bears(found: Closeness, request: Request) -> bool:
    """Whether a passage is about the question: near in meaning, or near and of the same words.

    Who asks for words to say, for questions or an exercise asks for something that guides hold, so
    less will do.
    """
    ease = 0.15 if request.want in _ASKED_OF_GUIDES else 0.0
    alone, least, both = _NEAR_ENOUGH[request.language]
    # A cosine of exactly 0 is none: while the index is rebuilt, words alone have to do.
    far = found.cosine != 0 and found.cosine < least
    named = not far and found.cosine + found.coverage >= both - ease
    return found.cosine >= alone or named


def _named(title: str, question: str) -> bool:
    """Whether a question names a guide by its title, as "what so what now what" does."""
    named, asked = (re.findall(r"\w+", text.lower()) for text in (title, question))
    places = range(len(asked) - len(named) + 1)
    return len(named) > 1 and any(asked[n : n + len(named)] == named for n in places)


def nearness(found: Closeness) -> float:
    """One figure from cosine and coverage."""
    return 0.55 * max(found.cosine, 0.0) + 0.45 * found.coverage


def heading_words(passage: Passage) -> str:
    """What the passage is headed by, and how people ask for it."""
    heading = passage.heading_path[-1] if passage.heading_path else passage.title
    return ". ".join([heading, *passage.asked])


def close(
    weigher: Weigher, text: str, language: str, lines: Sequence[Statement]
) -> list[Closeness]:
    """How close statements are to a text."""
    texts = [(s.text[:LONGEST_WEIGHED], s.passage.language) for s in lines]
    return weigher.closeness(text, language, texts)
