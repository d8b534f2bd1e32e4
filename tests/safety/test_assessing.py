"""Rules and classifier together: what is noticed, what is left alone, what happens without it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.safety.assessing import ALONE, Assessor, built_in_assessor
from assistant.safety.classifier import KINDS, LIMITS, SEVERITIES, SPEAKERS, Judgement, windows

CASES = yaml.safe_load(Path(__file__).with_name("assessed.yaml").read_text(encoding="utf-8"))
PLAIN = [
    (text, case["kind"], case["speaker"])
    for case in CASES["noticed"]
    for text in (case["en"], case["de"])
]
CALM = [text for case in CASES["left_alone"] for text in (case["en"], case["de"])]
LIMITED = [(text, case["limit"]) for case in CASES["limits"] for text in (case["en"], case["de"])]


@pytest.fixture(scope="module")
def assessor() -> Assessor:
    found = built_in_assessor()
    assert found.judge is not None, "the classifier that comes with Tandem can't be loaded"
    return found


@pytest.mark.parametrize(("text", "kind", "speaker"), PLAIN)
def test_plain_danger_is_noticed(assessor: Assessor, text: str, kind: str, speaker: str) -> None:
    concern = assessor.assess(text)
    assert concern is not None
    assert concern.kind in {kind, "acute_danger"}
    assert concern.speaker == speaker
    assert all(words in text for words in concern.evidence)


@pytest.mark.parametrize("text", CALM)
def test_ordinary_life_is_left_alone(assessor: Assessor, text: str) -> None:
    assert assessor.assess(text) is None


@pytest.mark.parametrize(("text", "limit"), LIMITED)
def test_limits_are_kept(assessor: Assessor, text: str, limit: str) -> None:
    found = assessor.boundary(text)
    assert found is not None
    assert found.kind == limit


def judged(alarm: float, text: str = "something", limit: float = 0.0) -> Judgement:
    others = dict.fromkeys(KINDS[1:], 0.0) | {"self_harm": alarm}
    return Judgement(
        text,
        {"none": 1 - alarm} | others,
        dict.fromkeys(SEVERITIES, 0.0) | {"medium": 1.0},
        dict.fromkeys(SPEAKERS, 0.0) | {"self": 1.0},
        {"none": 1 - limit} | dict.fromkeys(LIMITS[1:], 0.0) | {"medical": limit},
    )


def test_without_the_classifier_the_rules_stand_alone() -> None:
    assert Assessor(None).assess("I want to kill myself") is not None
    assert Assessor(None).assess("It was a good day") is None


def test_a_classifier_that_fails_takes_nothing_from_the_rules() -> None:
    def broken(_: str) -> list[Judgement]:
        raise RuntimeError("no memory")

    assert Assessor(broken).assess("I want to kill myself") is not None
    assert Assessor(broken).assess("It was a good day") is None
    assert Assessor(broken).boundary("Does she have ADHD?") is not None


def test_a_rule_that_is_not_firm_gives_way_to_a_sure_classifier() -> None:
    text = "Life isn't worth living"
    assert Assessor(lambda _: [judged(0.9, text)]).assess(text) is not None
    assert Assessor(lambda _: [judged(0.01, text)]).assess(text) is None


def test_the_classifier_alone_must_be_sure() -> None:
    text = "the socks are in the drawer"
    assert Assessor(lambda _: [judged(ALONE - 0.01, text)]).assess(text) is None
    concern = Assessor(lambda _: [judged(0.99, text)]).assess(text)
    assert concern is not None
    assert (concern.kind, concern.severity, concern.evidence) == ("self_harm", "medium", (text,))
    unsure = Assessor(lambda _: [judged(0.8, text)]).assess(text)
    assert unsure is not None
    assert unsure.severity == "low"


def test_the_same_text_is_always_judged_the_same(assessor: Assessor) -> None:
    assert assessor.judge is not None
    text = "i dont know how much longer i can do this, my mentor is nice though"
    assert assessor.judge(text) == assessor.judge(text)


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_whatever_is_written_evidence_is_verbatim(assessor: Assessor, text: str) -> None:
    concern, limit = assessor.assess(text), assessor.boundary(text)
    assert concern is None or all(words in text for words in concern.evidence)
    assert limit is None or limit.evidence in text


def test_evidence_keeps_the_spaces_of_the_message(assessor: Assessor) -> None:
    text = "It was  a long day.\nI want  to\tkill myself   tonight, I mean it."
    unruled = Assessor(lambda told: [judged(0.99, " ".join(told.split()))])
    for one in (assessor, unruled):
        concern = one.assess(text)
        assert concern is not None
        assert all(words in text for words in concern.evidence)


@pytest.mark.parametrize("filler", [" ", ", ", "a, "])
def test_one_grave_clause_is_noticed_however_much_stands_around_it(
    assessor: Assessor, filler: str
) -> None:
    begins = "45 minutes with Tom, third meeting."
    concern = assessor.assess(f"{begins}{filler * 20_000}He said he will kill himself.")
    assert concern is not None
    assert concern.severity == "high"


@given(st.text(max_size=4000))
def test_windows_hold_every_word_in_order(message: str) -> None:
    words = message.split()
    found = windows(message)
    if not found:
        assert not any(character.isalnum() or character == "_" for character in message)
        return
    assert found[0].split() == words[: len(found[0].split())]
    assert found[-1].split()[-1] == words[-1]
    assert set(" ".join(found).split()) == set(words)
