"""The page's frame as HTML: header, the line about what is not ready, how it works."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ui.labels import LANGUAGES, Labels
from ui.rendering import button

if TYPE_CHECKING:
    from assistant import Assistant

_VIEWS = ("chat", "library", "about")


def header_html(text: Labels) -> str:
    """Name, views, language and light or dark."""
    views = "".join(button("view", view, text(f"nav.{view}"), kind="tab") for view in _VIEWS)
    languages = "".join(
        f'<button type="button" name="language" value="{code}" lang="{code}"'
        f' class="language{" on" if code == text.language else ""}">{code.upper()}</button>'
        for code in LANGUAGES
    )
    drawer = button("drawer", "", text("nav.conversations"), kind="plain drawer", icon="menu")
    theme = button("theme", "", text("nav.theme"), kind="plain", icon="theme")
    return (
        f'<div class="bar"><a class="skip" href="#question">{escape(text("app.skip"))}</a>{drawer}'
        f'<span class="brand"><span class="mark"></span>{escape(text("app.name"))}</span>'
        f'<nav title="{escape(text("nav.label"))}">{views}</nav>'
        f'<span class="tools"><span class="languages" role="group" '
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
