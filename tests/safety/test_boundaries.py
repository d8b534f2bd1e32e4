import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation import Conversing
from assistant.errors import StorageError
from assistant.retrieval.passage import Passage
from assistant.safety.assessing import Assessor
from assistant.safety.boundaries import boundary
from assistant.safety.help import boundary_guide, boundary_text
from assistant.safety.rules import LANGUAGES, read_language
from assistant.settings import Settings
from tests.planning.shelves import finds_nothing

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
def test_whatever_is_written_evidence_is_verbatim(text):
    found = boundary(text)
    assert found is None or found.evidence in text


def test_the_answer_opens_the_guide_that_helps(monkeypatch):
    monkeypatch.setattr("assistant.conversation.built_in_assessor", Assessor)
    opened: list[tuple[str, str]] = []

    def open_guide(name: str, language: str) -> Passage:
        opened.append((name, language))
        return Passage("x.md", "Title", (), None, 0, 4, "Text", 0.0, language)

    conversing = Conversing(finds_nothing, None, Settings(), open_guide=open_guide)
    (answer,) = conversing.respond([{"role": "user", "content": RULES[0].examples[0]}], None)
    assert answer.kind == "boundary"
    assert opened == [(boundary_guide(RULES[0].kind), answer.language)]
    assert [passage.title for passage in answer.nearest] == ["Title"]


def test_a_guide_that_cant_be_opened_takes_nothing_from_the_answer(monkeypatch):
    monkeypatch.setattr("assistant.conversation.built_in_assessor", Assessor)

    def open_guide(name: str, language: str) -> Passage:
        raise StorageError("The database is locked.")

    conversing = Conversing(finds_nothing, None, Settings(), open_guide=open_guide)
    (answer,) = conversing.respond([{"role": "user", "content": RULES[0].examples[0]}], None)
    assert answer.kind == "boundary"
    assert answer.nearest == ()
