"""What a meeting is about where its words name no known theme: the theme that comes nearest."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import mean

from assistant.planning.nearness import Find
from assistant.planning.picking import Picker
from assistant.planning.request import SessionRequest
from assistant.planning.themes import Theme, load_themes

LONGEST_QUERY = 600

LOOKED_AT = 6
"""Passages of the search that speak for the themes of their guides."""
_BY_PLACE = (1.0, 0.5, 0.3, 0.2)
"""How much a guide speaks for a theme, by its place among the theme's guides."""
_GUIDES_COUNT = 0.5
"""How much the guides that are found count beside a theme's own words."""

OWN_THEMES = {"half_way": "half_way", "last": "ending"}
"""A stage's own theme: the frame of such a meeting serves it already."""

_NEAREST = 2
"""Phrases of a theme's words that count: a situation is hardly all of it."""

IS_NEAR, AHEAD = 0.4, 0.05
"""How near a theme must be, and how far ahead of the next one. Of 298 situations whose theme is
known half get a guess then, four of five of them the right one."""


def likely_theme(request: SessionRequest, picker: Picker, find: Find) -> str:
    """The key of the theme that is nearest to the situation, or "" where none clearly is.

    Danger is never guessed: what looks for it is the safety check. Nor is a stage's own theme:
    people say when a meeting is the last.
    """
    known = {
        key: theme
        for key, theme in load_themes().themes.items()
        if not theme.safety and key not in OWN_THEMES.values()
    }
    found = _found_guides(request, find)
    near = _near(request, picker, known)
    scores = {
        key: near[key] + _GUIDES_COUNT * _spoken_for(theme, found) for key, theme in known.items()
    }
    best, second = sorted(scores, key=lambda key: -scores[key])[:2]
    is_clear = scores[best] >= IS_NEAR and scores[best] - scores[second] >= AHEAD
    return best if is_clear else ""


def _near(request: SessionRequest, picker: Picker, known: Mapping[str, Theme]) -> dict[str, float]:
    """How near a situation is to each theme's words, taken as a whole and phrase by phrase."""
    words = {key: theme.near.get(request.language, "") for key, theme in known.items()}
    phrases = {key: [part.strip() for part in told.split(",")] for key, told in words.items()}
    texts = list(
        dict.fromkeys([*words.values(), *(p for parts in phrases.values() for p in parts)])
    )
    found = picker.nearness(request.situation, request.language, texts)
    near = dict(zip(texts, found, strict=True))
    return {
        key: (near[words[key]] + mean(sorted(map(near.__getitem__, phrases[key]))[-_NEAREST:])) / 2
        for key in known
    }


def _found_guides(request: SessionRequest, find: Find) -> dict[str, float]:
    """How near the built-in guides are that the search finds for the situation, by name."""
    found: dict[str, float] = {}
    for passage in find(request.situation[:LONGEST_QUERY], LOOKED_AT, None, request.language):
        if passage.collection == "built-in":
            name = passage.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            found[name] = max(found.get(name, 0.0), passage.similarity)
    return found


def _spoken_for(theme: Theme, found: dict[str, float]) -> float:
    """How much the guides that were found speak for a theme, 0 to 1."""
    return max(
        (
            found.get(name, 0.0) * weight
            for name, weight in zip(theme.guides, _BY_PLACE, strict=False)
        ),
        default=0.0,
    )
