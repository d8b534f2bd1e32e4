"""Who joins a meeting without being a mentee."""

from __future__ import annotations

import pytest

from assistant.planning.composing import Planner
from assistant.planning.guests import guest_in
from assistant.planning.request import SessionRequest
from assistant.planning.understanding import understand_request
from tests.planning.shelves import finds_nothing, picker, shelf

JOINS = {
    "The coordinator is going to join for a bit. Please redo it.": (
        "The coordinator is going to join for a bit"
    ),
    "sein Vater möchte die letzte Viertelstunde dazukommen, bau das ein": (
        "sein Vater möchte die letzte Viertelstunde dazukommen"
    ),
    "Eine Stunde bei ihr daheim, ihre kleine Tochter ist wahrscheinlich dabei.": (
        "ihre kleine Tochter ist wahrscheinlich dabei"
    ),
    "übrigens kommt die Sozialarbeiterin auch dazu": "kommt die Sozialarbeiterin auch dazu",
    "an interpreter will be there": "an interpreter will be there",
}
DOES_NOT = (
    "",
    "her mum won't join this time",
    "ihre Mutter ist nicht dabei",
    "His mum is there for him.",
    "He joined the army, his father is a teacher.",
    "she cares for her baby brother and joins a club",
    "Seine Mutter kommt mit den Noten nicht klar.",
    "ihr Vater kommt aus Syrien und sie kommt mit",
    "Die Lehrerin will, dass wir etwas machen.",
)


@pytest.mark.parametrize("said", JOINS)
def test_who_joins_is_told_in_the_mentors_words(said: str) -> None:
    assert guest_in(said) == JOINS[said]
    assert understand_request(said).guest == JOINS[said]


@pytest.mark.parametrize("said", DOES_NOT)
def test_nobody_joins(said: str) -> None:
    assert guest_in(said) == ""


@pytest.mark.parametrize(
    ("told", "heard"),
    [
        ("His teacher says he sits on his own at lunch.", True),
        ("Laut einer Kommilitonin geht sie kaum noch in die Vorlesung.", True),
        ("Das weiß ich von seiner Mutter.", True),
        ("He told me that he sits on his own.", False),
        ("Sie hat mit ihrer Mutter gesprochen.", False),
        ("", False),
    ],
)
def test_what_somebody_else_has_told_is_kept_back(told: str, heard: bool) -> None:
    plan = Planner(shelf(), picker(), finds_nothing).compose(SessionRequest(situation=told))
    assert any("from others" in line for line in plan.prepare) is heard
