"""What stands on a plan that is taken along, in reading order: the same for every format.

Text is cleaned here of what no format can hold. What it does not know: how anything looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from assistant.planning.plan import AgendaItem, Escalation, Line, SessionPlan, Source
from assistant.words import data

ONE_PAGE = 45
"""Minutes up to which a plan should fit on one page."""

_BESIDE = ("listening", "watch_out", "limits", "mentee_prompts", "mentor_prompts")

_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the direction of writing: one in a name would turn what follows it."""


@dataclass(frozen=True)
class Said:
    """A line with the number of the guide it stands in, None for Tandem's own words."""

    text: str
    number: int | None = None

    @property
    def cited(self) -> str:
        """The line with its number in brackets."""
        return f"{self.text} [{self.number}]" if self.number is not None else self.text


Piece = tuple[str, bool]
"""Words, and whether they are bold."""


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, heading or quotation of Tandem's own Markdown."""

    kind: Literal["paragraph", "item", "heading", "quote"]
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(words for words, _ in self.pieces)


@dataclass(frozen=True)
class Box:
    """Something to read before the plan. `care` marks that it may be about danger."""

    heading: str
    blocks: tuple[Block, ...]
    lines: tuple[Said, ...] = ()
    care: bool = False


@dataclass(frozen=True)
class Row:
    """A part of the meeting, from `begin` to `end` on the clock."""

    begin: str
    end: str
    minutes: str
    title: str
    purpose: str
    note: str
    how: tuple[Said, ...]
    say: tuple[Said, ...]
    ask: tuple[Said, ...]

    @property
    def clock(self) -> str:
        """The minutes from and to."""
        return f"{self.begin}–{self.end}"


@dataclass(frozen=True)
class Section:
    """A short list; with `ticks` its lines are to be ticked off."""

    heading: str
    lines: tuple[Said, ...]
    ticks: bool = False


@dataclass(frozen=True)
class Guide:
    """A guide that lines stand in: its title, and each (number, headings) that is cited."""

    title: str
    places: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """All on one line."""
        places = ", ".join(f"[{number}] {headings}".rstrip() for number, headings in self.places)
        return f"{self.title} › {places}"


@dataclass(frozen=True)
class Sheet:
    """A whole plan as it stands on paper.

    `title` is the plan's own, `heading` its part that is set large and `facts` what stands below
    (minutes, setting, people, day). With `instead` nothing else is filled in. `sections` follow the
    agenda.
    """

    language: Literal["en", "de"]
    words: dict[str, Any]
    title: str
    minutes: int = 0
    heading: str = ""
    facts: str = ""
    aim: str = ""
    prepare: Section | None = None
    boxes: tuple[Box, ...] = ()
    rows: tuple[Row, ...] = ()
    sections: tuple[Section, ...] = ()
    guides: tuple[Guide, ...] = ()
    instead: tuple[Block, ...] = ()

    @property
    def length(self) -> int:
        """How many characters its lists have: what fills the pages."""
        said = [line for row in self.rows for line in (*row.how, *row.say, *row.ask)]
        said += [line for section in self.sections for line in section.lines]
        said += self.prepare.lines if self.prepare else ()
        return sum(len(line.text) for line in said)


def sheet(plan: SessionPlan, start: datetime | None = None) -> Sheet:
    """The plan as it stands on paper; without `start` the agenda's clock begins at 0:00."""
    words = data("prompts", f"planning/page_{plan.language}.yaml")
    if plan.instead:
        told = [text for text in (plan.first, plan.instead) if text]
        blocks = tuple(block for text in told for block in _blocks(text))
        return Sheet(plan.language, words, words["untitled"], instead=blocks)
    heading, facts = _title(plan, words, start)
    name = _name(plan, words)
    sections = [
        *(_section(words[key].format(name=name), getattr(plan, key)) for key in _BESIDE),
        _own(words["agree"], plan.agree),
    ]
    return Sheet(
        language=plan.language,
        words=words,
        title=clean(plan.title) or heading,
        minutes=plan.request.minutes,
        heading=heading,
        facts=facts,
        aim=clean(plan.aim),
        prepare=_own(words["prepare"], plan.prepare),
        boxes=tuple(_boxes(plan, words)),
        rows=tuple(_rows(plan, words, start)),
        sections=tuple(section for section in sections if section),
        guides=_guides(plan.sources, words),
    )


def clean(text: str) -> str:
    """On one line, without control characters and marks that turn the direction of writing."""
    text = _TURNING.sub("", unicodedata.normalize("NFC", text))
    kept = (one if _printable(one) else " " if one.isspace() else "" for one in text)
    return " ".join("".join(kept).split())


def _printable(one: str) -> bool:
    return unicodedata.category(one) not in {"Cc", "Cs", "Co"} and ord(one) & 0xFFFE != 0xFFFE


def _name(plan: SessionPlan, words: dict[str, Any]) -> str:
    if plan.request.people > 1:
        return clean(words["names"]["group"])
    return clean(plan.request.name) or clean(words["names"]["nobody"])


def _title(plan: SessionPlan, words: dict[str, Any], start: datetime | None) -> tuple[str, str]:
    """What is set large, and the facts below it."""
    request, whole = plan.request, clean(plan.title)
    minutes = words["minutes"].format(minutes=request.minutes)
    heading = whole.removesuffix(f" · {minutes}")
    facts = [minutes] if heading != whole or minutes not in whole else []
    setting = words["settings"][request.setting]
    if setting not in heading:
        facts.append(setting)
    if request.people > 1:
        facts.append(words["people"].format(people=request.people))
    if start is not None:
        facts.append(_day(start, words))
    return heading or words["agenda"], " · ".join(facts)


def _day(start: datetime, words: dict[str, Any]) -> str:
    return str(words["day"]).format(
        weekday=words["weekdays"][start.weekday()],
        day=start.day,
        month=words["months"][start.month - 1],
        year=start.year,
        time=f"{start:%H:%M}",
    )


def _rows(plan: SessionPlan, words: dict[str, Any], start: datetime | None) -> Iterator[Row]:
    gone = 0
    for item in plan.agenda:
        begin, end = (_at(minutes, start) for minutes in (gone, gone + item.minutes))
        gone += item.minutes
        yield Row(
            begin=begin,
            end=end,
            minutes=words["minutes_short"].format(minutes=item.minutes),
            title=clean(item.title),
            purpose=clean(item.purpose),
            note=_note(item, plan, words),
            how=_lines(item.how),
            say=tuple(Said(_quoted(one.text, words), one.number) for one in _lines(item.say)),
            ask=_lines(item.ask),
        )


def _note(item: AgendaItem, plan: SessionPlan, words: dict[str, Any]) -> str:
    """The note, and the material where the list of what to prepare doesn't name it."""
    parts = [clean(item.note)]
    if item.needs and not any(item.needs in line for line in plan.prepare):
        parts.append(words["needs"].format(needs=clean(item.needs)))
    return " ".join(part for part in parts if part)


def _at(minutes: int, start: datetime | None) -> str:
    if start is None:
        return f"{minutes // 60}:{minutes % 60:02}"
    return f"{start + timedelta(minutes=minutes):%H:%M}"


def _quoted(text: str, words: dict[str, Any]) -> str:
    """In the language's quotation marks; a line that only quotes in part is left as it is."""
    marks = '"“”„'
    inner = text[1:-1] if text[:1] in marks and text[-1:] in marks else text
    if any(mark in inner for mark in marks):
        return text
    return str(words["quotes"]).format(text=inner) if inner else text


def _boxes(plan: SessionPlan, words: dict[str, Any]) -> Iterator[Box]:
    if plan.first:
        yield Box(words["first"], _blocks(plan.first), care=True)
    if plan.escalation:
        yield Box(
            words["escalation"],
            _told(plan.escalation, words),
            _lines(plan.escalation.lines),
            plan.escalation.beyond,
        )


def _told(found: Escalation, words: dict[str, Any]) -> tuple[Block, ...]:
    blocks = [Block("paragraph", ((clean(found.says), found.beyond),))]
    if quoted := [_quoted(said, words) for one in found.words if (said := clean(one))]:
        text = f"{words['your_words']} {', '.join(quoted)}"
        blocks.append(Block("paragraph", ((text, False),)))
    return tuple(blocks)


def _lines(lines: Iterable[Line]) -> tuple[Said, ...]:
    found = (Said(clean(line.text), line.source) for line in lines)
    return tuple(said for said in found if said.text)


def _section(heading: str, lines: Iterable[Line]) -> Section | None:
    found = _lines(lines)
    return Section(heading, found) if found else None


def _own(heading: str, texts: Iterable[str]) -> Section | None:
    found = tuple(Said(text) for one in texts if (text := clean(one)))
    return Section(heading, found, ticks=True) if found else None


def _guides(sources: Iterable[Source], words: dict[str, Any]) -> tuple[Guide, ...]:
    """Sources by guide, in the order of their first numbers."""
    found: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for source in sources:
        title = clean(source.title)
        headings = [clean(one) for one in source.heading_path]
        place = " › ".join(headings[1:] if headings[:1] == [title] else headings)
        if source.page:
            place = f"{place}, {words['page'].format(page=source.page)}".removeprefix(", ")
        found.setdefault((source.guide_id, title), []).append((source.number, place))
    return tuple(Guide(title, tuple(places)) for (_, title), places in found.items())


_KINDS: tuple[tuple[re.Pattern[str], Literal["item", "heading", "quote"]], ...] = (
    (re.compile(r"[-*+] +"), "item"),
    (re.compile(r"#+ +"), "heading"),
    (re.compile(r"> *"), "quote"),
)


def _blocks(markdown: str) -> tuple[Block, ...]:
    """Tandem's own Markdown in blocks; it uses lists, headings, quotations and bold only."""
    blocks: list[Block] = []
    for line in re.split(r"\r\n|\r|\n", markdown):
        kind: Literal["paragraph", "item", "heading", "quote"] = "paragraph"
        rest = line.strip()
        for mark, named in _KINDS:
            if found := mark.match(rest):
                kind, rest = named, rest[found.end() :]
                break
        parts = re.split(r"\*\*(.+?)\*\*", rest)
        pieces = [(words, at % 2 == 1) for at, part in enumerate(parts) if (words := _kept(part))]
        if any(words.strip() for words, _ in pieces):
            blocks.append(Block(kind, tuple(pieces)))
    return tuple(blocks)


def _kept(part: str) -> str:
    """Cleaned, with the spaces at its ends that part it from bold words."""
    inner = clean(part)
    if not inner:
        return " " if part else ""
    return " " * part[0].isspace() + inner + " " * part[-1].isspace()
