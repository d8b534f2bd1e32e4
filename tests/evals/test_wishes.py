"""What the reader of wishes learns from: readable, varied, and apart from what measures it."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.planning.wishes import MOST_PIECES, load_phrases
from assistant.tuned import load_tuned, write_tuned
from evals.concerns.examples import Example, leaking
from evals.suite import read_suite, shipped
from evals.wishes.train import Training, Wish, rates, wishes


@pytest.fixture(scope="module")
def listed() -> list[Wish]:
    return wishes()


def test_each_kind_has_a_hundred_messages_and_no_message_stands_twice(listed: list[Wish]) -> None:
    kinds = Counter(wish.kind for wish in listed)
    assert kinds.keys() == set(load_phrases().kinds)
    assert min(kinds.values()) >= 100
    counted = Counter(" ".join(wish.text.lower().split()) for wish in listed)
    assert [text for text, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("suite", ["plans", "plans-unseen", "plans-fresh"])
def test_no_change_that_a_suite_asks_for_is_learnt_from(listed: list[Wish], suite: str) -> None:
    asked = [turn for case in read_suite(shipped()[suite]).cases for turn in case.turns[1:]]
    bare = {turn.lower().strip(" .!?") for turn in asked}
    assert [wish.text for wish in listed if wish.text.lower().strip(" .!?") in bare] == []
    assert leaking([Example(wish.text, "", None) for wish in listed], asked) == []


def test_a_line_that_cannot_be_read_is_named(tmp_path) -> None:
    (tmp_path / "en.tsv").write_text("en\tundo\tback please\nen\tflying\tup\n", "utf-8")
    with pytest.raises(ValueError, match=r"en.tsv, line 2"):
        wishes(tmp_path)


def test_what_was_learnt_is_told_from_what_it_was_not(tmp_path) -> None:
    """A few rounds on two kinds are enough to tell unseen messages of both apart."""
    online = ["we'll do it on zoom", "by video then", "wir telefonieren", "er kommt per Video"]
    game = ["add a quiz", "something playful", "ein Kartenspiel dazu", "was zum Spielen"]
    seen = [Wish("online", text) for text in online] + [Wish("game", text) for text in game]
    training = Training(seen, epochs=12)
    assert list(training.run()) == [*range(1, 13)]
    write_tuned(training.parts(), tmp_path / "wishes.safetensors")
    written = load_tuned(tmp_path / "wishes.safetensors", MOST_PIECES)
    unseen = [Wish("online", "we talk on the phone"), Wish("game", "noch ein Quiz")]
    assert rates(written, unseen).startswith("right 1.000")
