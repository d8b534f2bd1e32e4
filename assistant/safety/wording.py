"""Reading a message the way people really type: words in one spelling, with their places kept.

Patterns and messages go through the same `plain` function, so a pattern written in good spelling
finds "wäre", "waere" and "ware" as well as "WÄÄÄRE".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

# Combining marks and invisible characters belong to the word they stand in; so do * @ $ inside one.
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
_LETTER = rf"[^\W_]|[\u0300-\u036f{_INVISIBLE}]"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['’ʼ`´*@$]+(?:{_LETTER})+)*")
_NOT_WRITTEN = re.compile(rf"['’ʼ`´*{_INVISIBLE}]")
_REPEATED = re.compile(r"(.)\1+")
_SENTENCE_END = re.compile(r"[!?;]|(?<!\.)\.(?!\.)|\n\s*\n")
_FOLDED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "s", "@": "a", "$": "s"})
_DIGIT_AS_LETTER = str.maketrans("013457", "oieast")

LONGEST_SENTENCE = 60
OVERLAP = 15


@dataclass(frozen=True)
class Sentence:
    """Words of a message between two sentence ends, `text` ending each word with one space.

    `spans` are the places of the words in the message; `is_question` tells whether a question mark
    follows.
    """

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    is_question: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the message of `text[start:end]`, whole words."""
        first = self.text.count(" ", 0, start)
        last = self.text.count(" ", 0, end) - 1
        return self.spans[first][0], self.spans[max(first, last)][1]


def plain(word: str) -> str:
    """One spelling of a word: small letters, no umlauts, no letter twice in a row."""
    word = unicodedata.normalize("NFKC", _NOT_WRITTEN.sub("", word)).casefold().translate(_FOLDED)
    if not word.isascii():
        word = "".join(
            c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)
        )
    if not word.isdigit() and not word.isalpha() and word[:1].isalpha():
        word = word.translate(_DIGIT_AS_LETTER)
    for written in ("ae", "oe", "ue"):
        word = word.replace(written, written[0])
    return _REPEATED.sub(r"\1", word)


def sentences(message: str, spellings: Mapping[str, str]) -> list[Sentence]:
    """The message's sentences; very long ones come as overlapping pieces.

    `spellings` maps a plain word to the plain word that was meant.
    """
    found: list[Sentence] = []
    known: dict[str, str] = {}
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    end_before = 0
    for match in _WORD.finditer(message):
        between = message[end_before : match.start()]
        if words and _SENTENCE_END.search(between):
            found.extend(_pieces(words, spans, "?" in between))
            words, spans = [], []
        end_before = match.end()
        written = match.group()
        if written not in known:
            word = plain(written)
            known[written] = spellings.get(word, word)
        if known[written]:
            words.append(known[written])
            spans.append(match.span())
    if words:
        found.extend(_pieces(words, spans, "?" in message[end_before:]))
    return found


def typing_slips(word: str) -> set[str]:
    """Plain spellings of `word` with one letter missing or two neighbours swapped."""
    missing = {word[:i] + word[i + 1 :] for i in range(1, len(word))}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    return {_REPEATED.sub(r"\1", slip) for slip in missing | swapped} - {word}


def _pieces(words: list[str], spans: list[tuple[int, int]], is_question: bool) -> list[Sentence]:
    step = LONGEST_SENTENCE - OVERLAP
    starts = range(0, max(1, len(words) - OVERLAP), step)
    return [
        Sentence(
            " ".join(words[start : start + LONGEST_SENTENCE]) + " ",
            tuple(words[start : start + LONGEST_SENTENCE]),
            tuple(spans[start : start + LONGEST_SENTENCE]),
            is_question,
        )
        for start in starts
    ]
