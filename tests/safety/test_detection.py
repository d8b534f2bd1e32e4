from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.safety.concern import Concern
from assistant.safety.detection import by_rules
from assistant.safety.rules import LANGUAGES, load_rules, read_language

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))
INDIRECT = yaml.safe_load((HERE / "indirect.yaml").read_text(encoding="utf-8"))

NOTICED = [
    (kind, speaker, text)
    for language in LANGUAGES
    for kind, speakers in CASES[language]["noticed"].items()
    for speaker, texts in speakers.items()
    for text in texts
]
LEFT_ALONE = [text for language in LANGUAGES for text in CASES[language]["left_alone"]]
RULES = [rule for language in LANGUAGES for rule in read_language(language).rules]
EXCLUSIONS = [one for language in LANGUAGES for one in read_language(language).exclusions]


def assess(text: str) -> Concern | None:
    """What the rules alone make of a message."""
    told = by_rules(text)
    return told.concern if told else None


@pytest.mark.parametrize(("kind", "speaker", "text"), NOTICED)
def test_a_worrying_message_is_noticed_as_what_it_is(kind, speaker, text):
    concern = assess(text)
    assert concern is not None
    # Words of acting now may make anything acute.
    assert concern.kind in {kind, "acute_danger"}
    assert concern.speaker == speaker


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_a_harmless_message_is_left_alone(text):
    assert assess(text) is None


@pytest.mark.parametrize("text", [t for one in INDIRECT.values() for t in one["noticed"]])
def test_indirect_wording_is_noticed(text):
    assert assess(text) is not None


@pytest.mark.parametrize("text", [t for one in INDIRECT.values() for t in one["left_alone"]])
def test_everyday_wording_is_left_alone(text):
    assert assess(text) is None


@pytest.mark.parametrize("text", [t for one in INDIRECT.values() for t in one["missed"]])
def test_known_misses_are_listed_only_while_they_are_missed(text):
    assert assess(text) is None, "noticed now: move it to `noticed`"


def test_the_tables_are_large_enough():
    for language in LANGUAGES:
        noticed = CASES[language]["noticed"].values()
        assert sum(len(texts) for speakers in noticed for texts in speakers.values()) >= 80
        assert len(CASES[language]["left_alone"]) >= 80


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_finds_its_example_and_not_its_near_miss(rule):
    concern = assess(rule.example)
    assert concern is not None
    assert concern.kind == rule.kind
    assert assess(rule.near_miss) is None


@pytest.mark.parametrize("exclusion", EXCLUSIONS, ids=lambda one: one.id)
def test_each_exclusion_leaves_its_example_alone_and_lets_the_rest_through(exclusion):
    assert assess(exclusion.example) is None
    assert assess(exclusion.still_noticed) is not None


@pytest.mark.parametrize(
    "text",
    [
        "ICH WILL NICHT MEHR LEBEN",
        "ich wiiiill niiicht mehr leeeben",
        "Alle wären ohne mich besser dran",
        "Alle waeren ohne mich besser dran",
        "alle waren ohne mich besser dran",
        "ich will mich umbirngen",
        "i'm suicdal",
        "I wan\u0074\u200b to die",
        "Mein Vater schla\u0308gt mich",
        "i want 2 ... i want to d1e",
    ],
)
def test_spelling_does_not_hide_anything(text):
    assert assess(text) is not None


def test_acute_danger_stands_above_everything_else():
    concern = assess("Mein Vater schlägt mich. Ich habe alle Tabletten geschluckt.")
    assert concern is not None
    assert (concern.kind, concern.severity) == ("acute_danger", "high")


def test_a_question_about_oneself_is_no_question_on_the_subject():
    assert assess("How do I tell my mum that I want to die?") is not None
    assert assess("Was soll ich tun, wenn mein Vater mich schlägt?") is not None


def test_a_worry_late_in_a_long_message_is_noticed():
    assert assess("Heute war ein Tag wie immer. " * 1500 + "Ich will nicht mehr leben.") is not None
    assert assess("und dann " * 5000 + "ich will nicht mehr leben") is not None


WORDS = sorted({word for _, _, text in NOTICED for word in text.split()})
MESSAGES = st.one_of(
    st.text(alphabet=st.characters(), max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_evidence_is_verbatim_and_nothing_is_raised(text):
    concern = assess(text)
    if concern is not None:
        assert concern.evidence
        assert all(evidence and evidence in text for evidence in concern.evidence)


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\udfff die", "\x00", "🔪💀", "a" * 50_000])
def test_odd_strings_are_survived(text):
    assert assess(text) is None


def test_the_rules_are_read_once():
    assert load_rules() is load_rules()
