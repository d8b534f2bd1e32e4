"""Which guides a plan may draw on: those of its theme, and those that bear on the situation."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.planning.arcs import Slot, Take
from assistant.planning.guessing import LONGEST_QUERY, OWN_THEMES
from assistant.planning.material import Material, Shelf, name_of
from assistant.planning.nearness import Find
from assistant.planning.request import SessionRequest, Stage
from assistant.planning.themes import Theme, load_themes

OWN_IS_NEAR, FOUND_IS_NEAR = 0.5, 0.55
"""The cosine from which a guide of one's own, or another built-in one, bears on a situation."""

OPEN_IS_NEAR = 0.46
"""The same for a built-in guide where no theme is known: nothing else tells what the talk is about,
and words that only sound alike find guides at less."""

STAGE_GUIDES = {"first": "first-meeting", "half_way": "half-way-review", "last": "ending-well"}
"""The guide of a stage of the mentoring that has one."""

MOST_FOUND = 3
SEARCHED = 30
"""Passages that are looked at for the section of a guide that fits a situation best."""

_LOOKED_AT = 12
_OPEN = ("open-questions", "active-listening", "motivation-dips")
"""Guides for a talk without a topic."""
_ON_FORM = frozenset((
    "first-meeting", "half-way-review", "ending-well", "meeting-a-group", "group-exercises",
    "online-meetings", "course-of-a-meeting", "preparing-the-first-meeting", "matching",
    "mentoring-agreement", "peer-consultation", "mentors-own-wellbeing", "gibbs-cycle",
    "kolb-and-grow", "what-so-what-now-what", "reflection-prompts", "learning-journal", "summaries",
))  # fmt: skip
"""Guides on how one meets or reflects: a theme names them, a situation alone doesn't."""


def _of_danger() -> set[str]:
    """Guides on danger: a theme names them, the search alone never brings them in."""
    return {theme.guides[0] for theme in load_themes().themes.values() if theme.safety}


def _sections(request: SessionRequest, find: Find) -> dict[tuple[int, tuple[str, ...]], float]:
    """How near the search finds sections to the situation, by guide and heading path."""
    told = request.situation[:LONGEST_QUERY].strip()
    found = find(told, SEARCHED, None, request.language) if told else ()
    near: dict[tuple[int, tuple[str, ...]], float] = {}
    for passage in found:
        near.setdefault((passage.guide_id, passage.heading_path), passage.similarity)
    return near


class Bearing:
    """The guides for one request.

    `about` is what the meeting is about, as a query; `own` are the user's guides and `found` the
    built-in ones that bear on it, best first. `searched` says how near the search found sections.
    """

    def __init__(
        self, request: SessionRequest, shelf: Shelf, find: Find, themes: Sequence[Theme]
    ) -> None:
        self._themes = themes
        self._built_in = shelf.built_in(request.language)
        own = load_themes().themes.get(OWN_THEMES.get(request.stage, ""))
        first = [*themes[:1], *([own] if own else [])][:1]
        near = [theme.near.get(request.language, "") for theme in first]
        self.about = " ".join([*near, request.situation])[:LONGEST_QUERY].strip()
        self.searched = _sections(request, find)
        self.own, self.found = self._near(shelf, find, request.language) if self.about else ([], [])

    def _near(
        self, shelf: Shelf, find: Find, language: str
    ) -> tuple[list[Material], list[Material]]:
        own: dict[int, Material] = {}
        built_in: dict[int, Material] = {}
        for passage in find(self.about, _LOOKED_AT, None, language):
            if passage.language != language:
                continue
            is_built_in = passage.collection == "built-in"
            if is_built_in and name_of(passage.path) in _of_danger() | _ON_FORM:
                continue
            nearest = FOUND_IS_NEAR if self._themes else OPEN_IS_NEAR
            near, where = (nearest, built_in) if is_built_in else (OWN_IS_NEAR, own)
            if passage.similarity >= near and len(where) < MOST_FOUND:
                where.setdefault(passage.guide_id, shelf.guide(passage.guide_id))
        return list(own.values()), list(built_in.values())

    def named(self, names: Sequence[str]) -> list[Material]:
        """Those of the built-in guides that are there."""
        return [self._built_in[name] for name in names if name in self._built_in]

    def of_theme(self, place: int = 0, with_found: bool = True) -> list[Material]:
        """The guides for the first theme, or the one at a place, or for a talk without one."""
        themes = self._themes[place : place + 1]
        own, found = (self.own, self.found) if with_found else ([], [])
        named = [material for theme in themes for material in self.named(theme.guides)]
        open_ = self.named(_OPEN) if not (named or own or found) else []
        materials = [*own, *named, *found, *open_]
        return list({material.entry.id: material for material in materials}.values())

    def of_stage(self, stage: Stage) -> list[Material]:
        """The guide for a stage of the mentoring, if there is one."""
        return self.named([STAGE_GUIDES[stage]]) if stage in STAGE_GUIDES else []

    def for_take(self, take: Take, slot: Slot | None = None) -> list[Material]:
        """The guides that lines are taken from."""
        if take.guides == ("second",):
            return self.of_theme(1, with_found=False)
        if "theme" not in take.guides:
            return self.named(take.guides)
        second = slot is not None and slot.theme == "second"
        materials = self.of_theme(1 if second else 0, with_found=not second)
        # What is said and asked keeps together in one guide; how it is done may come from two.
        own = 0 if second else len(self.own)
        return materials[: own + (2 if "steps" in take.roles and not take.ordered else 1)]
