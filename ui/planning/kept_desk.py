"""Plans that are kept: their versions, for whom they are, deleting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import MenteeError, UnknownMentee, UnknownPlan
from ui.labels import Labels
from ui.planning.desk import Act, Desk, Fields, Notice, text

if TYPE_CHECKING:
    from assistant.planning.mentees import Mentee, Mentees, PlanRecord, PlanVersion
    from assistant.planning.plan import SessionPlan


@dataclass(frozen=True)
class Open:
    """The plan that a desk looks at."""

    record: PlanRecord
    versions: Sequence[PlanVersion]

    @property
    def newest(self) -> SessionPlan:
        return self.versions[-1].plan

    @property
    def earlier(self) -> list[SessionPlan]:
        """The versions before, the oldest first."""
        return [version.plan for version in self.versions[:-1]]


def opened(desk: Desk, store: Mentees) -> Open:
    """The plan that the desk looks at. Raises `UnknownPlan`."""
    number = desk.place[1] if desk.place[0] == "plan" else ""
    if not number.isdecimal():
        raise UnknownPlan("No plan is open.")
    return Open(store.record(int(number)), store.versions(int(number)))


def named(store: Mentees, name: str) -> Mentee | None:
    """The mentee of that name, if there is one already."""
    try:
        return store.find(name) if name else None
    except UnknownMentee:
        return None


class KeptDesk:
    """What a person does with plans that are kept."""

    def __init__(self, store: Mentees) -> None:
        self._store = store
        self.acts: Mapping[str, Act] = {
            "open": lambda desk, number, *_: desk.go("plan", number, ""),
            "version": self._look_at,
            "compare": self._compare,
            "back": self._bring_back,
            "give": self._give,
            "give-new": self._give_new,
            "delete-plan": self._delete,
        }

    # -- versions --------------------------------------------------------------------------------

    def _look_at(self, desk: Desk, version: str, fields: Fields, labels: Labels) -> None:
        del fields, labels
        if desk.place[0] == "plan":
            desk.go("plan", desk.place[1], version)

    def _compare(self, desk: Desk, version: str, fields: Fields, labels: Labels) -> None:
        self._look_at(desk, version, fields, labels)
        desk.compared = True

    def _bring_back(self, desk: Desk, version: str, fields: Fields, labels: Labels) -> None:
        del fields, labels
        if desk.place[0] == "plan" and version.isdecimal():
            self._store.bring_back(int(desk.place[1]), int(version))
            desk.go("plan", desk.place[1], "")

    # -- for whom --------------------------------------------------------------------------------

    def _give(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        number = text(fields, "mentee")
        mentee = self._store.get(int(number)) if number.isdecimal() else None
        there = opened(desk, self._store)
        if there.record.mentee_id != (mentee.id if mentee else None):
            self._given_to(desk, there, mentee, labels)

    def _give_new(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        """To the mentee of that name, who is added where there is none."""
        there = opened(desk, self._store)
        name = name or text(fields, "new_mentee")
        mentee = named(self._store, name)
        if mentee is None:
            try:
                mentee = self._store.add(name)
            except MenteeError as error:
                desk.problems = {"new_mentee": labels(f"plan.error_{error.code}")}
                return
        self._given_to(desk, there, mentee, labels)

    def _given_to(self, desk: Desk, there: Open, mentee: Mentee | None, labels: Labels) -> None:
        first = there.versions[0].plan
        moved = self._store.keep_plan(mentee.id if mentee else None, first)
        for version in there.versions[1:]:
            self._store.add_version(moved.id, version.plan)
        self._store.delete_plan(there.record.id)
        desk.from_chat = {
            message: moved.id if kept == there.record.id else kept
            for message, kept in desk.from_chat.items()
        }
        desk.go("plan", str(moved.id), "")
        name = mentee.name if mentee else ""
        said = labels("plan.kept_for", name=name) if name else labels("plan.kept_for_nobody")
        desk.notice = Notice(said)

    def _delete(self, desk: Desk, number: str, fields: Fields, labels: Labels) -> None:
        del fields
        if number.isdecimal():
            self._store.delete_plan(int(number))
        if desk.place[:2] == ("plan", number):
            desk.go("new", "")
        desk.notice = Notice(labels("plan.deleted"))
