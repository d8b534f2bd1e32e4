"""Form fields as HTML. tandem.js reads them all when a button of the page is clicked.

Gradio lets no <textarea> through, so a long field is written as <pre class="area">; tandem.js makes
it one.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui.labels import Labels
from ui.rendering import plain

Choices = Sequence[tuple[str, str]]
"""(value, label) each."""


def line(name: str, label: str, value: str, *, hint: str = "", wrong: str = "") -> str:
    """A field for one line."""
    inside = f'<input type="text" name="{name}" id="field-{name}" value="{plain(value)}">'
    return _field(name, label, inside, hint, wrong)


def number(name: str, label: str, value: str, *, wrong: str = "") -> str:
    """A field for a number."""
    inside = (
        f'<input type="text" inputmode="numeric" name="{name}" id="field-{name}"'
        f' value="{plain(value)}" class="short">'
    )
    return _field(name, label, inside, "", wrong)


def area(
    name: str, label: str, value: str, *, rows: int = 3, hint: str = "", wrong: str = ""
) -> str:
    """A field for several lines."""
    inside = f'<pre class="area" name="{name}" id="field-{name}" rows="{rows}">{_kept(value)}</pre>'
    return _field(name, label, inside, hint, wrong)


def choice(
    name: str, label: str, value: str, choices: Choices, *, hint: str = "", wrong: str = ""
) -> str:
    """A list to choose one from."""
    options = "".join(
        f'<option value="{plain(key)}"{" selected" if key == value else ""}>{plain(shown)}</option>'
        for key, shown in choices
    )
    inside = f'<select name="{name}" id="field-{name}">{options}</select>'
    return _field(name, label, inside, hint, wrong)


def radios(name: str, label: str, value: str, choices: Choices) -> str:
    """A few choices side by side."""
    inside = "".join(
        f'<label><input type="radio" name="{name}" value="{plain(key)}"'
        f"{' checked' if key == value else ''}><span>{plain(shown)}</span></label>"
        for key, shown in choices
    )
    return (
        f'<fieldset class="field radios"><legend>{plain(label)}</legend>'
        f'<div class="options">{inside}</div></fieldset>'
    )


def tick(name: str, value: str, label: str, ticked: bool) -> str:
    """A box to tick."""
    return (
        f'<label class="tick"><input type="checkbox" name="{name}" value="{plain(value)}"'
        f"{' checked' if ticked else ''}><span>{plain(label)}</span></label>"
    )


def serial(count: int) -> str:
    """Which form this is; makes two empty forms differ, so that the second is drawn anew."""
    return f'<input type="hidden" name="serial" value="{count}">'


def go(act: str, label: str) -> str:
    """The button that a form leads to; Enter in a line presses it."""
    return quiet(act, label, "go")


def quiet(act: str, label: str, kind: str = "quiet") -> str:
    """Another button."""
    return (
        f'<button type="button" name="evals" value="{plain(act)}" class="{kind}">'
        f"{plain(label)}</button>"
    )


def languages(labels: Labels) -> Choices:
    """The languages, to choose from."""
    return [(code, labels(f"library.language_{code}")) for code in ("en", "de")]


def _kept(text: str) -> str:
    """Text with its line breaks, in one line of HTML."""
    return escape(text).replace("\r\n", "\n").replace("\n", "&#10;")


def _field(name: str, label: str, inside: str, hint: str, wrong: str) -> str:
    below = f'<span class="hint">{plain(hint)}</span>' if hint else ""
    if wrong:
        below = f'<span class="wrong" role="alert">{plain(wrong)}</span>{below}'
    return (
        f'<div class="field field-{name}{" is-wrong" if wrong else ""}">'
        f'<label for="field-{name}">{plain(label)}</label>{inside}{below}</div>'
    )
