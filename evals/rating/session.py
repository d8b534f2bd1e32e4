"""Blind rating: people judge the answers of one run, or of two, without knowing what made them.

Each rater goes through the answers in an order of their own, under ids that tell nothing. What the
ids are made with stands in the run's folder (ratings/key) and never leaves it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from assistant.words import storable
from evals.cases import Case, Language
from evals.outcomes import Outcome
from evals.rating.raters import Rater, Rating, rating_error, unwritable, words
from evals.runs import Run
from evals.scores import Score
from evals.verdicts import BEST, WORST, criteria

MARKS = range(WORST, BEST + 1)
BLOCK = 10
"""Cases whose two answers are rated before the next cases: who stops early leaves whole pairs."""


@dataclass(frozen=True)
class ShownQuote:
    """A source of an answer, as the rater reads it."""

    number: int
    quote: str
    path: str
    heading_path: tuple[str, ...]
    passage: str


@dataclass(frozen=True)
class Item:
    """An answer to rate, and nothing that tells which run it is from or how it scored.

    `content_note` warns of a text about danger.
    """

    id: str
    turns: tuple[str, ...]
    text: str
    quotes: tuple[ShownQuote, ...]
    content_note: bool


def content_note(language: Language) -> str:
    """What to say before an item whose `content_note` is set is shown."""
    return str(words(language)["content_note"])


class Progress(NamedTuple):
    """How many answers are rated, and how many there are."""

    done: int
    total: int


class Session:
    """A rater's way through the answers of one run, or of two mixed.

    The order depends on the rater, the runs and `seed` alone, so a session opened anew goes on
    where it stopped. Raises `RatingError` for a name that can't be used and runs that can't be
    rated together; its texts are in `language`.
    """

    def __init__(
        self, runs: Sequence[Run], rater: str, seed: int = 0, language: Language = "en"
    ) -> None:
        if not 1 <= len(runs) <= 2 or len({run.folder.resolve() for run in runs}) < len(runs):
            raise rating_error(language, "runs", count=len(runs))
        self._rater, self.language = Rater(rater, language), language
        for run in runs:
            self._rater.ratings(run)  # raises where somebody else has the name's file
        # By name, so that the order in which two runs are chosen changes nothing.
        ordered = sorted(runs, key=lambda run: run.name)
        places = [place for run in ordered for place in _places(run, self._rater)]
        if not places:
            raise rating_error(language, "nothing", run=", ".join(run.name for run in runs))
        shuffle = _Shuffle(self._rater.slug, str(seed), *(run.name for run in ordered))
        self._places = {place.id: place for place in shuffle.mixed(places)}

    @property
    def rater(self) -> str:
        """The rater's name, as it is kept."""
        return self._rater.name

    def items(self) -> list[Item]:
        """All answers in this rater's order."""
        return [place.item for place in self._places.values()]

    def next(self) -> Item | None:
        """The first answer that this rater has not rated, None when all are."""
        rated = self.rated()
        due = (place.item for place in self._places.values() if place.id not in rated)
        return next(due, None)

    def rated(self) -> dict[str, Rating]:
        """This rater's ratings by the answers' ids."""
        # Read anew each time, since the same rater may have a second window open.
        runs = {place.run.folder: place.run for place in self._places.values()}
        saved = {folder: self._rater.ratings(run) for folder, run in runs.items()}
        found = ((p.id, saved[p.run.folder].get(p.case.id)) for p in self._places.values())
        return {item: rating for item, rating in found if rating}

    def save(self, item_id: str, scores: Mapping[str, int], comment: str = "") -> None:
        """Keep a rating at once; a rating of the same answer before it counts no more.

        Raises `RatingError` where a criterion has no whole number from 1 to 5, `StorageError`.
        """
        place = self._place(item_id)
        asked = criteria(self.language)
        missing = [
            criterion.name
            for criterion in asked
            if type(scores.get(criterion.key)) is not int or scores[criterion.key] not in MARKS
        ]
        if missing:
            raise rating_error(self.language, "incomplete", names=", ".join(missing))
        given = {criterion.key: scores[criterion.key] for criterion in asked}
        rating = Rating(place.case.id, self.rater, given, storable(comment).strip())
        self._rater.append(place.run, rating)

    def progress(self) -> Progress:
        """How far the rater is."""
        return Progress(len(self.rated()), len(self._places))

    def revealed(self, item_id: str) -> list[Score]:
        """The automatic scores of an answer. Raises `RatingError` until it is rated."""
        place = self._place(item_id)
        if item_id not in self.rated():
            raise rating_error(self.language, "not_rated")
        return [score for score in place.run.scores() if score.case == place.case.id]

    def _place(self, item_id: str) -> _Place:
        if item_id not in self._places:
            raise rating_error(self.language, "unknown_item", item=item_id, rater=self.rater)
        return self._places[item_id]


@dataclass(frozen=True)
class _Place:
    """An answer, and where it comes from."""

    id: str
    run: Run
    case: Case
    outcome: Outcome

    @property
    def item(self) -> Item:
        danger = self.case.kind == "crisis" or self.case.concern is not None
        quotes = tuple(
            ShownQuote(quote.number, quote.quote, quote.path, quote.heading_path, quote.passage)
            for quote in self.outcome.quotes
        )
        return Item(self.id, self.case.turns, self.outcome.text, quotes, danger)


def _places(run: Run, rater: Rater) -> list[_Place]:
    """The run's answers, in the cases' order, under the ids that they have for this rater."""
    key = _key(run.folder / "ratings" / "key", rater.language)
    cases = {case.id: case for case in run.cases()}
    return [
        _Place(_opaque(key, rater.slug, outcome.case), run, cases[outcome.case], outcome)
        for outcome in run.outcomes()
        if outcome.text.strip()
    ]


def _key(file: Path, language: Language) -> str:
    try:
        file.parent.mkdir(exist_ok=True)
        with file.open("x", encoding="ascii") as out:
            out.write(secrets.token_hex(16))
    except FileExistsError:
        pass
    except OSError as error:
        raise unwritable(error, language) from error
    return file.read_text(encoding="ascii")


def _opaque(*parts: str) -> str:
    """Ten letters; a spreadsheet takes them neither for a number nor for a date."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in _digest(*parts)[:10])


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class _Shuffle:
    """An order that depends on the given names alone, whatever the version of Python."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def mixed(self, places: Iterable[_Place]) -> list[_Place]:
        """Shuffled, a case's two answers never side by side unless there is just one case.

        Cases go in blocks: all of a block are answered once, by either run, then once more.
        """
        answers: dict[str, list[_Place]] = {}
        for place in places:
            answers.setdefault(place.case.id, []).append(place)
        order = sorted(answers, key=lambda case: self._draw("case", case))
        blocks = [order[start : start + BLOCK] for start in range(0, len(order), BLOCK)]
        if len(blocks) > 1 and len(blocks[-1]) == 1:
            alone = blocks.pop()
            blocks[-1] += alone
        return [place for block in blocks for place in self._of_block(block, answers)]

    def _of_block(self, first: list[str], answers: Mapping[str, list[_Place]]) -> Iterator[_Place]:
        second = [case for case in first if len(answers[case]) == 2]
        second.sort(key=lambda case: self._draw("again", case))
        if second and second[0] == first[-1]:
            first[0], first[-1] = first[-1], first[0]
        turned = {case: int(self._draw("run", case), 16) % len(answers[case]) for case in first}
        yield from (answers[case][turned[case]] for case in first)
        yield from (answers[case][1 - turned[case]] for case in second)

    def _draw(self, what: str, case: str) -> str:
        return _digest(*self._names, what, case)
