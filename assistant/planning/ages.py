"""How old the mentee is, as a request tells it.

Works on text as `telling.folded` spells it, with every character in its place. What it does not
know: whose age a bare number is where nobody is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from assistant.planning.figures import Figure
from assistant.planning.naming import Name
from assistant.planning.numerals import number_of, number_source, ordinal_of, ordinal_source

YOUNGEST, OLDEST = 6, 99
RETIRED = 66
"""The age of somebody of whom only that is told."""


def age_in(text: str, names: Sequence[Name] = ()) -> Figure | None:
    """The mentee's age: as told, else from the school year ("in Klasse 7" is about 13).

    `names` are those of who comes: a number right after one is an age, where nothing else can be
    meant. Of several, the one that says most plainly that it is an age counts.
    """
    for found in (_told(text), _after_names(text, names), _of_school(text), _about(text)):
        for figure in found:
            before = text[max(0, figure.start - 40) : figure.start]
            mine = not _SOMEBODY_ELSE.search(before) and not _OTHERS_AFTER.match(text, figure.end)
            mine = mine and not is_of_kin(text, figure.start)
            is_span = _YEARS.search(text[figure.start : figure.end]) and _WITHIN_SOME.search(before)
            if mine and not is_span and YOUNGEST <= figure.value <= OLDEST:
                return _put_right(text, figure)
    return None


def is_of_kin(text: str, start: int) -> bool:
    """Whether an age that begins there is one of the mentee's people's: "her son, he is 14"."""
    # The figure may begin at "is 14" or at "14".
    told = _KIN_WHO.finditer(text, max(0, start - 80))
    return any(-2 <= match.end() - start <= 6 for match in told)


def _put_right(text: str, figure: Figure) -> Figure:
    """The figure that is said instead of one: "fifteen, no, sixteen"."""
    match = _correction_pattern().match(text, figure.end)
    if not match:
        return figure
    value = int(number_of(match["age"]))
    return Figure(value, figure.start, match.end()) if YOUNGEST <= value <= OLDEST else figure


@cache
def _correction_pattern() -> re.Pattern[str]:
    sorry = (
        r"(?:no|nope|sorry|wait|i mean|or rather|correction|actually|nein|nee|ach|quatsch|halt|"
        r"vielmehr|ich meine|pardon|stimmt nicht|besser gesagt|entschuldigung|moment|korrigiere)"
    )
    told = r"[^\d;!?\n]{0,40}?"
    return re.compile(
        rf"(?:\s*(?:years? old|jahre?(?: alt)?))?\s*[,.(-]*\s*{sorry}\b{told}"
        rf"(?P<age>{number_source()}){_NO_UNIT}(?!\s*(?:\w+ ){{0,2}}(?:{_KIN_SOURCE})\b)"
    )


_KIN_SOURCE = (
    r"brother|sister|son|daughter|child|friend|bruder|schwester|sohn|tochter|kind|freund|freundin|"
    r"boyfriend|girlfriend|cousin|cousine|baby|mutter|vater|mother|father|mum|mom|dad|mama|papa|oma|"
    r"opa|gran|granny|grandma|grandpa|grandad|nan|nana|aunt|uncle|tante|onkel|husband|wife|"
    r"ehemann|ehefrau|mann|coach|trainer|boss|chef|chefin|nachbar|nachbarin|neighbour|stepdad|"
    r"stepmum|stiefvater|stiefmutter|enkel|enkelin|grandson|granddaughter"
)


_SOMEBODY_ELSE = re.compile(
    r"(?:\b(?:i'?m|i am|ich bin|(?<!als )ich|(?<!than )me|bin selbst|bin)\s*(?:selbst\s*|"
    r"auch\s*|erst\s*|myself\s*|only\s*|\(\s*)?"
    rf"|\b(?:{_KIN_SOURCE}|twins?|seit|since|for|vor|ago|mit)\s*(?:\(|is|"
    r"ist|,|von|aged|im alter von)?\s*"
    r"|\b(?:gruppe|group|treffen|meeting|session|termin|room|raum|zimmer|page|seite|stufe|level|"
    r"bus|linie|line|nr\.?|no\.?|nummer|number)\s*\(?)$"
)
_KIN_WHO = re.compile(
    r"\b(?:her|his|ihre?|seine?) (?:(?:sister|daughter|mum|mom|mother|girlfriend|aunt|schwester|"
    r"tochter|mutter|freundin|tante)\b[^.;!?]{0,50}\b(?:she|sie)|(?:brother|son|dad|father|boyfriend|"
    r"uncle|bruder|sohn|vater|freund|onkel)\b[^.;!?]{0,50}\b(?:he|er))(?:'s| is| ist)\s"
    r"|\b(?:sister|brother|daughter|son|mum|mom|mother|dad|father|schwester|bruder|tochter|sohn|"
    r"mutter|vater)(?:'s| is| ist| wird)\s(?:(?:now|just|already|inzwischen|jetzt|schon|erst)\s)?"
)
"""Somebody of the mentee's people, whose age follows."""
_YEARS = re.compile(r"\byears?$|\bjahren?$")
_WITHIN_SOME = re.compile(r"\b(?:in|after|nach|within|innerhalb von|over)\s*$")
"""Years that have gone by: "his first interview in 12 years"."""
_OTHERS_AFTER = re.compile(
    r"\s*(?:-|\s)?(?:old|jahrige[rsn]?|jahrig)?\s*(?:brother|sister|son|daughter|child|kid|"
    r"friend|bruder|schwester|sohn|tochter|kind|"
    r"boyfriend|girlfriend|freund)\b|\s*(?:years?|jahren?)\s*(?:ago|together|later|in|im|lang|"
    r"long|bei|arbeit|at)\b"
)
_MONTH = r"(?:jan|feb|mar|apr|jun|jul|aug|sep|okt|oct|nov|dez|dec)[a-z]*\b|mai\b|may\b"
_NO_UNIT = (
    r"(?!\s?[-:]\s?\d|[.,]?\d|\s*(?:min|h\b|hour|hr|std|stund|uhr|o'clock|am\b|pm\b|%|prozent|"
    r"percent|euro|pounds|points|punkte|weeks?|woche|month|monat|tage?\b|days?\b|times|mal\b|"
    r"mentees|people|pupil|apprent|azubi|jugend|schul|person|leute|kinder|klasse|grade|questions|"
    rf"fragen|th\b|st\b|nd\b|rd\b|x\b|/\d|'|{_MONTH}))"
    r"(?!\.\s*(?:treffen|termin|gesprach|klasse|mal\b|sitzung|semester|schuljahr|stock|"
    rf"[a-z]+ treffen|{_MONTH}|\d{{1,2}}\.(?!\s*(?:treffen|mal\b|sitzung|termin))|\d+\s*(?:uhr|"
    r"h\b)))"
)
"""What follows an age: nothing that it could count, no further figures of a date or a time."""
_ENDS = (
    rf"(?:{_NO_UNIT}|(?=\.\s(?:treffen|termin) (?:am|um|mit|im|in|auf|eine?|morgen|heute|bei|per|"
    r"\d)\b))"
)
"""The same after a name, where "18. Treffen am Montag" begins a sentence."""


def _figures(pattern: re.Pattern[str], text: str) -> Iterator[Figure]:
    """The number in the first group of each match that has one; two groups are from and to."""
    for match in pattern.finditer(text):
        told = [number_of(value) for value in match.groups() if value]
        yield Figure(round(sum(told) / len(told) + 0.01), *match.span())


def _told(text: str) -> Iterator[Figure]:
    yield from sorted(_figures(_told_pattern(), text), key=lambda figure: figure.start)


_AGES_IN_WORDS = (
    "elf", "zwolf", "dreizehn", "vierzehn", "funfzehn", "sechzehn", "siebzehn", "achtzehn",
    "neunzehn", "zwanzig",
)  # fmt: skip


@cache
def _told_pattern() -> re.Pattern[str]:
    number = number_source()
    to = r"\s*(?:-|to|bis|und|and|&|or|oder)\s*"
    soft = (
        r"(?:(?:now|only|going to be|going on|gone|grad|eben|bereits|just|already|still|about|"
        r"nearly|almost|"
        r"around|just turned|turning|jetzt|"
        r"erst|gerade|schon|fast|knapp|bald|etwa|ungefahr|ca\.?|um die|nachste woche|next week|"
        r"next month|im \w+|morgen|tomorrow|gerade mal|so)\s+)*"
    )
    return re.compile(
        rf"(?<=[a-z]),\s*({number}){_ENDS}(?!\s*(?:and|und|&)\s*\d)(?=\s*(?:[,.;:!?)]|$|(?:and|"
        rf"und|from|aus|years|at|who|"
        rf"in)\b(?!\s+(?:total|all)\b)))"
        rf"|(?:year|yr|klasse|grade) \d{{1,2}}[a-f]?,\s*(1\d)(?=\s*(?:[,.;)]|$)){_NO_UNIT}"
        rf"|(?<=[.!?;:]\s)([1-9]\d)(?=[,.]\s){_NO_UNIT}"
        rf"|(?<=[a-z]\s)(1\d|2\d|[3-6]\d)\s+(?=(?:der|die|she|he|er|sie)\s)"
        rf"|(?<![\w.,:/])(?:"
        rf"(\d{{1,2}}){to}(\d{{1,2}})[\s-]*(?:years?[\s-]*olds?|jahren?|jahre|jahrige\w*)"
        rf"|(?:aged|ages?|im alter von|zwischen|between)\s+(\d{{1,2}}){to}(\d{{1,2}}){_NO_UNIT}"
        rf"|(?<=[a-z], )(\d{{1,2}}){to}(\d{{1,2}})(?=\s*[,.;)]|$)"
        rf"|({number})[\s-]*(?:years?[\s-]*olds?|yrs?[\s-]*olds?|years? of age|y/?o\b|"
        rf"yrs?\b|jahre(?: alt)?\b|jahre?n alt|j\.|j(?=[,;)]|$)|jahrig\w*|years(?! (?:ago|together|"
        rf"later|in\b|of|at))\b|-jahrig\w*)"
        rf"|({number})\s+(?:isser|isse|isses|lenze|is she|is he)\b"
        rf"|({'|'.join(_AGES_IN_WORDS)})(?=jahrig)"
        rf"|(?:is|ist|he's|she's|aged)\s+{soft}(\d{{1,2}})\s*(?:or|oder)\s*(\d{{1,2}}){_NO_UNIT}"
        rf"|(?:aged|age:?|alter:?|im alter von|is|ist|he's|she's|they're|who's|who is|sie's|hes|"
        rf"shes|will be|turns|turned|turning|going on|wird|wurde|"
        rf"about|around|all about|all|both|beide|alle|"
        rf"um die|etwa|"
        rf"ca\.?|sie is|er is|fast|nearly|almost)\s+{soft}({number}){_NO_UNIT}(?!\s+(?:of|von|"
        rf"in (?:"
        rf"maths|mathe)|friends|brothers|bruder|freunde|days|more|noten|subjects|\w*jobs|kids|"
        rf"kinder|geschwister|grad)\b)"
        rf"|(?:girl|boy|lad|kid|teenager|man|woman|lady|gentleman|dame|herr|student|pupil|"
        rf"person|junge|jungen|madchen|"
        rf"mann|frau|"
        rf"kind|schulerin|schuler)\s+(?:of|von)\s+({number})(?:\s+jahren)?{_NO_UNIT}"
        rf"|\((?:\s*\w+,)?\s*(\d{{1,2}})\s*(?=[,;)/])"
        rf"|\b[mwfd]\s?[/,]\s?(\d\d)(?=\s*[,.;)/])"
        rf"|(?:mentee|azubi|student|studentin|pupil|apprentice|schuler|schulerin)\s+(\d{{1,2}})"
        rf"(?=\s*[,.;)]))"
    )


def _after_names(text: str, names: Sequence[Name]) -> Iterator[Figure]:
    pattern = _after_name_pattern()
    for name in names:
        if match := pattern.match(text, name.end):
            yield Figure(int(number_of(match[1])), match.start(1), match.end(1))


@cache
def _after_name_pattern() -> re.Pattern[str]:
    mark = r"(?:\s*[,;:(/|-]\s*|\s+)(?:[mwfd]\s?[,/]\s?|aged? )?"
    return re.compile(rf"{mark}({number_source()}){_ENDS}(?![\w%])")


def _of_school(text: str) -> Iterator[Figure]:
    """The age that goes with a school year, from 6 in the first."""
    for match in _school_pattern().finditer(text):
        told = next(value for value in match.groups() if value)
        level = int(told) if told.isdigit() else ordinal_of(told)
        begins = 5 if match["year"] else 6
        if level <= 13:
            yield Figure(level + begins, *match.span())


@cache
def _school_pattern() -> re.Pattern[str]:
    ordinal = ordinal_source()
    return re.compile(
        rf"(?<![\w.,:])(?:(?:klasse|klassenstufe|jahrgangsstufe|jahrgang)\s+(\d{{1,2}})[a-f]?\b"
        rf"|(?:in|aus|of|from) (?:der|die|class)?\s?(1?\d)[a-f]\b"
        rf"|({ordinal})\s+(?:klasse|klassenstufe|jahrgangsstufe)"
        rf"|(funft|sechst|siebt|acht|neunt|zehnt|elft)(?=klassl\w+)"
        rf"|(?:year|yr)[\s-]?(?P<year>\d{{1,2}})(?!\d)"
        rf"|({ordinal})[\s-]+grade(?:rs?)?\b|\bgrade\s+(\d{{1,2}})\b)"
    )


def _about(text: str) -> Iterator[Figure]:
    """Ages that are told by the decade, or by the pension."""
    for match in _DECADE.finditer(text):
        decade = match["decade"] or match["theirs"]
        value = _DECADES.get(decade) or int(decade)
        yield Figure(value + _WITHIN.get(match["tens"] or "mid", 5), *match.span())
    for match in _RETIRED.finditer(text):
        yield Figure(RETIRED, *match.span())


_DECADES = {
    "zwanzig": 20, "dreissig": 30, "dreisig": 30, "vierzig": 40, "funfzig": 50, "sechzig": 60,
    "siebzig": 70,
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
}  # fmt: skip
_WITHIN = {"early": 2, "anfang": 2, "mid": 5, "mitte": 5, "late": 8, "ende": 8}
_DECADE = re.compile(
    r"(?<![\w.,:])(?:(?P<tens>early|mid|late|anfang|mitte|ende)[\s-]+(?:der\s+)?(?P<decade>zwanzig|"
    r"dreissig|dreisig|vierzig|funfzig|sechzig|siebzig|[2-7]0(?=s\b)|(?<=anfang )[2-7]0|"
    r"(?<=mitte )[2-7]0|(?<=ende )[2-7]0|twenties|thirties|forties|fifties|sixties|"
    r"seventies)(?![\d.])"
    r"|in (?:her|his|their) (?P<theirs>twenties|thirties|forties|fifties|sixties|seventies))"
)
_RETIRED = re.compile(
    r"\b(?:(?:he|she|mentee|person|who|[a-z]+) is retired|retired (?:man|woman|teacher|nurse|"
    r"person|engineer)|rentner(?:in)?|pensionar(?:in)?|pensioner)\b"
)
