"""Suites: cases in a file that a trainer writes, with a version that freezing fixes.

A suite is a YAML file; Excel and CSV go through `evals.sheets`. What a file holds is checked as a
whole, so that one `SuiteError` lists everything to correct, each with its row and cell. Writing
touches only the lines of what has changed: comments and order stay.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from assistant.errors import StorageError, SuiteError
from assistant.words import data
from evals.cases import Case, Language

YAML_SUFFIXES = (".yaml", ".yml")
SHEET_SUFFIXES = (".xlsx", ".csv")
MOST_BYTES = 5_000_000
MOST_LISTED = 30
_FIRST = ("id", "family", "kind", "language", "role", "turns")
FIELDS = (*_FIRST, *(one.name for one in fields(Case) if one.name not in _FIRST))
"""The fields of a case in the order they are written in."""

IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHEET_CELL = re.compile(r"[A-Z]+\d+")
HEAD = ("name", "title", "version", "frozen")


@dataclass(frozen=True)
class Suite:
    """Cases under a name.

    `title` has the keys en and de. `frozen` is the content hash that the version was frozen with,
    or "".
    """

    name: str
    title: Mapping[str, str]
    version: int
    frozen: str
    cases: tuple[Case, ...]

    @property
    def content_hash(self) -> str:
        """SHA-256 of the cases in their order; name, title and version play no part."""
        whole = json.dumps(
            [case_data(case) for case in self.cases],
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.sha256(whole.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class Problem:
    """What keeps a suite from being used, for people.

    `row` is the case's id, or its number where it has none; in a spreadsheet the row's number.
    `cell` is the field, in a spreadsheet the cell ("D7"). Both are "" for the file as a whole.
    """

    row: str
    cell: str
    text: str
    line: int | None = None


@dataclass(frozen=True)
class Row:
    """A case as it stands in a file, before it is checked.

    `cells` and `lines` say where a field stands; the line of the whole case has the key "".
    """

    name: str
    values: Mapping[str, Any]
    cells: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def problem(self, name: str, text: str) -> Problem:
        """What is wrong with the field `name`."""
        line = self.lines.get(name, self.lines.get(""))
        return Problem(self.name, self.cells.get(name, name), text, line)


def case_data(case: Any) -> Any:
    """A case as plain data: lists, dicts, text and numbers. What has its default is left out."""
    if is_dataclass(case):
        return {
            one.name: case_data(value)
            for one in fields(case)
            if (value := getattr(case, one.name)) != _default(one)
        }
    if isinstance(case, Mapping):
        return {key: case_data(value) for key, value in case.items()}
    return [case_data(value) for value in case] if isinstance(case, tuple) else case


def _default(one: Any) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def is_frozen(suite: Suite) -> bool:
    """Whether the cases are those that the version was frozen with."""
    return suite.frozen == suite.content_hash


def edited(suite: Suite) -> bool:
    """Whether the suite was frozen and its cases have changed since."""
    return bool(suite.frozen) and not is_frozen(suite)


# -- finding and making ------------------------------------------------------------------------


def shipped() -> dict[str, Path]:
    """The suites that come with Tandem, by name."""
    return _suites_in(Path(__file__).parent / "suites", YAML_SUFFIXES)


def known_suites(home: Path) -> dict[str, Path]:
    """The shipped suites and the home folder's own by name; an own one stands before a shipped."""
    return shipped() | _suites_in(home / "evals" / "suites", YAML_SUFFIXES + SHEET_SUFFIXES)


def find_suite(name_or_path: str | Path, home: Path, language: Language = "en") -> Path:
    """A suite's file: by its path, else by name among the home folder's own, else the shipped.

    Raises `SuiteError` that lists what there is.
    """
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    known = known_suites(home)
    if str(name_or_path) in known:
        return known[str(name_or_path)]
    listed = ", ".join(sorted(known)) or wording(language, "none")
    raise SuiteError(wording(language, "not_found", name=name_or_path, known=listed))


def _suites_in(folder: Path, suffixes: Sequence[str]) -> dict[str, Path]:
    # Where two files share a name, the suffix that is named first wins.
    return {
        path.stem: path
        for suffix in reversed(suffixes)
        for path in sorted(folder.glob(f"*{suffix}"))
    }


def new_suite(path: Path, name: str, language: Language = "en") -> Suite:
    """Write an example with comments and two cases to start from; nothing is ever overwritten.

    Raises `SuiteError` for a name or path that can't be used, `StorageError` when writing fails.
    """
    if path.suffix.lower() not in YAML_SUFFIXES:
        raise SuiteError(wording(language, "new_is_yaml", file=path.name))
    if not IDENTIFIER.fullmatch(name):
        wrong = Problem("", "name", wording(language, "problem", "identifier"))
        raise refused(path, [wrong], language)
    if path.exists():
        raise SuiteError(wording(language, "exists", file=path.name))
    text = str(_texts(language)["example"]).replace("$name", name)
    store(path, text.encode("utf-8"), language)
    return read_suite(path, language)


# -- reading and writing -----------------------------------------------------------------------


def read_suite(
    path: Path, language: Language = "en", kinds: Collection[str] | None = None
) -> Suite:
    """The suite in a YAML, Excel or CSV file; `kinds` are the known ones unless given.

    A frozen suite that was edited since comes with the next version and not frozen, so that no
    run is taken for one of the frozen cases. Raises `SuiteError` with every problem, its text in
    `language`.
    """
    from evals.suite_checks import case_problems, head_of, parsed

    if path.suffix.lower() in SHEET_SUFFIXES:
        from evals.sheets import read_sheet

        found, rows = read_sheet(path, language)
        head_row = Row("", found)
    else:
        from evals.suite_yaml import read_yaml

        head_row, rows = read_yaml(path, language)
    head, problems = head_of(head_row, path.stem, language)
    pairs, wrong = parsed(rows, language, kinds)
    problems += wrong + case_problems(pairs, kinds, language)
    if problems:
        order = {row.name: number for number, row in enumerate(rows)}
        problems.sort(key=lambda problem: order.get(problem.row, -1))
        raise refused(path, problems, language)
    suite = Suite(**head, cases=tuple(case for _, case in pairs))
    return replace(suite, version=suite.version + 1, frozen="") if edited(suite) else suite


def write_suite(
    suite: Suite, path: Path, language: Language = "en", kinds: Collection[str] | None = None
) -> None:
    """Write YAML, Excel or CSV by the path's suffix; the file is replaced at once or not at all.

    In a YAML file that exists only what has changed is written anew, and its version never goes
    back. CSV holds the cases only.
    Raises `SuiteError` for a suite that could not be read again, `StorageError` when writing
    fails.
    """
    from evals.suite_checks import case_problems, head_problems

    head = {name: getattr(suite, name) for name in HEAD}
    pairs = [(Row(case.id or str(n), {}), case) for n, case in enumerate(suite.cases, 1)]
    problems = head_problems(Row("", head), language)
    problems += case_problems(pairs, kinds, language)
    if problems:
        raise refused(path, problems, language)
    if path.suffix.lower() in SHEET_SUFFIXES:
        from evals.sheets import write_sheet

        write_sheet(suite, path, language)
    else:
        from evals.suite_yaml import as_yaml

        store(path, as_yaml(suite, path, language), language)


def freeze(path: Path, language: Language = "en", kinds: Collection[str] | None = None) -> Suite:
    """Fix the version of a YAML suite to its cases.

    The hash of the cases is written; where they differ from those frozen before, the version goes
    up by one. A suite that is frozen already is left alone. Raises as `read_suite` and
    `write_suite` do.
    """
    if path.suffix.lower() not in YAML_SUFFIXES:
        raise SuiteError(wording(language, "freeze_is_yaml", file=path.name))
    suite = read_suite(path, language, kinds)
    if not is_frozen(suite):
        suite = replace(suite, frozen=suite.content_hash)
        write_suite(suite, path, language, kinds)
    return suite


def load(path: Path, language: Language) -> bytes:
    """A file's bytes. Raises `SuiteError` when it isn't there, is empty or too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            text = wording(language, "problem", "too_large", megabytes=MOST_BYTES // 1_000_000)
            raise refused(path, [Problem("", "", text)], language)
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        text = wording(language, "unreadable", file=path.name, reason=reason)
        raise SuiteError(text) from error
    if not content.strip():
        raise refused(path, [Problem("", "", wording(language, "problem", "empty"))], language)
    return content


def store(path: Path, content: bytes, language: Language) -> None:
    """Put a file in place at once, beside a draft. Raises `StorageError`."""
    path = path.resolve()
    draft = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        reason = error.strerror or type(error).__name__
        raise StorageError(
            wording(language, "unwritable", file=path.name, reason=reason)
        ) from error


# -- what people read --------------------------------------------------------------------------


def wording(language: Language, *keys: str, **values: object) -> str:
    """A text of ``prompts/evals/suites_*.yaml``, its {names} filled in."""
    found = _texts(language)
    for key in keys:
        found = found[key]
    return str(found).format(**values)


def _texts(language: Language) -> Any:
    return data("prompts", f"evals/suites_{language}.yaml")


def refused(path: Path, problems: Sequence[Problem], language: Language) -> SuiteError:
    """The error that lists what to correct, each with its place."""
    lines = [f"- {_place(problem, language)}{problem.text}" for problem in problems[:MOST_LISTED]]
    if len(problems) > MOST_LISTED:
        lines.append(wording(language, "more", count=len(problems) - MOST_LISTED))
    text = wording(language, "refused", file=path.name, problems="\n".join(lines))
    return SuiteError(text, tuple(problems))


def _place(problem: Problem, language: Language) -> str:
    in_sheet = _SHEET_CELL.fullmatch(problem.cell)
    parts = []
    if problem.row:
        parts.append(wording(language, "place", "row" if in_sheet else "case", row=problem.row))
    if problem.cell:
        parts.append(
            wording(language, "place", "cell", cell=problem.cell) if in_sheet else problem.cell
        )
    if problem.line:
        parts.append(wording(language, "place", "line", line=problem.line))
    return f"{', '.join(parts)}: " if parts else ""


def unknown_name(name: str, known: Sequence[str], language: Language) -> str:
    """That there is no such field, with the nearest that there is."""
    nearest = difflib.get_close_matches(name.strip().lower(), known, 1)
    if nearest:
        return wording(language, "problem", "unknown_nearest", name=name, nearest=nearest[0])
    return wording(language, "problem", "unknown", name=name, known=", ".join(known))
