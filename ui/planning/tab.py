"""The Plan view: two areas of HTML above plain handlers, and how they are wired.

Everything that a person clicks or writes there reaches Python through bridges: "plan" does
something, "plan-keep" remembers what is being written, "plan-source" opens a passage, and
"plan-chat" opens a plan that an answer of the chat showed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.errors import UnknownGuide
from ui.chat import Watch, on_bridge
from ui.help_page import chosen_country
from ui.labels import Labels, labels
from ui.planning.desk import Desk
from ui.planning.workplace import Workplace

if TYPE_CHECKING:
    import gradio as gr

    from assistant import Assistant


class PlanHandlers:
    """What happens on each event. The last argument is always the person's language."""

    def __init__(self, workplace: Workplace, tandem: Assistant) -> None:
        self._workplace, self._tandem = workplace, tandem

    def show(self, desk: Desk, language: str) -> tuple[str, str]:
        """(side, middle) as they are now."""
        return self._workplace.show(desk, labels(language))

    def do(
        self, payload: str, desk: Desk, language: str, country: str | None = None
    ) -> tuple[str, str]:
        """Both areas after a click; the payload has what to do and what the form holds."""
        desk.country = country
        wish = json.loads(payload)
        self._workplace.do(desk, str(wish["do"]), wish.get("fields", {}), labels(language))
        return self.show(desk, language)

    def keep(self, payload: str, desk: Desk, language: str) -> None:
        """Remember what is being written."""
        del language
        self._workplace.keep(desk, json.loads(payload)["fields"])

    def source(self, payload: str, language: str) -> str:
        """The panel with the passage highlighted in its guide."""
        return self._workplace.source(payload, labels(language))

    def from_chat(
        self, payload: str, watch: Watch, desk: Desk, language: str, country: str | None = None
    ) -> tuple[str, str]:
        """Both areas with the plan of an answer of the open conversation."""
        desk.country = country
        number = int(payload)
        said = self._said_before(watch.conversation, number)
        self._workplace.open_from_chat(desk, number, said, labels(language))
        return self.show(desk, language)

    def _said_before(self, conversation: int | None, answer: int) -> list[dict[str, str]]:
        """What was said up to an answer. Raises `UnknownGuide` where it is gone."""
        said: list[dict[str, str]] = []
        if conversation is not None:
            for message in self._tandem.conversations.messages(conversation):
                if message.id == answer:
                    return said
                said.append({"role": message.role, "content": message.content})
        raise UnknownGuide("This answer is no longer there.")


class PlanView:
    """The Plan view as built: its components, and how to say it in another language."""

    def __init__(
        self, do: PlanHandlers, language: gr.State, panel: gr.Markdown, watch: gr.State
    ) -> None:
        """Build the view inside the current Blocks."""
        import gradio as gr

        self._do, self._language = do, language
        self.desk = gr.State(Desk())
        with gr.Row(elem_id="plan", elem_classes="view"):
            with gr.Column(elem_id="plan-side", elem_classes="side", scale=0, min_width=0):
                self.side = _area("plan-list")
            with gr.Column(elem_id="plan-work", min_width=0):
                self.main = _area("plan-main")
        self._wire(panel, watch)

    @property
    def spoken(self) -> list[Any]:
        """The components that `in_language` gives new texts, in its order."""
        return [self.side, self.main]

    def in_language(self, text: Labels, desk: Desk) -> list[Any]:
        """New texts for `spoken`."""
        if not desk.entered:  # nothing is read before somebody wants to see it
            return ["", ""]
        desk.notice = None  # said in the language before
        return [*self._do.show(desk, text.language)]

    def _wire(self, panel: gr.Markdown, watch: gr.State) -> None:
        do, state, areas = self._do, [self.desk, self._language], [self.side, self.main]
        on_bridge("plan", _with_country(do.do), state, areas)
        on_bridge("plan-keep", do.keep, state, None)
        on_bridge("plan-chat", _with_country(do.from_chat), [watch, *state], areas)
        on_bridge("plan-source", do.source, [self._language], panel)


def _with_country(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler that is told which country the person's browser keeps."""
    import gradio as gr

    def told(request: gr.Request, *held: Any) -> Any:
        return handler(*held, country=chosen_country(dict(request.headers)))

    told.__annotations__["request"] = gr.Request
    return told


def _area(name: str) -> gr.Markdown:
    import gradio as gr

    return gr.Markdown("", elem_id=name, container=False, latex_delimiters=[])
