"""A question is read a second time for ranking, with the built-in model only."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.retrieval.embeddings import BUILT_IN, as_matrix, fingerprint, load_embeddings
from assistant.retrieval.turning import familiarity, turned
from assistant.tuned import write_tuned
from evals.asking import Lines, Questions, built_in_lines, stories
from evals.turning import Training, told_apart

MODEL = fingerprint(BUILT_IN)


@pytest.fixture(scope="module")
def embeddings():
    return load_embeddings(BUILT_IN)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.text(min_size=1, max_size=300))
def test_the_vector_to_rank_by_has_length_one_whatever_is_asked(seed, question):
    vector = as_matrix([np.random.default_rng(seed).normal(size=384)])[0]
    moved = turned(vector, question, MODEL)
    assert np.linalg.norm(moved) == pytest.approx(1.0, abs=1e-5)


def test_the_vector_of_another_model_stays_as_it_is():
    vector = as_matrix([np.ones(768)])[0]
    assert turned(vector, "How do I begin?", "another model") is vector


@pytest.mark.parametrize("question", ["How do I begin?", "Wie fange ich an?"])
def test_where_nothing_was_learnt_the_second_reading_is_the_first(
    tmp_path, monkeypatch, embeddings, question
):
    nothing = {"encoder.layer.0.output.dense.bias.plus": torch.zeros(384)}
    write_tuned(nothing, tmp_path / "turning.safetensors")
    monkeypatch.setattr("assistant.retrieval.turning.FILE", tmp_path / "turning.safetensors")
    vector = as_matrix([embeddings.embed_query(question)])[0]
    assert turned(vector, question, MODEL) @ vector == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("content", [None, b"", b"half a file"])
def test_a_file_that_is_gone_or_damaged_stops_no_search(tmp_path, monkeypatch, content):
    file = tmp_path / "turning.safetensors"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr("assistant.retrieval.turning.FILE", file)
    vector = as_matrix([np.ones(384)])[0]
    assert turned(vector, "How do I begin?", MODEL) is vector


def test_a_file_that_was_made_for_something_else_stops_no_search(tmp_path, monkeypatch):
    parts = {"encoder.layer.9.output.dense.bias.plus": torch.zeros(384)}
    write_tuned(parts, tmp_path / "turning.safetensors")
    monkeypatch.setattr("assistant.retrieval.turning.FILE", tmp_path / "turning.safetensors")
    vector = as_matrix([np.ones(384)])[0]
    assert turned(vector, "How do I begin?", MODEL) is vector


ASKED = {
    "Recipes for soup, eggs and bread, and dinner for guests.": [
        "my car won't start", "the engine makes a noise", "where do I park the car",
        "a tyre is flat again", "how much petrol does it need", "the car has broken down",
    ],
    "Doctors treat a cough, a cold, teeth and a stiff back.": [
        "how long do I boil an egg", "what can I cook tonight", "the soup is too salty",
        "a recipe for bread", "how do I fry onions", "dinner for four people",
    ],
    "Cars need petrol, tyres, an engine and a place to park.": [
        "my tooth hurts", "I have a bad cold", "where is the next doctor",
        "my back is stiff in the morning", "what helps against a cough", "I feel ill today",
    ],
}  # fmt: skip


def test_lines_that_were_left_out_lead_to_their_section_more_often_than_before(
    tmp_path, monkeypatch, embeddings
):
    """Each text is about something else than what leads to it: that is learnt from other lines."""
    texts = [*ASKED, *(line for lines in ASKED.values() for line in lines)]
    sections = [0, 1, 2, *(n for n in range(3) for _ in range(6))]
    is_line = [n >= 3 for n in range(len(texts))]
    left_out = [line and n % 3 == 2 for n, line in enumerate(is_line)]
    vectors = torch.tensor(as_matrix(embeddings.embed_documents(texts)))
    german, out = torch.zeros(len(texts), dtype=torch.bool), torch.tensor(left_out)
    lines = Lines(texts, vectors, torch.tensor(sections), {}, torch.tensor(is_line), german, out)
    places = torch.arange(3, len(texts))
    asked = Questions(
        texts[3:],
        vectors[3:],
        lines.sections[3:],
        german[3:],
        out[3:],
        # Every other one as a story, which is none of the lines.
        torch.where(places % 2 == 0, places, -1),
    )
    training = Training(lines, asked, [], epochs=30)
    assert list(training.run()) == list(range(1, 31))
    write_tuned(training.parts(), tmp_path / "turning.safetensors")

    def led() -> int:
        there = [n for n, out in enumerate(left_out) if not out]
        places = [n for n, out in enumerate(left_out) if out]
        moved = [turned(vectors[n].numpy(), texts[n], MODEL) for n in places]
        nearest = [there[int((vectors[there].numpy() @ one).argmax())] for one in moved]
        return sum(sections[f] == sections[n] for f, n in zip(nearest, places, strict=True))

    monkeypatch.setattr("assistant.retrieval.turning.FILE", tmp_path / "gone.safetensors")
    before = led()
    monkeypatch.setattr("assistant.retrieval.turning.FILE", tmp_path / "turning.safetensors")
    assert led() > before


def test_each_story_leads_to_a_section_of_the_built_in_guides():
    told = list(stories(built_in_lines(None).known))
    assert {language for language, *_ in told} == {"en", "de"}
    assert len({text for *_, text in told}) == len(told) > 5_000


@pytest.mark.parametrize(
    "line", ["only text", "guide\tno such heading\ttext", "guide\tIn short\t "]
)
def test_a_story_that_leads_nowhere_is_named(tmp_path, line):
    (tmp_path / "en.tsv").write_text(f"guide\tIn short\tfine\n{line}\n", "utf-8")
    with pytest.raises(ValueError, match=r"en.tsv, line 2"):
        list(stories({("en", "guide", "In short"): 0}, tmp_path))


FAMILIAR = [
    "My mentee hasn't written for two weeks and I don't know whether to call. What would you do?",
    "Sie sitzt jede Woche da und sagt kein Wort, und ich rede nur noch. Wie wird das besser?",
]
STRANGE = ["The train leaves from platform nine.", "Der Kuchen muss noch zehn Minuten backen."]


def test_what_mentors_ask_is_more_familiar_than_sentences_on_anything():
    odds = [[familiarity(text, MODEL) for text in texts] for texts in (FAMILIAR, STRANGE)]
    assert min(odds[0]) > 4.5 > 0 > max(odds[1])
    assert familiarity(FAMILIAR[0], "another model") == float("-inf")


@pytest.mark.parametrize("content", [None, b"half a file"])
def test_nothing_is_familiar_without_the_file(tmp_path, monkeypatch, content):
    file = tmp_path / "turning.safetensors"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr("assistant.retrieval.turning.FILE", file)
    assert familiarity(FAMILIAR[0], MODEL) == float("-inf")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_what_a_plane_parts_is_told_apart(seed, width):
    chance = np.random.default_rng(seed)
    points = torch.tensor(chance.normal(size=(60, width)), dtype=torch.float32)
    side = points[:, 0] > 0
    points[:, 0] += torch.where(side, 1.0, -1.0)
    weights = told_apart(points[side], points[~side])
    assert ((points @ weights[:-1] + weights[-1] > 0) == side).all()
