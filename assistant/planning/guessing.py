"""What a meeting is about where its words name no known theme, or several.

Mentors tell what happened ("all he says is he wants his old school back") and leave the theme to
their reader. A sorter and the guides that the search finds tell together which one is meant, and
which of several that words name comes first. Danger is never guessed: what looks for it is the
safety check. Nor is a stage's own theme: people say when a meeting is the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import knowledge
from assistant.planning.material import name_of
from assistant.planning.nearness import Find
from assistant.planning.request import SessionRequest
from assistant.planning.themes import load_themes
from assistant.sorting import Sorter

LONGEST_QUERY = 600
"""Characters of a situation that are searched for."""

OWN_THEMES = {"half_way": "half_way", "last": "ending"}
"""A stage's own theme: the frame of such a meeting serves it already."""

FILE = Path(knowledge.__file__).parent / "planning" / "themes.safetensors"

NONE = "none"
"""The kind of a meeting without any theme."""

NONE_COUNTS = 0.1
"""How much that kind counts: of situations that were told in words of their own few have none."""

READING = "reading_writing"
"""The theme of somebody who can hardly read."""

SEARCHED, LOOKED_AT = 12, 8
"""Passages that are searched for, and how many of the request's language speak for the themes of
their guides, the first ones most."""

_BY_PLACE = (1.0, 0.5, 0.3, 0.2)
"""How much a guide speaks for a theme, by its place among the theme's guides."""

SURE = 0.6
"""How much sorter and search must say for a theme together, 0 to 2. Of 77 situations of the suites
without a known theme, 42 get a guess then, three of four of them a right one; with 0.45 it is 58,
but of the further ones only one in four is right, and a wrong theme is worse than an open talk."""

AHEAD = 0.2
"""By how much more must be said for a further theme that words name than for the first, so that it
comes first. Of 14 such situations of the suites the first theme was right in 8, the other in 14."""

SURER, HARDLY = 0.9, 0.05
"""What must be said for a theme that no word names, and what at most for those that words name, so
that it comes before them: words may name what is only mentioned."""

BY_ITSELF = 0.3
"""What the sorter alone must say for it then, 0 to 1: the search finds a cook's boss for a cook."""


def sorter() -> Sorter:
    """What sorts situations by their theme."""
    themes = load_themes().themes
    known = [k for k, one in themes.items() if not one.safety and k not in OWN_THEMES.values()]
    return Sorter(FILE, (*sorted(known), NONE), 96)


def likely_themes(request: SessionRequest, find: Find, sure: float = SURE) -> tuple[str, ...]:
    """The themes of a request, the likeliest first; with a guess where one is clear: `sure`, 0 to
    2, is what must be said for it where no words name any.

    A danger or a stage that words name stays where it is, since the sorter knows neither.
    """
    told, shares = _told(request), sorter().shares(request.situation)
    scores = _scores(shares, _spoken_for(request, find)) if shares else {}
    if not scores or any(theme not in scores for theme in told[:1]):
        return told
    best = max(scores, key=lambda key: scores[key])
    least = SURER if told else sure
    is_told = not told or shares[best] >= BY_ITSELF
    hardly = all(scores.get(one, 1) <= HARDLY for one in told)
    if best != NONE and scores[best] >= least and is_told and hardly:
        return (best, *told)
    meant = max(told, key=lambda key: scores.get(key, 0), default="")
    if meant and scores.get(meant, 0) >= scores[told[0]] + AHEAD:
        return (meant, *(one for one in told if one != meant))
    return told


def _told(request: SessionRequest) -> tuple[str, ...]:
    """The themes that words name. Who is to be spared reading is not met about reading."""
    spared = "reading" in request.avoid and len(request.themes) > 1
    return tuple(sorted(request.themes, key=lambda one: spared and one == READING))


def _scores(shares: Mapping[str, float], spoken: Mapping[str, float]) -> dict[str, float]:
    """How much sorter and search say for each theme, 0 to 2."""
    counted = {**shares, NONE: shares[NONE] * NONE_COUNTS}
    whole = sum(counted.values())
    return {key: share / whole + spoken.get(key, 0.0) for key, share in counted.items()}


def _spoken_for(request: SessionRequest, find: Find) -> dict[str, float]:
    """How much the guides that the search finds for a situation speak for each theme, 0 to 1."""
    weights = [1 / (place + 2) for place in range(LOOKED_AT)]
    found = find(request.situation[:LONGEST_QUERY], SEARCHED, None, request.language)
    own = [p for p in found if p.collection == "built-in" and p.language == request.language]
    guides: dict[str, float] = {}
    for passage, weight in zip(own, weights, strict=False):
        name = name_of(passage.path)
        guides[name] = guides.get(name, 0.0) + weight / sum(weights)
    return {
        key: max(
            guides.get(name, 0.0) * weight
            for name, weight in zip(theme.guides, _BY_PLACE, strict=False)
        )
        for key, theme in load_themes().themes.items()
    }
