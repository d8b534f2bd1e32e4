"""From a mentor's few sentences to a plan: people at risk first, limits next, then the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.answering.answer import Answer
from assistant.language import detect
from assistant.planning.answering import plan_answer
from assistant.planning.changing import Changer, is_change
from assistant.planning.composing import Planner
from assistant.planning.conflict import conflict_help, is_conflict_story
from assistant.planning.material import Shelf, passage_of
from assistant.planning.nearness import Find
from assistant.planning.picking import Picker
from assistant.planning.plan import SessionPlan, Source
from assistant.planning.reflecting import asks_for_prompts, reflection_prompts
from assistant.planning.request import LONGEST_TEXT, SessionRequest
from assistant.planning.understanding import is_plan_request, understand_request
from assistant.retrieval.passage import Passage
from assistant.safety.boundaries import Boundary, boundary
from assistant.safety.concern import Concern, ConcernKind
from assistant.safety.detection import by_rules
from assistant.safety.help import boundary_text, crisis_text, line_for_a_plan
from assistant.settings import Contact
from assistant.words import storable

_THEME_OF: dict[ConcernKind, str] = {
    "self_harm": "suicide_self_harm",
    "abuse": "abuse",
    "violence": "violence",
    "acute_danger": "suicide_self_harm",
}
"""The theme that a meeting has when somebody is at risk, whatever else was told."""

SHORT = 8
"""Words of a change that needs no second look: rules alone look at it."""

Assess = Callable[[str], Concern | None]
Limit = Callable[[str], Boundary | None]


class Preparing:
    """Plans meetings and changes plans. Holds no state between calls."""

    def __init__(
        self,
        shelf: Shelf,
        picker: Picker,
        find: Find,
        assess: Assess,
        limit: Limit,
        country: Callable[[], str],
        language: str,
        contacts: Callable[[], Sequence[Contact]] = tuple,
    ) -> None:
        self._contacts = contacts
        self._shelf, self._picker, self._find = shelf, picker, find
        self._planner = Planner(shelf, picker, find)
        self._changer = Changer(self._planner, shelf)
        self._assess, self._limit = assess, limit
        self._country, self._language = country, language

    def understand(self, text: str) -> SessionRequest:
        """What a text asks for; nothing of it is stored. Never raises."""
        return self._planner.with_theme(understand_request(storable(text), self._language))

    def plan(self, text: str, country: str | None = None) -> SessionPlan:
        """A plan from a text. For somebody in acute danger, or beyond a limit: what to say instead.

        Help lines are those of `country`, else of the settings. Raises nothing but
        `IndexUnavailable` and `StorageError`.
        """
        return self.compose(self.understand(text), storable(text), country)

    def compose(
        self, request: SessionRequest, text: str = "", country: str | None = None
    ) -> SessionPlan:
        """A plan for a request that may have been corrected by hand; `text` is what was typed.

        Help takes the plan's place, or danger becomes its theme, only where a rule knows the words
        too. What the classifier alone suspects puts help before the plan: most such plans are for
        somebody who is tired, homesick or proud.
        """
        told = (text or request.situation)[:LONGEST_TEXT]
        concern = self._assess(told)
        is_grave = concern is not None and concern.severity != "low"
        is_sure = is_grave and by_rules(told) is not None
        is_acute = concern is not None and concern.kind == "acute_danger"
        if concern is not None and is_sure and (is_acute or concern.speaker == "self"):
            words = self._help(concern, request.language, country)
            return self._instead(request, "crisis", words)
        limit = self._limit(told)
        # Where somebody is in danger, only words that ask for what is beyond the limits go before.
        if limit is not None and not (is_grave and boundary(told) is None):
            return self._instead(request, "boundary", boundary_text(limit, request.language))
        if concern is None:
            return self._planner.compose(request)
        if is_sure:
            themes = dict.fromkeys([_THEME_OF[concern.kind], *request.themes])
            request = request.model_copy(update={"themes": tuple(themes)[:3]})
        plan = self._planner.compose(request)
        is_low = concern.severity == "low" and concern.speaker == "other"
        first = (
            line_for_a_plan(concern, request.language, self._contacts())
            if is_low
            else self._help(concern, request.language, country)
        )
        return plan.model_copy(update={"first": first})

    def change(
        self,
        plan: SessionPlan,
        text: str,
        earlier: Sequence[SessionPlan] = (),
        country: str | None = None,
    ) -> SessionPlan:
        """The next version of a plan; what is told in the change is assessed like any message."""
        text = storable(text)
        language = detect(text, plan.language)
        if len(text.split()) <= SHORT and is_change(text, plan) and by_rules(text) is None:
            # "Make it 30 minutes" tells nothing of anybody.
            return self._kept_first(plan, self._changer.change(plan, text, earlier))
        concern = self._assess(text)
        is_grave = concern is not None and concern.severity != "low"
        words = self._help(concern, language, country) if concern and is_grave else ""
        if is_grave and by_rules(text) is not None:
            return self._instead(plan.request, "crisis", words, plan.version + 1)
        # A change is refused only where its words ask for what is beyond the limits.
        if (limit := boundary(text)) is not None:
            words = boundary_text(limit, language)
            return self._instead(plan.request, "boundary", words, plan.version + 1)
        return self._kept_first(plan, self._changer.change(plan, text, earlier), words)

    def _kept_first(self, plan: SessionPlan, new: SessionPlan, first: str = "") -> SessionPlan:
        """Help that stands before a plan stays before all its versions."""
        first = first or plan.first
        return new.model_copy(update={"first": first}) if first else new

    def answer(
        self, messages: Sequence[Mapping[str, Any]], country: str | None = None
    ) -> Answer | None:
        """The chat's answer where the last message asks for what guides are put together for.

        That is a plan or a change of it, a set of reflection prompts, or help with a conflict that
        it tells of. None for anything else.
        """
        plan = self.replayed(messages, country)
        if plan is not None:
            return plan_answer(plan, self._passage)
        text = str(messages[-1].get("content", "")) if messages else ""
        language = detect(text, self._language)
        shelf, picker, find = self._shelf, self._picker, self._find
        if asks_for_prompts(text):
            return reflection_prompts(text, language, shelf=shelf, picker=picker, find=find)
        if is_conflict_story(text):
            return conflict_help(text, language, shelf=shelf, picker=picker, find=find)
        return None

    def _passage(self, source: Source) -> Passage:
        guide = self._shelf.stored(source.guide_id)
        return passage_of(guide, source.heading_path, source.start, source.end, source.page)

    def replayed(
        self, messages: Sequence[Mapping[str, Any]], country: str | None = None
    ) -> SessionPlan | None:
        """The plan that the last message asks for or changes, from a chat's messages alone.

        None when the last message is about something else.
        """
        said = [str(m.get("content", "")) for m in messages if m.get("role") == "user"]
        if not said:
            return None
        if is_plan_request(said[-1]):
            return self.plan(said[-1], country)
        asked = next((n for n in reversed(range(len(said) - 1)) if is_plan_request(said[n])), None)
        if asked is None:
            return None
        versions = [self.plan(said[asked], country)]
        if versions[0].instead or not is_change(said[-1], versions[0]):
            return None
        for text in said[asked + 1 :]:
            if is_change(text, versions[-1]):
                new = self.change(versions[-1], text, versions[:-1], country)
                if not new.instead:
                    versions.append(new)
        return versions[-1]

    def _help(self, concern: Concern, language: str, country: str | None) -> str:
        return crisis_text(concern, language, country or self._country(), self._contacts())

    def _instead(
        self, request: SessionRequest, kind: str, text: str, version: int = 1
    ) -> SessionPlan:
        return SessionPlan.model_validate(
            {
                "kind": kind,
                "language": request.language,
                "request": request,
                "instead": text,
                "version": version,
            }
        )
