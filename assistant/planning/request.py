"""What a mentor asks a plan for, as understood or as filled in by hand."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

LEAST_MINUTES, MOST_MINUTES = 10, 240
"""Shorter is a greeting, longer is a day together: a plan for neither would serve."""

LONGEST_TEXT = 6_000
"""Characters of a request that are read."""

Stage = Literal["first", "regular", "half_way", "last"]
Setting = Literal["in_person", "online", "phone", "outside"]
World = Literal["school", "university", "work", "prison", "elsewhere"]
Avoid = Literal[
    "feelings", "writing", "drawing", "games", "role_play", "reading", "advice", "exercises"
]
"""What the mentee dislikes or can't do; `exercises` is any activity."""

Wish = Literal["outside", "game", "icebreaker", "movement", "creative"]
"""What should be part of the meeting."""

RequestField = Literal["minutes", "stage", "people", "setting", "age", "situation", "bounds"]


class SessionRequest(BaseModel):
    """A meeting to be prepared.

    `number` is the meeting's number, from 1; `people` how many mentees come. `themes` are keys of
    `knowledge/planning/themes.yaml`, weightiest first; `traits` keys of its traits: how the mentee
    is. `situation` is what the mentor told, in their words. `shun` are words of topics not to
    bring up. `agreed` is what was agreed last time, `without` are keys of agenda items that were
    taken out; `guest` says in the mentor's words who joins who is no mentee, `seated` that nobody
    can move about, `brief` asks for few words. `assumed` names the fields that nobody stated and a
    default fills ("bounds": a time was stated that no plan can have); `question` is the field worth
    asking back, at most one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Literal["en", "de"] = "en"
    name: str = Field(default="", max_length=60)
    age: int | None = Field(default=None, ge=6, le=99)
    minutes: int = Field(default=60, ge=LEAST_MINUTES, le=MOST_MINUTES)
    stage: Stage = "regular"
    number: int | None = Field(default=None, ge=1, le=500)
    people: int = Field(default=1, ge=1, le=30)
    setting: Setting = "in_person"
    world: World = "elsewhere"
    situation: str = Field(default="", max_length=LONGEST_TEXT)
    themes: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    avoid: tuple[Avoid, ...] = ()
    shun: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()
    agreed: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    guest: str = Field(default="", max_length=200)
    seated: bool = False
    brief: bool = False
    assumed: tuple[RequestField, ...] = ()
    question: RequestField | None = None
