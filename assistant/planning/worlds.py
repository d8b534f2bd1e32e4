"""Which world a request speaks of: school, university, work, prison.

Works on text as `telling.folded` spells it. What it does not know: a trade that nobody listed and
whose name says nothing of training or work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from assistant.planning.request import World
from assistant.planning.themes import Found

PRISON_COUNTS = 3
"""Prison outweighs the others: who sits there may well speak of school and work."""

_COMPOUNDS: tuple[tuple[World, re.Pattern[str]], ...] = (
    (
        "work",
        re.compile(
            r"\b(?!(?:schul|fahr|irr|leer|sprach|religions)lehre)\w{2,}(?:lehrling\w*|lehre|gesell\w{1,2}|"
            r"arbeiter\w*|fachkraft|kaufmann|kauffrau|verkaufer\w*|helferin|fahrerin?|reinigung|"
            r"monteur\w*|techniker\w*|mechaniker\w*|pfleger\w*|assistent\w*|gewerbe|filiale|schicht)\b"
        ),
    ),
    (
        "university",
        re.compile(r"\b\w{2,}(?:master|bachelor|studium|studiengang|student\w*|semester)\b"),
    ),
    ("school", re.compile(r"\b(?:[1-9]|1[0-3])\. ?(?:sek|klasse|schuljahr|schulstufe)\b")),
)
"""Worlds that a part of a word tells: "Spenglerlehrling", "Informatikmaster"."""
_FAMILY = re.compile(
    r"\b(?:mum|mom|mother|dad|father|brother|sister|mutter|vater|bruder|schwester|mama|papa|eltern|"
    r"parents|mann|husband|wife|onkel|uncle|tante|aunt|i'm|i am|ich bin|ich arbeite|als)"
    r"\s+(?:\w+\s+){0,2}$"
)


def world_in(found: Sequence[Found], small: str) -> World:
    """The world most words speak of; `found` are the places of the listed ones."""
    counts: dict[str, float] = {}
    for one in found:
        counts[one.key] = counts.get(one.key, 0) + (PRISON_COUNTS if one.key == "prison" else 1)
    taken = [(one.start, one.end) for one in found]
    for world, pattern in _COMPOUNDS:
        for match in pattern.finditer(small):
            is_read = any(start < match.end() and match.start() < end for start, end in taken)
            if not is_read and not _FAMILY.search(small[: match.start()]):
                counts[world] = counts.get(world, 0) + 1
    return cast(World, max(counts, key=lambda key: counts[key])) if counts else "elsewhere"
