"""The how-manieth meeting it is, as a request tells it.

Works on text as `telling.folded` spells it, with every character in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from assistant.planning.figures import Figure
from assistant.planning.numerals import (
    number_of,
    number_source,
    ordinal_of,
    ordinal_source,
    slips_of,
)

_KINDS = (
    "meeting", "mtg", "session", "appointment", "get-together", "catch-up", "catchup", "call",
    "phone call", "video call", "videocall", "zoom", "one-on-one", "1:1", "chat", "treffen",
    "termin", "sitzung", "gesprach", "begegnung", "treff", "mentoringtreffen", "mentoringtermin",
    "mentoringgesprach", "mentoringstunde", "tandemtreffen", "gruppentreffen", "videotreffen",
    "onlinetreffen", "telefonat", "telefontermin", "anruf", "videoanruf", "videogesprach",
)  # fmt: skip
_SLIPS = "|".join(sorted(slips_of("meeting") | slips_of("session") | slips_of("treffen")))
_MEETING = (
    rf"(?:(?:{'|'.join(sorted(_KINDS, key=len, reverse=True))})s?|{_SLIPS})\b"
    r"(?!\s+(?:from|by|to|at the|von(?! \d| insgesamt)|vom|bei|beim|an der|zum)\b)"
)
_BEFORE_MEETING = r"(?:(?:online|video|zoom|phone|mentoring|group|gemeinsame[sn]?|echte[sn]?)[ -])?"
_SEES = re.compile(
    r"\b(?:min|mins|minutes?n?|std|stunden?|hours?|h|mentoring|meet|meeting|meets|see|seeing|"
    r"treff\w*|trifft|together|sehe|sehen|begegn\w*|mentee)\b"
)
_NOT_A_MEETING = re.compile(
    r"\b(?:fail\w*|durch\w*gefallen|gefallen|sitzen\w*|late|spat|cancel\w*|abgesagt|moved|"
    r"umgezogen|broke|lost|verloren|"
    r"versetzt|sitzen\w*|abgeblitzt|stood me up|stands? me up|let me down|ghost\w*|schwanzt|"
    r"abgesprungen|"
    r"told|asked|wiederhol\w*|repeat\w*|missed|verpasst|verliebt|pregnant|schwanger|run away|"
    r"abgehauen|bestand\w*|bestehen|pass\w*|klausur\w*|prufung\w*|exams?|tests?|versucht|tried|"
    r"tries|schwanz\w*|geklaut|erwischt|caught|arrested|verhaftet|divorced|married|engaged|"
    r"quit\w*)\b"
)
_PAST = re.compile(
    r"\b(?:was|were|said|told|cried|did|didn't|had|went|promised|wanted|war|waren|hat|hatte|"
    r"haben|hatten|sagte|ging|lief|wollte|erzahlte)\b"
)
_BEFORE_PAST = re.compile(
    r"\b(?:at|in|during|from|of|on|bei|beim|im|in|vom|von|am)\s+(?:our|the|my|unserem|unserer|"
    r"dem|der)?\s*$"
)
_BEFORE_OTHER = re.compile(
    r"\b(?:since|after|before|seit|nach|bevor|vor|not|isn't|nicht|kein|no longer|nicht mehr|"
    r"than|als)\s+"
    r"(?:it's |our |the |my |a |unserem |unserer |dem |der |das |unser |mein |meinem )*$"
    r"|\b(?:her|his|their|ihr(?:e[mnrs]?)?|sein(?:e[mnrs]?)?)\s+$"
)

_WEEKDAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|on|jan\w*|feb\w*|march|april|may|june|july|"
    r"aug\w*|sept\w*|oct\w*|nov\w*|dec\w*),?\s+$"
)
_AGE_NOT_NUMBER = re.compile(r"[a-z],\s(?:1[2-9]|[2-9]\d)\.\s+\w+$")


def number_in(text: str) -> tuple[Figure, int | None] | None:
    """The meeting's number, and the number of all meetings where it is told."""
    for match in _number_pattern().finditer(text):
        if _is_another_meeting(text, match):
            continue
        told = {key: value for key, value in match.groupdict().items() if value}
        total = next((told.pop(key) for key in _TOTALS if key in told), None)
        kind, written = next(iter(told.items()))
        value = _READ[kind.partition("_")[0]](written)
        if 1 <= value <= 500:
            return Figure(value, *match.span()), int(number_of(total)) if total else None
    return None


def _times(written: str) -> int:
    """How often: "twice", "dreimal", "4 times"."""
    words = {"once": 1, "twice": 2, "einmal": 1}
    if written in words:
        return words[written]
    return int(number_of(re.sub(r"\s*(?:times|mal|x)$", "", written)))


_READ: Mapping[str, Callable[[str], int]] = {
    "ordinal": ordinal_of,
    "number": lambda written: int(number_of(written)),
    "held": lambda written: _times(written) + 1,
}
"""The meeting's number from what a group of the pattern holds, by the beginning of its name."""


_TOTALS = ("total_of", "total_part", "total_all", "total_meeting")


@cache
def _number_pattern() -> re.Pattern[str]:
    number, ordinal = number_source(), ordinal_source()
    counted = rf"(?:\d{{1,3}}(?![\d:]|[.,]\d)|(?!\d|(?:an?|eine?[rn]?|ne)\b){number})"
    german = "(?:ein|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn)mal"
    often = rf"once|twice|{german}|{number}\s*(?:times|mal|x)\b"
    sign = r"(?:number|nummer|no\.?|nr\.?|#)"
    return re.compile(
        rf"(?<![\w.,])(?:(?P<ordinal_part>{ordinal})\s+(?:of|von)\s+(?:our |unseren |insgesamt "
        rf")?(?P<total_of>{number})(?=\s*(?:{_MEETING}|[,.;)]|$))"
        rf"|(?P<number_part>{number})\s*(?:of|von|/)\s*(?P<total_part>{number})\s+{_MEETING}"
        rf"|{_MEETING}\s*{sign}?\s*(?P<number_of>{counted})\s*(?:of|von|"
        rf"/)\s*(?P<total_all>{number})\b"
        rf"|(?P<ordinal_meeting>{ordinal_source(slips=True)})\)?[\s-]+(?:(?:and|und) \w+ "
        rf")?{_BEFORE_MEETING}{_MEETING}(?:\s+(?:of|"
        rf"von) (?:insgesamt )?(?P<total_meeting>{number})\b)?"
        rf"|(?:(?<=[.,;:(] )|^)(?P<ordinal_alone>\d{{1,3}}(?:st|nd|rd|th))(?=\s*[,;)]|\.?\s*$)"
        rf"|(?:our|unser(?:e[nsm]?)?|my)\s+(?P<ordinal_ours>{ordinal})(?=\s*(?:time|mal|[,.;:!)]|$|"
        rf"with\b|mit\b|together\b|tomorrow|one\b|on\b|am\b))"
        rf"|(?:for the |zum |the |das |it's the )?(?P<ordinal_time>{ordinal})\s+(?:time|"
        rf"mals?)\b(?! "
        rf"(?:she|he|i|we met|we saw|that|(?:am |per |by |on )?(?:the )?(?:telefon|phone|online|"
        rf"zoom|teams|video)|since|again|after (?:that|this)|seit\w*|wieder|danach|"
        rf"nach (?:dem|der|den))\b)"
        rf"|(?:sondern|but) (?:das|the|unser|our) (?P<ordinal_rather>{ordinal})(?=\s*(?:[,.;]|$|"
        rf"one\b))"
        rf"|(?:{_MEETING}|mal)\s*(?:{sign}\s*|(?={counted}(?:\s*(?:with|w/|mit|[,.:;)!]|$)|"
        rf"\s+(?:-|by the way|btw|ubrigens|"
        rf"today|tomorrow|tmrw|heute|morgen)\b)))(?P<number_named>{counted})"
        rf"(?!\s*(?:min|h\b|hour|stund|std|uhr|people|leute|person))"
        rf"|(?:(?<=[.,;:(] )|(?<=[(\n])|^){sign}\s*(?P<number_alone>{counted})(?=\s*[.,;)]|\s*$|"
        rf"\s+(?:with|w/|mit|bei|today|tomorrow|heute|morgen)\b)"
        rf"|(?P<ordinal_go>{ordinal})\s+(?:go|round|runde|outing|date|spaziergang|kaffee)"
        rf"(?=\s+(?:with|mit)\b)"
        rf"|\b(?:round|runde)\s+(?P<number_round>{counted})(?=\s+(?:with|mit)\b)"
        rf"|\b(?:after|nach)\s+(?P<held_after>(?!\d){counted}|\d{{1,2}})\s+(?:\w+ )?{_MEETING}"
        rf"|\b(?:es|das|it)(?: ist|'s| is)\s+(?:jetzt |nun |now )?(?:das|our|unser)\s+"
        rf"(?P<ordinal_it>{ordinal})(?=\s*(?:$|[,;!?)]|\.\s|one\b))"
        rf"|(?:we(?:'ve| have)? (?:already )?met|have (?:already )?met|seen (?:each other|him|"
        rf"her))\s+(?:\w+ ){{0,3}}?(?P<held_en>{often})(?! (?:a|per|every|in der|pro) )"
        rf"|(?:schon|bereits|erst|uns|bisher)\s+(?P<held_de>{often})\s+(?:\w+ "
        rf"){{0,2}}?(?:getroffen|gesehen|gesprochen)"
        rf"|(?:we(?:'ve| have) (?:already |now )?had|hatten (?:wir )?(?:schon|bereits|bisher|"
        rf"jetzt))"
        rf"\s+(?P<held_had>{counted})\s+{_MEETING})"
    )


_SINCE = re.compile(r"\s*(?:since|again|seit|seitdem|wieder)\b")
"""Not the first of all: "our first meeting since the funeral"."""


def _is_another_meeting(text: str, match: re.Match[str]) -> bool:
    start, end = _sentence_around(text, match.start(), match.end())
    before = text[max(start, match.start() - 40) : match.start()]
    if match["ordinal_alone"] and _WEEKDAY.search(before):
        return True
    if _SINCE.match(text, match.end()):
        return True
    if _BEFORE_OTHER.search(before) or _AGE_NOT_NUMBER.search(before + match[0]):
        return True
    if _BEFORE_PAST.search(before) and _PAST.search(text, match.end(), end):
        return True
    if match["ordinal_time"]:
        if re.match(r"\s*(?:with|mit)\b", text[match.end() : end]):
            return False
        around = text[start : match.start()] + " " + text[match.end() : end]
        return bool(_NOT_A_MEETING.search(around)) or (
            not _SEES.search(around) and len(around.split()) > 12
        )
    return False


def _sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    ends = [m.end() for m in re.finditer(r"[!?;\n]|(?<!\d)\.(?=\s)", text[:start])]
    following = re.search(r"[!?;\n]|(?<!\d)\.(?=\s|$)", text[end:])
    return (ends[-1] if ends else 0), end + following.start() if following else len(text)
