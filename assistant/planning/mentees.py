"""Mentees under a name of the mentor's choosing, with their session logs and plans.

A mentee who is forgotten takes everything along. What it does not know: who the mentee really is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import overload

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import MenteeError, UnknownMentee, UnknownPlan
from assistant.planning import timeline
from assistant.planning.keeping import (
    LONGEST_NAME,
    day_held,
    facts,
    log_texts,
    name_key,
    one_line,
    within,
)
from assistant.planning.next_meeting import completed
from assistant.planning.plan import SessionPlan
from assistant.planning.records import (
    Agreement,
    Mentee,
    OpenAgreement,
    PlanRecord,
    PlanVersion,
    SessionLog,
    log_of,
    mentee_of,
    plan_of,
    record_of,
    utc,
)
from assistant.planning.request import SessionRequest
from assistant.planning.rows import (
    GONE,
    existing,
    free_name,
    free_number,
    locked,
    locked_log,
    locked_plan,
    logs_of,
    new_version,
    newest_versions,
)
from assistant.planning.wording import said
from assistant.store.database import Database
from assistant.store.tables import MenteeRow, PlanRow, PlanVersionRow, SessionLogRow


class Mentees:
    """The store of mentees, session logs and plans. Every method is one transaction.

    Methods raise `UnknownMentee` or `UnknownPlan` for what is gone, `MenteeError` for what can't
    be kept as given (too long, out of bounds, a name or number that is taken) and `StorageError`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- mentees -------------------------------------------------------------------------------

    def list(self) -> Sequence[Mentee]:
        """All mentees by name."""
        with self._database.session() as session:
            rows = session.scalars(select(MenteeRow).order_by(MenteeRow.name_key))
            return [mentee_of(row) for row in rows]

    def get(self, mentee_id: int) -> Mentee:
        """The mentee with that id."""
        with self._database.session() as session:
            return mentee_of(existing(session, mentee_id))

    def find(self, name: str) -> Mentee:
        """The mentee of that name, whether in capitals or not."""
        with self._database.session() as session:
            query = select(MenteeRow).where(MenteeRow.name_key == name_key(one_line(name)))
            row = session.scalar(query)
            if row is None:
                raise UnknownMentee(
                    f"There is no mentee called {one_line(name)[:LONGEST_NAME]!r}. "
                    "Look at the list of your mentees, or add this one first."
                )
            return mentee_of(row)

    def add(self, name: str, age: int | None = None, planned_meetings: int | None = None) -> Mentee:
        """A new mentee; no other may have that name."""
        known = facts(age, planned_meetings)
        with self._database.session() as session:
            row = MenteeRow(**free_name(session, name), **known)
            session.add(row)
            session.flush()
            return mentee_of(row)

    def rename(self, mentee_id: int, name: str) -> Mentee:
        """Call a mentee something else."""
        with self._database.session() as session:
            row = locked(session, mentee_id)
            for column, value in free_name(session, name, mentee_id).items():
                setattr(row, column, value)
            session.flush()
            return mentee_of(row)

    def describe(self, mentee_id: int, age: int | None, planned_meetings: int | None) -> Mentee:
        """Set the age and how many meetings there will be; None for what isn't known."""
        known = facts(age, planned_meetings)
        with self._database.session() as session:
            row = locked(session, mentee_id)
            row.age, row.planned_meetings = known["age"], known["planned_meetings"]
            session.flush()
            return mentee_of(row)

    def forget(self, mentee_id: int) -> None:
        """Delete a mentee with all session logs and plans, for good."""
        with self._database.session() as session:
            session.delete(existing(session, mentee_id))
        self._database.erase_traces()

    # -- session logs --------------------------------------------------------------------------

    def logs(self, mentee_id: int) -> Sequence[SessionLog]:
        """The session logs by the meetings' numbers."""
        with self._database.session() as session:
            existing(session, mentee_id)
            return logs_of(session, mentee_id)

    def add_log(
        self,
        mentee_id: int,
        *,
        happened: str = "",
        agreed: Iterable[str] = (),
        felt: int | None = None,
        felt_words: str = "",
        held_on: date | None = None,
        number: int | None = None,
    ) -> SessionLog:
        """Note a meeting: today's and the one after the last, unless stated otherwise."""
        texts = log_texts(happened, [Agreement(line) for line in agreed], felt_words)
        day = day_held(held_on or date.today())
        within("felt", felt, 1, 5, "How it felt is a number")
        with self._database.session() as session:
            locked(session, mentee_id)
            row = SessionLogRow(
                mentee_id=mentee_id,
                number=free_number(session, mentee_id, number),
                held_on=day,
                felt=felt,
                texts=texts,
            )
            session.add(row)
            session.flush()
            return log_of(row)

    def edit_log(self, log: SessionLog) -> SessionLog:
        """Keep a changed log (`dataclasses.replace`) instead of the one with its id."""
        texts = log_texts(log.happened, log.agreed, log.felt_words)
        day = day_held(log.held_on)
        within("felt", log.felt, 1, 5, "How it felt is a number")
        with self._database.session() as session:
            row = locked_log(session, log.id)
            row.number = free_number(session, row.mentee_id, log.number, log.id)
            row.held_on, row.felt, row.texts = day, log.felt, texts
            session.flush()
            return log_of(row)

    def delete_log(self, log_id: int) -> None:
        """Delete a session log for good; the others keep their numbers."""
        with self._database.session() as session:
            session.delete(locked_log(session, log_id))
        self._database.erase_traces()

    def open_agreements(self, mentee_id: int) -> Sequence[OpenAgreement]:
        """What was agreed and isn't done, of the newest meeting first."""
        return [
            OpenAgreement(log.id, place, log.number, log.held_on, line.text)
            for log in reversed(self.logs(mentee_id))
            for place, line in enumerate(log.agreed)
            if not line.done
        ]

    def tick(self, log_id: int, place: int, done: bool = True) -> SessionLog:
        """Mark line `place` of what was agreed as done, or as open again."""
        with self._database.session() as session:
            row = locked_log(session, log_id)
            lines = list(row.texts["agreed"])
            if not 0 <= place < len(lines):
                raise UnknownMentee("This agreement is no longer there. Look at the log again.")
            lines[place] = lines[place] | {"done": done}
            row.texts = row.texts | {"agreed": lines}
            session.flush()
            return log_of(row)

    # -- plans ---------------------------------------------------------------------------------

    def keep_plan(self, mentee_id: int | None, plan: SessionPlan) -> PlanRecord:
        """Keep a new plan as version 1 of its record, for a mentee or for nobody in particular."""
        with self._database.session() as session:
            if mentee_id is not None:
                locked(session, mentee_id)
            row = PlanRow(mentee_id=mentee_id)
            session.add(row)
            session.flush()
            return record_of(row, new_version(session, row.id, plan))

    def add_version(self, record_id: int, plan: SessionPlan) -> PlanRecord:
        """Keep a changed plan as the record's next version; all earlier ones stay."""
        with self._database.session() as session:
            row = locked_plan(session, record_id)
            return record_of(row, new_version(session, record_id, plan))

    def bring_back(self, record_id: int, version: int) -> PlanRecord:
        """Keep an old version's content as the record's next version; all earlier ones stay."""
        with self._database.session() as session:
            row = locked_plan(session, record_id)
            old = session.get(PlanVersionRow, (record_id, version))
            if old is None:
                raise UnknownPlan(f"This plan has no version {version}.")
            plan = plan_of(old)
            note = said(plan.language, "changes", "back", version=version)
            back = plan.model_copy(update={"changes": (note,)})
            return record_of(row, new_version(session, record_id, back))

    def plans(self, mentee_id: int | None) -> Sequence[PlanRecord]:
        """The plans of a mentee, or those for nobody in particular; last changed first."""
        mine = PlanRow.mentee_id.is_(None) if mentee_id is None else PlanRow.mentee_id == mentee_id
        query = newest_versions().where(mine).order_by(PlanRow.updated.desc(), PlanRow.id.desc())
        with self._database.session() as session:
            if mentee_id is not None:
                existing(session, mentee_id)
            return [record_of(row, newest) for row, newest in session.execute(query)]

    def record(self, record_id: int) -> PlanRecord:
        """A kept plan's record."""
        with self._database.session() as session:
            found = session.execute(newest_versions().where(PlanRow.id == record_id)).one_or_none()
            if found is None:
                raise UnknownPlan(GONE)
            return record_of(*found)

    def versions(self, record_id: int) -> Sequence[PlanVersion]:
        """All versions of a plan, the oldest first."""
        query = (
            select(PlanVersionRow)
            .where(PlanVersionRow.plan_id == record_id)
            .order_by(PlanVersionRow.version)
        )
        with self._database.session() as session:
            rows = session.scalars(query).all()
        if not rows:
            raise UnknownPlan(GONE)
        return [PlanVersion(row.version, utc(row.created), plan_of(row)) for row in rows]

    def delete_plan(self, record_id: int) -> None:
        """Delete a plan with all its versions, for good."""
        with self._database.session() as session:
            session.delete(locked_plan(session, record_id))
        self._database.erase_traces()

    # -- giving to another mentee --------------------------------------------------------------

    @overload
    def give(self, record: PlanRecord, mentee_id: int | None) -> PlanRecord: ...

    @overload
    def give(self, record: SessionLog, mentee_id: int | None) -> SessionLog: ...

    def give(
        self, record: PlanRecord | SessionLog, mentee_id: int | None
    ) -> PlanRecord | SessionLog:
        """Move a plan or a session log to another mentee; a plan also to nobody in particular.

        A plan's versions stay as they are. A log keeps its number if nothing else has it there,
        else it comes after the last.
        """
        with self._database.session() as session:
            if mentee_id is not None:
                locked(session, mentee_id)
            if isinstance(record, PlanRecord):
                return _plan_given(session, record.id, mentee_id)
            if mentee_id is None:
                raise MenteeError("no_mentee", "A session log belongs to a mentee: say to whom.")
            return _log_given(session, record.id, mentee_id)

    # -- what comes next -----------------------------------------------------------------------

    def next_request(self, mentee_id: int, request: SessionRequest) -> SessionRequest:
        """The request, with what is known of the mentee where it states nothing itself.

        Name and age; the meeting's number, one after the last; its stage, if the mentor said how
        many meetings there are; and the open agreements.
        """
        mentee = self.get(mentee_id)
        age = request.age or mentee.age or self._last_age(mentee_id)
        open_ = [line.text for line in self.open_agreements(mentee_id)]
        return completed(request, mentee, self.logs(mentee_id), age, open_)

    def outlook(self, mentee_id: int) -> Sequence[timeline.Turn]:
        """The known dips that lie ahead, each with its meeting's number."""
        logs = self.logs(mentee_id)
        last = logs[-1].number if logs else 0
        return timeline.outlook(last, self.get(mentee_id).planned_meetings)

    def path(self, mentee_id: int) -> Sequence[timeline.Event]:
        """The path so far and the turns ahead."""
        return timeline.timeline(self.get(mentee_id), self.logs(mentee_id), self.plans(mentee_id))

    def _last_age(self, mentee_id: int) -> int | None:
        """The age that the last plan which states one was made for."""
        query = newest_versions().where(PlanRow.mentee_id == mentee_id).order_by(PlanRow.id.desc())
        with self._database.session() as session:
            ages = (newest.texts["request"].get("age") for _, newest in session.execute(query))
            return next((age for age in ages if age is not None), None)


def _plan_given(session: Session, record_id: int, mentee_id: int | None) -> PlanRecord:
    locked_plan(session, record_id).mentee_id = mentee_id
    session.flush()
    return record_of(*session.execute(newest_versions().where(PlanRow.id == record_id)).one())


def _log_given(session: Session, log_id: int, mentee_id: int) -> SessionLog:
    row = locked_log(session, log_id)
    if row.mentee_id != mentee_id:
        taken = {log.number for log in logs_of(session, mentee_id)}
        stated = None if row.number in taken else row.number
        row.number = free_number(session, mentee_id, stated)
        row.mentee_id = mentee_id
        session.flush()
    return log_of(row)
