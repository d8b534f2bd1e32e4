"""The bilingual encoder and the parts that made it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from langchain_core.embeddings import Embeddings

from assistant.retrieval.embeddings import as_matrix
from evals.distillation.alignment import translations
from evals.distillation.lexicon import Meaning, WordByWord, explained, meanings, word_pairs
from evals.distillation.student import Encoder, write_student
from evals.distillation.teacher import teacher_folder
from evals.distillation.texts import asked_lines, own_pairs, sentence_pairs
from evals.distillation.train import MIX, Material, Run, loss_plot, train
from evals.distillation.vocabulary import first_embeddings, student_tokenizer

PAIRS = [
    ("the house is old", "das haus ist alt"),
    ("the house is big", "das haus ist groß"),
    ("the tree is old", "der baum ist alt"),
    ("a tree", "ein baum"),
    ("a house", "ein haus"),
] * 3
KNOWN = [Meaning(("oak", "oak tree"), ("Eiche",), "a tree"), Meaning(("elm",), (), "a tree")]


def test_alignment_finds_which_word_stands_for_which():
    english, german = ({}, {})
    numbered = [
        (
            [english.setdefault(word, len(english)) for word in en.split()],
            [german.setdefault(word, len(german)) for word in de.split()],
        )
        for en, de in PAIRS
    ]
    source, target, chance = translations(numbered, len(german), len(english))
    for de, en in (("haus", "house"), ("baum", "tree"), ("alt", "old"), ("groß", "big")):
        rows = source == german[de]
        assert target[rows][chance[rows].argmax()] == english[en], de
    sums = np.bincount(source, chance)
    assert np.allclose(sums, 1)


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained student with a vocabulary from a few sentences."""
    from tokenizers import Tokenizer
    from transformers import BertModel

    teacher, folder = teacher_folder(), tmp_path_factory.mktemp("student")
    tokenizer = student_tokenizer(teacher, [en for en, _ in PAIRS], [de for _, de in PAIRS])
    old = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    old.no_padding()
    weights = BertModel.from_pretrained(teacher).embeddings.word_embeddings.weight
    rows = first_embeddings(old, tokenizer, weights.detach().numpy(), PAIRS)
    write_student(folder, teacher, tokenizer, rows)
    return folder


def test_an_untrained_student_keeps_its_english_and_reads_umlauts_written_out(student: Path):
    learnt, teacher = Encoder(student), Encoder(teacher_folder())
    with torch.no_grad():
        english = ["the house is old", "a mentor listens"]
        assert torch.allclose(learnt(english), teacher(english), atol=1e-3)
        one, other = learnt(["Das Haus ist groß und schön", "das haus ist gross und schoen"])
    assert float(one @ other) == pytest.approx(1, abs=1e-4)


def test_training_goes_on_where_it_stopped_and_draws_german_to_english(
    student: Path, tmp_path: Path
):
    def run() -> Run:
        material = Material(
            pairs=PAIRS * 9,
            words=word_pairs(KNOWN) * 200,
            chunks=["A mentor listens."] * 16,
            glosses=explained(KNOWN),
            asked=asked_lines()[:40],
            put=WordByWord(PAIRS, KNOWN),
        )
        return Run(Encoder(student), Encoder(teacher_folder()), material, random.Random(1))

    def distance(encoder: Encoder) -> float:
        with torch.no_grad():
            german = encoder([de for _, de in PAIRS[:5]])
            return float(
                ((german - Encoder(teacher_folder())([en for en, _ in PAIRS[:5]])) ** 2).sum()
            )

    before = distance(run().student)
    first = run()
    train(first, tmp_path, hours=0, steps=3, say=lambda _: None)
    second = run()
    train(second, tmp_path, hours=0, steps=6, say=lambda _: None)
    assert distance(second.student) < before
    assert (tmp_path / "student" / "model.safetensors").exists()


def test_losses_are_drawn_a_line_for_each_kind_of_batch(tmp_path: Path):
    (tmp_path / "losses.csv").write_text("250,1,1,1,1,1,1\n500,0.5,0.4,0.3,0.2,0.1,0.6\n")
    drawn = loss_plot(tmp_path / "losses.csv")
    assert drawn.startswith("<svg")
    assert all(kind in drawn for kind in MIX)


def test_a_dictionary_names_german_words_by_their_meaning(tmp_path: Path):
    german = tmp_path / "omw-wikt-deu/wns/wikt/wn-wikt-deu.tab"
    german.parent.mkdir(parents=True)
    german.write_text("# Wiktionary\n00000042-n\tdeu:lemma\tBaum\n", encoding="utf-8")
    for part in ("verb", "adj", "adv"):
        (tmp_path / f"data.{part}").write_text("")
    (tmp_path / "data.noun").write_text(
        "  1 the licence\n00000042 20 n 02 tree 0 shade_tree 0 000 | a tall plant with a trunk  \n"
    )
    (found,) = meanings(tmp_path, tmp_path)
    assert found == Meaning(("tree", "shade tree"), ("Baum",), "a tall plant with a trunk")
    assert word_pairs([found]) == [("tree", "Baum"), ("shade tree", "Baum")]
    assert explained([found]) == ["tree, shade tree: a tall plant with a trunk"]


def test_english_is_put_into_german_word_by_word_where_words_are_known():
    put = WordByWord(PAIRS * 3, KNOWN)
    luck = random.Random(1)
    assert put("A mentor's oak: big house.", 1.0, luck) == "ein mentor's Eiche: groß haus."
    assert put("A mentor's oak: big house.", 0.0, luck) == "A mentor's oak: big house."


def test_tandems_own_pairs_and_questions_stand_in_both_languages():
    pairs, asked = own_pairs(), asked_lines()
    assert ("Mediating between two people", "Zwischen zwei Menschen vermitteln") in pairs
    assert {one.language for one in asked} == {"en", "de"}
    assert all(one.line and one.chunk for one in asked)


def test_sentence_pairs_are_read_once_each(tmp_path: Path):
    (tmp_path / "parallel").mkdir()
    lexicon = tmp_path / "lexicon/xling-eval/bli_datasets/en-de"
    lexicon.mkdir(parents=True)
    lines = "Go.\tGeh.\tx\nGo.\tGeh.\ty\n\tLeer.\tx\nhalf a line\n"
    (tmp_path / "parallel/en-de.tsv").write_text(lines)
    (lexicon / "yacle.train.freq.5k.en-de.tsv").write_text("tree\tBaum\n")
    assert sentence_pairs(tmp_path) == [("Go.", "Geh."), ("tree", "Baum")]


@pytest.mark.parametrize(
    ("german", "english", "other"),
    [
        (
            "Sie kommt nicht mehr zu den Treffen.",
            "She no longer comes to the meetings.",
            "Bake bread.",
        ),
        ("Wie höre ich besser zu?", "How do I listen better?", "How do I swim faster?"),
        ("Er hat Angst vor der Prüfung.", "He is afraid of the exam.", "He likes the garden."),
        ("Wir haben uns gestritten.", "We had a quarrel.", "We went by train."),
    ],
)
def test_the_built_in_encoder_puts_both_languages_side_by_side(
    embeddings: Embeddings, german: str, english: str, other: str
):
    de, en, far = as_matrix(embeddings.embed_documents([german, english, other]))
    assert de @ en > 0.5 and de @ en > de @ far + 0.2
