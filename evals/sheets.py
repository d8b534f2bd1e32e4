"""Suites as Excel and CSV: a row a case, a column a field, for people who like tables.

Lists stand in one cell, an entry a line. Points are ``vital: a | b`` or ``okay: a``, relevant
places ``path#Heading = 3``, limits ``words 250``; what a plan must honour is JSON. What a cell
would lose is written with a backslash: ``\\n`` a line break inside an entry, ``\\\\`` a backslash,
``\\u007c`` any other sign by its number. An Excel file has a second sheet with the suite's name,
title and version; CSV has the cases only.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from functools import partial
from pathlib import Path
from typing import Any, get_args

from assistant.errors import SuiteError
from evals.cases import Case, Language, Weight
from evals.suite import (
    FIELDS,
    Problem,
    Row,
    Suite,
    case_data,
    load,
    refused,
    store,
    unknown_name,
    wording,
)

MOST_ROWS = 10_000
MOST_CHARACTERS = 32_767
"""What a cell of a spreadsheet holds; more would be cut without a word."""

_REQUIRED = tuple(
    one.name for one in fields(Case) if one.default is MISSING and one.default_factory is MISSING
)
_MOST_COLUMNS = 100
_UNPACKED = 50_000_000
_LISTS = ("turns", "must_not")
_WIDE = {"turns": 60, "relevant": 45, "points": 60, "must_not": 30, "note": 40, "id": 26}
_CASES, _SUITE = "cases", "suite"

# What a spreadsheet could take for a formula, behind any spaces and apostrophes.
_RUNS = re.compile(r"[\s']*[=+\-@＝＋－＠]")
# Control characters and halves of characters have no place in XML, and _x0041_ is "A" to Excel.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
    "|^\\s|\\s\\Z|_(?=x[0-9A-Fa-f]{4}_)|x(?=005F_)",
)
_ESCAPE = re.compile(r"\\(\\|n|u[0-9A-Fa-f]{4})")


def read_sheet(path: Path, language: Language = "en") -> tuple[dict[str, Any], list[Row]]:
    """What a sheet says of the suite (name, title, version, frozen) and its rows, unchecked.

    Raises `SuiteError` for a file that is no such sheet, and for columns nobody knows.
    """
    readers = {".xlsx": _read_excel, ".csv": _read_csv}
    if path.suffix.lower() not in readers:
        kind = "macros" if path.suffix.lower() == ".xlsm" else "type"
        raise _refused(path, kind, language)
    head, grid = readers[path.suffix.lower()](path, load(path, language), language)
    return head, _rows(path, grid, language)


def write_sheet(suite: Suite, path: Path, language: Language = "en") -> None:
    """Write .xlsx or .csv by the path's suffix, at once or not at all.

    Text that a spreadsheet would run as a formula is written so that it stays text. Raises
    `SuiteError` for text longer than a cell, `StorageError`.
    """
    grid = [
        [_cell(name, values.get(name)) for name in FIELDS] for values in map(case_data, suite.cases)
    ]
    too_long = wording(language, "problem", "too_long", most=MOST_CHARACTERS)
    problems = [
        Problem(str(number), f"{_letters(column)}{number}", too_long)
        for number, row in enumerate(grid, 2)
        for column, text in enumerate(row)
        if len(text) >= MOST_CHARACTERS
    ]
    if problems:
        raise refused(path, problems, language)
    write = _excel if path.suffix.lower() == ".xlsx" else _csv
    store(path, write(suite, [list(FIELDS), *grid]), language)


def _refused(path: Path, kind: str, language: Language, **values: object) -> SuiteError:
    return refused(path, [Problem("", "", wording(language, "problem", kind, **values))], language)


# -- the grid ----------------------------------------------------------------------------------


def _rows(path: Path, grid: Iterable[Sequence[str]], language: Language) -> list[Row]:
    """The filled rows below the header, each field with its cell."""
    filled = ((number, row) for number, row in enumerate(grid, 1) if any(map(str.strip, row)))
    number, header = next(filled, (0, ()))
    names = [name.strip().lower() for name in header]
    if not number:
        raise _refused(path, "empty", language)
    if not set(names) & set(FIELDS):
        raise _refused(path, "no_header", language)
    body = list(filled)
    if len(body) > MOST_ROWS:
        raise _refused(path, "too_many_rows", language, most=MOST_ROWS)
    width = max((len(row) for _, row in body), default=0)
    names += [""] * (width - len(names))
    used = {column for _, row in body for column, text in enumerate(row) if text.strip()}
    problems = list(_column_problems(number, names, used, language))
    if problems:
        raise refused(path, problems, language)
    if not body:
        raise _refused(path, "no_cases", language)
    return [_row(number, names, row) for number, row in body]


def _column_problems(
    number: int, names: list[str], used: set[int], language: Language
) -> Iterator[Problem]:
    say = partial(wording, language, "problem")
    for column, name in enumerate(names):
        cell = f"{_letters(column)}{number}"
        if name in names[:column] and name:
            yield Problem(str(number), cell, say("double_column", name=name))
        elif name and name not in FIELDS:
            yield Problem(str(number), cell, unknown_name(name, FIELDS, language))
        elif not name and column in used:
            yield Problem(str(number), cell, say("nameless_column"))
    for name in _REQUIRED:
        if name not in names:
            yield Problem(str(number), f"A{number}", say("missing_column", name=name))


def _row(number: int, names: list[str], row: Sequence[str]) -> Row:
    cells = {name: f"{_letters(column)}{number}" for column, name in enumerate(names) if name}
    texts = {name: text for name, text in zip(names, row, strict=False) if name and text.strip()}
    values = {name: _value(name, text) for name, text in texts.items()}
    return Row(str(number), values, cells | {"": f"A{number}"})


def _letters(column: int) -> str:
    """A column's letters, counted from 0: A, B, … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# -- one cell ----------------------------------------------------------------------------------


def _value(name: str, text: str) -> Any:
    """A cell's text as the field's raw value; what is wrong in it is found by checking it."""
    if name in _LISTS:
        return [_unescaped(line) for line in _lines(text)]
    if name == "points":
        return [_point(line) for line in _lines(text)]
    if name == "relevant":
        return dict(map(_place, _lines(text)))
    if name == "limits":
        return dict(map(_limit, _lines(text)))
    if name == "plan":
        return _json(_unescaped(text))
    return _unescaped(text.strip())


def _json(text: str) -> Any:
    """A cell's JSON; what can't be read stays text, which checking then finds."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _point(line: str) -> dict[str, Any]:
    begin, colon, rest = line.partition(":")
    weights = get_args(Weight)
    if not colon or not difflib.get_close_matches(begin.strip().lower(), weights, 1):
        begin, rest = "vital", line
    accepted = [_unescaped(wording.strip()) for wording in rest.split("|")]
    return {"accepted": accepted, "weight": begin.strip().lower()}


def _place(line: str) -> tuple[str, Any]:
    place, _, grade = line.rpartition("=")
    return (_unescaped(place.strip()), grade.strip()) if place else (_unescaped(line), "")


def _limit(line: str) -> tuple[str, Any]:
    name, *rest = re.split(r"[\s:=]+", line, maxsplit=1)
    return name, rest[0] if rest else ""


def _cell(name: str, value: Any) -> str:
    """A field's plain value as a cell's text; `_value` reads it back the same."""
    if value is None:
        return ""
    if name in _LISTS:
        return "\n".join(map(_entry, value))
    if name == "points":
        return "\n".join(
            f"{point.get('weight', 'vital')}: {' | '.join(map(_entry, point['accepted']))}"
            for point in value
        )
    if name == "relevant":
        return "\n".join(f"{_entry(place)} = {grade}" for place, grade in value.items())
    if name == "limits":
        return "\n".join(f"{limit} {number}" for limit, number in value.items())
    if name == "plan":
        return _escaped(json.dumps(value, ensure_ascii=False))
    return _escaped(str(value))


def _entry(text: str) -> str:
    """One entry of a list, on one line."""
    return _escaped(text).replace("|", "\\u007c").replace("\n", "\\n")


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\\", "\\\\"))


def _unescaped(text: str) -> str:
    signs = {"\\": "\\", "n": "\n"}
    return _ESCAPE.sub(lambda found: signs.get(found[1]) or chr(int(found[1][1:], 16)), text)


# -- Excel -------------------------------------------------------------------------------------


def _read_excel(
    path: Path, content: bytes, language: Language
) -> tuple[dict[str, Any], list[list[str]]]:
    from openpyxl import load_workbook

    _check_archive(path, content, language)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
        cells = list(_cells(sheets.get(_CASES) or book.worksheets[0]))
        head = list(_cells(sheets[_SUITE])) if _SUITE in sheets else []
    # Whatever is wrong inside, openpyxl says it with an exception of any kind.
    except Exception as error:
        raise _refused(path, "damaged", language) from error
    problems = [
        Problem(str(number), f"{_letters(column)}{number}", wording(language, "problem", "formula"))
        for number, row in enumerate(cells, 1)
        for column, text in enumerate(row)
        if text is None
    ]
    if problems:
        raise refused(path, problems, language)
    return _head(head), cells


def _check_archive(path: Path, content: bytes, language: Language) -> None:
    """Refuse what isn't a plain workbook of a sensible size, before anything unpacks it."""
    from assistant.errors import UnreadableGuide
    from assistant.guides.archive import check_archive
    from assistant.guides.limits import Limits

    try:
        names = check_archive(content, Limits(archive_entries=500, archive_bytes=_UNPACKED))
    except UnreadableGuide as error:
        kind = "unpacks" if error.code == "too_large" else "damaged"
        raise _refused(path, kind, language) from error
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused(path, "macros", language)


def _cells(sheet: Any) -> Iterator[list[Any]]:
    """A sheet's rows as text; None stands for a formula."""
    sheet.reset_dimensions()  # what a file says of its own size need not be true
    for row in sheet.iter_rows(max_col=_MOST_COLUMNS):
        yield [_text(cell) for cell in row]


def _text(cell: Any) -> str | None:
    if cell.data_type in {"f", "e"}:
        return None
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return "" if value is None else str(value)


def _head(rows: Iterable[Sequence[str | None]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text, *_ in ([*row, "", ""] for row in rows):
        if not (name or "").strip():
            continue
        key, _, tongue = str(name).strip().lower().partition(" ")
        value: Any = _unescaped((text or "").strip())
        if key == "title" and tongue:
            found.setdefault("title", {})[tongue] = value
        else:
            found[key] = int(value) if key == "version" and value.isdecimal() else value
    return found


def _excel(suite: Suite, grid: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.title = _CASES
    _fill(sheet, grid)
    sheet.freeze_panes = "B2"
    for column, name in enumerate(FIELDS):
        sheet.column_dimensions[_letters(column)].width = _WIDE.get(name, 14)
    titles = [[f"title {tongue}", _escaped(text)] for tongue, text in suite.title.items()]
    about = [["name", suite.name], *titles, ["version", str(suite.version)]]
    _fill(book.create_sheet(_SUITE), [*about, ["frozen", suite.frozen]])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(sheet: Any, grid: Iterable[Sequence[str]]) -> None:
    from openpyxl.styles import Alignment

    wrapped = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(grid, 1):
        for column, text in enumerate(row, 1):
            if not text:
                continue
            cell = sheet.cell(number, column, text)
            # Also stays text when somebody opens the cell and presses Enter.
            cell.data_type, cell.quotePrefix = "s", bool(_RUNS.match(text))
            cell.alignment = wrapped


# -- CSV ---------------------------------------------------------------------------------------


def _read_csv(
    path: Path, content: bytes, language: Language
) -> tuple[dict[str, Any], list[list[str]]]:
    if content.startswith(b"PK") or b"\0" in content:
        raise _refused(path, "damaged", language)
    text = _decoded(content).replace("\r\n", "\n")
    header = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    try:
        grid = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _refused(path, "damaged", language) from error
    return {}, [[_unguarded(cell) for cell in row] for row in grid]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what Excel writes in Western Europe


def _csv(_suite: Suite, grid: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_guarded(cell) for cell in row] for row in grid])
    return text.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    return f"'{text}" if _RUNS.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text
