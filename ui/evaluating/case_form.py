"""A case as a form: texts in fields, and back to a case with a sentence for what is missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args

from assistant.safety.concern import ConcernKind, Severity
from evals.cases import Case, Language, Limits, Point, Role
from evals.kinds import kinds
from ui.labels import LANGUAGES, Labels

ROLES: tuple[str, ...] = get_args(Role)
CONCERNS: tuple[str, ...] = get_args(ConcernKind)
SEVERITIES: tuple[str, ...] = get_args(Severity)
LIMITS = ("words", "questions")

_BETWEEN_TURNS = re.compile(r"^\s*-{3,}\s*$", re.MULTILINE)
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORDS_OF_ID = 5


class FormError(Exception):
    """What keeps a form from becoming a case: (field, sentence) each."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(text for _, text in self.problems))


@dataclass(frozen=True)
class Draft:
    """A case that is being written, for a suite.

    `fields` are the form's texts. `saved` is the id under which the suite has the case already,
    "" for a new one. `twin_of` is the id of the case whose twin this is. `kept` is the case whose
    facts the form doesn't show stay as they are.
    """

    suite: str
    fields: Mapping[str, str]
    relevant: Mapping[str, int] = field(default_factory=dict)
    saved: str = ""
    twin_of: str = ""
    kept: Case | None = None

    def filled(self, fields: Mapping[str, Any]) -> Draft:
        """With what the form holds now."""
        texts = {name: str(text) for name, text in fields.items() if name in EMPTY}
        return replace(self, fields={**self.fields, **texts})

    def marked(self, place: str, grade: int) -> Draft:
        """With a place in the guides graded; the guide itself gets the best of its places' grades.

        A grade of 0 takes the mark away, and the guide's with its last place.
        """
        path = place.partition("#")[0]
        places = {key: value for key, value in self.relevant.items() if key not in {place, path}}
        if grade and place != path:
            places[place] = grade
        within = [value for key, value in places.items() if key.startswith(f"{path}#")]
        best = max([*within, grade if place == path else 0])
        return replace(self, relevant={**({path: best} if best else {}), **places})


EMPTY: Mapping[str, str] = {
    "kind": "answer", "language": "en", "role": "mentor", "turns": "", "vital": "", "okay": "",
    "must_not": "", "words": "", "questions": "", "concern": "", "severity": "",
    "guides_language": "", "source": "", "note": "",
}  # fmt: skip
"""The form's fields, as they stand in an empty one."""


def new_draft(suite: str, language: str, **fields: str) -> Draft:
    """An empty form."""
    return Draft(suite, {**EMPTY, "language": language, **fields})


def draft_of(suite: str, case: Case) -> Draft:
    """The form of a case that the suite has."""
    return Draft(suite, _fields(case), dict(case.relevant), case.id, kept=case)


def twin_draft(suite: str, case: Case, paths: Collection[str]) -> Draft:
    """A form for the same case in the other language; its texts are there to be translated.

    `paths` are the guides that there are: those of the other language take over the grades.
    """
    other = next(language for language in LANGUAGES if language != case.language)
    moved = {
        path: grade
        for place, grade in case.relevant.items()
        if "#" not in place and (path := _in_language(place, other)) in paths
    }
    fields = _fields(case) | {"language": other}
    twin = replace(
        case, id="", family=family_of(case), language=cast(Language, other), status="draft"
    )
    return Draft(suite, fields, moved, twin_of=case.id, kept=twin)


def family_of(case: Case) -> str:
    """What joins a case with its twin: its family, or its id without the language."""
    return case.family or re.sub(rf"-(?:{'|'.join(LANGUAGES)})$", "", case.id)


def case_of(draft: Draft, taken: Collection[str], labels: Labels) -> Case:
    """The case that a form says; `taken` are the ids it can't have.

    Raises `FormError` with what is missing or can't be, in the person's language.
    """
    problems = list(_problems(draft, labels))
    if problems:
        raise FormError(problems)
    return _case(draft, taken)


def sketch(draft: Draft, labels: Labels) -> Case:
    """The case as far as it is written, to try it. Raises `FormError` without a question."""
    problems = [one for one in _problems(draft, labels) if one[0] in {"turns", *LIMITS}]
    if problems:
        raise FormError(problems)
    return _case(draft, ())


def turns_of(text: str) -> tuple[str, ...]:
    """The messages of a field: a line of hyphens stands between two."""
    return tuple(turn.strip() for turn in _BETWEEN_TURNS.split(text) if turn.strip())


def joined(turns: Iterable[str]) -> str:
    """Messages as one field shows them."""
    return "\n---\n".join(turns)


def slug(text: str, otherwise: str) -> str:
    """A short name of a text: lower-case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    return "-".join(words[:_WORDS_OF_ID])[:60].strip("-") or otherwise


def untaken(name: str, taken: Collection[str]) -> str:
    """The name, or with the first number that makes it one nobody has."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def _in_language(path: str, language: str) -> str:
    _, slash, rest = path.partition("/")
    return f"{language}/{rest}" if slash else path


def _fields(case: Case) -> dict[str, str]:
    points: dict[str, list[str]] = {"vital": [], "okay": []}
    for point in case.points:
        points[point.weight].append(" | ".join(point.accepted))
    limits = {name: getattr(case.limits, name) for name in LIMITS}
    return {
        "kind": case.kind,
        "language": case.language,
        "role": case.role,
        "turns": joined(case.turns),
        **{weight: "\n".join(lines) for weight, lines in points.items()},
        "must_not": "\n".join(case.must_not),
        **{name: "" if limit is None else str(limit) for name, limit in limits.items()},
        "concern": case.concern or "",
        "severity": case.severity or "",
        "guides_language": case.guides_language or "",
        "source": case.source,
        "note": case.note,
    }


def _problems(draft: Draft, labels: Labels) -> Iterator[tuple[str, str]]:
    fields = draft.fields
    kind = fields["kind"]
    if not turns_of(fields["turns"]):
        yield "turns", labels("evals.need_turns")
    if kind in ("crisis", "concern") and fields["concern"] not in CONCERNS:
        yield "concern", labels("evals.need_concern")
    if kind == "search" and not draft.relevant:
        yield "relevant", labels("evals.need_relevant")
    for name, least in (("words", 1), ("questions", 0)):
        text = fields[name].strip()
        if text and not (text.isdecimal() and int(text) >= least):
            yield name, labels("evals.need_number", least=least)
    for name in ("vital", "okay", "must_not"):
        if any(not re.search(r"\w", part) for part in _wordings(fields[name])):
            yield name, labels("evals.need_wording")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _wordings(text: str) -> list[str]:
    return [part for line in _lines(text) for part in line.split("|")]


def _case(draft: Draft, taken: Collection[str]) -> Case:
    fields, kept = draft.fields, draft.kept
    turns = turns_of(fields["turns"])
    language = cast(Language, fields["language"])
    name = draft.saved or untaken(_new_id(draft, turns, language), taken)
    graded = {"search", "plan"} & {*kinds()[fields["kind"]].asks}
    danger = fields["kind"] in {"crisis", "concern", "plan"}
    minutes = kept.limits.minutes if kept else None
    shown = Case(
        id=name,
        kind=fields["kind"],
        language=language,
        turns=turns,
        role=cast(Role, fields["role"]),
        relevant=dict(draft.relevant) if graded else {},
        points=tuple(_points(fields)),
        must_not=tuple(_lines(fields["must_not"])),
        limits=Limits(_number(fields["words"]), _number(fields["questions"]), minutes),
        concern=cast(ConcernKind, fields["concern"] or None) if danger else None,
        severity=cast(Severity, fields["severity"] or None) if danger else None,
        guides_language=cast(Language, fields["guides_language"] or None),
        source=fields["source"].strip(),
        note=fields["note"].strip(),
    )
    if kept is None:
        return shown
    plan = kept.plan if fields["kind"] == kept.kind else None
    return replace(shown, family=kept.family, status=kept.status, split=kept.split, plan=plan)


def _new_id(draft: Draft, turns: tuple[str, ...], language: str) -> str:
    family = draft.kept.family if draft.kept else ""
    return f"{family or slug(turns[0] if turns else '', 'case')}-{language}"


def _points(fields: Mapping[str, str]) -> Iterator[Point]:
    for line in _lines(fields["vital"]):
        yield Point(_accepted(line))
    for line in _lines(fields["okay"]):
        yield Point(_accepted(line), "okay")


def _accepted(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split("|"))


def _number(text: str) -> int | None:
    return int(text) if text.strip() else None
