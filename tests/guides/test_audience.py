"""To whom a built-in guide speaks."""

import pytest

from assistant.guides.audience import speaks_to


@pytest.mark.parametrize(
    ("path", "audience"),
    [
        ("en/your-studies.md", "mentee"),
        ("de/being-a-mentee.md", "mentee"),
        ("en/first-meeting.md", "mentor"),
        ("de/no-such-guide.md", ""),
    ],
)
def test_a_guide_says_to_whom_it_speaks(path: str, audience: str):
    assert speaks_to(path) == audience
