"""Noticing a person at risk in what they write, with no model and no network.

Rules as data (`knowledge/safety`) find words that give cause to worry; exclusions leave alone
idioms, games, grief and questions on the subject. Recall outweighs precision for self-harm and
acute danger. What it does not know: irony, anything said only by what is left out, and languages
other than English and German.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.safety.concern import Concern
from assistant.safety.patterns import Match
from assistant.safety.rules import Exclusion, Rule, Rules, load_rules
from assistant.safety.wording import Sentence, sentences

MOST_EVIDENCE = 5

_SEVERITY = {"low": 0, "medium": 1, "high": 2}
_KIND = {"acute_danger": 3, "self_harm": 2, "abuse": 1, "violence": 0}

Speaker = Literal["self", "other"]


@dataclass(frozen=True)
class _Finding:
    """A rule that was found and that nothing silenced; `span` is its place in the message."""

    concern: Concern
    span: tuple[int, int]


def assess(text: str) -> Concern | None:
    """The gravest concern in a message, or None.

    Never raises, whatever the string holds. Takes well under 5 ms for 500 characters once the rules
    are loaded (the first call of a process loads them).
    """
    rules = load_rules()
    findings: list[_Finding] = []
    message = sentences(text, rules.spellings)
    lifted = {match.owner.id for sentence in message for match in rules.lifting.find(sentence)}
    excluded = [
        [match for match in rules.exclusions.find(sentence) if match.owner.id not in lifted]
        for sentence in message
    ]
    everywhere = [match for matches in excluded for match in matches if _is_wide(match)]
    for sentence, nearby in zip(message, excluded, strict=True):
        for match in rules.rules.find(sentence):
            speaker = _speaker(match, sentence, rules)
            if not _is_silenced(match, speaker, [*nearby, *everywhere]):
                findings.append(_finding(text, match, speaker, sentence, rules))
    return _gravest(text, findings)


def _is_wide(match: Match[Exclusion]) -> bool:
    return match.owner.scope == "message"


def _is_silenced(
    match: Match[Rule], speaker: Speaker, exclusions: list[Match[Exclusion]]
) -> bool:
    if match.owner.firm:
        return False
    return any(
        match.owner.kind in exclusion.owner.kinds
        and exclusion.owner.speaker in (None, speaker)
        and _covers(exclusion, match)
        for exclusion in exclusions
    )


def _covers(exclusion: Match[Exclusion], match: Match[Rule]) -> bool:
    if exclusion.owner.scope == "words":
        return exclusion.start < match.end and match.start < exclusion.end
    return exclusion.owner.scope != "after" or match.start >= exclusion.start


def _speaker(match: Match[Rule], sentence: Sentence, rules: Rules) -> Speaker:
    """Whom the words are about: the writer, unless they are another's or of another."""
    if match.owner.speaker:
        return match.owner.speaker
    if any(told.start <= match.start for told in rules.told_by_another.find(sentence)):
        return "other"
    inside = set(sentence.text[match.start : match.end].split())
    if inside & rules.self_words:
        return "self"
    if inside & rules.other_words:
        return "other"
    before = sentence.text[: match.start].split()
    for word in reversed(before):
        if word in rules.self_words:
            return "self"
        if word in rules.other_words:
            return "other"
    return "self"


def _finding(
    text: str, match: Match[Rule], speaker: Speaker, sentence: Sentence, rules: Rules
) -> _Finding:
    rule = match.owner
    start, end = sentence.span(match.start, match.end)
    is_acute = rule.intent and bool(rules.near_times.find(sentence))
    concern = Concern(
        kind="acute_danger" if is_acute else rule.kind,
        severity="high" if is_acute else rule.severity,
        evidence=(text[start:end],),
        speaker=speaker,
    )
    return _Finding(concern, (start, end))


def _gravest(text: str, findings: list[_Finding]) -> Concern | None:
    """The gravest concern, with the words of every finding of its kind, in the message's order."""
    if not findings:
        return None
    gravest = max(
        (finding.concern for finding in findings),
        key=lambda one: (one.kind == "acute_danger", _SEVERITY[one.severity], _KIND[one.kind]),
    )
    spans = sorted({f.span for f in findings if f.concern.kind == gravest.kind})
    outermost = [
        (start, end)
        for start, end in spans
        if not any(
            (other != (start, end)) and other[0] <= start and end <= other[1] for other in spans
        )
    ]
    evidence = tuple(text[start:end] for start, end in outermost[:MOST_EVIDENCE])
    return Concern(gravest.kind, gravest.severity, evidence, gravest.speaker)
