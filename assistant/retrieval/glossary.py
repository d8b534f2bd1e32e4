"""The glossary of mentoring terms: what a query names, in either language's words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.retrieval.terms import Compounds, Vocabulary, words
from assistant.words import data

SHORTEST_HEAD = 5
"""Letters that a German compound must share with a term to name it: "Zuhörübung", "zuhören"."""


@dataclass(frozen=True)
class Idea:
    """One idea: its terms in English and in German, the usual one first."""

    en: tuple[str, ...]
    de: tuple[str, ...]

    def terms(self, language: str) -> tuple[str, ...]:
        """Its terms in a language."""
        return self.de if language == "de" else self.en


@dataclass(frozen=True)
class Part:
    """A part of a query: an idea, or a word that names none."""

    words: tuple[str, ...]
    ideas: tuple[Idea, ...]


class Glossary:
    """Finds the ideas that a query names."""

    def __init__(self, ideas: Sequence[Idea]) -> None:
        self._vocabulary = Vocabulary(Compounds({}))
        self._tables: dict[str, dict[tuple[str, ...], list[Idea]]] = {"en": {}, "de": {}}
        self._nouns: set[str] = set()
        for idea in ideas:
            for language, table in self._tables.items():
                for term in idea.terms(language):
                    key = self.stems(term, language)
                    if key:
                        table.setdefault(key, []).append(idea)
                    if language == "de" and term[0].isupper() and " " not in term:
                        self._nouns.update(words(term))
        self._longest = max((len(key) for t in self._tables.values() for key in t), default=1)

    def widen(self, query: str, language: str) -> str:
        """The query's ideas in the other language, one usual term each; "" if it names none."""
        other = "en" if language == "de" else "de"
        found = (idea for part in self.parts(query, language) for idea in part.ideas)
        return ", ".join(dict.fromkeys(idea.terms(other)[0] for idea in found))

    def parts(self, query: str, language: str) -> Iterator[Part]:
        """The query cut into ideas (the longest that fit) and other words."""
        listed = [w for w in words(query) if self.stems(w, language)]
        capital = _capitalised(query)
        table = self._tables[language]
        position = 0
        while position < len(listed):
            for length in range(min(self._longest, len(listed) - position), 0, -1):
                run = tuple(listed[position : position + length])
                found = table.get(self.stems(" ".join(run), language), [])
                if found and not self._is_verb(run, capital, language):
                    yield Part(run, tuple(found))
                    position += length
                    break
            else:
                word = listed[position]
                yield Part((word,), self._inside(word, language))
                position += 1

    def stems(self, text: str, language: str) -> tuple[str, ...]:
        """The stems of a term's telling words."""
        found = (self._vocabulary.terms([word], language) for word in words(text))
        return tuple(terms[0] for terms in found if terms)

    def _is_verb(self, run: tuple[str, ...], capital: frozenset[str] | None, language: str) -> bool:
        """In German "Macht" is power and "macht" is does; only who writes capitals can tell."""
        if language != "de" or len(run) > 1 or capital is None:
            return False
        return run[0] in self._nouns and run[0] not in capital

    def _inside(self, word: str, language: str) -> tuple[Idea, ...]:
        """Ideas that a German compound begins with."""
        if language != "de" or len(word) < 2 * SHORTEST_HEAD:
            return ()
        for key, ideas in self._tables["de"].items():
            if len(key) == 1 and len(key[0]) >= SHORTEST_HEAD and word.startswith(key[0]):
                return tuple(ideas[:1])
        return ()


def _capitalised(query: str) -> frozenset[str] | None:
    """Words written with a capital; None when the query is all small letters and can't tell."""
    listed = unicodedata.normalize("NFC", query).split()
    found = frozenset(w for token in listed if token[:1].isupper() for w in words(token))
    return found or None


@cache
def built_in_glossary() -> Glossary:
    """The glossary that comes with Tandem."""
    return Glossary(
        [
            Idea(tuple(map(str, entry["en"])), tuple(map(str, entry["de"])))
            for entry in data("knowledge", "glossary.yaml")
        ]
    )
