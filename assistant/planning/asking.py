"""The words by which a message asks to change a plan: `knowledge/planning/changes.yaml`.

What it does not know: which item or fact the words are about; see `pointing` and `stating`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.planning.telling import folded, load_requests
from assistant.planning.themes import Found, Telling, Told, spellings
from assistant.safety.wording import Sentence, plain, sentences, typing_slips
from assistant.words import data

Group = Literal["acts", "things", "parts", "avoid"]

SHORTEST_SLIP = 5
"""Letters of a word from which one that differs in a letter is taken for a slip of it."""


class Changes(BaseModel):
    """The file as it is; what each part is for stands there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Mapping[str, tuple[str, ...]]
    slips_of: tuple[str, ...]
    not_slips: tuple[str, ...]
    fillers: tuple[str, ...]
    cuts: str
    goes_on: str
    acts: Mapping[str, Told]
    things: Mapping[str, Told]
    parts: Mapping[str, Told]
    stands_first: tuple[str, ...]
    stands_last: tuple[str, ...]
    avoid: Mapping[str, Told]


@cache
def load_changes() -> Changes:
    """`knowledge/planning/changes.yaml`, read once a process."""
    return Changes.model_validate(data("knowledge", "planning/changes.yaml"))


@dataclass(frozen=True)
class Wording:
    """A stretch of a message, and which of the words that ask for something stand in it.

    `hidden` are places that are read as something else already, such as "the last item".
    """

    text: str
    hidden: tuple[tuple[int, int], ...] = ()

    @cached_property
    def folded(self) -> str:
        """In small letters without umlauts, every character in its place."""
        return folded(self._bare)

    @cached_property
    def _bare(self) -> str:
        text = _UNENDING.sub(" ", self.text)
        for start, end in self.hidden:
            text = text[:start] + " " * (end - start) + text[end:]
        return text

    @cached_property
    def _sentences(self) -> list[Sentence]:
        return sentences(self._bare, spellings())

    @cached_property
    def _places(self) -> dict[Group, dict[str, list[Found]]]:
        return {}

    def places(self, group: Group) -> dict[str, list[Found]]:
        """By key where words of a group stand."""
        if group not in self._places:
            found: dict[str, list[Found]] = {}
            for one in _telling(group).find(self._sentences):
                found.setdefault(one.key, []).append(one)
            self._places[group] = found
        return self._places[group]

    def asks(self, *acts: str) -> bool:
        """Whether one of the acts is asked for."""
        return any(act in self.places("acts") for act in acts)

    def asks_only(self, act: str) -> bool:
        """Whether an act is asked for and nothing else is said."""
        return act in self.places("acts") and not self.left(self.places("acts")[act])

    def left(self, places: list[Found]) -> set[str]:
        """The words that stand outside of some places and aren't fillers."""
        return {
            word
            for sentence in self._sentences
            for word, (start, end) in zip(sentence.words, sentence.spans, strict=True)
            if word not in _fillers() and not any(one.start <= start < one.end for one in places)
        }

    @cached_property
    def things(self) -> list[str]:
        """What of all that could be added or exchanged is named, and not denied."""
        denied = {one.key: one for one in _denied().find(self._sentences)}
        return [key for key in self.places("things") if key not in denied]

    @cached_property
    def denied(self) -> list[str]:
        """What of all that could be there isn't wanted."""
        return list(dict.fromkeys(one.key for one in _denied().find(self._sentences)))

    @property
    def first_word(self) -> str:
        """The first word that is more than a filler of talk."""
        words = (word for sentence in self._sentences for word in sentence.words)
        fillers = {plain(word) for word in load_requests().fillers}
        return next((word for word in words if word not in fillers), "")


# "Nr. 2", "5 min. longer" and "the 2. item" end no sentence.
_UNENDING = re.compile(r"(?<=\d)\.(?=\s*[^\W\d_])|(?<=\b(?:nr|no|ca))\.|(?<=\bmin)\.(?=\s\S)", re.I)


@cache
def _telling(group: Group) -> Telling:
    changes = load_changes()
    told: Mapping[str, Told] = getattr(changes, group)
    return Telling(told, {**load_requests().words, **changes.words})


@cache
def _denied() -> Telling:
    """Finds things that a "no" goes before."""
    changes = load_changes()
    told = {
        key: Told(
            patterns={
                language: tuple(f"{{no}} ~2 ({source})" for source in sources)
                for language, sources in one.patterns.items()
            },
            unless=one.unless,
        )
        for key, one in changes.things.items()
    }
    return Telling(told, changes.words)


@cache
def _fillers() -> frozenset[str]:
    return frozenset(plain(word) for word in load_changes().fillers)


# -- slips ---------------------------------------------------------------------------------------


def mended(text: str) -> str:
    """The text with misspelt words of the changes' own vocabulary put right."""
    return re.sub(r"[^\W\d_]{4,}", lambda match: _meant(match[0]), text)


def _meant(word: str) -> str:
    spelt = plain(word)
    known = _vocabulary()
    if spelt in known:
        # "laenger" and "minnutes" read the same, but not to patterns of letters.
        return word if folded(word) == folded(known[spelt]) else known[spelt]
    if len(spelt) < SHORTEST_SLIP or word.lower() in load_changes().not_slips:
        return word
    if spelt in _slips():
        return _slips()[spelt]
    shorter = (spelt[:n] + spelt[n + 1 :] for n in range(1, len(spelt) - 1))
    return next((known[one] for one in shorter if one in known and len(one) > 5), word)


@cache
def _vocabulary() -> dict[str, str]:
    return {plain(word): word for word in load_changes().slips_of}


@cache
def _slips() -> dict[str, str]:
    # A last letter that is missing is another form of the word rather than a slip.
    return {
        plain(slip): word
        for spelt, word in _vocabulary().items()
        for slip in typing_slips(spelt)
        if len(slip) >= SHORTEST_SLIP and slip != spelt[:-1]
    }


# -- cutting a message ---------------------------------------------------------------------------


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a message that may each be a wish of its own."""
    small = folded(_UNENDING.sub(" ", text))
    start = 0
    for cut in _cuts().finditer(small):
        if _goes_on().match(small, cut.start() if cut[0][0].isspace() else cut.end()):
            continue
        if small[start : cut.start()].strip():
            yield start, cut.start()
        start = cut.end()
    if small[start:].strip():
        yield start, len(text)


@cache
def _cuts() -> re.Pattern[str]:
    return re.compile(load_changes().cuts)


@cache
def _goes_on() -> re.Pattern[str]:
    return re.compile(load_changes().goes_on)
