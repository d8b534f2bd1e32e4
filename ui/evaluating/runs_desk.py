"""Running suites from the page: starting, stopping, going on, looking, and comparing two runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from assistant.errors import UnlikeRuns
from evals.cases import Language
from evals.runs import Run
from ui.evaluating import comparing_rendering, runs_rendering
from ui.evaluating.desk import Act, Desk, Fields, Notice, Page, text
from ui.evaluating.rendering import suite_title
from ui.evaluating.run_figures import RunsSeen, worst
from ui.evaluating.suite_shelf import Shelf
from ui.labels import Labels
from ui.running import RunningWork, StoppedError

if TYPE_CHECKING:
    from assistant import Assistant
    from evals.comparing import Comparison
    from evals.running import Progress
    from evals.suite import Suite

_THE_RUN = 0
"""One run at a time, so all runs go under one key."""

_LONGEST_LABEL = 80


class RunsDesk:
    """Runs on the trainer's page."""

    def __init__(self, tandem: Assistant, shelf: Shelf) -> None:
        self._tandem, self._shelf = tandem, shelf
        self.seen = RunsSeen(tandem.settings.home / "evals" / "runs")
        self._running: RunningWork[Progress] = RunningWork()
        self._name, self._title = "", ""
        self._compared: tuple[tuple[str, str], Comparison] | None = None
        self.acts: Mapping[str, Act] = {
            "prepare-run": self._prepare,
            "start-run": self._start,
            "stop-run": self._stop,
            "go-on": self._go_on,
            "run": lambda desk, name, *_: desk.go("run", name),
            "delete-run": self._delete,
            "compare-with": self._compare_with,
            "compare": self._compare,
        }
        self.pages: Mapping[str, Page] = {
            "runs": self._runs_page,
            "run": self._run_page,
            "compare": self._compare_page,
        }

    # -- running ---------------------------------------------------------------------------------

    def busy(self) -> bool:
        """Whether a suite is being run."""
        running = self._running.get(_THE_RUN)
        return running is not None and not running.finished

    def progress(self, labels: Labels) -> str:
        """How far the run is that is going on, or ""."""
        running = self._running.get(_THE_RUN)
        if running is None or running.finished:
            return ""
        return runs_rendering.progress_html(self._title, running.latest, labels)

    def _prepare(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        del fields, labels
        desk.setup["suite"] = name
        desk.serial += 1
        desk.go("runs")

    def _start(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        suite = self._shelf.suite(text(fields, "suite"), _spoken(labels))
        label = text(fields, "label")[:_LONGEST_LABEL]
        self._begin(desk, label or suite_title(suite, labels), self._new_run(suite, label), labels)

    def _go_on(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        del fields
        run = self.seen.run(name)
        title = run.manifest["label"] or run.manifest["suite"]["title"].get(labels.language, name)
        self._begin(desk, title, lambda: run, labels)

    def _begin(self, desk: Desk, title: str, opened: Callable[[], Run], labels: Labels) -> None:
        from evals.running import go_on, score_run

        def work(take: Callable[[Progress], None]) -> None:
            self._tandem.wait()
            run = opened()
            self._name = run.name
            try:
                go_on(self._tandem, run, progress=take)
            except StoppedError:
                score_run(run)
            finally:
                self._name = ""

        desk.go("runs")
        if self.busy() or self._running.start(_THE_RUN, work) is None:
            desk.notice = Notice(labels("evals.run_busy"), trouble=True)
            return
        self._title = title
        desk.setup.pop("label", None)
        desk.serial += 1

    def _new_run(self, suite: Suite, label: str) -> Callable[[], Run]:
        from evals.manifest import manifest
        from evals.runs import new_run

        return lambda: new_run(
            self.seen.folder, suite, manifest(self._tandem, suite, label, collections=None)
        )

    def _stop(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        del fields
        running = self._running.get(_THE_RUN)
        if running is not None and not running.finished:
            running.stop()
            running.wait(seconds=5)
            desk.go("runs")
            desk.notice = Notice(labels("evals.run_stopped"))

    def _delete(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        del fields
        if not name or name != self._name:
            shutil.rmtree(self.seen.run(name).folder)
            desk.go("runs")
            desk.notice = Notice(labels("evals.run_deleted"))

    # -- looking ---------------------------------------------------------------------------------

    def _runs_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        running = self._running.get(_THE_RUN)
        if running is not None and running.error is not None and desk.notice is None:
            desk.notice = Notice(labels("evals.run_failed"), trouble=True)
        html = runs_rendering.runs_html(
            self.seen.all(self._name),
            lambda name: self.seen.headlines(name, labels),
            self._shelf.all(_spoken(labels)),
            desk.setup,
            desk.serial,
            labels,
            busy=self.busy(),
        )
        return html, ""

    def _run_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        from evals.summary import counts

        run = self.seen.run(desk.place[1])
        told = next(each for each in self.seen.all(self._name) if each.name == run.name)
        scores = run.scores()
        rows = [(row, counts(row, scores)) for row in self.seen.summary(run.name)] if scores else []
        known = {each.name for each in self._shelf.all(_spoken(labels)) if each.suite}
        html = runs_rendering.run_html(
            told,
            self.seen.headlines(run.name, labels),
            rows,
            worst(run) if scores else (),
            labels,
            suite_there=told.suite in known,
        )
        return html, ""

    # -- comparing -------------------------------------------------------------------------------

    def compared(self, a: str, b: str) -> Comparison:
        """Two runs beside each other. Raises `UnknownRun`, `UnlikeRuns`."""
        from evals.comparing import compare

        if self._compared is None or self._compared[0] != (a, b):
            self._compared = ((a, b), compare(self.seen.run(a), self.seen.run(b)))
        return self._compared[1]

    def _compare_with(self, desk: Desk, name: str, fields: Fields, labels: Labels) -> None:
        """Choose this run as the later one, and the one before it of its suite as the other."""
        del fields, labels
        told = self.seen.all(self._name)
        suite = next((each.suite for each in told if each.name == name), "")
        earlier = [each.name for each in told if each.suite == suite and each.name < name]
        others = earlier or [each.name for each in told if each.suite == suite]
        other = next((each for each in others if each != name), "")
        desk.setup |= {"a": other, "b": name} if earlier or not other else {"a": name, "b": other}
        desk.serial += 1
        desk.go("compare")

    def _compare(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        a, b = text(fields, "a"), text(fields, "b")
        desk.go("compare", a, b)
        if a == b:
            desk.go("compare")
            desk.notice = Notice(labels("evals.compare_same"), trouble=True)
            return
        self._compared = None
        try:
            self.compared(a, b)
        except UnlikeRuns:
            desk.go("compare")
            desk.notice = Notice(labels("evals.compare_unlike"), trouble=True)

    def _compare_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        told = self.seen.all(self._name)
        parts = comparing_rendering.choose_two_html(told, desk.setup, desk.serial, labels)
        if len(desk.place) == 3:
            a, b = desk.place[1:]
            names = dict(runs_rendering.run_choices(told, labels))
            pair = [(name, names.get(name, name)) for name in (a, b)]
            parts += comparing_rendering.comparison_html(self.compared(a, b), pair, labels)
        return "\n\n".join(parts), ""


def _spoken(labels: Labels) -> Language:
    return cast(Language, labels.language)
