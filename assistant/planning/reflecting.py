"""Sets of reflection prompts from the guides, fitted to a situation, an age and a model.

Every prompt is a line of a guide, or the question that one holds in quotation marks. What it does
not know: whether a prompt comes at the right moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.answering.answer import Answer
from assistant.answering.statements import Statement
from assistant.planning.citing import Cited, beginning
from assistant.planning.material import Material, Shelf
from assistant.planning.nearness import Find
from assistant.planning.picking import Picker
from assistant.planning.request import SessionRequest
from assistant.words import data

Whose = Literal["mentee", "mentor", "group"]
Begins = tuple[str, str, str]
"""Part of a guide: its name and how a line begins, or a heading, in English and in German."""

YOUNG, ADULT = 13, 20
"""Below 13 words stay short; from 13 to 19 prompts for teenagers may serve."""

CHILD = 9
"""The age that "child" and the like stand for."""

LONGEST_FOR_YOUNG = 12
"""Words of a prompt for the young."""

FEWEST, MOST, MOST_FOR_YOUNG = 5, 7, 5
OWN_IS_NEAR, FOUND_IS_NEAR = 0.5, 0.5
"""The cosine from which a guide bears on a situation."""

MOST_FOUND = 3
LONGEST_QUERY = 600
_SPEECH = re.compile(r"[\"“„]([^\"“”„]{8,})[\"“”]")
_PROMPT = re.compile(r"[?…]$")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReflectingData(_Data):
    """`knowledge/planning/reflecting.yaml`."""

    asked: Mapping[Literal["wish", "other"], str]
    models: Mapping[str, str]
    whose: Mapping[Whose, str]
    ages: Mapping[Literal["young", "year"], str]
    too_hard: tuple[str, ...]
    leads: str
    ahead: str
    models_lines: Mapping[str, Mapping[str, tuple[Begins, ...]]]
    sections: Mapping[str, tuple[Begins, ...]]
    always: Mapping[Whose, tuple[str, ...]]
    use: Mapping[str, tuple[Begins, ...]]


@dataclass(frozen=True)
class PromptWish:
    """What prompts are asked for: for whom, after which model ("" for any), for which age, about
    what."""

    whose: Whose
    model: str
    age: int | None
    about: str

    @property
    def young(self) -> bool:
        return self.age is not None and self.age < YOUNG


@cache
def load_reflecting() -> ReflectingData:
    """What is known of reflection prompts, read once a process."""
    return ReflectingData.model_validate(data("knowledge", "planning/reflecting.yaml"))


def asks_for_prompts(text: str) -> bool:
    """Whether a message asks for reflection prompts, not for what they are or how to use them."""
    asked = load_reflecting().asked
    return _found(asked["wish"], text) and not _found(asked["other"], text)


def wish_of(text: str) -> PromptWish:
    """What prompts a message asks for."""
    known = load_reflecting()
    model = next((name for name, pattern in known.models.items() if _found(pattern, text)), "")
    whose = next((name for name, pattern in known.whose.items() if _found(pattern, text)), None)
    about = text[:LONGEST_QUERY]
    for said in (known.asked["wish"], known.ages["year"]):
        about = _compiled(said).sub(" ", about)
    return PromptWish(whose or "mentee", model, _age(text), " ".join(about.split()))


def reflection_prompts(
    text: str, language: str, *, shelf: Shelf, picker: Picker, find: Find
) -> Answer | None:
    """Five to seven prompts from the guides, None when they hold too few that fit."""
    return _Set(wish_of(text), language, shelf, picker, find).answer()


class _Set:
    """One set of prompts while it is made."""

    def __init__(
        self, wish: PromptWish, language: str, shelf: Shelf, picker: Picker, find: Find
    ) -> None:
        self._wish, self._language = wish, language
        self._shelf, self._picker, self._find = shelf, picker, find
        self._guides = shelf.built_in(language)
        self._place = {"en": 1, "de": 2}[language]
        self._words = data("prompts", f"planning/answers_{language}.yaml")["reflection"]
        self._most = MOST_FOR_YOUNG if wish.young else MOST
        self._cited = Cited()

    def answer(self) -> Answer | None:
        wish, known = self._wish, load_reflecting()
        steps = known.models_lines.get(wish.model)
        if steps is not None and wish.whose != "mentor":
            self._in_steps(steps)
        else:
            self._freely()
        if len(self._cited.citations) < FEWEST - (wish.young or steps is not None):
            return None
        self._say_use()
        return Answer(
            text=self._cited.text,
            language=self._language,
            kind="reflection_prompts",
            citations=self._cited.citations,
            follow_ups=(self._words["follow_up"],),
        )

    # -- with the steps of a model -------------------------------------------------------------

    def _in_steps(self, steps: Mapping[str, Sequence[Begins]]) -> None:
        """One prompt a step or more, in the model's order, up to the most there may be."""
        candidates = {key: self._prompts(self._named(lines)) for key, lines in steps.items()}
        each, more = divmod(MOST, len(steps))
        self._cited.say(f"### {self._words['titles'][self._wish.model]}")
        for place, (key, prompts) in enumerate(candidates.items()):
            count = 1 if self._wish.young else each + (place >= len(steps) - more)
            name = self._words["steps"][key]["young" if self._wish.young else "name"]
            self._cited.list(self._best(prompts, count), under=name)

    def _best(self, prompts: Sequence[Statement], count: int) -> list[Statement]:
        """Those that fit best, in the guides' order; for the young the shortest."""
        if self._wish.young:
            easy = [p for p in prompts if self._easy(p)] or list(prompts)
            kept = sorted(easy, key=lambda p: len(p.text))[:count]
        else:
            kept = self._nearest(prompts, count)
        return [prompt for prompt in prompts if prompt in kept]

    # -- without steps -------------------------------------------------------------------------

    def _freely(self) -> None:
        """Questions to ask ("you") and prompts to think about alone ("I"), each back to ahead."""
        ask, write = self._candidates()
        if self._wish.model in load_reflecting().sections and self._wish.whose != "mentor":
            self._cited.say(f"### {self._words['titles'][self._wish.model]}")
        for_write = self._most if not ask else self._most - min(len(ask), self._most - 3)
        chosen_write = self._nearest(write, for_write)
        chosen_ask = self._nearest(ask, self._most - len(chosen_write))
        both = bool(chosen_ask and chosen_write)
        for key, chosen in (("ask", chosen_ask), ("write", chosen_write)):
            if both:
                self._cited.say(f"### {self._words['headings'][key]}")
            self._cited.list(_back_to_ahead(chosen))

    def _candidates(self) -> tuple[list[Statement], list[Statement]]:
        """(questions to ask, prompts to think about alone) that may serve."""
        wish, sections = self._wish, load_reflecting().sections
        mentors = wish.whose == "mentor"
        materials = self._bearing()
        whose = "mentor" if mentors else "mentee"
        write = [s for material in materials for s in material.prompts(whose, self._language)]
        if mentors:
            return [], self._prompts(write)
        if wish.model == "journal":
            return [], self._prompts([*self._under(sections["journal"]), *write])
        if wish.model == "strengths":
            return self._prompts(self._under(sections["strengths"])), []
        apart = {line.text for name in sections for line in self._under(sections[name])}
        ask = [s for material in materials for s in _questions(material) if s.text not in apart]
        if wish.age is not None and YOUNG <= wish.age < ADULT:
            ask += self._under(sections["teenagers"])
        return self._prompts(ask), self._prompts(write)

    def _bearing(self) -> list[Material]:
        """The guides that bear on the situation, the user's own first, then those for any."""
        own: dict[int, Material] = {}
        found: dict[int, Material] = {}
        query = self._wish.about
        for passage in self._find(query, 16, None, self._language) if query else ():
            if passage.language != self._language:
                continue
            built_in = passage.collection == "built-in"
            where, near = (found, FOUND_IS_NEAR) if built_in else (own, OWN_IS_NEAR)
            if passage.similarity >= near and len(where) < MOST_FOUND:
                where.setdefault(passage.guide_id, self._shelf.guide(passage.guide_id))
        always = load_reflecting().always[self._wish.whose]
        named = [self._guides[name] for name in always if name in self._guides]
        materials = [*own.values(), *found.values()]
        return materials + [m for m in named if m not in materials]

    # -- choosing ------------------------------------------------------------------------------

    def _prompts(self, lines: Iterable[Statement]) -> list[Statement]:
        """The questions and beginnings of sentences among lines, those the age can take."""
        prompts = [prompt for line in lines if (prompt := _prompt_of(line)) is not None]
        once = list({prompt.text: prompt for prompt in prompts}.values())
        if not self._wish.young or self._wish.model in load_reflecting().models_lines:
            return once
        return [prompt for prompt in once if self._easy(prompt)]

    def _easy(self, prompt: Statement) -> bool:
        if len(prompt.text.split()) > LONGEST_FOR_YOUNG:
            return False
        return not any(_found(hard, prompt.text) for hard in load_reflecting().too_hard)

    def _nearest(self, lines: Sequence[Statement], count: int) -> list[Statement]:
        """As many as asked for, nearest first; the picker alone stops where lines fit less well."""
        request = SessionRequest.model_validate({"language": self._language})
        chosen: list[Statement] = []
        while len(chosen) < count:
            told = [line.text for line in chosen]
            left = count - len(chosen)
            more = self._picker.nearest(self._wish.about, lines, request, told, left)
            if not more:
                break
            chosen += more
        return chosen

    def _named(self, named: Iterable[Begins]) -> list[Statement]:
        found = (beginning(self._guides.get(one[0]), one[self._place]) for one in named)
        return [line for line in found if line is not None]

    def _under(self, named: Iterable[Begins]) -> list[Statement]:
        return [
            line
            for name, *headings in named
            if (material := self._guides.get(name)) is not None
            for line in material.under(headings[self._place - 1])
        ]

    def _say_use(self) -> None:
        """How to use them, in a guide's words."""
        wish, use = self._wish, load_reflecting().use
        keys = ["young" if wish.young else "each"]
        keys += [key for key in (wish.whose, wish.model) if key in use]
        lines = self._named(line for key in keys for line in use[key])
        if lines:
            self._cited.say(f"### {self._words['headings']['use']}")
            self._cited.list(lines)


def _questions(material: Material) -> list[Statement]:
    """The questions that a guide offers for asking, without those among its own headings."""
    return [line for line in material.of_role("questions") if line.is_item]


def _prompt_of(line: Statement) -> Statement | None:
    """A line that is a prompt, or the question it holds in quotation marks."""
    speech = _SPEECH.search(line.text)
    if speech is not None and _is_offered(line.text, *speech.span()) and _PROMPT.search(speech[1]):
        start = line.start + speech.start(1)
        return replace(line, text=speech[1], start=start, end=start + len(speech[1]))
    return line if _PROMPT.search(line.text) and speech is None else None


def _is_offered(text: str, start: int, end: int) -> bool:
    """Whether a question in quotation marks is one to ask; a guide also quotes what not to ask."""
    alone = start == 0 and end == len(text)
    return alone or re.search(rf"(?:{load_reflecting().leads})$", text[:start]) is not None


def _back_to_ahead(prompts: Sequence[Statement]) -> list[Statement]:
    """What looks ahead comes last."""
    ahead = load_reflecting().ahead
    return sorted(prompts, key=lambda prompt: _found(ahead, prompt.text))


def _age(text: str) -> int | None:
    ages = load_reflecting().ages
    years = [
        int(number) for found in _compiled(ages["year"]).findall(text) for number in found if number
    ]
    told = next((year for year in years if 5 <= year <= 99), None)
    if told is None and _found(ages["young"], text):
        return CHILD
    return told


def _found(pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
