"""Text that Tandem says of its own accord, and word lists, read from the data folders once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def data(package: str, name: str) -> Any:
    """A YAML file of ``knowledge`` or ``prompts``, parsed; `name` may hold folders."""
    import yaml

    text = files(package).joinpath(*name.split("/")).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def any_of(words: Iterable[object]) -> re.Pattern[str]:
    """What finds any of these words in a text of small letters; * stands for any letters."""
    parts = (re.escape(str(word)).replace(r"\*", r"\w*") for word in words)
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)")


def storable(text: str) -> str:
    """Without what tokenisers and databases refuse: lone surrogates and NULs."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def reply(language: str, *keys: str, **values: object) -> str:
    """A reply of `prompts/replies` in a language, its {names} filled in."""
    found = data("prompts", f"replies/{language}.yaml")
    for key in keys:
        found = found[key]
    return str(found).format(**values) if values else str(found)
