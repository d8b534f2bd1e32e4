"""How long a meeting is, as a request tells it.

Works on text as `telling.folded` spells it, with every character in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.planning.clock import spans_in
from assistant.planning.numerals import number_of, number_source
from assistant.planning.telling import load_requests


@dataclass(frozen=True)
class Figure:
    """A number that was read, and where."""

    value: int
    start: int
    end: int


def minutes_in(text: str, left_out: Sequence[tuple[int, int]] = ()) -> Figure | None:
    """How long the meeting is; of figures that contradict each other the last counts.

    Lengths of other things ("three hours a day on the phone", "20 minutes late") don't count; a
    length after "in" or "after" counts only where there is no other. It may be out of bounds.
    Places `left_out` tell of something else, such as what was agreed.
    """
    found = [
        (figure, is_sure)
        for figure, is_sure in (*_lengths(text), *_clock_times(text), *_bare(text))
        if not any(start <= figure.start < end for start, end in left_out)
    ]
    sure = [figure for figure, is_sure in found if is_sure]
    figures = sure or [figure for figure, _ in found]
    if not figures:
        return None
    return max(figures, key=lambda figure: figure.start)


_NO_LENGTH_BEFORE = re.compile(
    r"(?:\b(?:late|davon|of which|every|alle|each|last|letzten?|erste[nr]?|keine|kein|not even|"
    r"skip\w*|miss\w*|verpasst|schwanzt|fehlt|spielt|spielen|zocken|streamt|scrolls?|"
    r"keinen|only slept|slept|sleeps?|"
    r"schlaft nur|schlaft|zwischen|another|needs?|waited|gewartet|warte|plays?|zockt|lernt|"
    r"schon|seit|since|walks?|takes|"
    r"dauert|vor|the first|the last|(?:jeden|every|each) (?:tag|day|abend|evening|morgen|morning|"
    r"woche|week))\s+(?:about |only |nur |ca\.? |circa |etwa |full )?)$"
)
_NO_LENGTH_AFTER = re.compile(
    r"\s*(?:(?:a|per|each|every|at) (?:day|night|week)|am (?:tag|stuck)|pro (?:tag|woche|"
    r"nacht)|jede[nrs]? |taglich|in der (?:nacht|woche)|"
    r"late|too late|zu spat|verspatung|spater|later|fruher|earlier|ago|away|entfernt|weg\b|of "
    r"(?:homework|sleep|silence|gaming|screen)|"
    r"schlaf|(?:for|to) (?:a |the )?(?:warm|game|break|icebreaker|bus|get)|zum aufwarmen|pause|"
    r"still|lang still|ruhig|on (?:her|his) phone|"
    r"am handy|vor dem|gewartet|geschwiegen|schweigen|sleep|vor (?:ihrem|seinem) handy|drive|"
    r"fahrt|by bus|mit dem bus|weiter|each|(?:hab|habe|haben)(?: ich| wir)? nicht|sind zu|is too)"
)
_STARTS_IN = re.compile(
    r"\b(?:meeting|session|treffen|termin|gesprach|call)(?: with \w+| mit \w+)? (?:is|ist|"
    r"isch|starts|beginnt) (?:already |schon )?in (?:about |etwa |ca\.? )?$"
)
"""How long it is until the meeting: "treffen ist in 2 stunden"."""
_SOFT_BEFORE = re.compile(r"\b(?:in|after|nach|innerhalb von|within)\s+(?:about |etwa |ca\.? )?$")


def _lengths(text: str) -> Iterator[tuple[Figure, bool]]:
    for match in _length_pattern().finditer(text):
        before = text[max(0, match.start() - 30) : match.start()]
        after = _NO_LENGTH_AFTER.match(text, match.end())
        if _NO_LENGTH_BEFORE.search(before) or after or _STARTS_IN.search(before):
            continue
        yield Figure(_length(match), *match.span()), not _SOFT_BEFORE.search(before)


_HOUR = r"(?:h(?=[0-5]\d\b)|(?:hours?|hrs?|h|stund(?:en?|chen|erl)?|stdn?|std)\b\.?)"
_MINUTE = r"(?:minutes?|minuten?|minutchen|minuterl|mins?|min|minuts?)\b"
_METRES = r"(?!\s*(?:sprint|freestyle|hurdles|run\b|race|tief|hoch|weit|away|deep|high|from|lauf))"
_WHOLE = r"(?:\s+(?:full|whole|solid|good|volle[nr]?|ganze[nr]?|gute[nr]?|knappe[nr]?|runde))?"
_MORE = r"(?:and|und|u\.?|&|\+|,)"
_FRACTIONS = {"½": 30, "1/2": 30, "¼": 15, "1/4": 15, "¾": 45, "3/4": 45}
_LESSON = 45
_AN_HOUR = re.compile(r"(?:\\ hours?|(?:\\ )?stunden?)$")


@cache
def _length_pattern() -> re.Pattern[str]:
    number = number_source()
    named = "|".join(pattern.pattern for pattern in _named())
    fraction = "|".join(_FRACTIONS)
    return re.compile(
        rf"(?<![\w.,])(?:(?P<named>{named})(?![a-z])"
        rf"|(?P<clock>\d:[0-5]\d)\s*{_HOUR}"
        rf"|(?P<hours>{number}){_WHOLE}(?:[\s-]*und[\s-]*(?P<half>(?:ne |eine )?halbe)|"
        rf"\s*(?P<half_>and a half)|\s?(?P<fraction>{fraction}))?[\s-]*{_HOUR}"
        rf"(?:\s*{_MORE}\s*(?:an? |eine |ne )?(?P<quarter>quarter|viertelstunde)(?!\w)"
        rf"|\s*(?:{_MORE}\s*)?(?P<more>(?!(?:an?|eine?[nr]?|ne)\b){number})[\s-]*"
        rf"(?:{_MINUTE}|(?=\s*[,.;)]|\s*$|\s+(?:mit|with|in|online|am|im|at|on|this|"
        rf"next|tomorrow)\b)))?"
        rf"|(?P<lessons>{number})\s+(?:school )?(?:lessons|schulstunden|unterrichtsstunden|"
        rf"lektion(?:en)?)\b"
        rf"|(?P<minutes>{number}){_WHOLE}(?:-odd)?(?:[\s-]*{_MINUTE}|\s?'(?!\w))"
        rf"|(?P<m>\d?[1-9][05])\s?m\b{_METRES})"
    )


@cache
def _named() -> dict[re.Pattern[str], int]:
    """Lengths that have a name, the longest first, with any spelling of "hour" in them."""
    durations = load_requests().durations
    return {
        re.compile(_AN_HOUR.sub(lambda _: rf"[\s-]*{_HOUR}", re.escape(name))): durations[name]
        for name in sorted(durations, key=len, reverse=True)
    }


def _length(match: re.Match[str]) -> int:
    if name := match["named"]:
        return next(minutes for pattern, minutes in _named().items() if pattern.fullmatch(name))
    if clock := match["clock"]:
        return 60 * int(clock[0]) + int(clock[2:])
    if hours := match["hours"]:
        half = 30 if match["half"] or match["half_"] else _FRACTIONS.get(match["fraction"], 0)
        more = number_of(match["more"]) if match["more"] else 15 if match["quarter"] else 0
        return min(10_000, round(60 * number_of(hours) + half + (more if more < 60 else 0)))
    if lessons := match["lessons"]:
        return min(10_000, round(_LESSON * number_of(lessons)))
    return min(10_000, round(number_of(match["minutes"] or match["m"])))


def _clock_times(text: str) -> Iterator[tuple[Figure, bool]]:
    """From one time of day to another."""
    for span in spans_in(text):
        yield Figure(span.minutes, span.start, span.end), True


@cache
def _bare_pattern() -> re.Pattern[str]:
    number = number_source()
    only = (
        r"(?:(?:only|just|now|jetzt|doch|noch|nur|diesmal|heute|about|etwa|genau|bloss|leider|"
        r"this time|today)\s+)*"
    )
    ends = (
        r"(?=\s*(?:$|[.;!?)](?!\d)|,\s|this time|today|diesmal|heute|tops|max\b|left\b|now\b|"
        r"jetzt\b|mit|with))"
    )
    have = r"(?:we(?:'ve| have|'ll have)?(?: only| just)?(?: got| have)?|wir haben|haben wir)"
    return re.compile(
        rf"\b(?:(?:dauer|duration|zeitrahmen)\s*[:=]?|(?:time|zeit|length)\s*[:=])\s*"
        rf"(?P<labelled>\d{{2,3}})(?![\d:.])"
        rf"|\b{have}\s+{only}(?P<had>{number}){ends}"
        rf"|\b(?:this time|diesmal)\s*:?\s*(?:only |just |nur |haben wir |we have |we've got )*"
        rf"(?P<now>{number}){ends}"
    )


def _bare(text: str) -> Iterator[tuple[Figure, bool]]:
    """A number that names no minutes and can hardly be anything else: "this time we have 40"."""
    for match in _bare_pattern().finditer(text):
        value = round(number_of(match["labelled"] or match["had"] or match["now"]))
        if value % 5 == 0 and 10 <= value <= 240:
            yield Figure(value, *match.span()), False
