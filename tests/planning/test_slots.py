"""Figures and names of messages whose wish is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.planning.request import LEAST_MINUTES, MOST_MINUTES, SessionRequest
from assistant.planning.slots import SLOTS, only_one

REQUEST = SessionRequest(name="Precious", age=16, minutes=60, people=6, number=3)

CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("minutes", "45 not 60 pls", {"minutes": 45}),
    ("minutes", "30, nicht 60. sorry", {"minutes": 30}),
    ("minutes", "he has football straight after so forty is the limit", {"minutes": 40}),
    ("minutes", "hängen wir zehn Minuten dran", {"minutes": 70}),
    ("minutes", "we have to be out by half past five", {}),
    ("minutes", "der Raum ist nur bis 15 Uhr frei", {}),
    ("group", "Megan's broken her wrist so we're five", {"people": 5}),
    ("group", "der Fabio kommt auch noch, also sieben", {"people": 7}),
    ("group", "two more have signed up, so we'll be nine including me", {"people": 8}),
    ("group", "wir sind zu viert, ich zähl mich mit", {"people": 3}),
    ("group", "only three of the six are turning up", {"people": 3}),
    ("group", "his cousin is tagging along", {"people": 7}),
    ("number", "not the 3rd, the 4th", {"number": 4, "stage": "regular"}),
    ("number", "it isn't our first, we have met five times already", {"number": 6}),
    ("number", "ich seh ihn da zum ersten Mal", {"number": 1, "stage": "first"}),
    ("number", "wir hatten bereits drei Termine", {"number": 4}),
    ("age", "I typed 13, meant 31", {"age": 31}),
    ("age", "wie alt? nicht 14, 15", {"age": 15}),
    ("age", "die Gruppe ist gemischt, zwischen elf und dreizehn", {"age": 12}),
    ("age", "too babyish for him", {}),
    ("rename", "she's called Patience, not Precious, I always do that", {"name": "Patience"}),
    ("rename", "he goes by Max now", {"name": "Max"}),
    ("rename", "Esma, nicht Precious", {"name": "Esma"}),
    ("rename", "call her Mrs Nowak", {"name": "Mrs Nowak"}),
    ("rename", "you got the name wrong its katarzyna", {"name": "katarzyna"}),
    ("alone", "Yasmin has a temperature, it'll be only Amal", {"people": 1, "name": "Amal"}),
    ("alone", "Lea ist krank, es kommt nur Mia", {"people": 1, "name": "Mia"}),
    ("alone", "the others have an exam", {"people": 1}),
    ("rename", "please leave her name out", {}),
]


@pytest.mark.parametrize(("kind", "said", "puts_right"), CASES, ids=lambda value: str(value)[:50])
def test_what_is_put_right_is_found(kind: str, said: str, puts_right: dict[str, Any]) -> None:
    found = SLOTS[kind](said, REQUEST)
    assert {name: found.get(name) for name in puts_right or found} == puts_right


@given(st.sampled_from(sorted(SLOTS)), st.text(max_size=80))
def test_whatever_is_said_what_comes_of_it_is_a_request(kind: str, said: str) -> None:
    found = SLOTS[kind](said, REQUEST)
    changed = SessionRequest.model_validate(REQUEST.model_dump() | dict(found))
    assert LEAST_MINUTES <= changed.minutes <= MOST_MINUTES


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("Idris has chickenpox, so it will only be the elder one.", True),
        ("Es kommt nur der Ältere.", True),
        ("only the other half of the plan", False),
    ],
)
def test_one_of_several_is_told_apart(said: str, is_one: bool) -> None:
    assert only_one(said, REQUEST) == ({"people": 1} if is_one else {})
    assert only_one(said, REQUEST.model_copy(update={"people": 1})) == {}
