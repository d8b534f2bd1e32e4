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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import StorageError, SuiteError
from assistant.words import data
from evals.cases import Case, Language, Limits, Point

if TYPE_CHECKING:
    from ruamel.yaml import YAML

YAML_SUFFIXES = (".yaml", ".yml")
SHEET_SUFFIXES = (".xlsx", ".csv")
MOST_BYTES = 5_000_000
MOST_LISTED = 30
_FIRST = ("id", "family", "kind", "language", "role", "turns")
FIELDS = (*_FIRST, *(one.name for one in fields(Case) if one.name not in _FIRST))
"""The fields of a case in the order they are written in."""

_DEEPEST = 20
_IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHEET_CELL = re.compile(r"[A-Z]+\d+")
_HEAD = ("name", "title", "version", "frozen")
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""What YAML counts as the end of a line, besides the usual."""

_NEEDED = {"crisis": "concern", "search": "relevant"}
_UNWANTED = {"near_miss": "concern"}


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
    if not _IDENTIFIER.fullmatch(name):
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
    if path.suffix.lower() in SHEET_SUFFIXES:
        from evals.sheets import read_sheet

        found, rows = read_sheet(path, language)
        head_row = Row("", found)
    else:
        head_row, rows = _read_yaml(path, language)
    head, problems = _head_of(head_row, path.stem, language)
    pairs, wrong = _parsed(rows, language, kinds)
    problems += wrong + _case_problems(pairs, kinds, language)
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
    head = {name: getattr(suite, name) for name in _HEAD}
    pairs = [(Row(case.id or str(n), {}), case) for n, case in enumerate(suite.cases, 1)]
    problems = _head_problems(Row("", head), language)
    problems += _case_problems(pairs, kinds, language)
    if problems:
        raise refused(path, problems, language)
    if path.suffix.lower() in SHEET_SUFFIXES:
        from evals.sheets import write_sheet

        write_sheet(suite, path, language)
    else:
        store(path, _as_yaml(suite, path, language), language)


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


# -- checking ----------------------------------------------------------------------------------

_SHAPES = (
    ("missing", "missing"),
    ("string", "text"),
    ("int", "number"),
    ("tuple", "list"),
    ("mapping", "relevant"),
    ("dict", "relevant"),
    ("", "shape"),
)
"""How pydantic's names of errors begin, and what we say to them."""

_STAND_IN = {"id": "a", "kind": "answer", "language": "en", "turns": ["a"]}
"""For the fields that have no shape, so that the others of the case are checked too."""


def _head_of(row: Row, stem: str, language: Language) -> tuple[dict[str, Any], list[Problem]]:
    """Name, title, version and frozen; a name that is missing is the file's, a title the name."""
    given = row.values
    name = given.get("name") or _identifier(stem)
    title = given.get("title") or str(name)
    if isinstance(title, str):
        title = {"en": title, "de": title}
    elif isinstance(title, Mapping):
        any_title = next(iter(title.values()), "")
        title = {"en": any_title, "de": any_title} | dict(title)
    version, frozen = given.get("version"), given.get("frozen") or ""
    head = {
        "name": name,
        "title": title,
        "version": 1 if version is None else version,
        "frozen": frozen,
    }
    return head, _head_problems(replace(row, values={**given, **head}), language)


def _identifier(text: str) -> str:
    plain = text.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(umlaut, letters)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "suite"


def _head_problems(row: Row, language: Language) -> list[Problem]:
    say = partial(wording, language, "problem")
    unknown = [name for name in row.values if name not in _HEAD]
    problems = [row.problem(name, unknown_name(name, _HEAD, language)) for name in unknown]
    name, title, version, frozen = (row.values[key] for key in _HEAD)
    if not (isinstance(name, str) and _IDENTIFIER.fullmatch(name)):
        problems.append(row.problem("name", say("identifier")))
    if not (
        isinstance(title, Mapping)
        and title.keys() == {"en", "de"}
        and all(isinstance(text, str) and text.strip() for text in title.values())
    ):
        problems.append(row.problem("title", say("title")))
    if type(version) is not int or version < 1:
        problems.append(row.problem("version", say("version")))
    if not (isinstance(frozen, str) and re.fullmatch(r"(?:[0-9a-f]{64})?", frozen)):
        problems.append(row.problem("frozen", say("frozen")))
    return problems


def _parsed(
    rows: Iterable[Row], language: Language, kinds: Collection[str] | None = None
) -> tuple[list[tuple[Row, Case]], list[Problem]]:
    """The rows that have the shape of a case, and what is wrong with the others."""
    from pydantic import TypeAdapter, ValidationError

    adapter = TypeAdapter(Case)
    pairs, problems = [], []
    for row in rows:
        values = _expanded(row.values)
        problems += [row.problem(*unknown) for unknown in _unknown_fields(values, language)]
        try:
            pairs.append((row, adapter.validate_python(values)))
        except ValidationError as error:
            found = [(str(one["loc"][0]), _explained(one, language)) for one in error.errors()]
            problems += [row.problem(*one) for one in found]
            sound = {name: values[name] for name in values.keys() - {name for name, _ in found}}
            rest = adapter.validate_python(_STAND_IN | sound)
            wrong = _wrong_fields(rest, _known(kinds), language)
            problems += [row.problem(*one) for one in wrong if one[0] in sound]
    return pairs, problems


def _expanded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a case with every shorthand written out; what is left empty is left out."""
    found = {str(name): value for name, value in values.items() if value is not None}
    for name in ("turns", "must_not", "points"):
        if isinstance(found.get(name), str):
            found[name] = [found[name]]
    if isinstance(found.get("points"), list):
        found["points"] = [_point(point) for point in found["points"]]
    return found


def _point(point: Any) -> Any:
    if isinstance(point, str | list):
        point = {"accepted": point}
    if isinstance(point, Mapping) and isinstance(point.get("accepted"), str):
        return {**point, "accepted": [point["accepted"]]}
    return point


def _unknown_fields(values: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    points, limits = values.get("points"), values.get("limits")
    inner = [("points", point, Point) for point in (points if isinstance(points, list) else [])]
    for name, value, kind in [("", values, Case), *inner, ("limits", limits, Limits)]:
        known = [one.name for one in fields(kind)]
        for key in value if isinstance(value, Mapping) else ():
            if key not in known:
                yield name or key, unknown_name(str(key), known, language)


def _explained(error: Any, language: Language) -> str:
    """One of pydantic's errors as a sentence."""
    kind, (name, *inner) = error["type"], error["loc"]
    if name == "relevant" and len(inner) == 1:
        return wording(language, "problem", "grade", place=inner[0])
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        text = _choice(str(error["input"]), choices, language)
    else:
        shape = next(shape for begin, shape in _SHAPES if kind.startswith(begin))
        text = wording(language, "problem", shape)
    parts = [str(part + 1) if isinstance(part, int) else str(part) for part in inner]
    return ": ".join([*parts, text])


def _choice(value: str, choices: Sequence[str], language: Language) -> str:
    nearest = difflib.get_close_matches(value.strip().lower(), choices, 1)
    if nearest:
        return wording(language, "problem", "choice_nearest", value=value, nearest=nearest[0])
    listed = ", ".join(choices)
    return wording(language, "problem", "choice", value=value, choices=listed)


def _case_problems(
    pairs: Sequence[tuple[Row, Case]], kinds: Collection[str] | None, language: Language
) -> list[Problem]:
    """What is wrong in each case, and between them."""
    known, problems = _known(kinds), []
    for row, case in pairs:
        found = [*_wrong_fields(case, known, language), *_wrong_together(case, language)]
        problems += [row.problem(*one) for one in found]
    return problems + _wrong_between(pairs, language)


def _known(kinds: Collection[str] | None) -> list[str]:
    if kinds is None:
        from evals.kinds import kind_names

        kinds = kind_names()
    return sorted(kinds)


def _wrong_fields(
    case: Case, kinds: Sequence[str], language: Language
) -> Iterator[tuple[str, str]]:
    say = partial(wording, language, "problem")
    if case.kind not in kinds:
        yield "kind", _choice(case.kind, kinds, language)
    for name in ("id", "family"):
        value = getattr(case, name)
        if not _IDENTIFIER.fullmatch(value) and (value or name == "id"):
            yield name, say("identifier")
    if not case.turns:
        yield "turns", say("no_turns")
    if not all(turn.strip() for turn in case.turns):
        yield "turns", say("blank")
    if not all(map(_has_word, case.must_not)):
        yield "must_not", say("no_wording")
    if not all(point.accepted and all(map(_has_word, point.accepted)) for point in case.points):
        yield "points", say("no_wording")
    for place, grade in case.relevant.items():
        if not place.strip() or place.startswith("#"):
            yield "relevant", say("relevant")
        elif grade not in (1, 2, 3):
            yield "relevant", say("grade", place=place)
    for name, least in (("words", 1), ("questions", 0), ("minutes", 1)):
        limit = getattr(case.limits, name)
        if limit is not None and limit < least:
            yield "limits", say("limit", name=name, least=least)


def _has_word(text: str) -> bool:
    return re.search(r"\w", text) is not None


def _wrong_together(case: Case, language: Language) -> Iterator[tuple[str, str]]:
    say = partial(wording, language, "problem")
    needed, unwanted = _NEEDED.get(case.kind), _UNWANTED.get(case.kind)
    if needed and not getattr(case, needed):
        yield needed, say("needs", kind=case.kind, name=needed)
    if unwanted and getattr(case, unwanted):
        yield unwanted, say("without", kind=case.kind, name=unwanted)
    if case.severity and not case.concern:
        yield "severity", say("severity_alone")


def _wrong_between(pairs: Sequence[tuple[Row, Case]], language: Language) -> list[Problem]:
    say = partial(wording, language, "problem")
    problems: list[Problem] = []
    ids: dict[str, int] = {}
    kinds: dict[str, str] = {}
    languages: dict[tuple[str, str], Case] = {}
    for number, (row, case) in enumerate(pairs, 1):
        if ids.setdefault(case.id, number) != number:
            first = ids[case.id]
            problems.append(row.problem("id", say("double_id", row=pairs[first - 1][0].name)))
        if not case.family:
            continue
        if (kind := kinds.setdefault(case.family, case.kind)) != case.kind:
            problems.append(row.problem("kind", say("family_kind", kind=kind)))
        twin = languages.setdefault((case.family, case.language), case)
        if twin is not case and not (case.note or twin.note):
            problems.append(row.problem("family", say("family_language")))
    return problems


# -- YAML --------------------------------------------------------------------------------------


def _read_yaml(path: Path, language: Language) -> tuple[Row, list[Row]]:
    if path.suffix.lower() not in YAML_SUFFIXES:
        raise refused(path, [Problem("", "", wording(language, "problem", "type"))], language)
    return _rows_of(_parse(_text_of(path, language), path, language), path, language)


def _text_of(path: Path, language: Language) -> str:
    try:
        return load(path, language).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        problem = Problem("", "", wording(language, "problem", "encoding"))
        raise refused(path, [problem], language) from error


def _rows_of(document: Any, path: Path, language: Language) -> tuple[Row, list[Row]]:
    """The head and the cases of a parsed file, each with its lines."""
    say = partial(wording, language, "problem")
    if not isinstance(document, Mapping):
        raise refused(path, [Problem("", "", say("no_fields"))], language)
    head = _row("", document)
    cases = document.get("cases")
    if not cases or not isinstance(cases, list):
        text = say("cases_list") if cases else say("no_cases")
        raise refused(path, [head.problem("cases", text)], language)
    places = document["cases"].lc
    others = [number for number, node in enumerate(cases, 1) if not isinstance(node, Mapping)]
    if others:
        wrong = [
            Problem(str(number), "", say("no_fields"), places.item(number - 1)[0] + 1)
            for number in others
        ]
        raise refused(path, wrong, language)
    values = {name: value for name, value in head.values.items() if name != "cases"}
    rows = [_row(_name_of(node, number), node) for number, node in enumerate(cases, 1)]
    return replace(head, values=values), rows


def _name_of(node: Mapping[str, Any], number: int) -> str:
    name = node.get("id")
    return name if isinstance(name, str) and name.strip() else str(number)


def _row(name: str, node: Any) -> Row:
    lines = {str(key): node.lc.key(key)[0] + 1 for key in node}
    return Row(name, _plain(node), lines=lines | ({"": node.lc.line + 1} if name else {}))


def _plain(node: Any) -> Any:
    """A parsed value without the parser's own types."""
    if isinstance(node, Mapping):
        # A list or mapping as a key is nothing that a suite has; as text it is an unknown field.
        simple = (str, int, float)
        return {
            _plain(key) if isinstance(key, simple) else str(key): _plain(value)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, bool):
        return bool(node)
    return next((kind(node) for kind in (str, int, float) if isinstance(node, kind)), node)


def _yaml() -> YAML:
    """A round-trip parser that takes plain data only."""
    from ruamel.yaml import YAML
    from ruamel.yaml.composer import Composer, ComposerError

    class PlainComposer(Composer):
        def compose_node(self, parent: Any, index: Any) -> Any:
            event = self.parser.peek_event()
            if event.anchor is not None or getattr(event, "tag", None) is not None:
                raise ComposerError("tag", None, None, event.start_mark)
            return super().compose_node(parent, index)

    yaml = YAML()
    yaml.Composer = PlainComposer
    yaml.max_depth = _DEEPEST
    yaml.preserve_quotes = True
    yaml.width = MOST_BYTES
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _parse(text: str, path: Path, language: Language) -> Any:
    """A parsed file. Raises `SuiteError` that names the line."""
    from ruamel.yaml.composer import MaxDepthExceededError
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError

    try:
        return _yaml().load(text)
    # The parser meets odd files with exceptions of any kind, such as TypeError for a list as a key.
    except Exception as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        kinds: dict[type[Exception], str] = {
            DuplicateKeyError: "double_field",
            MaxDepthExceededError: "too_deep",
        }
        kind = kinds.get(type(error), "yaml")
        if getattr(error, "context", None) == "tag":
            kind = "tag"
        line = mark.line + 1 if mark else None
        problem = Problem("", "", wording(language, "problem", kind), line)
        raise refused(path, [problem], language) from error


# -- YAML, changing only what has changed ------------------------------------------------------


def _as_yaml(suite: Suite, path: Path, language: Language) -> bytes:
    if path.exists():
        old = load(path, language)
        suite = _not_before(_text_of(path, language), suite, path, language)
        try:
            draft = _changed(_text_of(path, language), suite, path, language)
        except SuiteError:  # a layout whose parts can't be read on their own
            draft = ""
        if draft and _holds(draft, suite, path):
            newline = "\r\n" if b"\r\n" in old else "\n"
            return draft.replace("\n", newline).encode("utf-8")
    blocks = [_block(_node(case), 2) for case in suite.cases]
    return (_head("", suite, path, language) + "\n" + "\n".join(blocks)).encode("utf-8")


def _not_before(text: str, suite: Suite, path: Path, language: Language) -> Suite:
    """The suite with the file's version where its own is older or unknown, as from CSV."""
    document = _parse(text, path, language)
    old = _head_in(document, path, language)
    if not isinstance(old["version"], int) or suite.version > old["version"]:
        return suite
    if suite.version == old["version"] and suite.frozen:
        return suite
    return replace(suite, version=old["version"], frozen=str(old["frozen"]))


def _head_in(document: Any, path: Path, language: Language) -> dict[str, Any]:
    named = document if isinstance(document, Mapping) else {}
    given = {name: _plain(named[name]) for name in _HEAD if name in named}
    return _head_of(Row("", given), path.stem, language)[0]


def _holds(text: str, suite: Suite, path: Path) -> bool:
    """Whether a text reads as exactly this suite."""
    try:
        row, rows = _rows_of(_parse(text, path, "en"), path, "en")
    except SuiteError:
        return False
    head, _ = _head_of(row, path.stem, "en")
    pairs, problems = _parsed(rows, "en")
    return not problems and Suite(**head, cases=tuple(case for _, case in pairs)) == suite


def _changed(old: str, suite: Suite, path: Path, language: Language) -> str:
    """The text of a file with the suite's changes, or "" where its layout isn't one a line each."""
    lines = old.removesuffix("\n").split("\n")
    document = _parse(old, path, language)
    spans = [] if _OTHER_BREAKS.search(old) else _spans(lines, document)
    if not spans:
        return ""
    blocks: dict[Any, str] = {}
    known: dict[Any, Case] = {}
    for node, (start, _, end) in zip(document["cases"], spans, strict=True):
        pairs, _ = _parsed([_row("-", node)], language)
        blocks[node.get("id")] = "\n".join([*lines[start:end], ""])
        known |= {case.id: case for _, case in pairs}
    column = _indent(lines[spans[0][1]])
    gap = "\n" if len(spans) == 1 or any(not lines[start] for start, _, _ in spans[1:]) else ""
    written: list[str] = []
    for case in suite.cases:
        if case.id not in blocks:
            written.append((gap if written else "") + _block(_node(case), column))
        elif known.get(case.id) == case:
            written.append(blocks[case.id])
        else:
            written.append(_merged(blocks[case.id], known.get(case.id), case, column))
    rest = "\n".join([*lines[: spans[0][0]], *lines[spans[-1][2] :], ""])
    head = _head(rest, suite, path, language)
    key = re.search(r"(?m)^cases[ \t]*:.*\n", head)
    return head[: key.end()] + "".join(written) + head[key.end() :] if key else ""


def _spans(lines: list[str], document: Any) -> list[tuple[int, int, int]]:
    """Where each case stands: its first line, the line with its dash, the line after its last.

    Comments and empty lines above a dash go with it. Nothing for a list in brackets.
    """
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    cases = document.get("cases") if isinstance(document, CommentedMap) else None
    if not isinstance(cases, CommentedSeq) or cases.fa.flow_style():
        return []
    if not all(isinstance(node, CommentedMap) for node in cases):
        return []
    key_lines = {name: document.lc.key(name)[0] for name in document}
    dashes = []
    for number in range(len(cases)):
        dash = cases.lc.item(number)[0]
        while dash > key_lines["cases"] and not lines[dash].lstrip().startswith("-"):
            dash -= 1
        if dash == key_lines["cases"]:
            return []
        dashes.append(dash)
    end = min((at for at in key_lines.values() if at > dashes[-1]), default=len(lines))
    column = _indent(lines[dashes[0]])
    starts = [_first_line(lines, dash, column) for dash in dashes]
    ends = [*starts[1:], _first_line(lines, end, column)]
    return list(zip(starts, dashes, ends, strict=True))


def _first_line(lines: list[str], at: int, column: int) -> int:
    """Up from a line over the comments and empty lines that are no part of the case before."""
    while not (above := lines[at - 1]).strip() or (
        above.lstrip().startswith("#") and _indent(above) <= column
    ):
        at -= 1
    return at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _merged(block: str, old: Case | None, case: Case, column: int) -> str:
    """The block of a case that has changed: fields that have not keep comments and spelling."""
    lines = block.splitlines(keepends=True)
    dash = next(n for n, line in enumerate(lines) if line.lstrip().startswith("-"))
    node = _parse("".join(_shifted(lines[dash:], 2 - column)), Path(), "en")[0]
    before, after = case_data(old) if old else {}, case_data(case)
    for name in list(node):
        # Without a readable case before, nothing is known of what an unnamed field held.
        if name not in FIELDS or (name not in after and (name in before or not old)):
            del node[name]
    new = _node(case)
    for number, name in enumerate(FIELDS):
        if name in node and (name not in after or before.get(name) == after[name]):
            continue
        if name in node:
            node[name] = new[name]
        elif name in after:
            above = [place for place, key in enumerate(node) if key in FIELDS[:number]]
            node.insert(max(above, default=-1) + 1, name, new[name])
    return "".join(lines[:dash]) + _block(node, column)


def _node(case: Case) -> Any:
    """A case as it is written, with the shorthands."""
    from ruamel.yaml.comments import CommentedMap

    found = CommentedMap()
    values = case_data(case)
    for name in (name for name in FIELDS if name in values):
        value = values[name]
        if name == "turns" and len(value) == 1:
            value = value[0]
        if name == "points":
            value = [_in_line(p if len(p) > 1 else p["accepted"]) for p in value]
        found[name] = _in_line(value) if name in {"must_not", "limits"} else _quoted(value)
    return found


def _in_line(value: Any) -> Any:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    kind = CommentedMap if isinstance(value, dict) else CommentedSeq
    found: Any = kind(_quoted(value))
    found.fa.set_flow_style()
    return found


def _quoted(value: Any) -> Any:
    """Line breaks and unseen signs in double quotes; else some would be read back as spaces."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        return {_quoted(key): _quoted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_quoted(inner) for inner in value]
    plain = not isinstance(value, str) or value.isprintable()
    return value if plain else DoubleQuotedScalarString(value)


def _block(node: Any, column: int) -> str:
    return "".join(_shifted(_dump([node]).splitlines(keepends=True), column - 2))


def _shifted(lines: list[str], by: int) -> list[str]:
    if by >= 0:
        return [" " * by + line if line.strip() else line for line in lines]
    return [line[min(-by, _indent(line)) :] for line in lines]


def _dump(value: Any) -> str:
    from io import StringIO

    text = StringIO()
    _yaml().dump(value, text)
    return text.getvalue()


def _head(text: str, suite: Suite, path: Path, language: Language) -> str:
    """The file without its cases, brought up to the suite's name, title, version and frozen."""
    document = _parse(text, path, language) if text else {}
    current = _head_in(document, path, language)
    wanted = {"name": suite.name, "title": dict(suite.title), "version": suite.version}
    # An empty frozen stays where it stood, because deleting it would take the next comment along.
    if suite.frozen or "frozen" in document:
        wanted["frozen"] = suite.frozen
    if not text:
        return _dump({**wanted, "title": _in_line(wanted["title"])}) + "cases:\n"
    changed = {name: value for name, value in wanted.items() if current[name] != value}
    for name in changed.keys() & document.keys():
        document[name] = _in_line(changed[name]) if name == "title" else changed[name]
    if changed.keys() & document.keys():
        text = _dump(document)
    new = {name: value for name, value in changed.items() if name not in document}
    lines, places = text.split("\n"), _parse(text, path, language).lc
    after = next((places.key(name)[0] for name in ("version", "name") if name in document), -1)
    return (
        "\n".join([*lines[: after + 1], *_dump(new).split("\n")[:-1], *lines[after + 1 :]])
        if new
        else text
    )
