"""Which section a question is for moves built-in guides among themselves, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.retrieval.embeddings import BUILT_IN, fingerprint
from assistant.retrieval.fusion import rearranged
from assistant.retrieval.sections import NONE, known_sections, strength, worths

MODEL = fingerprint(BUILT_IN)
SCORES = st.dictionaries(st.integers(0, 30), st.floats(0.001, 1.0), max_size=20)
WORTHS = st.dictionaries(st.integers(0, 30), st.floats(0.0, 1.0), max_size=20)

ASKED = [
    ("How often should we meet?", "en/mentoring-agreement.md"),
    ("Mein Mentee hat mich angelogen. Wie spreche ich das an?", "de/building-trust.md"),
    ("She cries and I don't know what to do", "en/emotions-in-the-room.md"),
    ("Darf ich meinem Mentee auf Instagram folgen?", "de/limits-and-confidentiality.md"),
    ("We have five mentors who don't answer mails any more", "en/looking-after-mentors.md"),
]


@given(SCORES, WORTHS)
def test_what_has_no_worth_keeps_its_place_and_places_keep_their_scores(fused, worth):
    moved = rearranged(fused, worth)
    assert sorted(moved.values()) == sorted(fused.values())
    before, after = (sorted(each, key=lambda key: (-each[key], key)) for each in (fused, moved))
    if len(set(fused.values())) == len(fused):
        kept = [(n, key) for n, key in enumerate(before) if key not in worth]
        assert [(n, key) for n, key in enumerate(after) if key not in worth] == kept


@given(SCORES)
def test_what_is_worth_most_comes_before_what_scores_alike(fused):
    alike = dict.fromkeys(fused, 0.5)
    for key in fused:
        moved = rearranged(alike, dict.fromkeys(fused, 0.0) | {key: 1.0})
        assert next(iter(moved)) == key


@pytest.mark.parametrize(("question", "path"), ASKED)
def test_the_section_that_a_question_is_for_is_known_by_path_and_heading(question, path):
    found = worths(question, MODEL)
    assert found is not None
    language = path.split("/")[0]
    of_its_language = {
        there: number
        for there, number in known_sections(MODEL).numbers.items()
        if there[0].startswith(language)
    }
    assert max(of_its_language, key=lambda there: found[of_its_language[there]])[0] == path


def test_every_known_section_stands_in_the_guides():
    folder = BUILT_IN.parent / "guides"
    texts = {file: (folder / file).read_text("utf-8") for file, _ in known_sections(MODEL).numbers}
    gone = [
        (file, heading)
        for file, heading in known_sections(MODEL).numbers
        if heading not in texts[file]
    ]
    assert gone == [], "guides changed: run python -m evals.sections"


def test_another_model_has_no_sections():
    assert known_sections("another model") == NONE
    assert worths("How do I begin?", "another model") is None
    assert strength("How do I begin?", "another model") == float("-inf")


@pytest.mark.parametrize(
    ("asked", "strange"),
    [
        ("How do I build trust?", "How do I bake bread?"),
        ("Wie oft sollten wir uns treffen?", "Wie hoch ist der Großglockner?"),
    ],
)
def test_sections_answer_more_strongly_to_what_guides_are_about(asked, strange):
    assert strength(asked, MODEL) > strength(strange, MODEL) + 2


@pytest.mark.parametrize("content", [None, b"", b"half a file"])
def test_a_file_that_is_gone_or_damaged_leaves_search_as_it_is(tmp_path, monkeypatch, content):
    file = tmp_path / "sections.safetensors"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr("assistant.retrieval.sections.FILE", file)
    assert known_sections(MODEL) == NONE
    assert worths("How do I begin?", MODEL) is None


def test_guides_of_ones_own_stay_where_they_are(tandem: Assistant, guides: Path, monkeypatch):
    tandem.library.sync(guides)
    asked = ["How do I listen well?", "active listening", "Was mache ich, wenn sie schweigt?"]
    with_sections = [tandem.search(question, 10) for question in asked]
    monkeypatch.setattr("assistant.retrieval.sections.FILE", Path("nowhere.safetensors"))
    without = [tandem.search(question, 10) for question in asked]
    for moved, left in zip(with_sections, without, strict=True):
        places = [
            [(n, p.path) for n, p in enumerate(found) if p.collection != "built-in"]
            for found in (moved, left)
        ]
        assert places[0] == places[1] != []
