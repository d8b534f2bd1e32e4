"""Suites as YAML: read with the lines of everything, written changing only what has changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import SuiteError
from evals.cases import Case, Language
from evals.suite import (
    FIELDS,
    HEAD,
    MOST_BYTES,
    YAML_SUFFIXES,
    Problem,
    Row,
    Suite,
    case_data,
    load,
    refused,
    wording,
)
from evals.suite_checks import head_of, parsed

if TYPE_CHECKING:
    from ruamel.yaml import YAML

_DEEPEST = 20
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""What YAML counts as the end of a line, besides the usual."""


def read_yaml(path: Path, language: Language) -> tuple[Row, list[Row]]:
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


def as_yaml(suite: Suite, path: Path, language: Language) -> bytes:
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
    given = {name: _plain(named[name]) for name in HEAD if name in named}
    return head_of(Row("", given), path.stem, language)[0]


def _holds(text: str, suite: Suite, path: Path) -> bool:
    """Whether a text reads as exactly this suite."""
    try:
        row, rows = _rows_of(_parse(text, path, "en"), path, "en")
    except SuiteError:
        return False
    head, _ = head_of(row, path.stem, "en")
    pairs, problems = parsed(rows, "en")
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
        pairs, _ = parsed([_row("-", node)], language)
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
        if name == "plan":
            found[name] = _wanted(value)
            continue
        found[name] = _in_line(value) if name in {"must_not", "limits"} else _quoted(value)
    return found


def _wanted(value: Any) -> Any:
    """What a plan must honour in a line, and each change in one of its own below."""
    changes = [_in_line(change) for change in value.get("changes", ())]
    rest = {name: one for name, one in value.items() if name != "changes"}
    if not changes:
        return _in_line(rest)
    lists = {name: _in_line(one) if isinstance(one, list) else one for name, one in rest.items()}
    return {**_quoted(lists), "changes": changes}


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
