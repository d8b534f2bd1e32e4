"""What a message asks for, and what a follow-up refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from assistant.answering.answer import AnswerKind
from assistant.language import detect
from assistant.words import data, storable

LONGEST_QUESTION = 2_000
"""Characters of a message that count as the question."""

Want = Literal[
    "definition",
    "phrasing",
    "questions",
    "reflection_prompts",
    "activity",
    "example",
    "watch_out",
    "steps",
    "",
]
_WANTS: tuple[Want, ...] = (
    "reflection_prompts",
    "phrasing",
    "questions",
    "activity",
    "example",
    "watch_out",
    "definition",
    "steps",
)
_SMALL_TALK = ("greeting", "thanks", "goodbye", "capabilities")
_ORDINALS = {
    "first": 1, "erst": 1, "second": 2, "zweit": 2, "third": 3, "dritt": 3, "fourth": 4,
    "viert": 4, "fifth": 5, "fünft": 5, "sixth": 6, "sechst": 6, "last": -1, "letzt": -1,
}  # fmt: skip
_CITED = re.compile(r"\s*\[\d+\]")
_POINT = re.compile(r"^\s*(?:[-*]|\d+\.)\s+(.*)$", re.MULTILINE)
_STATED = re.compile(r"^(?:\s*(?:[-*]|\d+\.)\s+)?([^#\s].*)$", re.MULTILINE)


@dataclass(frozen=True)
class Understood:
    """A message as understood.

    `question` is what to search for, a follow-up completed from what came before. `reply` names a
    reply to give instead of searching; `number` fills it in. `want` is the kind of statement asked
    for. `only_language` is true when the answer must come from guides in `language`. `said` holds
    what earlier answers stated when more is asked for.
    """

    question: str
    language: str
    kind: AnswerKind
    want: Want = ""
    reply: str = ""
    number: int = 0
    only_language: bool = False
    said: tuple[str, ...] = ()


def understand(messages: Sequence[Mapping[str, Any]], default_language: str) -> Understood:
    """Read the last message in the light of those before it."""
    message = _content(messages[-1]) if messages else ""
    earlier = list(messages[:-1])
    before = _last_question(earlier)
    spoken = detect(before, default_language) if before else default_language
    text = " ".join(message[:LONGEST_QUESTION].split())
    if not text:
        return Understood("", spoken, "small_talk", reply="empty")
    if not re.search(r"\w", text):
        return Understood("", spoken, "small_talk", reply="no_words")
    language = detect(text, spoken)
    for name in _SMALL_TALK:
        if _patterns()[name].search(text.lower()):
            return Understood(text, language, "small_talk", reply=name)
    follow_up = _follow_up(text, language, before, earlier)
    if follow_up is not None:
        return follow_up
    return _question(text, language)


def says_goodbye(message: str) -> bool:
    """Whether a message says goodbye and nothing else."""
    text = " ".join(message[:LONGEST_QUESTION].split())
    return _patterns()["goodbye"].search(text.lower()) is not None


def asker_of(question: str) -> str:
    """Who asks, as far as the question tells: "mentee" for who speaks of their mentor, "mentor" for
    who speaks of a mentee, else ""."""
    told = (
        name for name in ("mentee", "mentor") if _patterns()[f"by_{name}"].search(question.lower())
    )
    return next(told, "")


def _question(text: str, language: str) -> Understood:
    want: Want = next((name for name in _WANTS if _patterns()[name].search(text.lower())), "")
    kind: AnswerKind = "question"
    if want == "phrasing":
        kind = "phrasing"
    elif want == "reflection_prompts":
        kind = "reflection_prompts"
    return Understood(text, language, kind, want)


def _follow_up(
    text: str, language: str, before: str, earlier: Sequence[Mapping[str, Any]]
) -> Understood | None:
    patterns, lowered = _patterns(), text.lower()
    for name, target in (("in_german", "de"), ("in_english", "en")):
        if patterns[name].search(lowered):
            if not before:
                return Understood("", target, "small_talk", reply="nothing_before")
            known = _question(before, target)
            return replace(known, kind="follow_up", only_language=True)
    spoken = detect(before, language) if before else language
    if patterns["more"].search(lowered):
        if not before:
            return Understood("", language, "small_talk", reply="nothing_before")
        return Understood(before, spoken, "follow_up", said=_found(_STATED, earlier))
    match = patterns["point"].search(lowered)
    if match and before and len(text.split()) <= 14:
        return _point(match, language, earlier)
    words = text.split()
    leans = patterns["leaning"].search(lowered) is not None
    if before and leans and len(words) <= 9 and len(_telling(text)) <= 3:
        return replace(_question(f"{text} {before}", language), kind="follow_up")
    return None


def _point(
    match: re.Match[str], language: str, earlier: Sequence[Mapping[str, Any]]
) -> Understood | None:
    word, digit = match.group(1), match.group(2) or match.group(3)
    number = int(digit) if digit else _ordinal(word)
    last: Mapping[str, Any] = next(
        (m for m in reversed(earlier) if m.get("role") == "assistant"), {}
    )
    points = _found(_POINT, [last])
    if not points:
        return None
    if number == -1:
        number = len(points)
    if not 1 <= number <= len(points):
        return Understood("", language, "small_talk", reply="no_such_point", number=number)
    point = points[number - 1]
    return Understood(point, detect(point, language), "follow_up", said=_found(_STATED, earlier))


def _found(pattern: re.Pattern[str], messages: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What a pattern finds in answers, without marks and numbers."""
    answers = [_content(m) for m in messages if m.get("role") == "assistant"]
    return tuple(
        _CITED.sub("", found).replace("\\", "").strip()
        for answer in answers
        for found in pattern.findall(answer)
    )


def _ordinal(word: str) -> int:
    return next(number for start, number in _ORDINALS.items() if word.startswith(start))


def _last_question(earlier: Sequence[Mapping[str, Any]]) -> str:
    """The last message of the person that was a question of its own."""
    for message in reversed(earlier):
        if message.get("role") != "user":
            continue
        text = " ".join(_content(message)[:LONGEST_QUESTION].split())
        lowered = text.lower()
        talk = (*_SMALL_TALK, "in_german", "in_english", "more", "point")
        if re.search(r"\w", text) and not any(_patterns()[n].search(lowered) for n in talk):
            return text
    return ""


def _telling(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text) if len(word) > 4]


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content", "")
    return storable(content) if isinstance(content, str) else ""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile(pattern) for name, pattern in data("knowledge", "intents.yaml").items()
    }
