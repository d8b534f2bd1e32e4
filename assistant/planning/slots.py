"""The figure or name in a message of which it is known what it puts right.

Where the learnt reader says that a message is about the size of the group, any number in it may be
that size; so little is asked of the words around it. What it does not know: figures that must be
reckoned from two others ("four of the nine have gone home").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from assistant.planning.ages import is_of_kin
from assistant.planning.amounts import amount_in
from assistant.planning.asking import Wording
from assistant.planning.correcting import STEP
from assistant.planning.numerals import (
    ALL_TOGETHER,
    number_of,
    number_source,
    ordinal_of,
    ordinal_source,
)
from assistant.planning.request import LEAST_MINUTES, MOST_MINUTES, SessionRequest
from assistant.planning.stating import MOST_COMING, OLDEST, YOUNGEST, within_bounds
from assistant.planning.telling import folded, given_names, listed
from assistant.safety.wording import plain

Fields = Mapping[str, Any]

MOST_MEETINGS = 60


def _minutes(text: str, request: SessionRequest) -> Fields:
    wording = Wording(text)
    if _ON_THE_WAY.search(wording.folded):
        return {}
    amount = amount_in(wording)
    if amount is not None and (amount.minutes is not None or amount.factor is not None):
        return {"minutes": within_bounds(amount.of(request.minutes))}
    if _CLOCK.search(wording.folded):
        return {}
    fit = [
        n
        for n in _numbers(wording.folded)
        if LEAST_MINUTES <= n <= MOST_MINUTES and n % STEP == 0 and n != request.minutes
    ]
    return {"minutes": fit[-1]} if fit else {}


_ON_THE_WAY = re.compile(
    r"\b(?:by (?:bus|train|tram|car|bike)|on foot|minutes? away|mit (?:dem|der) (?:bus|bahn|zug|"
    r"tram|auto|rad)|zu fuss|entfernt)\b"
)
"""How far it is, and not how long they meet."""
_CLOCK = re.compile(r"\d[.:]\d\d|\b(?:uhr|o'clock|[ap]m|half past|quarter (?:to|past)|halb)\b")


def _people(text: str, request: SessionRequest) -> Fields:
    small = folded(text)
    if _IN_THEIR_LIFE.search(small):
        return {}
    if among := _AMONG_US.search(small):
        return {"people": ALL_TOGETHER[among["all"]] - 1}
    fit = [n for n in _numbers(small) if 2 <= n <= MOST_COMING]
    if not fit:
        return {"people": request.people + 1} if _MORE.search(small) else {}
    people = fit[-1]
    # "We're five" may count the mentor or not: who is one more or one less than before tells.
    if _WITH_ME.search(small) and abs(people - request.people) != 1:
        people -= 1
    return {"people": people} if people > 1 else {}


_IN_THEIR_LIFE = re.compile(
    r"\bin (?:her|his|their) (?:class|family|team|course|year|flat|office)\b|\bin (?:ihrer|seiner) "
    r"(?:klasse|familie|gruppe|wg|abteilung)\b|\bin (?:ihrem|seinem) (?:team|kurs|jahrgang|buro)\b"
)
"""How many there are around the mentee, and not how many come."""
_AMONG_US = re.compile(rf"\bwir\b.*\bzu (?P<all>(?!zweit)(?:{'|'.join(ALL_TOGETHER)}))\b")
_WITH_ME = re.compile(
    r"\b(?:(?:including|counting|with|incl) me|(?:mit|samt|inklusive) mir|of us|von uns|"
    r"wir sind|sind wir|we're|we are|we'll be)\b"
)
_MORE = re.compile(
    r"\b(?:another|second|one more|too|along|join\w*|brings?|bringing|tags?|extra|added|"
    r"noch|weiter\w*|zweite\w*|auch|dazu|mit|bringt)\b"
)


def _number(text: str, _: SessionRequest) -> Fields:
    small = folded(text)
    named = [
        ordinal_of(match[0])
        for match in _ordinal_pattern().finditer(small)
        if not _DENIED.search(small, 0, match.start())
    ]
    fit = [n for n in named or _numbers(small) if 1 <= n <= MOST_MEETINGS]
    if not fit:
        return {}
    number = fit[-1] + bool(not named and _BEFORE_NOW.search(small))
    return {"stage": "first" if number == 1 else "regular", "number": number}


@cache
def _ordinal_pattern() -> re.Pattern[str]:
    months = r"jan|feb|mar|apr|ma[iy]\b|jun|jul|aug|sep|o[ck]t|nov|de[cz]"
    return re.compile(
        rf"(?:{ordinal_source(slips=True)})(?!\s*(?:(?:of )?(?:{months})|klasse|grade|year|floor|"
        rf"semester|lehrjahr|stock))"
    )


_BEFORE_NOW = re.compile(r"\b(?:had|already|behind us|so far|hatten|gehabt|schon|bereits|hinter)\b")


def _age(text: str, _: SessionRequest) -> Fields:
    small = folded(text)
    if any(is_of_kin(small, match.start()) for match in _number_pattern().finditer(small)):
        return {}
    fit = [n for n in _numbers(small) if YOUNGEST <= n <= OLDEST]
    if len(fit) > 1 and _BETWEEN.search(small):
        return {"age": round(sum(fit[-2:]) / 2)}
    return {"age": fit[-1]} if fit else {}


_BETWEEN = re.compile(r"\b(?:between|zwischen|bis|to)\b|\d\s?[-–]\s?\d")


def _name(text: str, request: SessionRequest) -> Fields:
    small, found = folded(text), []
    for match in _NAME.finditer(text):
        word = folded(match["word"])
        if word == folded(request.name) or _DENIED.search(small, 0, match.start()):
            continue
        if match["title"] or word in given_names() or _may_be_a_name(match, text):
            found.append(match[0])
    for called in _CALLED.finditer(small):
        written = text[slice(*called.span("name"))]
        # "She's called Patience" names her by what is an everyday word.
        sure = written[0].isupper() and not any(written in one for one in found)
        if sure or not (found or plain(written) in listed("not_names")):
            found = [written]
    titled = [one for one in found if " " in one]
    return {"name": (titled or found)[0]} if found else {}


def renamed(text: str, request: SessionRequest) -> Fields:
    """The name that stands beside "not" and the present one: "she's Patience, not Precious"."""
    name = re.escape(folded(request.name))
    told = re.search(rf"\b(?:not|nicht|statt|instead of|rather than) {name}\b", folded(text))
    return _name(text, request) if name and told else {}


def _alone(text: str, _: SessionRequest) -> Fields:
    """One person, and who it is where "only" stands before a name."""
    found = _ONLY.search(text) or _ONLY_AFTER.search(text)
    named = {"name": found["word"]} if found and _is_name(found["word"]) else {}
    return {"people": 1, **named}


_ONE_OF_THEM = re.compile(
    r"\b(?:only|just|nur)\s+(?:\w+\s+){0,2}?(?:the|der|die|den)\s+(?:elder|older|younger|other|"
    r"alter\w*|junger\w*|gross\w*|klein\w*|ander\w*)\b(?! half| part| halfte| teil)"
)


def only_one(text: str, request: SessionRequest) -> Fields:
    """One person where several were to come: "it will only be the elder one"."""
    comes_alone = request.people > 1 and _ONE_OF_THEM.search(folded(text))
    return {"people": 1} if comes_alone else {}


def _is_name(word: str) -> bool:
    return folded(word) in given_names() or plain(word) not in listed("not_names")


def _indoors(_: str, request: SessionRequest) -> Fields:
    if request.setting == "outside":
        return {"setting": "in_person"}
    rest = tuple(wish for wish in request.wishes if wish != "outside")
    return {"wishes": rest} if rest != request.wishes else {}


_WORD = r"(?P<word>[A-ZÄÖÜÇŞ][^\W\d_]+(?:['’-][^\W\d_]+)*)"
_ONLY = re.compile(
    rf"\b(?:[Oo]nly|[Jj]ust|[Nn]ur|[Bb]lo(?:ß|ss)|allein\w*)\s+(?:(?:der|die|den) )?{_WORD}"
)
_ONLY_AFTER = re.compile(rf"{_WORD}\s+(?:alone|allein\w*|on (?:her|his) own)\b")
_TITLES = r"(?P<title>(?:[Mm]rs?|[Mm]s|[Mm]iss|[Ff]rau|[Hh]err[n]?)\.?\s+)"
_NAME = re.compile(rf"{_TITLES}?(?P<word>(?(title)\w|[A-ZÄÖÜÇŞ])[^\W\d_]+(?:['’-][^\W\d_]+)*)")
_CALLED = re.compile(
    r"\b(?:goes by|called|call (?:her|him|them)|names? is|name's|it's|its|heisst|namens|"
    r"nenn\w*(?: (?:sie|ihn|mich))?|names?(?: \w+)? (?:to|in|zu)|put|nimm|schreib\w*|is|ist)\s+"
    r"(?:jetzt |nur |einfach |bitte |just |now )?"
    r"(?!not\b|nicht\b|wrong\b|falsch\b)(?P<name>[^\W\d_]{3,40})(?=\s*(?:$|[,.;!?)]|now\b|bitte\b))"
)


def _may_be_a_name(match: re.Match[str], text: str) -> bool:
    """A capital that begins no sentence, of a word that is no everyday one."""
    before = text[: match.start()].rstrip()
    begins = not before or before[-1] in ".!?:"
    known = plain(match["word"]) in listed("not_names")
    return not known and (not begins or bool(_OTHER_FOLLOWS.match(text, match.end())))


_OTHER_FOLLOWS = re.compile(r",?\s+(?:not|nicht|statt|instead of|rather than)\s", re.I)


# -- numbers -------------------------------------------------------------------------------------

_DENIED = re.compile(
    r"(?:n't|\b(?:not|isnt|no|nicht|kein\w*|statt|anstatt|instead of|rather than|than|als|from|"
    r"von|of|wrote|typed|sagte|schrieb))\s+(?:just |only |nur |bloss )?"
    r"(?:the |a |our |my |den |der |dem |einem? |unser\w* |mein\w* |das )?$"
)


def _numbers(small: str) -> list[int]:
    """The numbers in a message that aren't denied, in its order."""
    return [
        round(number_of(match[0]))
        for match in _number_pattern().finditer(small)
        if not _DENIED.search(small, 0, match.start())
    ]


@cache
def _number_pattern() -> re.Pattern[str]:
    no_figure = r"(?![\d:]|\s*%|(?<=\d)(?:st|nd|rd|th)\b|(?<=\d)\.\s?[a-z\d])"
    return re.compile(rf"(?<![\w.,:])(?!an?\b|one\b|ein\w*\b){number_source()}{no_figure}")


SLOTS: Mapping[str, Callable[[str, SessionRequest], Fields]] = {
    "minutes": _minutes,
    "group": _people,
    "number": _number,
    "age": _age,
    "rename": _name,
    "alone": _alone,
    "indoors": _indoors,
}
"""Reads the fields of a request that a message of a kind puts right; none where it names none."""
