"""The dense index in a real Chroma: damage is noticed, and nothing is embedded for its repair."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from small_parts import CountingEmbeddings

from assistant import Settings, open_assistant
from assistant.errors import IndexUnavailable, StorageError
from assistant.retrieval.dense import DenseIndex

COUNT, WIDTH = 1_200, 32
"""Beyond 1,000 Chroma writes its HNSW files, which can be damaged too."""


class Vectors:
    """Stored vectors by chunk id, counting how many were asked for."""

    def __init__(self) -> None:
        drawn = np.random.default_rng(1).normal(size=(2 * COUNT, WIDTH)).astype(np.float32)
        self.all = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        self.read = 0

    def __call__(self, ids) -> np.ndarray:
        self.read += len(ids)
        return self.all[list(ids)]


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return Vectors()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, vectors: Vectors) -> Path:
    """An index of 1,200 vectors, closed cleanly; copy it, don't open it."""
    folder = tmp_path_factory.mktemp("dense") / "index"
    index = DenseIndex(folder, "model")
    assert not index.intact()
    assert index.open(set(range(COUNT)), vectors) is False
    index.close()
    return folder


@pytest.fixture
def index(written: Path, tmp_path: Path) -> Iterator[DenseIndex]:
    """An index on a copy of it, not yet opened."""
    opened = DenseIndex(Path(shutil.copytree(written, tmp_path / "index")), "model")
    yield opened
    opened.close()


def best(index: DenseIndex, vectors: Vectors, number: int) -> tuple[int, float]:
    [(key, cosine)] = index.nearest(vectors.all[number], 1)
    return key, round(cosine, 3)


def test_a_clean_index_opens_without_reading_all_vectors(
    index: DenseIndex, vectors: Vectors
) -> None:
    before = vectors.read
    assert index.intact()
    assert index.open(set(range(COUNT)), vectors) is False
    assert vectors.read - before == 1, "the probe alone"
    assert best(index, vectors, 700) == (700, 1.0)


def test_opening_makes_it_hold_just_what_is_expected(index: DenseIndex, vectors: Vectors) -> None:
    index.open(set(range(10, COUNT + 5)), vectors)
    assert best(index, vectors, COUNT + 4) == (COUNT + 4, 1.0)
    assert best(index, vectors, 3)[0] != 3


def test_adding_and_removing_survive_closing(index: DenseIndex, vectors: Vectors) -> None:
    index.open(set(range(COUNT)), vectors)
    index.add([COUNT], vectors.all[[COUNT]])
    index.remove([0, 99_999])
    index.close()
    assert index.intact()
    again = DenseIndex(index.root, "model")
    assert again.open(set(range(1, COUNT + 1)), vectors) is False
    assert best(again, vectors, COUNT) == (COUNT, 1.0)
    again.close()


def _halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _blank(file: Path) -> None:
    file.write_bytes(bytes(max(1, file.stat().st_size)))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "truncated": _halve,
    "zeros": _blank,
    "deleted": Path.unlink,
}


def test_every_damage_to_every_file_is_noticed_and_repaired(
    written: Path, tmp_path: Path, vectors: Vectors
) -> None:
    names = [file.relative_to(written) for file in written.rglob("*") if file.stat().st_size]
    names = [name for name in names if (written / name).is_file()]
    assert {"chroma.sqlite3", "seal.json", "data_level0.bin"} <= {name.name for name in names}
    for name in names:
        for damage, spoil in DAMAGES.items():
            what = f"{damage} {name.name}"
            folder = Path(shutil.copytree(written, tmp_path / what.replace(" ", "-")))
            spoil(folder / name)
            index = DenseIndex(folder, "model")
            assert not index.intact(), what
            assert index.open(set(range(COUNT)), vectors) is True, what
            assert best(index, vectors, 700) == (700, 1.0), what
            index.close()
            assert index.intact(), what


def test_a_folder_that_is_no_index_is_replaced(tmp_path: Path, vectors: Vectors) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "seal.json").write_text("nonsense")
    index = DenseIndex(tmp_path / "index", "model")
    index.open({1, 2}, vectors)
    assert best(index, vectors, 2) == (2, 1.0)
    index.close()


def test_another_model_starts_anew(index: DenseIndex, vectors: Vectors) -> None:
    other = DenseIndex(index.root, "other")
    before = vectors.read
    other.open(set(range(50)), vectors)
    assert vectors.read - before == 51
    other.close()


def test_a_write_that_fails_leaves_no_seal_and_says_so(
    index: DenseIndex, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.open(set(range(COUNT)), vectors)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(DenseIndex, "_put", full)
        with pytest.raises(IndexUnavailable, match="No space left"):
            index.add([COUNT], vectors.all[[COUNT]])
    assert not index.ready
    with pytest.raises(IndexUnavailable):
        index.nearest(vectors.all[0], 1)
    index.close()
    assert not index.intact(), "half a change must not be taken for a whole one"


def test_opening_that_is_broken_off_keeps_what_was_written(
    tmp_path: Path, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What isn't Chroma's fault says so, and costs no rebuilding."""
    monkeypatch.setattr("assistant.retrieval.dense.BATCH", COUNT // 3)

    def lost(ids) -> np.ndarray:
        if max(ids) >= COUNT // 2:
            raise StorageError("the database is gone")
        return vectors.all[list(ids)]

    index = DenseIndex(tmp_path / "index", "model")
    with pytest.raises(StorageError, match="the database is gone"):
        index.open(set(range(COUNT)), lost)
    index.close()
    again, before = DenseIndex(tmp_path / "index", "model"), vectors.read
    assert again.open(set(range(COUNT)), vectors) is False
    assert vectors.read - before == COUNT - COUNT // 3 + 1, "one more for the probe"
    assert best(again, vectors, 700) == (700, 1.0)
    again.close()


def test_closing_on_a_full_disk_costs_the_seal_only(
    index: DenseIndex, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.open(set(range(COUNT)), vectors)
    index.add([COUNT], vectors.all[[COUNT]])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("assistant.retrieval.dense._write_seal", full)
        index.close()
    again = DenseIndex(index.root, "model")
    assert again.open(set(range(COUNT + 1)), vectors) in (True, False)
    assert best(again, vectors, COUNT) == (COUNT, 1.0)
    again.close()


@pytest.mark.parametrize("damage", DAMAGES)
def test_tandem_answers_by_words_meanwhile_and_embeds_nothing_again(
    home: Path,
    shared_model: None,
    counted: CountingEmbeddings,
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
) -> None:
    [database] = (home / "index" / "dense").glob("*/chroma.sqlite3")
    DAMAGES[damage](database)
    go_on, opened = Event(), DenseIndex.open

    def waiting(self: DenseIndex, *args: object) -> bool:
        assert go_on.wait(30)
        return opened(self, *args)

    monkeypatch.setattr(DenseIndex, "open", waiting)
    with open_assistant(Settings(home=home)) as tandem:
        found = tandem.search("active listening")
        assert found and not any(passage.similarity for passage in found)
        assert tandem.status().dense == "rebuilding"
        go_on.set()
        tandem.wait()
        assert tandem.status().dense == "ready"
        assert all(passage.similarity for passage in tandem.search("active listening", 1))
        assert counted.texts == 0
