"""Rating answers blind on the page, and seeing how far people agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from evals.cases import Language
from ui.evaluating import rating_rendering
from ui.evaluating.desk import Act, Desk, Fields, Notice, Page, Rated, text
from ui.evaluating.run_figures import RunsSeen
from ui.labels import Labels


class RatingDesk:
    """Rating and agreement on the trainer's page."""

    def __init__(self, seen: RunsSeen) -> None:
        self._seen = seen
        self.acts: Mapping[str, Act] = {
            "rate-run": self._prepare,
            "begin-rating": self._begin,
            "save-rating": self._save,
            "leave-rating": self._leave,
            "agreement": self._choose,
        }
        self.pages: Mapping[str, Page] = {
            "rate": self._begin_page,
            "rating": self._rating_page,
            "agreement": self._agreement_page,
        }

    def _prepare(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        del fields, labels
        desk.setup["run"] = name
        desk.serial += 1
        desk.go("rate")

    def _begin(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        from evals.rating import Session

        chosen = dict.fromkeys(filter(None, (text(fields, "run"), text(fields, "beside"))))
        runs = [self._seen.run(name) for name in chosen]
        session = Session(runs, text(fields, "rater"), language=_spoken(labels))
        desk.session, desk.rated = session, None
        desk.go("rating")
        self._next(desk)

    def _next(self, desk: Desk) -> None:
        desk.item = desk.session.next() if desk.session else None
        desk.marks = {}
        desk.serial += 1

    def _save(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        del labels
        if desk.session is None or desk.item is None:
            return
        begun = "mark-"
        marks = {
            name.removeprefix(begun): int(value)
            for name, value in fields.items()
            if name.startswith(begun) and str(value).isdecimal()
        }
        desk.session.save(desk.item.id, marks, text(fields, "comment"))
        desk.rated = Rated(desk.item, marks)
        self._next(desk)

    def _leave(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        """Back to the beginning; somebody else may rate next, so the name is not kept."""
        del fields
        done, total = desk.session.progress() if desk.session else (0, 0)
        desk.session, desk.item, desk.rated = None, None, None
        desk.setup.pop("rater", None)
        desk.serial += 1
        desk.go("rate")
        if total:
            figures = {"done": labels.number(done), "total": labels.number(total)}
            desk.notice = Notice(labels("evals.rating_kept", **figures))

    def _begin_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        told = self._seen.all("")
        return rating_rendering.begin_html(told, desk.setup, desk.serial, labels), ""

    def _rating_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        from evals.rating import criteria

        if desk.session is None:
            return self._begin_page(desk, labels)
        html = rating_rendering.rating_html(
            desk.item, desk.session.progress(), criteria(_spoken(labels)), desk.marks, desk.serial,
            labels,
        )  # fmt: skip
        scores = desk.session.revealed(desk.rated.item.id) if desk.rated else []
        return html, rating_rendering.rated_html(desk.rated, scores, labels)

    # -- agreement -------------------------------------------------------------------------------

    def _choose(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        del labels
        desk.go("agreement", text(fields, "run"))

    def _agreement_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        from evals.rating import agreement_of, criteria

        told = self._seen.all("")
        rated = [each.name for each in told if self._is_rated(each.name)]
        chosen = desk.place[1] if len(desk.place) > 1 else next(iter(rated), "")
        if not chosen:
            return rating_rendering.agreement_html(told, "", (), {}, {}, labels), ""
        run = self._seen.run(chosen)
        outcomes = {outcome.case: outcome for outcome in run.outcomes()}
        html = rating_rendering.agreement_html(
            told,
            chosen,
            agreement_of(run),
            {case.id: (case, outcomes[case.id]) for case in run.cases() if case.id in outcomes},
            {criterion.key: criterion for criterion in criteria(_spoken(labels))},
            labels,
        )
        return html, ""

    def _is_rated(self, name: str) -> bool:
        return any((self._seen.folder / name / "ratings").glob("*.jsonl"))


def _spoken(labels: Labels) -> Language:
    return cast(Language, labels.language)
