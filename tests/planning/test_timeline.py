"""The path of a pair: what lies behind and what lies ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.planning.mentees import Agreement, Mentee, PlanRecord, SessionLog
from assistant.planning.timeline import outlook, stage, timeline, turns

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
SAMIRA = Mentee(1, "Samira", 16, 10, NOON)


def held(number: int, day: int, *agreed: Agreement, felt: int | None = None) -> SessionLog:
    return SessionLog(number, 1, number, date(2026, 11, day), "", agreed, felt, "", NOON)


def planned(number: int | None, day: int) -> PlanRecord:
    when = NOON.replace(day=day)
    return PlanRecord(day, 1, 1, "A plan", number, 60, when, when)


def test_the_path_goes_by_day_each_plan_before_its_meeting() -> None:
    logs = [held(2, 10), held(1, 3)]
    plans = [planned(3, 10), planned(2, 10), planned(None, 5)]
    events = timeline(SAMIRA, logs, plans)
    assert [(event.kind, event.number) for event in events] == [
        ("meeting", 1), ("plan", None), ("plan", 2), ("meeting", 2), ("plan", 3),
        ("ahead", 3), ("ahead", 5), ("ahead", 7), ("ahead", 10),
    ]  # fmt: skip
    assert [event.turns for event in events if event.kind == "ahead"] == [
        ("third",), ("half_way",), ("ending_soon",), ("last",),
    ]  # fmt: skip
    assert all((event.day is None) == (event.kind == "ahead") for event in events)


def test_a_meeting_says_what_was_kept_and_how_it_felt() -> None:
    log = held(3, 4, Agreement("ring", True), Agreement("read"), felt=2)
    event = timeline(SAMIRA, [log], [])[0]
    assert (event.agreed, event.kept, event.turns) == (2, 1, ("third",))
    assert event.log is not None and event.log.felt == 2


def test_without_planned_meetings_only_the_third_is_known_ahead() -> None:
    events = timeline(replace(SAMIRA, planned_meetings=None), [held(1, 3)], [])
    assert [(event.kind, event.number) for event in events] == [("meeting", 1), ("ahead", 3)]


def test_a_new_mentee_has_all_of_it_ahead() -> None:
    assert {event.kind for event in timeline(SAMIRA, [], [])} == {"ahead"}


@pytest.mark.parametrize(
    ("number_of_meetings", "expected"),
    [
        (None, {"first": 1, "third": 3}),
        (1, {"first": 1}),
        (2, {"first": 1, "last": 2}),
        (3, {"first": 1, "last": 3}),
        (5, {"first": 1, "third": 3, "ending_soon": 4, "last": 5}),
        (6, {"first": 1, "third": 3, "half_way": 3, "ending_soon": 4, "last": 6}),
        (12, {"first": 1, "third": 3, "half_way": 6, "ending_soon": 9, "last": 12}),
    ],
)
def test_which_meetings_are_special(number_of_meetings, expected) -> None:
    assert {turn.key: turn.number for turn in turns(number_of_meetings)} == expected


@given(st.none() | st.integers(1, 500), st.integers(0, 501))
def test_the_outlook_lies_ahead_and_within_the_meetings(planned_meetings, last) -> None:
    found = outlook(last, planned_meetings)
    assert all(last < turn.number <= (planned_meetings or 3) for turn in found)
    assert list(found) == sorted(found, key=lambda turn: turn.number)
    assert len({turn.key for turn in found}) == len(found)


@given(st.integers(2, 500))
def test_one_meeting_is_the_first_and_one_the_last(planned_meetings) -> None:
    stages = [stage(number, planned_meetings) for number in range(1, planned_meetings + 1)]
    assert stages[0] == "first" and stages[-1] == "last"
    assert stages.count("first") == stages.count("last") == 1
    assert stages.count("half_way") == (planned_meetings >= 6)
