"""Small parts of the Plan view as HTML: buttons that do something, titles, notices.

Written as `ui.rendering` says. A button named "plan" carries "what to do:with what".
"""

from __future__ import annotations

from collections.abc import Iterable

from ui.evaluating.fields import serial as serial  # forms here count like those of the trainer
from ui.planning.desk import Notice
from ui.rendering import button, plain


def act(what: str, label: str, kind: str = "quiet") -> str:
    """A button of the view."""
    return button("plan", what, label, kind=kind)


def go(what: str, label: str) -> str:
    """The button that a form leads to; Enter in a line presses it."""
    return act(what, label, "go")


def notice_html(notice: Notice | None) -> str:
    """What was just done, or why not."""
    if notice is None:
        return ""
    kind, role = ("notice trouble", "alert") if notice.trouble else ("notice done", "status")
    acts = "".join(act(what, label) for what, label in notice.acts)
    followed = f'<span class="notice-acts">{acts}</span>' if acts else ""
    return (
        f'<div class="{kind}" role="{role}"><span class="notice-text">{plain(notice.text)}</span>'
        f"{followed}</div>"
    )


def titled(title: str, about: str = "") -> str:
    """A place's heading."""
    text = f'<p class="about-text">{plain(about)}</p>' if about else ""
    return f'<div class="place-head"><h2 tabindex="-1">{plain(title)}</h2>{text}</div>'


def menu(label: str, items: Iterable[str]) -> str:
    """What else can be done with something, behind three dots."""
    return (
        f'<details class="menu"><summary title="{plain(label)}">'
        f'<span class="icon icon-more"></span><span class="sr">{plain(label)}</span></summary>'
        f'<div class="menu-items">{"".join(items)}</div></details>'
    )


def assumed(field: str, label: str) -> str:
    """A form's field, marked as filled in by Tandem alone."""
    tag = f' <span class="assumed">{plain(label)}</span>'
    end = "</legend>" if "</legend>" in field else "</label>"
    return field.replace(end, f"{tag}{end}", 1)
