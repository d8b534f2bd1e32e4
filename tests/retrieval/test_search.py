"""What a search shows of guides that stand in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_parts import write

from assistant import Assistant

LANTERN = "# Lantern walk\n\nCarry a paper lantern through the village and sing together.\n"
LATERNE = "# Laternenumzug\n\nTragt eine Papierlaterne durch das Dorf und singt zusammen.\n"


@pytest.fixture
def walks(tandem: Assistant, guides: Path) -> Assistant:
    """One guide in both languages, and one that stands in English only."""
    write(guides / "en/walks/lantern.md", LANTERN)
    write(guides / "de/walks/lantern.md", LATERNE)
    write(
        guides / "en/walks/torch.md", "# Torch walk\n\nCarry a torch through the wood at night.\n"
    )
    tandem.library.sync(guides)
    return tandem


@pytest.mark.parametrize(
    ("question", "shown", "hidden"),
    [
        ("How do we walk with a lantern?", "en/walks/lantern.md", "de/walks/lantern.md"),
        ("Wie geht ein Umzug mit einer Laterne?", "de/walks/lantern.md", "en/walks/lantern.md"),
        ("Wie geht Torch walk?", "en/walks/torch.md", "de/walks/torch.md"),
    ],
)
def test_a_guide_in_both_languages_is_shown_in_the_one_that_is_asked(
    walks: Assistant, question: str, shown: str, hidden: str
):
    paths = [p.path for p in walks.search(question, 50, ["guides"])]
    assert shown in paths and hidden not in paths


def test_a_guide_whose_translation_is_gone_is_shown_again(walks: Assistant, guides: Path):
    (guides / "de/walks/lantern.md").unlink()
    walks.library.sync(guides)
    paths = [p.path for p in walks.search("Papierlaterne Lantern walk Dorf?", 50, ["guides"])]
    assert "en/walks/lantern.md" in paths


def test_the_answer_keeps_to_the_language_that_is_spoken(walks: Assistant):
    said = [
        {"role": "user", "content": "Wie geht ein Umzug mit einer Laterne?"},
        {"role": "assistant", "content": "Tragt eine Papierlaterne durch das Dorf."},
        {"role": "user", "content": "Laterne?"},
    ]
    *_, answer = walks.respond(said, ["guides"])
    assert {c.passage.language for c in answer.citations} <= {"de"}
