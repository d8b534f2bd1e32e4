"""From a mentor's few sentences to a request for a plan, by words alone.

What it does not know: what is meant between the lines. Whatever nobody stated is named in
`assumed`, so that the mentor can put it right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, cast

from assistant.language import detect
from assistant.planning.ages import age_in
from assistant.planning.agreements import agreements
from assistant.planning.attending import MOST, people_in
from assistant.planning.figures import Figure, minutes_in
from assistant.planning.guests import guest_in
from assistant.planning.naming import Name, names_in
from assistant.planning.numbering import number_in
from assistant.planning.request import (
    LEAST_MINUTES,
    LONGEST_TEXT,
    MOST_MINUTES,
    Avoid,
    RequestField,
    SessionRequest,
    Setting,
    Stage,
    Wish,
    World,
)
from assistant.planning.shunning import bare_topic, shunned
from assistant.planning.telling import (
    Field,
    folded,
    given_names,
    listed,
    load_requests,
    telling,
)
from assistant.planning.themes import (
    Found,
    Span,
    overlap,
    spellings,
    themes_in,
    traits_in,
)
from assistant.planning.worlds import world_in
from assistant.safety.wording import Sentence, plain, sentences
from assistant.sentences import sentence_spans
from assistant.words import storable

MOST_THEMES = MOST_TRAITS = 3
MOST_SHUN = MOST_AGREED = 5
OLDEST_CHILD = 11
USUAL_GROUP = 5
"""Mentees in a group whose size nobody tells."""


class Agreement(Protocol):
    """Something agreed in a meeting."""

    @property
    def text(self) -> str: ...
    @property
    def done(self) -> bool: ...


class EarlierMeeting(Protocol):
    """What a log tells of a meeting that was held."""

    @property
    def number(self) -> int: ...
    @property
    def agreed(self) -> Sequence[Agreement]: ...


def understand_request(
    text: str, default_language: str = "en", earlier: Sequence[EarlierMeeting] | None = None
) -> SessionRequest:
    """What the text asks a plan for; only its first LONGEST_TEXT characters are read.

    From `earlier` meetings come the number and the open agreements, where the text names none.
    Never raises, whatever the text.
    """
    reading = _reading(text)
    language: Literal["en", "de"] = "de" if detect(reading.text, default_language) == "de" else "en"
    number, stage = reading.number, reading.stage
    agreed = tuple(reading.text[start:end] for start, end in reading.agreed)
    if earlier:
        if number is None and stage is None:
            number = min(max(log.number for log in earlier) + 1, 500)
        agreed = agreed or tuple(one.text for log in earlier for one in log.agreed if not one.done)
    situation = reading.situation(language)
    themes = tuple(dict.fromkeys(one.key for one in reading.themes))[:MOST_THEMES]
    traits = [one.key for one in reading.traits]
    if reading.age and reading.age.value <= OLDEST_CHILD:
        traits.append("younger_child")
    stated = reading.minutes.value if reading.minutes else 60
    minutes = min(max(stated, LEAST_MINUTES), MOST_MINUTES)
    told: dict[RequestField, object] = {
        "bounds": minutes == stated,
        "minutes": reading.minutes,
        "stage": stage or number,
        "people": reading.people or reading.is_one,
        "setting": reading.setting,
        "age": reading.age,
        "situation": situation or themes,
    }
    return SessionRequest(
        language=language,
        name=reading.name,
        age=reading.age.value if reading.age else None,
        minutes=minutes,
        stage=stage or "regular",
        number=number,
        people=reading.people or 1,
        setting=reading.setting or "in_person",
        world=reading.world,
        situation=situation,
        themes=themes,
        traits=tuple(dict.fromkeys(traits))[:MOST_TRAITS],
        avoid=reading.avoid,
        shun=tuple(bare_topic(reading.text[start:end]) for start, end in reading.shun)[:MOST_SHUN],
        wishes=reading.wishes,
        agreed=agreed[:MOST_AGREED],
        guest=guest_in(reading.text),
        seated=reading.seated,
        assumed=tuple(field for field, value in told.items() if not value),
        question=None if told["situation"] else "situation",
    )


def is_plan_request(text: str) -> bool:
    """Whether a message asks for a plan of a meeting, and not a question to the guides.

    It does when it says so ("plan my next meeting"), or when it tells of a meeting to come with
    the details a plan needs and asks for nothing else.
    """
    reading = _reading(text)
    said = reading.says_of_plan
    if "question" in said:
        return "asks" in said and reading.minutes is not None and reading.details >= 2
    if "asks" in said:
        return True
    if "something_else" in said or ("past" in said and "coming" not in said):
        return False
    if reading.minutes is not None:
        return reading.details >= (1 if said & {"meets", "coming"} else 2)
    named = reading.name or reading.age
    return bool(named) and {"meets", "coming"} <= said and reading.details >= 2


def _reading(text: str) -> Reading:
    # Long stretches of space tell nothing, and patterns would search each of them again and again.
    return Reading(re.sub(r"\s{3,}", "\n\n", storable(text)[:LONGEST_TEXT]))


@dataclass(frozen=True)
class Reading:
    """A text and what it tells, each read when asked for."""

    text: str

    @cached_property
    def folded(self) -> str:
        return folded(self.text)

    @cached_property
    def sentences(self) -> list[Sentence]:
        return sentences(self.text, spellings())

    @cached_property
    def _fields(self) -> dict[Field, list[Found]]:
        return {}

    def found(self, field: Field) -> list[Found]:
        """The places that tell of a field."""
        if field not in self._fields:
            self._fields[field] = telling(field).find(self.sentences)
        return self._fields[field]

    @cached_property
    def numbered(self) -> tuple[Figure, int | None] | None:
        """The meeting's number, and of how many."""
        return number_in(self.folded)

    @cached_property
    def counted(self) -> Figure | None:
        """How many mentees come, where a figure tells."""
        return people_in(self.folded)

    @cached_property
    def minutes(self) -> Figure | None:
        return minutes_in(self.folded, self.agreed)

    @cached_property
    def age(self) -> Figure | None:
        return age_in(self.folded, self.names)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Of those who come."""
        return names_in(self.text, self.folded)

    @property
    def name(self) -> str:
        """The mentee's name; "" where none is told, or several are."""
        return self.names[0].text if len(self.names) == 1 else ""

    @cached_property
    def number(self) -> int | None:
        if told := self.numbered:
            return told[0].value
        return 1 if self._stages and self._stages[0] == "first" else None

    @cached_property
    def _stages(self) -> list[Stage]:
        """Stages that words tell, the surest first: who says "goodbye" means it."""
        order: list[Stage] = ["last", "half_way", "first"]
        found = {one.key for one in self.found("stage")}
        if _MET_FIRST.search(self.folded) or _FIRST_THAT_WAY.search(self.folded):
            found.discard("first")
        return [stage for stage in order if stage in found]

    @cached_property
    def stage(self) -> Stage | None:
        told = self.numbered
        number, total = (told[0].value, told[1]) if told else (None, None)
        stages = [s for s in self._stages if s != "first" or number in (None, 1)]
        if stages:
            return stages[0]
        if number == 1:
            return "first"
        if number is not None and total:
            return "last" if number == total else "half_way" if 2 * number == total else None
        return None

    @cached_property
    def people(self) -> int | None:
        """How many mentees come; None where neither a figure nor a group is told."""
        if figure := self.counted:
            return figure.value
        found = {one.key for one in self.found("people")}
        if len(self.names) > 1:
            return min(len(self.names), MOST)
        if "both" in found:
            return 2
        return USUAL_GROUP if "group" in found or _SEVERAL.search(self.folded) else None

    @property
    def is_one(self) -> bool:
        """Whether one person is told of."""
        return bool(self.name) or any(one.key == "one" for one in self.found("people"))

    @cached_property
    def setting(self) -> Setting | None:
        """The last setting that is told counts, as with contradictory minutes.

        A place by itself ("at school") says that they meet in person, unless more is told.
        """
        told = [one.key for one in self.found("setting")]
        plain_ = [key for key in told if key != "a_place"]
        if plain_ and not (self.world == "prison" and plain_[-1] == "outside"):
            return cast(Setting, plain_[-1])
        return "in_person" if told else None

    @cached_property
    def world(self) -> World:
        return world_in(self.found("world"), self.folded)

    @cached_property
    def avoid(self) -> tuple[Avoid, ...]:
        return cast(tuple[Avoid, ...], tuple(dict.fromkeys(f.key for f in self.found("avoid"))))

    @cached_property
    def wishes(self) -> tuple[Wish, ...]:
        return cast(tuple[Wish, ...], tuple(dict.fromkeys(f.key for f in self.found("wishes"))))

    @property
    def seated(self) -> bool:
        """Whether the place or the mentee's body leaves no room to move about."""
        return "movement" not in self.wishes and _SEATED.search(self.folded) is not None

    @cached_property
    def agreed(self) -> list[Span]:
        """What was agreed earlier, each item in the mentor's own words."""
        return list(agreements(self.text, self.folded))[:MOST_AGREED]

    @cached_property
    def shun(self) -> list[Span]:
        """Topics not to bring up, without those that `avoid` stands for."""
        avoided = [(one.start, one.end) for one in self.found("avoid")]
        return [s for s in shunned(self.folded) if not any(overlap(s, a) for a in avoided)]

    @cached_property
    def themes(self) -> list[Found]:
        """Places of themes, the weightiest first."""
        return themes_in(self.sentences, self.text, self.shun)

    @cached_property
    def traits(self) -> list[Found]:
        return traits_in(self.sentences, self.shun)

    @property
    def says_of_plan(self) -> set[str]:
        """What the message says of wanting a plan; `question` only where it does ask something."""
        places = self.found("plan")
        said = {one.key for one in places if one.key != "question" or self._opens(one)}
        if _MET.search(self.folded) or _WAITED.search(self.folded):
            said.add("past")
        for sentence in self.sentences:
            start, end = sentence.spans[0][0], sentence.spans[-1][1]
            inside = {one.key for one in places if start <= one.start < end}
            if sentence.is_question and _asks_else(sentence, inside):
                said.add("question")
        return said

    def _opens(self, place: Found) -> bool:
        """Whether a place stands at the start of its sentence, or of a clause of one that says
        nothing of minutes: "first session tomorrow, how do we even talk"."""
        ends = r"[.!?:;,\n]" if self.minutes is None else r"[.!?:;\n]"
        return len(re.split(ends, self.text[: place.start])[-1].split()) <= 1

    @property
    def details(self) -> int:
        """How many of the things that a plan needs are told, the time aside."""
        told = (self.name, self.age, self.number or self.stage, self.themes or self.traits)
        return sum(map(bool, (*told, self.setting, self.people, self.avoid, self.wishes)))

    def situation(self, language: str) -> str:
        """The sentences that tell more than logistics, in their own words."""
        # "Our last meeting" is a theme, but tells nothing of the situation.
        stages = [(one.start, one.end) for one in self.found("stage")]
        told = [(one.start, one.end) for one in (*self.themes, *self.traits)]
        telling_spans = [one for one in told if not any(overlap(one, stage) for stage in stages)]
        kept = []
        for start, end in sentence_spans(self.text, language):
            span = (start, end)
            if any(overlap(span, one) for one in telling_spans) or self._tells(span):
                kept.append(self.text[start:end])
        return " ".join(kept)

    def _tells(self, span: Span) -> bool:
        """Whether a sentence holds words that are no logistics."""
        rest = self.text[slice(*span)]
        for start, end in sorted(self._claimed, reverse=True):
            start, end = max(start, span[0]) - span[0], min(end, span[1]) - span[0]
            if start < end:
                rest = rest[:start] + " " + rest[end:]
        names = {folded(word) for word in self.name.split()} | given_names()
        words = set(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", rest))
        return len({plain(w) for w in words if folded(w) not in names} - listed("logistics")) >= 2

    @cached_property
    def _claimed(self) -> list[Span]:
        """Places that are read as something else than the situation."""
        figures = (self.minutes, self.age, self.counted)
        told = self.numbered
        fields: tuple[Field, ...] = ("stage", "setting", "avoid", "wishes", "people", "plan")
        return [
            *((f.start, f.end) for f in figures if f),
            *([(told[0].start, told[0].end)] if told else []),
            *((one.start, one.end) for field in fields for one in self.found(field)),
            *self.shun,
            *self.agreed,
        ]


_SEATED = re.compile(
    r"\b(?:cafes?|coffee shop|library|canteen|visiting room|visits hall|in (?:the|my|her|his) car|"
    r"on the (?:bus|train)|in plaster|crutches|wheelchair|broken leg|bibliothek|\w*bucherei|"
    r"kantine|mensa|besuchsraum|im (?:auto|bus|zug)|gips|krucken|rollstuhl|"
    r"gebrochenes bein)\b"
)
_SEVERAL = re.compile(r"\b(?:my|our|meine[nr]?|unsere[nr]?) mentees\b(?!')")
_MET = re.compile(r"\b(?:we|i)(?:'ve| have)?(?: just| already| only)? met\b")
_WAITED = re.compile(
    r"\b(?:i|we) (?:just |only )?(?:sat|waited|stood|was sitting|was waiting)\b|\bich (?:sass|"
    r"stand|wartete|(?:hab|habe|bin) (?:\w+ ){0,6}?(?:gewartet|gesessen|gestanden))\b"
)
_FIRST_THAT_WAY = re.compile(
    r"\b(?:erste[sn]? mal|first time)(?: am| per| auf| im| on| by)?(?: the)? (?:telefon|handy|"
    r"phone|online|zoom|teams|video\w*|draussen|outside)\b"
)
"""Not the first meeting, only the first one in this way."""
_MET_FIRST = re.compile(r"\bfirst time (?:that )?(?:we|i) (?:met|saw|spoke|talked)\b")


def _asks_else(sentence: Sentence, said: set[str]) -> bool:
    """Whether a sentence with a question mark asks for something else than a plan."""
    requests = load_requests()
    fillers, askers, pleas = (
        set(map(plain, words)) for words in (requests.fillers, requests.askers, requests.pleas)
    )
    first = next((word for word in sentence.words if word not in fillers), "")
    wants_plan = "what_to_do" in said or ("asks" in said and first in pleas)
    return first in askers | pleas and not wants_plan
