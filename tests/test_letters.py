"""What runs of letters and words say, beside the encoder: of danger and limits, and of guides."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.letters import Letters, load_letters
from assistant.retrieval import sections
from assistant.retrieval.embeddings import BUILT_IN, fingerprint
from assistant.safety import classifier
from assistant.safety.classifier import LETTERS, Classifier
from evals.letters import Subject, Told, learnt


@pytest.fixture(scope="module")
def of_danger() -> Letters:
    return load_letters(LETTERS)


@pytest.mark.parametrize(
    ("danger", "harmless"),
    [
        ("I cut myself again last night", "I cut the grass again last night"),
        ("he hits me when he is drunk", "he hits the drums when he is bored"),
        ("ich will nicht mehr leben", "ich will nicht mehr lernen"),
        ("mein vater schlägt mich", "mein vater schlägt vor, dass ich lerne"),
    ],
)
def test_danger_leans_further_than_what_is_spelt_alike(
    of_danger: Letters, danger: str, harmless: str
) -> None:
    (bad, _), (good, _) = of_danger.log_odds([danger, harmless])
    assert bad > good + 1


def test_a_wish_beyond_the_limits_leans_further_than_a_question(of_danger: Letters) -> None:
    (_, beyond), (_, within) = of_danger.log_odds(
        ["Does my mentee have ADHD or a borderline disorder?", "How do I prepare our meeting?"]
    )
    assert beyond > within + 1


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_a_text_reads_the_same_whatever_stands_beside_it(texts: list[str]) -> None:
    letters = load_letters(LETTERS)
    together = letters.log_odds(texts)
    assert together.shape == (len(texts), 2)
    assert np.isfinite(together).all()
    assert np.allclose(together, [letters.log_odds([text])[0] for text in texts])


def test_the_encoder_gives_way_to_letters_and_shares_still_add_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "ich hab angst vor meinem stiefvater er kommt nachts in mein zimmer"
    (joined,) = Classifier().judge(text)
    monkeypatch.setattr(classifier, "OF_LETTERS", 0.0)
    (alone,) = Classifier().judge(text)
    assert joined.alarm != alone.alarm
    for judged in (joined, alone):
        assert sum(judged.kinds.values()) == pytest.approx(1, abs=1e-4)
        assert sum(judged.limits.values()) == pytest.approx(1, abs=1e-4)


def test_a_guide_that_is_spelt_out_gets_more_of_a_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    question = "My new trainee is late for work again and again. Do I talk to him first?"
    model = fingerprint(BUILT_IN)
    numbers = sections.known_sections(model).numbers
    place = numbers["en/starting-at-work.md", "Late again and again"]
    joined = sections.worths(question, model)
    monkeypatch.setattr(sections, "OF_LETTERS", 0.0)
    alone = sections.worths(question, model)
    assert joined is not None
    assert alone is not None
    assert joined[place] > alone[place]


def test_letters_that_know_other_guides_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, model = "How do I end the mentoring well?", fingerprint(BUILT_IN)
    stored = load_letters(sections.LETTERS)
    other = tmp_path / "other.safetensors"
    _save(stored.parts, other, guides=json.dumps(["another-guide"]))
    monkeypatch.setattr(sections, "LETTERS", other)
    unknown = sections.worths(question, model)
    monkeypatch.setattr(sections, "LETTERS", tmp_path / "missing.safetensors")
    missing = sections.worths(question, model)
    assert unknown is not None
    assert missing is not None
    assert np.allclose(unknown, missing)


@pytest.mark.parametrize("content", [b"", b"no tensors", None])
def test_a_file_that_does_not_fit_is_said_so(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "letters.safetensors"
    if content is None:
        _save({"bias": np.zeros(2, "float32")}, file)
    else:
        file.write_bytes(content)
    with pytest.raises(ValueError, match="letters"):
        load_letters(file)


def test_what_is_learnt_of_texts_tells_them_apart() -> None:
    """Three kinds of texts; of each, only one of two answers is known."""
    texts = [
        line.format(n)
        for line in ("we baked bread for {} people", "he beats me, {} times", "is it adhd, no {}?")
        for n in range(9)
    ]
    right = np.array([[0, 0]] * 9 + [[1, -1]] * 9 + [[-1, 1]] * 9)
    subject = Subject(lambda: told, Path(), {"letters": 2, "words": 2}, 40.0, 0.01)
    told = Told(texts, right, {})
    small = Letters(learnt(told, subject), {})
    (bread, baked), (beaten, _), (_, asked) = small.log_odds(
        ["bread for people", "he beats me", "is it adhd?"]
    )
    assert bread < 0 < beaten
    assert baked < 0 < asked


def _save(parts, file: Path, **notes: str) -> None:
    from safetensors.numpy import save_file

    save_file(dict(parts), str(file), metadata=notes)
