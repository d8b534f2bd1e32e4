"""The chat view: components above the handlers of `asking`, and how they are wired.

Clicks inside messages reach Python through small hidden text boxes ("bridges") that tandem.js fills
with what the clicked button carries.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from assistant.answering.answer import Answer
from ui import rendering
from ui.asking import Asking, QuestionError, Sitting, Thread
from ui.labels import Labels, labels
from ui.trouble import calm

if TYPE_CHECKING:
    import gradio as gr

_log = logging.getLogger(__name__)
HELP_AFTER = 2.0
"""Seconds that a person at risk waits for the database before help is shown without it."""

QUIET: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    "api_visibility": "private",
    "trigger_mode": "multiple",
}
"""How every event is wired: a plain request and its answer, so that nothing depends on one stream
that is closed for all when one handler ends. tandem.js shows the sentence when a handler fails."""


@dataclass
class Watch:
    """What one open page looks at."""

    conversation: int | None = None
    sitting: Sitting = field(default_factory=Sitting)


class ChatHandlers:
    """What happens on each event. The last argument is always the person's language.

    `country` is the one that the browser keeps, None where the person chose none.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def ask(
        self, text: str, search: str, watch: Watch, language: str, country: str | None = None
    ) -> tuple[str, str, str]:
        """(question box, notice, list) after a question was sent."""
        spoken = labels(language)

        def ask(here: int | None) -> int:
            return self._asking.ask(here, text, spoken, country=country, sitting=watch.sitting)

        return self._asked(ask, text, text, search, watch, language, country)

    def act(
        self,
        payload: str,
        draft: str,
        search: str,
        watch: Watch,
        language: str,
        country: str | None = None,
    ) -> tuple[str, str, str]:
        """The same for a card, a follow-up, an edited question or another try."""
        wish, spoken = json.loads(payload), labels(language)
        given: dict[str, Any] = {"country": country, "sitting": watch.sitting}

        def act(here: int | None) -> int:
            if wish["do"] == "ask":
                return self._asking.ask(here, str(wish["text"]), spoken, **given)
            if here is None:
                raise QuestionError(spoken("error.unknown"))
            question = int(wish["question"])
            if wish["do"] == "retry":
                return self._asking.ask_again(here, question, spoken, **given)
            text = str(wish["text"])
            return self._asking.ask(here, text, spoken, replaces=question, **given)

        said = str(wish.get("text", ""))
        _, notice, listed = self._asked(act, said, draft, search, watch, language, country)
        return draft, notice, listed

    def _asked(
        self,
        act: Callable[[int | None], int],
        said: str,
        text: str,
        search: str,
        watch: Watch,
        language: str,
        country: str | None,
    ) -> tuple[str, str, Any]:
        notice, box, spoken = "", "", labels(language)

        def ask() -> None:
            watch.conversation = act(watch.conversation)

        def helped() -> str:
            answer = self._asking.help_first(said, country)
            return "" if answer is None else _help(answer)

        asked = _Begun(ask)
        try:
            # A database that is locked or broken must not keep a person at risk from help.
            if not asked.done(HELP_AFTER) and (shown := helped()) and not asked.done(0):
                return text, shown + _notice(spoken("error.not_kept")), _unchanged()
            asked.result()
        except QuestionError as error:
            notice, box = helped() + _notice(str(error)), text
        except Exception:
            if not (shown := helped()):
                raise
            _log.exception("A question could not be kept; help is shown without it.")
            return text, shown + _notice(spoken("error.not_kept")), _unchanged()
        return box, notice, self._asking.list_html(search, watch.conversation, spoken)

    def look(self, watch: Watch, language: str) -> Thread:
        """The thread as it stands. tandem.js looks again as long as something in it is growing."""
        return self._asking.now(watch.conversation, labels(language))

    def open(self, payload: str, search: str, watch: Watch, language: str) -> tuple[str, str]:
        """(notice, list) after a conversation was chosen; none for a new one."""
        text = labels(language)
        conversation = int(payload) if payload.isdigit() else None
        notice = ""
        if conversation is not None and not self._asking.exists(conversation):
            conversation, notice = None, _notice(text("conversations.gone"))
        watch.conversation = conversation
        return notice, self._asking.list_html(search, conversation, text)

    def start(self, search: str, watch: Watch, language: str) -> tuple[str, str]:
        """The same for a new, empty conversation."""
        return self.open("", search, watch, language)

    def stop(self, watch: Watch, language: str) -> None:
        """End the growing answer."""
        del language
        self._asking.stop(watch.conversation)

    def search(self, search: str, watch: Watch, language: str) -> str:
        """The list of conversations that have these words."""
        return self._asking.list_html(search, watch.conversation, labels(language))

    def rename(self, payload: str, search: str, watch: Watch, language: str) -> str:
        """The list after a conversation got a new title."""
        wish = json.loads(payload)
        self._asking.rename(int(wish["id"]), str(wish["title"]))
        return self.search(search, watch, language)

    def delete(self, payload: str, search: str, watch: Watch, language: str) -> str:
        """The list after a conversation was deleted."""
        gone = int(payload)
        self._asking.delete(gone)
        if gone == watch.conversation:
            watch.conversation = None
        return self.search(search, watch, language)

    def rate(self, payload: str, language: str) -> None:
        """Keep a thumb and perhaps a reason."""
        del language
        wish = json.loads(payload)
        self._asking.rate(int(wish["id"]), wish["rating"], str(wish.get("reason", "")))

    def source(self, payload: str, watch: Watch, language: str) -> str:
        """The panel with the passage highlighted in its guide."""
        return self._asking.source(watch.conversation, payload, labels(language))

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
        self.watch = gr.State(Watch())
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

    def in_language(self, text: Labels, search: str, watch: Watch) -> list[Any]:
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
            self._asking.list_html(search, watch.conversation, text),
        ]

    def show_after(self, event: Any) -> None:
        """Show the thread once `event` is through."""
        event.then(calm(self._do.look), [self.watch, self._language], self.thread, **QUIET)

    def _wire(self) -> None:
        do, listed, language = self._do, self.listed, self._language
        asked, opened = [self.box, self.notice, listed], [self.notice, listed]
        state = [self.search, self.watch, language]
        ask, act = _with_country(do.ask), _with_country(do.act)
        for event in (
            self.box.submit(calm(ask), [self.box, *state], asked, **QUIET),
            self.send.click(calm(ask), [self.box, *state], asked, **QUIET),
            on_bridge("act", act, [self.box, *state], asked),
            on_bridge("open", do.open, state, opened),
            self.new.click(calm(do.start), state, opened, **QUIET),
            on_bridge("delete", do.delete, state, listed),
        ):
            self.show_after(event)
        on_bridge("look", lambda _, *state: do.look(*state), [self.watch, language], self.thread)
        self.stop.click(calm(do.stop), [self.watch, language], None, **QUIET)
        self.search.change(calm(do.search), state, listed, **QUIET)
        on_bridge("rename", do.rename, state, listed)
        on_bridge("rate", do.rate, [language], None)
        on_bridge("source", do.source, [self.watch, language], self.panel)
        on_bridge("read", do.read, [language], self.panel)


def _with_country(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler that is told which country the person chose on the help page."""
    import gradio as gr

    from ui.help_page import chosen_country

    def told(request: gr.Request, *held: Any) -> Any:
        return handler(*held, country=chosen_country(dict(request.headers)))

    told.__annotations__["request"] = gr.Request
    return told


def on_bridge(name: str, handler: Any, inputs: list[Any], outputs: Any) -> Any:
    """A text box nobody sees: tandem.js fills it with what a click carries and submits it."""
    import gradio as gr

    box = gr.Textbox(elem_id=f"bridge-{name}", elem_classes="bridge", container=False, lines=1)
    return box.submit(calm(handler), [box, *inputs], outputs, **QUIET)


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


class _Begun:
    """Something that goes on in a thread of its own, however long it takes."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._error: Exception | None = None
        self._done = threading.Event()
        threading.Thread(target=self._run, args=(act,), daemon=True).start()

    def done(self, seconds: float) -> bool:
        """Whether it has ended, after waiting so long at most."""
        return self._done.wait(seconds)

    def result(self) -> None:
        """Wait for the end; raises what was raised."""
        self._done.wait()
        if self._error is not None:
            raise self._error

    def _run(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:
            self._error = error
        self._done.set()


def _help(answer: Answer) -> str:
    """Help from people where the conversation can't show it."""
    return rendering.concern_html(answer.text, labels(answer.language)) + "\n\n"


def _unchanged() -> Any:
    import gradio as gr

    return gr.skip()


def _notice(text: str) -> str:
    return f'<p class="notice" role="status">{escape(text)}</p>' if text else ""
