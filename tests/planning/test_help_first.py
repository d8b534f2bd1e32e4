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


TIRED = "45 minutes with Mehwish, 29, tomorrow. She stays until seven and redoes things."


@pytest.mark.parametrize("speaker", ["self", "other"])
def test_what_no_rule_knows_puts_help_before_a_plan_and_not_in_its_place(speaker: str) -> None:
    concern = Concern("self_harm", "high", (TIRED,), speaker)
    preparing = Preparing(
        shelf(), picker(), finds_nothing, lambda _: concern, lambda _: None, lambda: "GB", "en"
    )
    plan = preparing.plan(TIRED)
    assert plan.first
    assert plan.agenda
    assert "suicide_self_harm" not in plan.request.themes
    told = "make it 30 minutes, else I'll only cry like I always do at the end of things"
    changed = preparing.change(plan.model_copy(update={"first": ""}), told)
    assert changed.first
    assert sum(item.minutes for item in changed.agenda) == 30


def test_where_a_rule_knows_the_words_help_takes_a_plans_place() -> None:
    told = "Plan 45 minutes with Sami tomorrow. I want to kill myself tonight."
    concern = Concern("acute_danger", "high", (told,), "self")
    preparing = Preparing(
        shelf(), picker(), finds_nothing, lambda _: concern, lambda _: None, lambda: "GB", "en"
    )
    assert preparing.plan(told).kind == "crisis"


def test_a_low_concern_is_one_line_before_a_plan_and_no_list_of_numbers() -> None:
    concern = Concern("self_harm", "low", (TIRED,), "other")
    preparing = Preparing(
        shelf(), picker(), finds_nothing, lambda _: concern, lambda _: None, lambda: "GB", "en"
    )
    plan = preparing.plan(TIRED)
    assert plan.agenda
    assert "help page" in plan.first
    assert "\n" not in plan.first
