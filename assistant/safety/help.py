"""What to say when a concern or a boundary was noticed, and who can be reached.

Reads only files that come with the installation: no network, no model, no database.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from assistant.safety.boundaries import Boundary
from assistant.safety.concern import Concern, ConcernKind, Severity
from assistant.safety.rules import BoundaryKind, read_data
from assistant.safety.speaker import Speaker
from assistant.settings import Contact

ELSEWHERE = "elsewhere"
MOST_LINES = 3
MOST_CONTACTS = 2
"""Contacts of the organisation that stand before the help lines; the help page has them all."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(_Data):
    """A text in both languages."""

    en: str
    de: str

    def in_language(self, language: str) -> str:
        """German for "de", English for anything else."""
        return self.de if language == "de" else self.en


class Helpline(_Data):
    """A line that people answer.

    `young`: made for children and young people; `text`: takes short messages, not calls.
    """

    name: Bilingual
    reach: Bilingual
    hours: Bilingual | None = None
    serves: tuple[ConcernKind, ...]
    young: bool
    text: bool = False


class Country(_Data):
    """Emergency number and help lines of one country."""

    name: Bilingual
    emergency: str
    emergency_note: Bilingual | None = None
    lines: tuple[Helpline, ...]


class Helplines(_Data):
    """All countries; `checked_on` is the day when the numbers were last checked."""

    checked_on: datetime.date
    countries: dict[str, Country]


_BySeverity = dict[Severity, str]


class Responses(_Data):
    """The texts of one language (`knowledge/safety/responses.yaml`)."""

    machine: str
    emergency: str
    reach_heading: str
    checked: str
    trusted: dict[Speaker, str]
    staff: str
    doctor: str
    private: dict[Speaker, str]
    at_once: str
    gentle: str
    beside_a_plan: str
    self_: dict[ConcernKind, _BySeverity] = Field(alias="self")
    other: dict[ConcernKind, _BySeverity]
    steps_heading: str
    words_heading: str
    steps: dict[ConcernKind, tuple[str, ...]]
    words: dict[ConcernKind, str]
    boundary_guide: str
    boundaries: dict[BoundaryKind, str]

    def opening(self, concern: Concern) -> str:
        """The first words; acute danger has only one text, whatever its severity."""
        texts = (self.self_ if concern.speaker == "self" else self.other)[concern.kind]
        return texts.get(concern.severity, texts["high"])


class BoundaryGuide(_Data):
    """The built-in guide that helps where a limit is touched: file name and titles."""

    guide: str
    title: Bilingual


@cache
def load_helplines() -> Helplines:
    """All help lines, read once a process."""
    return Helplines.model_validate(read_data("helplines.yaml"))


@cache
def load_responses() -> dict[str, Responses]:
    """The texts by language, read once a process."""
    texts = read_data("safety/responses.yaml")
    return {language: Responses.model_validate(one) for language, one in texts.items()}


@cache
def load_boundary_guides() -> dict[BoundaryKind, BoundaryGuide]:
    """The guide for each kind of limit, read once a process."""
    guides = read_data("safety/boundary_guides.yaml")
    return {kind: BoundaryGuide.model_validate(one) for kind, one in guides.items()}


def known_country(code: str) -> str | None:
    """A country's code as the data has it ("DE", "UK", "elsewhere"), None for an unknown one."""
    upper = code.upper()
    code = ELSEWHERE if upper == ELSEWHERE.upper() else {"GB": "UK", "USA": "US"}.get(upper, upper)
    return code if code in load_helplines().countries else None


def country_of(code: str) -> Country:
    """A country's numbers by its code ("DE", "at", "GB"); an unknown one gives `elsewhere`."""
    return load_helplines().countries[known_country(code) or ELSEWHERE]


def crisis_text(
    concern: Concern, language: str, country: str = "DE", contacts: Sequence[Contact] = ()
) -> str:
    """What to say to a concern, as Markdown: to the person themselves, or to whom tells of one.

    `language` is "de" or anything else for English; `country` a code as in `country_of`. In acute
    danger the emergency number stands first, in a heading of its own. `contacts`, those of the
    organisation, stand before the help lines, and in the place of "your programme's staff".
    """
    says = _responses(language)
    place = country_of(country)
    near = contacts[:MOST_CONTACTS]
    names = {"emergency": place.emergency, "staff": _staff(near, language)}
    opening = says.opening(concern).format(**names)
    people = _people(concern, language, place, near)
    if concern.severity == "low":
        reach = _bullets(_routes(concern, language, place, near))
        return _paragraphs(opening, says.gentle, reach, says.private[concern.speaker])
    if concern.kind == "acute_danger":
        return _paragraphs(_emergency(language, place), opening, *people)
    if concern.speaker == "self":
        return _paragraphs(opening, *people)
    return _paragraphs(
        opening,
        says.steps_heading,
        _bullets(step.format(**names) for step in says.steps[concern.kind]),
        says.words_heading,
        "> " + says.words[concern.kind],
        *people,
    )


def line_for_a_plan(concern: Concern, language: str, contacts: Sequence[Contact] = ()) -> str:
    """What a mentor reads before a plan where a concern is low: two sentences, no list."""
    says = _responses(language)
    staff = _staff(contacts[:MOST_CONTACTS], language)
    return f"{says.opening(concern).format(staff=staff)} {says.beside_a_plan}"


def boundary_text(boundary: Boundary, language: str) -> str:
    """A kind, short line on what Tandem can do instead, and which guide helps."""
    says = _responses(language)
    title = load_boundary_guides()[boundary.kind].title.in_language(language)
    return f"{says.boundaries[boundary.kind]} {says.boundary_guide.format(title=title)}"


def boundary_guide(kind: BoundaryKind) -> str:
    """The name, in both languages, of the built-in guide that helps where a limit is touched."""
    return load_boundary_guides()[kind].guide


def checked_day(language: str) -> str:
    """The day when the numbers were last checked, as the language writes it."""
    return _day(load_helplines().checked_on, language)


def _people(
    concern: Concern, language: str, place: Country, contacts: Sequence[Contact]
) -> tuple[str, ...]:
    says = _responses(language)
    routes = _routes(concern, language, place, contacts)
    if concern.kind == "self_harm" and concern.severity == "high":
        routes.append(_emergency_route(language, place))
    return (
        says.reach_heading,
        _bullets(routes),
        says.checked.format(date=checked_day(language)),
        says.private[concern.speaker],
        says.machine,
    )


def _routes(
    concern: Concern, language: str, place: Country, contacts: Sequence[Contact]
) -> list[str]:
    """Ways to a person: the organisation's, lines that fit, somebody near; a doctor where few."""
    says = _responses(language)
    fitting = [line for line in place.lines if concern.kind in line.serves]
    # The staff come first for a mentor; a mentee's own people come after the lines.
    own = [_contact(contact) for contact in contacts]
    lines = [_line(line, language) for line in fitting[:MOST_LINES]]
    near = says.trusted[concern.speaker]
    routes = [*own, *lines, near] if concern.speaker == "self" else [*(own or [near]), *lines]
    return routes if len(routes) > 2 else [*routes, says.doctor]


def _staff(contacts: Sequence[Contact], language: str) -> str:
    """Whom a mentor tells: the contacts by name, else the programme's staff."""
    names = [f"**{_escaped(contact.name)}**" for contact in contacts]
    joint = " oder " if language == "de" else " or "
    return joint.join(names) or _responses(language).staff


def _contact(contact: Contact) -> str:
    line = f"**{_escaped(contact.name)}**: {_escaped(contact.reach)}"
    return f"{line} ({_escaped(contact.told)})" if contact.told else line


def _escaped(text: str) -> str:
    """Without what Markdown would draw."""
    for character in "\\`*_[]<>#|~$":
        text = text.replace(character, "\\" + character)
    return text


def _line(line: Helpline, language: str) -> str:
    hours = f" ({line.hours.in_language(language)})" if line.hours else ""
    return f"**{line.name.in_language(language)}**: {line.reach.in_language(language)}{hours}"


def _emergency(language: str, place: Country) -> str:
    heading = _responses(language).emergency.format(emergency=place.emergency)
    if not place.emergency_note:
        return heading
    return f"{heading}\n\n{place.emergency_note.in_language(language)}."


def _emergency_route(language: str, place: Country) -> str:
    return _responses(language).at_once.format(emergency=place.emergency)


def _responses(language: str) -> Responses:
    return load_responses()["de" if language == "de" else "en"]


def _day(day: datetime.date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day.day} {day:%B %Y}"


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(parts)
