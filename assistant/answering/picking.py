"""The statements of all passages that say most, where no guide's sections lead.

Guides of one's own seldom say what their sections are for, so their sentences and lists are weighed
one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering.answer import Request
from assistant.answering.bearing import Fit, Weigher, close, nearness
from assistant.answering.composing import Part, by_role
from assistant.answering.leading import LONGEST_EXAMPLE, LONGEST_LIST, MOST_SENTENCES
from assistant.answering.sections import together
from assistant.answering.statements import Statement, is_whole, said_in, statements
from assistant.retrieval.closeness import Closeness
from assistant.retrieval.fusion import shingles
from assistant.words import data

MOST_STATEMENTS = 9

MOST_WEIGHED = 24
"""Statements that are embedded for one answer: 24 short texts take about 0.1 s on two cores."""

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

_PASSAGE_WORTH, _STATEMENT_WORTH = 0.4, 0.15
_HEADING_WORTH, _RANK_WORTH = 0.6, 0.2
"""What a unit's score is made of, beside its role. Chosen on the development half of the suites
`mentors`, `mentees`, `trainers` and `abstention`: its passage, its heading and the place in the
search say more than whether single statements share words with the question."""

_LISTS_OF_LINES = {"words", "questions", "reflection"}
SHORTEST_LIST = 3
FITTING_ITEM = 0.6
"""An item of a list is shown if it is at least this near, measured by the list's nearest one."""

_LEAST_WORDS = 4


@dataclass(frozen=True)
class _Unit:
    """What is shown together: one sentence, or the items of one list."""

    statements: tuple[Statement, ...]
    score: float


def picked(request: Request, fits: Mapping[int, Fit], weigher: Weigher) -> list[Part]:
    """The statements that say most, by what they are for, without what was said before."""
    said = [shingles(text, 3) for text in request.said]
    units = [
        unit
        for unit in _units(request, fits, weigher)
        if not all(said_in(statement, said) for statement in unit.statements)
    ]
    chosen: list[Statement] = []
    seen = list(said)
    for unit in units:
        if unit.score < _share_needed(unit, units[0]) * units[0].score:
            continue
        room = max(MOST_STATEMENTS, len(unit.statements) if not chosen else 0) - len(chosen)
        fresh = [s for s in unit.statements if not said_in(s, seen)]
        if not fresh or (len(fresh) > room and len(chosen) > 3):
            continue
        chosen += fresh[:room]
        seen += [shingles(s.text, 3) for s in fresh[:room]]
    return by_role(request.language, chosen)


def _units(request: Request, fits: Mapping[int, Fit], weigher: Weigher) -> list[_Unit]:
    """Sentences and lists, best first."""
    candidates = [
        statement
        for fit in fits.values()
        for statement in statements(fit.passage, fit.rank)
        if _can_stand(statement, request.want)
    ]
    near = _nearnesses(request, candidates, fits, weigher)
    units = [
        _Unit(
            _shortened(members, near, request.want),
            _score(members, fits[min(s.rank for s in members)], near, request.want),
        )
        for members in _runs(candidates)
        if members[0].is_item or not all(map(_leans, members))
    ]
    return sorted(units, key=lambda u: (-u.score, u.statements[0].rank, u.statements[0].start))


def _nearnesses(
    request: Request,
    candidates: Sequence[Statement],
    fits: Mapping[int, Fit],
    weigher: Weigher,
) -> dict[Statement, float]:
    """How near each statement is to the question.

    Only the most promising ones are embedded; the others count with their passage's cosine.
    """
    texts = [(s.text, s.passage.language) for s in candidates]
    covered = weigher.coverage(request.question, request.language, texts)
    rough = {
        s: nearness(Closeness(s.passage.similarity, share))
        for s, share in zip(candidates, covered, strict=True)
    }
    promising = sorted(candidates, key=lambda s: -rough[s] - fits[s.rank].nearness)[:MOST_WEIGHED]
    found = close(weigher, request.question, request.language, promising)
    return rough | {s: nearness(one) for s, one in zip(promising, found, strict=True)}


def _score(
    members: Sequence[Statement], fit: Fit, near: Mapping[Statement, float], want: str
) -> float:
    """How much a unit says to the question: its passage, its best statements, what it is for."""
    best = sorted((near[s] for s in members), reverse=True)[:2]
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
    return is_whole(statement)


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
    members: Sequence[Statement], near: Mapping[Statement, float], want: str
) -> tuple[Statement, ...]:
    """What is shown of a unit: of a paragraph the sentences that say most, steps from the first
    on, of a long list the items that fit, in order."""
    if members[0].role == "example":
        return tuple(members[:LONGEST_EXAMPLE])
    if not members[0].is_item:
        return (_sentences(members, near),)
    if members[0].ordered:
        return tuple(members[:LONGEST_LIST])
    best = sorted(members, key=lambda s: -near[s])
    if members[0].role == "watch_out" and want != "watch_out":
        best = best[:LONGEST_WARNING]
    elif members[0].role in _LISTS_OF_LINES:
        best = best[:LONGEST_LIST]
    elif len(members) > SHORT_LIST:
        fitting = [s for s in best if near[s] >= FITTING_ITEM * near[best[0]]]
        best = best[: min(max(len(fitting), SHORTEST_LIST), LONGEST_LIST)]
    return tuple(s for s in members if s in best)


def _sentences(members: Sequence[Statement], near: Mapping[Statement, float]) -> Statement:
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
    best = windows[0] if defines else max(windows, key=lambda w: _said_by(w, near))
    first, last = best[0], best[-1]
    begin, end = first.start - first.passage.start, last.end - first.passage.start
    return replace(first, text=first.passage.text[begin:end], end=last.end)


def _said_by(window: Sequence[Statement], near: Mapping[Statement, float]) -> float:
    """How much sentences say; one more must add something."""
    return sum(near[s] for s in window) / (1 + len(window))
