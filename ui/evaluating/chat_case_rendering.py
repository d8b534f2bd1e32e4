"""Chats as HTML on their way to becoming cases: the list, and one shown in full first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui.evaluating import fields
from ui.evaluating.desk import Chat
from ui.evaluating.rendering import empty_html, suite_title, titled
from ui.evaluating.scores_rendering import answer_html
from ui.labels import Labels
from ui.rendering import one_line, plain

if TYPE_CHECKING:
    from ui.evaluating.suite_shelf import Shelved


@dataclass(frozen=True)
class Offered:
    """A chat that could become a case, up to the answer to `until`; `why` is what was said of an
    answer that didn't help, None for a chat as a whole."""

    number: int
    until: int | None
    title: str
    when: str
    why: str | None = None


def chats_html(down: Sequence[Offered], chats: Sequence[Offered], labels: Labels) -> str:
    """Answers that didn't help, then all chats."""
    head = titled(labels("evals.chats_title"), labels("evals.chats_about"))
    if not chats:
        return f"{head}\n\n{empty_html(labels('evals.no_chats'))}"
    parts = [head]
    for key, offered in (("evals.thumbs_down", down), ("evals.all_chats", chats)):
        if offered:
            items = "".join(_offered(each, labels) for each in offered)
            parts.append(f'<div class="list-title"><h3>{plain(labels(key))}</h3></div>')
            parts.append(f'<div class="list"><ul class="rows">{items}</ul></div>')
    return "\n\n".join(parts)


def _offered(each: Offered, labels: Labels) -> str:
    why = ""
    if each.why:
        said = labels("evals.said_why", why=each.why)
        why = f'<span class="where">{plain(said)}</span>'
    value = f"chat:{each.number}" + (f"/{each.until}" if each.until is not None else "")
    return (
        f'<li><button type="button" name="evals" value="{value}" class="row-main">'
        f'<span class="title">{plain(each.title)}</span>'
        f'<span class="where">{plain(each.when)}</span>{why}</button></li>'
    )


def chat_html(
    chat: Chat,
    messages: Sequence[Any],
    proposed: str,
    own: Sequence[Shelved],
    serial: int,
    labels: Labels,
    wrong: Mapping[str, str],
) -> str:
    """The chat in full, what is taken out of it, and the consent without which nothing is kept."""
    head = titled(
        labels("evals.chat_title"), labels("evals.chat_about"),
        back=("go:chats", labels("evals.back_to_chats")),
    )  # fmt: skip
    shown = "".join(_message(message) for message in messages)
    full = (
        f'<div class="whole-chat"><h3>{plain(labels("evals.chat_full"))}</h3>'
        f'<div class="chat-messages">{shown}</div></div>'
    )
    return "\n\n".join([head, full, _taking_out(chat, proposed, own, serial, labels, wrong)])


def _message(message: Any) -> str:
    if message.role == "user":
        return f'<div class="said">{one_line(message.content)}</div>'
    return answer_html(message.content)


def _taking_out(
    chat: Chat,
    proposed: str,
    own: Sequence[Shelved],
    serial: int,
    labels: Labels,
    wrong: Mapping[str, str],
) -> str:
    ticks = (
        "".join(fields.tick("names", name, name, name in chat.names) for name in chat.offered)
        or f'<span class="hint">{plain(labels("evals.no_names"))}</span>'
    )
    suites = [(each.name, suite_title(each.suite, labels)) for each in own if each.suite]
    suites.append(("", labels("evals.into_new_suite")))
    consent = fields.tick(
        "consent", "yes", labels("evals.consent"), bool(chat.fields.get("consent"))
    )
    unticked = f'<span class="wrong" role="alert">{plain(wrong["consent"])}</span>' \
        if "consent" in wrong else ""  # fmt: skip
    add = fields.line("name", labels("evals.add_name"), "", hint=labels("evals.add_name_hint"))
    text = fields.area(
        "turns", labels("evals.redacted"), proposed, rows=5,
        hint=labels("evals.redacted_hint"), wrong=wrong.get("turns", ""),
    )  # fmt: skip
    chosen = chat.fields.get("suite", "")
    return (
        f'<div class="fields card-form chat-form">{fields.serial(serial)}'
        f'<fieldset class="field"><legend>{plain(labels("evals.names"))}</legend>'
        f'<p class="hint">{plain(labels("evals.names_hint"))}</p>'
        f'<div class="ticks">{ticks}</div></fieldset>'
        f'<div class="in-a-row">{add}{fields.quiet("redact", labels("evals.redact"))}</div>{text}'
        f"{fields.choice('suite', labels('evals.into_suite'), chosen, suites)}"
        f'<div class="consent{" is-wrong" if unticked else ""}">{consent}{unticked}</div>'
        f'<div class="saving">{fields.go("make-case", labels("evals.make_case"))}</div></div>'
    )
