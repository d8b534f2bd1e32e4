"""A session plan: what it holds, and what is true of every one."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.planning.request import SessionRequest


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """A section of a guide that lines stand on; `start` and `end` are its place in the guide."""

    number: int
    guide_id: int
    path: str
    title: str
    heading_path: tuple[str, ...]
    page: int | None = None
    language: str
    start: int
    end: int


class Line(_Part):
    """Words of a guide, verbatim: `quote` stands at `start` to `end` in the guide of `source`.

    `text` is the quote as shown, without Markdown marks.
    """

    text: str
    quote: str
    source: int
    start: int
    end: int


class AgendaItem(_Part):
    """A part of the meeting. `key` names its place in the order of a meeting.

    `title`, `purpose` and `note` are Tandem's own words; `how`, `say` and `ask` are the guides'.
    Of an exercise, `needs` is the material to bring along, `takes` the minutes that the guide names
    and `online` how it is done at a distance.
    `theme` is the theme it serves, "" for the frame of every meeting.
    """

    key: str
    title: str
    minutes: int = Field(ge=1)
    purpose: str
    note: str = ""
    needs: str = ""
    takes: int | None = None
    online: str = ""
    how: tuple[Line, ...] = ()
    say: tuple[Line, ...] = ()
    ask: tuple[Line, ...] = ()
    theme: str = ""
    people: int | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line that is taken from a guide."""
        return (*self.how, *self.say, *self.ask)


class Escalation(_Part):
    """How far a conflict seems to have gone: Glasl's stages `lowest` to `highest` (1 to 9).

    `words` are the mentor's own words that suggest it; `beyond` is true from stage 4 on, where a
    peer mentor hands over. Source: Friedrich Glasl, Konfliktmanagement, 1980; the limit is ours.
    """

    lowest: int = Field(ge=1, le=9)
    highest: int = Field(ge=1, le=9)
    words: tuple[str, ...] = ()
    says: str
    lines: tuple[Line, ...] = ()

    @property
    def beyond(self) -> bool:
        return self.highest >= 4


class SessionPlan(_Part):
    """A plan to take along, or what to say `instead` of one.

    The agenda's minutes add up to the request's. `first` is what a person should read before the
    plan (help for somebody at risk). With `instead` (a limit or a crisis; `kind` says which) there
    is no agenda. `changes` are sentences on what the last change did; `version` counts from 1.
    """

    kind: Literal["session_plan", "boundary", "crisis"] = "session_plan"
    language: Literal["en", "de"]
    request: SessionRequest
    title: str = ""
    aim: str = ""
    agenda: tuple[AgendaItem, ...] = ()
    escalation: Escalation | None = None
    listening: tuple[Line, ...] = ()
    watch_out: tuple[Line, ...] = ()
    limits: tuple[Line, ...] = ()
    mentee_prompts: tuple[Line, ...] = ()
    mentor_prompts: tuple[Line, ...] = ()
    prepare: tuple[str, ...] = ()
    agree: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    question: str = ""
    sources: tuple[Source, ...] = ()
    first: str = ""
    instead: str = ""
    version: int = Field(default=1, ge=1)
    changes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> SessionPlan:
        if self.instead:
            return self
        total = sum(item.minutes for item in self.agenda)
        if total != self.request.minutes:
            raise ValueError(f"agenda: {total} minutes, but the meeting has {self.request.minutes}")
        keys = [item.key for item in self.agenda]
        if len(set(keys)) != len(keys):
            raise ValueError("agenda: an item stands twice")
        return self
