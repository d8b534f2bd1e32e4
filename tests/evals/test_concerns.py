"""What the safety classifier learns from: readable, varied, and apart from what measures it."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.safety.classifier import FILE, KINDS, LIMITS
from evals.concerns.examples import Example, asked_of_guides, leaking, written
from evals.concerns.noise import noisy
from evals.concerns.train import Training, with_newest
from evals.suite import read_suite, shipped


@pytest.fixture(scope="module")
def listed() -> list[Example]:
    return written()


def test_there_are_thousands_in_each_language_and_of_each_kind(listed: list[Example]) -> None:
    for language in ("en", "de"):
        own = [example for example in listed if example.language == language]
        assert len(own) > 5_000
        kinds = Counter(example.kind for example in own)
        assert min(kinds[kind] for kind in KINDS) > 300
        limits = Counter(example.limit for example in own)
        assert min(limits[limit] for limit in LIMITS) >= 60


def test_no_message_stands_twice(listed: list[Example]) -> None:
    counted = Counter(" ".join(example.text.lower().split()) for example in listed)
    assert [text for text, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    "suite", ["safety", "safety-unseen", "safety-fresh", "first-safety", "boundaries"]
)
def test_no_message_of_a_suite_is_learnt_from(listed: list[Example], suite: str) -> None:
    texts = [case.turns[-1] for case in read_suite(shipped()[suite]).cases]
    assert leaking([*listed, *asked_of_guides()], texts) == []


def test_a_message_that_is_nearly_the_same_is_found() -> None:
    example = Example("I can't do this any more and nobody would notice", "en", "self_harm")
    assert leaking([example], ["I can't do this anymore and nobody would notice if I went"])
    assert not leaking([example], ["Nobody noticed that I had a new bike"])


def test_a_line_that_cannot_be_read_is_named(tmp_path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "bad.tsv").write_text("none\tfine\nself_harm huge self\tbad\n", "utf-8")
    with pytest.raises(ValueError, match=r"bad.tsv, line 2"):
        written(tmp_path)


def test_going_on_with_the_newest_takes_as_many_of_the_others() -> None:
    old = [Example(f"old {n}", "en", "none", source="days") for n in range(20)]
    new = [Example(f"new {n}", "de", "none", source="fifth_danger") for n in range(6)]
    kept = with_newest([*old, *new], ["fifth"])
    assert [e for e in kept if e.source != "days"] == new
    assert len(kept) == 12
    assert kept == with_newest([*old, *new], ["fifth"])
    with pytest.raises(ValueError, match="sixth"):
        with_newest([*old, *new], ["sixth"])


@given(st.text(max_size=60), st.integers(0, 1000))
def test_noise_is_repeatable_and_never_fails(text: str, seed: int) -> None:
    assert noisy(text, random.Random(seed)) == noisy(text, random.Random(seed))


def test_the_hardest_examples_are_those_whose_labels_the_weights_would_not_give() -> None:
    """By any label: a concern that isn't there, and a limit that is overlooked."""
    right = [
        Example("I want to kill myself.", "en", "self_harm", "high", "self", "none"),
        Example("Mein Vater schlägt mich jeden Tag.", "de", "abuse", "high", "self", "none"),
        Example("We played cards and it was fun.", "en", "none", limit="none"),
        Example("Heute gab es Nudeln mit Soße.", "de", "none", limit="none"),
    ]
    wrong = [
        Example("The bus was late again.", "en", "violence", "high", "self", "none"),
        Example("Ich will mich umbringen.", "de", "none", limit="none"),
        Example("Plan a therapy session to treat his trauma.", "en", "none", limit="none"),
        Example("We baked a cake together.", "en", "none", limit="medical"),
    ]
    training = Training([*right, *wrong], epochs=1, start=FILE)
    training.keep_hardest(0.5)
    assert training.listed == wrong
