"""What one open page of the Plan view looks at, and how its parts act on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ui.evaluating.desk import Fields, Notice, text, ticked
from ui.labels import Labels

if TYPE_CHECKING:
    from assistant.planning.plan import SessionPlan

__all__ = ["Act", "Desk", "Fields", "Notice", "Page", "text", "ticked"]


@dataclass
class Desk:
    """The state of one open page: where it is, and what is being written there.

    `place` is ("new", mentee or ""), ("plan", record, version or ""), ("mentee", mentee),
    ("log", mentee, log or "") or ("instead",). `serial` counts the forms that were shown: what an
    earlier one sends late is not done again. `typed` is what the open form holds. `told` is the
    text of the last request. `said` is what was told instead of a plan, and `first` the help that
    a session log calls for. `from_chat` are the plans opened from answers, by message. `country` is
    the person's own, for help lines; None where they chose none.
    """

    entered: bool = False
    place: tuple[str, ...] = ("new", "")
    notice: Notice | None = None
    serial: int = 0
    typed: dict[str, object] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    said: SessionPlan | None = None
    first: str = ""
    compared: bool = False
    from_chat: dict[int, int] = field(default_factory=dict)
    country: str | None = None

    def go(self, *place: str) -> None:
        """Look at another place; what was being written in the one before is forgotten."""
        self.place = place
        self.serial += 1
        self.typed, self.problems = {}, {}
        self.compared, self.first = False, ""

    def held(self, name: str, otherwise: str = "") -> str:
        """What a field of the open form holds."""
        value = self.typed.get(name, otherwise)
        return value if isinstance(value, str) else otherwise


Act = Callable[[Desk, str, Fields, Labels], None]
"""Something a click does; it is given the desk, what the button carries and what the form holds."""

Page = Callable[[Desk, Labels], str]
"""Shows a place as HTML."""
