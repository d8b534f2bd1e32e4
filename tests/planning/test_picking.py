"""Which exercises can be done where."""

from __future__ import annotations

import pytest

from assistant.planning.picking import done_at


@pytest.mark.parametrize(
    ("online", "by_phone"),
    [
        ("the same on a call", True),
        ("genauso, auch am Telefon", True),
        ("made for a video call, by phone you describe the things", True),
        ("change things in the picture", False),
        ("ein gemeinsames Blatt zum Zeichnen", False),
        ("cameras on, as if you had both just joined early", False),
        ("", False),
    ],
)
def test_on_the_phone_nothing_helps_that_both_must_see(online: str, by_phone: bool) -> None:
    assert done_at("phone", online) is by_phone
    assert done_at("online", online) is bool(online)
    assert done_at("in_person", online)
