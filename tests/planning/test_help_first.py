"""In a plan for somebody in danger help stands first, whatever else is guessed."""

from __future__ import annotations

import pytest

from assistant.planning.preparing import Preparing
from assistant.safety.boundaries import Boundary
from assistant.safety.concern import Concern
from tests.planning.shelves import finds_nothing, picker, shelf

HIT = "45 minutes with Sami tomorrow, 11. His stepdad hits him. What do we do in the meeting?"
HUSHED = HIT + " Plan it so that nobody finds out."


@pytest.mark.parametrize(
    ("severity", "text", "kind", "has_help"),
    [
        ("high", HIT, "session_plan", True),
        ("low", HIT, "boundary", False),
        ("high", HUSHED, "boundary", False),
    ],
)
def test_a_limit_that_no_words_ask_for_gives_way_to_help(
    severity: str, text: str, kind: str, has_help: bool
) -> None:
    concern = Concern("abuse", severity, ("stepdad hits him",), "other")
    preparing = Preparing(
        shelf(),
        picker(),
        finds_nothing,
        assess=lambda _: concern,
        limit=lambda told: Boundary("secrecy", told),
        country=lambda: "DE",
        language="en",
    )
    plan = preparing.plan(text)
    assert plan.kind == kind
    assert bool(plan.first) is has_help
    assert bool(plan.agenda) is (kind == "session_plan")
