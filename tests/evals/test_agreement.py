"""Krippendorff's published examples, and what agreement can't be measured on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.agreement import Agreement, alpha, disagreements
from evals.statistics import wilson

LEVELS = ["nominal", "ordinal", "interval"]

# Krippendorff (2011): a row an observer, a column a unit, a point where one is missing.
BINARY = ["0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"]
FIVE_CATEGORIES = ["1 1 2 2 4 3 3 3 5 4 4 1", "2 1 2 2 2 3 3 3 5 4 4 4"]
FOUR_OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]


def rated(rows: list[str]) -> dict[str, dict[str, float | None]]:
    """Ratings by unit (from "1") and rater ("A", "B", …)."""
    columns = zip(*(row.split() for row in rows), strict=True)
    return {
        str(place): {
            rater: None if value == "." else float(value)
            for rater, value in zip("ABCD", column, strict=False)
        }
        for place, column in enumerate(columns, 1)
    }


@pytest.mark.parametrize(
    ("rows", "level", "value", "units", "raters"),
    [
        (BINARY, "nominal", 0.095, 10, 2),
        (FIVE_CATEGORIES, "nominal", 0.692, 12, 2),
        (FOUR_OBSERVERS, "nominal", 0.743, 11, 4),
        (FOUR_OBSERVERS, "ordinal", 0.815, 11, 4),
        (FOUR_OBSERVERS, "interval", 0.849, 11, 4),
    ],
)
def test_alpha_of_the_published_examples(rows, level, value, units, raters):
    found = alpha(rated(rows), level)
    assert found.value == pytest.approx(value, abs=5e-4)
    assert (found.units, found.raters, found.reason) == (units, raters, None)
    assert found.interval.low < found.value < found.interval.high


@pytest.mark.parametrize("level", LEVELS)
def test_perfect_agreement_is_one_and_surer_with_more_units(level):
    few, many = (alpha(rated(["0.1 0.2 0.7 0.1" + more] * 3), level) for more in ("", " 0.2" * 16))
    assert (few.value, few.interval) == (1, wilson(4, 4))
    assert (many.value, many.interval) == (1, wilson(20, 20))


def test_raters_who_contradict_each_other_are_below_chance():
    assert alpha(rated(["0 1 0 1 0 1", "1 0 1 0 1 0"]), "nominal").value < -0.5


def test_a_near_miss_costs_less_where_values_have_an_order():
    near = rated(["1 2 3 4 5 1 2 3", "2 2 3 4 5 1 2 3"])
    far = rated(["1 2 3 4 5 1 2 3", "5 2 3 4 5 1 2 3"])
    for level in ("ordinal", "interval"):
        assert alpha(far, level).value < alpha(near, level).value < 1
    assert alpha(near, "nominal").value == pytest.approx(alpha(far, "nominal").value, abs=0.01)


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ({}, Agreement(None, None, 0, 0, "too_few_raters")),
        ({"a": {}, "b": {"A": None}}, Agreement(None, None, 0, 0, "too_few_raters")),
        (
            {"a": {"A": 1, "B": None}, "b": {"A": 2}},
            Agreement(None, None, 0, 1, "too_few_raters"),
        ),
        ({"a": {"A": 1}, "b": {"B": 2}}, Agreement(None, None, 0, 2, "no_unit_rated_twice")),
        (
            {"a": {"A": 1, "B": 1}, "b": {"A": 1, "B": 1}, "c": {"A": 2}},
            Agreement(None, None, 2, 2, "one_value"),
        ),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_what_cannot_be_measured_says_why(ratings, expected, level):
    assert alpha(ratings, level) == expected
    assert expected.reading is None
    assert disagreements(ratings, level) == []


def test_one_unit_has_no_interval():
    assert alpha({"a": {"A": 1, "B": 2}}, "nominal") == Agreement(0, None, 1, 2)


def test_draws_of_units_that_are_all_alike_are_no_sign_of_agreement():
    # a third of the draws leave out the last unit, and only ones remain
    assert alpha(rated(["1 1 1 1", "1 1 1 2"]), "nominal").interval.high == pytest.approx(0)


@pytest.mark.parametrize(
    ("value", "reading"),
    [(1.0, "good"), (0.8, "good"), (0.79, "fair"), (0.667, "fair"), (0.66, "poor"), (-0.2, "poor")],
)
def test_alpha_reads_as_a_word(value, reading):
    assert Agreement(value, None, 10, 2).reading == reading


tables = st.lists(
    st.lists(st.sampled_from([None, 1, 2, 3, 4.5]), min_size=3, max_size=3), max_size=12
)


@given(tables, st.permutations("ABC"), st.randoms(), st.sampled_from(LEVELS))
def test_the_order_and_the_names_of_raters_and_units_change_nothing(table, names, random, level):
    ratings = {
        f"unit {place}": dict(zip("ABC", row, strict=True)) for place, row in enumerate(table)
    }
    rows = random.sample(table, len(table))
    renamed = {f"x{place}": dict(zip(names, row, strict=True)) for place, row in enumerate(rows)}
    assert alpha(renamed, level) == alpha(ratings, level)


@given(tables, st.sampled_from(LEVELS))
def test_alpha_is_at_most_one_and_exactly_one_without_disagreement(table, level):
    ratings = {str(place): dict(zip("ABC", row, strict=True)) for place, row in enumerate(table)}
    found = alpha(ratings, level)
    if found.value is not None:
        assert found.value <= 1
        assert (found.value == 1) == (not disagreements(ratings, level))


def test_the_interval_holds_alpha():
    # Two raters who give their own value of three by chance in half of the units: alpha is .25
    # for independent lapses of half, since both give the unit's value in a quarter of them.
    rng = np.random.default_rng(4)
    held = 0
    for seed in range(300):
        true, units = rng.integers(0, 3, 60), range(60)
        given_by = {
            rater: np.where(rng.random(60) < 0.5, true, rng.integers(0, 3, 60)) for rater in "AB"
        }
        ratings = {str(u): {rater: int(given_by[rater][u]) for rater in "AB"} for u in units}
        interval = alpha(ratings, "nominal", seed=seed).interval
        held += interval.low <= 0.25 <= interval.high
    assert 0.91 <= held / 300 <= 0.98


def test_disagreements_come_furthest_apart_first():
    ratings = {
        "near": {"A": 3, "B": 2, "C": 3},
        "same": {"A": 1, "B": 1, "C": 1},
        "far": {"A": 1, "B": 5, "C": None},
        "alone": {"A": 4},
        "nearly far": {"A": 1, "B": 4, "C": 4},
    }
    for level in ("ordinal", "interval"):
        found = disagreements(ratings, level)
        assert [one.unit for one in found] == ["far", "nearly far", "near"]
    assert found[0].ratings == {"A": 1, "B": 5}
    # each rater of "far" differs from the other; of the rest two of three pairs do
    nominal = disagreements(ratings, "nominal")
    assert [one.unit for one in nominal] == ["far", "near", "nearly far"]
    assert nominal[1].apart == pytest.approx(nominal[0].apart * 2 / 3)


def test_apart_is_one_where_raters_are_no_nearer_than_chance():
    # one 1 and one 2: the only pair there is
    [only] = disagreements({"a": {"A": 1, "B": 2}}, "interval")
    assert only.apart == pytest.approx(1)
