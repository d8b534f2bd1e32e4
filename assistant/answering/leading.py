"""An answer from the guide that search puts first: which of its sections, and how much of each.

Guides are written so that a section answers a question. Where search leads to a section, the
answer is that section, whole, with what helps beside it, and not a mosaic of sentences from many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.answering.answer import Request
from assistant.answering.composing import Part, heading_of
from assistant.answering.sections import Section, together
from assistant.answering.statements import Statement
from assistant.guides.audience import speaks_to
from assistant.retrieval.passage import Passage

Nearness = Callable[[str, Sequence[Statement]], Mapping[Statement, float]]
"""How near statements are to a text: their cosines."""

LONGEST_LIST = 8
LONGEST_EXAMPLE = 12
"""Lines of a dialogue or story, from its beginning: torn lines tell nothing."""

MOST_SENTENCES = 3
"""Sentences of a paragraph that are shown, from its beginning."""

MOST_PARAGRAPHS = 3
BESIDE = 3
"""Lines to say that nobody asked for, beside what to do: the nearest ones."""

WARNINGS = 2
"""The same for warnings."""

OF_THE_CASE = 0.22
"""A guide's lines that are less near than this to a single case and to the question, in the mean,
aren't about it: "I can't promise to keep a secret" has nothing to do with a private number."""

_ROLES: Mapping[str, tuple[str, ...]] = {
    "definition": ("definition",),
    "phrasing": ("words",),
    "questions": ("questions", "reflection"),
    "reflection_prompts": ("reflection", "questions"),
    "activity": ("activity",),
    "example": ("example",),
    "watch_out": ("watch_out",),
}
"""The role of the sections that hold what is asked for; where there is none, the next."""

_SAID = {"phrasing": "words", "questions": "questions"}
"""What is said aloud: where a single case is led to, the case comes first and then what fits it."""

_GUESSED = {"activity", "watch_out", "example"}
"""What one word in passing can sound like ("play", "avoid"): a case that is led to comes first."""

_EXPLAINS = {"definition", "when", "example", "sources", "meta"}
"""Sections that say what something is: who asks what to do gets the steps instead."""


def speaks_to_mentees(passage: Passage) -> bool:
    """Whether "you" in a guide is a mentee."""
    return passage.built_in and speaks_to(passage.path) == "mentee"


def led(
    request: Request, found: Section, sections: Sequence[Section], near: Nearness
) -> list[Part]:
    """The parts of an answer; `found` is the section that search leads to, one of `sections`.

    Empty where the guide holds nothing of what is wanted.
    """
    passage = found.statements[0].passage
    language, to_mentees = passage.language, speaks_to_mentees(passage)
    want = request.want
    if want in _SAID and request.asker == "mentee" and not to_mentees:
        want = ""  # The guide's lines are a mentor's.
    said = _SAID.get(want, "words")
    is_case = bool(found.topic) and want in _SAID and found.role != said
    if want not in ("", "steps") and not is_case:
        return _parts(_what_is_asked(want, found, sections), language)
    shown = _what_to_do(want, found, sections)
    parts = _parts(shown, language)
    # A guide for mentees has lines for each of its cases in them already.
    unasked = not to_mentees and request.asker != "mentee"
    if parts and (is_case or unasked) and all(section.role != said for section in shown):
        texts = [request.question, *([_told(found)] if found.topic else [])]
        most = LONGEST_LIST if is_case else BESIDE
        lines = _nearest(_of(sections, said), texts, most, near)
        fitting = [s for s, f in lines if not found.topic or f >= OF_THE_CASE]
        parts += _part(said, fitting, language)
    if found.role == "watch_out" and found not in shown:
        lines = _nearest([found], [request.question], WARNINGS, near)
        parts += _part("watch_out", [s for s, _ in lines], language)
    return parts


def _what_to_do(want: str, found: Section, sections: Sequence[Section]) -> list[Section]:
    steps = _of(sections, "steps")
    if found.topic or found.role == "steps" or not steps:
        return [found]
    if found.role in _EXPLAINS:
        return [*(_of(sections, "definition") if not want else []), *steps]
    return steps if found.role == "watch_out" else [found, *steps]


def _what_is_asked(want: str, found: Section, sections: Sequence[Section]) -> list[Section]:
    roles = _ROLES[want]
    if found.topic and (found.role in roles or want == "reflection_prompts"):
        return [found]
    wanted = next(filter(None, (_of(sections, role) for role in roles)), [])
    # "How do I say it without playing the moraliser?" asks for a case and not for a game.
    return [found, *wanted] if found.topic and want in _GUESSED else wanted


def _of(sections: Sequence[Section], role: str) -> list[Section]:
    """The sections of a role; cases of their own only where it has nothing else."""
    own = [s for s in sections if s.role == role]
    return [s for s in own if not s.topic] or (own if role == "reflection" else [])


def _nearest(
    sections: Sequence[Section], texts: Sequence[str], most: int, near: Nearness
) -> list[tuple[Statement, float]]:
    """The statements nearest to some texts, in the guide's order, and how near each is in the
    mean."""
    lines = [s for section in sections for s in section.statements]
    found = [near(text, lines) for text in texts]
    nearness = {s: sum(one[s] for one in found) / len(found) for s in lines}
    best = sorted(lines, key=lambda s: -nearness[s])[:most]
    return [(s, nearness[s]) for s in lines if s in best]


def _told(section: Section) -> str:
    """What a section says, as one text."""
    return ". ".join([section.heading_path[-1], *(s.text for s in section.statements)])


def _part(role: str, lines: Sequence[Statement], language: str) -> list[Part]:
    return [Part(heading_of(language, role), tuple(lines))] if lines else []


def _parts(sections: Sequence[Section], language: str) -> list[Part]:
    parts = [Part(_heading(section, language), _shown(section)) for section in sections]
    return [part for part in parts if part.statements]


def _heading(section: Section, language: str) -> str:
    return section.heading_path[-1] if section.topic else heading_of(language, section.role)


def _shown(section: Section) -> tuple[Statement, ...]:
    """What is shown of a section: its lists, or the beginnings of its paragraphs."""
    runs = list(section.runs())
    lists = [run for run in runs if run[0].is_item]
    if lists:
        return tuple(s for run in lists for s in run)[:LONGEST_LIST]
    if section.role == "example":
        return section.statements[:LONGEST_EXAMPLE]
    if section.role in {"words", "questions"}:
        return section.statements[:LONGEST_LIST]
    return tuple(map(_beginning, runs[:MOST_PARAGRAPHS]))


def _beginning(members: Sequence[Statement]) -> Statement:
    """The first sentences of a paragraph, as one statement."""
    first, last = members[0], members[: together(members[:MOST_SENTENCES])][-1]
    begin, end = first.start - first.passage.start, last.end - first.passage.start
    return replace(first, text=first.passage.text[begin:end], end=last.end)
