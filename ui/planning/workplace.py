"""The Plan view's work: which part a click belongs to, and what is shown then.

Nothing here knows of Gradio. A click carries "what:with what"; `Workplace.do` finds the part that
does it and leaves on the desk what came of it, `Workplace.show` says how the desk looks now.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, MenteeError, StorageError, UnknownMentee, UnknownPlan
from ui.labels import Labels
from ui.planning.desk import Act, Desk, Fields, Notice, Page, text
from ui.planning.doors import Doors
from ui.planning.kept_desk import KeptDesk
from ui.planning.mentees_desk import MenteesDesk
from ui.planning.parts import notice_html
from ui.planning.plans_desk import PlansDesk
from ui.planning.side_rendering import side_html
from ui.planning.sources import source_html
from ui.rendering import concern_html
from ui.trouble import sentence_for

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.planning.mentees import PlanRecord

_log = logging.getLogger(__name__)
_ONCE = frozenset({"ask", "answer", "correct", "change", "say", "save-log", "save-mentee"})
"""What a second click on a form that is done with must not do again."""

MOST_LISTED = 40
"""Plans at the side."""


class Workplace:
    """Everything that the Plan view does."""

    def __init__(self, tandem: Assistant, doors: Doors) -> None:
        self._tandem = tandem
        self._plans = PlansDesk(tandem, doors)
        mentees = MenteesDesk(tandem)
        self._acts: dict[str, Act] = {
            **self._plans.acts, **KeptDesk(tandem.mentees).acts, **mentees.acts, "enter": _enter,
        }  # fmt: skip
        self._pages: dict[str, Page] = {**self._plans.pages, **mentees.pages}

    def do(self, desk: Desk, wish: str, fields: Fields, labels: Labels) -> None:
        """Do what a click asks for; what can't be done is said on the desk."""
        desk.entered = True
        what, _, with_what = wish.partition(":")
        if what in _ONCE and text(fields, "serial") != str(desk.serial):
            return
        self.keep(desk, fields)
        desk.notice, desk.problems = None, {}
        act = self._acts.get(what)
        if act is not None:
            self._calmly(desk, labels, lambda: act(desk, with_what, fields, labels))

    def keep(self, desk: Desk, fields: Fields) -> None:
        """Remember what the open form holds, so that it is there when it is shown again."""
        if text(fields, "serial") == str(desk.serial):
            desk.typed = {name: value for name, value in fields.items() if name != "serial"}

    def open_from_chat(
        self, desk: Desk, message: int, said: Sequence[Mapping[str, str]], labels: Labels
    ) -> None:
        """Keep the plan that an answer of the chat showed, and look at it."""
        desk.notice = None
        self._calmly(desk, labels, lambda: self._plans.open_from_chat(desk, message, said))

    def _calmly(self, desk: Desk, labels: Labels, act: Callable[[], None]) -> None:
        """Do it; what can't be done is a sentence on the desk."""
        try:
            act()
        except (UnknownMentee, UnknownPlan):
            self._gone(desk, labels)
        except MenteeError as error:
            desk.notice = Notice(labels(f"plan.error_{error.code}"), trouble=True)
        except AssistantError as error:
            _log.warning("%s: %s", type(error).__name__, error)
            desk.notice = Notice(sentence_for(error, labels), trouble=True)

    def _gone(self, desk: Desk, labels: Labels) -> None:
        desk.go("new", "")
        desk.notice = Notice(labels("error.unknown"), trouble=True)

    def show(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        """(side, middle) as the desk looks now; help from people needs no store."""
        if desk.place[0] == "instead" and desk.said is not None:
            return self._side(desk, labels), self._pages["instead"](desk, labels)
        if desk.first and desk.place[0] == "new":  # a plan that couldn't be kept
            said = f"{concern_html(desk.first, labels)}\n\n{notice_html(desk.notice)}"
            return self._side(desk, labels), said
        try:
            main = self._pages[desk.place[0]](desk, labels)
        except (UnknownMentee, UnknownPlan):
            self._gone(desk, labels)
            main = self._pages["new"](desk, labels)
        notice = notice_html(desk.notice)
        return self._side(desk, labels), f"{notice}\n\n{main}" if notice else main

    def _side(self, desk: Desk, labels: Labels) -> str:
        try:
            mentees, plans = self._tandem.mentees.list(), self._listed()
        except StorageError:
            mentees, plans = (), []
        return side_html(mentees, plans, desk.place, labels)

    def _listed(self) -> list[PlanRecord]:
        """The plans for everybody, last changed first."""
        store = self._tandem.mentees
        plans = [*store.plans(None)]
        for mentee in store.list():
            plans += store.plans(mentee.id)
        plans.sort(key=lambda plan: (plan.updated, plan.id), reverse=True)
        return plans[:MOST_LISTED]

    def source(self, reference: str, labels: Labels) -> str:
        """The panel with the passage that a line of a plan stands on."""
        return source_html(self._tandem, reference, labels)


def _enter(desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
    """Look at the view; everything stays as it was left."""
