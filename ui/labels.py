"""Every string of the page, in the language of the person who reads it.

The strings are data: `labels/en.yaml` and `labels/de.yaml`, with the same keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de")
_ACCEPTED = re.compile(r"\s*([a-zA-Z]{2,3})(?:-[\w-]+)?\s*(?:;\s*q=(\d(?:\.\d{1,3})?))?\s*")
_FOLDER = Path(__file__).with_name("labels")


@dataclass(frozen=True)
class Labels:
    """The catalogue of one language: ``labels("composer.send")``."""

    language: str
    texts: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text for `key` with `values` filled in. Raises KeyError for an unknown key."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def counted(self, key: str, count: int, **values: object) -> str:
        """The text for one or for many, with the count written as the language writes it."""
        form = "one" if count == 1 else "other"
        return self(f"{key}.{form}", count=self.number(count), **values)

    def number(self, value: float, decimals: int = 0) -> str:
        """A figure with the language's own separators."""
        text = f"{value:,.{decimals}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text

    def day(self, when: datetime, today: datetime) -> str:
        """A short date; the year is named only where it isn't this one."""
        key = "date.day" if when.year == today.year else "date.full"
        month = self("date.months").split()[when.month - 1]
        return self(key, day=when.day, month=month, year=when.year)

    def for_script(self) -> dict[str, str]:
        """What tandem.js says itself, without the keys' prefix."""
        prefix = "script."
        return {k[len(prefix) :]: text for k, text in self.texts.items() if k.startswith(prefix)}


@cache
def labels(language: str) -> Labels:
    """The catalogue of `language`; English for any language that has none."""
    import yaml

    known = language if language in LANGUAGES else LANGUAGES[0]
    texts = yaml.safe_load((_FOLDER / f"{known}.yaml").read_text(encoding="utf-8"))
    return Labels(known, texts)


def preferred_language(chosen: str | None, accepted: str | None) -> str:
    """What the person chose before, else what the browser asks for, else English.

    `accepted` is an Accept-Language header; of our languages the one with most weight wins.
    """
    if chosen in LANGUAGES:
        return str(chosen)
    weighted = []
    for place, part in enumerate((accepted or "").split(",")):
        match = _ACCEPTED.fullmatch(part)
        if match and match[1].lower() in LANGUAGES:
            weight = float(match[2]) if match[2] else 1.0
            weighted.append((-weight, place, match[1].lower()))
    return min(weighted)[2] if weighted else LANGUAGES[0]
