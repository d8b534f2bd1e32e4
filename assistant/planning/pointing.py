"""Which agenda items a message names: by their place ("the 2nd", "items 1, 3") or by what they are.

What it does not know: what "it" stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.planning.arcs import load_arcs
from assistant.planning.asking import Wording
from assistant.planning.material import name_of, offered
from assistant.planning.numerals import number_of, number_source, ordinal_of, ordinal_source
from assistant.planning.plan import AgendaItem, SessionPlan
from assistant.planning.request import Wish
from assistant.planning.telling import folded
from assistant.planning.themes import overlap

MOST_NAMED = 30
"""Items that "2 to 9" may stand for: more are no agenda."""

SHORTEST_TITLE = 6
"""Letters that a title must have for being told by itself: shorter ones are everyday words."""


@dataclass(frozen=True)
class Pointer:
    """An item that is named, and where; `key` is None where the agenda has no such place.

    `aim`: a place to move something to ("as second", "to place 2") and not the item there.
    """

    place: int
    key: str | None
    start: int
    end: int
    aim: bool = False


def placed(plan: SessionPlan, text: str) -> list[Pointer]:
    """The items that are named by their place, in the order of the message."""
    keys, small, found = [item.key for item in plan.agenda], folded(text), []
    for start, end, place in _places(small, len(keys)):
        key = keys[place - 1] if 1 <= place <= len(keys) else None
        aim = _AIM.match(small[start:end]) or _AIM_BEFORE.search(small, 0, start)
        found.append(Pointer(place, key, start, end, bool(aim)))
    return found


_AIM = re.compile(r"(?:als|as|place|position|spot|slot|stelle|platz|zum)\b")
_AIM_BEFORE = re.compile(
    r"\b(?:(?:to|on|in|into)\s+(?:the )?|an\s+(?:die |den )?|"
    r"(?:auf|(?:should|soll|can|kann) (?:come|go|be)|comes?|kommt)\s+)$"
)


def described(plan: SessionPlan, wording: Wording) -> list[Pointer]:
    """The items that are named by what they are, in the order of the message."""
    found: dict[str, Pointer] = {}
    for place, item in enumerate(plan.agenda, start=1):
        spans = [*_title_spans(item, wording), *_part_spans(item, wording)]
        if spans:
            found[item.key] = Pointer(place, item.key, *min(spans))
    for start, end, key in _exercises_named(plan, wording):
        place = next(n for n, item in enumerate(plan.agenda, start=1) if item.key == key)
        found.setdefault(key, Pointer(place, key, start, end))
    return sorted(found.values(), key=lambda one: one.start)


def is_exercise(item: AgendaItem) -> bool:
    """Whether an item is something to do together."""
    return item.people is not None and load_arcs().slot(item.key).activity


def offered_by(plan: SessionPlan, item: AgendaItem) -> frozenset[Wish]:
    """The wishes that an exercise of a plan fulfils."""
    if not (is_exercise(item) and item.how):
        return frozenset()
    source = next(s for s in plan.sources if s.number == item.how[0].source)
    text = "\n".join([item.title, *(line.text for line in item.how)])
    return offered(text, name_of(source.path), source.language)


# -- by place ------------------------------------------------------------------------------------

Places = tuple[int, int, list[int]]
"""Where places are named, and which."""

_NOUNS = (
    r"(?:agenda |programm)?(?:items?|points?|parts?|blocks?|punkte?n?s?|pkt|teile?n?|blocke?|"
    r"tagesordnungspunkte?|tops?)"
)
_STEPS = r"(?:steps?|schritte?n?)"
_THINGS = r"(?:things?|bits?|ones?|sachen?|dinge?)"
_SPOTS = r"(?:place|position|spot|slot|stelle|platz)"
_SIGNS = rf"(?:{_NOUNS}|{_STEPS}|number|no|nr|nummer|place|position|spot|slot|stelle|platz)"
_LAST = r"(?:last|letzte[nrsm]?)"
_SECOND_LAST = r"(?:second[ -]to[ -]last|last but one|penultimate|vorletzte[nrsm]?)"
_AND = r"\s*(?:,|and|und|&|\+|/)\s*(?:also |auch )?(?:the |den |der |die |das )?"
_NO_UNIT = (
    r"(?!\s*(?:-?\s*min|'|h\b|hour|std|stund|people|person|leute|%|uhr|mal\b|\.\s?\d))(?![a-z\d])"
)


def _places(small: str, count: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, place) of every item that is named by its place; the last one is `count`."""
    found: list[Places] = []
    for read in (
        _whatever_comes,
        _by_ordinal,
        _by_number,
        _at_an_end,
        _bare_numbers,
        _ordinals_alone,
    ):
        for start, end, places in read(small, count):
            if not any(overlap((start, end), other[:2]) for other in found):
                found.append((start, end, places))
    for start, end, places in sorted(found):
        yield from ((start, end, place) for place in places)


def _whatever_comes(small: str, count: int) -> Iterator[Places]:
    """ "whatever comes last", "the thing at the very end", "das, was am Ende kommt" """
    for match in _whatever_pattern().finditer(small):
        if match["end"]:
            place = count
        else:
            place = 1 if match["start"] else _ordinal(match["ordinal"], count)
        yield *match.span(), [place]


@cache
def _whatever_pattern() -> re.Pattern[str]:
    comes = (
        r"(?:'s|is|comes?|that|which|stands?|kommt|steht|ganz|at|the|very|am|zum|als|now|right|\s)*"
    )
    return re.compile(
        rf"\b(?:whatever|what|the (?:thing|bit|one|part|item)|das,? was|"
        rf"was)(?={comes}\b(?:comes?|is|"
        rf"stands?|that|at|kommt|steht|am|zum|'s|ganz)\b|'s)\s?{comes}"
        rf"(?:(?P<end>end|last|bottom|ende|schluss|zuletzt|letztes)|(?P<start>start|beginning|"
        rf"top|first|"
        rf"anfang|zuerst)|(?P<ordinal>{_ordinals()}))\b(?!\s+(?:tag|day|mal|time|woche|week|monat|month|{_NOT_ITEMS})\b)(?:\s+(?:kommt|steht|ist))?"
    )


def _by_number(small: str, _: int) -> Iterator[Places]:
    """ "items 1, 2 and 4", "item 2", "Punkt 3-5", "Nr. 2", "#2" """
    for match in _number_pattern().finditer(small):
        numbers = [_number(one) for one in re.findall(_numbers(), match["several"])]
        if match["to"]:
            numbers = list(range(numbers[0], min(numbers[-1], MOST_NAMED) + 1))
        yield *match.span(), numbers


@cache
def _number_pattern() -> re.Pattern[str]:
    one = rf"(?:\d{{1,2}}(?![\d.,]*\d)|{_numbers()}){_NO_UNIT}"
    return re.compile(
        rf"(?:\b{_SIGNS}\.?\s*|#\s?)(?P<several>{one}"
        rf"(?:(?P<to>\s*(?:-|to|bis)\s*(?={_numbers()}))?(?(to){one}|"
        rf"(?:{_AND}(?:{_NOUNS}\s*)?{one})*)))"
    )


def _by_ordinal(small: str, count: int) -> Iterator[Places]:
    """ "the first and the third item", "2nd point", "vorletzter Punkt" """
    for match in _ordinal_pattern().finditer(small):
        named = re.findall(_ordinals(slips=True), match["ordinals"])
        yield *match.span(), [_ordinal(one, count) for one in named]


_ACTED_ON = (
    r"(?:(?:at|up|to|an|am|ganz|nach|bitte|please|doch|lieber)\s+(?:the |den )?)?(?:first|front|"
    r"start|earlier|later|end|out|away|shorter|longer|zuerst|vorne?|anfang|hinten|schluss|ende|weg|"
    r"raus|kurzer|langer)\b"
)


@cache
def _ordinal_pattern() -> re.Pattern[str]:
    one = _ordinals(slips=True)
    return re.compile(
        rf"(?<![\w.])(?P<ordinals>{one}(?:{_AND}{one})*)\s+(?:agenda )?(?:{_NOUNS}|"
        rf"{_THINGS}|{_SPOTS}|{_STEPS}(?=.*\b(?:plan|agenda|ablauf)|\s+{_ACTED_ON}))\b"
        rf"(?!\s*(?:{_NOT_ITEMS}|(?:she|he|they|i|we|that|er|sie|ich|wir) ))"
    )


def _at_an_end(small: str, count: int) -> Iterator[Places]:
    """ "the last two items", "die letzten beiden Punkte" """
    for match in _END_PATTERN.finditer(small):
        several = 3 if match["few"] in ("three", "drei") else 2
        last = range(max(1, count - several + 1), count + 1)
        yield *match.span(), list(range(1, several + 1)) if match["first"] else list(last)


_END_PATTERN = re.compile(
    rf"\b(?:{_LAST}|(?P<first>first|erste[n]?))\s+(?P<few>two|three|couple of|zwei|drei|beiden?)"
    rf"(?:\s+(?:{_NOUNS}|{_THINGS})\b|(?=\s*(?:$|[,.;!?]|bitte|please|weg|raus|out|tausch|"
    rf"vertausch|"
    rf"round|around|away|off)))"
)


def _bare_numbers(small: str, count: int) -> Iterator[Places]:
    """ "swap 1 and 2", "2 und 4 tauschen", "drop 3", "4 weg": figures that an act stands beside"""
    for match in _BARE_PATTERN.finditer(small):
        if _A_COUNT_BEFORE.search(small, 0, match.start()):
            continue
        group = "numbers" if match["numbers"] else "words"
        numbers = [_number(one) for one in re.findall(_numbers(), match[group])]
        if max(numbers) <= count:
            yield *match.span(group), numbers


_A_COUNT_BEFORE = re.compile(r"\d\s*$")
"""Of "8 instead of 6" neither is an item."""
_BARE = rf"\d{{1,2}}(?:(?:{_AND}|\s+(?:with|mit)\s+)\d{{1,2}})*"
_ACTS = (
    r"swap|switch|drop|remove|delete|skip|ditch|scrap|bin|lose|cut|make|do|put|move|shorten|extend|"
    r"(?:chuck|throw|kick|leave|take) out|tausche?n?|vertausche?n?|streiche?n?|losche?n?|"
    r"entferne?n?|"
    r"verschiebe?n?|kurze?n?|mache?n?|wirf|nimm|lass"
)
_BARE_PATTERN = re.compile(
    rf"(?:(?<!\w)(?P<act>{_ACTS}|(?:else|anderes|time|zeit|longer|shorter) (?:for|fur)|"
    r"instead of|rather than|statt|anstatt|anstelle von)\s+"
    r"(?:the |die |bitte )?)?(?<![\w.,:])"
    r"(?:(?:the )?order of |(?:die )?reihenfolge von )?"
    rf"(?P<numbers>{_BARE})(?![\d.:]){_NO_UNIT}"
    r"(?(act)(?=\s*(?:$|[,.;!?)]|out\b|away|weg|raus|a bit|bit|ein|etwas|shorter|longer|kurzer|"
    r"langer|"
    r"please|bitte|to\b|nach|vor|before|after|first|last|aus|for|fur|instead|the|round|um|"
    r"something|anything|some|lieber|was|etwas|irgendwas))|"
    r"(?=\s+(?:bitte |please )?(?:(?:ver)?tauschen|weg|raus|streichen|loschen|weglassen|"
    r"kurzer|langer|shorter|longer|away|out|(?:is|ist|takes|dauert) (?:too|zu|much|viel|a bit|"
    r"etwas))\b))"
    r"|(?<!\w)(?:swap|switch|tausche?n?|vertausche?n?)\s+(?:bitte )?"
    r"(?P<words>(?:one|two|three|four|five|six|seven|eight|eins|zwei|drei|vier|funf|sechs|sieben|"
    r"acht)"
    r"\s+(?:and|und|with|mit)\s+(?:two|three|four|five|six|seven|eight|zwei|drei|vier|funf|sechs|"
    r"sieben|acht))\b"
)


def _ordinals_alone(small: str, count: int) -> Iterator[Places]:
    """ "the second shorter", "den letzten weg", "as third": ordinals that no noun follows"""
    for match in _alone_pattern().finditer(small):
        if _SPAN_OF_TIME.match(small, match.start("ordinal")):
            continue
        yield *match.span(), [_ordinal(match["ordinal"], count)]


@cache
def _alone_pattern() -> re.Pattern[str]:
    article = r"(?:(?<=\bthe )|(?<=\bden )|(?<=\bder )|(?<=\bdem )|(?<=\bdie )|(?<=\bdas ))"
    # "first" and "last" without an article say where something goes; "30." ends a sentence.
    known = rf"(?:(?<!\bals )(?<!\bas ){article}|(?!first|last|erst|letzt))(?!\d+\.){_ordinals()}"
    return re.compile(
        rf"(?<![\w.])(?:(?:the|den|der|die|das|dem|als|as|zum)\s+)?"
        rf"(?P<ordinal>{known}|(?:^|{article})\d{{1,2}}\.)(?=\s*(?:$|[,.;:!?)]|"
        rf"(?:{_FOLLOWING}|{_numbers()}\s*min\w*)\b(?!\s*(?:{_NOT_ITEMS}))))"
    )


_SPAN_OF_TIME = re.compile(
    r"(?:first|last|next|erste\w?|letzte\w?|nachste\w?)\s+\w+\s*(?:min|stund|hour)"
)
"""No item: "in the first ten minutes"."""
_FOLLOWING = (
    r"one|please|pls|bitte|away|out|off|again|shorter|longer|weg|raus|streichen|loschen|kurzer|"
    r"langer|doch|nochmal|noch mal|is|ist|soll|sollte|should|needs|must|muss|kann|can|by|um|and|"
    r"und|to|ans|an|nach|vor|before|after|up|down|hoch|runter|was|war|weglassen|andern|tauschen|"
    r"kannst|konnen|darf|durfen|etwas|ein bisschen|ein wenig|fallt|kommt|wird|geht|gets|goes|can|"
    r"could|"
    r"may|a bit|a little|verschieben|anders|different|instead|auf|brauch\w*|gefallt|passt|mag|"
    r"doesn't|isn't|zu|too"
)
_NOT_ITEMS = r"meeting|session|treffen|time|mal\b|termin|half|halfte|week|woche"


@cache
def _ordinals(slips: bool = False) -> str:
    return rf"(?:{_SECOND_LAST}|{_LAST}|{ordinal_source(slips)})"


def _ordinal(written: str, count: int) -> int:
    if re.fullmatch(_SECOND_LAST, written):
        return count - 1
    return count if re.fullmatch(_LAST, written) else ordinal_of(written)


@cache
def _numbers() -> str:
    # "the second item a little longer" names no item 1.
    return rf"(?:eins\b|(?!(?:an?|eine?[nrsm]?|ne)\b){number_source()})"


def _number(written: str) -> int:
    return 1 if written == "eins" else round(number_of(written))


# -- by what they are ----------------------------------------------------------------------------


def _title_spans(item: AgendaItem, wording: Wording) -> Iterator[tuple[int, int]]:
    """Where an item's title stands, whole or what follows its colon."""
    for title in {item.title, item.title.split(": ", 1)[-1]}:
        small = folded(title).strip(' ?!.“”„"')
        if len(small) < SHORTEST_TITLE:
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(small)}(?!\w)", wording.folded):
            yield match.span()


def _part_spans(item: AgendaItem, wording: Wording) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in wording.places("parts").get(item.key, [])]


_INDEFINITE = r"(?:a|an|any|some|more|no|ein|eine|einen|einer|kein|keine|keinen|noch|extra|mehr)"
_ANOTHER = (
    r"(?:another|different|other|new|calmer|quieter|easier|gentler|livelier|simpler|ander\w*|"
    r"neue\w*|"
    r"alternative\w*|ruhigere\w?|leichtere\w?|einfachere\w?|lustigere\w?|lebendigere\w?)"
)
_EXERCISE_WORDS = r"(?P<word>exercise|activity|task|ubung|aktivitat|aufgabe)\b"
_GAME_WORDS = r"(?P<word>game|spiel)\b"


def _exercises_named(plan: SessionPlan, wording: Wording) -> Iterator[tuple[int, int, str]]:
    """(start, end, key) where the plan's exercise is meant: "the exercise", "another game"."""
    exercises = [item for item in plan.agenda if is_exercise(item)]
    if not exercises:
        return
    main = next((item for item in exercises if item.key == "activity"), exercises[0])
    for match in _mentions(_EXERCISE_WORDS).finditer(wording.folded):
        if match["another"] or not match["indefinite"]:
            yield match.start("word"), match.end(), main.key
    games = [item for item in exercises if "game" in offered_by(plan, item)]
    for match in _mentions(_GAME_WORDS).finditer(wording.folded):
        if match["definite"] or match["another"]:
            yield match.start("word"), match.end(), (games or [main])[0].key


@cache
def _mentions(words: str) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:(?P<indefinite>{_INDEFINITE})\s+|(?P<definite>the|this|that|das|die|der|dem|"
        rf"dieses?|dieser|diese[nm]|des)\s+)?(?:(?P<another>{_ANOTHER})\s+)?(?:\w+\s)??{words}"
    )


def pointed(plan: SessionPlan, text: str) -> tuple[Sequence[Pointer], Wording]:
    """The items that a message names, and its wording without the words that name them by place."""
    by_place = placed(plan, text)
    wording = Wording(text, tuple((one.start, one.end) for one in by_place))
    by_kind = [one for one in described(plan, wording) if one.key not in {p.key for p in by_place}]
    return sorted([*by_place, *by_kind], key=lambda one: one.start), wording
