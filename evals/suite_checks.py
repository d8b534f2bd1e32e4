"""What is wrong in a suite: in its head, in the shape of its cases, and between them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

from evals.cases import Case, Change, Language, Limits, Point, Wanted
from evals.suite import HEAD, IDENTIFIER, Problem, Row, unknown_name, wording

_NEEDED = {"crisis": "concern", "concern": "concern", "search": "relevant"}
_UNWANTED = {"near_miss": "concern", "harmless": "concern"}
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


def head_of(row: Row, stem: str, language: Language) -> tuple[dict[str, Any], list[Problem]]:
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
    return head, head_problems(replace(row, values={**given, **head}), language)


def _identifier(text: str) -> str:
    plain = text.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(umlaut, letters)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "suite"


def head_problems(row: Row, language: Language) -> list[Problem]:
    say = partial(wording, language, "problem")
    unknown = [name for name in row.values if name not in HEAD]
    problems = [row.problem(name, unknown_name(name, HEAD, language)) for name in unknown]
    name, title, version, frozen = (row.values[key] for key in HEAD)
    if not (isinstance(name, str) and IDENTIFIER.fullmatch(name)):
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


def parsed(
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
    points, limits, plan = values.get("points"), values.get("limits"), values.get("plan")
    changes = plan.get("changes") if isinstance(plan, Mapping) else None
    inner: list[tuple[str, Any, type]] = [("", values, Case), ("limits", limits, Limits)]
    inner += [("points", point, Point) for point in (points if isinstance(points, list) else [])]
    inner += [("plan", plan, Wanted)]
    inner += [("plan", change, Change) for change in (changes if isinstance(changes, list) else [])]
    for name, value, kind in inner:
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


def case_problems(
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
        if not IDENTIFIER.fullmatch(value) and (value or name == "id"):
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
    if case.plan and len(case.plan.changes) >= len(case.turns):
        yield "plan", say("changes", changes=len(case.plan.changes), turns=len(case.turns) - 1)


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
