"""Scores with known answers, the groups of questions, and the judged sets themselves."""

from __future__ import annotations

import math

import pytest

from evals.guide_checks import BUILT_IN
from evals.retrieval import Question, groups_of, judged_questions, scores

METRICS = ["nDCG@10", "RR", "R(rel=2)@5", "Success(rel=2)@3"]


def question(key: str, language: str = "en", answers_in: str = "en", **relevant: int) -> Question:
    return Question(key, f"question {key}", language, answers_in, relevant)


def test_a_perfect_ranking_scores_one_in_every_metric():
    asked = [question("a", best=3, good=2)]
    table = scores(asked, {"a": ["best", "good", "other"]}, METRICS)
    assert table["all"] == {"n": 1, "nDCG@10": 1, "RR": 1, "R(rel=2)@5": 1, "Success(rel=2)@3": 1}


def test_grades_weigh_in_as_gains_discounted_by_rank():
    asked = [question("a", best=3, touches=1)]
    table = scores(asked, {"a": ["touches", "other", "best"]}, ["nDCG@10", "RR"])
    found = 1 / math.log2(2) + 3 / math.log2(4)
    ideal = 3 / math.log2(2) + 1 / math.log2(3)
    assert table["all"]["nDCG@10"] == pytest.approx(found / ideal)
    assert table["all"]["RR"] == 1


def test_the_first_good_guide_counts_where_it_stands():
    asked = [question("a", best=3)]
    table = scores(asked, {"a": ["x", "y", "z", "best"]}, ["RR", "Success(rel=2)@3", "R(rel=2)@5"])
    assert table["all"]["RR"] == pytest.approx(1 / 4)
    assert table["all"]["Success(rel=2)@3"] == 0
    assert table["all"]["R(rel=2)@5"] == 1


def test_a_guide_that_only_touches_the_question_is_no_success():
    asked = [question("a", touches=1, best=3)]
    table = scores(asked, {"a": ["touches"]}, ["Success(rel=2)@3", "R(rel=2)@5"])
    assert table["all"]["Success(rel=2)@3"] == 0
    assert table["all"]["R(rel=2)@5"] == 0


def test_a_question_for_which_nothing_was_found_counts_as_zero():
    asked = [question("a", best=3), question("b", best=3)]
    table = scores(asked, {"a": ["best"], "b": []}, ["nDCG@10", "RR"])
    assert table["all"] == {"n": 2, "nDCG@10": 0.5, "RR": 0.5}


def test_nothing_below_the_tenth_place_counts_for_ndcg():
    asked = [question("a", best=3)]
    ranked = [f"other {n}" for n in range(10)]
    assert scores(asked, {"a": [*ranked[:9], "best"]}, ["nDCG@10"])["all"]["nDCG@10"] > 0
    assert scores(asked, {"a": [*ranked, "best"]}, ["nDCG@10"])["all"]["nDCG@10"] == 0


def test_means_are_taken_by_group():
    asked = [
        question("a", "en", "en", best=3),
        question("b", "de", "de", best=3),
        question("c", "de", "en", best=3),
    ]
    table = scores(asked, {"a": ["best"], "b": ["x", "best"], "c": []}, ["RR"])
    assert {group: values["n"] for group, values in table.items()} == {
        "all": 3,
        "en": 1,
        "de": 2,
        "within-en": 1,
        "within-de": 1,
        "across": 1,
    }
    assert table["de"]["RR"] == pytest.approx(0.25)
    assert table["all"]["RR"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("language", "answers_in", "groups"),
    [
        ("en", "en", ["all", "en", "within-en"]),
        ("de", "de", ["all", "de", "within-de"]),
        ("de", "both", ["all", "de", "within-de"]),
        ("de", "en", ["all", "de", "across"]),
        ("en", "de", ["all", "en", "across"]),
    ],
)
def test_a_question_is_across_when_only_the_other_language_answers_it(
    language: str, answers_in: str, groups: list[str]
):
    assert groups_of(question("a", language, answers_in)) == groups


CORPUS, BUILT_IN_SET = judged_questions("corpus"), judged_questions("builtin")
JUDGED = [*CORPUS, *BUILT_IN_SET]


def test_at_least_sixty_questions_are_judged_in_both_languages_and_across():
    assert len(CORPUS) >= 60
    for group in ("en", "de", "across"):
        assert any(group in groups_of(q) for q in CORPUS), group


def test_the_built_in_guides_are_asked_enough_in_each_language_about_each_of_them():
    for language in ("en", "de"):
        asked = [q for q in BUILT_IN_SET if q.language == language]
        assert len(asked) >= 75
        answered = {path for q in asked for path, grade in q.relevant.items() if grade == 3}
        folder = BUILT_IN / language
        assert {f"{language}/{path.name}" for path in folder.glob("*.md")} == answered


@pytest.mark.parametrize("judged", [CORPUS, BUILT_IN_SET], ids=["corpus", "builtin"])
def test_judged_ids_are_unique_and_say_their_language(judged: list[Question]):
    ids = [q.id for q in judged]
    assert len(set(ids)) == len(ids)
    assert all(f"{q.language}-" in q.id for q in judged)


def test_no_question_is_judged_twice():
    texts = [" ".join(q.text.lower().split()) for q in JUDGED]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("judged", JUDGED, ids=lambda q: q.id)
def test_a_judged_question_is_well_formed(judged: Question):
    assert judged.text == judged.text.strip() != ""
    assert judged.language in {"en", "de"}
    assert judged.answers_in in {"en", "de", "both"}
    assert set(judged.relevant.values()) <= {1, 2, 3}
    assert max(judged.relevant.values()) >= 2, "no guide answers at least a good part"
    assert not any(path.startswith("/") or "\\" in path for path in judged.relevant)
