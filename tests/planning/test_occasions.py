"""Lines that serve only where their occasion is there."""

from __future__ import annotations

import pytest

from assistant.planning.occasions import load_occasions, serves
from assistant.planning.request import SessionRequest
from assistant.planning.themes import load_themes


@pytest.mark.parametrize(
    ("text", "there", "elsewhere"),
    [
        ("The third meeting is often flat.", {"number": 3}, {"number": 4}),
        ("Look into the camera at times.", {"setting": "online"}, {"setting": "in_person"}),
        ("Whom in my group do I overlook?", {"people": 4}, {"people": 1}),
        ("In a quarrel with a teacher, ask.", {"themes": ("quarrel_teacher",)}, {}),
        ("In a quarrel with a colleague, ask.", {"situation": "Her colleague shouts."}, {}),
        ("With under-18s, ask first.", {"age": 16}, {"age": 24}),
    ],
)
def test_a_line_serves_on_its_occasion_alone(text: str, there: dict, elsewhere: dict) -> None:
    assert serves(text, SessionRequest(**there))
    assert not serves(text, SessionRequest(**elsewhere))


def test_a_line_that_names_no_occasion_serves_always() -> None:
    assert serves("Listen to the whole story.", SessionRequest())


def test_occasions_name_themes_that_there_are() -> None:
    named = {theme for one in load_occasions().values() for theme in one.themes}
    assert named <= load_themes().themes.keys()
