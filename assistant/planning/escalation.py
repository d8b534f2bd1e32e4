"""How far a quarrel seems to have gone, told from the words in which somebody describes it.

Glasl's nine stages as data (`knowledge/planning/escalation.yaml`), English and German together, for
people mix them. It's an estimate from words: what was left out, or how it was meant, it can't know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from assistant.words import data

HIGHEST = 9

_SENTENCE = re.compile(r"(?:[^.!?;\n…]|(?<=\d)\.(?=\d)|[.…]{2,}(?= ?[a-zäöü]))+[.!?…]*")
_LINE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
_STRAIGHT = str.maketrans("’‘´`", "''''")
_MOST_BETWEEN = 6
"""Words between a negation and what it denies: "no signs of any real threats"."""


@dataclass(frozen=True)
class Told:
    """The stages that words suggest, `lowest` to `highest`, 1 to 9; in doubt the higher counts.

    `words` are the words of the text that suggest them, verbatim and in their order.
    """

    lowest: int
    highest: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Sign:
    stage: int
    start: int
    end: int


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StageWords(_Data):
    """How a stage is told in one language: patterns, with a sentence that tells it and one that
    comes close to it but doesn't tell it."""

    patterns: tuple[str, ...] = Field(min_length=1)
    example: str
    near_miss: str


class EscalationData(_Data):
    """`knowledge/planning/escalation.yaml`.

    `parts` stand in patterns as <name>. `negations` deny what follows them; `after` deny what
    stands before; `supposed` begin what hasn't happened. A sentence that is `settled` tells
    nothing, nor does what was told before it. Words inside of `idioms` tell nothing.
    """

    parts: Mapping[str, str]
    breaks: str
    negations: str
    after: str
    supposed: str
    settled: str
    idioms: tuple[str, ...]
    stages: Mapping[int, Mapping[str, StageWords]]


def stages_told(text: str) -> Told | None:
    """The stages that a description of a quarrel suggests, None when nothing in it tells."""
    # Offsets stay: a line may break inside a sentence, an empty line ends it.
    plain = _LINE_BREAK.sub(" ", text).translate(_STRAIGHT)
    signs = sorted(_signs(plain), key=lambda sign: (sign.start, sign.end))
    if not signs:
        return None
    highest = max(sign.stage for sign in signs)
    # What came before is the way to where it stands now; one stage of doubt remains.
    near = [sign for sign in signs if sign.stage >= highest - 1]
    lowest = min(sign.stage for sign in near)
    words = (" ".join(text[start:end].split()) for start, end in _merged(near))
    return Told(lowest, highest, tuple(dict.fromkeys(words)))


@cache
def load_escalation() -> EscalationData:
    """The stages' words, read once a process."""
    return EscalationData.model_validate(data("knowledge", "planning/escalation.yaml"))


def _signs(text: str) -> list[_Sign]:
    """The signs of a text from where it stops telling of a settled quarrel."""
    known = _compiled()
    found: list[_Sign] = []
    for sentence in _SENTENCE.finditer(text):
        if known.settled.search(sentence.group()):
            found = []
            continue
        found += _signs_of(sentence.group(), sentence.start())
    return found


def _signs_of(sentence: str, offset: int) -> Iterator[_Sign]:
    known = _compiled()
    idle = [match.span() for pattern in known.idioms for match in pattern.finditer(sentence)]
    for stage, pattern, denies in known.patterns:
        for match in pattern.finditer(sentence):
            start, end = match.span()
            if any(a < end and start < b for a, b in idle):
                continue
            if known.supposed.search(_clause_before(sentence, start)):
                continue
            if not denies and _is_denied(sentence, start, end):
                continue
            yield _Sign(stage, offset + start, offset + end)


def _is_denied(sentence: str, start: int, end: int) -> bool:
    known = _compiled()
    before = " ".join(_clause_before(sentence, start).split()[-_MOST_BETWEEN:])
    denied = known.negations.search(f"{before} {sentence[start:end]}")
    return bool(denied or known.after.match(sentence[end:]))


def _clause_before(sentence: str, start: int) -> str:
    """The words before a place, back to where their clause begins."""
    ends = [match.end() for match in _compiled().breaks.finditer(sentence[:start])]
    return sentence[ends[-1] if ends else 0 : start]


def _merged(signs: list[_Sign]) -> list[tuple[int, int]]:
    """Places in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for sign in signs:
        if merged and sign.start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], sign.end))
        else:
            merged.append((sign.start, sign.end))
    return merged


@dataclass(frozen=True)
class _Compiled:
    """The data as patterns; of each stage's (stage, pattern, whether it says no itself)."""

    patterns: tuple[tuple[int, re.Pattern[str], bool], ...]
    idioms: tuple[re.Pattern[str], ...]
    breaks: re.Pattern[str]
    negations: re.Pattern[str]
    after: re.Pattern[str]
    supposed: re.Pattern[str]
    settled: re.Pattern[str]


@cache
def _compiled() -> _Compiled:
    known = load_escalation()
    says_no = re.compile(r"n't|\bno[tb]?\b|never|without|nicht|kein|nie\b|ohne")

    def pattern(source: str) -> re.Pattern[str]:
        for name, words in known.parts.items():
            source = source.replace(f"<{name}>", f"(?:{words})")
        return re.compile(rf"(?<!\w)(?:{source})(?!\w)", re.IGNORECASE)

    return _Compiled(
        patterns=tuple(
            (stage, pattern(source), says_no.search(source) is not None)
            for stage, languages in known.stages.items()
            for words in languages.values()
            for source in words.patterns
        ),
        idioms=tuple(pattern(source) for source in known.idioms),
        breaks=re.compile(known.breaks, re.IGNORECASE),
        negations=pattern(known.negations),
        after=re.compile(known.after, re.IGNORECASE),
        supposed=pattern(known.supposed),
        settled=pattern(known.settled),
    )
