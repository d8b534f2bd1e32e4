"""From text to the terms BM25 counts: stems in both languages, umlauts folded, compounds split."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# "Mentor:innen", "Mentor*in", "Mentor_innen" and "MentorInnen" are one word in German.
_GENDER = re.compile(r"(?<=\w)(?:[:*_·]|(?<=[a-zäöüß])(?=I))(?i:in(?:nen)?)\b")

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

SHORTEST_PART = 4
SHORTEST_COMPOUND = 8
_LINKS = ("", "s", "es", "n", "en", "er", "e")


def words(text: str) -> list[str]:
    """Lower-case words; gendered endings are cut, umlauts written out (ä as ae, ß as ss)."""
    plain = _GENDER.sub("", unicodedata.normalize("NFC", text))
    return _WORD.findall(plain.lower().translate(_UMLAUTS))


@lru_cache(maxsize=2)
def _stopwords(language: str) -> frozenset[str]:
    from bm25s import stopwords

    listed = stopwords.STOPWORDS_GERMAN if language == "de" else stopwords.STOPWORDS_EN_PLUS
    return frozenset(word for entry in listed for word in words(entry))


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer("german" if language == "de" else "english")


class Compounds:
    """Splits German compounds into words that the library itself uses.

    After Koehn and Knight (2003): of all splits into known words, with linking letters between
    them, the one whose parts are used most (geometric mean) wins, if it beats the whole.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self._splits: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, texts: Iterable[list[str]]) -> Compounds:
        """Learn from the words of German texts; rare words are no parts."""
        counted = Counter(word for text in texts for word in text)
        return cls(
            {w: n for w, n in counted.items() if n >= 3 and len(w) >= SHORTEST_PART and w.isalpha()}
        )

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a compound; empty when the word is none."""
        if len(word) < SHORTEST_COMPOUND or not word.isalpha():
            return ()
        known = self._splits.get(word)
        if known is None:
            known = self._splits[word] = self._best_split(word)
        return known

    def _best_split(self, word: str) -> tuple[str, ...]:
        stop = _stopwords("de")
        best: tuple[float, tuple[str, ...]] = (0.0, ())
        for split in self._splits_of(word, 4):
            if len(split) > 1 and not any(part in stop for part in split):
                score = 1.0
                for part in split:
                    score *= self.counts[part]
                best = max(best, (score ** (1 / len(split)), split))
        return best[1] if best[0] > self.counts.get(word, 0) ** 0.5 else ()

    def _splits_of(self, word: str, most: int) -> Iterable[tuple[str, ...]]:
        if word in self.counts:
            yield (word,)
        if most == 1:
            return
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            for link in _LINKS:
                part = word[: cut - len(link)] if word[:cut].endswith(link) else ""
                if len(part) >= SHORTEST_PART and part in self.counts:
                    for rest in self._splits_of(word[cut:], most - 1):
                        yield (part, *rest)


class Vocabulary:
    """Turns words into terms, and remembers each word's terms."""

    def __init__(self, compounds: Compounds) -> None:
        self.compounds = compounds
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def terms(self, listed: Iterable[str], language: str) -> list[str]:
        """Terms of a text's words: stems, and for German the stems of a compound's parts."""
        result: list[str] = []
        known = self._known
        for word in listed:
            found = known.get((language, word))
            if found is None:
                found = known[language, word] = self._terms_of(word, language)
            result += found
        return result

    def query_terms(self, text: str, language: str) -> list[str]:
        """Terms of a query in both languages' forms, each once, so that either's guides match."""
        listed = words(text)
        other = "en" if language == "de" else "de"
        both = self.terms(listed, language)
        stop = _stopwords(language)
        both += self.terms((word for word in listed if word not in stop), other)
        return list(dict.fromkeys(both))

    def _terms_of(self, word: str, language: str) -> tuple[str, ...]:
        if word in _stopwords(language) or len(word) < 2:
            return ()
        stemmer = _stemmer(language)
        found = [stemmer.stemWord(word)]
        if language == "de":
            found += [stemmer.stemWord(part) for part in self.compounds.parts(word)]
        return tuple(dict.fromkeys(found))
