"""The indexes beside Chroma: signposts in memory, and a start that is broken off."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Event, Thread
from time import sleep

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_parts import CountingEmbeddings

from assistant import Settings, open_assistant
from assistant.retrieval.indexes import Indexes
from assistant.retrieval.signposts import SignpostIndex


@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(1, 50))
def test_the_nearest_signposts_are_those_with_the_highest_cosine(seed: int, there: int, count: int):
    chance = np.random.default_rng(seed)
    vectors = {10 * n: chance.normal(size=8).astype(np.float32) for n in range(there)}
    asked = chance.normal(size=8).astype(np.float32)
    cosines = {
        key: float(v @ asked / (np.linalg.norm(v) * np.linalg.norm(asked)))
        for key, v in vectors.items()
    }
    found = SignpostIndex(vectors).nearest(asked, count)
    assert [cosine for _, cosine in found] == pytest.approx(
        sorted(cosines.values(), reverse=True)[:count], abs=1e-5
    )
    assert all(cosine == pytest.approx(cosines[key], abs=1e-5) for key, cosine in found)


def test_a_vector_of_zeros_is_near_nothing():
    index = SignpostIndex({1: np.zeros(4, np.float32), 2: np.ones(4, np.float32)})
    assert index.nearest(np.ones(4, np.float32), 2) == [(2, pytest.approx(1)), (1, 0.0)]
    assert index.nearest(np.zeros(4, np.float32), 1)[0][1] == 0.0


def test_closing_breaks_a_start_off_and_the_next_one_goes_on(
    tmp_path: Path, shared_model: None, counted: CountingEmbeddings, monkeypatch: pytest.MonkeyPatch
):
    reached, go_on, embed = Event(), Event(), Indexes.embed_missing

    def held(self: Indexes, *arguments) -> None:
        embed(self, *arguments)
        reached.set()
        assert go_on.wait(30)

    home = tmp_path / "home"
    with monkeypatch.context() as patch:
        patch.setattr(Indexes, "embed_missing", held)
        tandem = open_assistant(Settings(home=home))
        assert reached.wait(30)
        closing = Thread(target=tandem.close)
        closing.start()
        while not tandem._closing.is_set():
            sleep(0.01)
        go_on.set()
        closing.join(60)
    assert _guides(home) == [("staged", 1)]
    embedded = counted.texts
    with open_assistant(Settings(home=home)) as again:
        again.wait()
        assert (again.status().guides, again.status().dense) == (1, "ready")
        assert again.search("active listening", 1)[0].similarity
    assert counted.texts == embedded
    assert _guides(home) == [("live", 1)]


def _guides(home: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(home / "tandem.db") as database:
        return database.execute("SELECT stage, count(*) FROM guides GROUP BY stage").fetchall()
