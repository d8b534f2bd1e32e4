"""Lines that say how people ask lead to the place that answers; shipped vectors spare work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_parts import CountingEmbeddings, write

from assistant import Assistant
from assistant.guides.reading import read_guide
from assistant.guides.templates import MOST_ASKED
from assistant.retrieval import shipped
from assistant.retrieval.shipped import shipped_vectors, write_shipped

HEAD = """---
title: Keeping bees
asked:
  When they swarm:
    - My little stingers have all flown the coop
    - "Where did everybody go: the box is empty?"
  First frost: [Do they need a duvet in January?]
  No such heading:
    - This leads nowhere
---
"""
BODY = """# Keeping bees

Bees live in a hive and make honey from nectar, and a keeper looks after them all year round.

## When they swarm

Half the colony leaves with the old queen in May. Put an empty hive near the tree where the cluster
hangs, and carry it home in the evening when the scouts have returned to the others in the branches.

## First frost

Reduce the entrance, feed sugar in autumn, and leave the hive closed until the crocuses come out.
"""


@pytest.fixture
def bees(tandem: Assistant, guides: Path) -> Assistant:
    """A library in which one guide says how people ask."""
    write(guides / "bees.md", HEAD + BODY)
    tandem.library.sync(guides)
    return tandem


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("stingers flown the coop", "Half the colony"),
        ("everybody gone, empty box", "Half the colony"),
        ("a duvet in January", "Reduce the entrance"),
    ],
)
def test_a_question_in_other_words_finds_the_place(bees: Assistant, question: str, place: str):
    first = bees.search(question, collections=["guides"])[0]
    assert first.path == "bees.md" and place in first.text
    assert first.text == bees.library.guide(first.guide_id).text[first.start : first.end]
    assert first.asked


def test_lines_are_no_passages_and_no_chunks(bees: Assistant):
    for question in ("My little stingers have all flown the coop", "This leads nowhere"):
        for passage in bees.search(question, 50, ["guides"]):
            assert "stingers" not in passage.text and "nowhere" not in passage.text
    (entry,) = [g for g in bees.library.guides("guides") if g.path == "bees.md"]
    assert entry.chunks <= 3
    assert bees.status().chunks == sum(g.chunks for g in bees.library.guides())


def test_a_changed_line_is_embedded_alone(
    bees: Assistant, guides: Path, counted: CountingEmbeddings
):
    before = counted.texts
    write(guides / "bees.md", (HEAD + BODY).replace("a duvet", "an eiderdown"))
    assert bees.library.sync(guides).changed == ["bees.md"]
    assert counted.texts == before + 1
    assert "Reduce" in bees.search("eiderdown", collections=["guides"])[0].text


@pytest.mark.parametrize(
    "head",
    [
        "asked: yes",
        "asked:\n  - When they swarm",
        "asked:\n  When they swarm: [",
        "asked:\n  When they swarm: {a: b}",
        "asked:\n  When they swarm: [null, '']",
        "asked:\n  When they swarm:\n" + "    - Why?\n" * (MOST_ASKED + 1),
    ],
)
def test_a_head_in_another_form_is_no_obstacle(tmp_path: Path, head: str):
    guide = read_guide(write(tmp_path / "bees.md", f"---\ntitle: Bees\n{head}\n---\n{BODY}"))
    assert guide.title == "Bees" and guide.text.startswith("# Keeping bees")
    assert not any(lines for _, lines in guide.asked)


# -- shipped vectors -----------------------------------------------------------------------------


def test_shipped_vectors_come_back_nearly_as_they_were(tmp_path: Path):
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(20, 384)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    file = tmp_path / "vectors.safetensors"
    write_shipped({f"{n:064d}": row for n, row in enumerate(matrix)}, "model", file)
    found = shipped_vectors({f"{3:064d}", f"{7:064d}", "unknown"}, "model", file)
    assert found.keys() == {f"{3:064d}", f"{7:064d}"}
    assert float(found[f"{3:064d}"] @ matrix[3]) == pytest.approx(1, abs=0.001)
    assert found[f"{3:064d}"].dtype == np.float32
    assert shipped_vectors({f"{3:064d}"}, "another model", file) == {}
    assert shipped_vectors({f"{3:064d}"}, "model", tmp_path / "none") == {}


def test_what_is_shipped_is_not_embedded(
    tandem: Assistant,
    guides: Path,
    counted: CountingEmbeddings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    tandem.library.sync(guides)
    catalogue, model = tandem._catalogue, tandem._indexes.model
    chunks = [c for c in catalogue.chunks() if "postcard" in c.text]
    vectors = tandem._indexes.vectors_of([c.id for c in chunks])
    file = tmp_path / "vectors.safetensors"
    write_shipped({c.text_hash: v for c, v in zip(chunks, vectors, strict=True)}, model, file)
    monkeypatch.setattr(shipped, "FILE", file)
    tandem.library.remove_collection("guides")
    before = counted.texts
    tandem.library.sync(guides)
    assert counted.texts == before + len(catalogue.chunks()) - len(chunks) - _built_in(tandem)


def _built_in(tandem: Assistant) -> int:
    own = {c.id for c in tandem.library.collections() if c.builtin}
    return sum(chunk.collection_id in own for chunk in tandem._catalogue.chunks())
