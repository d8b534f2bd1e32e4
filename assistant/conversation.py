"""From a message to an answer: assess, understand, search, answer, keep limits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.answering.answer import Answer, Answerer, Request
from assistant.answering.checking import checked
from assistant.answering.understanding import LONGEST_QUESTION, Understood, understand
from assistant.language import detect
from assistant.retrieval.glossary import built_in_glossary
from assistant.retrieval.passage import Passage
from assistant.safety.boundaries import boundary
from assistant.safety.concern import Concern
from assistant.safety.detection import assess
from assistant.safety.help import boundary_text, crisis_text
from assistant.settings import Settings
from assistant.words import reply

log = logging.getLogger(__name__)

DEPTH = 16
"""Passages an answerer may choose from."""

Find = Callable[[str, int, Collection[str] | None, str], list[Passage]]


class Conversing:
    """Answers the last of a list of messages. Holds no state between calls."""

    def __init__(self, find: Find, answerer: Answerer, settings: Settings) -> None:
        self._find = find
        self._answerer = answerer
        self._settings = settings

    def respond(
        self, messages: Sequence[Mapping[str, Any]], collections: Collection[str] | None
    ) -> Iterator[Answer]:
        """Yield growing answers; human help comes first, before any search runs."""
        message = _last_message(messages)
        concern = _assessed(message)
        if (help_first := _human_help(message, concern, self._settings)) is not None:
            yield help_first
            return
        language = detect(message, self._settings.language)
        limit = boundary(message)
        if limit is not None:
            yield Answer(boundary_text(limit, language), language, "boundary", concern=concern)
            return
        understood = understand(messages, self._settings.language)
        if understood.reply:
            yield _small_talk(understood)
            return
        for answer in self._searched(understood, collections):
            yield _with_concern(_with_note(answer, message), concern, self._settings.country)

    def _searched(
        self, understood: Understood, collections: Collection[str] | None
    ) -> Iterator[Answer]:
        question = _in_language(understood)
        passages = self._find(question, DEPTH, collections, understood.language)
        request = Request(
            question=question,
            language=understood.language,
            kind=understood.kind,
            passages=passages,
            want=understood.want,
            only_language=understood.only_language,
            said=understood.said,
        )
        for answer in self._answerer.answer(request):
            if understood.only_language and answer.kind == "not_covered":
                text = reply(understood.language, "no_language_switch")
                answer = replace(answer, text=text)
            yield checked(answer)


def human_help(message: str, settings: Settings) -> Answer | None:
    """The answer to a person at risk, or None when nothing points to one.

    It is `respond`'s first step and needs no library, so that a caller can show it even when the
    home folder can't be opened.
    """
    return _human_help(message, _assessed(message), settings)


def _human_help(message: str, concern: Concern | None, settings: Settings) -> Answer | None:
    if concern is None or concern.severity == "low":
        return None
    language = detect(message, settings.language)
    text = crisis_text(concern, language, settings.country)
    return Answer(text, language, "crisis", concern=concern)


def _in_language(understood: Understood) -> str:
    """The question; asked again in the other language, its ideas in that language's words."""
    spoken = detect(understood.question, understood.language)
    if not understood.only_language or spoken == understood.language:
        return understood.question
    return built_in_glossary().widen(understood.question, spoken) or understood.question


def _last_message(messages: Sequence[Mapping[str, Any]]) -> str:
    content = messages[-1].get("content", "") if messages else ""
    return content if isinstance(content, str) else ""


def _assessed(message: str) -> Concern | None:
    """The concern, if any; a fault in the detector must not keep a person from an answer."""
    try:
        return assess(message)
    except Exception:
        log.exception("The safety check failed; the message is answered without it.")
        return None


def _small_talk(understood: Understood) -> Answer:
    text = reply(understood.language, understood.reply, number=understood.number)
    return Answer(text, understood.language, "small_talk")


def _with_note(answer: Answer, message: str) -> Answer:
    if len(message) <= LONGEST_QUESTION:
        return answer
    return replace(answer, text=f"{reply(answer.language, 'too_long')}\n\n{answer.text}")


def _with_concern(answer: Answer, concern: Concern | None, country: str) -> Answer:
    """A low concern travels with the answer as a gentle line."""
    if concern is None:
        return answer
    if answer.partial:
        return replace(answer, concern=concern)
    line = crisis_text(concern, answer.language, country)
    return replace(answer, text=f"{answer.text}\n\n{line}", concern=concern)
