"""Figures and names that a message puts right in few words: "twenty will do", "18", "it's Liam".

After a plan such words can only mean the meeting, where in a request they could mean anything.
Works on text as `telling.folded` spells it. What it does not know: a name in small letters that
nobody listed.
"""

from __future__ import annotations

import re
from functools import cache

from assistant.planning.numerals import number_of, number_source
from assistant.planning.request import LEAST_MINUTES, MOST_MINUTES, SessionRequest
from assistant.planning.telling import folded, given_names, listed
from assistant.safety.wording import plain

STEP = 5
"""Meetings last minutes in fives; another bare figure is an age."""

NEAR_AGE = 2
"""Years by which somebody is older or younger than was thought, at most."""

MOST_LEFT = 20
"""People that "that leaves …" may stand for; more are minutes."""


def minutes_told(small: str) -> int | None:
    """How long the meeting is, where a message says no more than a number and that it is enough."""
    if match := _enough_pattern().search(small):
        minutes = round(number_of(match["enough"] or match["into"]))
        if minutes % STEP == 0 and LEAST_MINUTES <= minutes <= MOST_MINUTES:
            return minutes
    return None


@cache
def _enough_pattern() -> re.Pattern[str]:
    number = rf"(?!an?\b|one\b|ein\w*\b){number_source()}"
    ends = r"(?=\s*(?:$|[,.;!?)]|(?:please|bitte|runter|kurzen|gehen|instead|now|jetzt|then)\b))"
    return re.compile(
        rf"(?<![\w.,:])(?P<enough>{number})\s+(?:(?:is|are|will|would|should|'ll|mussen|muss|"
        rf"sollten?)\s+)?"
        rf"(?:have to )?(?:be )?(?:enough|plenty|do|suffice|reich\w*|genug\w*|tun'?s?|tut'?s?|"
        rf"lang(?:en|t))\b"
        rf"|\b(?:(?:down|back|up|cut) to|(?:squeeze|fit|press|get|put) (?:it|this|that|"
        rf"everything) in(?:to)?|"
        rf"(?:runter|hoch|kurz\w*|verkurz\w*|verlanger\w*|mussen|muss|sollen|gehen) (?:\w+ "
        rf")?auf)\s+"
        rf"(?P<into>{number}){ends}"
    )


def age_told(small: str, request: SessionRequest) -> int | None:
    """The mentee's age, where a message is hardly more than that number."""
    match = _BARE.fullmatch(small)
    if not match:
        return None
    age = int(match["age"])
    if age % STEP == 0 and _ONLY_SO_MUCH.search(small):
        return None
    is_near = request.age is not None and 0 < abs(age - request.age) <= NEAR_AGE
    return age if is_near or (age % STEP and 10 <= age <= 99) else None


_BESIDE_AN_AGE = (
    r"(?:doch|schon|erst|nein|ne|nee|ach|oh|oops|ups|sorry|actually|no|so|make|that|it|just|only|"
    r"bereits|"
    r"eigentlich|inzwischen|mittlerweile|jetzt|now|already|by|ist|is|er|sie|she|he|jahre|years?|"
    r"alt|old|"
    r"nicht|meine|mean|i|ich|bitte|please|geworden|pardon|richtig|correct|age|alter)"
)
_BARE = re.compile(
    rf"\W*(?:{_BESIDE_AN_AGE}\W+){{0,5}}(?P<age>\d\d)(?:\W+{_BESIDE_AN_AGE}){{0,4}}\W*"
)


_ONLY_SO_MUCH = re.compile(
    r"\b(?:only|just|nur)\b(?!.*\b(?:turned|geworden|alt|old|years?|jahre)\b)"
)
"""Nobody grows younger: "only 15 now" is said of minutes."""


def people_left(small: str) -> int | None:
    """How many mentees come, where others have cancelled or joined."""
    if match := _left_pattern().search(small):
        count = round(number_of(match["left"] or match["will_be"] or match["are_now"]))
        return count if 1 <= count <= MOST_LEFT else None
    return None


@cache
def _left_pattern() -> re.Pattern[str]:
    number = rf"(?!an?\b|ein\w*\b){number_source()}"
    only = r"(?:(?:only|just|nur|jetzt|doch|now|noch|dann|bloss|lediglich|us|me|with|mir|uns)\s+)*"
    ends = (
        r"(?=\s*(?:$|[,.;!?)]|(?:of (?:them|us)|mentees|leute|people|ubrig|left|now|girls|boys|"
        r"lads)\b))"
    )
    return re.compile(
        rf"\b(?:leaves|leaving|left with|bleiben|verbleiben|sind es|waren "
        rf"es)\s+{only}(?P<left>{number})"
        rf"{ends}|\bthere(?:'ll| will)? be {only}(?P<will_be>{number}){ends}"
        rf"|\b(?:it's|its|they're|sie sind|es sind|wir haben|we've "
        rf"got)\s+{only}(?P<are_now>(?!\d\d){number})"
        rf"\s+(?:of them|mentees|girls|boys|lads|kids|people|leute|madchen|jungs|jugendliche)\b"
    )


def name_put_right(text: str, old: str) -> str | None:
    """The mentee's name, where a message says that another was wrong."""
    small = folded(text)
    for match in _right_pattern(folded(old)).finditer(small):
        group = next(name for name, value in match.groupdict().items() if value)
        written = text[slice(*match.span(group))]
        is_name = match[group] in given_names() or group in ("should", "misspelt")
        if is_name and written[0].isupper() and plain(written) not in listed("not_names"):
            return written if folded(written) != folded(old) else None
    return None


@cache
def _right_pattern(old: str) -> re.Pattern[str]:
    word = r"(?P<{}>[^\W\d_]{{2,40}}(?:['-][^\W\d_]{{2,40}})?)"
    known = re.escape(old) if old else r"(?!)"
    return re.compile(
        rf"\b{known}\s+(?:should be|is (?:really|actually|spelt|spelled)|(?:soll|muss) (?:es )?|"
        rf"wird )\s*(?:\w+ )?"
        rf"{word.format('should')}"
        rf"|\b(?:misspel\w+|mistyped|typo|wrong name|verschrieben|vertippt|falscher name|falsch "
        rf"geschrieben)"
        rf"\b[^.!?\n\w]{{0,4}}(?:(?:it|its|it's|the|name|name's|is|es|ist|richtig|heisst|er|"
        rf"sie)\W+)*"
        rf"{word.format('misspelt')}"
        rf"|\b(?:it's|it is|its|it was|i mean|i meant|es ist|das ist|ich meine|ich meinte|"
        rf"gemeint ist)\s+"
        rf"(?:really |actually |doch |eigentlich )?{word.format('said')}"
        rf"(?=\s*(?:$|[,.;!?)]|(?:and|und|not|nicht|with|mit|who|i|ich)\b))"
    )
