"""Plans on the page: made from a few sentences, corrected, changed by talking, looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.errors import StorageError, UnknownPlan
from assistant.planning.comparing import compare
from ui.evaluating.case_form import FormError
from ui.labels import Labels, labels
from ui.planning import plan_rendering, start_rendering
from ui.planning.desk import Act, Desk, Fields, Notice, Page, text
from ui.planning.kept_desk import named, opened
from ui.planning.request_form import answered, corrected
from ui.planning.versions_rendering import Kept

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.planning.mentees import Mentee
    from assistant.planning.plan import SessionPlan
    from assistant.planning.request import SessionRequest
    from ui.planning.doors import Doors


class PlansDesk:
    """What a person does with plans."""

    def __init__(self, tandem: Assistant, doors: Doors) -> None:
        self._tandem, self._doors = tandem, doors
        self.acts: Mapping[str, Act] = {
            "new": lambda desk, mentee, *_: desk.go("new", mentee),
            "ask": self._ask,
            "again": self._again,
            "for": self._for,
            "answer": self._answer,
            "tell": self._tell,
            "correct": self._correct,
            "change": self._change,
            "say": self._say,
        }
        self.pages: Mapping[str, Page] = {
            "new": self._new_page,
            "plan": self._plan_page,
            "instead": self._instead_page,
        }

    # -- from a few sentences --------------------------------------------------------------------

    def _ask(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        told = text(fields, "told")
        number = desk.place[1] if desk.place[0] == "new" else ""
        if not told and not number:
            desk.problems = {"told": labels("plan.need_text")}
            return
        planner = self._tandem.planner
        request = planner.understand(told)
        if not told:
            request = request.model_copy(update={"language": labels.language})
        try:
            mentee = self._mentee(number) or named(self._tandem.mentees, request.name)
            if mentee is not None:
                request = self._tandem.mentees.next_request(mentee.id, request)
        except StorageError:  # help must come without the store, and a plan can't be kept then
            mentee = None
        self._keep_new(desk, planner.compose(request, told, desk.country), mentee, told)

    def _for(self, desk: Desk, mentee: str, fields: Fields, labels: Labels) -> None:
        """Prepare for another mentee; what was written stays."""
        del labels
        desk.go("new", mentee)
        desk.typed = {"told": text(fields, "told")}

    def _again(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        """Back to the text of the last request."""
        del fields, labels
        desk.go("new", "")
        desk.typed = {"told": desk.told}

    def _keep_new(
        self, desk: Desk, plan: SessionPlan, mentee: Mentee | None, told: str = ""
    ) -> None:
        desk.told, desk.said = told, None
        if plan.instead:
            desk.go("instead")
            desk.said = plan
            return
        try:
            record = self._tandem.mentees.keep_plan(mentee.id if mentee else None, plan)
        except StorageError:
            desk.first = plan.first
            raise
        desk.go("plan", str(record.id), "")

    def open_from_chat(self, desk: Desk, message: int, said: Sequence[Mapping[str, str]]) -> None:
        """Keep the plan that an answer showed, once, and look at it; `said` leads up to it."""
        desk.entered = True
        if message in desk.from_chat:
            desk.go("plan", str(desk.from_chat[message]), "")
            return
        plan = self._tandem.planner.replayed(said, desk.country)
        if plan is None:
            raise UnknownPlan("This answer is not a plan any more.")
        self._keep_new(desk, plan, named(self._tandem.mentees, plan.request.name))
        if desk.place[0] == "plan":
            desk.from_chat[message] = int(desk.place[1])

    def _mentee(self, number: str) -> Mentee | None:
        return self._tandem.mentees.get(int(number)) if number.isdecimal() else None

    # -- correcting ------------------------------------------------------------------------------

    def _answer(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        """The question back, answered."""
        del labels
        answer = text(fields, "answer")
        if not answer:
            return
        plan = opened(desk, self._tandem.mentees).newest
        request = answered(plan.request, self._tandem.planner.understand(answer), answer)
        self._made_anew(desk, plan, request, answer)

    def _tell(self, desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
        """The question back, answered by choosing: ``field=value``."""
        del fields
        name, _, value = what.partition("=")
        plan = opened(desk, self._tandem.mentees).newest
        self._made_anew(desk, plan, corrected(plan.request, {name: value}, labels), "")

    def _correct(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        plan = opened(desk, self._tandem.mentees).newest
        try:
            request = corrected(plan.request, fields, labels)
        except FormError as error:
            desk.problems = dict(error.problems)
            desk.notice = Notice(labels("plan.not_made"), trouble=True)
            return
        self._made_anew(desk, plan, request, request.situation)

    def _made_anew(self, desk: Desk, old: SessionPlan, request: SessionRequest, told: str) -> None:
        whole = f"{request.situation}\n{told}".strip()
        new = self._tandem.planner.compose(request, whole, desk.country)
        said = labels(request.language)("plan.corrected")
        self._keep_version(desk, old, new.model_copy(update={"changes": (said,)}))

    # -- changing by talking ---------------------------------------------------------------------

    def _say(self, desk: Desk, wish: str, fields: Fields, labels: Labels) -> None:
        """A suggestion that was chosen."""
        self._change(desk, "", {**fields, "change": wish}, labels)

    def _change(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        wish = text(fields, "change")
        if not wish:
            return
        there = opened(desk, self._tandem.mentees)
        old = there.newest
        new = self._tandem.planner.change(old, wish, there.earlier, desk.country)
        if not new.instead and _same(old, new):
            desk.typed = {"change": wish}
            desk.serial += 1
            desk.notice = Notice(" ".join(new.changes) or labels("plan.unclear"), trouble=True)
            return
        self._keep_version(desk, old, new)

    def _keep_version(self, desk: Desk, old: SessionPlan, new: SessionPlan) -> None:
        """The next version of the open plan; what is said instead of one stands before it."""
        number = desk.place[1]
        if new.instead:
            desk.go("plan", number, "")
            desk.said = new
            return
        desk.said = None
        if old.first and not new.first:  # help once shown stays with the plan
            new = new.model_copy(update={"first": old.first})
        self._tandem.mentees.add_version(int(number), new)
        desk.go("plan", number, "")

    # -- what is shown ---------------------------------------------------------------------------

    def _new_page(self, desk: Desk, labels: Labels) -> str:
        store = self._tandem.mentees
        chosen = self._mentee(desk.place[1]) if desk.place[0] == "new" else None
        agreed = store.open_agreements(chosen.id) if chosen else ()
        logs = store.logs(chosen.id) if chosen else ()
        number = logs[-1].number + 1 if logs else 1
        return start_rendering.start_html(
            desk, labels, store.list(), chosen, number, [line.text for line in agreed]
        )

    def _instead_page(self, desk: Desk, labels: Labels) -> str:
        if desk.said is None:
            return self._new_page(desk, labels)
        return start_rendering.instead_html(desk.said, labels)

    def _plan_page(self, desk: Desk, labels: Labels) -> str:
        there = opened(desk, self._tandem.mentees)
        wanted = desk.place[2]
        shown = next(
            (one for one in there.versions if str(one.version) == wanted), there.versions[-1]
        )
        kept = Kept(
            record=there.record,
            versions=there.versions,
            shown=shown,
            token=self._doors.token(there.record.id),
            mentees=self._tandem.mentees.list(),
            difference=compare(shown.plan, there.newest) if desk.compared else None,
        )
        return plan_rendering.page_html(kept, desk, labels)


def _same(old: SessionPlan, new: SessionPlan) -> bool:
    """Whether a change left the plan as it was."""
    return new.model_copy(update={"version": old.version, "changes": old.changes}) == old
