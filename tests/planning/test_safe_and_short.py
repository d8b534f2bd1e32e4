"""What a plan says before a meeting that may hurt, and how little it says where that is asked."""

from __future__ import annotations

import pytest

from assistant.planning.changing import Changer
from assistant.planning.composing import Planner
from assistant.planning.plan import SessionPlan
from assistant.planning.request import SessionRequest
from assistant.planning.understanding import understand_request
from tests.planning.shelves import finds_nothing, picker, shelf


def plan(**told: object) -> SessionPlan:
    request = SessionRequest.model_validate({"minutes": 60, **told})
    return Planner(shelf(), picker(), finds_nothing).compose(request)


@pytest.mark.parametrize(
    ("told", "line", "is_there"),
    [
        ({"themes": ("abuse",)}, "today. Don't wait for the meeting", True),
        ({"themes": ("exam_stress",)}, "today. Don't wait for the meeting", False),
        ({"themes": ("quarrel_classmates",), "people": 6}, "nobody has to tell the quarrel", True),
        ({"themes": ("quarrel_classmates",)}, "nobody has to tell the quarrel", False),
        ({"guest": "her dad joins for the end"}, "say beforehand who comes", True),
        ({"guest": "her baby is there"}, "something to play", True),
        ({"guest": "her baby is there"}, "say beforehand who comes", False),
    ],
)
def test_what_to_do_before_is_said(told: dict[str, object], line: str, is_there: bool) -> None:
    assert any(line in one for one in plan(**told).prepare) is is_there


@pytest.mark.parametrize(
    ("told", "seated"),
    [
        ("45 minutes in the café", True),
        ("er hat den Fuß in Gips", True),
        ("Besuchsraum, eine halbe Stunde", True),
        ("45 minutes in the gym", False),
        ("in the library, something with movement please", False),
    ],
)
def test_where_nobody_can_move_about_is_noticed(told: str, seated: bool) -> None:
    assert understand_request(told).seated is seated


def test_few_words_leave_the_exercise_and_the_limits_whole() -> None:
    before = plan(themes=("quarrel_classmates",))
    changer = Changer(Planner(shelf(), picker(), finds_nothing), shelf())
    after = changer.change(before, "too much text, I read it on the bus")
    lines = [sum(len(item.lines) for item in one.agenda) for one in (before, after)]
    assert lines[1] < lines[0]
    assert all(len(one) <= 1 for item in after.agenda for one in (item.say, item.ask))
    exercises = [[i.how for i in p.agenda if i.people is not None] for p in (before, after)]
    steps = [[line.text for how in one for line in how] for one in exercises]
    assert steps[0] == steps[1]
    assert [len(p.limits) for p in (before, after)] == [len(before.limits)] * 2
    back = changer.change(after, "undo", [before])
    assert back.agenda == before.agenda
