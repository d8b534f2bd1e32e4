"""What is kept of mentees, their meetings and their plans, and reading it from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import ValidationError

from assistant.errors import UnknownPlan
from assistant.planning.plan import SessionPlan
from assistant.store.tables import MenteeRow, PlanRow, PlanVersionRow, SessionLogRow


@dataclass(frozen=True)
class Mentee:
    """Somebody a mentor meets; `planned_meetings` is how many there will be in all, if known."""

    id: int
    name: str
    age: int | None
    planned_meetings: int | None
    created: datetime


@dataclass(frozen=True)
class Agreement:
    """One thing that was agreed, and whether it was done."""

    text: str
    done: bool = False


@dataclass(frozen=True)
class SessionLog:
    """What the mentor noted after a meeting; `felt` is from 1 (hard) to 5 (good)."""

    id: int
    mentee_id: int
    number: int
    held_on: date
    happened: str
    agreed: tuple[Agreement, ...]
    felt: int | None
    felt_words: str
    created: datetime


@dataclass(frozen=True)
class OpenAgreement:
    """What was agreed and isn't done: line `place` (from 0) of the log of meeting `number`."""

    log_id: int
    place: int
    number: int
    held_on: date
    text: str


@dataclass(frozen=True)
class PlanRecord:
    """A kept plan, described by its newest version. `number` is its meeting's, if known."""

    id: int
    mentee_id: int | None
    version: int
    title: str
    number: int | None
    minutes: int
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class PlanVersion:
    """One version of a kept plan."""

    version: int
    created: datetime
    plan: SessionPlan


# -- rows to values ------------------------------------------------------------------------------


def mentee_of(row: MenteeRow) -> Mentee:
    """A row as a mentee."""
    return Mentee(row.id, row.name, row.age, row.planned_meetings, utc(row.created))


def log_of(row: SessionLogRow) -> SessionLog:
    """A row as a session log."""
    texts = row.texts
    return SessionLog(
        id=row.id,
        mentee_id=row.mentee_id,
        number=row.number,
        held_on=row.held_on,
        happened=texts["happened"],
        agreed=tuple(Agreement(line["text"], line["done"]) for line in texts["agreed"]),
        felt=row.felt,
        felt_words=texts["felt_words"],
        created=utc(row.created),
    )


def record_of(row: PlanRow, newest: PlanVersionRow) -> PlanRecord:
    """A plan's row, and that of its newest version, as a record."""
    request = newest.texts["request"]
    return PlanRecord(
        id=row.id,
        mentee_id=row.mentee_id,
        version=newest.version,
        title=newest.texts["title"],
        number=request["number"],
        minutes=request["minutes"],
        created=utc(row.created),
        updated=utc(row.updated),
    )


def plan_of(row: PlanVersionRow) -> SessionPlan:
    """A version's plan. Raises `UnknownPlan` for one of another Tandem."""
    try:
        return SessionPlan.model_validate(row.texts)
    except ValidationError as error:
        raise UnknownPlan(
            f"Version {row.version} of this plan was kept by another Tandem and can't be read by "
            "this one. Make the plan anew."
        ) from error


def utc(moment: datetime) -> datetime:
    """SQLite gives moments back without their zone, which is always UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
