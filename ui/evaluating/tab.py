"""The trainer's view: four areas of HTML above plain handlers, and how they are wired.

Everything that a person clicks or writes there reaches Python through three bridges: "evals" does
something, "evals-keep" remembers what is being written, "evals-look" asks how far things are.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.chat import QUIET, on_bridge
from ui.evaluating.desk import Desk
from ui.evaluating.trainer import Trainer
from ui.labels import Labels, labels
from ui.trouble import calm

if TYPE_CHECKING:
    import gradio as gr

Areas = tuple[Any, Any, Any, Any]
"""(head, progress, middle, beside)."""

_BUSY_PLACES = frozenset({"runs", "run", "suites"})
"""Places without a form that a person may be writing in; they are drawn anew when a run ends."""


class EvalsHandlers:
    """What happens on each event. The last argument is always the person's language."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer

    def show(self, desk: Desk, language: str) -> Areas:
        """All areas as they are now."""
        shown = self._trainer.show(desk, labels(language))
        return shown.head, shown.progress, shown.main, shown.beside

    def do(self, payload: str, desk: Desk, language: str) -> Areas:
        """All areas after a click; the payload has what to do and what the form holds."""
        wish = json.loads(payload)
        self._trainer.do(desk, str(wish["do"]), wish.get("fields", {}), labels(language))
        return self.show(desk, language)

    def keep(self, payload: str, desk: Desk, language: str) -> None:
        """Remember what is being written."""
        del language
        self._trainer.keep(desk, json.loads(payload)["fields"])

    def look(self, payload: str, desk: Desk, language: str) -> Areas:
        """How far things are. tandem.js looks again while something runs."""
        del payload
        skip = _same()
        if self._trainer.runs.busy():
            return skip, self._trainer.progress(labels(language)), skip, skip
        if desk.place[0] == "case":
            return skip, "", skip, self._trainer.beside(desk, labels(language))
        place, unchanged = desk.place, (skip, "", skip, skip)
        if place[0] not in _BUSY_PLACES:
            return unchanged
        shown = self.show(desk, language)
        return shown if desk.place == place else unchanged  # the person has gone on meanwhile

    def upload(self, file: str | None, desk: Desk, language: str) -> tuple[Any, ...]:
        """(no file, areas) after a suite was brought; the upload is deleted once read."""
        if file:
            try:
                self._trainer.bring(desk, Path(file), labels(language))
            finally:
                shutil.rmtree(Path(file).parent, ignore_errors=True)
        return None, *self.show(desk, language)


class EvalsView:
    """The trainer's page as built: its components, and how to say it in another language."""

    def __init__(self, trainer: Trainer, language: gr.State) -> None:
        """Build the view inside the current Blocks."""
        import gradio as gr

        self._do, self._language = EvalsHandlers(trainer), language
        self.desk = gr.State(Desk())
        with gr.Column(elem_id="evals", elem_classes="view"):
            self.head = _area("evals-head")
            self.progress = _area("evals-progress")
            with gr.Row(elem_id="evals-work"):
                self.main = _area("evals-main")
                self.beside = _area("evals-beside")
            self.file = gr.File(
                label=labels("en")("evals.upload"),
                file_types=[".xlsx", ".csv", ".yaml", ".yml"],
                elem_id="suite-file",
                show_label=False,
                container=False,
            )
        self._wire()

    @property
    def spoken(self) -> list[Any]:
        """The components that `in_language` gives new texts, in its order."""
        return [self.file, *self._areas]

    def in_language(self, text: Labels, desk: Desk) -> list[Any]:
        """New texts for `spoken`."""
        import gradio as gr

        named = gr.update(label=text("evals.upload"))
        if not desk.entered:  # the suites are read only once somebody wants to see them
            return [named, *("" for _ in self._areas)]
        desk.notice = None  # said in the language before
        return [named, *self._do.show(desk, text.language)]

    @property
    def _areas(self) -> list[Any]:
        return [self.head, self.progress, self.main, self.beside]

    def _wire(self) -> None:
        do, state = self._do, [self.desk, self._language]
        on_bridge("evals", do.do, state, self._areas)
        on_bridge("evals-look", do.look, state, self._areas)
        on_bridge("evals-keep", do.keep, state, None)
        self.file.upload(calm(do.upload), [self.file, *state], [self.file, *self._areas], **QUIET)


def _area(name: str) -> gr.Markdown:
    import gradio as gr

    return gr.Markdown("", elem_id=name, container=False, latex_delimiters=[])


def _same() -> Any:
    """An update that changes nothing."""
    import gradio as gr

    return gr.skip()
