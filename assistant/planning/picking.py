"""Choosing what goes into a plan: lines that fit, and an exercise that honours the request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean

from assistant.answering.statements import Statement
from assistant.planning.arcs import Take
from assistant.planning.material import Exercise, Material, asks_for, speaks_of
from assistant.planning.nearness import Nearness
from assistant.planning.occasions import serving
from assistant.planning.request import SessionRequest, Setting
from assistant.retrieval.fusion import repeated, shingles

LONGEST_LINE = 320
"""Characters of a line: a plan is read while talking."""

FITTING = 0.5
"""A further line must be at least so near as the nearest one, as a share."""

FIRST = 3
"""So many steps of a guide are its first ones at most."""

SEARCHED = 0.5
"""How much it counts for a section that the search finds it for the situation."""

FOR_ANY = 0.1
"""How much nearer a section for one case must be than steps that serve in any."""

FARTHER = 0.05
"""How much it counts against a section that its guide comes later."""

SPARE = 1.4
"""An exercise may take so many times its part of the meeting; it is then shortened."""

_IN_EXERCISES = ("writing", "drawing", "games", "role_play", "reading")
_RULED_OUT = ("feelings", "advice", *_IN_EXERCISES)
LONGEST_QUERY = 600
"""Characters of a situation that are looked at."""

_QUOTES = '"“”„«»'
_AT_A_TABLE = frozenset({"writing", "drawing"})

Section = tuple[int, tuple[str, ...]]
"""A guide's id and a section's heading path."""


class Picker:
    """Chooses lines and exercises by how near they are to what a part of the meeting is for."""

    def __init__(self, nearness: Nearness) -> None:
        self._nearness = nearness

    def lines(
        self,
        take: Take,
        materials: Sequence[Material],
        request: SessionRequest,
        about: str,
        used: Iterable[str],
        count: int,
        searched: Mapping[Section, float] | None = None,
    ) -> list[Statement]:
        """Up to `count` lines of the materials, guide by guide and in the guide's order.

        `about` is what the lines should be near to where the take itself doesn't say; `searched`
        says how near the search found sections to be.
        """
        query = take.near.get(request.language) or about
        lines = [line for m in materials for line in candidates(take, m, request)]
        lines = serving(lines, request)
        if take.together:
            told = request.situation[:LONGEST_QUERY] or query
            lines = self._section(told, lines, request, used, searched or {})
        found = self.nearest(query, lines, request, used, count)
        return sorted(found, key=lines.index)

    def _section(
        self,
        query: str,
        lines: Sequence[Statement],
        request: SessionRequest,
        used: Iterable[str],
        searched: Mapping[Section, float],
    ) -> list[Statement]:
        """The lines of the section that fits best, of those that aren't used yet."""
        told = {text.casefold() for text in used}
        fresh = [s for s in lines if s.text.casefold() not in told and suits(s, request)]
        near = self._nearness.of(query, request.language, [_in_place(s) for s in fresh])
        sections: dict[Section, list[tuple[float, Statement]]] = {}
        for value, line in zip(near, fresh, strict=True):
            sections.setdefault(line.section, []).append((value, line))
        guides = list(dict.fromkeys(guide for guide, _ in sections))

        def fit(section: Section) -> float:
            best = sorted((value for value, _ in sections[section]), reverse=True)[:2]
            later, short = guides.index(section[0]), len(best) < 2
            on_condition = sum(_on_condition(line) for _, line in sections[section])
            # The numbered steps of the first guide serve in every case that it is for.
            steady = not later and sections[section][0][1].ordered
            found = SEARCHED * searched.get(section, 0.0)
            less = short + on_condition / len(sections[section])
            return mean(best) + found + FOR_ANY * (steady - less) - FARTHER * later

        return [line for _, line in sections[max(sections, key=fit)]] if sections else []

    def nearest(
        self,
        query: str,
        lines: Sequence[Statement],
        request: SessionRequest,
        used: Iterable[str],
        count: int,
        fitting: float = FITTING,
    ) -> list[Statement]:
        """The `count` lines that are nearest to a query, nearest first, each with its own words."""
        if count < 1:
            return []
        told = {text.casefold() for text in used}
        fresh = [s for s in lines if s.text.casefold() not in told and suits(s, request)]
        near = self._nearness.of(query, request.language, [_in_place(s) for s in fresh])
        order = sorted(range(len(fresh)), key=lambda n: -near[n])
        kept: list[Statement] = []
        seen: list[frozenset[tuple[str, ...]]] = []
        for place in order:
            if kept and near[place] < fitting * near[order[0]]:
                break
            mark = shingles(fresh[place].text, 3)
            if repeated(mark, seen) is None:
                kept.append(fresh[place])
                seen.append(mark)
            if len(kept) == count:
                break
        return kept

    def exercise(
        self,
        request: SessionRequest,
        materials: Sequence[Material],
        about: str,
        minutes: int,
        used: Iterable[str] = (),
        wish: str = "",
    ) -> Exercise | None:
        """The exercise that fits best, None when none honours the request.

        `materials` stand in the order of how well they fit the theme. With a `wish` only exercises
        that fulfil it count.
        """
        taken = set(used)
        fitting = [
            (place, exercise)
            for place, material in enumerate(materials)
            for exercise in material.exercises
            if exercise.title not in taken and fits(exercise, request, minutes, wish)
        ]
        texts = [f"{e.title}. {e.steps[0].text}" for _, e in fitting]
        near = self._nearness.of(about, request.language, texts)
        scores = [
            near[n]
            + _bonus(exercise, request, minutes)
            + (0.3 if wish in exercise.made_for else 0)
            - 0.1 * min(place, 4)
            for n, (place, exercise) in enumerate(fitting)
        ]
        best = max(range(len(fitting)), key=lambda n: scores[n], default=None)
        return None if best is None else fitting[best][1]


def _in_place(statement: Statement) -> str:
    """A line with the heading that says what it is about: many lines lean on theirs."""
    path = statement.passage.heading_path
    return f"{path[-1]}: {statement.text}" if len(path) > 2 else statement.text


def candidates(take: Take, material: Material, request: SessionRequest) -> list[Statement]:
    """The lines that a take may choose from in one guide."""
    heading = take.under.get(request.language)
    lines = material.under(heading) if heading else material.of_role(*take.roles)
    numbered = [s for s in lines if s.ordered]
    if take.ordered and numbered:
        lines = _part(numbered, take.part)
    if take.together:
        lines = [s for s in lines if not s.ordered] + _part(numbered, take.part)
        lines = [s for s in lines if not speaks_of("theory", s.text, request.language)] or lines
    if "theme" in take.guides:
        # Where a peer's part ends has a place of its own in a plan.
        lines = [s for s in lines if not speaks_of("handing_over", s.text, request.language)]
    lines = [s for s in lines if _can_stand(s)]
    return [s for s in lines if not _is_particular(s, request.language)] or lines


def _on_condition(statement: Statement) -> bool:
    """Whether a line begins with a case that may not be there: "If she refuses to talk"."""
    beginning = " ".join(statement.text.split()[:2])
    return speaks_of("condition", beginning, statement.passage.language)


def _part(numbered: Sequence[Statement], part: str) -> list[Statement]:
    """A guide's steps lead from listening to acting: its `first` ones, its `later` ones, or all."""
    half = (len(numbered) + 1) // 2
    parts = {"first": numbered[: min(half, FIRST)], "later": numbered[half:]}
    return list(parts.get(part, numbered))


def _can_stand(statement: Statement) -> bool:
    """Whether a line can be read in a plan by itself: not too long, words and questions alone."""
    text = statement.text
    if statement.role == "questions" and not text.rstrip(_QUOTES).endswith("?"):
        return False
    if statement.role in ("words", "questions") and not _is_speech(statement):
        return False
    return len(text) <= LONGEST_LINE and len(text.split()) > 2


def _is_speech(statement: Statement) -> bool:
    """Whether a line holds nothing but words to say, no advice on how to say them."""
    text = statement.text.strip()
    quoted = text[0] in _QUOTES and text[-1] in _QUOTES
    if statement.role == "words" and statement.passage.collection == "built-in":
        return quoted
    return quoted or not any(mark in text for mark in _QUOTES)


def _is_particular(statement: Statement, language: str) -> bool:
    """Whether words to say name somebody's day, time or dog: an example, no words for anybody."""
    spoken = statement.role in ("words", "questions")
    return spoken and speaks_of("particulars", statement.text, language)


def suits(statement: Statement, request: SessionRequest) -> bool:
    """Whether a line keeps to what the request rules out."""
    text, language = statement.text, request.language
    if any(word.casefold() in text.casefold() for word in request.shun):
        return False
    return not any(name in request.avoid and asks_for(name, text, language) for name in _RULED_OUT)


def fits(exercise: Exercise, request: SessionRequest, minutes: int, wish: str = "") -> bool:
    """Whether an exercise honours time, number of people, place and what to avoid."""
    marks = exercise.marks
    if "training" in marks or "exercises" in request.avoid:
        return False
    if any(name in request.avoid and name in marks for name in _IN_EXERCISES):
        return False
    if not all(suits(step, request) for step in exercise.steps):
        return False
    if exercise.minutes is not None and exercise.minutes > SPARE * minutes:
        return False
    least, most = exercise.people
    if not least <= request.people + 1 <= most:
        return False
    if not done_at(request.setting, exercise.online):
        return False
    if request.setting in ("phone", "outside") and marks & _AT_A_TABLE:
        return False
    if request.seated and "movement" in exercise.offers:
        return False
    is_outside = "outside" in marks or "outside" in exercise.offers
    if is_outside and (request.world == "prison" or request.setting in ("online", "phone")):
        return False
    return not wish or wish in exercise.offers or wish in marks.intersection(_IN_EXERCISES)


def done_at(setting: Setting, online: str) -> bool:
    """Whether an exercise can be done there; `online` is how it is done at a distance, if it is.

    On the phone nothing helps that both must see.
    """
    if setting == "phone":
        seen = _SEEN.search(online) and not _BY_PHONE.search(online)
        return bool(online) and not seen
    return setting != "online" or bool(online)


_SEEN = re.compile(
    r"\b(?:video|shared?|pictures?|photos?|draws?|shows?|document|chat|table|cameras on|"
    r"gemeinsam\w*|bild|dokument|zeigt?|zeichn\w*|malen|tabelle|pinnwand|kamera an)",
    re.IGNORECASE,
)
_BY_PHONE = re.compile(r"\b(?:phone|telefon)\b", re.IGNORECASE)


def _bonus(exercise: Exercise, request: SessionRequest, minutes: int) -> float:
    """What speaks for an exercise beside its theme: a wish, the place, the time it takes."""
    bonus = 0.25 * len(exercise.offers & {*request.wishes})
    if request.setting == "outside" and "outside" in exercise.offers:
        bonus += 0.3
    if request.age is not None and request.age <= 13 and exercise.offers & {"game", "creative"}:
        bonus += 0.08
    if exercise.minutes is not None and exercise.minutes <= minutes:
        bonus += 0.08 + 0.12 * exercise.minutes / max(minutes, 1)
    if "outside" in exercise.offers and not _goes_out(request):
        bonus -= 0.4
    if request.world == "prison" and exercise.needs:
        bonus -= 0.3
    return bonus


def _goes_out(request: SessionRequest) -> bool:
    """Whether one may count on going outside: it's where they meet, or it is wished for."""
    return request.setting == "outside" or bool({"outside", "movement"} & {*request.wishes})
