"""The small pattern language of the safety data, and finding many patterns in a sentence quickly.

    want to die         these words, one after the other
    suicid*             a word that begins so
    (want|wish) to die  either
    (really)? want      with or without
    want ~3 die         up to three words between
    # years ago         a number
    {i} want            one of the words that the data names `i`

Each pattern is looked for only in sentences that hold one of its rarest words, so a message costs
its own length and not the number of patterns. Gaps are bounded: no pattern can run away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from assistant.safety.wording import Sentence, plain

_TOKEN = re.compile(r"\{(\w+)\}|~(\d{1,2})|([()|?])|([^\W_]+\*?|#)|(\S)")
_GAP = r"(?:\S+ ){{0,{}}}"

Owner = TypeVar("Owner")


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; a match needs one of `keys` (plain words, or beginnings with ``*``)."""

    regex: re.Pattern[str]
    keys: tuple[str, ...]


def compile_pattern(source: str, words: Mapping[str, Sequence[str]]) -> Pattern:
    """Reads one pattern; `words` are the named lists.

    Raises ValueError, naming the pattern, when it can't be read or could match nothing at all.
    """
    reader = _Reader(source, words)
    regex, keys = reader.alternatives()
    if reader.tokens or not keys:
        raise ValueError(f"the pattern {source!r} can't be read")
    return Pattern(re.compile(rf"(?<!\S)(?:{regex})"), tuple(sorted(set(keys))))


class _Reader:
    """Recursive descent over the tokens of one pattern, giving a regex and its keys."""

    def __init__(self, source: str, words: Mapping[str, Sequence[str]]) -> None:
        self.source = source
        self.words = words
        self.tokens = list(_TOKEN.finditer(source))

    def alternatives(self) -> tuple[str, list[str]]:
        parts, keys, keyed = [], [], True
        while True:
            regex, part_keys = self.sequence()
            parts.append(regex)
            keys.extend(part_keys)
            keyed = keyed and bool(part_keys)
            if not self.peek("|"):
                return "|".join(parts), keys if keyed else []
            self.tokens.pop(0)

    def sequence(self) -> tuple[str, list[str]]:
        regex, best = "", []
        while self.tokens and not self.peek("|") and not self.peek(")"):
            part, keys = self.item()
            if self.peek("?"):
                self.tokens.pop(0)
                part, keys = f"(?:{part})?", []
            regex += part
            if keys and (not best or _rarity(keys) > _rarity(best)):
                best = keys
        return regex, best

    def item(self) -> tuple[str, list[str]]:
        name, gap, mark, word, stray = self.tokens.pop(0).groups()
        if gap:
            return _GAP.format(gap), []
        if word == "#":
            return r"\d+ ", []
        if word:
            stem = plain(word.rstrip("*"))
            ending = r"\S* " if word.endswith("*") else " "
            return re.escape(stem) + ending, [stem + "*" * word.endswith("*")]
        if name in self.words:
            inner = _Reader("|".join(self.words[name]), self.words)
            regex, keys = inner.alternatives()
            return f"(?:{regex})", keys
        if mark == "(":
            regex, keys = self.alternatives()
            if not self.peek(")"):
                raise ValueError(f"a bracket is missing in the pattern {self.source!r}")
            self.tokens.pop(0)
            return f"(?:{regex})", keys
        raise ValueError(f"{name or mark or stray!r} has no meaning in the pattern {self.source!r}")

    def peek(self, mark: str) -> bool:
        return bool(self.tokens) and self.tokens[0].group(3) == mark


def _rarity(keys: list[str]) -> float:
    # Long words are rare; every further alternative makes a sentence more likely to hold one.
    return min(len(key.rstrip("*")) for key in keys) - len(keys) / 20


@dataclass(frozen=True)
class Match(Generic[Owner]):
    """Where a pattern of `owner` was found in a sentence, in the sentence's own text."""

    owner: Owner
    start: int
    end: int


class Finder(Generic[Owner]):
    """Many patterns, each with what it belongs to, found together."""

    def __init__(self, entries: Iterable[tuple[Owner, Pattern]]) -> None:
        self._entries = list(entries)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_beginning: dict[str, list[int]] = defaultdict(list)
        for number, (_, pattern) in enumerate(self._entries):
            for key in pattern.keys:
                index = self._by_beginning if key.endswith("*") else self._by_word
                index[key.rstrip("*")].append(number)
        self._lengths = sorted({len(beginning) for beginning in self._by_beginning})

    def find(self, sentence: Sentence) -> list[Match[Owner]]:
        """Every pattern's every place in the sentence, in the order of the data."""
        candidates: set[int] = set()
        for word in set(sentence.words):
            candidates.update(self._by_word.get(word, ()))
            for length in self._lengths:
                candidates.update(self._by_beginning.get(word[:length], ()))
        return [
            Match(owner, place.start(), place.end())
            for owner, pattern in map(self._entries.__getitem__, sorted(candidates))
            for place in pattern.regex.finditer(sentence.text)
        ]
