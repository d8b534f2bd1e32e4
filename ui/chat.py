"""The chat view: components above the handlers of `asking`, and how they are wired.

Clicks inside messages reach Python through small hidden text boxes ("bridges") that tandem.js fills
with what the clicked button carries.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from ui import rendering
from ui.asking import Asking, QuestionError, Thread
from ui.labels import Labels, labels
from ui.trouble import calm

if TYPE_CHECKING:
    import gradio as gr

QUIET: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    "api_visibility": "private",
    "trigger_mode": "multiple",
}
"""For handlers that answer at once."""

GROWING = QUIET | {"queue": True}
"""For handlers that yield."""


@dataclass
class Watch:
    """What one open page looks at; a newer look ends the older one."""

    turn: int = 0

    def next(self) -> int:
        self.turn += 1
        return self.turn


class ChatHandlers:
    """What happens on each event. The last argument is always the person's language."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def ask(
        self, text: str, conversation: int | None, search: str, watch: Watch, language: str
    ) -> tuple[Any, ...]:
        """(question box, conversation, notice, list) after a question was sent."""

        def act() -> int:
            return self._asking.ask(conversation, text, labels(language))

        return self._asked(act, text, conversation, search, watch, language)

    def act(
        self, payload: str, draft: str, conversation: int | None, search: str, watch: Watch,
        language: str,
    ) -> tuple[Any, ...]:  # fmt: skip
        """The same for a card, a follow-up, an edited question or another try."""
        wish, text = json.loads(payload), labels(language)

        def act() -> int:
            if wish["do"] == "ask":
                return self._asking.ask(conversation, str(wish["text"]), text)
            if conversation is None:
                raise QuestionError(text("error.unknown"))
            question = int(wish["question"])
            if wish["do"] == "retry":
                return self._asking.ask_again(conversation, question, text)
            return self._asking.ask(conversation, str(wish["text"]), text, replaces=question)

        _, *others = self._asked(act, draft, conversation, search, watch, language)
        return (draft, *others)

    def _asked(
        self, act: Callable[[], int], text: str, conversation: int | None, search: str,
        watch: Watch, language: str,
    ) -> tuple[Any, ...]:  # fmt: skip
        watch.next()
        notice, box = "", ""
        try:
            conversation = act()
        except QuestionError as error:
            notice, box = _notice(str(error)), text
        listed = self._asking.list_html(search, conversation, labels(language))
        return box, conversation, notice, listed

    def follow(self, conversation: int | None, watch: Watch, language: str) -> Iterator[Thread]:
        """The thread as it grows, until this page looks at something else."""
        turn = watch.next()
        for thread in self._asking.follow(conversation, labels(language)):
            if watch.turn != turn:
                return
            yield thread

    def open(self, payload: str, search: str, watch: Watch, language: str) -> tuple[Any, ...]:
        """(conversation, notice, list) after a conversation was chosen; none for a new one."""
        watch.next()
        text = labels(language)
        conversation = int(payload) if payload.isdigit() else None
        notice = ""
        if conversation is not None and not self._asking.exists(conversation):
            conversation, notice = None, _notice(text("conversations.gone"))
        return conversation, notice, self._asking.list_html(search, conversation, text)

    def start(self, search: str, watch: Watch, language: str) -> tuple[Any, ...]:
        """The same for a new, empty conversation."""
        return self.open("", search, watch, language)

    def stop(self, conversation: int | None, language: str) -> None:
        """End the growing answer."""
        del language
        self._asking.stop(conversation)

    def search(self, search: str, conversation: int | None, language: str) -> str:
        """The list of conversations that have these words."""
        return self._asking.list_html(search, conversation, labels(language))

    def rename(self, payload: str, search: str, conversation: int | None, language: str) -> str:
        """The list after a conversation got a new title."""
        wish = json.loads(payload)
        self._asking.rename(int(wish["id"]), str(wish["title"]))
        return self._asking.list_html(search, conversation, labels(language))

    def delete(
        self, payload: str, search: str, conversation: int | None, watch: Watch, language: str
    ) -> tuple[Any, ...]:
        """(conversation, list) after a conversation was deleted."""
        gone = int(payload)
        self._asking.delete(gone)
        if gone == conversation:
            watch.next()
            conversation = None
        return conversation, self._asking.list_html(search, conversation, labels(language))

    def rate(self, payload: str, language: str) -> None:
        """Keep a thumb and perhaps a reason."""
        del language
        wish = json.loads(payload)
        self._asking.rate(int(wish["id"]), wish["rating"], str(wish.get("reason", "")))

    def source(self, payload: str, conversation: int | None, language: str) -> str:
        """The panel with the passage highlighted in its guide."""
        return self._asking.source(conversation, payload, labels(language))

    def read(self, payload: str, language: str) -> str:
        """The panel with a guide to read."""
        return self._asking.guide(payload, labels(language))


class ChatView:
    """The chat as built: its components, its state, and how to say it in another language."""

    def __init__(self, asking: Asking, language: gr.State, panel: gr.Markdown) -> None:
        """Build the view inside the current Blocks."""
        import gradio as gr

        self._do, self._asking, self._language = ChatHandlers(asking), asking, language
        self.panel = panel
        self.here, self.watch = gr.State(None), gr.State(Watch())
        text = labels("en")
        with gr.Row(elem_id="chat", elem_classes="view"):
            with gr.Column(elem_id="side", scale=0, min_width=0):
                self.new = gr.Button(text("conversations.new"), elem_id="new")
                self.search = gr.Textbox(elem_id="search", max_lines=1, **_search_texts(text))
                self.listed = gr.Markdown("", elem_id="conversations", container=False)
            with gr.Column(elem_id="talk", min_width=0):
                self.thread = _chat_window(text)
                with gr.Column(elem_id="composer", min_width=0):
                    self.notice = gr.Markdown("", elem_id="notice", container=False)
                    with gr.Row(elem_id="ask"):
                        self.box = gr.Textbox(
                            elem_id="question", lines=1, max_lines=8, scale=1, **_box_texts(text)
                        )
                        self.send = _round_button("send", text)
                        self.stop = _round_button("stop", text)
                    self.machine = gr.Markdown(
                        text("app.machine"), elem_id="machine", container=False
                    )
        self._wire()

    @property
    def spoken(self) -> list[Any]:
        """The components that `in_language` gives new texts, in its order."""
        return [
            self.new, self.search, self.thread, self.box, self.send, self.stop, self.machine,
            self.notice, self.listed,
        ]  # fmt: skip

    def in_language(self, text: Labels, search: str, conversation: int | None) -> list[Any]:
        """New texts for `spoken`."""
        import gradio as gr

        return [
            gr.update(value=text("conversations.new")),
            gr.update(**_search_texts(text)),
            gr.update(placeholder=rendering.welcome_html(text)),
            gr.update(**_box_texts(text)),
            gr.update(value=text("composer.send")),
            gr.update(value=text("composer.stop")),
            text("app.machine"),
            "",
            self._asking.list_html(search, conversation, text),
        ]

    def follow_after(self, event: Any) -> None:
        """Show the thread, growing, once `event` is through."""
        inputs = [self.here, self.watch, self._language]
        event.then(calm(self._do.follow), inputs, self.thread, **GROWING)

    def _wire(self) -> None:
        do, here, listed, language = self._do, self.here, self.listed, self._language
        search, watch = self.search, self.watch
        asked = [self.box, here, self.notice, listed]
        opened = [here, self.notice, listed]
        state = [here, search, watch, language]
        for event in (
            self.box.submit(calm(do.ask), [self.box, *state], asked, **QUIET),
            self.send.click(calm(do.ask), [self.box, *state], asked, **QUIET),
            on_bridge("act", do.act, [self.box, *state], asked),
            on_bridge("open", do.open, [search, watch, language], opened),
            self.new.click(calm(do.start), [search, watch, language], opened, **QUIET),
            on_bridge("delete", do.delete, state, [here, listed]),
        ):
            self.follow_after(event)
        self.stop.click(calm(do.stop), [here, language], None, **QUIET)
        search.change(calm(do.search), [search, here, language], listed, **QUIET)
        on_bridge("rename", do.rename, [search, here, language], listed)
        on_bridge("rate", do.rate, [language], None)
        on_bridge("source", do.source, [here, language], self.panel)
        on_bridge("read", do.read, [language], self.panel)


def on_bridge(name: str, handler: Any, inputs: list[Any], outputs: Any, **kind: Any) -> Any:
    """A text box nobody sees: tandem.js fills it with what a click carries and submits it."""
    import gradio as gr

    box = gr.Textbox(elem_id=f"bridge-{name}", elem_classes="bridge", container=False, lines=1)
    return box.submit(calm(handler), [box, *inputs], outputs, **(kind or QUIET))


def _chat_window(text: Labels) -> gr.Chatbot:
    import gradio as gr

    return gr.Chatbot(
        [],
        elem_id="thread",
        autoscroll=False,
        show_label=False,
        container=False,
        height="100%",
        layout="panel",
        placeholder=rendering.welcome_html(text),
        buttons=[],
        feedback_options=None,
        group_consecutive_messages=False,
        latex_delimiters=[],
        line_breaks=False,
        allow_tags=False,
        sanitize_html=True,
    )


def _round_button(name: str, text: Labels) -> gr.Button:
    import gradio as gr

    return gr.Button(text(f"composer.{name}"), elem_id=name, scale=0, min_width=0)


def _search_texts(text: Labels) -> dict[str, Any]:
    return {
        "label": text("conversations.search"),
        "placeholder": text("conversations.search_hint"),
    }


def _box_texts(text: Labels) -> dict[str, Any]:
    return {"label": text("composer.label"), "placeholder": text("composer.hint")}


def _notice(text: str) -> str:
    return f'<p class="notice" role="status">{escape(text)}</p>' if text else ""
