"""From text to the terms BM25 counts: stems in both languages, umlauts folded, compounds split."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable
from functools import cache
from typing import Any

from assistant.words import data

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# "Mentor:innen", "Mentor*in", "Mentor_innen" and "MentorInnen" are one word in German.
_GENDER = re.compile(r"(?<=\w)(?:[:*_·]|(?<=[a-zäöüß])(?=I))(?i:in(?:nen)?)\b")

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

SHORTEST_PART = 4
SHORTEST_COMPOUND = 8
SHORTEST_KNOWN = 6
_LINKS = ("", "s", "es", "n", "en", "er", "e")


def words(text: str) -> list[str]:
    """Lower-case words; gendered endings are cut, umlauts written out (ä as ae, ß as ss)."""
    plain = _GENDER.sub("", unicodedata.normalize("NFC", text))
    return _WORD.findall(plain.lower().translate(_UMLAUTS))


_PARTICLES = frozenset(
    words("ab an auf aus bei durch ein fest fort her hin los mit nach vor weg weiter zu zurück")
)


def rejoined(text: str, known: Container[str]) -> str:
    """A German query with its split verbs put together: "Wie höre ich zu" asks about zuhören.

    A particle is joined to the nearest word before it with which it gives a stem in `known`.
    """
    tokens = text.split()
    plain = [(words(token) or [""])[0] for token in tokens]
    for place, particle in enumerate(plain):
        if particle not in _PARTICLES:
            continue
        for before in range(place - 1, -1, -1):
            verb = plain[before]
            if len(verb) > 2 and _stemmer("de").stemWord(particle + verb) in known:
                tokens[before], tokens[place] = particle + verb, ""
                break
    return " ".join(token for token in tokens if token)


@cache
def _stopwords(language: str) -> frozenset[str]:
    from bm25s import stopwords

    listed = stopwords.STOPWORDS_GERMAN if language == "de" else stopwords.STOPWORDS_EN_PLUS
    return frozenset(word for entry in listed for word in words(entry))


@cache
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer("german" if language == "de" else "english")


@cache
def filler_words(language: str) -> frozenset[str]:
    """Words that people wrap a question in and that say nothing of its subject."""
    listed = data("knowledge", "filler_words.yaml")[language]
    return frozenset(word for entry in listed for word in words(str(entry)))


class Compounds:
    """Splits German compounds into words that the library itself uses.

    After Koehn and Knight (2003): of all splits into known words, with linking letters between
    them, the one whose parts are used most (geometric mean) wins, if it beats the whole. Words are
    compared by their stems, so that "Zuhör" in "Zuhörübung" is known from "zuhören".
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        self._splits: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, texts: Iterable[list[str]]) -> Compounds:
        """Learn the stems of words in German texts; rare words are no parts."""
        stem, stop = _stemmer("de").stemWord, _stopwords("de")
        counted: Counter[str] = Counter()
        for word, count in Counter(word for text in texts for word in text).items():
            if len(word) >= SHORTEST_PART and word.isalpha() and word not in stop:
                counted[stem(word)] += count
        return cls({word: count for word, count in counted.items() if count >= 3})

    def parts(self, word: str) -> tuple[str, ...]:
        """The stems of a compound's parts; empty when the word is none."""
        if len(word) < SHORTEST_COMPOUND or not word.isalpha():
            return ()
        known = self._splits.get(word)
        if known is None:
            known = self._splits[word] = self._best_split(word)
        return known

    def known_part(self, word: str) -> tuple[str, ...]:
        """For a word that the library never uses: the longest known word it begins or ends with."""
        for length in range(len(word) - SHORTEST_PART, SHORTEST_KNOWN - 1, -1):
            for piece in (word[-length:], *self._heads(word[:length])):
                stem = _stemmer("de").stemWord(piece)
                if stem in self.counts:
                    return (stem,)
        return ()

    @staticmethod
    def _heads(head: str) -> Iterable[str]:
        for link in _LINKS:
            if head.endswith(link) and len(head) - len(link) >= SHORTEST_PART:
                yield head[: len(head) - len(link)]

    def _best_split(self, word: str) -> tuple[str, ...]:
        best: tuple[float, tuple[str, ...]] = (0.0, ())
        for split in self._splits_of(word, 4):
            if len(split) > 1:
                score = 1.0
                for part in split:
                    score *= self.counts[part]
                best = max(best, (score ** (1 / len(split)), split))
        whole = self.counts.get(_stemmer("de").stemWord(word), 0)
        return best[1] if best[0] > whole**0.5 else ()

    def _splits_of(self, word: str, most: int) -> Iterable[tuple[str, ...]]:
        stem = _stemmer("de").stemWord(word)
        if stem in self.counts:
            yield (stem,)
        if most == 1:
            return
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            for head in self._heads(word[:cut]):
                part = _stemmer("de").stemWord(head)
                if part in self.counts:
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
        """Terms of a query in both languages' forms, each once, so that either's guides match.

        Filler words are left out, unless the query holds nothing else.
        """
        listed = words(text)
        telling = [word for word in listed if word not in filler_words(language)] or listed
        both = self.terms(telling, language)
        if language == "de":
            both += [part for word in telling for part in self._guessed(word)]
        other = "en" if language == "de" else "de"
        stop = _stopwords(language)
        both += self.terms((word for word in telling if word not in stop), other)
        return list(dict.fromkeys(both))

    def _guessed(self, word: str) -> tuple[str, ...]:
        unknown = _stemmer("de").stemWord(word) not in self.compounds.counts
        if unknown and len(word) >= SHORTEST_COMPOUND and not self.compounds.parts(word):
            return self.compounds.known_part(word)
        return ()

    def _terms_of(self, word: str, language: str) -> tuple[str, ...]:
        if word in _stopwords(language) or len(word) < 2:
            return ()
        found = [_stemmer(language).stemWord(word)]
        if language == "de":
            found += self.compounds.parts(word)
        return tuple(dict.fromkeys(found))
