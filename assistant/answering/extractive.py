"""Answering without a language model: the guides' own sentences, picked, ordered and cited.

It does not write or join sentences: what it states is verbatim text of a guide. What it does not
know: whether two statements contradict each other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from assistant.answering.answer import Answer, Request
from assistant.answering.composing import Part, by_role, compose
from assistant.answering.leading import LONGEST_EXAMPLE, LONGEST_LIST, MOST_SENTENCES, led
from assistant.answering.sections import sections_of, together
from assistant.answering.statements import Statement, statements
from assistant.retrieval.closeness import Closeness
from assistant.retrieval.fusion import repeated, shingles
from assistant.words import data, reply

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


MOST_STATEMENTS = 9
OF_COSINE, OF_HEADING, OF_A_CASE = 0.5, 0.2, 0.02
"""How much the cube of a passage's nearness and its heading's words count, beside its place in the
search, for which section of the leading guide answers, and a case of its own before steps for all.
The cube, because what is very near was asked in nearly these words, while all sections are about as
far from a long story."""

_DEPTH_OF_A_CASE = 3

MOST_BESIDE = 2
"""Other guides that are named beside an answer."""

MOST_PASSAGES, MOST_FURTHER = 12, 4
MOST_WEIGHED = 24
"""Statements that are embedded for one answer: 24 short texts take about 0.1 s on two cores."""

LONGEST_WEIGHED = 240
"""Characters of a statement that are embedded."""

SHORT_LIST = 6
"""A list of so many items is shown whole."""

LONGEST_WARNING = 2
"""Items of a list of warnings that nobody asked for."""
NEAR_THE_BEST, OF_ANOTHER_GUIDE = 0.78, 0.86
"""A unit is shown if its score is at least this share of the best one's; what another guide adds
must be nearly as good, for a second voice blurs a good answer sooner than it helps."""

# How much a section's role counts for what is asked. A role that isn't named counts nothing.
_ROLE_WORTH: dict[str, dict[str, float]] = {
    "": {"definition": 0.03, "steps": 0.04, "activity": -0.05, "reflection": -0.075, "when": -0.15},
    "definition": {"definition": 0.09, "steps": 0.01, "when": -0.05, "activity": -0.05},
    "steps": {
        "steps": 0.125,
        "words": 0.05,
        "watch_out": -0.025,
        "when": -0.15,
        "reflection": -0.1,
    },
    "phrasing": {
        "words": 0.2,
        "steps": 0.075,
        "questions": 0.05,
        "when": -0.15,
        "reflection": -0.1,
    },
    "questions": {"questions": 0.2, "words": 0.05, "when": -0.15},
    "reflection_prompts": {"reflection": 0.2, "questions": 0.15, "when": -0.15},
    "activity": {"activity": 0.175, "steps": 0.015, "when": -0.15},
    "example": {"example": 0.2, "words": 0.05, "questions": 0.05, "when": -0.15},
    "watch_out": {"watch_out": 0.125, "steps": 0.015, "when": -0.15},
}
_NEAR_ENOUGH = {"en": (0.52, 0.47, 0.84), "de": (0.62, 0.37, 0.86)}
"""By the question's language: the cosine that is enough alone; with the question's words in the
passage, the least cosine and the sum of cosine and coverage that are enough. They part the suites
`mentors`, `mentees` and `trainers`, of which nine in ten are answered, from `abstention` and 200
other questions beyond the guides, of which one in eight is."""
_OF_NEARNESS, _NEAR_A_FAMILIAR, _BEHIND = 3.3, 0.45, 0.05
"""What the nearest passage adds to the log odds that the built-in guides answer a question, by its
cosine; then their passages count from this cosine on, or if they are hardly behind the nearest. Of
`abstention` one in five is answered, of `mentors`, `mentees` and `trainers` 97 in 100."""
_PASSAGE_WORTH, _STATEMENT_WORTH = 0.4, 0.15
_HEADING_WORTH, _RANK_WORTH = 0.6, 0.2
"""What a unit's score is made of, beside its role. Chosen on the development half of the suites
`mentors`, `mentees`, `trainers` and `abstention`: its passage, its heading and the place in the
search say more than whether single statements share words with the question."""
_ASKED_OF_GUIDES = {"phrasing", "questions", "reflection_prompts", "activity"}
_LISTS_OF_LINES = {"words", "questions", "reflection"}
SHORTEST_LIST = 3
FITTING_ITEM = 0.6
"""An item of a list is shown if it is at least this near, measured by the list's nearest one."""

_LEAST_WORDS = 4


@dataclass(frozen=True)
class _Fit:
    """A passage that bears on the question: its place in the search and how near it is.

    `heading` is the share of the question that its nearest heading names, 0 to 1.
    """

    passage: Passage
    rank: int
    nearness: float
    heading: float


@dataclass(frozen=True)
class _Unit:
    """What is shown together: one sentence, or the items of one list."""

    statements: tuple[Statement, ...]
    score: float


class ExtractiveAnswerer:
    """An `Answerer` that quotes."""

    def __init__(self, weigher: Weigher) -> None:
        self._weigher = weigher

    def answer(self, request: Request) -> Iterator[Answer]:
        """Yield the answer statement by statement; the last one is whole."""
        fits, foreign = self._fitting(request)
        parts = (self._led(request, fits) or self._picked(request, fits)) if fits else []
        if not parts:
            yield not_covered(request, "no_more" if fits and request.said else "not_covered")
            return
        note = reply(request.language, "other_language") if foreign else ""
        yield from compose(request, parts, note, _beside(parts, fits))

    def _led(self, request: Request, fits: Mapping[int, _Fit]) -> list[Part]:
        """What the guide says that search puts first, as far as it wasn't said before; empty where
        its sections don't tell what they are for."""
        bearing = {fit.passage.guide_id for fit in fits.values()}
        lead = next(p for p in request.passages if p.guide_id in bearing)
        ranks = {fit.passage.chunk_id: rank for rank, fit in fits.items()}
        sections = [
            replace(section, statements=tuple(filter(_is_whole, section.statements)))
            for section in sections_of(self._weigher.passages_of(lead.guide_id), ranks)
        ]
        best = self._best_of(lead.guide_id, request).heading_path
        found = next((s for s in sections if s.heading_path == best), None)
        if found is None or found.role == "other" or not found.statements:
            return []
        return _fresh(led(request, found, sections, self._cosines), request.said)

    def _best_of(self, guide_id: int, request: Request) -> Passage:
        """The passage of the leading guide that bears most on the question."""
        own = [p for p in request.passages if p.guide_id == guide_id]
        headings = self._weigher.coverage(
            request.question, request.language, [(_heading(p), p.language) for p in own]
        )
        worth = [
            p.score / own[0].score
            + OF_COSINE * p.similarity**3
            + OF_HEADING * heading
            + OF_A_CASE * (len(p.heading_path) >= _DEPTH_OF_A_CASE)
            for p, heading in zip(own, headings, strict=True)
        ]
        return own[worth.index(max(worth))]

    def _cosines(self, text: str, lines: Sequence[Statement]) -> dict[Statement, float]:
        close = self._close(text, lines[0].passage.language, lines) if lines else []
        return {s: found.cosine for s, found in zip(lines, close, strict=True)}

    def _close(self, text: str, language: str, lines: Sequence[Statement]) -> list[Closeness]:
        texts = [(s.text[:LONGEST_WEIGHED], s.passage.language) for s in lines]
        return self._weigher.closeness(text, language, texts)

    def _fitting(self, request: Request) -> tuple[dict[int, _Fit], bool]:
        """The passages that truly bear on the question, by rank; whether only foreign ones do."""
        passages = _looked_at(request.passages)
        texts = [
            (". ".join([p.title, *p.heading_path, p.text, *p.asked]), p.language) for p in passages
        ]
        covered = self._weigher.coverage(request.question, request.language, texts)
        close = [Closeness(p.similarity, c) for p, c in zip(passages, covered, strict=True)]
        headings = self._weigher.coverage(
            request.question, request.language, [(_heading(p), p.language) for p in passages]
        )
        least = self._least_cosine(request)
        fits = [
            _Fit(passage, rank, _nearness(close[rank]), headings[rank])
            for rank, passage in enumerate(passages)
            if _named(passage.title, request.question)
            or (
                _bears(close[rank], request)
                if least is None or not passage.built_in
                else passage.similarity >= least
            )
        ]
        own = [fit for fit in fits if fit.passage.language == request.language]
        foreign = not own and not request.only_language
        chosen = fits if foreign else own
        return {fit.rank: fit for fit in chosen}, foreign and bool(chosen)

    def _least_cosine(self, request: Request) -> float | None:
        """From which cosine on passages of the built-in guides answer: none (above 1) where the
        guides don't; None where that can't be told, so that each passage is judged by itself."""
        familiar = self._weigher.familiarity(request.question)
        near = [p.similarity for p in request.passages if p.built_in]
        if math.isinf(familiar) or not any(near):
            return None
        if familiar + _OF_NEARNESS * max(near) < 0:
            return 2.0
        return min(_NEAR_A_FAMILIAR, max(near) - _BEHIND)

    def _picked(self, request: Request, fits: Mapping[int, _Fit]) -> list[Part]:
        """The statements of all passages that say most, where no guide's sections lead."""
        said = [shingles(text, 3) for text in request.said]
        units = [
            unit
            for unit in self._units(request, fits)
            if not all(_said(statement, said) for statement in unit.statements)
        ]
        chosen: list[Statement] = []
        seen = list(said)
        for unit in units:
            if unit.score < _share_needed(unit, units[0]) * units[0].score:
                continue
            room = max(MOST_STATEMENTS, len(unit.statements) if not chosen else 0) - len(chosen)
            fresh = [s for s in unit.statements if not _said(s, seen)]
            if not fresh or (len(fresh) > room and len(chosen) > 3):
                continue
            chosen += fresh[:room]
            seen += [shingles(s.text, 3) for s in fresh[:room]]
        return by_role(request.language, chosen)

    def _units(self, request: Request, fits: Mapping[int, _Fit]) -> list[_Unit]:
        """Sentences and lists, best first."""
        candidates = [
            statement
            for fit in fits.values()
            for statement in statements(fit.passage, fit.rank)
            if _can_stand(statement, request.want)
        ]
        nearness = self._nearnesses(request, candidates, fits)
        units = [
            _Unit(
                _shortened(members, nearness, request.want),
                _score(members, fits[min(s.rank for s in members)], nearness, request.want),
            )
            for members in _runs(candidates)
            if members[0].is_item or not all(map(_leans, members))
        ]
        return sorted(units, key=lambda u: (-u.score, u.statements[0].rank, u.statements[0].start))

    def _nearnesses(
        self, request: Request, candidates: Sequence[Statement], fits: Mapping[int, _Fit]
    ) -> dict[Statement, float]:
        """How near each statement is to the question.

        Only the most promising ones are embedded; the others count with their passage's cosine.
        """
        texts = [(s.text, s.passage.language) for s in candidates]
        covered = self._weigher.coverage(request.question, request.language, texts)
        rough = {
            s: _nearness(Closeness(s.passage.similarity, share))
            for s, share in zip(candidates, covered, strict=True)
        }
        promising = sorted(candidates, key=lambda s: -rough[s] - fits[s.rank].nearness)[
            :MOST_WEIGHED
        ]
        close = self._close(request.question, request.language, promising)
        return rough | {s: _nearness(found) for s, found in zip(promising, close, strict=True)}


def _looked_at(passages: Sequence[Passage]) -> list[Passage]:
    """The first passages, and the first of some further guides."""
    first = list(passages[:MOST_PASSAGES])
    best: dict[int, Passage] = {}
    for passage in passages[MOST_PASSAGES:]:
        best.setdefault(passage.guide_id, passage)
    known = {passage.guide_id for passage in first}
    return first + [p for guide, p in best.items() if guide not in known][:MOST_FURTHER]


def not_covered(request: Request, key: str = "not_covered") -> Answer:
    """Say plainly that the guides don't cover it, and name the nearest ones."""
    nearest: list[Passage] = []
    for passage in request.passages:
        if all(passage.guide_id != other.guide_id for other in nearest):
            nearest.append(passage)
    return Answer(
        text=reply(request.language, key if request.passages else "nothing_at_all"),
        language=request.language,
        kind="not_covered",
        nearest=tuple(nearest[:3]),
    )


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


def _nearness(found: Closeness) -> float:
    """One figure from both."""
    return 0.55 * max(found.cosine, 0.0) + 0.45 * found.coverage


def _score(
    members: Sequence[Statement], fit: _Fit, nearness: Mapping[Statement, float], want: str
) -> float:
    """How much a unit says to the question: its passage, its best statements, what it is for."""
    best = sorted((nearness[s] for s in members), reverse=True)[:2]
    score = _PASSAGE_WORTH * fit.nearness + _STATEMENT_WORTH * sum(best) / len(best)
    score += _RANK_WORTH / (1 + fit.rank / 2)
    return score + _ROLE_WORTH[want].get(members[0].role, 0.0) + _HEADING_WORTH * fit.heading


def _share_needed(unit: _Unit, best: _Unit) -> float:
    own = unit.statements[0].passage.guide_id == best.statements[0].passage.guide_id
    return NEAR_THE_BEST if own else OF_ANOTHER_GUIDE


def _can_stand(statement: Statement, want: str) -> bool:
    """Whether a statement says something by itself; a line torn from a dialogue doesn't."""
    if len(statement.text.split()) < _LEAST_WORDS and statement.role not in {"words", "questions"}:
        return False
    if statement.role == "example" and want != "example":
        return False
    return _is_whole(statement)


def _is_whole(statement: Statement) -> bool:
    """Whether a statement is words, and not a heading, a table, an address or an activity's
    minutes and material."""
    text = statement.text
    if text.endswith(":") or "http" in text or "|" in text or len(text) > 600:
        return False
    if text.count(" · ") > 1:
        return False
    return sum(character.isalpha() for character in text) >= 0.6 * len(text)


def _heading(passage: Passage) -> str:
    """What the passage is headed by, and how people ask for it."""
    heading = passage.heading_path[-1] if passage.heading_path else passage.title
    return ". ".join([heading, *passage.asked])


def _leans(statement: Statement) -> bool:
    """Whether a sentence leans on the one before it."""
    if statement.is_item:
        return False
    first = statement.text.split(maxsplit=1)[0].strip("„“\"'(,").lower()
    return first in data("knowledge", "leaning_words.yaml")[statement.passage.language]


def _runs(candidates: Sequence[Statement]) -> list[list[Statement]]:
    """Items of one list together, sentences of one paragraph together.

    Steps are one list within their section, even where it was cut into several chunks.
    """
    runs: dict[tuple[object, ...], list[Statement]] = {}
    for statement in candidates:
        place = statement.section if statement.ordered else (statement.rank, statement.run)
        runs.setdefault(place, []).append(statement)
    return [sorted(run, key=lambda s: s.start) for run in runs.values()]


def _shortened(
    members: Sequence[Statement], nearness: Mapping[Statement, float], want: str
) -> tuple[Statement, ...]:
    """What is shown of a unit: of a paragraph the sentences that say most, steps from the first
    on, of a long list the items that fit, in order."""
    if members[0].role == "example":
        return tuple(members[:LONGEST_EXAMPLE])
    if not members[0].is_item:
        return (_sentences(members, nearness),)
    if members[0].ordered:
        return tuple(members[:LONGEST_LIST])
    best = sorted(members, key=lambda s: -nearness[s])
    if members[0].role == "watch_out" and want != "watch_out":
        best = best[:LONGEST_WARNING]
    elif members[0].role in _LISTS_OF_LINES:
        best = best[:LONGEST_LIST]
    elif len(members) > SHORT_LIST:
        fitting = [s for s in best if nearness[s] >= FITTING_ITEM * nearness[best[0]]]
        best = best[: min(max(len(fitting), SHORTEST_LIST), LONGEST_LIST)]
    return tuple(s for s in members if s in best)


def _sentences(members: Sequence[Statement], nearness: Mapping[Statement, float]) -> Statement:
    """The sentences of a paragraph that stand together and say most, as one statement.

    What defines something does so in its first sentences.
    """
    windows = [
        window
        for n, first in enumerate(members)
        if not _leans(first)
        for window in [members[n : n + together(members[n : n + MOST_SENTENCES])]]
    ]
    defines = members[0].role == "definition"
    best = windows[0] if defines else max(windows, key=lambda w: _said_by(w, nearness))
    first, last = best[0], best[-1]
    begin, end = first.start - first.passage.start, last.end - first.passage.start
    return replace(first, text=first.passage.text[begin:end], end=last.end)


def _said_by(window: Sequence[Statement], nearness: Mapping[Statement, float]) -> float:
    """How much sentences say; one more must add something."""
    return sum(nearness[s] for s in window) / (1 + len(window))


def _beside(parts: Sequence[Part], fits: Mapping[int, _Fit]) -> list[Passage]:
    """The best passages of guides that bear on the question too and aren't in the answer."""
    shown = {s.passage.guide_id for part in parts for s in part.statements}
    best = {fits[rank].passage.guide_id: fits[rank].passage for rank in sorted(fits, reverse=True)}
    others = [fit.passage for _, fit in sorted(fits.items()) if fit.passage in best.values()]
    return [p for p in others if p.guide_id not in shown][:MOST_BESIDE]


def _fresh(parts: Sequence[Part], said: Sequence[str]) -> list[Part]:
    """Parts without what was said before."""
    seen = [shingles(text, 3) for text in said]
    kept = [
        replace(part, statements=tuple(s for s in part.statements if not _said(s, seen)))
        for part in parts
    ]
    return [part for part in kept if part.statements]


def _said(statement: Statement, seen: Sequence[frozenset[tuple[str, ...]]]) -> bool:
    return repeated(shingles(statement.text, 3), seen) is not None
