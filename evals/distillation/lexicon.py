"""What German words mean, from two open dictionaries, and English text put word by word.

The German wordnet of the Open Multilingual Wordnet (from Wiktionary, CC BY-SA) names German words
by the numbers of Princeton WordNet 3.0, which has their English words and a gloss for each number.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.distillation.alignment import translations
from evals.distillation.texts import Pair

GERMAN = "omw-wikt-deu/wns/wikt/wn-wikt-deu.tab"
WORDNET = Path("/usr/share/wordnet")
"""Where Debian's package wordnet-base puts WordNet 3.0."""

_PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]+(?:['’-][A-Za-zÄÖÜäöüß]+)*")
MOST_ENGLISH = 3
"""English words of one meaning that a German word is paired with; the usual ones come first."""

LIKELY = 0.15
"""A translation by alignment is used if it is at least this likely …"""
OFTEN = 4
"""… and its English word stood in at least so many pairs."""


@dataclass(frozen=True)
class Meaning:
    """One meaning: its words in both languages, the usual first, and what it is, in English."""

    english: tuple[str, ...]
    german: tuple[str, ...]
    gloss: str


def meanings(lexicon: Path, wordnet: Path = WORDNET) -> list[Meaning]:
    """Every meaning of WordNet, with German words where the lexicon has some.

    Raises `FileNotFoundError` where one of the two isn't there.
    """
    german: dict[str, list[str]] = defaultdict(list)
    for line in (lexicon / GERMAN).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            key, _, word = line.split("\t")
            german[key].append(word)
    found = []
    for part, name in _PARTS.items():
        for line in (wordnet / f"data.{name}").read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                continue  # the licence
            facts, _, gloss = line.partition(" | ")
            fields = facts.split(" ")
            words = [fields[4 + 2 * n] for n in range(int(fields[3], 16))]
            english = tuple(re.sub(r"\(\w+\)$", "", w).replace("_", " ") for w in words)
            found.append(Meaning(english, tuple(german[f"{fields[0]}-{part}"]), gloss.strip()))
    return found


def word_pairs(known: Sequence[Meaning]) -> list[Pair]:
    """(English, German) words of one meaning."""
    pairs = [(en, de) for one in known for de in one.german for en in one.english[:MOST_ENGLISH]]
    return list(dict.fromkeys(pairs))


def explained(known: Sequence[Meaning]) -> list[str]:
    """English lines that say what a word means: the words and their gloss."""
    return [f"{', '.join(one.english[:MOST_ENGLISH])}: {one.gloss}" for one in known]


class WordByWord:
    """English text with its words put into German one by one, where a German word is known.

    That is no German, but it lets the student meet rare German words in long texts whose meaning
    the teacher tells.
    """

    def __init__(self, pairs: Sequence[Pair], known: Sequence[Meaning]) -> None:
        self._german = _by_dictionary(known) | _by_alignment(pairs)

    def __call__(self, text: str, share: float, luck: random.Random) -> str:
        """About `share` of the words that can be put into German."""

        def put(match: re.Match[str]) -> str:
            ways = self._german.get(match.group().lower())
            return luck.choice(ways) if ways and luck.random() < share else match.group()

        return _WORD.sub(put, text)


def _by_dictionary(known: Sequence[Meaning]) -> dict[str, list[str]]:
    """The German words of an English word's meanings that list it first."""
    found: dict[str, list[str]] = {}
    for one in known:
        if one.german:
            found.setdefault(one.english[0].lower(), []).extend(one.german)
    return found


def _by_alignment(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """The likely German words of an English word in sentence pairs."""
    english: dict[str, int] = {}
    german: dict[str, int] = {}
    seen: dict[int, int] = defaultdict(int)
    numbered = []
    for en, de in pairs:
        sources = [english.setdefault(w.lower(), len(english)) for w in _WORD.findall(en)]
        for number in sources:
            seen[number] += 1
        targets = [german.setdefault(w, len(german)) for w in _WORD.findall(de)]
        numbered.append((targets, sources))
    names, words = list(german), list(english)
    found: dict[str, list[str]] = {}
    table = zip(*translations(numbered, len(english), len(german)), strict=True)
    for source, target, chance in table:
        if chance >= LIKELY and seen[int(source)] >= OFTEN:
            found.setdefault(words[source], []).append(names[target])
    return found
