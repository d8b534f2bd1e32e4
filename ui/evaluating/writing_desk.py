"""Writing suites and cases: the trainer's shelf, the form, and trying a case out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import UnknownGuide
from evals.cases import Case, Language
from evals.suite import Suite
from ui.evaluating import case_form, case_rendering
from ui.evaluating import rendering as rendering
from ui.evaluating.case_form import Draft, FormError
from ui.evaluating.case_rendering import Tried
from ui.evaluating.desk import Act, Desk, Fields, Notice, Page, text
from ui.evaluating.suite_shelf import Shelf, twins, with_case, with_case_at, without_case
from ui.labels import Labels
from ui.running import Running

if TYPE_CHECKING:
    from assistant import Assistant

_PASSAGES = 10


class WritingDesk:
    """Suites and cases on the trainer's page."""

    def __init__(self, tandem: Assistant, shelf: Shelf) -> None:
        self._tandem, self._shelf = tandem, shelf
        self.acts: Mapping[str, Act] = {
            "new-suite": self._new_suite,
            "copy": self._copy,
            "delete-suite": self._delete_suite,
            "take-suite": self._take_suite,
            "suite": lambda desk, name, *_: desk.go("suite", name),
            "new-case": self._new_case,
            "case": self._open_case,
            "twin": self._twin,
            "save-case": self._save,
            "save-then-new": self._save_then_new,
            "save-then-twin": self._save_then_twin,
            "delete-case": self._delete_case,
            "undo": self._undo,
            "try": self._try,
            "mark": self._mark,
        }
        self.pages: Mapping[str, Page] = {
            "suites": self._suites_page,
            "suite": self._suite_page,
            "case": self._case_page,
        }

    # -- suites ----------------------------------------------------------------------------------

    def take_in(self, desk: Desk, upload: Path, labels: Labels) -> None:
        """A suite that somebody brought; one whose name is known is asked about first.

        Raises `SuiteError` that names row and cell of every problem.
        """
        suite = self._shelf.read_upload(upload, _spoken(labels))
        desk.serial += 1
        desk.go("suites")
        if self._shelf.is_own(suite.name):
            desk.brought = suite
            title = rendering.suite_title(suite, labels)
            desk.notice = Notice(
                labels("evals.name_known", name=title),
                acts=(
                    ("take-suite:instead", labels("evals.replace_suite")),
                    ("take-suite:beside", labels("evals.keep_both")),
                ),
            )
            return
        name = self._shelf.free_name(suite.name.replace("-", " "))
        self._take(desk, replace(suite, name=name), labels)

    def _take(self, desk: Desk, suite: Suite, labels: Labels) -> None:
        self._shelf.keep(suite, _spoken(labels))
        desk.brought = None
        desk.go("suite", suite.name)
        desk.notice = Notice(labels.counted("evals.taken_in", len(suite.cases)))

    def _take_suite(self, desk: Desk, how: str, fields: Fields, labels: Labels) -> None:
        del fields
        suite = desk.brought
        if suite is not None and how == "beside":
            suite = replace(suite, name=self._shelf.free_name(suite.name.replace("-", " ")))
        if suite is not None:
            self._take(desk, suite, labels)

    def _new_suite(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        title = text(fields, "title")
        if not title:
            desk.notice = Notice(labels("evals.need_title"), trouble=True)
            return
        name = self._shelf.free_name(title)
        # A suite is kept with its first case: a file without any could not be read again.
        desk.setup |= {"new_suite": name, "new_title": title}
        self.begin(desk, case_form.new_draft(name, labels.language))

    def _copy(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        del fields
        suite = self._shelf.suite(name, _spoken(labels))
        titles = {code: _copied(suite, code) for code in suite.title}
        copied = self._shelf.copy(name, titles, _spoken(labels))
        desk.go("suite", copied)
        desk.notice = Notice(labels("evals.copied"))

    def _delete_suite(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        del fields
        self._shelf.delete(name)
        desk.go("suites")
        desk.notice = Notice(labels("evals.suite_deleted"))

    def _suites_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        return rendering.suites_html(self._shelf.all(_spoken(labels)), desk.serial, labels), ""

    def _suite_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        suite = self._shelf.suite(name := desk.place[1], _spoken(labels))
        has_twin, own = twins(suite.cases), self._shelf.is_own(name)
        return rendering.suite_html(suite, has_twin, labels, own=own), ""

    # -- cases -----------------------------------------------------------------------------------

    def begin(self, desk: Desk, draft: Draft) -> None:
        """Open a form; what was tried in the one before is forgotten."""
        desk.draft = draft
        desk.serial += 1
        desk.go("case")
        desk.trial = None

    def _new_case(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        del fields
        self._shelf.suite(name, _spoken(labels))
        self.begin(desk, case_form.new_draft(name, labels.language))

    def _open_case(self, desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
        del fields
        name, case = self._found(what, labels)
        self.begin(desk, case_form.draft_of(name, case))

    def _twin(self, desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
        del fields
        name, case = self._found(what, labels)
        self.begin(desk, case_form.twin_draft(name, case, self._paths()))

    def _found(self, what: str, labels: Labels) -> tuple[str, Case]:
        """The suite's name and the case of "suite/case". Raises `UnknownGuide`."""
        name, _, case_id = what.partition("/")
        for case in self._shelf.suite(name, _spoken(labels)).cases:
            if case.id == case_id:
                return name, case
        raise UnknownGuide("This case is not there any more.")

    def _paths(self) -> set[str]:
        return {guide.path for guide in self._tandem.library.guides() if guide.state == "indexed"}

    def _save(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        del fields
        saved = self._saved(desk, labels)
        if saved is not None:
            desk.serial += 1
            desk.go("suite", saved[0])

    def _save_then_new(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        del fields
        saved = self._saved(desk, labels)
        if saved is not None:
            name, case = saved
            kept = {"kind": case.kind, "role": case.role}
            self.begin(desk, case_form.new_draft(name, case.language, **kept))

    def _save_then_twin(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        del fields
        saved = self._saved(desk, labels)
        if saved is not None:
            self.begin(desk, case_form.twin_draft(*saved, self._paths()))

    def _saved(self, desk: Desk, labels: Labels) -> tuple[str, Case] | None:
        """Keep the case in the form; None where something is missing, which the desk then says."""
        draft = desk.draft
        if draft is None:
            return None
        suite = self._suite_for(draft, desk, labels)
        if suite is None:
            desk.notice = Notice(labels("evals.read_only"), trouble=True)
            return None
        taken = {case.id for case in suite.cases}
        try:
            case = case_form.case_of(draft, taken, labels)
        except FormError as error:
            desk.problems = dict(error.problems)
            desk.notice = Notice(labels("evals.not_saved"), trouble=True)
            return None
        partner = next((each for each in suite.cases if each.id == draft.twin_of), None)
        if partner is not None:
            partner = replace(partner, family=case.family)
        self._shelf.keep(with_case(suite, case, partner), _spoken(labels))
        desk.notice = Notice(labels("evals.case_saved"))
        return draft.suite, case

    def _suite_for(self, draft: Draft, desk: Desk, labels: Labels) -> Suite | None:
        """The own suite that a draft goes to; one that was only named so far begins with it."""
        if self._shelf.is_own(draft.suite):
            return self._shelf.suite(draft.suite, _spoken(labels))
        if draft.suite != desk.setup.get("new_suite"):
            return None
        title = desk.setup["new_title"]
        return Suite(draft.suite, {"en": title, "de": title}, 1, "", ())

    def _delete_case(self, desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
        del fields
        name, case = self._found(what, labels)
        suite = self._shelf.suite(name, _spoken(labels))
        if not self._shelf.is_own(name) or len(suite.cases) == 1:
            reason = "evals.last_case" if self._shelf.is_own(name) else "evals.read_only"
            desk.notice = Notice(labels(reason), trouble=True)
            return
        place = [each.id for each in suite.cases].index(case.id)
        self._shelf.keep(without_case(suite, case.id), _spoken(labels))
        desk.removed = (name, place, case)
        desk.notice = Notice(labels("evals.case_deleted"), acts=(("undo", labels("evals.undo")),))

    def _undo(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        del fields
        if desk.removed is None:
            return
        name, place, case = desk.removed
        suite = self._shelf.suite(name, _spoken(labels))
        self._shelf.keep(with_case_at(suite, case, place), _spoken(labels))
        desk.removed = None
        desk.notice = Notice(labels("evals.case_back"))

    # -- trying ----------------------------------------------------------------------------------

    def _try(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        del fields
        if desk.draft is None or self.trying(desk):
            return
        try:
            case = case_form.sketch(desk.draft, labels)
        except FormError as error:
            desk.problems = dict(error.problems)
            return
        desk.trial = Running(self._trial(case))

    def _trial(self, case: Case) -> Callable[[Callable[[Tried], None]], None]:
        from evals.kinds import kinds
        from evals.running import perform, score_case

        def work(take: Callable[[Tried], None]) -> None:
            self._tandem.wait()
            outcome = perform(self._tandem, case)
            searched = "search" in kinds()[case.kind].asks
            passages = self._tandem.search(case.turns[-1], _PASSAGES) if searched else []
            take(Tried(case, outcome, tuple(passages), tuple(score_case(case, outcome))))

        return work

    def trying(self, desk: Desk) -> bool:
        """Whether the case in the form is being tried."""
        return desk.place[0] == "case" and desk.trial is not None and desk.trial.going_on

    def _mark(self, desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
        del fields, labels
        grade, _, place = what.partition(":")
        if desk.draft is not None and grade in {"0", "1", "2", "3"} and place:
            desk.draft = desk.draft.marked(place, int(grade))

    def _case_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        draft = desk.draft
        if draft is None:
            return self._suites_page(desk, labels)
        own = self._shelf.is_own(draft.suite) or draft.suite == desk.setup.get("new_suite")
        tried = desk.trial.latest if desk.trial is not None else None
        beside = case_rendering.beside_html(
            draft, tried, labels,
            waiting=self.trying(desk), wrong=desk.problems.get("relevant", ""),
        )  # fmt: skip
        back = ("go:suites", desk.setup.get("new_title", ""))
        if self._shelf.has(draft.suite):
            suite = self._shelf.suite(draft.suite, _spoken(labels))
            back = (f"suite:{draft.suite}", rendering.suite_title(suite, labels))
        form = case_rendering.form_html(
            draft, desk.problems, desk.serial, labels, back=back, own=own
        )
        return form, beside


def _spoken(labels: Labels) -> Language:
    return "de" if labels.language == "de" else "en"


def _copied(suite: Suite, language: str) -> str:
    from ui.labels import labels

    return labels(language)("evals.copy_of", title=suite.title[language])
