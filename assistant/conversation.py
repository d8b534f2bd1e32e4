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

Find = Callable[[str, int, Collection[str] | None], list[Passage]]


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
        language = detect(message, self._settings.language)
        concern = _assessed(message)
        if concern is not None and concern.severity != "low":
            text = crisis_text(concern, language, self._settings.country)
            yield Answer(text, language, "crisis", concern=concern)
            return
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
        passages = self._find(question, DEPTH, collections)
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
