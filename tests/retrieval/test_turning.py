"""A question's vector is turned to where its answer stands, for the built-in model only."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.embeddings import BUILT_IN, fingerprint
from assistant.retrieval.turning import STRENGTH, turned, write_turning
from evals.turning import Lines, learn


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


@given(st.integers(0, 2**32 - 1))
def test_a_vector_keeps_its_length_and_stays_near_itself(seed):
    vector = unit(np.random.default_rng(seed).normal(size=384)).astype(np.float32)
    moved = turned(vector, fingerprint(BUILT_IN))
    assert np.linalg.norm(moved) == pytest.approx(1.0, abs=1e-5)
    assert 0.5 < float(moved @ vector) < 0.99999


def test_the_vector_of_another_model_stays_as_it_is():
    vector = unit(np.ones(768, dtype=np.float32))
    assert turned(vector, "another model") is vector


def test_what_is_written_is_what_is_applied(tmp_path, monkeypatch):
    matrix = np.zeros((3, 3), dtype=np.float32)
    matrix[1, 0] = 1.0
    write_turning(matrix, "small", tmp_path / "turning.safetensors")
    monkeypatch.setattr("assistant.retrieval.turning.FILE", tmp_path / "turning.safetensors")
    moved = turned(np.array([1.0, 0.0, 0.0], dtype=np.float32), "small")
    assert moved == pytest.approx(unit(np.array([1.0, STRENGTH, 0.0])), abs=1e-3)


@pytest.mark.parametrize("content", [None, b"", b"half a file"])
def test_a_file_that_is_gone_or_damaged_stops_no_search(tmp_path, monkeypatch, content):
    file = tmp_path / "turning.safetensors"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr("assistant.retrieval.turning.FILE", file)
    vector = unit(np.ones(384, dtype=np.float32))
    assert turned(vector, fingerprint(BUILT_IN)) is vector


def test_lines_that_were_left_out_lead_to_their_section_more_often_than_before():
    """Questions of a section lie where another section's text is; the shift is the same for all."""
    chance = np.random.default_rng(3)
    sections = 12
    places = np.stack([unit(chance.normal(size=32)) for _ in range(sections)])
    asked = np.repeat(np.arange(sections), 20)
    shift = np.roll(places, 1, axis=1)[asked]
    noise = 0.1 * chance.normal(size=(len(asked), 32))
    questions = np.stack([unit(row) for row in 0.4 * places[asked] + shift + noise])
    vectors = torch.tensor(np.concatenate([places, questions]), dtype=torch.float32)
    is_asked = torch.tensor([False] * sections + [True] * len(asked))
    left_out = torch.tensor([False] * sections + [n % 20 < 19 for n in range(len(asked))])
    numbers = torch.tensor([*range(sections), *asked])
    matrix = learn([Lines(vectors, numbers, is_asked, left_out)], epochs=200)

    def led(change: torch.Tensor) -> float:
        moved = torch.nn.functional.normalize(vectors + vectors @ change.T, dim=1)
        nearest = (moved[left_out] @ vectors[:sections].T).argmax(1)
        return float((nearest == numbers[left_out]).float().mean())

    assert led(matrix) > led(torch.zeros(32, 32)) + 0.1
