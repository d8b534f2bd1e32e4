"""The mentee's name or alias in a request.

Names are told by the words before them ("I meet …", "mein Mentee …"), by an age that follows, and
by a list of given names. What it does not know: a rare name in small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.planning.telling import given_names, listed
from assistant.safety.wording import plain

LONGEST_NAME = 60

_WORD = r"(?<![\w'’-])[^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,3}"
_NAMED = re.compile(
    rf"\b(?:(?:mentee|she|he|they|girl|boy)(?:'s| is|s)? (?:called|named)|named|called|namens|"
    rf"heisst|heist|names? is|name:|name ist|alias|nenne (?:ihn|sie))\s+(?P<name>{_WORD})"
)
_MY_MENTEE = re.compile(
    r"(?<![\w'’-])(?P<name>[^\W\d_]{2,40})(?:'s|s| is| ist|,) (?:my|mein|meine) (?:new |"
    r"neue[r]? )?mentee\b"
)
_TITLED_WITH_AGE = re.compile(
    rf"\b(?:mr|mrs|ms|miss|herrn?|hr|frau|fr)\.? (?P<name>{_WORD})(?=,? \(?[1-9]\d\s*[,.;)])"
)
_ANY_TITLED = re.compile(rf"\b(?:mr|mrs|ms|miss|herrn?|frau)\.? (?P<name>{_WORD})")
_AND_I = re.compile(rf"(?P<name>{_WORD}) (?:and i|und ich)\b")
_MENTEE = re.compile(rf"\bmentee(?:\s*[:,]|\s+is|\s+ist)?\s+(?P<name>{_WORD})")
_MEETING = re.compile(
    rf"\b(?:meet|meeting|meets|see|seeing|visit|visiting|for|with|me and|i and|ich und|mir und|"
    rf"mich und|treff|treffe|"
    rf"treffen|sehe|seh|besuche|besuch|begleite|betreue|unterstutze|i mentor|i coach|mit|fur|von|"
    rf"plan|help|hilf|session:?|w/|"
    rf"wit)(?=\s+(?P<name>{_WORD}))"
)
_TITLED = re.compile(
    rf"\b(?:meet|meeting|see|seeing|visit|visiting|with|mit|treffe|sehe|besuche|begleite|betreue|"
    rf"von|for|fur|mentee,?|mentee:)\s+(?P<title>mr|"
    rf"mrs|ms|miss|herrn?|hr|frau|fr)\.?\s+(?P<name>{_WORD})"
)
_AGED = (
    r"(?:aged? |age |is |ist |wird |[mwfd], ?)?(?:(?:eleven|twelve|\w{3,5}teen|twenty|elf|zwolf|"
    r"\w{3,5}zehn|zwanzig)(?=\s*[,;:.)])|[1-9]\d)(?!\d|[.:]\d|\s*(?:min|h\b|hour|hr|st(?:d|"
    r"und)|uhr|"
    r"o'clock|am\b|pm\b|%|x\b|mal\b|times|days?\b|tag|week|woche|month|monat|euro|th\b|st\b|nd\b|"
    r"people|person|leute|kinder|kids|-\w))(?!\. ?(?:treffen|sitzung|termin|mal\b|klasse|jan|feb|"
    r"mar|apr|mai\b|jun|jul|aug|sep|okt|nov|dez|[1-9]\d?\.))"
)
"""An age, and nothing that counts something else."""
_WITH_AGE = re.compile(
    rf"(?P<name>{_WORD})(?P<mark>\s*\(|,\s*|\s*[-/]\s*|\s+(?:is|ist)\s+|"
    rf"\s+){_AGED}(?=\s*(?:[,;:.)/!-]|$|y|j|(?:and|und|"
    rf"from|aus|who|at|in|on|am|retires|geht|hat|has|der|die|will|wants|tomorrow|morgen)\b))"
)
_MET_WITH_AGE = re.compile(
    rf"\b(?:meet|meets|meeting|see|seeing|visit|visiting|treff|treffe|treffen|sehe|seh|besuche|"
    rf"mentee|betreue|begleite|i mentor)(?: mit| with| my|"
    rf" mein)?\s+(?P<name>{_WORD}),?\s*\(?{_AGED}"
)
_OWNER = re.compile(
    r"(?<![\w'’-])(?P<name>[^\W\d_]{2,40})(?:['’]s (?:boyfriend|girlfriend|mum|mom|mother|dad|"
    r"father|parents|family|brother|sister|boss|teacher|exams?|marks|flatmates?)|s (?:freundin|"
    r"freund|mutter|vater|mama|papa|eltern|familie|bruder|schwester|chefin|chef|lehrerin|lehrer|"
    r"noten))\b"
)
"""Somebody of whose people is told, where nobody else is named."""
_ANY = re.compile(rf"(?!max\.? \d)(?P<name>{_WORD})")
_OTHERS = re.compile(
    r"\b(?:brother|sister|friend|boyfriend|girlfriend|teacher|boss|mother|father|mum|dad|son|"
    r"daughter|ex|colleague|classmate|flatmate|cousin|"
    r"roommate|with|named|called|mr|mrs|ms|bruder|schwester|freund|freundin|lehrer|lehrerin|"
    r"chef|chefin|mutter|vater|sohn|tochter|kollege|kollegin|"
    r"mitschuler|mitschulerin|cousine|frau|herr|herrn|mitbewohner|mitbewohnerin|mit|namens|von|"
    r"by|hund|katze|dog|cat|i'm|im|i am|ich bin|(?:he|she|they|him|her|sie|er|ihn|ihr|mum|mother|"
    r"dad|"
    r"father|brother|sister|friend|bruder|schwester|mutter|vater|freundin|freund)\s+(?:and|"
    r"und))\s+$"
)
_AGAINST = re.compile(
    r"\b(?:quarrel\w*|fight\w*|fought|argu\w*|trouble|row|fell out|falling out|broke up|split "
    r"up|friends?|in love|conflict|problem\w*|streit\w*|gestritten|zoff|krach|arger|"
    r"stress|schluss|befreundet|verliebt|konflikt|zusammen|brother|sister|bruder|schwester|"
    r"freund|freundin|teacher|lehrer\w*|chef\w*|boss|tod|death)\s+(?:with|mit|of|von|and|"
    r"und)?\s*(?:(?:her|his|a|ihrem|seinem|einem|ihrer|seiner|the)\s+(?:\w+\s+){0,2})?$"
)
_NEXT = re.compile(
    rf"(?:,?\s*\(?\d{{1,2}}\)?)?(?:,\s*(?!and\b|und\b)|(?P<last>,?\s*(?:and|und|&|\+)\s+))"
    rf"(?P<name>{_WORD})(?P<aged>,?\s\(?[1-9]\d\b)?"
)


_LONGEST_LINK = 80
"""Characters in which the name before stands."""
_LISTED_BEFORE = re.compile(
    rf"(?P<name>{_WORD})(?:,?\s*\(?\d{{1,2}}\)?)?(?:,\s*|,?\s*(?:and|und|&|\+)\s+)$"
)


@dataclass(frozen=True)
class Name:
    """A name as written, and where."""

    text: str
    start: int
    end: int


def names_in(text: str, small: str) -> tuple[Name, ...]:
    """The names of those who come, as many as are told in one list; none where nobody is named."""
    named = next((n for n in _names(text, small) if len(n.text) <= LONGEST_NAME), None)
    if named is None:
        return ()
    first = _before(text, small, named)
    return (first, *_others(text, small, first))


def _names(text: str, small: str) -> Iterator[Name]:
    """Possible names, the surest first."""
    for match in _NAMED.finditer(small):
        if _may_be(match["name"]) and not _is_other(small, match.start()):
            yield _name(text, match)
    for match in _MY_MENTEE.finditer(small):
        named = _is_given(match["name"]) or _looks_named(text, match)
        if named and not _is_other(small, match.start()):
            yield _name(text, match)
    yield from _titled(text, small)
    met = list(_met(small))
    aged = [m for m in _WITH_AGE.finditer(small) if not _is_other(small, m.start())]
    yield from (_name(text, match) for match in met if _is_given(match["name"]))
    yield from (_name(text, match) for match in aged if _is_given(match["name"]))
    yield from (_name(text, match) for match in met if _looks_named(text, match))
    for match in _MET_WITH_AGE.finditer(small):
        if _may_be(match["name"]) and plain(match["name"]) not in listed("logistics"):
            yield _name(text, match)
    given = [m for m in _ANY.finditer(small) if _is_nothing_else(m["name"])]
    given = [match for match in given if not _is_other(small, match.start())]
    yield from (_name(text, match) for match in given if text[match.start()].isupper())
    for match in (*(m for m in aged if m["mark"].strip()), *_AND_I.finditer(small)):
        if _looks_named(text, match) and not _is_other(small, match.start()):
            yield _name(text, match)
    if text == text.lower():
        yield from (_name(text, match) for match in given)
    yield from _titled_once(text, small)
    for match in _OWNER.finditer(small):
        if _is_given(match["name"]) and not _is_other(small, match.start()):
            yield _name(text, match)


def _titled(text: str, small: str) -> Iterator[Name]:
    """ "Mr Khan", where somebody meets him or his age follows."""
    for match in _TITLED.finditer(small):
        start = match.start("title")
        if (
            not _AGAINST.search(small[max(0, start - 60) : start])
            and text[match.start("name")].isupper()
        ):
            yield _titled_name(text, start, match.end("name"))
    for match in _TITLED_WITH_AGE.finditer(small):
        yield _titled_name(text, match.start(), match.end("name"))


def _titled_once(text: str, small: str) -> Iterator[Name]:
    """ "A lady of 65, Mrs Brandl": the only title in a text."""
    found = [m for m in _ANY_TITLED.finditer(small) if text[m.start("name")].isupper()]
    if len({match["name"] for match in found}) == 1 and not _is_other(small, found[0].start()):
        yield _titled_name(text, found[0].start(), found[0].end("name"))


def _titled_name(text: str, start: int, end: int) -> Name:
    return Name(re.sub(r"^Herrn\b", "Herr", text[start:end]), start, end)


def _met(small: str) -> Iterator[re.Match[str]]:
    """Places where the word before says that somebody comes."""
    yield from _MENTEE.finditer(small)
    for match in _MEETING.finditer(small):
        before = small[max(0, match.start("name") - 60) : match.start("name")]
        if _AGAINST.search(before):
            continue
        # German nouns have capitals too: "nichts mit Zetteln", "etwas mit Tieren".
        any_noun = _BEFORE_ANY_NOUN.search(before) and not _OF_A_MEETING.search(before)
        if not any_noun or _is_given(match["name"]):
            yield match


_BEFORE_ANY_NOUN = re.compile(r"\b(?:mit|fur|von)\s+$")
_OF_A_MEETING = re.compile(
    r"\b(?:\w*treff\w*|\w*termin|\w*gesprach|\w*sitzung|\w*stunden?|mal|min\w*|plan\w*|"
    r"vorbereit\w*|mentee|meet\w*|session|anruf|telefon\w*|spaziergang|kaffee|\d+|zoom|"
    r"online|agenda|ablauf|zusammen|unterwegs|video\w*|h|std)\b[^.;!?]{0,30}$|^\W*\w+\s+$"
)


def _name(text: str, match: re.Match[str]) -> Name:
    start, end = match.span("name")
    return Name(text[start:end], start, end)


def _may_be(word: str) -> bool:
    first = re.split(r"['’]", word)[0]
    return not {plain(word), plain(first)} & listed("not_names") and len(first) > 1


def _is_given(word: str) -> bool:
    return word in given_names() and _may_be(word)


def _is_nothing_else(word: str) -> bool:
    """Whether it is a given name by itself, and no word as well, as "Till" and "Mark" are."""
    return _is_given(word) and plain(word) not in listed("also_words")


def _looks_named(text: str, match: re.Match[str]) -> bool:
    """A capital and no word that often stands there; what follows must not be its noun."""
    start, end = match.span("name")
    word = text[start:end]
    if not word[0].isupper() or not _may_be(word) or (word.isupper() and len(word) > 3):
        return False
    follows = re.match(r"['’]s\s+\w+|\s(?P<name>[A-ZÄÖÜ][\w-]+)", text[end:])
    if follows and (follows["name"] is None or _is_given(follows["name"].lower())):
        return False
    return not plain(word).endswith(_NOUN_ENDINGS)


_NOUN_ENDINGS = (
    "ung", "ungen", "heit", "keit", "schaft", "tion", "tionen", "ismus", "itat", "platz", "inen",
    "ern", "lehrer", "arbeit", "iker", "ikerin", "macher", "macherin", "bauer", "bauerin", "leger",
    "kaufer", "kauferin", "pfleger", "pflegerin", "techniker", "fahrer", "fahrerin", "student",
    "studentin", "schuler", "schulerin", "azubi", "lehrling", "helfer", "helferin", "kraft", "mann",
    "frau", "meister", "leiter", "leiterin", "sprecher", "sprecherin", "jahr", "klasse", "kochin",
    "schule", "nasium", "semester",
)  # fmt: skip
"""Of words that are no names, as German writes with a capital: "Elektriker", "Gesamtschule"."""


def _is_other(small: str, start: int) -> bool:
    """Whether the words before say that somebody else is named."""
    before = small[max(0, start - 60) : start]
    return bool(_OTHERS.search(before) or _AGAINST.search(before))


def _before(text: str, small: str, name: Name) -> Name:
    """The first of the list that a name stands in: of "Ida and Elsa, both 11" Ida."""
    while match := _LISTED_BEFORE.search(small, max(0, name.start - _LONGEST_LINK), name.start):
        given = text[match.start("name")].isupper() and _is_given(match["name"])
        if not given or _is_other(small, match.start("name")):
            break
        name = _name(text, match)
    return name


def _others(text: str, small: str, name: Name) -> Iterator[Name]:
    """Those who are named in one list with somebody: "Ana, Ben (15) and Cem"."""
    found: list[Name] = []
    end = name.end
    while match := _NEXT.match(small, end):
        # After a comma a German noun may follow; after "and" it is hardly anything but a name.
        sure = _is_given(match["name"]) or match["aged"] or (match["last"] and not found)
        if not (sure and text[match.start("name")].isupper() and _may_be(match["name"])):
            return
        if not _is_given(match["name"]) and not _looks_named(text, match):
            return
        found.append(_name(text, match))
        if match["last"]:
            yield from found
            return
        end = match.end("name")
