"""What guides offer for a plan: their lines by what they are for, their exercises.

The built-in guides say by their sections' titles what a line is for; in other guides it is told
from the words of the headings. What it does not know: whether a line is wise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import get_args

from assistant.answering.statements import Statement, role_of, statements
from assistant.planning.request import Wish
from assistant.retrieval.passage import Passage
from assistant.store.catalogue import GuideEntry, StoredGuide
from assistant.words import any_of, data

MOST_KEPT = 400
"""Guides whose lines stay in memory: some kilobytes each."""


@dataclass(frozen=True)
class Exercise:
    """Something to do together, as a guide describes it.

    `title` is what people call it, `minutes` what it takes, None where the guide doesn't say;
    `people` the least and the most who take part, mentor included. `marks` are what it asks for,
    as named in `knowledge/planning/marks.yaml`: writing, drawing, outside and so on; `offers` are
    the wishes that it fulfils, `made_for` those that its whole guide is for. `header` is
    the line that tells time, people and material; `online` how it is done at a distance, "" where
    the guide doesn't say.
    """

    title: str
    steps: tuple[Statement, ...]
    header: str = ""
    minutes: int | None = None
    people: tuple[int, int] = (2, 30)
    needs: str = ""
    online: str = ""
    marks: frozenset[str] = frozenset()
    offers: frozenset[Wish] = frozenset()
    made_for: frozenset[Wish] = frozenset()

    @property
    def passage(self) -> Passage:
        """The section it stands in."""
        return self.steps[0].passage


@dataclass(frozen=True)
class Material:
    """One guide's lines, in order, and its exercises."""

    entry: GuideEntry
    lines: tuple[Statement, ...]
    exercises: tuple[Exercise, ...]

    @property
    def name(self) -> str:
        """The file's name without folder and ending: the same in both languages."""
        return name_of(self.entry.path)

    def of_role(self, *roles: str) -> list[Statement]:
        """The lines that are for something; see `answering.statements.ROLES`."""
        return [line for line in self.lines if line.role in roles]

    def under(self, heading: str) -> list[Statement]:
        """The lines directly under a heading."""
        return [s for s in self.lines if s.passage.heading_path[-1:] == (heading,)]

    def prompts(self, whose: str, language: str) -> list[Statement]:
        """Reflection prompts for the "mentee" or the "mentor"."""
        wanted = _word_patterns(f"for_{whose}", language)
        return [
            s
            for s in self.of_role("reflection")
            if any(wanted.search(part.lower()) for part in s.passage.heading_path[1:])
        ]


class Shelf:
    """Guides as material, read once each: a guide's id never comes to mean another text."""

    def __init__(
        self, entries: Callable[[], Sequence[GuideEntry]], read: Callable[[int], StoredGuide]
    ) -> None:
        self._entries, self._read = entries, read
        self._material = lru_cache(maxsize=MOST_KEPT)(lambda number: material_of(read(number)))

    def built_in(self, language: str) -> dict[str, Material]:
        """The built-in guides of a language by name."""
        found = (
            self._material(entry.id)
            for entry in self._entries()
            if entry.collection == "built-in"
            and entry.state == "indexed"
            and entry.language == language
        )
        return {material.name: material for material in found}

    def stored(self, guide_id: int) -> StoredGuide:
        """A guide with its text. Raises `UnknownGuide`."""
        return self._read(guide_id)

    def guide(self, guide_id: int) -> Material:
        """Any guide. Raises `UnknownGuide`."""
        return self._material(guide_id)


def speaks_of(mark: str, text: str, language: str) -> bool:
    """Whether words of a list in `knowledge/planning/marks.yaml` stand in a text."""
    return _word_patterns(mark, language).search(text.lower()) is not None


def asks_for(mark: str, text: str, language: str) -> bool:
    """Whether a text asks for what the words of a mark name, such as writing.

    "You needn't write anything" doesn't: what denies stands in the same clause, before the word or
    right after it.
    """
    small = text.lower()
    denial = _word_patterns("denial", language)
    for match in _word_patterns(mark, language).finditer(small):
        before = _CLAUSE_END.split(small[: match.start()])[-1]
        after = " ".join(_CLAUSE_END.split(small[match.end() :])[0].split()[:_WORDS_AFTER])
        if not denial.search(before) and not denial.search(after):
            return True
    return False


_CLAUSE_END = re.compile(r"[,;:.!?\n–]")
_WORDS_AFTER = 2


def offered(text: str, guide: str, language: str) -> frozenset[Wish]:
    """Which wishes an exercise of a guide fulfils, by its words and by what the guide is for."""
    words = {wish for wish in get_args(Wish) if asks_for(f"wish_{wish}", text, language)}
    return frozenset(words) | made_for(guide)


def made_for(guide: str) -> frozenset[Wish]:
    """The wishes that every exercise of a built-in guide fulfils."""
    return frozenset(data("knowledge", "planning/marks.yaml")["made_for"].get(guide, ()))


def material_of(guide: StoredGuide) -> Material:
    """The lines and exercises of a guide's text."""
    passages = [passage_of(guide, *section) for section in guide.sections]
    lines = tuple(s for rank, p in enumerate(passages) for s in statements(p, rank))
    exercises = tuple(e for p in passages if (e := _exercise(p, lines)) is not None)
    return Material(guide.entry, lines, exercises)


def passage_of(
    guide: StoredGuide, heading_path: tuple[str, ...], start: int, end: int, page: int | None
) -> Passage:
    """A section of a guide as a passage."""
    entry = guide.entry
    return Passage(
        path=entry.path,
        title=entry.title,
        heading_path=tuple(heading_path),
        page=page,
        start=start,
        end=end,
        text=guide.text[start:end],
        score=0.0,
        language=entry.language,
        collection=entry.collection,
        guide_id=entry.id,
    )


def _exercise(passage: Passage, lines: Sequence[Statement]) -> Exercise | None:
    if role_of(passage.heading_path) != "activity":
        return None
    if not _title(passage):
        return None
    own = [s for s in lines if s.passage is passage]
    steps = tuple(s for s in own if s.ordered) or tuple(s for s in own if s.is_item)
    if len(steps) < 2:
        return None
    header = passage.text.strip().split("\n", 1)[0]
    header = header if " · " in header else ""
    parts = [part.strip() for part in header.split(" · ")]
    online = next((p.split(":", 1)[1].strip() for p in parts if p.startswith("online:")), "")
    told = [p for p in parts[2:] if not p.startswith("online:")]
    guide = name_of(passage.path) if passage.collection == "built-in" else ""
    nothing = _word_patterns("nothing", passage.language).search(" ".join(told))
    return Exercise(
        title=_title(passage),
        steps=steps,
        header=header,
        minutes=_minutes(parts[0]),
        people=_people(parts[1], passage.language) if len(parts) > 1 else (2, 30),
        needs="" if nothing else ", ".join(told),
        online=online,
        marks=frozenset(_marks(passage, told)),
        offers=offered(_told_of(passage, told), guide, passage.language),
        made_for=made_for(guide),
    )


def _title(passage: Passage) -> str:
    """What an exercise is called: by its heading, or by the guide's title. A built-in guide's only
    exercise has a name of its own, and none when it is made for training mentors."""
    heading = passage.heading_path[-1] if passage.heading_path else ""
    if len(passage.heading_path) > 1 and role_of((heading,)) != "activity":
        return heading
    if passage.collection != "built-in":
        return passage.title
    names = data("prompts", f"planning/exercises_{passage.language}.yaml")
    return str(names.get(name_of(passage.path), ""))


def name_of(path: str) -> str:
    """A guide's name: its file's, without folder and ending; the same in both languages."""
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _minutes(told: str) -> int | None:
    found = re.search(r"\d+", told)
    return int(found[0]) if found else None


def _people(told: str, language: str) -> tuple[int, int]:
    """How many can take part; a number that isn't told leaves the side open."""
    words = data("knowledge", "planning/marks.yaml")["numbers"][language]
    numbers = [
        int(word) if word.isdigit() else words[word]
        for word in re.findall(r"\w+", told.lower())
        if word.isdigit() or word in words
    ]
    open_ended = _word_patterns("group", language).search(told.lower()) is not None
    if not numbers:
        return (3, 30) if open_ended else (2, 30)
    return min(numbers), 30 if open_ended else max(numbers)


def _marks(passage: Passage, needs: Sequence[str]) -> Iterator[str]:
    """What an exercise asks for."""
    text = _told_of(passage, needs)
    for mark in data("knowledge", "planning/marks.yaml")["exercise_marks"]:
        if asks_for(mark, text, passage.language):
            yield mark


def _told_of(passage: Passage, needs: Sequence[str]) -> str:
    """What tells of an exercise: its heading, its material and its steps."""
    return "\n".join([*passage.heading_path[1:], *needs, passage.text])


@cache
def _word_patterns(name: str, language: str) -> re.Pattern[str]:
    """The words of a list in `knowledge/planning/marks.yaml`; * stands for any ending."""
    return any_of(data("knowledge", "planning/marks.yaml")["words"][name][language])
