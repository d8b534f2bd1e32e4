"""Minutes that a change names: so many more, so many less, or just so many."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.planning.asking import Wording
from assistant.planning.numerals import number_of, number_source
from assistant.planning.telling import load_requests

USUAL_STEP = 5
"""Minutes by which an item grows or shrinks where nobody says by how many."""


@dataclass(frozen=True)
class Amount:
    """`minutes` more (`sign` 1), less (-1), or in all (0); `factor` instead where it is told."""

    minutes: int | None
    sign: int
    factor: float | None = None

    def of(self, minutes: int) -> int:
        """What so many minutes become."""
        if self.factor is not None:
            return max(1, round(minutes * self.factor))
        if self.minutes is None:
            # A short item loses a half: five of five minutes would be all of it.
            return (
                minutes + USUAL_STEP if self.sign > 0 else minutes - min(USUAL_STEP, minutes // 2)
            )
        return minutes + self.sign * self.minutes if self.sign else self.minutes


def amount_in(wording: Wording) -> Amount | None:
    """How much longer or shorter something is to be; None where nothing of the kind is said."""
    figure = _figure(wording)
    if figure is None:
        return _unmeasured(wording)
    minutes, start, end = figure
    return Amount(minutes, _sign(wording, start, end))


def _unmeasured(wording: Wording) -> Amount | None:
    for act, factor in (("double", 2.0), ("half", 0.5)):
        if wording.asks(act):
            return Amount(None, 0, factor)
    if wording.asks("longer") != wording.asks("shorter"):
        return Amount(None, 1 if wording.asks("longer") else -1)
    return None


def _figure(wording: Wording) -> tuple[int, int, int] | None:
    """(minutes, start, end) of the last length that is told."""
    found = None
    for match in _length_pattern().finditer(wording.folded):
        if _NOT_THERE.match(wording.folded, match.end()):
            continue
        if _PART_OF_IT.search(wording.folded, 0, match.start()):
            continue
        name, number = match["named"], match["number"]
        minutes = load_requests().durations[name] if name else round(number_of(number))
        minutes *= 60 if match["hours"] else 1
        found = (min(minutes, 1_000), match.start(), match.end())
    return found


_NOT_THERE = re.compile(r"\s*(?:(?:hab|habe|haben)(?: ich| wir)? nicht|ist zu|sind zu|is too)\b")
"""After a length that there is no time for."""


_PART_OF_IT = re.compile(
    r"\b(?:in|within|during|wahrend)\s+(?:the |den |die |der )?(?:first|last|ersten|letzten)\s+$"
)
"""Before a length of which something is told: "in the first ten minutes"."""


@cache
def _length_pattern() -> re.Pattern[str]:
    number = number_source()
    names = sorted(load_requests().durations, key=len, reverse=True)
    named = "|".join(re.escape(name) for name in names)
    between = r"(?:[\s-]+(?:more|extra|additional|less|fewer|mehr|weniger|zusatzliche))?[\s-]*"
    return re.compile(
        rf"(?<![\w.,])(?:(?P<named>{named})(?![a-z])|(?P<number>{number}){between}"
        rf"(?:(?:minutes?|minuten?|mins?|min)\b|'(?!\w)|(?P<hours>(?:hours?|stunden?|h)\b)))"
    )


def _sign(wording: Wording, start: int, end: int) -> int:
    """Whether a length is told as more (1), as less (-1) or as all of it (0)."""
    after, before = wording.folded[end:], wording.folded[:start].rstrip()
    if before.endswith(("+", "-")):
        return 1 if before.endswith("+") else -1
    if _TO.search(wording.folded, 0, start) and not _RELATIVE.match(after):
        return 0
    grows, shrinks = wording.asks("more", "longer"), wording.asks("less", "shorter", "remove")
    if wording.asks("to") and not _RELATIVE.match(after):
        return 0
    if grows == shrinks:
        return 0
    return 1 if grows else -1


_TO = re.compile(
    r"\b(?:to|auf|of|only|just|nur|exactly|genau|jetzt|now|make it|"
    r"mach(?:e|en|t)?(?: es| das| ihn)?)\s+(?:about |etwa |ca )?$"
)
_RELATIVE = re.compile(
    r"\s*(?:longer|shorter|more|less|langer|lenger|kurzer|mehr|weniger|dazu|drauf|off|extra)\b"
)
