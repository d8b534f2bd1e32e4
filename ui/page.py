"""The page's frame as HTML: header, conversations at the side, what is not ready, how it works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ui.labels import LANGUAGES, Labels
from ui.rendering import button, plain

if TYPE_CHECKING:
    from assistant import Assistant

_VIEWS = ("chat", "plan", "library", "evals", "about")


def header_html(text: Labels) -> str:
    """Name, views, language and light or dark."""
    views = "".join(button("view", view, text(f"nav.{view}"), kind="tab") for view in _VIEWS)
    languages = "".join(
        f'<button type="button" name="language" value="{code}" lang="{code}"'
        f' class="language{" on" if code == text.language else ""}">{code.upper()}</button>'
        for code in LANGUAGES
    )
    drawer = button("drawer", "", text("nav.conversations"), kind="plain drawer", icon="menu")
    helped = f'<a class="help-now" href="help" target="tandem-help">{escape(text("nav.help"))}</a>'
    theme = button("theme", "", text("nav.theme"), kind="plain", icon="theme")
    return (
        f'<div class="bar"><a class="skip" href="#question">{escape(text("app.skip"))}</a>{drawer}'
        f'<span class="brand"><span class="mark"></span>{escape(text("app.name"))}</span>'
        f'<nav title="{escape(text("nav.label"))}">{views}</nav>'
        f'<span class="tools">{helped}<span class="languages" role="group" '
        f'title="{escape(text("nav.language"))}">{languages}</span>{theme}</span></div>'
    )


def status_html(tandem: Assistant, text: Labels) -> tuple[str, bool]:
    """The line about what is not ready, and whether that may still change."""
    status = tandem.status()
    key = ""
    if status.model == "failed":
        key = "status.model_failed"
    elif not tandem.warm:
        key = "status.waking"
    elif status.dense == "rebuilding":
        key = "status.rebuilding"
    elif status.syncing:
        key = "status.syncing"
    changing = not tandem.warm or status.dense in {"loading", "rebuilding"} or status.syncing
    line = f'<p class="status" role="status">{escape(text(key))}</p>' if key else ""
    return line, changing


def about_html(text: Labels) -> str:
    """How it works, in three short paragraphs."""
    parts = "".join(
        f"<h2>{escape(text(f'about.{part}_title'))}</h2><p>{escape(text(f'about.{part}_text'))}</p>"
        for part in ("sources", "private", "people")
    )
    return f'<div class="about"><h1>{escape(text("about.title"))}</h1>{parts}</div>'


def conversations_html(
    rows: Sequence[Any], current: int | None, labels: Labels, *, searched: bool, now: datetime
) -> str:
    """The list at the side, newest first, under the days they were last used."""
    if not rows:
        key = "conversations.none_found" if searched else "conversations.none"
        return f'<p class="empty">{plain(labels(key))}</p>'
    groups = groupby(rows, key=lambda row: _age(row.updated, now))
    return "\n\n".join(
        f'<div class="day"><div class="small-title">{plain(labels(f"conversations.{age}"))}</div>'
        f"<ul>{''.join(_conversation(row, row.id == current, labels) for row in same)}</ul></div>"
        for age, same in groups
    )


def _age(updated: datetime, now: datetime) -> str:
    day = updated.astimezone(now.tzinfo).date() if updated.tzinfo else updated.date()
    if day >= now.date():
        return "today"
    return "yesterday" if day == now.date() - timedelta(days=1) else "earlier"


def _conversation(row: Any, current: bool, labels: Labels) -> str:
    title = plain(row.title or labels("conversations.untitled"))
    menu = (
        button("rename", row.id, labels("conversations.rename"))
        + f'<a href="conversations/{row.id}.md" download>'
        f"{plain(labels('conversations.export'))}</a>"
        + button("delete", row.id, labels("conversations.delete"), kind="danger")
    )
    return (
        f'<li class="conversation{" current" if current else ""}">'
        f'<button type="button" name="open" value="{row.id}" class="open" title="{title}">'
        f"{title}</button>"
        f'<details class="menu"><summary title="{plain(labels("conversations.menu"))}">'
        f'<span class="icon icon-more"></span><span class="sr">'
        f"{plain(labels('conversations.menu'))}: {title}</span></summary>"
        f'<div class="menu-items">{menu}</div></details></li>'
    )
