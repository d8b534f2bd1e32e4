"""What a trainer writes: a case says what somebody types and what a good answer must do.

Cases stand in suites (`evals.suites`). What is checked depends on a case's kind (`evals.kinds`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.safety.concern import ConcernKind, Severity

Language = Literal["en", "de"]
Role = Literal["mentor", "mentee", "trainer", "coordinator"]
Status = Literal["draft", "reviewed", "retired"]
Split = Literal["dev", "test"]
Weight = Literal["vital", "okay"]
PlanStage = Literal["first", "regular", "half_way", "last"]
PlanSetting = Literal["in_person", "online", "phone", "outside"]
PlanWorld = Literal["school", "university", "work", "prison", "elsewhere"]
PlanAvoid = Literal[
    "feelings", "writing", "drawing", "games", "role_play", "reading", "advice", "exercises"
]
PlanWish = Literal["outside", "game", "icebreaker", "movement", "creative"]


@dataclass(frozen=True)
class Point:
    """Something that the answer should say.

    It counts as said when any of `accepted` stands in the answer: the same words in order, whatever
    their case, punctuation and Markdown; a ``*`` at a word's end stands for any ending.
    """

    accepted: tuple[str, ...]
    weight: Weight = "vital"


@dataclass(frozen=True)
class Limits:
    """The most that an answer may have; None is no limit."""

    words: int | None = None
    questions: int | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Change:
    """What a further message asks of a plan; whatever it doesn't name must stay as it was.

    `item` is the place of an agenda item, from 1, -1 for the last, "activity" for the exercise.
    `act` is done to it; `to` are the minutes more or less, the new place, or the people. `adds` is
    what comes in. `back_to` is a version's number, 0 for the one before. `nothing`: the message
    asks for no change at all.
    """

    minutes: int | None = None
    stage: PlanStage | None = None
    number: int | None = None
    name: str = ""
    age: int | None = None
    people: int | None = None
    setting: PlanSetting | None = None
    avoid: tuple[PlanAvoid, ...] = ()
    shun: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    language: Language | None = None
    item: int | Literal["activity"] | None = None
    act: Literal["remove", "longer", "shorter", "another", "move", "people"] | None = None
    to: int | None = None
    adds: PlanWish | Literal["break"] | None = None
    back_to: int | None = None
    nothing: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a plan must honour: what the first message states. What it doesn't state is left out.

    `people` is how many mentees come. `shun` are words that must not come up, `agreed` words of
    what was agreed last time. `conflict`: the escalation check belongs in; `beyond`: it has gone
    further than a peer should handle. `kind` is what comes instead of a plan where none should
    serve. `changes` are what the further messages ask, in order.
    """

    minutes: int | None = None
    stage: PlanStage | None = None
    number: int | None = None
    name: str = ""
    age: int | None = None
    people: int | None = None
    setting: PlanSetting | None = None
    world: PlanWorld | None = None
    avoid: tuple[PlanAvoid, ...] = ()
    shun: tuple[str, ...] = ()
    wishes: tuple[PlanWish, ...] = ()
    agreed: tuple[str, ...] = ()
    conflict: bool = False
    beyond: bool = False
    kind: Literal["session_plan", "boundary", "crisis"] = "session_plan"
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Case:
    """One case.

    `turns` are a person's messages in order; the assistant answers each before the next is said,
    and the answer to the last one is scored. `relevant` grades places in the guides from 1
    (touches it) to 3 (answers it fully); a place is a guide's path, or ``path#Heading``. `must_not`
    are wordings, as in `Point`, that must not appear. `concern` is the kind that must be noticed,
    None where there is none, `severity` the least severity it must have. `family` joins a case with
    its twin in the other language. `guides_language` is the language of the guides that answer,
    where it isn't the case's own. `plan` is what a session plan must honour; of its messages the
    first asks for the plan, each further one changes it.
    """

    id: str
    kind: str
    language: Language
    turns: tuple[str, ...]
    family: str = ""
    role: Role = "mentor"
    relevant: Mapping[str, int] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    must_not: tuple[str, ...] = ()
    limits: Limits = Limits()
    concern: ConcernKind | None = None
    severity: Severity | None = None
    guides_language: Language | None = None
    plan: Wanted | None = None
    source: str = ""
    status: Status = "draft"
    split: Split = "dev"
    note: str = ""

    @property
    def cluster(self) -> str:
        """What is resampled together: the family, or the case alone."""
        return self.family or self.id
