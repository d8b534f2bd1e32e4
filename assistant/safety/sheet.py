"""The help page's content: who can be reached where, what to say, what Tandem is not.

Reads only files that come with the installation, and the settings it is given: it is the same with
no network, no model, no index and no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from assistant.safety.help import (
    ELSEWHERE,
    Helpline,
    checked_day,
    country_of,
    known_country,
    load_helplines,
)
from assistant.safety.rules import read_data
from assistant.settings import Contact


class SheetTexts(BaseModel):
    """The texts of one language (`knowledge/safety/help_page.yaml`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    lead: str
    danger_title: str
    call: str
    danger_text: str
    contacts_title: str
    lines_title: str
    no_lines: str
    checked: str
    country: str
    country_note: str
    near_title: str
    near: str
    words_title: str
    words: tuple[str, ...]
    words_note: str
    private_title: str
    private: str
    machine_title: str
    machine: tuple[str, ...]
    protocol: str
    back: str
    print: str


@dataclass(frozen=True)
class Line:
    """A help line in one language; `text`: its number takes short messages, not calls."""

    name: str
    reach: str
    hours: str
    text: bool


@dataclass(frozen=True)
class HelpSheet:
    """All that a person needs who looks for help, in one language and for one country.

    `countries` are all that can be chosen: code and name. The texts are filled in.
    """

    language: str
    country: str
    countries: tuple[tuple[str, str], ...]
    emergency: str
    emergency_note: str
    contacts: tuple[Contact, ...]
    lines: tuple[Line, ...]
    texts: SheetTexts


def help_sheet(language: str, country: str, contacts: Sequence[Contact] = ()) -> HelpSheet:
    """The sheet for "de" or anything else for English, and a country as in `country_of`."""
    language = "de" if language == "de" else "en"
    code = known_country(country) or ELSEWHERE
    place = country_of(code)
    texts = _load_texts()[language]
    names = {
        "emergency": place.emergency,
        "date": checked_day(language),
        "country": place.name.in_language(language),
    }
    filled = {
        key: getattr(texts, key).format(**names) for key in ("call", "lines_title", "checked")
    }
    countries = load_helplines().countries
    note = place.emergency_note.in_language(language) if place.emergency_note else ""
    return HelpSheet(
        language=language,
        country=code,
        countries=tuple((c, one.name.in_language(language)) for c, one in countries.items()),
        emergency=place.emergency,
        emergency_note=note,
        contacts=tuple(contacts),
        lines=tuple(_line(line, language) for line in place.lines),
        texts=texts.model_copy(update=filled),
    )


def _line(line: Helpline, language: str) -> Line:
    return Line(
        line.name.in_language(language),
        line.reach.in_language(language),
        line.hours.in_language(language) if line.hours else "",
        line.text,
    )


@cache
def _load_texts() -> dict[str, SheetTexts]:
    texts = read_data("safety/help_page.yaml")
    return {language: SheetTexts.model_validate(one) for language, one in texts.items()}
