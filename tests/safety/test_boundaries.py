import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.safety.boundaries import boundary
from assistant.safety.help import boundary_text
from assistant.safety.rules import LANGUAGES, read_language

RULES = [rule for language in LANGUAGES for rule in read_language(language).boundaries]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_each_boundary_is_found_in_its_examples_and_not_in_its_near_miss(rule):
    for example in rule.examples:
        found = boundary(example)
        assert found is not None
        assert found.kind == rule.kind
        assert found.evidence in example
    assert boundary(rule.near_miss) is None


@pytest.mark.parametrize(
    "question",
    [
        "How do I say no without losing her?",
        "Plan 45 minutes for our third meeting, she is shy.",
        "My mentee has an appointment with a lawyer and is nervous. How do I prepare her?",
        "What does confidentiality mean in mentoring?",
        "Welche offenen Fragen passen zum ersten Treffen?",
        "Mein Mentee ist in ein Mädchen verliebt und redet nur davon.",
        "Wie rede ich mit meiner Mentee über Medikamente im Urlaub?",
        "Wie erkläre ich die Grenzen der Verschwiegenheit?",
        "Wie beende ich die Beziehung zu meinem Mentee gut?",
    ],
)
def test_ordinary_questions_touch_no_boundary(question):
    assert boundary(question) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_boundary_has_a_short_line_in_both_languages(rule, language):
    found = boundary(rule.examples[0])
    assert found is not None
    assert 40 < len(boundary_text(found, language)) < 400


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_nothing_is_raised(text):
    boundary(text)
