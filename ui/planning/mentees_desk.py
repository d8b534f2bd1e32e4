"""Mentees on the page: adding, renaming and forgetting them, noting meetings, ticking off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from assistant.errors import MenteeError, UnknownMentee
from assistant.language import detect
from assistant.planning.mentees import Agreement
from assistant.safety.help import crisis_text
from ui.labels import Labels
from ui.planning import log_rendering, mentee_rendering
from ui.planning.desk import Act, Desk, Fields, Notice, Page, text
from ui.planning.mentee_rendering import Path

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.planning.mentees import SessionLog

_FIELD_OF = {
    "no_name": "name",
    "name_taken": "name",
    "age": "age",
    "meetings": "meetings",
    "number": "number",
    "number_taken": "number",
    "future": "held_on",
    "too_many": "agreed",
}
"""Where in a form a problem stands, by its code."""


class MenteesDesk:
    """What a person does with mentees and session logs."""

    def __init__(self, tandem: Assistant) -> None:
        self._tandem, self._store = tandem, tandem.mentees
        self.acts: Mapping[str, Act] = {
            "mentee": lambda desk, number, *_: desk.go("mentee", number),
            "add-mentee": lambda desk, *_: desk.go("add"),
            "save-mentee": self._add,
            "describe": self._describe,
            "forget": self._forget,
            "log": self._log,
            "save-log": self._save_log,
            "delete-log": self._delete_log,
            "tick": self._tick,
        }
        self.pages: Mapping[str, Page] = {
            "mentee": self._mentee_page,
            "add": log_rendering.add_html,
            "log": self._log_page,
        }

    # -- mentees ---------------------------------------------------------------------------------

    def _add(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        numbers = self._numbers(desk, fields, labels)
        if numbers is None:
            return
        try:
            mentee = self._store.add(text(fields, "name"), *numbers)
        except MenteeError as error:
            self._wrong(desk, error, labels)
            return
        desk.go("mentee", str(mentee.id))

    def _describe(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        numbers = self._numbers(desk, fields, labels)
        if numbers is None or desk.place[0] != "mentee":
            return
        number = int(desk.place[1])
        try:
            self._store.rename(number, text(fields, "name"))
            self._store.describe(number, *numbers)
        except MenteeError as error:
            self._wrong(desk, error, labels)
            return
        desk.go("mentee", str(number))
        desk.notice = Notice(labels("plan.saved"))

    def _numbers(
        self, desk: Desk, fields: Fields, labels: Labels
    ) -> tuple[int | None, int | None] | None:
        """Age and number of meetings; None where one is no number, which the desk then says."""
        found: list[int | None] = []
        for name in ("age", "meetings"):
            written = text(fields, name)
            if written and not written.isdecimal():
                desk.problems = {name: labels(f"plan.error_{name}")}
                return None
            found.append(int(written[:6]) if written else None)
        return found[0], found[1]

    def _wrong(self, desk: Desk, error: MenteeError, labels: Labels) -> None:
        said = labels(f"plan.error_{error.code}")
        if error.code in _FIELD_OF:
            desk.problems = {_FIELD_OF[error.code]: said}
        else:
            desk.notice = Notice(said, trouble=True)

    def _forget(self, desk: Desk, number: str, fields: Fields, labels: Labels) -> None:
        del fields
        name = self._store.get(int(number)).name
        self._store.forget(int(number))
        desk.go("new", "")
        desk.notice = Notice(labels("plan.forgotten", name=name))

    def _mentee_page(self, desk: Desk, labels: Labels) -> str:
        number = int(desk.place[1])
        store = self._store
        path = Path(
            mentee=store.get(number),
            logs=store.logs(number),
            events=store.path(number),
            open=store.open_agreements(number),
            ahead=store.outlook(number),
        )
        return mentee_rendering.page_html(path, desk, labels)

    # -- session logs ----------------------------------------------------------------------------

    def _log(self, desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
        """Open the form: ``mentee``, ``mentee/log`` to change one, ``mentee//number`` for a new."""
        del fields, labels
        mentee, log, number = (*what.split("/"), "", "")[:3]
        desk.go("log", mentee, log)
        if number and int(number) not in {one.number for one in self._store.logs(int(mentee))}:
            desk.typed = {"number": number}

    def _noted(self, desk: Desk) -> SessionLog | None:
        """The log that is open for changing. Raises `UnknownMentee` where it is gone."""
        _, mentee, log = desk.place
        if not log:
            return None
        for one in self._store.logs(int(mentee)):
            if str(one.id) == log:
                return one
        raise UnknownMentee("This session log is no longer there.")

    def _save_log(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        if desk.place[0] != "log":
            return
        mentee, happened = int(desk.place[1]), text(fields, "happened")
        lines = [line for line in text(fields, "agreed").splitlines() if line.strip()]
        felt, words = text(fields, "felt"), text(fields, "felt_words")
        if not (happened or lines or felt or words):
            desk.problems = {"happened": labels("plan.need_log")}
            return
        try:
            self._keep_log(desk, mentee, fields, lines)
        except MenteeError as error:
            self._wrong(desk, error, labels)
            return
        desk.go("mentee", str(mentee))
        desk.notice = Notice(labels("plan.log_kept"))
        desk.first = self._help_for(desk, "\n".join([happened, *lines, words]), labels)

    def _keep_log(self, desk: Desk, mentee: int, fields: Fields, lines: list[str]) -> None:
        old = self._noted(desk)
        happened, words = text(fields, "happened"), text(fields, "felt_words")
        felt, day = _number(text(fields, "felt")), _day(text(fields, "held_on"))
        number = _number(text(fields, "number"))
        if old is None:
            self._store.add_log(
                mentee, happened=happened, agreed=lines, felt=felt, felt_words=words, held_on=day,
                number=number,
            )  # fmt: skip
            return
        done = {line.text for line in old.agreed if line.done}
        agreed = tuple(Agreement(line, line.strip() in done) for line in lines)
        changed = replace(old, happened=happened, agreed=agreed, felt=felt, felt_words=words)
        self._store.edit_log(
            replace(changed, held_on=day or old.held_on, number=number or old.number)
        )

    def _help_for(self, desk: Desk, told: str, labels: Labels) -> str:
        """Human help, if what was noted tells of somebody at risk."""
        concern = self._tandem.assess(told)
        if concern is None or concern.severity == "low":
            return ""
        language = detect(told, labels.language)
        settings = self._tandem.settings
        country = desk.country or settings.country
        return crisis_text(concern, language, country, settings.contacts)

    def _delete_log(self, desk: Desk, number: str, fields: Fields, labels: Labels) -> None:
        del fields
        self._store.delete_log(int(number))
        desk.notice = Notice(labels("plan.log_deleted"))

    def _tick(self, desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
        """Mark something agreed as done or open: ``log:line:1`` or ``log:line:0``."""
        del desk, fields, labels
        log, place, done = (int(part) for part in what.split(":"))
        self._store.tick(log, place, bool(done))

    def _log_page(self, desk: Desk, labels: Labels) -> str:
        mentee = self._store.get(int(desk.place[1]))
        logs = self._store.logs(mentee.id)
        number = logs[-1].number + 1 if logs else 1
        return log_rendering.log_html(mentee, self._noted(desk), number, desk, labels)


def _number(written: str) -> int | None:
    return int(written[:6]) if written.isdecimal() else None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None
