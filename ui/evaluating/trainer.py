"""The trainer's page: what is on each desk, and which part of the work a click belongs to.

Nothing here knows of Gradio. A click carries "what:with what"; `Trainer.do` finds the part that
does it and leaves on the desk what came of it, `Trainer.show` says how the desk looks now.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, SuiteError, UnknownGuide, UnknownRun
from evals.rating import RatingError
from ui.evaluating import rendering as rendering
from ui.evaluating.chat_cases import ChatCases
from ui.evaluating.desk import Act, Desk, Fields, Notice, Page, text
from ui.evaluating.rating_desk import RatingDesk
from ui.evaluating.runs_desk import RunsDesk
from ui.evaluating.suite_shelf import Shelf
from ui.evaluating.writing_desk import WritingDesk
from ui.labels import Labels
from ui.trouble import sentence_for

if TYPE_CHECKING:
    from assistant import Assistant

_log = logging.getLogger(__name__)
_ONCE = ("save-", "make-case", "start-run")
"""What a second click on a form that is done with must not do again."""


@dataclass(frozen=True)
class Shown:
    """How a desk looks: HTML of its four areas."""

    head: str
    progress: str
    main: str
    beside: str


class Trainer:
    """Everything that the trainer's page does."""

    def __init__(self, tandem: Assistant) -> None:
        self.shelf = Shelf(tandem.settings.home)
        self.runs = RunsDesk(tandem, self.shelf)
        self.writing = WritingDesk(tandem, self.shelf)
        rating = RatingDesk(self.runs.seen)
        chats = ChatCases(tandem, self.shelf, self.writing)
        parts = (self.writing, self.runs, rating, chats)
        self._acts: dict[str, Act] = {"go": _go}
        self._pages: dict[str, Page] = {}
        for part in parts:
            self._acts |= part.acts
            self._pages |= part.pages

    def do(self, desk: Desk, wish: str, fields: Fields, labels: Labels) -> None:
        """Do what a click asks for; what can't be done is said on the desk."""
        desk.entered = True
        act, _, what = wish.partition(":")
        late = text(fields, "serial") != str(desk.serial)
        if act.startswith(_ONCE) and late:
            return
        self.keep(desk, fields)
        desk.notice, desk.problems = None, {}
        if act in self._acts:
            self._calmly(desk, labels, lambda: self._acts[act](desk, what, fields, labels))

    def bring(self, desk: Desk, upload: Path, labels: Labels) -> None:
        """Take in a suite that somebody brought as a file."""
        desk.notice = None
        desk.go("suites")
        self._calmly(desk, labels, lambda: self.writing.take_in(desk, upload, labels))

    def _calmly(self, desk: Desk, labels: Labels, act: Callable[[], None]) -> None:
        """Do it; what can't be done is a sentence on the desk."""
        try:
            act()
        except (SuiteError, RatingError) as error:
            head, *lines = str(error).splitlines()
            details = tuple(line.lstrip("- ") for line in lines)
            desk.notice = Notice(head, trouble=True, lines=details)
        except (UnknownRun, UnknownGuide):
            desk.notice = Notice(labels("error.unknown"), trouble=True)
            desk.go(rendering.PARTS[0])
        except AssistantError as error:
            _log.warning("%s: %s", type(error).__name__, error)
            desk.notice = Notice(sentence_for(error, labels), trouble=True)

    def keep(self, desk: Desk, fields: Fields) -> None:
        """Remember what the open form holds, so that it is there when it is shown again."""
        if text(fields, "serial") != str(desk.serial):
            return
        texts = {name: value for name, value in fields.items() if isinstance(value, str)}
        place = desk.place[0]
        if place == "case" and desk.draft is not None:
            desk.draft = desk.draft.filled(texts)
        elif place == "rating":
            desk.marks = texts
        elif place in {"runs", "rate", "compare"}:
            desk.setup |= texts

    def show(self, desk: Desk, labels: Labels) -> Shown:
        """How the desk looks now."""
        try:
            main, beside = self._page(desk)(desk, labels)
        except (UnknownRun, UnknownGuide):
            desk.notice = Notice(labels("error.unknown"), trouble=True)
            desk.go(rendering.PARTS[0])
            main, beside = self._page(desk)(desk, labels)
        notice = rendering.notice_html(desk.notice)
        main = f"{notice}\n\n{main}" if notice else main
        head = rendering.head_html(desk.place[0], labels)
        return Shown(head, self.runs.progress(labels), main, beside)

    def beside(self, desk: Desk, labels: Labels) -> str:
        """What is beside the middle alone, while something is tried."""
        return self._page(desk)(desk, labels)[1]

    def progress(self, labels: Labels) -> str:
        """How far the run is that is going on, or ""."""
        return self.runs.progress(labels)

    def _page(self, desk: Desk) -> Page:
        return self._pages.get(desk.place[0]) or self._pages[rendering.PARTS[0]]


def _go(desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
    del fields, labels
    if what in rendering.PARTS:
        desk.serial += 1
        desk.go(what)
