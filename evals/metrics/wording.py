"""Reading a text as plain words, so that the same words match however they are written.

Case, Markdown, citation numbers, punctuation and whitespace don't count; umlauts equal their
written-out forms (ä and ae, ß and ss), and a gendered word is one word (Mentor:in, Mentor*in). What
it does not know: meaning. "Promise nothing" holds the word "promise".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.words import storable

MARK = re.compile(r"(?<!\\)\[(\d{1,9})\](?!\()")
"""A citation number, as in ``[3]``; neither an escaped one nor a link."""

_LINK = re.compile(r"!?(?<!\\)\[([^\]\n]*)\]\([^)\n]*\)")
_ESCAPED = re.compile(r"\\([^\w\s]|_)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_GENDER = re.compile(r"(?<=[^\W\d_])[:*_·/](?=(?:innen|in|e[mnrs]?|[nrs])\b)")
_EMPHASIS = re.compile(r"[*`~]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The text's words in one spelling, in order."""
    text = unescaped(_LINK.sub(r"\1", MARK.sub(" ", storable(text))))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    text = _EMPHASIS.sub("", _GENDER.sub("", text))
    return _WORD.findall(text.translate(_UMLAUTS))


def unescaped(text: str) -> str:
    """Without the backslashes that keep Markdown from drawing a character."""
    return _ESCAPED.sub(r"\1", text)


def stands_in(wording: str, spoken: str) -> bool:
    """Whether a wording stands in words joined by single spaces: whole words, in order.

    A ``*`` at a word's end stands for any ending. A wording without words stands nowhere.
    """
    pattern = _pattern(wording)
    return pattern is not None and pattern.search(spoken) is not None


@lru_cache(maxsize=10_000)
def _pattern(wording: str) -> re.Pattern[str] | None:
    parts: list[str] = []
    for token in wording.split():
        found = [re.escape(word) for word in words(token)]
        if found and token.endswith("*"):
            found[-1] += r"\S*"
        parts += found
    return re.compile(rf"(?<!\S){' '.join(parts)}(?!\S)") if parts else None
