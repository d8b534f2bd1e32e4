"""Two forms of a check that are alike, and marking what somebody answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.cases import Language
from evals.courses.checks import Item, course_error, digest
from evals.metrics.wording import stands_in, words

Letter = Literal["a", "b"]


@dataclass(frozen=True)
class Form:
    """One of two alike sets of questions."""

    letter: Letter
    items: tuple[Item, ...]


@dataclass(frozen=True)
class MarkedItem:
    """A question with what was answered ("" for nothing)."""

    item: Item
    given: str
    right: bool


@dataclass(frozen=True)
class Marked:
    """A form that somebody answered; `score` is the share of right answers, 0 to 1."""

    form: Letter
    score: float
    items: tuple[MarkedItem, ...]


def parallel_forms(items: Sequence[Item], seed: int = 0) -> tuple[Form, Form]:
    """Two forms with the same number of questions a topic, matched in difficulty.

    Questions of a topic are paired with the nearest in difficulty, choices with choices where
    possible, and each pair is parted; of an odd number the one without a near partner is left
    out. The same for both languages of a check, since it goes by families. Raises `ValueError`
    when `items` hold a family twice, that is, both languages.
    """
    if len({item.family for item in items}) < len(items):
        raise ValueError("Forms are made of questions in one language.")
    topics = sorted({item.topic for item in items})
    pairs = [
        pair
        for topic in topics
        for pair in _pairs([item for item in items if item.topic == topic], seed)
    ]
    a: list[Item] = []
    b: list[Item] = []
    # Unlike pairs first, each harder question to the form that is easier so far.
    for easier, harder in sorted(pairs, key=lambda pair: pair[0].difficulty - pair[1].difficulty):
        lead = sum(item.difficulty for item in a) - sum(item.difficulty for item in b)
        to_a = lead < 0 or (lead == 0 and _drawn(easier, seed) < _drawn(harder, seed))
        a.append(harder if to_a else easier)
        b.append(easier if to_a else harder)
    return _form("a", a, seed), _form("b", b, seed)


def mark(form: Form, answers: Mapping[str, str], language: Language = "en") -> Marked:
    """Mark answers by the questions' ids: the text that was chosen or typed.

    A question without an answer is wrong. A short answer is right when an accepted wording stands
    in it; that it says the opposite around it is not noticed. Raises `CourseError` for an answer to
    no question of the form.
    """
    unknown = answers.keys() - {item.id for item in form.items}
    if unknown:
        raise course_error(language, "unknown_answers", names=", ".join(sorted(unknown)))
    items = tuple(_marked(item, answers.get(item.id, "").strip()) for item in form.items)
    score = sum(item.right for item in items) / len(items) if items else 0.0
    return Marked(form.letter, score, items)


def _marked(item: Item, given: str) -> MarkedItem:
    if item.right:
        return MarkedItem(item, given, given == item.right)
    spoken = " ".join(words(given))
    return MarkedItem(item, given, any(stands_in(wording, spoken) for wording in item.accepted))


def _pairs(items: Sequence[Item], seed: int) -> Iterator[tuple[Item, Item]]:
    """Neighbours in difficulty, the easier one first."""
    ordered = sorted(items, key=lambda i: (i.difficulty, bool(i.right), _drawn(i, seed)))
    if len(ordered) % 2:
        rests = [ordered[:place] + ordered[place + 1 :] for place in range(len(ordered))]
        ordered = min(rests, key=_unlikeness)
    yield from zip(ordered[::2], ordered[1::2], strict=True)


def _unlikeness(ordered: Sequence[Item]) -> tuple[int, int]:
    pairs = list(zip(ordered[::2], ordered[1::2], strict=True))
    return (
        sum(harder.difficulty - easier.difficulty for easier, harder in pairs),
        sum(bool(one.right) != bool(other.right) for one, other in pairs),
    )


def _form(letter: Letter, items: Sequence[Item], seed: int) -> Form:
    return Form(letter, tuple(sorted(items, key=lambda item: _drawn(item, seed))))


def _drawn(item: Item, seed: int) -> str:
    return digest(str(seed), item.family)
