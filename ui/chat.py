"""The chat view: components above the handlers of `asking`, and how they are wired.

Clicks inside messages reach Python through small hidden text boxes that tandem.js fills ("bridges"):
their value is what the clicked button carries.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui import rendering
from ui.asking import Asking, QuestionError, Thread
from ui.labels import labels
from ui.trouble import calm

if TYPE_CHECKING:
    import gradio as gr

QUIET = {
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


@dataclass(frozen=True)
class ChatView:
    """The components that other parts of the page need."""

    conversation: gr.State
    conversations: gr.Markdown
    thread: gr.Chatbot
    panel: gr.Markdown
    static: tuple[Any, ...]
    """Components whose text depends on the language alone, in the order of `static_texts`."""


def bridge(name: str) -> gr.Textbox:
    """A text box nobody sees, which tandem.js fills and submits."""
    import gradio as gr

    return gr.Textbox(elem_id=f"bridge-{name}", elem_classes="bridge", container=False, label=name)


class ChatHandlers:
    """What happens on each event. The last argument is always the person's language."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def ask(
        self, text: str, conversation: int | None, search: str, watch: Watch, language: str
    ) -> tuple[Any, ...]:
        """(question box, conversation, notice, list) after a question was sent."""
        return self._asked(lambda: self._asking.ask(conversation, text, labels(language)),
                           text, conversation, search, watch, language)  # fmt: skip

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

        box, *others = self._asked(act, draft, conversation, search, watch, language)
        return (draft, *others)

    def _asked(
        self, act: Any, text: str, conversation: int | None, search: str, watch: Watch,
        language: str,
    ) -> tuple[Any, ...]:  # fmt: skip
        watch.next()
        notice, box = "", ""
        try:
            conversation = act()
        except QuestionError as error:
            notice, box = _notice(str(error)), text
        listed = self._asking.list_html(search, conversation, labels(language))
        return box, conversation, notice, listed

    def follow(
        self, conversation: int | None, watch: Watch, language: str
    ) -> Iterator[Thread]:
        """The thread as it grows, until this page looks at something else."""
        turn = watch.next()
        for thread in self._asking.follow(conversation, labels(language)):
            if watch.turn != turn:
                return
            yield thread

    def open(self, payload: str, search: str, watch: Watch, language: str) -> tuple[Any, ...]:
        """(conversation, notice, list); an empty payload opens a new one."""
        watch.next()
        text = labels(language)
        conversation = int(payload) if payload.isdigit() else None
        notice = ""
        if conversation is not None and not self._asking.exists(conversation):
            conversation, notice = None, _notice(text("conversations.gone"))
        return conversation, notice, self._asking.list_html(search, conversation, text)

    def stop(self, conversation: int | None, language: str) -> None:
        """End the growing answer."""
        del language
        self._asking.stop(conversation)

    def search(self, search: str, conversation: int | None, language: str) -> str:
        """The list of conversations that have these words."""
        return self._asking.list_html(search, conversation, labels(language))

    def rename(
        self, payload: str, search: str, conversation: int | None, language: str
    ) -> str:
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


def build_chat(asking: Asking, language: gr.State, panel: gr.Markdown) -> ChatView:
    """Build the chat view inside the current Blocks."""
    import gradio as gr

    text = labels("en")
    conversation, watch = gr.State(None), gr.State(Watch())
    with gr.Row(elem_id="chat", elem_classes="view"):
        with gr.Column(elem_id="side", scale=0, min_width=0):
            new = gr.Button(text("conversations.new"), elem_id="new", size="sm")
            search = gr.Textbox(
                label=text("conversations.search"),
                placeholder=text("conversations.search_hint"),
                elem_id="search",
                max_lines=1,
                container=True,
            )
            listed = gr.Markdown("", elem_id="conversations", container=False)
        with gr.Column(elem_id="talk", min_width=0):
            thread = gr.Chatbot(
                [],
                elem_id="thread",
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
            with gr.Column(elem_id="composer", min_width=0):
                status = gr.Markdown("", elem_id="status", container=False)
                notice = gr.Markdown("", elem_id="notice", container=False)
                with gr.Row(elem_id="ask"):
                    box = gr.Textbox(
                        label=text("composer.label"),
                        placeholder=text("composer.hint"),
                        elem_id="question",
                        lines=1,
                        max_lines=8,
                        container=True,
                        scale=1,
                    )
                    send = gr.Button(text("composer.send"), elem_id="send", scale=0, min_width=0)
                    stop = gr.Button(text("composer.stop"), elem_id="stop", scale=0, min_width=0)
                machine = gr.Markdown(text("app.machine"), elem_id="machine", container=False)
    view = ChatView(
        conversation, listed, thread, panel, (new, search, thread, box, send, stop, machine, status)
    )
    _wire(ChatHandlers(asking), view, language, watch, search, box, send, stop, new, notice)
    return view


def _wire(
    do: ChatHandlers, view: ChatView, language: gr.State, watch: gr.State, search: gr.Textbox,
    box: gr.Textbox, send: gr.Button, stop: gr.Button, new: gr.Button, notice: gr.Markdown,
) -> None:  # fmt: skip
    import gradio as gr

    here, listed, thread = view.conversation, view.conversations, view.thread
    asked = [box, here, notice, listed]
    for ask in (
        gr.on([box.submit, send.click], calm(do.ask), [box, here, search, watch, language], asked,
              **QUIET),
        bridge("act").submit(
            calm(do.act), [_last(), box, here, search, watch, language], asked, **QUIET
        ),
        gr.on([bridge("open").submit], calm(do.open), [_last(), search, watch, language],
              [here, notice, listed], **QUIET),
    ):  # fmt: skip
        ask.then(calm(do.follow), [here, watch, language], thread, **GROWING)


def _last() -> Any:
    """The component built last."""
    from gradio.context import Context

    raise NotImplementedError(Context)


