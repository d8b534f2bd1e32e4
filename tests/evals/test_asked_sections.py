"""What the sorter of sections learns from: what people ask, each with a section that is known."""

from __future__ import annotations

from pathlib import Path

import knowledge
from evals.asking import built_in_lines
from evals.sections import examples, section_names

GUIDES = Path(knowledge.__file__).parent / "guides"


def test_each_question_belongs_to_a_section_that_stands_in_a_guide():
    lines = built_in_lines(None)
    names = section_names(lines)
    listed = list(examples(lines))
    assert len(listed) > 30_000
    asked = [names[int(one.kind)] for one in listed]
    assert all(guide and places for guide, places in asked)
    for guide, places in names:
        for path, heading in places:
            assert Path(path).stem == guide
            assert heading in (GUIDES / path).read_text("utf-8")
