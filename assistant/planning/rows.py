"""The rows of mentees, session logs and plans: finding them, locking them, what may be added."""

from __future__ import annotations

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.orm import Session

from assistant.errors import MenteeError, UnknownMentee, UnknownPlan
from assistant.planning.keeping import (
    LARGEST_PLAN,
    LONGEST_NAME,
    MOST_MEETINGS,
    all_storable,
    bounded,
    name_key,
    one_line,
    within,
)
from assistant.planning.plan import SessionPlan
from assistant.planning.records import SessionLog, log_of
from assistant.store.tables import MenteeRow, PlanRow, PlanVersionRow, SessionLogRow, now

GONE = "This plan is no longer there."


def existing(session: Session, mentee_id: int) -> MenteeRow:
    """A mentee's row."""
    row = session.get(MenteeRow, mentee_id)
    if row is None:
        raise UnknownMentee("This mentee is no longer there.")
    return row


# A transaction that reads a number and writes the next one writes first: that makes every other
# writer wait, on SQLite for the database and on PostgreSQL for the row.


def locked(session: Session, mentee_id: int) -> MenteeRow:
    """A mentee's row, which nobody else changes until this is done."""
    session.execute(update(MenteeRow).where(MenteeRow.id == mentee_id).values(updated=now()))
    return existing(session, mentee_id)


def locked_log(session: Session, log_id: int) -> SessionLogRow:
    """A session log's row, locked."""
    same = {"number": SessionLogRow.number}
    session.execute(update(SessionLogRow).where(SessionLogRow.id == log_id).values(same))
    row = session.get(SessionLogRow, log_id)
    if row is None:
        raise UnknownMentee("This session log is no longer there.")
    return row


def locked_plan(session: Session, record_id: int) -> PlanRow:
    """A plan's row, locked; it counts as changed now."""
    session.execute(update(PlanRow).where(PlanRow.id == record_id).values(updated=now()))
    row = session.get(PlanRow, record_id)
    if row is None:
        raise UnknownPlan(GONE)
    return row


def logs_of(session: Session, mentee_id: int) -> list[SessionLog]:
    """A mentee's session logs by the meetings' numbers."""
    query = (
        select(SessionLogRow)
        .where(SessionLogRow.mentee_id == mentee_id)
        .order_by(SessionLogRow.number)
    )
    return [log_of(row) for row in session.scalars(query)]


def newest_versions() -> Select[PlanRow, PlanVersionRow]:
    """Each plan with its newest version."""
    top = (
        select(PlanVersionRow.plan_id, func.max(PlanVersionRow.version).label("version"))
        .group_by(PlanVersionRow.plan_id)
        .subquery()
    )
    newest = and_(PlanVersionRow.plan_id == top.c.plan_id, PlanVersionRow.version == top.c.version)
    return (
        select(PlanRow, PlanVersionRow)
        .join(PlanVersionRow, PlanVersionRow.plan_id == PlanRow.id)
        .join(top, newest)
    )


def new_version(session: Session, record_id: int, plan: SessionPlan) -> PlanVersionRow:
    """A plan as its record's next version."""
    if plan.instead:
        raise MenteeError("no_plan", "This is an answer instead of a plan; only plans are kept.")
    query = select(func.max(PlanVersionRow.version)).where(PlanVersionRow.plan_id == record_id)
    version = (session.scalar(query) or 0) + 1
    dumped = plan.model_copy(update={"version": version}).model_dump_json()
    bounded("The plan", dumped, LARGEST_PLAN)
    texts = all_storable(plan.model_dump(mode="json") | {"version": version})
    row = PlanVersionRow(plan_id=record_id, version=version, texts=texts)
    session.add(row)
    session.flush()
    return row


def free_name(session: Session, name: str, mentee_id: int | None = None) -> dict[str, str]:
    """The columns for a name that no other mentee has."""
    name = one_line(name)
    if not any(one.isprintable() for one in name):
        raise MenteeError("no_name", "A mentee needs a name, or an alias that you choose.")
    bounded("The name", name, LONGEST_NAME)
    query = select(MenteeRow.id).where(MenteeRow.name_key == name_key(name))
    if session.scalar(query) not in (None, mentee_id):
        raise MenteeError("name_taken", f"There is a mentee called {name!r} already.")
    return {"name": name, "name_key": name_key(name)}


def free_number(
    session: Session, mentee_id: int, number: int | None, log_id: int | None = None
) -> int:
    """The stated number if no other log has it, else the one after the last."""
    taken = {log.number for log in logs_of(session, mentee_id) if log.id != log_id}
    number = max(taken, default=0) + 1 if number is None else number
    within("number", number, 1, MOST_MEETINGS, "A meeting's number is")
    if number in taken:
        raise MenteeError(
            "number_taken", f"Meeting {number} has a session log already. Change that one instead."
        )
    return number
