"""Lines of guides that serve only on an occasion, such as a video call or a third meeting.

The occasions stand in `knowledge/planning/occasions.yaml`. What it does not know: an occasion that
a guide names in other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from pydantic import BaseModel, ConfigDict

from assistant.answering.statements import Statement
from assistant.planning.request import SessionRequest, Setting, Stage, World
from assistant.planning.themes import Spoken
from assistant.words import any_of, data


class Occasion(BaseModel):
    """When a line with such `words` serves: one fact that holds is enough, or the words told.

    `several` stands for more than one mentee, `alone` for one, `until` for an age up to it or none
    that is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Mapping[Spoken, tuple[str, ...]]
    numbers: tuple[int, ...] = ()
    stages: tuple[Stage, ...] = ()
    settings: tuple[Setting, ...] = ()
    worlds: tuple[World, ...] = ()
    themes: tuple[str, ...] = ()
    several: bool = False
    alone: bool = False
    until: int | None = None

    def holds(self, request: SessionRequest) -> bool:
        """Whether a request is such an occasion."""
        return (
            request.number in self.numbers
            or request.stage in self.stages
            or request.setting in self.settings
            or request.world in self.worlds
            or bool({*request.themes} & {*self.themes})
            or (self.several and request.people > 1)
            or (self.alone and request.people == 1)
            or (self.until is not None and (request.age is None or request.age <= self.until))
        )


@cache
def load_occasions() -> Mapping[str, Occasion]:
    """`knowledge/planning/occasions.yaml`, read once a process."""
    told = data("knowledge", "planning/occasions.yaml")
    return {name: Occasion.model_validate(one) for name, one in told.items()}


def serving(lines: Sequence[Statement], request: SessionRequest) -> list[Statement]:
    """The lines whose occasion is there; all of them where it is there for none."""
    return [line for line in lines if serves(line.text, request)] or list(lines)


def serves(text: str, request: SessionRequest) -> bool:
    """Whether a text names no occasion, or one that is there."""
    named = [name for name in load_occasions() if _names(name, text, request.language)]
    return not named or any(
        load_occasions()[name].holds(request) or _names(name, request.situation, request.language)
        for name in named
    )


def _names(name: str, text: str, language: Spoken) -> bool:
    return _pattern(name, language).search(text.lower()) is not None


@cache
def _pattern(name: str, language: Spoken) -> re.Pattern[str]:
    return any_of(load_occasions()[name].words[language])
