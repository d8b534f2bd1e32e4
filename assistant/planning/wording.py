"""Tandem's own words in a plan, from `prompts/planning`."""

from __future__ import annotations

from typing import Any

from assistant.planning.request import SessionRequest
from assistant.words import data


def said(language: str, *keys: str, **values: object) -> str:
    """Words of `prompts/planning/{language}.yaml`, their {names} filled in."""
    found: Any = data("prompts", f"planning/{language}.yaml")
    for key in keys:
        found = found[key]
    return str(found).format(**values)


def called(request: SessionRequest) -> dict[str, str]:
    """How the mentee is called: {name} as a subject, {with_name} after "with"."""
    language = request.language
    if request.name and request.people == 1:
        name = sentence(request.name)
        return {"name": name, "with_name": name}
    who = "group" if request.people > 1 else "nobody"
    words = data("prompts", f"planning/{language}.yaml")
    return {"name": words[who], "with_name": words.get(f"with_{who}", words[who])}


def sentence(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]
