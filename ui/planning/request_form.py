"""A request for a plan as a form: what was understood in fields, and back to a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from assistant.planning.request import (
    LEAST_MINUTES,
    LONGEST_TEXT,
    MOST_MINUTES,
    Avoid,
    SessionRequest,
    Setting,
    Stage,
    Wish,
    World,
)
from assistant.planning.themes import load_themes
from assistant.words import data
from ui.evaluating.case_form import FormError
from ui.labels import Labels
from ui.planning.desk import Fields, text, ticked

STAGES: tuple[str, ...] = get_args(Stage)
SETTINGS: tuple[str, ...] = get_args(Setting)
WORLDS: tuple[str, ...] = get_args(World)
AVOIDED: tuple[str, ...] = get_args(Avoid)
WISHES: tuple[str, ...] = get_args(Wish)
MOST_THEMES = 3
MOST_LINES = 12

BOUNDS: Mapping[str, tuple[int, int]] = {
    "minutes": (LEAST_MINUTES, MOST_MINUTES),
    "number": (1, 500),
    "people": (1, 30),
    "age": (6, 99),
}
"""The numbers of the form, and from where to where each may be."""

_NEEDED = ("minutes", "people")
_CHOICES: Mapping[str, tuple[str, ...]] = {"stage": STAGES, "setting": SETTINGS, "world": WORLDS}


def theme_label(key: str, language: str) -> str:
    """What a theme is called."""
    return str(data("prompts", f"planning/themes_{language}.yaml")["themes"][key]["label"])


def trait_label(key: str, language: str) -> str:
    """How a mentee of a trait is, in a few words."""
    return str(data("prompts", f"planning/themes_{language}.yaml")["traits"][key]["label"])


def labelled(kind: str, language: str) -> list[tuple[str, str]]:
    """All ``themes`` or ``traits`` with their labels, by label."""
    keys = getattr(load_themes(), kind)
    name = theme_label if kind == "themes" else trait_label
    return sorted(((key, name(key, language)) for key in keys), key=lambda one: one[1].casefold())


def fields_of(request: SessionRequest) -> dict[str, Any]:
    """The form's fields as they are for a request."""
    numbers = {name: getattr(request, name) for name in BOUNDS}
    return {
        **{name: "" if value is None else str(value) for name, value in numbers.items()},
        **{name: getattr(request, name) for name in _CHOICES},
        "name": request.name,
        "situation": request.situation,
        "shun": ", ".join(request.shun),
        "agreed": "\n".join(request.agreed),
        **{name: list(getattr(request, name)) for name in ("themes", "traits", "avoid", "wishes")},
    }


def corrected(request: SessionRequest, fields: Fields, labels: Labels) -> SessionRequest:
    """The request as the form now says; nothing that was changed there is assumed any more.

    Raises `FormError` with what can't be, in the person's language.
    """
    problems: list[tuple[str, str]] = []
    changes: dict[str, Any] = {}
    for name in BOUNDS:
        if name in fields:
            changes[name] = _number(name, text(fields, name), problems, labels)
    for name, known in _CHOICES.items():
        if text(fields, name) in known:
            changes[name] = text(fields, name)
    changes |= _texts(fields) | _lists(fields)
    if problems:
        raise FormError(problems)
    return with_changes(request, changes)


def with_changes(request: SessionRequest, changes: Mapping[str, Any]) -> SessionRequest:
    """The request with other values; what they settle is neither assumed nor asked any more."""
    settled = {name for name, value in changes.items() if value != getattr(request, name)}
    if "number" in settled:
        settled.add("stage")
    if settled & {"themes", "traits"}:
        settled.add("situation")
    assumed = tuple(name for name in request.assumed if name not in settled)
    told = {**request.model_dump(), **changes, "assumed": assumed, "question": None}
    return SessionRequest.model_validate(told)


def answered(request: SessionRequest, told: SessionRequest, answer: str) -> SessionRequest:
    """The request with an answer to the question back; `told` is what the answer says by itself."""
    field = request.question
    number = re.search(r"\d{1,3}", answer)
    changes: dict[str, Any] = {}
    if field in BOUNDS and number:
        least, most = BOUNDS[str(field)]
        changes[str(field)] = min(max(int(number[0]), least), most)
    stated = {"minutes", "stage", "people", "setting", "age"} - set(told.assumed)
    changes |= {name: getattr(told, name) for name in stated if name not in changes}
    for name in ("themes", "traits", "avoid", "wishes", "shun", "agreed"):
        if value := getattr(told, name):
            changes[name] = tuple(dict.fromkeys((*value, *getattr(request, name))))
    if "themes" in changes:
        changes["themes"] = changes["themes"][:MOST_THEMES]
    if field == "situation":
        whole = f"{request.situation} {answer}".strip()
        changes["situation"] = whole[:LONGEST_TEXT]
    return with_changes(request, changes)


def _number(name: str, written: str, problems: list[tuple[str, str]], labels: Labels) -> int | None:
    least, most = BOUNDS[name]
    if not written and name not in _NEEDED:
        return None
    if written.isdecimal() and least <= int(written[:6]) <= most:
        return int(written)
    problems.append((name, labels("plan.need_number", least=least, most=most)))
    return None


def _texts(fields: Fields) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "name" in fields:
        changes["name"] = " ".join(text(fields, "name").split())[:60]
    if "situation" in fields:
        changes["situation"] = text(fields, "situation")[:LONGEST_TEXT]
    if "shun" in fields:
        changes["shun"] = _lines(re.split(r"[,;\n]", text(fields, "shun")))
    if "agreed" in fields:
        changes["agreed"] = _lines(text(fields, "agreed").splitlines())
    return changes


def _lines(parts: Iterable[str]) -> tuple[str, ...]:
    found = (" ".join(part.split())[:500] for part in parts)
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_LINES]


def _lists(fields: Fields) -> dict[str, Any]:
    known = load_themes()
    changes: dict[str, Any] = {}
    for name, among in (("avoid", AVOIDED), ("wishes", WISHES)):
        if name in fields:
            changes[name] = tuple(key for key in among if key in ticked(fields, name))
    for name, among in (("themes", tuple(known.themes)), ("traits", tuple(known.traits))):
        if f"add_{name}" in fields:
            chosen = [text(fields, f"add_{name}"), *ticked(fields, name)]
            changes[name] = _some(chosen, among)
    return changes


def _some(chosen: Iterable[str], among: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in chosen if key in among))[:MOST_THEMES]
