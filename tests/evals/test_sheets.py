"""Suites as Excel and CSV: nothing is lost on the way, and nothing in a cell is ever run."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from assistant.errors import SuiteError
from evals.cases import (
    Case,
    Change,
    Language,
    Limits,
    Point,
    Role,
    Split,
    Status,
    Wanted,
    Weight,
)
from evals.sheets import read_sheet, write_sheet
from evals.suite import Problem, Suite, freeze, is_frozen, new_suite, read_suite, write_suite

COLUMNS = ["id", "kind", "language", "turns"]
ROW = ["a", "answer", "en", "Hello?"]
BOTH = pytest.mark.parametrize("suffix", [".xlsx", ".csv"])


def suite_of(*cases: Case) -> Suite:
    return Suite("ours", {"en": "Ours", "de": "=Unsere"}, 1, "", cases)


def sheet_file(folder: Path, suffix: str, *rows: list[Any]) -> Path:
    """A file as a trainer's spreadsheet program would write it."""
    path = folder / f"ours{suffix}"
    if suffix == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
    else:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    return path


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(SuiteError) as raised:
        read_suite(path)
    assert raised.value.problems
    return raised.value.problems


# -- both ways ---------------------------------------------------------------------------------

FULL = Case(
    "first-de",
    "crisis",
    "de",
    ("Was mache ich\nzuerst?", "Und dann?"),
    family="first",
    role="mentee",
    relevant={"de/first.md": 3, "de/first.md#a = b | c": 1},
    points=(Point(("unter uns", "vertraulich*")), Point(("okay: ja",), "okay")),
    must_not=("versprochen", "- nie"),
    limits=Limits(words=250, questions=0),
    concern="self_harm",
    severity="high",
    guides_language="en",
    plan=Wanted(minutes=45, shun=("Ärger | =1",), changes=(Change(item=-1, act="remove"),)),
    source="„Gespräche“",
    status="reviewed",
    split="test",
    note="Zeile 1\nZeile 2",
)


@BOTH
def test_every_field_comes_back(tmp_path: Path, suffix: str):
    assert all(getattr(FULL, one.name) != one.default for one in fields(Case)), "a field is new"
    path = tmp_path / f"ours{suffix}"
    write_suite(suite_of(FULL), path)
    assert read_suite(path).cases == (FULL,)


special = st.sampled_from(
    ["=", "+", "-", "@", "'", '"', "|", "\\", "\\n", "\n", "\r", "\t", ",", ";"]
)
more = st.sampled_from(
    ["ä", "ß", "_x0041_", "x005F_", "vital:", " ", "\u00a0", "\x00", "\x85", "＝"]
)
texts = st.lists(special | more | st.text(max_size=3), max_size=6).map("".join)
# What may stand in a list has a word in it.
entries = st.tuples(texts, texts).map(lambda pair: f"{pair[0]}a{pair[1]}")
lists = st.lists(entries, min_size=1, max_size=3).map(tuple)
numbers = st.none() | st.integers(1, 900)


def one_of(literal: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(literal))


cases = st.builds(
    Case,
    id=st.just("a"),
    kind=st.sampled_from(["answer", "boundary"]),
    language=one_of(Language),
    turns=lists,
    role=one_of(Role),
    relevant=st.dictionaries(entries.filter(lambda t: t[0] != "#"), st.integers(1, 3), max_size=3),
    points=st.lists(st.builds(Point, lists, one_of(Weight)), max_size=3).map(tuple),
    must_not=lists | st.just(()),
    limits=st.builds(Limits, numbers, numbers, numbers),
    guides_language=st.none() | one_of(Language),
    source=texts,
    status=one_of(Status),
    split=one_of(Split),
    note=texts,
)


@given(cases)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_case_is_the_same_in_yaml_excel_and_csv(tmp_path: Path, case: Case):
    suite = suite_of(case, Case("b", "answer", "en", ("=1+1",)))
    original = tmp_path / "ours.yaml"
    original.unlink(missing_ok=True)
    write_suite(suite, original)
    for suffix in (".xlsx", ".csv", ".yaml"):
        path = tmp_path / f"ours{suffix}"
        write_suite(read_suite(original), path)
        assert read_suite(path).cases == suite.cases


def test_excel_keeps_name_title_version_and_the_freeze(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    new_suite(path, "mine")
    frozen = replace(freeze(path), title={"en": "=1+1", "de": " Ä\n"}, version=7)
    write_suite(frozen, tmp_path / "other.xlsx")
    read = read_suite(tmp_path / "other.xlsx")
    assert read == frozen and is_frozen(read)


def test_csv_holds_the_cases_and_takes_its_name_from_the_file(tmp_path: Path):
    write_suite(suite_of(FULL), tmp_path / "Für Mentees.csv")
    read = read_suite(tmp_path / "Für Mentees.csv")
    assert (read.name, read.version, read.frozen) == ("fuer-mentees", 1, "")


# -- cells that a spreadsheet might run --------------------------------------------------------

RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "'=1", "＝1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", RISKY)
def test_no_text_of_an_excel_file_is_a_formula(tmp_path: Path, text: str):
    path = tmp_path / "ours.xlsx"
    write_sheet(suite_of(Case("a", "answer", "en", (text,), note=text)), path)
    for sheet in load_workbook(path):
        for row in sheet.iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n"}, "n is an empty cell"
            assert all(cell.quotePrefix for cell in row if str(cell.value)[0] in "=+-@")


@pytest.mark.parametrize("text", RISKY)
def test_no_text_of_a_csv_file_begins_like_a_formula(tmp_path: Path, text: str):
    path = tmp_path / "ours.csv"
    write_sheet(suite_of(Case("a", "answer", "en", (text,), note=text)), path)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert not [cell for row in rows for cell in row if cell.strip()[:1] in tuple("=+-@＝＋－＠")]
    assert read_suite(path).cases[0].note == text


def test_a_formula_in_a_cell_is_never_worked_out(tmp_path: Path):
    path = sheet_file(tmp_path, ".xlsx", COLUMNS, ROW, ["b", "answer", "en", '="Hello"&"?"'])
    (problem,) = problems_of(path)
    assert (problem.row, problem.cell) == ("3", "D3") and "formula" in problem.text


# -- sheets that people write ------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("column", "cell", "meant"),
    [
        ("turns", "Hello?\n\n And then? ", ("Hello?", "And then?")),
        ("points", "vital: a | b\nOkay: c", (Point(("a", "b")), Point(("c",), "okay"))),
        ("points", "a | b", (Point(("a", "b")),)),
        ("points", "said: yes", (Point(("said: yes",)),)),
        ("relevant", "a.md#Steps = 3\nb.md=1", {"a.md#Steps": 3, "b.md": 1}),
        ("limits", "words 250\nquestions: 2\nminutes=5", Limits(250, 2, 5)),
        ("must_not", "C:\\temp | x", ("C:\\temp | x",)),
        ("note", "", ""),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_people_write_it(
    tmp_path: Path, suffix: str, column: str, cell: str, meant: Any
):
    columns, row = [*COLUMNS, column], [*ROW, cell]
    if column == "turns":
        columns, row = COLUMNS, [*ROW[:3], cell]
    case = read_suite(sheet_file(tmp_path, suffix, columns, row)).cases[0]
    assert getattr(case, column) == meant


@BOTH
def test_columns_may_stand_in_any_order_and_rows_may_be_empty(tmp_path: Path, suffix: str):
    rows = [
        ["Note", "turns", "ID", "", "Kind ", "language"],
        [],
        ["", "Hi", "a", "", "answer", "en"],
    ]
    suite = read_suite(sheet_file(tmp_path, suffix, [], *rows))
    assert suite.cases == (Case("a", "answer", "en", ("Hi",)),)


def test_numbers_and_dates_that_excel_made_of_text_are_text_again(tmp_path: Path):
    from datetime import datetime

    path = sheet_file(
        tmp_path,
        ".xlsx",
        [*COLUMNS, "note", "source", "limits"],
        ["a", "answer", "en", 5, 2.0, datetime(2024, 5, 1), "words 9"],
    )
    case = read_suite(path).cases[0]
    assert (case.turns, case.note, case.source) == (("5",), "2", "2024-05-01T00:00:00")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id;kind;language;turns\na;answer;de;Größe, oder?\n", "utf-8"),
        ("id;kind;language;turns\r\na;answer;de;Größe, oder?\r\n", "cp1252"),
        ('id,kind,language,turns\na,answer,de,"Größe, oder?"\n', "utf-8-sig"),
        ("id\tkind\tlanguage\tturns\na\tanswer\tde\tGröße, oder?", "utf-8"),
    ],
)
def test_csv_of_any_spreadsheet_program_is_read(tmp_path: Path, text: str, encoding: str):
    path = tmp_path / "ours.csv"
    path.write_bytes(text.encode(encoding))
    assert read_suite(path).cases[0].turns == ("Größe, oder?",)


# -- problems ----------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("kind", "poem", "crisis"),
        ("turns", "", "missing"),
        ("role", "boss", "mentor"),
        ("points", "vitl: a", "did you mean vital"),
        ("points", "vital: a | …", "wording"),
        ("relevant", "a.md", "grade"),
        ("relevant", "a.md = 5", "grade"),
        ("limits", "250", "no field 250"),
        ("limits", "words many", "whole number"),
        ("limits", "word 3", "did you mean words"),
        ("severity", "high", "concern"),
    ],
)
def test_a_problem_names_row_and_cell(
    tmp_path: Path, suffix: str, column: str, cell: str, says: str
):
    columns = ["note", *COLUMNS, *(() if column in COLUMNS else (column,))]
    values = dict(zip(COLUMNS, ROW, strict=True)) | {column: cell}
    rows = [
        ["", *dict(zip(COLUMNS, [f"ok-{number}", *ROW[1:]], strict=True)).values()]
        for number in range(5)
    ]
    path = sheet_file(tmp_path, suffix, columns, *rows, [values.get(name, "") for name in columns])
    (problem,) = problems_of(path)
    letter = "ABCDEFG"[columns.index(column)]
    assert (problem.row, problem.cell) == ("7", f"{letter}7")
    assert says in problem.text
    with pytest.raises(SuiteError, match=f"row 7, cell {letter}7: "):
        read_suite(path)


@BOTH
@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["a", "answer", "en", "Hi"]], [("", "", "first row")]),
        ([["x", *COLUMNS], ["", *ROW]], [("1", "A1", "no field x")]),
        ([["turn", *COLUMNS], ["", *ROW]], [("1", "A1", "did you mean turns")]),
        ([["id", *COLUMNS], ["a", *ROW]], [("1", "B1", "twice")]),
        ([COLUMNS, [*ROW, "", "more"]], [("1", "F1", "no name")]),
        ([["id", "turns"], ["a", "Hi"]], [("1", "A1", "kind"), ("1", "A1", "language")]),
        ([COLUMNS], [("", "", "no case")]),
    ],
    ids=["no header", "unknown", "misspelt", "double", "nameless", "missing", "no rows"],
)
def test_a_header_that_cannot_be_used_is_refused(
    tmp_path: Path, suffix: str, rows: list[list[str]], found: list[tuple[str, str, str]]
):
    problems = problems_of(sheet_file(tmp_path, suffix, *rows))
    assert [(problem.row, problem.cell) for problem in problems] == [one[:2] for one in found]
    assert all(one[2] in problem.text for one, problem in zip(found, problems, strict=True))


def packed(**entries: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("ours.csv", b"", "empty"),
        ("ours.csv", b"\n,,\n", "empty"),
        ("ours.csv", packed(a_xml=b"x"), "kind its name says"),
        ("ours.csv", b'id,kind\n"' + b"x" * 200_000, "damaged"),
        ("ours.csv", b"id,kind\n" * 700_000, "5 MB"),
        ("ours.xlsx", b"", "empty"),
        ("ours.xlsx", b"id,kind", "damaged"),
        ("ours.xlsx", packed(a_xml=b"x"), "damaged"),
        ("ours.xlsx", packed(xl__vbaProject_bin=b"x"), "macros"),
        ("ours.xlsx", packed(a_xml=bytes(60_000_000)), "unpacks"),
        ("ours.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused(
    tmp_path: Path, name: str, content: bytes, says: str
):
    path = tmp_path / name
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert says in problem.text


def test_a_workbook_with_macros_is_refused_by_its_name_already(tmp_path: Path):
    (tmp_path / "ours.xlsm").write_bytes(packed(a_xml=b"x"))
    with pytest.raises(SuiteError, match="macros"):
        read_sheet(tmp_path / "ours.xlsm")


def test_entities_that_grow_inside_a_workbook_are_not_followed(tmp_path: Path):
    path = sheet_file(tmp_path, ".xlsx", COLUMNS, ROW)
    steps = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "boom">{steps}]>'
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            data = old.read(name).decode("utf-8")
            if name.endswith("sheet1.xml"):
                at = data.index("<worksheet")
                data = data[:at] + bomb + data[at:].replace("Hello?", "&e11;")
            new.writestr(name, data)
    path.write_bytes(content.getvalue())
    (problem,) = problems_of(path)
    assert "damaged" in problem.text


def test_more_rows_than_a_suite_has_are_refused(tmp_path: Path):
    path = tmp_path / "ours.csv"
    path.write_text("id,kind,language,turns\n" + "a,answer,en,Hi\n" * 10_001)
    (problem,) = problems_of(path)
    assert "10000 rows" in problem.text


@BOTH
def test_text_that_no_cell_holds_is_refused_not_cut(tmp_path: Path, suffix: str):
    path = tmp_path / f"ours{suffix}"
    case = Case("a", "answer", "en", ("x" * 32_767,))
    with pytest.raises(SuiteError) as raised:
        write_suite(suite_of(Case("b", "answer", "en", ("Hi",)), case), path)
    (problem,) = raised.value.problems
    assert problem.row == "3" and "32767" in problem.text
    assert not path.exists()
