"""What the rules notice of a person at risk in what they write, with no model and no network.

Rules as data (`knowledge/safety`) find words that give cause to worry; exclusions leave alone
idioms, games, grief and questions on the subject. Recall outweighs precision for self-harm and
acute danger. What it does not know: irony, anything said only by what is left out, and languages
other than English and German.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.safety.concern import Concern
from assistant.safety.patterns import Match
from assistant.safety.rules import Exclusion, Pronouns, Rule, Rules, load_rules
from assistant.safety.speaker import Speaker, is_own, speaker_of
from assistant.safety.wording import Sentence, sentences

MOST_EVIDENCE = 5

_SEVERITY = {"low": 0, "medium": 1, "high": 2}
_KIND = {"acute_danger": 3, "self_harm": 2, "abuse": 1, "violence": 0}


@dataclass(frozen=True)
class Told:
    """What the rules make of a message. A `firm` one stands whatever else is said."""

    concern: Concern
    firm: bool


@dataclass(frozen=True)
class _Finding:
    """A rule that was found and that nothing silenced; `span` is its place in the message."""

    concern: Concern
    span: tuple[int, int]
    firm: bool


def by_rules(text: str) -> Told | None:
    """The gravest concern that the rules find in a message, or None.

    Never raises, whatever the string holds. Takes well under 5 ms for 500 characters once the rules
    are loaded (the first call of a process loads them).
    """
    rules = load_rules()
    message = sentences(text, rules.spellings)
    # Who writes the same sentence again and again means nothing new by it.
    message = list({sentence.text: sentence for sentence in reversed(message)}.values())[::-1]
    lifted = {match.owner.id for sentence in message for match in rules.lifting.find(sentence)}
    excluded = [
        [match for match in rules.exclusions.find(sentence) if match.owner.id not in lifted]
        for sentence in message
    ]
    wide = [match for matches in excluded for match in matches if match.owner.scope == "message"]
    findings: list[_Finding] = []
    for sentence, nearby in zip(message, excluded, strict=True):
        findings += _findings(text, sentence, [*nearby, *wide], rules)
    return _gravest(text, findings)


def _findings(
    text: str, sentence: Sentence, exclusions: list[Match[Exclusion]], rules: Rules
) -> list[_Finding]:
    matches = rules.rules.find(sentence)
    if not matches:
        return []
    told = rules.told_by_another.find(sentence)
    is_near = bool(rules.near_times.find(sentence))
    findings = []
    for match in matches:
        speaker = speaker_of(match, sentence, told, rules.pronouns)
        if not _is_silenced(match, speaker, sentence, exclusions, rules.pronouns):
            findings.append(_finding(text, match, speaker, sentence, is_near))
    return findings


def _is_silenced(
    match: Match[Rule],
    speaker: Speaker,
    sentence: Sentence,
    exclusions: list[Match[Exclusion]],
    pronouns: Pronouns,
) -> bool:
    for exclusion in exclusions:
        owner = exclusion.owner
        if match.owner.firm or match.owner.kind not in owner.kinds:
            continue
        if owner.scope == "words":
            covers = exclusion.start < match.end and match.start < exclusion.end
        elif owner.scope == "after":
            # "How do I talk about it?" is a question on the subject; "how do I say that I" isn't.
            asked = sentence.text[exclusion.end : match.end].split()
            covers = match.end > exclusion.start and (
                speaker == "other" or not is_own(asked, pronouns)
            )
        else:
            covers = owner.speaker in (None, speaker)
        if covers:
            return True
    return False


def _finding(
    text: str, match: Match[Rule], speaker: Speaker, sentence: Sentence, is_near: bool
) -> _Finding:
    rule = match.owner
    start, end = sentence.span(match.start, match.end)
    is_acute = rule.intent and is_near
    concern = Concern(
        kind="acute_danger" if is_acute else rule.kind,
        severity="high" if is_acute else rule.severity,
        evidence=(text[start:end],),
        speaker=speaker,
    )
    return _Finding(concern, (start, end), rule.firm)


def _gravest(text: str, findings: list[_Finding]) -> Told | None:
    """The gravest concern, with the words of every finding of its kind, in the message's order."""
    if not findings:
        return None
    gravest = max(
        (finding.concern for finding in sorted(findings, key=lambda one: one.span)),
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
    concern = Concern(gravest.kind, gravest.severity, evidence, gravest.speaker)
    return Told(concern, any(f.firm for f in findings if f.concern.kind == gravest.kind))
