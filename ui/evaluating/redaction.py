"""Taking people out of a text: names, numbers, dates and addresses become placeholders.

What is found is a proposal that a person checks; no pattern knows every name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("link", re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w{2,}")),
    (
        "date",
        re.compile(
            r"(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\s?\d{1,2}[./](?:\s?\d{2,4})?"
            rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?(?:{_MONTHS})\b(?:,?\s\d{{4}})?"
            rf"|(?:{_MONTHS})\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}})?)(?!\d)"
        ),
    ),
    ("phone", re.compile(r"(?<![\w+])(?:\+|00?)\d(?:[\s/().-]{0,2}\d){5,14}(?!\d)")),
    ("number", re.compile(r"(?<![\w\[])\d+(?:[.,:]\d+)*(?!\w|\])")),
)
"""In the order in which they are looked for: a date's digits are no number any more."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_STARTS = re.compile(r"(?:^|[.!?…:]\s+|[\"“„»(]\s*|\n\s*)$")
_INTRODUCED = re.compile(
    r"\b(?:name(?:\s+is|d)?|called|call(?:s)?\s+(?:him|her|them)|heißt|heiße|heisst|Name\s+ist"
    r"|mentee|mentor(?:in)?|Herrn?|Frau|Mr|Mrs|Ms|Dr|Tandempartner(?:in)?)\.?,?\s+$",
    re.IGNORECASE,
)
_NOT_NAMES = """
    i i'm i've i'll i'd ich du er sie es wir ihr monday tuesday wednesday thursday friday saturday
    sunday montag dienstag mittwoch donnerstag freitag samstag sonntag german english deutsch
    englisch tandem whatsapp instagram hallo hello hi hey ok okay mr mrs ms dr herr herrn frau
    """
_NEVER = frozenset([*_NOT_NAMES.split(), *_MONTHS.lower().split("|")])


def vocabulary(guides: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Words, in lower case, that are no names: both languages' small words, and those of guides.

    Guides are given as (language, text) each.
    German writes every noun with a capital, so an example's name looks like one there. It gives
    itself away in the English guides, which have it with a capital only.
    """
    from bm25s.stopwords import STOPWORDS_EN_PLUS, STOPWORDS_GERMAN

    small = {*STOPWORDS_EN_PLUS, *STOPWORDS_GERMAN}
    nouns: set[str] = set()
    capitals: set[str] = set()
    for language, text in guides:
        for word in _WORD.finditer(text):
            plain = word[0].casefold()
            if word[0][0].islower():
                small.add(plain)
            elif language == "de":
                nouns.add(plain)
            elif not _STARTS.search(text[max(0, word.start() - 3) : word.start()]):
                capitals.add(plain)
    return frozenset(small | (nouns - capitals))


def likely_names(texts: Iterable[str], known: Collection[str], language: str) -> list[str]:
    """Words that look like names, in the order they are met.

    `known` are words as `vocabulary` gives them. A word with a capital is taken for a name where a
    text introduces it ("my mentee Aylin") or no guide knows it; in English also where a guide
    does, unless it begins a sentence.
    """
    found: dict[str, None] = {}
    for text in texts:
        for word in _WORD.finditer(text):
            name = re.sub(r"['’]s$", "", word[0])
            if _is_name(name, text[: word.start()], known, language):
                found.setdefault(name)
    return list(found)


def _is_name(word: str, before: str, known: Collection[str], language: str) -> bool:
    plain = word.casefold()
    if not word[0].isupper() or len(word) < 2 or word.isupper() or plain in _NEVER:
        return False
    if not _is_known(plain, known) or _INTRODUCED.search(before):
        return True
    return language == "en" and not _STARTS.search(before)


def _is_known(plain: str, known: Collection[str]) -> bool:
    """Whether a word is one, with a plural's or a contraction's ending aside."""
    stem = re.sub(r"['’](?:m|ve|ll|d|re|s|t)$", "", plain)
    return plain in known or stem in known or (len(stem) > 3 and stem.rstrip("s") in known)


def redacted(
    texts: Sequence[str], names: Sequence[str], say: Callable[..., str]
) -> tuple[str, ...]:
    """The texts with every name and every pattern replaced.

    `say` gives the placeholder for "name" (with `number`), "email", "link", "date", "phone" and
    "number". One name is one placeholder in all the texts, with its genitive too.
    """
    numbers = {name.casefold(): place for place, name in enumerate(_longest_once(names), 1)}
    return tuple(_redacted(text, numbers, say) for text in texts)


def _longest_once(names: Iterable[str]) -> list[str]:
    known: dict[str, str] = {}
    for name in names:
        if name.strip():
            known.setdefault(name.strip().casefold(), name.strip())
    return list(known.values())


def _redacted(text: str, numbers: Mapping[str, int], say: Callable[..., str]) -> str:
    holes: list[str] = []

    def hole(shown: str) -> str:
        holes.append(shown)
        return f"\x00{chr(0xE000 + len(holes) - 1)}\x00"

    for kind, pattern in _PATTERNS[:4]:
        text = pattern.sub(lambda _, kind=kind: hole(say(kind)), text)  # type: ignore[misc]
    if numbers:
        longest = sorted(numbers, key=len, reverse=True)
        listed = "|".join(map(re.escape, longest))
        named = re.compile(rf"(?<!\w)({listed})(?:['’]s?|s)?(?!\w)", re.IGNORECASE)
        text = named.sub(lambda m: hole(say("name", number=numbers[m[1].casefold()])), text)
    kind, pattern = _PATTERNS[4]
    text = pattern.sub(lambda _: hole(say(kind)), text)
    return re.sub(r"\x00(.)\x00", lambda m: holes[ord(m[1]) - 0xE000], text)
