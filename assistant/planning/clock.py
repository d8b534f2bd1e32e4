"""Times of the day, and how long it is from one to another.

Works on text as `telling.folded` spells it. What it does not know: which half of the day is meant;
the second time is the next one on the clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assistant.planning.numerals import number_of, number_source

HALF_A_DAY = 720
"""Minutes that a clock with hands goes before it begins again."""


@dataclass(frozen=True)
class Span:
    """Minutes from one time of day to another, and where that is told."""

    minutes: int
    start: int
    end: int


def spans_in(text: str) -> Iterator[Span]:
    """Every "from three to half past four" and "we start at three and she has to go at four"."""
    for match in (*_from_to_pattern().finditer(text), *_start_end_pattern().finditer(text)):
        span = _span(match)
        if span and not _SCALE.search(text, 0, match.start()):
            yield span


_SCALE = re.compile(r"\b(?:scale|skala|marks?|noten?|grades?|level|ages?|chapters?|kapitel)\s*$")
"""Words before two numbers that are no times: "a scale from 1 to 10"."""


def _span(match: re.Match[str]) -> Span | None:
    told = match.groupdict()
    first, last = str(told["first"]), str(told["last"] or told.get("leaves"))
    is_time = told["mark"] or told["mark_"] or told["opening"] or _are_times(first, last)
    if _COUNTED.match(told.get("after") or "") or not is_time:
        return None
    start, end = _minutes_from_midnight(first), _minutes_from_midnight(last)
    if start is None or end is None:
        return None
    length = end - start if end > start else end + HALF_A_DAY - start
    if not 0 < length <= HALF_A_DAY:
        return None
    return Span(length, match.start(), match.end("last" if told["last"] else "leaves"))


def _are_times(first: str, last: str) -> bool:
    """Whether two numbers are written as no numbers of things are: "3:30", "half four"."""
    fine = [":" in one or _IN_WORDS.search(one) is not None for one in (first, last)]
    return fine[1] or (fine[0] and ":" not in first) or ("." in first and "." in last)


_IN_WORDS = re.compile(r"\b(?:half|halb|viertel|dreiviertel|quarter|past|uhr|noon|midday)\b")
_COUNTED = re.compile(
    r"\s*(?:jahr|year|people|mentee|pupil|student|person|kind|child|girl|boy|euro|%|min|stund|"
    r"hour|week|woche|tag|day|month|monat|times?\b|mal\b|klasse|schul|jugend)"
)
_MARK = r"\s*(?P<{}>am|pm|a\.m\.|p\.m\.|uhr|o'?clock|h)?\b\.?"
_OPENING = r"(?:from|von|between|zwischen|vom|ab)"


@cache
def _time_source() -> str:
    """A regular expression for a time of day: "3", "15:30", "half past three", "halb vier"."""
    number = number_source()
    hour = rf"(?:\d{{1,2}}(?![\d:.%])|{number})"
    before_or_after = rf"(?:a )?(?:quarter|viertel|{number})\s+(?:past|to|nach|vor)\s+(?:halb\s+)?"
    return (
        rf"(?:(?:half(?: past)?|halb|dreiviertel|viertel|{before_or_after})\s?{hour}"
        rf"|\d{{1,2}} uhr [0-5]\d(?![\d.]| ?min)|\d{{1,2}}[:.][0-5]\d(?![\d%])|noon|midday|{hour})"
    )


@cache
def _from_to_pattern() -> re.Pattern[str]:
    time = _time_source()
    return re.compile(
        rf"(?<![\w.,:])(?:(?P<opening>{_OPENING})\s+)?(?P<first>{time}){_MARK.format('mark')}"
        rf"\s*(?:to|until|till|til|bis|and|und|-)\s*(?P<last>{time}){_MARK.format('mark_')}"
        rf"(?P<after>\s*\w*)"
    )


@cache
def _start_end_pattern() -> re.Pattern[str]:
    """The two times apart, each with a word for what happens then."""
    time, at = _time_source(), r"(?:at|um|by|from|ab|before)"
    begins = r"(?:start|begin|beginn|anfang|fangen|fange|meet|treff|los)\w*"
    ends = r"(?:end|finish|leave|go|stop|out|over|done|schluss|until|till|bis)\w*"
    leaves = r"(?:weg|los|schluss|gehen|fort|heim|raus|ende|vorbei|zu ende|aus)"
    return re.compile(
        rf"\b(?P<opening>{begins})\b[^.;!?\n]{{0,20}}?(?:{at}\s+)?\b(?P<first>{time})"
        rf"{_MARK.format('mark')}[^;!?\n]{{0,40}}?\b(?:{ends}\b(?:\s+{at}|\s+of there by)?\s*"
        rf"(?P<last>{time}){_MARK.format('mark_')}"
        rf"|um (?P<leaves>{time})(?: uhr)?[^.;!?\n]{{0,20}}?\b{leaves}\b)"
    )


def _minutes_from_midnight(written: str) -> int | None:
    """Minutes from midnight, as on the clock."""
    if written in ("noon", "midday"):
        return HALF_A_DAY
    if exact := re.fullmatch(r"(\d{1,2})(?:[:.]| uhr )(\d\d)", written):
        return _within_a_day(60 * int(exact[1]) + int(exact[2]))
    number = number_source()
    parts = re.fullmatch(
        rf"(?:(?:a )?(?P<by>quarter|viertel|{number})\s+(?P<side>past|to|nach|vor)\s+)?"
        rf"(?P<part>half past|half|halb|dreiviertel|viertel)?\s*(?P<hour>{number})",
        written,
    )
    if not parts:
        return None
    value = 60 * int(number_of(parts["hour"])) + _PARTS.get(parts["part"] or "", 0)
    if by := parts["by"]:
        minutes = 15 if by in ("quarter", "viertel") else int(number_of(by))
        value += minutes if parts["side"] in ("past", "nach") else -minutes
    return _within_a_day(value)


_PARTS = {"half": 30, "half past": 30, "halb": -30, "dreiviertel": -15, "viertel": -45}
"""Minutes by which a part of an hour differs from the hour that is named with it."""


def _within_a_day(minutes: int) -> int | None:
    return minutes if 0 <= minutes <= 1440 else None
