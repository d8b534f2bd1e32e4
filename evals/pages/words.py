"""The words of a page, and figures as its language writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime

from assistant.words import data
from evals.metrics import METRICS
from evals.metrics.descriptions import description, reason
from evals.pages.forms import form_of
from evals.plots import escaped
from evals.scores import Score

LANGUAGES = ("en", "de")


class Words:
    """The catalogue of one language (`prompts/evals`), and figures as that language writes them."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._texts = data("prompts", f"evals/report_{self.language}.yaml")

    def __call__(self, key: str, **values: object) -> str:
        found = self._texts
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values) if values else str(found)

    def html(self, key: str, **values: object) -> str:
        """The text, fit for the page."""
        return escaped(self(key, **values))

    def named(self, group: str, name: str) -> str:
        """What a kind, language or concern is called; its own name where the page knows none."""
        return str(self._texts[group].get(name, name.replace("_", " ")))

    def metric(self, name: str) -> tuple[str, str]:
        """What a metric is called, and what it says."""
        if name not in METRICS:
            return name.replace("_", " "), ""
        found = description(name, self.language)
        return found.name, found.what

    def reason(self, score: Score) -> str:
        """Why a score has no value."""
        return reason(score, self.language)

    def counted(self, key: str, count: int) -> str:
        """The text for one or for many."""
        return self(f"{key}_one") if count == 1 else self(f"{key}_other", count=self.number(count))

    def headline(self, kind: str, met: int, of: int) -> str:
        """The kind's sentence, or one that fits any kind."""
        texts = self._texts["headline"]["kinds"]
        known = kind if kind in texts else "other"
        return str(texts[known]).format(met=met, of=of, kind=self.named("kinds", kind))

    def number(self, value: float, decimals: int = 0) -> str:
        """A figure with the language's own separators and a true minus."""
        swapped = {",": self("format.thousands"), ".": self("format.decimals"), "-": "−"}
        # Adding zero takes the sign from a negative value that is rounded to zero.
        rounded = round(value, decimals) + 0.0
        return "".join(swapped.get(letter, letter) for letter in f"{rounded:,.{decimals}f}")

    def value(self, value: float | None, unit: str, *, bare: bool = False) -> str:
        """A metric's value: 91.5%, 0.830 or 1.20 s; a dash for none. `bare` leaves the unit out."""
        if value is None or not math.isfinite(value):
            return "–"
        if unit == "share":
            percent = round(100 * value, 1)
            # What isn't quite everything must not be rounded to everything, nor a little to none.
            if 0 < value < 1:
                percent = min(99.9, max(0.1, percent))
            return self._with_unit(self._trimmed(percent), "" if bare else "percent")
        if unit == "seconds":
            return self._with_unit(self.number(value, 2), "" if bare else "seconds")
        return self.number(value, 3)

    def difference(self, value: float | None, unit: str, *, bare: bool = False) -> str:
        """A difference with its sign, of shares in percentage points."""
        if value is None or not math.isfinite(value):
            return "–"
        if unit == "share":
            points = self._trimmed(round(100 * value, 1))
            shown = self._with_unit(points, "" if bare else "points")
        else:
            shown = self.value(value, unit, bare=bare)
        return f"+{shown}" if value > 0 and re.search("[1-9]", shown) else shown

    def between(
        self, low: float | None, high: float | None, unit: str, write: Callable[..., str]
    ) -> str:
        """An interval, the unit written once; empty where there is none."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return ""
        return self("format.range", low=write(low, unit, bare=True), high=write(high, unit))

    def _trimmed(self, value: float) -> str:
        return self.number(value, 0 if value % 1 == 0 else 1)

    def _with_unit(self, figure: str, unit: str) -> str:
        return self(f"format.{unit}", value=figure) if unit else figure

    def date(self, text: str) -> str:
        """An ISO date and time as people write it; anything else as it is."""
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            return text
        month = self("format.months").split()[when.month - 1]
        clock = {"hour": f"{when.hour:02}", "minute": f"{when.minute:02}"}
        return self("format.date", day=when.day, month=month, year=when.year, **clock)


def exact(value: float | None, shown: str) -> str:
    """A figure that programs can read exactly, too."""
    if value is None or not math.isfinite(value):
        return shown
    return f'<data value="{value!r}">{escaped(shown)}</data>'


def metric_name(words: Words, metric: str) -> str:
    note = ""
    if form_of(metric).lower_is_better:
        note = f' <small class="of">{words.html("comparison.lower_is_better")}</small>'
    return f"{escaped(words.metric(metric)[0])}{note}"


def cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rstrip()}…"
