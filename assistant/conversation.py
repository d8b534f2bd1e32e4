"""From a message to an answer: assess, understand, search, answer, keep limits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.answering.answer import Answer, Answerer, Request
from assistant.answering.checking import checked
from assistant.answering.understanding import (
    LONGEST_QUESTION,
    Understood,
    asker_of,
    says_goodbye,
    understand,
)
from assistant.errors import AssistantError
from assistant.language import detect
from assistant.retrieval.glossary import built_in_glossary
from assistant.retrieval.passage import Passage
from assistant.safety.assessing import assess, built_in_assessor
from assistant.safety.boundaries import Boundary
from assistant.safety.concern import Concern
from assistant.safety.detection import by_rules
from assistant.safety.help import boundary_guide, boundary_text, crisis_text, known_country
from assistant.settings import Settings
from assistant.words import reply

log = logging.getLogger(__name__)

DEPTH = 40
"""Passages an answerer may choose from."""

Find = Callable[[str, int, Collection[str] | None, str], list[Passage]]


Prepare = Callable[[Sequence[Mapping[str, Any]], str], Answer | None]
"""The answer where a plan, reflection prompts or help with a conflict is asked for, else None; the
country is the one whose help lines are named."""

Open = Callable[[str, str], Passage | None]
"""The beginning of a built-in guide by its name and language; None where it can't answer."""


class Conversing:
    """Answers the last of a list of messages. Holds no state between calls."""

    def __init__(
        self,
        find: Find,
        answerer: Answerer,
        settings: Settings,
        prepare: Prepare | None = None,
        open_guide: Open | None = None,
    ) -> None:
        self._find = find
        self._open_guide = open_guide
        self._answerer = answerer
        self._settings = settings
        self._prepare = prepare

    def respond(
        self,
        messages: Sequence[Mapping[str, Any]],
        collections: Collection[str] | None,
        country: str | None = None,
    ) -> Iterator[Answer]:
        """Yield growing answers; human help comes first, before any search runs.

        `country` is the person's own choice; the settings' where there is none, or an unknown one.
        """
        country = known_country(country or "") or self._settings.country
        message = _last_message(messages)
        concern = _assessed(message)
        if (help_first := _human_help(message, concern, self._settings, country)) is not None:
            yield help_first
            return
        understood = understand(messages, self._settings.language)
        if understood.reply == "goodbye":  # whatever went before: nobody is held back
            yield _small_talk(understood)
            return
        language = detect(message, self._settings.language)
        limit = built_in_assessor().boundary(message)
        if limit is not None:
            text, nearest = boundary_text(limit, language), self._nearest(limit, language)
            yield Answer(text, language, "boundary", concern=concern, nearest=nearest)
            return
        planned = None
        if self._prepare and collections is None:
            planned = self._prepare(messages, country)
        if planned is not None:
            yield replace(planned, concern=concern)
            return
        if understood.reply:
            yield _small_talk(understood)
            return
        for answer in self._searched(understood, collections):
            yield self._with_concern(_with_note(answer, message), concern, country)

    def _nearest(self, limit: Boundary, language: str) -> tuple[Passage, ...]:
        """The guide that helps where a limit is touched; none where the library can't give it."""
        if self._open_guide is None:
            return ()
        try:
            passage = self._open_guide(boundary_guide(limit.kind), language)
        except AssistantError:
            log.warning("The guide on a limit can't be opened.", exc_info=True)
            return ()
        return (passage,) if passage else ()

    def _with_concern(self, answer: Answer, concern: Concern | None, country: str) -> Answer:
        """A low concern travels with the answer as a gentle line."""
        if concern is None:
            return answer
        if answer.partial:
            return replace(answer, concern=concern)
        line = crisis_text(concern, answer.language, country, self._settings.contacts)
        return replace(answer, text=f"{answer.text}\n\n{line}", concern=concern)

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
            asker=asker_of(question),
        )
        for answer in self._answerer.answer(request):
            if understood.only_language and answer.kind == "not_covered":
                text = reply(understood.language, "no_language_switch")
                answer = replace(answer, text=text)
            yield checked(answer)


def human_help(message: str, settings: Settings, country: str | None = None) -> Answer | None:
    """The answer to a person at risk, or None when nothing points to one.

    It is `respond`'s first step and needs no library, so that a caller can show it even when the
    home folder can't be opened. `country` as there.
    """
    country = known_country(country or "") or settings.country
    return _human_help(message, _assessed(message), settings, country)


def _human_help(
    message: str, concern: Concern | None, settings: Settings, country: str
) -> Answer | None:
    if concern is None or concern.severity == "low":
        return None
    language = detect(message, settings.language)
    text = crisis_text(concern, language, country, settings.contacts)
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
    """The concern, if any; a fault in the detector must not keep a person from an answer.

    Who says goodbye and nothing else is told goodbye, unless a rule finds more in the words.
    """
    try:
        if says_goodbye(message) and by_rules(message) is None:
            return None
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
