"""Words, stems, compounds, BM25, glossary, fusion, chunks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guides.chunking import BUDGET, heading_line, split
from assistant.guides.text import Block, Guide, compose
from assistant.retrieval.embeddings import PieceCounter, model_folder
from assistant.retrieval.fusion import reciprocal_rank, repeated, shingles, supported
from assistant.retrieval.glossary import built_in_glossary
from assistant.retrieval.lexical import Entry, LexicalIndex
from assistant.retrieval.terms import rejoined, words

GERMAN = [
    "Wer zuhört, stellt das Zuhören über das Reden. Zuhören üben wir. Das Zuhören hilft.",
    "Eine Übung für zwei: Die Übung dauert lang. Noch eine Übung und Übungen zum Schluss.",
    "Das Gespräch über den Konflikt. Ein Gespräch hilft, viele Gespräche helfen.",
]


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build([Entry(n, "", text, "de") for n, text in enumerate(GERMAN)])


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("Gespräche", 2), ("gespraech", 2), ("Gesprach", 2), ("Konfliktgespräch", 2),
        ("Zuhörübung", 0), ("Übungen", 1), ("uebung", 1),
    ],
)  # fmt: skip
def test_bm25_finds_stems_umlauts_and_compounds(index: LexicalIndex, query: str, best: int) -> None:
    scores = index.scores(query, "de")
    assert scores[best] > 0
    if query != "Zuhörübung":
        assert int(np.argmax(scores)) == best
    else:
        assert scores[1] > 0, "both parts of the compound count"


def test_a_saved_index_gives_the_same_scores(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "i", "v1")
    loaded = LexicalIndex.load(tmp_path / "i", "v1")
    assert loaded is not None
    assert np.allclose(loaded.scores("Gespräch", "de"), index.scores("Gespräch", "de"))
    assert LexicalIndex.load(tmp_path / "i", "v2") is None
    (tmp_path / "i" / "facts.json").write_text("{")
    assert LexicalIndex.load(tmp_path / "i", "v1") is None


def test_an_empty_library_scores_nothing() -> None:
    assert LexicalIndex.build([]).scores("anything", "en").size == 0
    assert LexicalIndex.build([Entry(1, "", "the and", "en")]).scores("the", "en").tolist() == [0.0]


def test_split_verbs_are_put_together() -> None:
    known = {"zuhor", "anfang"}
    assert rejoined("Wie höre ich gut zu?", known) == "Wie zuhoere ich gut"
    assert rejoined("Wo fange ich an", known) == "Wo anfange ich"
    assert rejoined("Ich gehe auf den Markt", known) == "Ich gehe auf den Markt"


def test_gendered_forms_are_one_word() -> None:
    assert words("Mentor:innen, Mentor*in und Mentor_innen") == [
        "mentor",
        "mentor",
        "und",
        "mentor",
    ]


@pytest.mark.parametrize(
    ("query", "language", "term"),
    [
        ("Wie höre ich aktiv zu? Aktives Zuhören", "de", "active listening"),
        ("How do I build trust?", "en", "Vertrauen"),
        ("Was macht das mit ihr?", "de", None),
    ],
)
def test_the_glossary_says_it_in_the_other_language(
    query: str, language: str, term: str | None
) -> None:
    widened = built_in_glossary().widen(query, language)
    assert term in widened if term else "power" not in widened


@given(st.lists(st.integers(0, 50), max_size=20, unique=True))
def test_one_ranking_keeps_its_order(ranking: list[int]) -> None:
    fused = reciprocal_rank([(1.0, 20, ranking)])
    assert sorted(fused, key=lambda key: -fused[key]) == ranking


def test_what_two_rankings_agree_on_comes_first() -> None:
    fused = reciprocal_rank([(1.0, 20, [1, 2, 3]), (1.0, 20, [4, 2, 5])])
    assert max(fused, key=lambda key: fused[key]) == 2


def test_a_guide_with_more_on_the_subject_is_raised() -> None:
    scores, guides = np.array([0.9, 0.8, 0.7, 0.6, 0.1]), np.array([1, 2, 2, 2, 3])
    raised = supported(scores, guides, np.arange(5))
    assert raised[1] > raised[0]
    assert supported(np.zeros(3), np.array([1, 1, 2]), np.arange(3)).tolist() == [0, 0, 0]


def test_a_short_guide_with_the_very_words_is_not_behind_a_long_one() -> None:
    scores = np.array([1.0, *[0.5] * 12, *[0.1] * 12])
    raised = supported(scores, np.array([1, *[2] * 12, *[3] * 12]), np.arange(25))
    assert raised.argmax() == 0


def test_a_signpost_raises_the_chunk_that_it_leads_to_and_is_nothing_itself() -> None:
    scores, guides = np.array([0.5, 0.2, 0.9, 0.6]), np.array([1, 2, 2, 3])
    raised = supported(scores, guides, np.array([0, 1, 1, 3]))
    assert raised.argmax() == 1 and raised[2] == 0


def test_near_copies_are_noticed() -> None:
    text = "Listen to the end, then wait a little before you say anything at all."
    kept = [shingles("Something else entirely, of no use here."), shingles(text + " Really.")]
    assert repeated(shingles(text), kept) == 1
    assert repeated(shingles("Ask an open question and wait for what comes."), kept) is None


@pytest.fixture(scope="module")
def count() -> PieceCounter:
    return PieceCounter(model_folder("built-in"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["heading", "paragraph", "item"]),
            st.text(alphabet="abc ÄöÜß.xyz", min_size=1, max_size=900),
        ),
        max_size=12,
    )
)
def test_chunks_fit_cover_and_stand_in_place(parts: list[tuple[str, str]]) -> None:
    counter = PieceCounter(model_folder("built-in"))
    text, sections, pages = compose(Block(kind, body, level=1) for kind, body in parts)  # type: ignore[arg-type]
    guide = Guide("Title", text, sections, "de", pages)
    chunks = split(guide, counter)
    covered = set()
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        heading = counter([heading_line("Title", chunk.heading_path)])[0]
        assert counter([chunk.text])[0] + min(heading, 48) <= BUDGET + 26
        covered |= set(range(chunk.start, chunk.end))
    for section in sections:
        inside = range(section.start, section.end)
        assert all(n in covered or text[n].isspace() for n in inside)


def test_a_chunk_carries_its_heading_path_and_page(count: PieceCounter) -> None:
    blocks = [
        Block("heading", "Listening", 1, page=1), Block("paragraph", "Wait. " * 90, page=1),
        Block("heading", "Silence", 2, page=2), Block("paragraph", "Be quiet. " * 60, page=2),
    ]  # fmt: skip
    text, sections, pages = compose(blocks)
    chunks = split(Guide("Guide", text, sections, "en", pages), count)
    assert chunks[0].heading_path == ("Listening",)
    assert chunks[-1].heading_path == ("Listening", "Silence")
    assert (chunks[0].page, chunks[-1].page) == (1, 2)
