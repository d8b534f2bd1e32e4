"""Blind rating: what raters see and don't, in which order, what is kept, and how they agree."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import AssistantError
from evals.cases import Case
from evals.outcomes import Outcome, Quote
from evals.rating import (
    Item,
    RatingError,
    Session,
    agreement_of,
    criteria,
    export_ratings,
    import_ratings,
    judge_agreement,
    ratings_from,
    ratings_of,
    ratings_table,
)
from evals.runs import Run, new_run, open_run
from evals.scores import scored
from evals.suite import Suite

KEYS = [criterion.key for criterion in criteria("en")]
PROMPTS = Path(__file__).parents[2] / "prompts" / "evals"


def case(key: str, **fields: Any) -> Case:
    return Case(key, fields.pop("kind", "answer"), "en", (f"What about {key}?",), **fields)


def outcome(key: str, text: str) -> Outcome:
    quote = Quote(1, "Wait.", "en/silence.md", ("Silence",), "en", "Wait. Breathe.", True)
    return Outcome(key, ("respond",), text, "question", "en", (quote,), seconds=0.123456)


def a_run(folder: Path, cases: Iterable[Case], name: str = "warehouse", said: str = "Say") -> Run:
    suite = Suite(name, {"en": name, "de": name}, 1, "", tuple(cases))
    run = new_run(folder, suite, {"label": "clever-label", "suite": {"name": name}})
    for each in suite.cases:
        run.add(outcome(each.id, f"{said} {each.id}."))
    run.write_scores([scored(each.id, "support", 0.98765) for each in suite.cases])
    return run


def numbered(count: int) -> list[Case]:
    return [case(f"case-{number}") for number in range(count)]


def marks(value: int) -> dict[str, int]:
    return dict.fromkeys(KEYS, value)


def rate_all(run: Run, rater: str, values: dict[str, int], comment: str = "") -> None:
    """Rate each case by the value that goes with its text."""
    session = Session([run], rater)
    while item := session.next():
        key = item.turns[0].removeprefix("What about ").removesuffix("?")
        session.save(item.id, marks(values[key]), f"{comment}{key}" if comment else "")


def case_of(item: Item) -> str:
    return item.turns[0]


# -- what raters see ---------------------------------------------------------------------------


def test_an_item_shows_the_turns_the_answer_and_its_sources(tmp_path: Path):
    item = Session([a_run(tmp_path, numbered(1))], "Ada").next()
    assert item is not None
    assert item.turns == ("What about case-0?",)
    assert item.text == "Say case-0."
    assert [(q.number, q.quote, q.path) for q in item.quotes] == [(1, "Wait.", "en/silence.md")]


def test_nothing_shown_tells_the_run_or_a_score(tmp_path: Path):
    run = a_run(tmp_path, numbered(4))
    session = Session([run], "Ada")
    shown = "".join(repr(asdict(item)) for item in session.items())
    shown += "".join(cell for row in ratings_table(session) for cell in row)
    for secret in (run.name, "warehouse", "clever-label", "0.98", "0.12", "support", "verbatim"):
        assert secret not in shown
    assert not any(f"case-{n}" in item.id for n in range(4) for item in session.items())


def test_ids_differ_by_rater_and_a_spreadsheet_leaves_them_alone(tmp_path: Path):
    run = a_run(tmp_path, numbered(30))
    ada, ben = ({item.id for item in Session([run], name).items()} for name in ("Ada", "Ben"))
    assert len(ada) == 30
    assert not ada & ben
    assert all(key.isalpha() for key in ada)


@pytest.mark.parametrize(
    ("fields", "noted"),
    [
        ({"kind": "crisis", "concern": "self_harm"}, True),
        ({"kind": "answer", "concern": "abuse"}, True),
        ({"kind": "near_miss"}, False),
        ({}, False),
    ],
)
def test_texts_about_danger_come_with_a_note(tmp_path: Path, fields: dict[str, Any], noted: bool):
    session = Session([a_run(tmp_path, [case("one", **fields)])], "Ada")
    assert [item.content_note for item in session.items()] == [noted]
    assert any("danger" in cell for cell in ratings_table(session)[1]) is noted


def test_cases_without_an_answer_are_not_rated(tmp_path: Path):
    run = a_run(tmp_path, numbered(2))
    run.add(Outcome("case-1", ("respond",), error="The index is away."))
    session = Session([run], "Ada")
    assert [case_of(item) for item in session.items()] == ["What about case-0?"]


def test_scores_are_shown_only_after_saving(tmp_path: Path):
    session = Session([a_run(tmp_path, numbered(2))], "Ada")
    item = session.next()
    assert item is not None
    with pytest.raises(RatingError, match="Save it first"):
        session.revealed(item.id)
    session.save(item.id, marks(3))
    assert [score.value for score in session.revealed(item.id)] == [0.98765]


# -- the order ---------------------------------------------------------------------------------


def test_the_order_is_each_raters_own_and_stays(tmp_path: Path):
    run = a_run(tmp_path, numbered(12))
    orders = {name: [case_of(i) for i in Session([run], name).items()] for name in ("Ada", "Ben")}
    assert orders["Ada"] != orders["Ben"]
    assert sorted(orders["Ada"]) == sorted(orders["Ben"])
    again = Session([open_run(tmp_path, run.name)], " ada ")
    assert [case_of(item) for item in again.items()] == orders["Ada"]
    other = Session([run], "Ada", seed=1)
    assert [case_of(item) for item in other.items()] != orders["Ada"]


@settings(max_examples=15)
@given(st.integers(2, 25), st.text("abcdefgh", min_size=1, max_size=6), st.data())
def test_a_cases_two_answers_never_stand_side_by_side(
    tmp_path_factory: pytest.TempPathFactory, count: int, rater: str, data: st.DataObject
):
    folder = tmp_path_factory.mktemp("runs")
    alone = data.draw(st.integers(0, count - 1))
    a = a_run(folder, numbered(count), "a")
    b = a_run(folder, numbered(count)[alone:], "b", said="Try")
    items = Session([a, b], rater).items()
    cases = [case_of(item) for item in items]
    assert len({item.id for item in items}) == len(items) == 2 * count - alone
    assert all(one != other for one, other in pairwise(cases))
    assert [item.id for item in Session([b, a], rater).items()] == [item.id for item in items]


def test_two_runs_are_mixed_and_who_stops_early_leaves_whole_pairs(tmp_path: Path):
    a = a_run(tmp_path, numbered(30), "a")
    b = a_run(tmp_path, numbered(30), "b", said="Try")
    items = Session([a, b], "Ada").items()
    first = items[:20]
    assert len({case_of(item) for item in first}) == 10
    assert 0 < sum(item.text.startswith("Try") for item in first[:10]) < 10


@pytest.mark.parametrize("picked", [[], [0, 0], [0, 1, 2]])
def test_only_one_run_or_two_different_ones_are_rated(tmp_path: Path, picked: list[int]):
    runs = [a_run(tmp_path, numbered(1), name) for name in "abc"]
    with pytest.raises(RatingError, match="one run, or two"):
        Session([runs[place] for place in picked], "Ada")


def test_a_run_without_answers_says_so(tmp_path: Path):
    with pytest.raises(RatingError, match="no answers to rate"):
        Session([a_run(tmp_path, [])], "Ada")


# -- what is kept ------------------------------------------------------------------------------


def test_rating_goes_on_where_it_stopped(tmp_path: Path):
    run = a_run(tmp_path, numbered(3))
    session = Session([run], "Ada")
    seen = []
    for expected in range(3):
        assert session.progress() == (expected, 3)
        item = session.next()
        assert item is not None
        seen.append(item.id)
        session.save(item.id, marks(4), "clear")
        session = Session([open_run(tmp_path, run.name)], "Ada")
    assert session.next() is None
    assert session.progress() == (3, 3)
    assert seen == [item.id for item in session.items()]


def test_a_line_cut_off_by_a_crash_costs_only_that_rating(tmp_path: Path):
    run = a_run(tmp_path, numbered(2))
    session = Session([run], "Ada")
    first, second = session.items()
    session.save(first.id, marks(2))
    file = run.folder / "ratings" / "ada.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + '{"case": "case-1", "comment": "schö'.encode()[:-1])
    assert session.progress() == (1, 2)
    session.save(second.id, marks(5))
    assert session.progress() == (2, 2)
    assert sorted(session.rated()[key].scores["warm"] for key in (first.id, second.id)) == [2, 5]


def test_saving_again_replaces(tmp_path: Path):
    run = a_run(tmp_path, numbered(1))
    session = Session([run], "Ada")
    (item,) = session.items()
    session.save(item.id, marks(1), "first")
    session.save(item.id, marks(5), "second\u2028thought")
    assert ratings_of(run) == {"Ada": {"case-0": marks(5)}}
    assert session.rated()[item.id].comment == "second\u2028thought"


def test_each_run_keeps_the_ratings_of_its_own_answers(tmp_path: Path):
    a, b = a_run(tmp_path, numbered(2), "a"), a_run(tmp_path, numbered(2), "b", said="Try")
    session = Session([a, b], "Ada")
    while item := session.next():
        session.save(item.id, marks(5 if item.text.startswith("Try") else 1))
    assert {mark for each in ratings_of(a)["Ada"].values() for mark in each.values()} == {1}
    assert {mark for each in ratings_of(b)["Ada"].values() for mark in each.values()} == {5}


@pytest.mark.parametrize("wrong", [0, 6, True, 3.0, "3", None])
def test_each_criterion_needs_a_whole_number_from_one_to_five(tmp_path: Path, wrong: Any):
    session = Session([a_run(tmp_path, numbered(1))], "Ada")
    (item,) = session.items()
    with pytest.raises(RatingError, match="Warm and plain"):
        session.save(item.id, marks(3) | {"warm": wrong})
    assert session.progress().done == 0


def test_an_unknown_id_is_refused(tmp_path: Path):
    session = Session([a_run(tmp_path, numbered(1))], "Ada")
    with pytest.raises(RatingError, match="no answer with the number nope"):
        session.save("nope", marks(3))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Jörg Müßig", "joerg-muessig"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\\b:c?", "a-b-c"),
        ("Zoë", "zoe"),
        ("Олена", "олена"),
        ("Con", "con-"),
        ("x" * 200, "x" * 60),
        ("O'Neill, J.", "o-neill-j"),
    ],
)
def test_a_name_becomes_a_safe_file(tmp_path: Path, name: str, file: str):
    run = a_run(tmp_path, numbered(1))
    session = Session([run], name)
    session.save(session.items()[0].id, marks(3))
    assert [path.stem for path in (run.folder / "ratings").glob("*.jsonl")] == [file]
    assert list(ratings_of(run)) == [name]


@pytest.mark.parametrize("name", ["", "   ", "/", "…!?"])
def test_an_empty_name_is_refused(tmp_path: Path, name: str):
    with pytest.raises(RatingError, match="Write a name"):
        Session([a_run(tmp_path, numbered(1))], name)


def test_two_people_never_share_a_file_by_accident(tmp_path: Path):
    run = a_run(tmp_path, numbered(2))
    early = Session([run], "Joerg")
    rate_all(run, "Jörg", {"case-0": 3, "case-1": 3})
    with pytest.raises(RatingError, match="Add a surname"):
        Session([run], "Joerg")
    with pytest.raises(RatingError, match="Add a surname"):
        early.save(early.items()[0].id, marks(1))
    assert list(ratings_of(run)) == ["Jörg"]


# -- agreement ---------------------------------------------------------------------------------


def test_agreement_by_criterion_lists_what_to_talk_about(tmp_path: Path):
    run = a_run(tmp_path, numbered(6))
    ada = {f"case-{n}": mark for n, mark in enumerate([1, 2, 3, 4, 5, 5])}
    rate_all(run, "Ada", ada, "I think ")
    rate_all(run, "Ben", ada | {"case-0": 5, "case-1": 3})
    found = agreement_of(run)
    assert [one.criterion for one in found] == KEYS
    warm = found[KEYS.index("warm")]
    assert warm.agreement.raters == 2
    assert warm.agreement.units == 6
    assert warm.agreement.value is not None
    assert 0 < warm.agreement.value < 1
    assert [each.unit for each in warm.disagreements] == ["case-0", "case-1"]
    assert warm.disagreements[0].ratings == {"Ada": 1, "Ben": 5}
    assert warm.disagreements[0].comments == {"Ada": "I think case-0", "Ben": ""}


def test_without_a_second_rater_there_is_no_agreement_but_a_reason(tmp_path: Path):
    run = a_run(tmp_path, numbered(2))
    assert {one.agreement.reason for one in agreement_of(run)} == {"too_few_raters"}
    rate_all(run, "Ada", {"case-0": 1, "case-1": 5})
    assert {one.agreement.reason for one in agreement_of(run)} == {"too_few_raters"}


def test_a_judge_stands_beside_people_over_the_cases_it_judged(tmp_path: Path):
    run = a_run(tmp_path, numbered(7))
    people = {f"case-{n}": mark for n, mark in enumerate([1, 2, 3, 4, 5, 1, 5])}
    rate_all(run, "Ada", people)
    rate_all(run, "Ben", people | {"case-6": 1})
    like = [scored(f"case-{n}", "judge:warm", n / 4) for n in range(5)]
    unlike = [scored(f"case-{n}", "judge:helpful", 1 - n / 4) for n in range(5)]
    found = judge_agreement(run, [*like, *unlike, scored("case-0", "support", 1.0)])
    by = {one.criterion: one for one in found}
    assert list(by) == ["helpful", "warm"]
    assert by["warm"].people.value == by["warm"].with_mean.value == 1
    assert by["warm"].people.units == 5
    assert {rater: each.value for rater, each in by["warm"].with_each.items()} == {
        "Ada": 1,
        "Ben": 1,
    }
    assert by["warm"].as_good_as_people
    assert by["helpful"].with_mean.value is not None
    assert by["helpful"].with_mean.value < 0
    assert not by["helpful"].as_good_as_people


def test_a_judge_is_not_as_good_as_people_who_are_not_known_to_agree(tmp_path: Path):
    run = a_run(tmp_path, numbered(3))
    rate_all(run, "Ada", {"case-0": 1, "case-1": 3, "case-2": 5})
    (found,) = judge_agreement(run, [scored(f"case-{n}", "judge:warm", n / 2) for n in range(3)])
    assert found.with_each["Ada"].value == 1
    assert not found.as_good_as_people


# -- in a spreadsheet --------------------------------------------------------------------------


def filled(session: Session, marks_by_row: dict[int, list[object]]) -> list[list[object]]:
    """The sheet with marks and a comment in some of its rows, counted from 2 as people see them."""
    rows: list[list[object]] = [list(row) for row in ratings_table(session)]
    first = len(rows[0]) - len(KEYS) - 1
    for number, cells in marks_by_row.items():
        rows[number - 1][first:] = cells
    return rows


def test_a_sheet_comes_back_as_ratings(tmp_path: Path):
    run = a_run(tmp_path, numbered(3))
    session = Session([run], "Ada")
    rows = filled(session, {2: [1, "2", "3.0", " 4 ", "=good"], 4: [5, 5, 5, 5, None]})
    assert ratings_from(session, rows) == 2
    items = session.items()
    assert session.rated()[items[0].id].scores == dict(zip(KEYS, [1, 2, 3, 4], strict=True))
    assert items[1].id not in session.rated()
    assert session.rated()[items[0].id].comment == "=good"
    assert ratings_table(session)[1][-5:] == ["1", "2", "3", "4", "'=good"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_file_is_written_and_read_whatever_separates_its_cells(tmp_path: Path, language: Any):
    run = a_run(tmp_path, [case("one"), case("two")])
    session = Session([run], "Jörg", language=language)
    file = tmp_path / "sheet.csv"
    export_ratings(session, file)
    assert not list(tmp_path.glob(".*"))
    text = file.read_text(encoding="utf-8-sig")
    rows = list(
        csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "de" else ",")
    )
    rows[1][-5:] = ["5", "4,0", "3", "2", "schön; wirklich, ja"]
    for delimiter, encoding in ((";", "cp1252"), (",", "utf-8-sig"), ("\t", "utf-8")):
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerows(rows)
        file.write_bytes(out.getvalue().encode(encoding, "replace"))
        assert import_ratings(Session([run], "Jörg"), file) == 1
        (rating,) = session.rated().values()
        assert list(rating.scores.values()) == [5, 4, 3, 2]
        assert rating.comment == "schön; wirklich, ja"


def test_columns_may_be_moved_and_added(tmp_path: Path):
    session = Session([a_run(tmp_path, numbered(1))], "Ada")
    rows = filled(session, {2: [1, 2, 3, 4, "fine"]})
    moved = [["mine", *reversed(row)] for row in rows]
    assert ratings_from(session, moved) == 1
    assert list(next(iter(session.rated().values())).scores.values()) == [1, 2, 3, 4]


def broken(rows: list[list[object]], how: str) -> list[list[object]]:
    match how:
        case "unknown":
            rows[1][0] = "abcdefghij"
        case "nameless":
            rows[1][0] = ""
        case "double":
            rows[2][0] = rows[1][0]
        case "column":
            rows = [[*row[:5], *row[6:]] for row in rows]
        case "twice":
            rows = [[*row, row[5]] for row in rows]
        case "empty":
            rows = []
    return rows


@pytest.mark.parametrize(
    ("how", "cells"),
    [
        ("unknown", {"A2"}),
        ("nameless", {"A2"}),
        ("double", {"A3"}),
        ("column", {"A1"}),
        ("twice", {"K1"}),
        ("empty", {"A1"}),
    ],
)
def test_a_broken_sheet_is_refused_as_a_whole(tmp_path: Path, how: str, cells: set[str]):
    session = Session([a_run(tmp_path, numbered(3))], "Ada")
    rows = filled(session, {2: [1, 2, 3, 4, ""], 3: [1, 2, 3, 4, ""]})
    with pytest.raises(RatingError) as refused:
        ratings_from(session, broken(rows, how))
    assert {problem.cell for problem in refused.value.problems} == cells
    assert session.progress().done == 0


def test_every_cell_without_a_rating_is_named(tmp_path: Path):
    session = Session([a_run(tmp_path, numbered(2))], "Ada", language="de")
    rows = filled(session, {2: [6, "", "gut", 4, ""], 3: [1, 1, 1, 1, ""]})
    with pytest.raises(RatingError) as refused:
        ratings_from(session, rows)
    assert [(p.row, p.cell) for p in refused.value.problems] == [
        ("2", "F2"),
        ("2", "G2"),
        ("2", "H2"),
    ]
    assert "Zeile 2, Zelle H2: „gut“ ist keine Bewertung" in str(refused.value)
    assert session.progress().done == 0


def test_a_sheet_of_another_rater_is_refused(tmp_path: Path):
    run = a_run(tmp_path, numbered(1))
    rows = filled(Session([run], "Ada"), {2: [1, 2, 3, 4, ""]})
    with pytest.raises(RatingError, match="for Ben"):
        ratings_from(Session([run], "Ben"), rows)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@a", " =1", "'=1", "＝1"])
def test_no_cell_runs_as_a_formula(tmp_path: Path, text: str):
    run = a_run(tmp_path, [case("one")])
    run.add(outcome("one", text))
    session = Session([run], "Ada")
    session.save(session.items()[0].id, marks(3), text)
    row = ratings_table(session)[1]
    assert [cell for cell in row if cell.endswith(text.strip())] == [f"'{text}", f"'{text.strip()}"]
    assert ratings_from(session, ratings_table(session)) == 1
    assert session.rated()[session.items()[0].id].comment == text.strip()


@pytest.mark.parametrize("content", [None, b"\x00\x01\x02"])
def test_a_file_that_is_no_sheet_says_so(tmp_path: Path, content: bytes | None):
    session = Session([a_run(tmp_path, numbered(1))], "Ada")
    file = tmp_path / "sheet.csv"
    if content:
        file.write_bytes(content)
    with pytest.raises(AssistantError):
        import_ratings(session, file)


# -- words -------------------------------------------------------------------------------------


def test_both_languages_ask_and_say_the_same():
    said = {
        language: yaml.safe_load((PROMPTS / f"rating_{language}.yaml").read_text("utf-8"))
        for language in ("en", "de")
    }
    assert said["en"].keys() == said["de"].keys()
    for part in ("columns", "errors", "problem"):
        assert said["en"][part].keys() == said["de"][part].keys()
    for language in ("en", "de"):
        asked = criteria(language)
        assert [criterion.key for criterion in asked] == ["helpful", "faithful", "warm", "limits"]
        assert all(criterion.anchors.keys() == {1, 3, 5} for criterion in asked)
