"""Widening a query with the other language's mentoring terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.retrieval.terms import Vocabulary, words


@dataclass(frozen=True)
class GlossaryEntry:
    """One idea: its terms in English and in German, the usual one first."""

    en: tuple[str, ...]
    de: tuple[str, ...]


class Glossary:
    """Finds the ideas a query names and says them in the other language."""

    def __init__(self, entries: Sequence[GlossaryEntry], vocabulary: Vocabulary) -> None:
        self._entries = entries
        self._vocabulary = vocabulary
        self._by_terms: dict[str, dict[tuple[str, ...], list[GlossaryEntry]]] = {"en": {}, "de": {}}
        for entry in entries:
            for language in ("en", "de"):
                for term in getattr(entry, language):
                    key = self._key(term, language)
                    if key:
                        self._by_terms[language].setdefault(key, []).append(entry)
        self._longest = max(
            (len(key) for table in self._by_terms.values() for key in table), default=0
        )

    def widen(self, query: str, language: str) -> str:
        """The query's ideas in the other language, one usual term each; "" if it names none."""
        other = "en" if language == "de" else "de"
        found = self._ideas(query, language)
        return ", ".join(dict.fromkeys(getattr(entry, other)[0] for entry in found))

    def _ideas(self, query: str, language: str) -> Iterable[GlossaryEntry]:
        stems = self._stems(query, language)
        table = self._by_terms[language]
        position = 0
        while position < len(stems):
            for length in range(min(self._longest, len(stems) - position), 0, -1):
                key = tuple(stems[position : position + length])
                if key in table:
                    yield from table[key]
                    position += length
                    break
            else:
                yield from self._part_ideas(stems[position], table)
                position += 1

    def _part_ideas(
        self, stem: str, table: dict[tuple[str, ...], list[GlossaryEntry]]
    ) -> Iterable[GlossaryEntry]:
        """Ideas inside a German compound: "zuhoerubung" names listening."""
        if len(stem) < 9:
            return
        for key, entries in table.items():
            if len(key) == 1 and len(key[0]) >= 5 and re.match(key[0], stem):
                yield entries[0]

    def _key(self, term: str, language: str) -> tuple[str, ...]:
        return tuple(self._stems(term, language))

    def _stems(self, text: str, language: str) -> list[str]:
        return [
            terms[0]
            for word in words(text)
            if (terms := self._vocabulary.terms([word], language))
        ]


@lru_cache(maxsize=1)
def glossary_entries() -> tuple[GlossaryEntry, ...]:
    """The built-in glossary."""
    import yaml

    text = files("knowledge").joinpath("glossary.yaml").read_text(encoding="utf-8")
    return tuple(
        GlossaryEntry(tuple(entry["en"]), tuple(entry["de"])) for entry in yaml.safe_load(text)
    )
