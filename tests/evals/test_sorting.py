"""What sorters of messages learn from: readable, varied, and apart from what measures them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from assistant.tuned import load_tuned, write_tuned
from evals.concerns.examples import Example, leaking
from evals.sorting.train import Example as Message
from evals.sorting.train import Subject, Training, rates, subjects
from evals.suite import read_suite, shipped

SUBJECTS = subjects()


@pytest.fixture(scope="module", params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Subject:
    return SUBJECTS[request.param]


def test_each_kind_has_many_messages_and_no_message_stands_twice(subject: Subject) -> None:
    listed = subject.examples()
    kinds = Counter(one.kind for one in listed)
    assert kinds.keys() == set(subject.sorter.kinds)
    assert min(kinds.values()) >= 70
    counted = Counter(" ".join(one.text.lower().split()) for one in listed)
    assert [text for text, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("suite", ["plans", "plans-unseen", "plans-fresh"])
def test_nothing_that_a_suite_asks_for_is_learnt_from(subject: Subject, suite: str) -> None:
    asked = [turn for case in read_suite(shipped()[suite]).cases for turn in case.turns]
    bare = {turn.lower().strip(" .!?") for turn in asked}
    listed = subject.examples()
    assert [one.text for one in listed if one.text.lower().strip(" .!?") in bare] == []
    assert leaking([Example(one.text, "", None) for one in listed], asked) == []


def test_a_line_that_cannot_be_read_is_named(tmp_path) -> None:
    (tmp_path / "en.tsv").write_text("en\tundo\tback please\nen\tflying\tup\n", "utf-8")
    with pytest.raises(ValueError, match=r"en.tsv, line 2"):
        replace(SUBJECTS["wishes"], folder=tmp_path).examples()


def test_what_was_learnt_is_told_from_what_it_was_not(tmp_path) -> None:
    """A few rounds on two kinds are enough to tell unseen messages of both apart."""
    online = ["we'll do it on zoom", "by video then", "wir telefonieren", "er kommt per Video"]
    game = ["add a quiz", "something playful", "ein Kartenspiel dazu", "was zum Spielen"]
    seen = [Message("online", text) for text in online] + [Message("game", text) for text in game]
    subject = SUBJECTS["wishes"]
    training = Training(subject.sorter, seen, epochs=12)
    assert list(training.run()) == [*range(1, 13)]
    write_tuned(training.parts(), tmp_path / "wishes.safetensors")
    written = load_tuned(tmp_path / "wishes.safetensors", subject.sorter.most_pieces)
    unseen = [Message("online", "we talk on the phone"), Message("game", "noch ein Quiz")]
    assert rates(written, subject.sorter, subject.bounds, unseen).startswith("right 1.000")
