"""To whom a built-in guide speaks: "you" is a mentor in most of them, and a mentee in some."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import knowledge

GUIDES = Path(knowledge.__file__).parent / "guides"

# An answer needs a word of the head, which lists hundreds of lines: reading all as YAML takes long.
_FIRST = re.compile(r"^audience: \[(\w+)", re.MULTILINE)


@cache
def speaks_to(path: str) -> str:
    """The first audience of the built-in guide with this path below `knowledge/guides`; "" where
    there is no such guide any more."""
    try:
        found = _FIRST.search((GUIDES / path).read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found[1] if found else ""
