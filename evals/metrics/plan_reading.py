"""Reading a session plan as data: its lines, its exercises, the words of the checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from assistant.words import data
from evals.cases import Case
from evals.metrics.places import grades
from evals.outcomes import Planned

BESIDE = ("listening", "watch_out", "limits", "mentee_prompts", "mentor_prompts")
"""The lists of lines beside the agenda."""

_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")


class Plan:
    """A version of a plan, to look at."""

    def __init__(self, planned: Planned) -> None:
        self.planned = planned
        self.data: Mapping[str, Any] = planned.plan
        self.language: str = self.data["language"]
        self.request: Mapping[str, Any] = self.data["request"]
        self.agenda: Sequence[Mapping[str, Any]] = self.data["agenda"]
        self._guides = {
            source["number"]: source["path"].rpartition("/")[2].partition(".")[0]
            for source in self.data["sources"]
        }
        self._languages = {s["number"]: s["language"] for s in self.data["sources"]}

    @property
    def is_plan(self) -> bool:
        """Whether there is an agenda, and nothing instead of it."""
        return bool(self.agenda) and not self.data["instead"]

    @property
    def exercises(self) -> dict[str, str]:
        """By item's key the section of the exercise that it is."""
        return {i["key"]: found for i in self.agenda if (found := self.exercise(i))}

    def exercise(self, item: Mapping[str, Any]) -> str:
        """The section of an item's exercise, or ""."""
        return self.planned.exercises.get(item["key"], "")

    def guides(self, item: Mapping[str, Any]) -> list[str]:
        """The names of the guides that an item's lines stand in."""
        return list(dict.fromkeys(self.guide(line) for line in lines_of(item)))

    def guide(self, line: Mapping[str, Any]) -> str:
        """The name of a line's guide, the same in both languages."""
        return self._guides.get(line["source"], "")

    def language_of(self, line: Mapping[str, Any]) -> str:
        """The language of a line's guide."""
        return str(self._languages.get(line["source"], ""))

    def beside(self, name: str) -> Sequence[Mapping[str, Any]]:
        """One of the lists beside the agenda."""
        found: Sequence[Mapping[str, Any]] = self.data[name]
        return found

    def lines(self) -> list[Mapping[str, Any]]:
        """Every line from a guide, the agenda's first."""
        escalation = self.data["escalation"] or {}
        beside = [line for name in BESIDE for line in self.beside(name)]
        agenda = [line for item in self.agenda for line in lines_of(item)]
        return [*agenda, *beside, *escalation.get("lines", ())]

    def own_words(self) -> list[str]:
        """What Tandem itself says around the lines."""
        told = [text for item in self.agenda for text in (item["title"], item["purpose"])]
        one = [
            self.data["title"],
            self.data["aim"],
            (self.data["escalation"] or {}).get("says", ""),
        ]
        return [text for text in (*one, *told, *self.data["prepare"], *self.data["agree"]) if text]

    def said(self) -> str:
        """Everything a person reads in it, in lower case."""
        texts = [*self.own_words(), *(line["text"] for line in self.lines())]
        return "\n".join(texts).casefold()


def lines_of(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """An item's lines from guides."""
    return [*item["how"], *item["say"], *item["ask"]]


def text_of(item: Mapping[str, Any]) -> str:
    """What an item tells: its title and lines."""
    return "\n".join([item["title"], *(line["text"] for line in lines_of(item))])


def graded(case: Case) -> set[str]:
    """The names of the guides that a case grades: those on its topic."""
    return {path.rpartition("/")[2].partition(".")[0] for path in grades(case)}


def words_for(language: str, *keys: str) -> Any:
    """Words of `evals/plan_words.yaml` in a language."""
    found = checks()
    for key in keys:
        found = found[key]
    return found["de" if language == "de" else "en"]


def checks() -> Any:
    """`evals/plan_words.yaml`."""
    return data("evals", "plan_words.yaml")


def holds(text: str, language: str, *keys: str) -> bool:
    """Whether words of the checks stand in a text."""
    return _compiled(words_for(language, *keys)).search(text.casefold()) is not None


def asking(text: str, language: str, *keys: str) -> list[str]:
    """The sentences of a text that ask for something, those that deny it left out."""
    return [s for s in affirmed(text, language) if holds(s, language, *keys)]


def affirmed(text: str, language: str) -> Iterator[str]:
    """The sentences of a text that deny nothing."""
    denial = _compiled(words_for(language, "denials"))
    for line in text.splitlines():
        for sentence in _SENTENCE_END.split(line):
            if sentence and not denial.search(sentence.casefold()):
                yield sentence


def people_of(exercise: str, language: str) -> tuple[int, int]:
    """How many can take part in an exercise, mentor included, as its heading line says."""
    parts = exercise.partition("\n")[0].split(" · ")
    told = parts[1].casefold() if len(parts) > 1 else ""
    numbers = words_for(language, "numbers")
    found = [
        int(word) if word.isdecimal() else numbers[word]
        for word in re.findall(r"\w+", told)
        if word.isdecimal() or word in numbers
    ]
    is_open = holds(told, language, "open_ended")
    if not found:
        return (3, 99) if is_open else (2, 99)
    return min(found), 99 if is_open else max(found)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
