"""The small pattern language of the safety data, and finding many patterns in a sentence quickly.

    want to die         these words, one after the other
    suicid*             a word that begins so
    (want|wish) to die  either
    (really)? want      with or without
    want ~3 die         up to three words between
    # years ago         a number
    {i} want            one of the words that the data names `i`
    a + b + c           all of them in any order, a few words apart

Each pattern is looked for only in sentences that hold all the words it can't do without, so a
message costs its own length and not the number of patterns. Gaps are bounded: no pattern can run
away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Generic, TypeVar

from assistant.safety.wording import Sentence, plain

_TOKEN = re.compile(r"\{(\w+)\}|~(\d{1,2})|([()|?])|([^\W_]+\*?|#)|(\S)")
_GAP = r"(?:\S+ ){{0,{}}}"

GAP_IN_ANY_ORDER = 4

Owner = TypeVar("Owner")


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern; a match needs one word of each set in `needs`, the rarest set first.

    The words are plain; a beginning ends with ``*``.
    """

    regex: re.Pattern[str]
    needs: tuple[frozenset[str], ...]


def compile_pattern(source: str, words: Mapping[str, Sequence[str]]) -> Pattern:
    """Reads one pattern; `words` are the named lists.

    Raises ValueError, naming the pattern, when it can't be read or could match nothing at all.
    """
    parts = source.split(" + ")
    orders = (f" ~{GAP_IN_ANY_ORDER} ".join(order) for order in permutations(parts))
    reader = _Reader("|".join(orders) if len(parts) > 1 else source, words)
    regex, needs = reader.alternatives()
    if reader.tokens or not needs:
        raise ValueError(f"the pattern {source!r} can't be read")
    needs.sort(key=_rarity, reverse=True)
    return Pattern(re.compile(rf"(?<!\S)(?:{regex})"), tuple(needs))


_Needs = list[frozenset[str]]


class _Reader:
    """Recursive descent over the tokens of one pattern, giving a regex and what it needs."""

    def __init__(self, source: str, words: Mapping[str, Sequence[str]]) -> None:
        self.source = source
        self.words = words
        self.tokens = list(_TOKEN.finditer(source))

    def alternatives(self) -> tuple[str, _Needs]:
        parts, needs = [], []
        while True:
            regex, part_needs = self.sequence()
            parts.append(regex)
            needs.append(part_needs)
            if not self.peek("|"):
                break
            self.tokens.pop(0)
        if len(parts) == 1:
            return parts[0], needs[0]
        # Of several ways it is enough that one fits: the rarest word of each, taken together.
        if not all(needs):
            return "|".join(parts), []
        either = frozenset().union(*(max(one, key=_rarity) for one in needs))
        return "|".join(parts), [either]

    def sequence(self) -> tuple[str, _Needs]:
        regex, needs = "", []
        while self.tokens and not self.peek("|") and not self.peek(")"):
            part, part_needs = self.item()
            if self.peek("?"):
                self.tokens.pop(0)
                part, part_needs = f"(?:{part})?", []
            regex += part
            needs += part_needs
        return regex, needs

    def item(self) -> tuple[str, _Needs]:
        name, gap, mark, word, stray = self.tokens.pop(0).groups()
        if gap:
            return _GAP.format(gap), []
        if word == "#":
            return r"\d+ ", []
        if word:
            stem = plain(word.rstrip("*"))
            is_beginning = word.endswith("*")
            ending = r"\S* " if is_beginning else " "
            return re.escape(stem) + ending, [frozenset([stem + "*" * is_beginning])]
        if name in self.words:
            regex, needs = _Reader("|".join(self.words[name]), self.words).alternatives()
            return f"(?:{regex})", needs
        if mark == "(":
            regex, needs = self.alternatives()
            if not self.peek(")"):
                raise ValueError(f"a bracket is missing in the pattern {self.source!r}")
            self.tokens.pop(0)
            return f"(?:{regex})", needs
        raise ValueError(f"{name or mark or stray!r} has no meaning in the pattern {self.source!r}")

    def peek(self, mark: str) -> bool:
        return bool(self.tokens) and self.tokens[0].group(3) == mark


def _rarity(words: frozenset[str]) -> float:
    # Long words are rare; every further one makes a sentence more likely to hold one.
    return min(len(word.rstrip("*")) for word in words) - len(words) / 20


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
        self._beginnings: set[str] = set()
        for number, (_, pattern) in enumerate(self._entries):
            for word in pattern.needs[0]:
                self._by_word[word].append(number)
            for needed in pattern.needs:
                self._beginnings.update(word for word in needed if word.endswith("*"))
        self._lengths = sorted({len(beginning) - 1 for beginning in self._beginnings})

    def find(self, sentence: Sentence) -> list[Match[Owner]]:
        """Every pattern's every place in the sentence, in the order of the data."""
        present = self._present(sentence)
        candidates: set[int] = set()
        for word in present:
            candidates.update(self._by_word.get(word, ()))
        found = []
        for number in sorted(candidates):
            owner, pattern = self._entries[number]
            if any(needed.isdisjoint(present) for needed in pattern.needs[1:]):
                continue
            for place in pattern.regex.finditer(sentence.text):
                found.append(Match(owner, place.start(), place.end()))
        return found

    def _present(self, sentence: Sentence) -> set[str]:
        """The sentence's words, and those of their beginnings that some pattern asks for."""
        words = set(sentence.words)
        starts = {word[:length] + "*" for word in words for length in self._lengths}
        return words | (starts & self._beginnings)
