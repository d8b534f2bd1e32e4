"""The situations for practice: enough of them, in both languages, for every stage."""

from __future__ import annotations

from collections import Counter

import pytest
from pydantic import ValidationError

from assistant.practice.scenarios import Scenario, built_in_scenarios

ENGLISH, GERMAN = built_in_scenarios("en"), built_in_scenarios("de")


def test_the_same_situations_stand_in_both_languages():
    assert len(ENGLISH) >= 24
    for one, other in zip(ENGLISH, GERMAN, strict=True):
        assert (one.id, one.stage, one.difficulty, one.guides) == (
            other.id, other.stage, other.difficulty, other.guides
        )  # fmt: skip
        assert one.first_words != other.first_words


def test_every_stage_and_difficulty_can_be_practised():
    stages = Counter(scenario.stage for scenario in ENGLISH)
    assert set(stages) == {"first", "early", "middle", "late", "last"}
    assert min(stages.values()) >= 3
    assert set(Counter(s.difficulty for s in ENGLISH)) == {"gentle", "demanding", "hard"}


@pytest.mark.parametrize("scenarios", [ENGLISH, GERMAN], ids=["en", "de"])
def test_no_two_are_the_same_person_or_say_the_same(scenarios: tuple[Scenario, ...]):
    for told in (
        [scenario.id for scenario in scenarios],
        [scenario.first_words for scenario in scenarios],
        [(scenario.mentee.name, scenario.mentee.age) for scenario in scenarios],
    ):
        assert len(set(told)) == len(told)


def test_a_half_written_situation_is_refused():
    whole = ENGLISH[0].model_dump()
    for name in ("first_words", "builds_trust", "mentee"):
        with pytest.raises(ValidationError, match=name):
            Scenario.model_validate({key: value for key, value in whole.items() if key != name})
