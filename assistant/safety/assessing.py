"""Noticing a person at risk, and requests beyond Tandem's limits: rules and classifier together.

The rules know the words that always matter; the classifier knows how people write around them. A
rule that the classifier finds quite unlikely is left alone unless it is a firm one; where no rule
speaks, the classifier must be sure. Nothing here needs a network, an index or a database.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, cast

from assistant.safety.boundaries import Boundary, boundary
from assistant.safety.concern import Concern, ConcernKind, Severity
from assistant.safety.detection import MOST_EVIDENCE, Told, by_rules
from assistant.safety.rules import BoundaryKind
from assistant.safety.speaker import Speaker

if TYPE_CHECKING:
    from assistant.safety.classifier import Judgement

log = logging.getLogger(__name__)

Judge = Callable[[str], "Sequence[Judgement]"]

REMEMBERED = 4
"""Texts whose judgements stay in memory: concern and limit are asked of the same message."""

ALONE = 0.5
"""How sure the classifier must be where no rule speaks. These bounds were chosen with an eye on the
suite `safety`, so its figures are a little flattered; those of `safety-fresh` are not."""

SURE = 0.9
"""Where the classifier alone is less sure than this, a gentle line travels with the answer instead
of help in its place: a false alarm costs trust, and who is in danger sees help all the same."""

DOUBTED = 0.2
"""The same where a rule speaks that isn't firm and the classifier finds no danger: most such
messages deny something, or tell what is long past. An emergency is never doubted."""

WITH_A_RULE = 0.05
"""How likely it must find danger where a rule speaks that isn't firm; of acute danger nothing is
left alone."""

OF_A_CLAUSE = 0.9
"""How likely danger must be in the clause that a grave rule speaks of, where the whole message
isn't likely to tell of any."""

LIMIT_ALONE, LIMIT_WITH_A_RULE = 0.35, 0.03
"""How likely a limit must be where no rule speaks of one, and where one does."""

LIMIT_IN_A_STORY = 0.5
"""How likely a limit must be in one of the windows of a long message: most tell of much else."""

RULES_WORD = 0.8
"""How much a rule's kind counts when rule and classifier name different kinds."""

SURE_OF_SPEAKER = 0.95

MOST_SENTENCES = 12
"""Sentences of a window that are looked at for the words that led to an alarm."""

_GRAVER: dict[Severity, int] = {"low": 0, "medium": 1, "high": 2}
_CLAUSE_END = re.compile(r"[,;:.!?\n]+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


@dataclass(frozen=True)
class Assessor:
    """Assesses messages. `judge` is None where the classifier can't be had: rules alone then."""

    judge: Judge | None = None

    def assess(self, text: str) -> Concern | None:
        """The gravest concern in a message, or None. Never raises."""
        told = by_rules(text)
        judged = max(self._judged(text), key=lambda one: one.alarm, default=None)
        if judged is None:
            return told.concern if told else None
        if told is None:
            return self._by_classifier(text, judged) if _is_sure(judged) else None
        is_acute = told.concern.kind == "acute_danger"
        if not (told.firm or is_acute) and judged.alarm < DOUBTED:
            judged = self._by_its_clause(text, told) or judged
            if judged.alarm < WITH_A_RULE:
                return None
        return _agreed(told, judged)

    def _by_its_clause(self, text: str, told: Told) -> Judgement | None:
        """What the clause says in which a rule found something grave, where it alarms by itself.

        "I meet Samira for 45 minutes, she wants to kill herself": most of it is about a meeting.
        """
        if told.concern.severity != "high":
            return None
        clauses = [
            clause
            for clause in map(str.strip, _CLAUSE_END.split(text))
            if clause and any(words in clause or clause in words for words in told.concern.evidence)
        ]
        judged = [one for clause in clauses[:MOST_SENTENCES] for one in self._judged(clause)]
        best = max(judged, key=lambda one: one.alarm, default=None)
        return best if best and best.alarm >= OF_A_CLAUSE else None

    def boundary(self, text: str) -> Boundary | None:
        """The limit that a request touches, or None. Never raises."""
        ruled = boundary(text)
        windows = self._judged(text)
        judged = min(windows, key=lambda one: one.limits["none"], default=None)
        if judged is None:
            return ruled
        touched = 1.0 - judged.limits["none"]
        if ruled is not None:
            return ruled if touched >= LIMIT_WITH_A_RULE else None
        if touched < (LIMIT_ALONE if len(windows) == 1 else LIMIT_IN_A_STORY):
            return None
        return Boundary(cast(BoundaryKind, _likeliest(judged.limits)), _verbatim(judged.text, text))

    def _judged(self, text: str) -> Sequence[Judgement]:
        if self.judge is None:
            return []
        try:
            return self.judge(_without_echo(text))
        except Exception:
            # Help must come whatever happens to the classifier: the rules stand alone then.
            log.exception("The safety classifier failed; the rules go on alone.")
            return []

    def _by_classifier(self, text: str, judged: Judgement) -> Concern:
        sure = judged.alarm >= SURE
        # An emergency is never told by a gentle line: what is unsure counts as its next kind.
        kinds = {k: f for k, f in judged.kinds.items() if sure or k != "acute_danger"}
        return Concern(
            cast(ConcernKind, _likeliest(kinds)),
            _severity(judged) if sure else "low",
            (_verbatim(self._evidence(judged), text),),
            _speaker(judged),
        )

    def _evidence(self, judged: Judgement) -> str:
        """The sentence that alarms most; a message of one sentence is its own."""
        parts = [part.strip() for part in _SENTENCE.findall(judged.text) if re.search(r"\w", part)]
        if len(parts) < 2:
            return judged.text
        alarms = [
            max((one.alarm for one in self._judged(part)), default=0.0)
            for part in parts[:MOST_SENTENCES]
        ]
        return parts[alarms.index(max(alarms))]


def _verbatim(words: str, text: str) -> str:
    """Words as they stand in a text, whatever space is between them there."""
    found = re.search(r"\s+".join(map(re.escape, words.split())), text)
    return found[0] if found else words


def _without_echo(text: str) -> str:
    """A text whose sentences mostly repeat each other, each once: who writes the same again and
    again means nothing new by it."""
    parts = _SENTENCE.findall(text)
    once = dict.fromkeys(part.strip() for part in parts)
    return " ".join(once) if 2 * len(once) < len(parts) else text


def _is_sure(judged: Judgement) -> bool:
    return judged.alarm >= ALONE


def _agreed(told: Told, judged: Judgement) -> Concern:
    """One concern of a rule's and the classifier's."""
    rule = told.concern
    likely = dict(judged.kinds)
    likely[rule.kind] += RULES_WORD
    kind = rule.kind if rule.kind == "acute_danger" else _likeliest(likely)
    severities = [rule.severity, _severity(judged)] if _is_sure(judged) else [rule.severity]
    severity = max(severities, key=lambda one: _GRAVER[one])
    if not told.firm and rule.kind != "acute_danger" and judged.alarm < DOUBTED:
        severity = "low"
    speaker = _speaker(judged, rule.speaker)
    return Concern(
        cast(ConcernKind, kind),
        "high" if kind == "acute_danger" else severity,
        rule.evidence[:MOST_EVIDENCE],
        speaker,
    )


def _likeliest(figures: Mapping[str, float]) -> str:
    return max((name for name in figures if name != "none"), key=lambda name: figures[name])


def _severity(judged: Judgement) -> Severity:
    if _likeliest(judged.kinds) == "acute_danger":
        return "high"
    return cast(Severity, max(judged.severities, key=lambda name: judged.severities[name]))


def _speaker(judged: Judgement, otherwise: Speaker | None = None) -> Speaker:
    best = max(judged.speakers, key=lambda name: judged.speakers[name])
    if otherwise is not None and judged.speakers[best] < SURE_OF_SPEAKER:
        return otherwise
    return cast(Speaker, best)


_LOADING = Lock()


def built_in_assessor() -> Assessor:
    """Rules and the classifier that comes with Tandem; the first call loads it, in seconds.

    Never raises: where the classifier can't be loaded, the log says why and the rules stand alone.
    """
    with _LOADING:
        return _assessor()


def assess(text: str) -> Concern | None:
    """The gravest concern in a message, or None. Never raises.

    In the seconds until the classifier has loaded, help doesn't wait for it where a rule finds
    something grave.
    """
    told = by_rules(text)
    is_loaded = _assessor.cache_info().currsize > 0
    if told is not None and told.concern.severity == "high" and not is_loaded:
        return told.concern
    return built_in_assessor().assess(text)


@cache
def _assessor() -> Assessor:
    from assistant.safety.classifier import built_in_classifier

    try:
        return Assessor(lru_cache(maxsize=REMEMBERED)(built_in_classifier().judge))
    except Exception:
        log.exception("The safety classifier can't be loaded; the rules stand alone.")
        return Assessor()
