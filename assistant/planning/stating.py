"""What a message after a plan states about the meeting as a whole.

People who correct a plan are terser than those who ask for one: "18 by now", "doch in echt". So
some things are read here that a request would not be read for. What it does not know: whether a
correction is meant for the plan or only told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from assistant.planning.ages import is_of_kin
from assistant.planning.amounts import amount_in
from assistant.planning.asking import Wording
from assistant.planning.correcting import age_told, minutes_told, name_put_right, people_left
from assistant.planning.numerals import number_of, number_source
from assistant.planning.plan import SessionPlan
from assistant.planning.request import LEAST_MINUTES, MOST_MINUTES, SessionRequest
from assistant.planning.shunning import bare_topic
from assistant.planning.telling import folded, listed
from assistant.planning.understanding import MOST_AGREED, understand_request
from assistant.safety.wording import plain

MOST_COMING = 30
YOUNGEST, OLDEST = 6, 99
ANY_LENGTH_STEP = 15
"""Minutes by which a meeting grows or shrinks where nobody says by how many."""

OWN_THEMES = {"half_way": "half_way", "last": "ending"}
"""A stage's own theme: it is no topic beside."""

_ALLOWED = {
    "game": "games", "creative": "drawing", "writing": "writing", "role_play": "role_play",
    "exercise": "exercises",
}  # fmt: skip
_WISHES_OF = {"games": {"game", "icebreaker"}, "drawing": {"creative"}}
"""Wishes that can't be meant where the other thing isn't wanted."""
_TOLD_BY = {"hates_feelings": "feelings"}
"""Traits that say no more than what is to be avoided."""


@dataclass(frozen=True)
class Statement:
    """Fields of a request with the values that are stated, and what is only told besides.

    `allowed` is what need not be avoided any more; `themes`, `traits` and `wishes` are told of the
    mentee; `focus` says that the themes are to be what the meeting is about, `beside` that it is
    about them as well.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    avoid: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    shun: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    focus: bool = False
    beside: bool = False
    out_of_bounds: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether it asks for a change by itself, and doesn't only tell of the mentee."""
        return bool(self.traits) or self.puts_right

    @property
    def puts_right(self) -> bool:
        """Whether it says more than how the mentee is: that may only be why something is asked."""
        return bool(
            self.fields
            or self.avoid
            or self.allowed
            or self.shun
            or self.agreed
            or (self.focus and self.themes)
        )

    @property
    def is_empty(self) -> bool:
        return not (self.is_sure or self.themes or self.wishes or self.focus)


def stated(text: str, plan: SessionPlan) -> Statement:
    """What a message states of the meeting that a plan is for."""
    wording, told = Wording(text), understand_request(text, plan.language)
    fields: dict[str, Any] = dict(_figures(wording, told, plan))
    if setting := _setting(wording, told):
        falls_out = setting == plan.request.setting == "outside" and _FALLS_OUT.search(
            wording.folded
        )
        fields["setting"] = "in_person" if falls_out else setting
    if name := _name(text, plan.request.name):
        fields["name"] = name
    if told.guest:
        fields["guest"] = told.guest
    if "stage" not in told.assumed:
        fields["stage"] = told.stage
        if told.number:
            fields["number"] = told.number
    allowed = tuple(_allowed(wording))
    avoid = _avoided(wording, told, allowed)
    ruled_out: set[str] = set().union(*(_WISHES_OF.get(name, set()) for name in avoid))
    ruled_out |= {"outside"} & {str(fields.get("setting"))}
    agreed = told.agreed or _agreed(text)
    return Statement(
        fields=fields,
        avoid=avoid,
        allowed=allowed,
        shun=_shunned(text, told),
        agreed=agreed,
        traits=tuple(one for one in told.traits if _TOLD_BY.get(one) not in avoid),
        wishes=tuple(wish for wish in told.wishes if wish not in ruled_out),
        themes=() if agreed else _themes(told, fields),
        focus=wording.asks("focus"),
        beside=wording.asks("focus") and wording.asks("beside"),
        out_of_bounds=_is_out_of_bounds(wording, told, plan),
    )


def _themes(told: SessionRequest, fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Themes, without that of the stage: "our last meeting" is no topic."""
    own = OWN_THEMES.get(str(fields.get("stage")))
    return tuple(theme for theme in told.themes if theme != own)


# -- figures -------------------------------------------------------------------------------------


def _figures(
    wording: Wording, told: SessionRequest, plan: SessionPlan
) -> Iterator[tuple[str, int]]:
    age = _age(wording, plan.request)
    minutes = _minutes(wording, told, plan.request.minutes)
    if minutes is not None and not (age == minutes and _BARE.fullmatch(wording.folded)):
        yield "minutes", within_bounds(minutes)
    if age is not None:
        yield "age", age
    elif told.age is not None:
        yield "age", told.age
    people = _people(wording, told, plan.request.people)
    if people is not None:
        yield "people", people


def _minutes(wording: Wording, told: SessionRequest, now: int) -> int | None:
    if wording.asks("past"):
        return None
    if (minutes := minutes_told(wording.folded)) is not None and "minutes" in told.assumed:
        return minutes
    amount = amount_in(wording)
    if amount is not None and (amount.sign or amount.factor):
        if amount.minutes is None and amount.factor is None:
            return now + amount.sign * ANY_LENGTH_STEP if _is_whole(wording) else None
        return amount.of(now)
    if "minutes" not in told.assumed:
        return told.minutes
    bare = _BARE.fullmatch(wording.folded)
    if bare and not wording.left([]) - _BESIDE_A_FIGURE - {bare["minutes"]}:
        minutes = int(bare["minutes"])
        return minutes if minutes % 5 == 0 and LEAST_MINUTES <= minutes <= MOST_MINUTES else None
    return None


def within_bounds(minutes: int) -> int:
    """The nearest length that a meeting may have."""
    return min(max(minutes, LEAST_MINUTES), MOST_MINUTES)


def _is_out_of_bounds(wording: Wording, told: SessionRequest, plan: SessionPlan) -> bool:
    minutes = _minutes(wording, told, plan.request.minutes)
    if minutes is None:
        return False
    clipped = minutes == told.minutes and "bounds" in told.assumed
    return clipped or minutes != within_bounds(minutes)


_BARE = re.compile(r"[^\d]{0,40}?(?P<minutes>\d{2,3})[^\d]{0,30}")
_BESIDE_A_FIGURE = {plain(w) for w in ("draus", "daraus", "only", "exactly", "genau", "max", "got")}


def _is_whole(wording: Wording) -> bool:
    """Whether "longer" and "shorter" are all that is said: then the meeting is meant."""
    acts = ("longer", "shorter", "less", "more", "move")
    return not wording.left([one for act in acts for one in wording.places("acts").get(act, [])])


_WHO = r"(?:she|he|they|er|sie|mentee|age|alter|he's|she's|shes|hes|they're)"
_BY_NOW = (
    r"(?:is|ist|are|'s|wird|wurde|turned|turns|has|have|just|inzwischen|mittlerweile|jetzt|schon|"
    r"bereits|eigentlich|erst|gerade|doch|ubrigens|nun|nur|ja|aber|auch|now|actually|already|"
    r"really|only|in fact|by now|by the way|:|in wirklichkeit|nicht \d+,? sondern|not \d+,? but)"
)


def _age(wording: Wording, request: SessionRequest) -> int | None:
    small = wording.folded
    found = _age_pattern().search(small)
    if found and not is_of_kin(small, found.start("age")):
        return _an_age(found["age"])
    if request.age is not None:
        # "18, not 17": the other figure tells what is meant.
        for match in _instead_pattern(str(request.age)).finditer(small):
            return _an_age(match["new"] or match["new_"])
    return age_told(small, request)


@cache
def _age_pattern() -> re.Pattern[str]:
    number = number_source()
    return re.compile(
        rf"\b{_WHO}(?:[\s:,]+{_BY_NOW})*\s+(?P<age>{number})(?:\s*(?:years?|jahre?|yrs?)"
        rf"(?:[\s-]+(?:old|alt))?)?(?=\s*(?:$|[,.;!?)]|(?:now|already|by|inzwischen|jetzt|schon|"
        rf"and|und|not|nicht|sorry|geworden|old|alt|actually|bitte|please|statt|instead)\b))"
    )


def _instead_pattern(old: str) -> re.Pattern[str]:
    """What is said instead of something old: "X, not OLD", "nicht OLD, sondern X"."""
    word = r"[^\W_]+(?:['’-][^\W_]+)*"
    old = re.escape(old)
    return re.compile(
        rf"(?<![\w-])(?P<new>{word}),?\s+(?:and |und )?(?:not|nicht|statt|anstatt|instead of|"
        rf"rather than)\s+{old}(?![\w-])|\b(?:not|nicht)\s+{old},?\s+(?:but|sondern)\s+"
        rf"(?P<new_>{word})"
    )


def _an_age(written: str) -> int | None:
    if not re.fullmatch(number_source(), written):
        return None
    age = round(number_of(written))
    return age if YOUNGEST <= age <= OLDEST else None


def _people(wording: Wording, told: SessionRequest, now: int) -> int | None:
    """How many mentees come. That "she" is one person tells nothing: a group has members."""
    if "people" not in told.assumed and told.people > 1:
        of_them = now > told.people and _SOME_OF_THEM.search(wording.folded)
        return None if of_them else told.people
    if coming := _coming_pattern().search(wording.folded):
        count = round(number_of(coming["who"] or coming["how_many"] or coming["all"]))
        return min(count - bool(coming["we"]), MOST_COMING) or None
    if (left := people_left(wording.folded)) is not None:
        return left
    if wording.asks("together") and not told.guest:
        return now + 1
    is_alone = wording.asks("alone") and (now > 1 or wording.asks_only("alone"))
    return 1 if is_alone else None


_SOME_OF_THEM = re.compile(
    r"\b(?:the|those|these|die|den|der|diese[nr]?)\s+(?:other |beiden |anderen )?(?:two|three|four|"
    r"zwei|drei|vier|[2-9])\b(?!.*\b(?:come|coming|kommen|only|nur|just|bloss)\b)"
)
"""Some of a group of whom something is told: "the two girls mustn't be shown up"."""


@cache
def _coming_pattern() -> re.Pattern[str]:
    number = rf"(?!an?\b|ein\w*\b){number_source()}"
    only = (
        r"(?:(?:only|just|nur|jetzt|doch|now|noch|dann|bloss|lediglich|vielleicht|maybe|probably|"
        r"wahrscheinlich|wohl|etwa|about|eher)\s+)*"
    )
    return re.compile(
        rf"\b(?P<who>{number})\s+(?:of (?:them|us)\s+|von ihnen\s+)?(?:will |are |can )?"
        rf"(?:come|coming|kommen|sind dabei|join)\b|\bkommen\s+{only}(?P<how_many>{number})"
        rf"(?=\s*(?:$|[,.;!?)]|bitte|von ihnen|statt|mentees|leute))"
        # "they are four now", "wir sind zu fünft": not "they are 14", which is an age
        rf"|\b(?:they|(?P<we>we|wir)|sie|es)\s+(?:are|sind)\s+{only}(?P<all>(?!\d\d){number})"
        rf"(?=\s*(?:$|[,.;!?)]|now\b|jetzt\b|of (?:them|us)\b))"
    )


# -- words ---------------------------------------------------------------------------------------


def _setting(wording: Wording, told: SessionRequest) -> str | None:
    if "setting" not in told.assumed:
        return told.setting
    if wording.asks("in_person"):
        return "in_person"
    return "phone" if _TERSE_PHONE.fullmatch(wording.folded) else None


_FALLS_OUT = re.compile(
    r"\b(?:nicht|nichts|nix|kein\w*|vergess\w*|fallt (?:aus|ins wasser)|statt|not|no|can't|cant|"
    r"won't|wont|off|instead|rather than|cancel\w*)\b"
)
"""Where outside is named and they were to meet there, it says that they won't."""
_TERSE_PHONE = re.compile(
    r"\W*(?:\w+\W+){0,4}?(?:telefon|phone|tel|telephone|anruf|call)\W*(?:bitte|please)?\W*"
)


def _avoided(wording: Wording, told: SessionRequest, allowed: tuple[str, ...]) -> tuple[str, ...]:
    found = dict.fromkeys([*told.avoid, *wording.places("avoid")])
    return tuple(name for name in found if name not in allowed)


def _allowed(wording: Wording) -> Iterator[str]:
    if wording.asks("allowed"):
        yield from (_ALLOWED[thing] for thing in wording.things if thing in _ALLOWED)


_TOPIC = re.compile(
    r"\b(?:auch|bitte|also|please)\s+(?:bitte |auch )?(?:nicht|nichts|kein wort|nix)\s+(?:mehr )?"
    r"(?:uber|von|nach|zu[mr]?)\s+(?P<about>[^,.;!?]{2,50}?)(?:\s+(?:reden|sprechen|fragen|"
    r"sagen))?(?=\s*(?:$|[,.;!?]|bitte))"
    r"|\bnicht (?:nach|uber) (?P<asked>[^,.;!?]{2,50}?)\s+(?:fragen|reden|sprechen|ansprechen)"
    r"|\bthema (?P<topic>[^,.;!?]{2,40}?)\s+(?:bitte )?(?:auch )?(?:nicht|lassen|weglassen|meiden|"
    r"auslassen|vermeiden)\b"
    r"|\b(?:not|nothing|no word|no talk|no questions)\s+(?:a word )?(?:about|on)\s+"
    r"(?P<on>[^,.;!?]{2,50})"
    r"|(?P<bare>[^,.;!?]{2,50}?)\s+(?:(?:bitte )?(?:auch )?nicht (?:ansprechen|erwahnen|"
    r"thematisieren)|(?:is|are|should) not (?:to )?be (?:mentioned|brought up|discussed|raised)|"
    r"(?:soll|darf|sollen|durfen|sollte) (?:bitte )?(?:auch )?nicht (?:angesprochen|erwahnt|"
    r"thematisiert) werden)"
)


def _shunned(text: str, told: SessionRequest) -> tuple[str, ...]:
    """Topics that aren't to be brought up, as bare nouns: guides speak of no "her phone"."""
    found = list(told.shun)
    if not found and not told.avoid:
        for match in _TOPIC.finditer(folded(text)):
            group = next(name for name, value in match.groupdict().items() if value)
            found.append(text[match.start(group) : match.end(group)])
    topics = (part for one in found for part in re.split(r",|\s(?:and|und|or|oder|nor|&)\s", one))
    bare = dict.fromkeys(bare_topic(one) for one in topics)
    return tuple(one for one in bare if len(one) > 2 and plain(one) not in _NO_TOPIC)


_NO_TOPIC = {plain(word) for word in ("also", "bitte", "auch", "and", "und", "that", "this", "das")}


_AGREED = re.compile(
    r"\b(?:agreed|arranged|settled|promised|ausgemacht|vereinbart|abgemacht|verabredet|"
    r"abgesprochen|besprochen)\b(?P<rest>(?:\s*[,:]?\s*(?:war(?:en)?|ist|hatten|haben|hat|wurde|"
    r"wir|uns|auch|noch|letztes mal|beim letzten mal|letzte woche|ausserdem|zudem|also|"
    r"last time|last week|too|was|is)\b)*)\s*[,:]?\s*(?P<link>dass\b|das (?=er|sie|ich|wir)|that\b|"
    r"to\b|on\b|:|,|)\s*(?P<what>[^.;!?\n]{3,200})"
)
_NOT_AGREED = re.compile(r"\b(?:not|never|nothing|nichts|nicht|nie|haven't|hadn't)\b")


def _agreed(text: str) -> tuple[str, ...]:
    """What was agreed, where a message says so in an order that requests don't have."""
    small, found = folded(text), []
    for match in _AGREED.finditer(small):
        if _NOT_AGREED.search(small, max(0, match.start() - 20), match.start()):
            continue
        if match["link"] or match["rest"]:
            start = match.start("link" if match["link"] == "dass" else "what")
            found.append(text[start : match.end("what")].strip())
    return tuple(one for one in found if len(one.split()) > 1)[:MOST_AGREED]


# -- the name ------------------------------------------------------------------------------------

_REALLY = (
    r"(?:actually|really|in fact|now|by the way|just|please|eigentlich|ubrigens|jetzt|nun|doch|"
    r"richtig|aber|ja|bitte|lieber|auch|in wirklichkeit|einfach|"
    r"(?:not|nicht) \w+,? (?:but|sondern))"
)
_NAME_WORD = r"(?P<name>[^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,3})"
_NAMED = re.compile(
    rf"\b(?:(?:she|he|they|mentee|it)(?:'s| is| are|s)?(?:\s+{_REALLY})*\s+(?:called|named)"
    rf"|(?:real |right |correct )?names?(?:'s| is|:)|name(?:\s+{_REALLY})*(?:\s+(?:ist|lautet)|:)"
    rf"|(?:er|sie|mentee)\s+heiss?t|heiss?t\s+(?:er|sie|die|der)(?:\s+mentee)?"
    rf"|nennt?e?\s+(?:sie|ihn)|(?:spelled|spelt|schreibt sich|(?:wird|man) (?:mit )?geschrieben))("
    rf"?:\s+{_REALLY})*\s+{_NAME_WORD}"
)
_CALLED = re.compile(rf"\bcall\s+(?:her|him|them)(?:\s+{_REALLY})*\s+{_NAME_WORD}")


def _name(text: str, old: str) -> str | None:
    """The mentee's name, where it is put right."""
    small = folded(text)
    for match in _NAMED.finditer(small):
        if _may_be(match["name"]):
            return text[slice(*match.span("name"))]
    for match in _CALLED.finditer(small):
        written = text[slice(*match.span("name"))]
        if _may_be(match["name"]) and (written[0].isupper() or _is_given(written)):
            return written
    if old:
        for match in _instead_pattern(folded(old)).finditer(small):
            group = "new" if match["new"] else "new_"
            if _may_be(match[group]) and not match[group][0].isdigit():
                return text[slice(*match.span(group))]
    return name_put_right(text, old)


def _may_be(word: str) -> bool:
    return (
        len(word) > 1 and plain(word) not in listed("not_names") and not re.fullmatch(_REALLY, word)
    )


def _is_given(word: str) -> bool:
    return plain(word) in listed("given_names")
