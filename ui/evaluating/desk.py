"""What one open page of the trainer has on the desk, and how its parts act on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ui.labels import Labels

if TYPE_CHECKING:
    from evals.cases import Case
    from evals.rating import Item, Session
    from evals.suite import Suite
    from ui.evaluating.case_form import Draft
    from ui.evaluating.case_rendering import Tried
    from ui.running import Running

Fields = Mapping[str, Any]
"""What the form on the page holds: a text a field, a list of texts for boxes to tick."""


@dataclass(frozen=True)
class Notice:
    """A sentence about what was just done. `lines` are its details, `acts` what can follow it:
    (what to do, its label) each."""

    text: str
    trouble: bool = False
    lines: tuple[str, ...] = ()
    acts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rated:
    """The answer that was rated last."""

    item: Item
    marks: Mapping[str, int]


@dataclass(frozen=True)
class Chat:
    """A chat on its way to becoming a case. `names` are those to be taken out, `offered` all that
    were found or added; `until` is the message whose answer counts, None for the last."""

    number: int
    until: int | None
    offered: tuple[str, ...]
    names: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Desk:
    """The state of one open page: where it is, and what is being worked on there.

    `entered` says whether anybody has looked at it. `serial` counts the forms that were opened:
    what an earlier form sends late is ignored.
    """

    entered: bool = False
    place: tuple[str, ...] = ("suites",)
    notice: Notice | None = None
    serial: int = 0
    draft: Draft | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    trial: Running[Tried] | None = None
    removed: tuple[str, int, Case] | None = None
    brought: Suite | None = None
    setup: dict[str, str] = field(default_factory=dict)
    session: Session | None = None
    item: Item | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    rated: Rated | None = None
    chat: Chat | None = None

    def go(self, *place: str) -> None:
        """Look at another place."""
        self.place = place
        self.problems = {}


Act = Callable[[Desk, str, Fields, Labels], None]
"""Something a click does; it is given the desk, what the button carries and what the form holds."""

Page = Callable[[Desk, Labels], tuple[str, str]]
"""Shows a place: what is in the middle, and what is beside it."""


def text(fields: Fields, name: str) -> str:
    """A field's text, "" where the form has none."""
    value = fields.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def ticked(fields: Fields, name: str) -> list[str]:
    """The boxes of a name that are ticked."""
    value = fields.get(name, ())
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
