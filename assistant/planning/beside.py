"""What stands beside a plan's agenda: how to listen, what to watch out for, limits, prompts.

Each list begins with what the meeting's theme and the mentee's ways ask for; what holds for any
meeting only fills it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.answering.statements import Statement
from assistant.planning.arcs import load_arcs
from assistant.planning.bearing import Bearing
from assistant.planning.material import Material, speaks_of
from assistant.planning.occasions import serving
from assistant.planning.picking import Picker, candidates
from assistant.planning.request import SessionRequest
from assistant.planning.themes import Theme, Trait

BESIDE = ("listening", "watch_out", "limits", "mentee_prompts", "mentor_prompts")
"""A plan's lists of lines beside its agenda."""

FEW = 0.3
"""Lines beside the agenda may be so much farther than the nearest one: lists of three are short."""

LEAST_CUES = 2
"""So many lines on listening there are, and up to three where they are for this case."""

BEGINNING = 6
"""Words of a line that tell what it is about."""

YOUNG, EASY = 13, 11
"""Below this age a prompt has at most so many words, where there are such prompts."""


class Beside:
    """Chooses the lists beside one plan's agenda; `used` grows by what it chooses.

    `holds` are the conditions of the request, `aim` is the plan's aim.
    """

    def __init__(
        self,
        request: SessionRequest,
        picker: Picker,
        guides: Bearing,
        themes: Sequence[Theme],
        traits: Sequence[Trait],
        holds: Mapping[str, bool],
        used: set[str],
        aim: str,
    ) -> None:
        self._request, self._picker, self._guides = request, picker, guides
        self._themes, self._traits, self._holds = themes, traits, holds
        self._used, self._about = used, guides.about or aim

    def lines(self, name: str) -> list[Statement]:
        """The lines of one of the lists."""
        return {
            "listening": self._listening,
            "watch_out": self._watch_out,
            "limits": self._limits,
            "mentee_prompts": lambda: self._prompts("mentee"),
            "mentor_prompts": lambda: self._prompts("mentor"),
        }[name]()

    def _listening(self) -> list[Statement]:
        """How to listen to somebody like this, what to hear with this theme, then in general."""
        language = self._request.language
        chosen: list[Statement] = []
        for trait in self._traits[:2]:
            lines = _of(self._guides.named(trait.guides), "steps", "other", "watch_out")
            count = 2 if len(self._traits) == 1 else 1
            chosen += self._nearest(trait.near.get(language, ""), lines, count)
        if self._themes:
            told = _of(self._guides.of_theme(with_found=False)[:1], "steps", "other")
            cues = [line for line in told if _is_cue(line, language)]
            chosen += self._nearest(self._about, cues, 3 - len(chosen))
        return chosen + self._general("listening", LEAST_CUES - len(chosen))

    def _watch_out(self) -> list[Statement]:
        """What the theme's first guide warns of, then what the stage does."""
        request = self._request
        chosen: list[Statement] = []
        if request.stage == "regular" or self._themes:
            for material in self._guides.of_theme()[:2]:
                lines = material.of_role("watch_out")
                chosen += self._nearest(self._about, lines, 2 - len(chosen))
        dip = self._guides.named(["motivation-dips"]) if request.number == 3 else []
        for material in self._guides.of_stage(request.stage) or dip:
            count = 1 if chosen else 3
            chosen += self._nearest(self._about, material.of_role("watch_out"), count)
        return chosen

    def _limits(self) -> list[Statement]:
        """Where a peer's part ends: first as the theme's guide says it, then in general."""
        take, language = load_arcs().beside["limits"], self._request.language
        own = len(self._guides.own)
        themed = [
            line
            for line in _of(self._guides.of_theme()[: own + 1] if self._themes else [], *take.roles)
            if speaks_of("handing_over", line.text, language)
        ]
        chosen = self._nearest(f"{take.near.get(language, '')} {self._about}", themed, 1)
        if not chosen:
            named = [name for theme in self._themes[:1] for name in theme.limits]
            lines = _of(self._guides.named(named), "watch_out")
            chosen = self._nearest(self._about, lines, 1)
        general = "limits_beyond" if self._holds["beyond"] else "limits_general"
        return chosen + self._general(general, take.count - len(chosen))

    def _prompts(self, whose: str) -> list[Statement]:
        request = self._request
        order = [*self._guides.of_stage(request.stage), *self._guides.of_theme()]
        lines = [line for m in order[:2] for line in m.prompts(whose, request.language)]
        if whose == "mentee" and request.age is not None and request.age < YOUNG:
            lines = [line for line in lines if len(line.text.split()) <= EASY] or lines
        return self._nearest(self._about, lines, 3)

    def _general(self, name: str, count: int) -> list[Statement]:
        """What holds for any meeting."""
        take, language = load_arcs().beside[name], self._request.language
        materials = self._guides.named(take.guides)
        lines = [line for m in materials for line in candidates(take, m, self._request)]
        return self._nearest(take.near.get(language) or self._about, lines, count)

    def _nearest(self, query: str, lines: Sequence[Statement], count: int) -> list[Statement]:
        if count < 1:
            return []
        short = [line for line in lines if 3 < len(line.text.split()) < 45]
        serve = serving(short, self._request)
        found = self._picker.nearest(query, serve, self._request, self._used, count, FEW)
        self._used.update(line.text.casefold() for line in found)
        return found


def _of(materials: Iterable[Material], *roles: str) -> list[Statement]:
    return [line for material in materials for line in material.of_role(*roles)]


def _is_cue(line: Statement, language: str) -> bool:
    """Whether a line says at its beginning that there is something to hear or to notice."""
    return speaks_of("listening_cue", " ".join(line.text.split()[:BEGINNING]), language)
