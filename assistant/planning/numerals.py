"""Numbers as people write them, in figures and in words, English and German at once.

All work on text as `telling.folded` spells it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from assistant.planning.telling import load_requests

ALL_TOGETHER = {
    "zweit": 2, "dritt": 3, "viert": 4, "funft": 5, "sechst": 6, "siebt": 7, "acht": 8,
}  # fmt: skip
"""How many they are who do something "zu dritt"."""

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,']\d{3})+")
_LONGEST_FIGURE = 9
"""Digits that are looked at: longer figures are far too many of anything."""


@cache
def number_source() -> str:
    """A regular expression for a number: "16", "1,5", "1.000", "sixteen", "sechzehn"."""
    words = load_requests().numbers
    tens = _either(w for w, value in words.items() if value in range(20, 100, 10))
    units = _either(w for w, value in words.items() if value < 10)
    written = rf"{units}und{tens}|{tens}[- ]{units}|{_either(words)}"
    return rf"(?:{_THOUSANDS.pattern}(?!\d)|\d+(?:[.,]\d+)?|(?<![a-z])(?:{written})(?![a-z]))"


def number_of(written: str) -> float:
    """The value of what `number_source` matched."""
    written = written.strip()
    if _THOUSANDS.fullmatch(written):
        written = re.sub(r"\D", "", written)
    words = load_requests().numbers
    if written[0].isdigit():
        return float(written[:_LONGEST_FIGURE].rstrip(".,").replace(",", "."))
    if written in words:
        return words[written]
    return sum(words[part] for part in re.split(r"und|[- ]", written, maxsplit=1))


@cache
def ordinal_source(slips: bool = False) -> str:
    """A regular expression for "3rd", "third", "3.", "dritten", "twenty-first".

    With `slips` misspelt ones fit as well; only for places where nothing but an ordinal can stand.
    """
    words, numbers = load_requests().ordinals, load_requests().numbers
    english = [word for word in words if not _needs_ending(word)]
    german = [word for word in words if _needs_ending(word)]
    tens = _either(w for w, value in numbers.items() if value in range(20, 100, 10))
    units = _either(w for w, value in numbers.items() if value < 10)
    simple = _either(word for word in english if words[word] < 10)
    figures = r"\d{1,3}(?:st|nd|rd|th|s?te[nrsm]?|\.)(?![a-z\d])"
    composed = rf"{units}und{tens}ste[nrsm]?|{tens}[- ]{simple}"
    written = rf"{composed}|{_either(english)}|{_either(german)}e[nrsm]?"
    written += f"|{_either(ordinal_slips())}" if slips else ""
    return rf"(?:{figures}|(?<![a-z])(?:{written})(?![a-z]))"


def _needs_ending(ordinal: str) -> bool:
    """Whether it is a German stem: "erst" and "acht" by themselves are no ordinals."""
    return ordinal.endswith("t") and ordinal != "first"


def ordinal_of(written: str) -> int:
    """The value of what `ordinal_source` matched."""
    if digits := re.match(r"\d+", written):
        return int(digits[0])
    if written in ordinal_slips():
        return ordinal_slips()[written]
    parts = re.split(r"(?<=[a-z])und(?=[a-z])|[- ]", written, maxsplit=1)
    if len(parts) == 2:
        return sum(_ordinal_or_number(part) for part in parts)
    return _ordinal_or_number(written)


def _ordinal_or_number(word: str) -> int:
    ordinals, numbers = load_requests().ordinals, load_requests().numbers
    if word in numbers:
        return numbers[word]
    known = {**{f"{w}st": n for w, n in numbers.items() if n in range(20, 100, 10)}, **ordinals}
    return next(known[w] for w in sorted(known, key=len, reverse=True) if word.startswith(w))


@cache
def ordinal_slips() -> Mapping[str, int]:
    """Ordinals with a letter missing or two neighbours swapped, and what was meant."""
    requests = load_requests()
    words = {
        word + ending: value
        for word, value in requests.ordinals.items()
        for ending in (("e", "en", "er", "es") if _needs_ending(word) else ("",))
    }
    found = {
        slip: value for word, value in words.items() for slip in slips_of(word) if len(slip) > 3
    }
    known = {*words, *requests.ordinals, *requests.numbers}
    return {slip: value for slip, value in found.items() if slip not in known}


def slips_of(word: str) -> set[str]:
    """A word with one letter missing or two neighbours swapped."""
    missing = {word[:i] + word[i + 1 :] for i in range(len(word))}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    return (missing | swapped) - {word}


def _either(words: Iterable[str]) -> str:
    """Any of the words, the longest that fits first."""
    parts = [re.escape(word) for word in sorted(words, key=len, reverse=True)]
    return f"(?:{'|'.join(parts)})"
