"""Help with a quarrel that somebody tells of: how far it has gone, what fits, when to hand over.

What the guides hold for each case is named in `knowledge/planning/conflict.yaml`. What it does not
know: the other side's story.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.answering.answer import Answer
from assistant.answering.statements import Statement
from assistant.planning.citing import Cited, beginning, escaped
from assistant.planning.escalation import Told, stages_told
from assistant.planning.material import Material, Shelf
from assistant.planning.nearness import Find
from assistant.planning.picking import Picker
from assistant.planning.request import SessionRequest
from assistant.retrieval.passage import Passage
from assistant.words import data

Band = Literal["low", "hot", "war"]
"""Stages 1 to 3, where peers help; 4 to 6, where they hand over; 7 to 9, where it's urgent."""

Begins = tuple[str, str, str]
"""A line of a guide: the guide's name and how the line begins in English and in German."""

MOST_METHODS, MOST_BESIDE, MOST_WORDS = 3, 2, 3
"""Guides that are named as methods, fewer beside what comes first, and sentences to begin with: a
tired person reads no more."""

MOST_SIGNS = 4
LINES_OF_A_GUIDE = 2
OWN_IS_NEAR = 0.5
"""The cosine from which a guide of the user's own bears on a story."""

LEAST_WORDS = 8
"""Fewer words tell no story."""

LONG_QUESTION = 14
"""A question of so many words tells something as well."""

LONGEST_QUERY = 600
_SENTENCE = re.compile(r"[^.!?\n]+[.!?…]*")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Story(_Data):
    """What makes a message the story of a quarrel, as regular expressions."""

    quarrel: str
    helped: str
    person: str
    other_wish: str
    supposed: str


class Help(_Data):
    """The lines that help in one case; `first` stands above all else."""

    first: tuple[Begins, ...] = ()
    methods: tuple[Begins, ...]
    step: tuple[Begins, ...] = ()
    words: tuple[Begins, ...]
    hand_over: tuple[Begins, ...]


class Added(_Data):
    """A line to add when the words are about something."""

    about: str
    bands: tuple[Band, ...]
    whose: tuple[str, ...]
    line: Begins


class ConflictData(_Data):
    """`knowledge/planning/conflict.yaml`."""

    story: Story
    whose: Mapping[str, str]
    lines: Mapping[str, Mapping[Band, Help]]
    added: tuple[Added, ...]


@cache
def load_conflict() -> ConflictData:
    """What is known of conflicts, read once a process."""
    return ConflictData.model_validate(data("knowledge", "planning/conflict.yaml"))


def is_conflict_story(text: str) -> bool:
    """Whether somebody tells of a quarrel, with something that happened, and seeks help in it.

    Sure rather than complete: a plain question on conflicts, a case that is only supposed and a
    wish for something else, such as an exercise or a plan, are none.
    """
    story = load_conflict().story
    if _found(story.other_wish, text):
        return False
    sentences = [s for s in _SENTENCE.findall(text) if not _found(story.supposed, s)]
    told = " ".join(sentences)
    is_told = any(not s.endswith("?") for s in sentences) or len(told.split()) >= LONG_QUESTION
    if len(text.split()) < LEAST_WORDS or not is_told or not _found(story.person, told):
        return False
    seeks_help = "?" in text or _found(story.helped, text)
    return seeks_help and _is_quarrel(told)


def _is_quarrel(told: str) -> bool:
    """Whether words tell of a quarrel: called one, or by more than one thing that happened."""
    stages = stages_told(told)
    if stages is None:
        return False
    several, serious = len(stages.words) >= 2, stages.highest >= 3
    # "The row at work" alone tells of nothing that happened.
    named = _found(load_conflict().story.quarrel, told)
    return (several and serious) or (named and (several or serious))


def conflict_help(
    text: str, language: str, *, shelf: Shelf, picker: Picker, find: Find
) -> Answer | None:
    """What the guides hold for a quarrel; None when no stage is told or they hold nothing."""
    told = stages_told(text)
    if told is None:
        return None
    draft = _Help(text, language, told, shelf, picker, find)
    return draft.answer()


class _Help:
    """One answer while it is made."""

    def __init__(
        self, text: str, language: str, told: Told, shelf: Shelf, picker: Picker, find: Find
    ) -> None:
        self._text, self._language, self._told = text, language, told
        self._shelf, self._picker, self._find = shelf, picker, find
        self._guides = shelf.built_in(language)
        self._band = _band(told)
        self._whose = _whose(text)
        self._help = load_conflict().lines[self._whose][self._band]
        self._cited = Cited()
        self._words = data("prompts", f"planning/answers_{language}.yaml")["conflict"]

    def answer(self) -> Answer | None:
        self._say_stage()
        headings = self._words["headings"]
        first = self._lines(self._help.first)
        if first:
            first += self._added("first")
        self._part(headings["first"], first)
        self._say_methods(headings["methods"][self._band])
        words = self._lines(self._help.words)
        words = words[:1] + self._nearest(words[1:], MOST_WORDS - 1)
        self._part(headings["words"], words)
        self._part(headings["hand_over"][self._band], self._lines(self._help.hand_over))
        if not words or self._cited.guides < 2:
            return None
        return Answer(
            text=self._cited.text,
            language=self._language,
            kind="question",
            citations=self._cited.citations,
            follow_ups=(self._words["follow_ups"][self._band],),
        )

    def _say_stage(self) -> None:
        """The stage as an estimate, the words that suggest it, and what the guide says of it."""
        told, names = self._told, self._words["stages"]
        escalation = self._guides.get("understanding-escalation")
        key = "one" if told.lowest == told.highest else "two"
        begins = {"en": "Stage", "de": "Stufe"}[self._language] + f" {told.highest}, "
        if self._whose == "bullied":
            key = "bullied"
            begins = {"en": "Bullying is not", "de": "Mobbing ist kein"}[self._language]
        estimate = self._words[key].format(
            lowest=told.lowest,
            highest=told.highest,
            name_lowest=names[told.lowest],
            name_highest=names[told.highest],
        )
        words = ", ".join(
            self._words["word"].format(word=word) for word in told.words[-MOST_SIGNS:]
        )
        suggests = self._words["suggests"].format(words=escaped(words))
        self._cited.say(f"{estimate} {suggests} {self._words['estimate']}")
        described = beginning(escalation, begins)
        if described is not None:
            self._cited.paragraph(described)

    def _say_methods(self, heading: str) -> None:
        lines = self._lines(self._help.methods)
        if not self._help.first:
            lines += self._added("methods")
        lines += self._lines(self._help.step)
        by_guide: dict[str, list[Statement]] = {}
        for line in self._own() + lines:
            by_guide.setdefault(line.passage.title, []).append(line)
        if not by_guide:
            return
        self._cited.say(f"### {heading}")
        for title in self._best(by_guide):
            self._cited.list(by_guide[title], under=title)

    def _best(self, by_guide: Mapping[str, Sequence[Statement]]) -> list[str]:
        """The guides to name, in their order: own ones and the first stay, then the nearest."""
        titles = list(by_guide)
        most = MOST_BESIDE if self._help.first else MOST_METHODS
        if len(titles) <= most:
            return titles
        later = [line for title in titles[1:] for line in by_guide[title]]
        near = [line.passage.title for line in self._nearest(later, len(later))]
        kept = {titles[0], *list(dict.fromkeys(near))[: most - 1]}
        return [title for title in titles if title in kept]

    def _own(self) -> list[Statement]:
        """Up to two lines of the user's own guide that is nearest to the story."""
        for passage in self._find(self._text[:LONGEST_QUERY], 12, None, self._language):
            if passage.collection == "built-in" or passage.language != self._language:
                continue
            if passage.similarity < OWN_IS_NEAR:
                continue
            lines = _tellable(self._shelf.guide(passage.guide_id), passage)
            if lines:
                return self._nearest(lines, LINES_OF_A_GUIDE)
        return []

    def _added(self, part: Literal["first", "methods"]) -> list[Statement]:
        """Lines that the story calls for; a threat that nobody has made calls for none."""
        about = self._text if self._band == "low" else " ".join(self._told.words)
        called_for = [
            added.line
            for added in load_conflict().added
            if self._band in added.bands
            and self._whose in added.whose
            and (part == "first") == bool(self._help.first)
            and _found(added.about, about)
        ]
        return self._lines(called_for[:LINES_OF_A_GUIDE])

    def _lines(self, named: Sequence[Begins]) -> list[Statement]:
        place = {"en": 1, "de": 2}[self._language]
        found = (beginning(self._guides.get(line[0]), line[place]) for line in named)
        return [line for line in found if line is not None]

    def _nearest(self, lines: Sequence[Statement], count: int) -> list[Statement]:
        request = SessionRequest.model_validate({"language": self._language})
        return self._picker.nearest(self._text[:LONGEST_QUERY], lines, request, (), count)

    def _part(self, heading: str, lines: Sequence[Statement]) -> None:
        fresh = [line for line in lines if not self._cited.holds(line)]
        if fresh:
            self._cited.say(f"### {heading}")
            self._cited.list(fresh)


def _tellable(material: Material, passage: Passage) -> list[Statement]:
    """Lines of the found place that can stand alone."""
    return [
        line
        for line in material.lines
        if passage.start <= line.start
        and line.end <= passage.end
        and line.role not in {"example", "reflection"}
        and 4 <= len(line.text.split()) <= 50
        and not line.text.endswith(":")
    ]


def _band(told: Told) -> Band:
    if told.highest <= 3:
        return "low"
    return "hot" if told.highest <= 6 else "war"


def _whose(text: str) -> str:
    """Whose quarrel it is: with the mentor, among mentees, or, as mostly, with somebody else."""
    fits = (name for name, pattern in load_conflict().whose.items() if _found(pattern, text))
    return next(fits, "others")


def _found(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE)
