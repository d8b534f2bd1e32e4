"""Whom worrying words are about: the writer, or somebody the writer tells of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assistant.safety.patterns import Match
from assistant.safety.rules import Pronouns, Rule
from assistant.safety.wording import Sentence

Speaker = Literal["self", "other"]


def speaker_of(
    match: Match[Rule], sentence: Sentence, told: Sequence[Match[None]], pronouns: Pronouns
) -> Speaker:
    """Whom the words of `match` are about. When nothing tells, it is the writer.

    `told` are the places where the sentence reports another's words ("she told me").
    """
    if match.owner.speaker:
        return match.owner.speaker
    if any(report.start <= match.start for report in told):
        return "other"
    inside = sentence.text[match.start : match.end].split()
    before = sentence.text[: match.start].split()
    if match.owner.kind == "violence":
        return _nearest_subject([*before, inside[0]], pronouns)
    if is_own(inside, pronouns):
        return "self"
    if match.owner.subject == "does_it":
        return _victim(inside, sentence, pronouns)
    if (pronouns.objects | pronouns.people) & set(inside):
        return "other"
    return _nearest_subject([*inside, *before], pronouns)


def is_own(words: Sequence[str], pronouns: Pronouns) -> bool:
    """Whether words speak of the writer: "me", or "my" beside anything but "mentee" or "friend"."""
    following = [*words, ""][1:]
    return any(
        word in pronouns.own or (word in pronouns.mine and after not in pronouns.people)
        for word, after in zip(words, following, strict=True)
    )


def _victim(inside: Sequence[str], sentence: Sentence, pronouns: Pronouns) -> Speaker:
    if (pronouns.objects | pronouns.people) & set(inside):
        return "other"
    if is_own(sentence.words, pronouns) or not (pronouns.people & set(sentence.words)):
        return "self"
    return "other"


def _nearest_subject(words: Sequence[str], pronouns: Pronouns) -> Speaker:
    for word in reversed(words):
        if word in pronouns.own:
            return "self"
        if word in pronouns.other or word in pronouns.people:
            return "other"
    return "self"
