"""Who else joins a meeting, beside mentor and mentee, in the mentor's words.

Staff, parents or an interpreter are no mentees: the plan stays as it is, and says how to prepare
for them. What it does not know: for how long they come; the mentor's own words tell that.
"""

from __future__ import annotations

import re

from assistant.planning.telling import folded, trimmed

LONGEST_GUEST = 160
"""Characters of the words that are kept."""

_WHO = (
    r"(?:\w*co-?ordinator\w*|member of staff|social workers?|case ?workers?|youth workers?|"
    r"key ?workers?|support workers?|teachers?|head ?teacher|tutor|counsell?or|interpreters?|"
    r"translators?|officers?|line manager|manager|hr|her boss|his boss|mums?|moms?|mother|dads?|"
    r"father|parents|step(?:dad|mum|father|mother)|grandma|gran|nan|grandad|aunt|uncle|carers?|"
    r"foster (?:mum|dad|mother|father|parents)|bab(?:y|ies)|toddler|(?:little|small|young) (?:son|"
    r"daughter|girl|boy|one)|koordinat\w*|\w*sozialarbeit\w*|\w*sozialpadagog\w*|\w*lehrer\w*|"
    r"lehrkraft|dolmetsch\w*|betreuer\w*|vater|mutter|papa|mama|eltern|stiefvater|stiefmutter|oma|"
    r"opa|tante|onkel|ausbilder\w*|chefin|chef|beamt\w*|bewahrungshelf\w*|baby|"
    r"kleine[rsn]? (?:tochter|sohn|kind)|(?:die|der|das) kleine)"
)
_HERE = r"(?=\s*(?:$|[,.;:!?()\n]|(?:und|zum|am|heute|morgen|diesmal|bitte)\b))"
_JOINS = (
    r"(?:(?:joins?|joining)(?!\s+(?:an?|the|in)\b)|"
    r"(?:comes?|coming) (?:along|too|as well|with (?:her|him|us|me))|sit(?:s|ting)? in|"
    r"(?:is|be) (?:there|with (?:her|him|us))(?! for)|drops? in|takes? part|"
    r"(?:wants?|will|going) to come|dazu ?komm\w*|mitkomm\w*|"
    rf"komm\w* (?:\w+ ){{0,4}}?(?:mit|dazu){_HERE}|"
    r"(?:ist|sind|sitz\w*|war\w*|sein) (?:\w+ ){0,4}?dabei|dabei (?:ist|sind|sein|sitzt)|"
    r"setz\w* sich (?:\w+ ){0,2}?dazu|schau\w* (?:\w+ ){0,3}?vorbei|"
    r"nimmt (?:\w+ ){0,3}?teil|teilnehmen|teilnimmt)"
)
_BETWEEN = r"(?:(?!\b(?:and|und)\b)[^.!?;\n,])"
_GUEST = re.compile(
    rf"\b{_WHO}\b{_BETWEEN}{{0,60}}?\b{_JOINS}(?!\w)"
    rf"|\bkomm\w*\b{_BETWEEN}{{0,30}}?\b{_WHO}\b{_BETWEEN}{{0,40}}\b(?:mit|dazu){_HERE}"
)
_DENIED = re.compile(r"\b(?:not|never|nicht|kein\w*|nie|nimmer|cannot)\b|n't\b")
_CLAUSE_ENDS = re.compile(r"[,.;!?\n]")
_OPENING = re.compile(r"(?:(?:and|und|but|aber|also|ubrigens|btw|so|because|weil|dass|that)\s+)+")


_SMALL = re.compile(r"\b(?:bab(?:y|ies)|toddlers?|little|small|young|klein\w*)\b")


def is_small_child(guest: str) -> bool:
    """Whether who joins is a child to be kept busy, and nobody to agree things with."""
    return _SMALL.search(folded(guest)) is not None


def guest_in(text: str) -> str:
    """The clause that says who joins; "" where nobody does."""
    small = folded(text)
    for match in _GUEST.finditer(small):
        if _DENIED.search(match[0]):
            continue
        before = [end.end() for end in _CLAUSE_ENDS.finditer(small, 0, match.start())]
        after = _CLAUSE_ENDS.search(small, match.end())
        start, end = trimmed(
            text, before[-1] if before else 0, after.start() if after else len(text)
        )
        if opening := _OPENING.match(small, start, end):
            start = opening.end()
        return text[start : min(end, start + LONGEST_GUEST)]
    return ""
