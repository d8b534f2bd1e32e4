"""Rating in a spreadsheet: as blind as on the page, a row an answer.

Who fills a sheet in sees what `Session` shows, in its order and under its ids; these are what
importing finds the answers by.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.cases import Language
from evals.rating.raters import RatingError, rating_error, unwritable, words
from evals.rating.session import Item, Session, ShownQuote, content_note
from evals.suite import Problem
from evals.verdicts import Criterion, criteria

MOST_LISTED = 30
LANGUAGES: tuple[Language, ...] = ("en", "de")

_BEFORE = ("item", "note", "turns", "answer", "quotes")
_MARK = re.compile(r"([1-5])(?:[.,]0+)?")
# What a spreadsheet could take for a formula, behind any spaces and apostrophes.
_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]")
_FIRST_CELL = re.compile(r'(?:"(?:[^"]|"")*"|[^",;\t\r\n]*)([,;\t])')


def export_ratings(session: Session, path: Path) -> None:
    """Write a CSV file to rate in, at once or not at all. Raises `StorageError`."""
    text = io.StringIO(newline="")
    # A German Excel opens other files as a single column.
    delimiter = ";" if session.language == "de" else ","
    csv.writer(text, delimiter=delimiter).writerows(ratings_table(session))
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_bytes(text.getvalue().encode("utf-8-sig", "replace"))
        draft.replace(path)
    except OSError as error:
        raise unwritable(error, session.language) from error


def import_ratings(session: Session, path: Path) -> int:
    """Take over a filled-in CSV file, whatever a spreadsheet separates its cells by.

    Returns and raises as `ratings_from` does.
    """
    try:
        text = _decoded(path.read_bytes())
        first = _FIRST_CELL.match(text)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=first[1] if first else ","))
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        key = "unreadable"
        raise rating_error(session.language, key, file=path.name, reason=reason) from error
    return ratings_from(session, rows)


def ratings_table(session: Session) -> list[list[str]]:
    """A sheet's rows, the columns' names first; what has been rated already is filled in.

    Text that a spreadsheet would run as a formula is kept from it by an apostrophe.
    """
    asked, rated = criteria(session.language), session.rated()
    columns = words(session.language)["columns"]
    header = [columns[name] for name in _BEFORE]
    rows = [[*header, *map(_heading, asked), columns["comment"]]]
    for item in session.items():
        rating = rated.get(item.id)
        marks = [str(rating.scores.get(each.key, "")) if rating else "" for each in asked]
        rows.append([*_shown(item, session.language), *marks, rating.comment if rating else ""])
    return [[_guarded(cell) for cell in row] for row in rows]


def ratings_from(session: Session, rows: Iterable[Sequence[object]]) -> int:
    """Take over a filled-in sheet's rows, all or none; how many answers were rated in it.

    The first row names the columns, in either language. Rows without any rating are left out.
    Raises `RatingError` that lists every problem with its row and cell.
    """
    texts = [["" if cell is None else _unguarded(str(cell)) for cell in row] for row in rows]
    sheet = _Sheet(session, texts)
    ratings = list(sheet.ratings())
    if sheet.problems:
        raise _refused(sheet.problems, session.language)
    for rating in ratings:
        session.save(rating.item, rating.scores, rating.comment)
    return len(ratings)


def _heading(criterion: Criterion) -> str:
    anchors = (f"{mark}: {text}" for mark, text in criterion.anchors.items())
    return "\n".join([criterion.name, criterion.question, *anchors])


def _shown(item: Item, language: Language) -> list[str]:
    shape = words(language)["source"]
    quotes = "\n\n".join(dict.fromkeys(_source(quote, shape) for quote in item.quotes))
    note = content_note(language) if item.content_note else ""
    return [item.id, note, "\n\n".join(item.turns), item.text, quotes]


def _source(quote: ShownQuote, shape: str) -> str:
    place = ", ".join([quote.path, *quote.heading_path])
    return shape.format(number=quote.number, place=place, passage=quote.passage)


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what Excel writes in Western Europe


# -- reading -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rated:
    item: str
    scores: Mapping[str, int]
    comment: str


class _Sheet:
    """A sheet being read; `problems` grows as its ratings are looked through."""

    def __init__(self, session: Session, rows: list[list[str]]) -> None:
        self.problems: list[Problem] = []
        self._session, self._rows = session, rows
        self._asked = [criterion.key for criterion in criteria(session.language)]
        self._columns = self._find_columns(rows[0] if rows else [])

    def ratings(self) -> Iterator[_Rated]:
        """Those of the filled rows that have no problem."""
        if self.problems:
            return
        known, seen = {item.id for item in self._session.items()}, dict[str, int]()
        for number, row in enumerate(self._rows[1:], start=2):
            marks = {key: self._cell(row, key) for key in self._asked}
            if not any(marks.values()):
                continue
            item = self._cell(row, "item")
            if item not in known:
                key = "unknown_item" if item else "no_item"
                self._problem(number, "item", key, item=item, rater=self._session.rater)
            elif seen.setdefault(item, number) != number:
                self._problem(number, "item", "double_item", other=seen[item])
            scores = dict(self._scores(number, marks))
            yield _Rated(item, scores, self._cell(row, "comment"))

    def _find_columns(self, header: Sequence[str]) -> dict[str, int]:
        """Where each column stands; a heading's first line is its name."""
        names, found = _column_names(), dict[str, int]()
        for column, cell in enumerate(header):
            name = cell.strip().partition("\n")[0].strip()
            key = names.get(name.casefold())
            if key in found:
                self._problem_at(1, column, "double_column", name=name)
            elif key:
                found[key] = column
        titles = {key: name for name, key in _named(self._session.language)}
        for key in ("item", *self._asked):
            if key not in found:
                self._problem_at(1, 0, "no_column", name=titles[key])
        return found

    def _scores(self, number: int, marks: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        for key, text in marks.items():
            mark = _MARK.fullmatch(text)
            if mark:
                yield key, int(mark[1])
            else:
                self._problem(number, key, "value" if text else "no_value", value=text)

    def _cell(self, row: Sequence[str], name: str) -> str:
        column = self._columns.get(name, len(row))
        return row[column].strip() if column < len(row) else ""

    def _problem(self, row: int, name: str, key: str, **values: object) -> None:
        self._problem_at(row, self._columns[name], key, **values)

    def _problem_at(self, row: int, column: int, key: str, **values: object) -> None:
        text = words(self._session.language)["problem"][key].format(**values)
        self.problems.append(Problem(str(row), f"{_letters(column)}{row}", text))


def _column_names() -> dict[str, str]:
    """Each column's key by its name, in any language."""
    return {name.casefold(): key for language in LANGUAGES for name, key in _named(language)}


def _named(language: Language) -> Iterator[tuple[str, str]]:
    yield from ((name, key) for key, name in words(language)["columns"].items())
    yield from ((criterion.name, criterion.key) for criterion in criteria(language))


def _letters(column: int) -> str:
    """A column's letters, counted from 0: A, B, … Z, AA."""
    before, last = divmod(column, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _refused(problems: Sequence[Problem], language: Language) -> RatingError:
    said = words(language)
    lines = [
        said["place"].format(row=problem.row, cell=problem.cell, text=problem.text)
        for problem in problems[:MOST_LISTED]
    ]
    if len(problems) > MOST_LISTED:
        lines.append(said["errors"]["more"].format(count=len(problems) - MOST_LISTED))
    error = rating_error(language, "sheet", problems="\n".join(lines))
    return RatingError(str(error), tuple(problems))
