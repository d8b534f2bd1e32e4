"""Reading what a message asks to change about a plan: one edit for each thing asked.

A message may ask for several at once ("30 minutes and no worksheets, item 2 a bit shorter"). It is
cut where two wishes stand side by side; places of items are those of the plan as it was before.
What it does not know: wishes that no guide could fulfil; it tells only those it has words for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from assistant.planning.amounts import Amount, amount_in
from assistant.planning.asking import Wording, mended, pieces
from assistant.planning.edit import (
    Add,
    Back,
    Edit,
    Exchange,
    Missing,
    Move,
    Remove,
    Resize,
    State,
    Swap,
    Translate,
)
from assistant.planning.implied import TOLD, implied
from assistant.planning.numerals import (
    ALL_TOGETHER,
    number_of,
    number_source,
    ordinal_of,
    ordinal_source,
)
from assistant.planning.plan import SessionPlan
from assistant.planning.pointing import Pointer, is_exercise, placed, pointed
from assistant.planning.slots import only_one, renamed
from assistant.planning.stating import Statement, stated
from assistant.planning.telling import load_requests
from assistant.safety.wording import plain

LONGEST_CHANGE = 600
"""Characters of a message that are read as a change."""

MOST_PIECES = 12


def edits_in(text: str, plan: SessionPlan, least: float = TOLD) -> list[Edit]:
    """What a message asks for, in its order; nothing for a question or what isn't understood.

    Where its words don't tell, the learnt reader does, if it is at least so sure, 0 to 1.
    """
    wish = mended(" ".join(text[:LONGEST_CHANGE].split()))
    if not wish or is_question(wish):
        return []
    edits = _by_words(wish, plan)
    if any(not isinstance(one, State) or one.statement.puts_right for one in edits):
        return edits
    return [*implied(wish, plan, _read, least), *edits]


def _by_words(wish: str, plan: SessionPlan) -> list[Edit]:
    edits: list[Edit] = []
    for start, end in _stretches(wish, plan):
        for edit in _read(wish[start:end], plan):
            if edit not in edits:
                edits.append(edit)
    return edits


def is_question(text: str) -> bool:
    """Whether a message asks for an answer and not for a change.

    "Can you make it shorter?" and "how about a game?" ask for one all the same.
    """
    wording, requests = Wording(text), load_requests()
    first = wording.first_word
    if _ASKS_TO_CHANGE.search(wording.folded) or wording.asks("undo", "undo_alone"):
        return False
    if wording.asks("explain"):
        return True
    if first in {plain(word) for word in requests.pleas}:
        return False
    if text.rstrip().endswith("?"):
        return first in {plain(word) for word in requests.askers}
    return first in _ALWAYS_ASK and len(text.split()) > 2


_ASKS_TO_CHANGE = re.compile(
    r"^\W*(?:\w+\W+){0,2}?(?:(?:how|what) about|wie (?:war|ware|wars|wares)\b|was ist mit|what if)"
)
_ALWAYS_ASK = {"how", "why", "where", "who", "wie", "warum", "wieso", "weshalb", "wo", "wer"}


def _stretches(wish: str, plan: SessionPlan) -> list[tuple[int, int]]:
    """The pieces of a message, put together until each asks for something by itself."""
    joined: list[tuple[int, int]] = []
    lists = [(one.start, one.end) for one in placed(plan, wish)]
    for start, end in list(pieces(wish))[:MOST_PIECES]:
        in_list = any(first < start <= last for first, last in lists)
        before = wish[slice(*joined[-1])] if joined else ""
        if before and not _is_apart(before, wish[start:end], plan, in_list):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_apart(before: str, piece: str, plan: SessionPlan, in_list: bool) -> bool:
    """Whether a piece is a wish of its own; `in_list`: it goes on with items that were named."""
    first, second = _read(before, plan), _read(piece, plan)
    if _goes_with(first, second) or Wording(before).asks("past"):
        return False
    if _is_sure(first) and _is_sure(second):
        return True
    if in_list or not _is_sure(second):
        return False
    # An item that was only mentioned is not the one that the next piece speaks of.
    return bool(pointed(plan, before)[0]) and bool(pointed(plan, piece)[0])


def _is_sure(edits: Sequence[Edit]) -> bool:
    return any(not isinstance(one, State) or one.statement.is_sure for one in edits)


def _goes_with(first: Sequence[Edit], second: Sequence[Edit]) -> bool:
    """Whether a second piece says more of the first: "item 1 shorter, 5 minutes will do"."""
    if len(first) != 1 or len(second) != 1:
        return False
    one, other = first[0], second[0]
    if not isinstance(other, State):
        return False
    if isinstance(one, State) and one.statement.agreed:
        return not other.statement.fields
    if isinstance(one, Exchange) and one.people:
        return set(other.statement.fields) == {"people"}
    return (
        isinstance(one, Resize)
        and one.amount.minutes is None
        and set(other.statement.fields) == {"minutes"}
    )


def _read(text: str, plan: SessionPlan) -> tuple[Edit, ...]:
    """What one piece of a message asks for."""
    wording = Wording(text)
    if version := _version(wording):
        return (version,)
    if language := _language(wording):
        return (language,)
    if wording.asks("less_at_once"):
        return (_less(plan),)
    named, unplaced = pointed(plan, text)
    if not named and wording.asks("brief"):
        return (State(Statement(fields={"brief": True})),)
    if edits := tuple(_of_items(named, unplaced, plan)):
        return edits
    if edits := tuple(_additions(wording, named, plan)):
        return edits
    if named and unplaced.asks("keep"):
        return ()
    if fields := renamed(text, plan.request) or only_one(text, plan.request):
        return (State(Statement(fields=fields)),)
    statement = stated(text, plan)
    if statement.wishes and not statement.is_sure and wording.asks("add") and not wording.denied:
        return (Add(statement.wishes[0], _told_minutes(amount_in(wording))),)
    return () if statement.is_empty else (State(statement),)


def _less(plan: SessionPlan) -> Edit:
    """One thing less: the second theme, else what is done beside the main exercise, else words."""
    keys = [item.key for item in plan.agenda]
    exercises = [item.key for item in plan.agenda if is_exercise(item) and item.key != "activity"]
    if "second" in keys:
        return Remove("second")
    spare = exercises if "activity" in keys else exercises[1:]
    return Remove(spare[-1]) if spare else State(Statement(fields={"brief": True}))


# -- versions and language -----------------------------------------------------------------------


def _version(wording: Wording) -> Back | None:
    small = wording.folded
    if named := _version_pattern().search(small):
        number = named["number"] or named["nth"]
        value = ordinal_of(number) if named["nth"] else round(number_of(number))
        if named["plan"] is None or wording.asks("version_verb"):
            return Back(value) if wording.asks("version_verb") or len(small.split()) < 5 else None
    if _ORIGINAL.search(small):
        return Back(1)
    return Back() if wording.asks("undo") or wording.asks_only("undo_alone") else None


_ORIGINAL = re.compile(
    r"\b(?:the|die|der) (?:very )?(?:first|erste) (?:one )?(?:was|war|gefiel mir) (?:better|"
    r"besser|nicer)"
    r"|\b(?:original|urspruenglich\w*|ursprunglich\w*|allererste\w*|very first)\s+(?:plan|version|"
    r"fassung|one|draft)\b"
)


@cache
def _version_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:version|fassung|variante|(?P<plan>plan))\s*(?:number|nr\.?|nummer|no\.?)?\s*"
        rf"(?P<number>{number_source()})\b(?!\s*(?:min|h\b|hour|stund|people|item|activit|ubung))"
        rf"|\b(?P<nth>(?!last|letzt){ordinal_source()})\s+(?:version|fassung|variante)\b"
    )


def _language(wording: Wording) -> Translate | Missing | None:
    if _OTHER_LANGUAGE.search(wording.folded):
        return Missing(why="no_language")
    for act, language in (("in_german", "de"), ("in_english", "en")):
        if wording.asks_only(act):
            return Translate(language)
    if wording.asks("translate"):
        named = [one for one in ("german", "english") if wording.asks(f"in_{one}")]
        return Translate("de" if named == ["german"] else "en") if len(named) == 1 else None
    return None


_OTHER_LANGUAGE = re.compile(
    r"\b(?:in|into|auf|ins) (?:arabi\w+|turk\w+|ukrain\w+|russ\w+|farsi|dari|persi\w+|french|"
    r"franzosisch|spani\w+|italien\w+|italian|poln\w+|polish|rumani\w+|romanian|tigrin\w+|"
    r"somali\w*|kurd\w+|pashto|urdu|hindi|chines\w+|portug\w+|serb\w+|kroat\w+|croat\w+|"
    r"alban\w+|bulgar\w+|griech\w+|greek|vietnam\w+)\b(?! (?:class|lesson|course|homework|exam))"
)


# -- items ---------------------------------------------------------------------------------------


def _of_items(named: Sequence[Pointer], wording: Wording, plan: SessionPlan) -> Iterator[Edit]:
    """What is asked of the items that are named."""
    named = _with_aims(named)
    missing = [one for one in named if one.key is None and not one.aim]
    there = [one for one in named if one.key is not None and not one.aim]
    if missing and _acts(wording):
        yield Missing(place=missing[0].place)
        return
    if not there:
        yield from _without(wording, plan)
        return
    amount = amount_in(wording)
    one_beside = _beside(wording, there)
    if wording.asks("swap") and len(there) == 2:
        yield Swap(str(there[0].key), str(there[1].key))
    elif one_beside and _thing(wording) and (len(there) == 1 or wording.asks("add")):
        yield Add(_thing(wording), _told_minutes(amount), *_next_to(wording, there[-1]))
    elif wording.asks("add") and len(there) == 1 and _is_whole_add(wording, there[0]):
        return
    elif amount is not None:
        yield from (Resize(str(one.key), amount) for one in there)
    elif move := _move(wording, named, there):
        yield move
    elif wording.asks("remove") or [one.key for one in there] == wording.denied:
        yield from (Remove(str(one.key)) for one in there)
    elif there[0].key == "break" and not wording.asks("other"):
        yield Add("break")
    elif people := _people(wording):
        yield from (Exchange(str(one.key), people=people) for one in there)
    elif wording.asks("other") or _thing(wording) not in ("", "exercise"):
        yield from _exchanges(wording, there, plan)


def _with_aims(named: Sequence[Pointer]) -> Sequence[Pointer]:
    """A place is one to move to only where another item is named: "5 minutes to item 2"."""
    if all(one.aim for one in named):
        return [replace(one, aim=False) for one in named]
    return named


def _acts(wording: Wording) -> bool:
    acts = ("remove", "longer", "shorter", "other", "swap", "up", "down", "to_start", "to_end")
    return wording.asks(*acts, "before", "after") or amount_in(wording) is not None


def _without(wording: Wording, plan: SessionPlan) -> Iterator[Edit]:
    """A break or an exercise that should go, or be another one, and isn't there."""
    exercises = any(is_exercise(item) for item in plan.agenda)
    if wording.asks("remove") or wording.denied:
        if "break" in {*wording.places("things"), *wording.denied}:
            there = any(item.key == "break" for item in plan.agenda)
            yield Remove("break") if there else Missing(thing="break")
        elif "exercise" in wording.places("things") and not exercises and wording.asks("remove"):
            yield Missing(thing="exercise")
        elif "icebreaker" in wording.places("things") and wording.asks("remove"):
            yield Missing(thing="icebreaker")


def _is_whole_add(wording: Wording, one: Pointer) -> bool:
    """Whether what is named is what should come: "add a game" names no game that is there."""
    return wording.asks("one_more") and not wording.asks("instead") and one.start > 0


def _exchanges(wording: Wording, there: Sequence[Pointer], plan: SessionPlan) -> Iterator[Edit]:
    exercises = {item.key for item in plan.agenda if is_exercise(item)}
    for one in there:
        wish = _thing(wording)
        # "Another exercise" wishes for no kind of one, and "instead of the game" for no game.
        same_kind = wish == "game" and one.key in exercises and not _is_wished(wording, "game")
        yield Exchange(str(one.key), "" if wish in ("exercise", "break") or same_kind else wish)


def _is_wished(wording: Wording, thing: str) -> bool:
    """Whether a thing is named other than as what is there now."""
    return any(
        not _AS_IT_IS.search(wording.folded, 0, one.start)
        for one in wording.places("things").get(thing, ())
    )


_AS_IT_IS = re.compile(
    r"\b(?:the|this|that|das|dem|des|die|der|den|diese[rms]?|of|statt|vom)\s+(?:\w+\s)?$"
)


def _thing(wording: Wording) -> str:
    """What is wished for: the first thing that isn't denied, an exercise of any kind last."""
    wished = [thing for thing in wording.things if _is_wished(wording, thing)]
    return next((t for t in wished if t != "exercise"), wished[0] if wished else "")


def _told_minutes(amount: Amount | None) -> int | None:
    return amount.minutes if amount else None


def _people(wording: Wording) -> int | None:
    found = _people_pattern().search(wording.folded)
    if not found:
        return None
    number = ALL_TOGETHER[found["zu"]] if found["zu"] else round(number_of(found["number"]))
    return number if 2 <= number <= 30 else None


@cache
def _people_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:for|fur|with|mit)\s+(?:just |only |nur |bloss )?(?P<number>(?!an?\b|one\b|"
        rf"ein\w*\b){number_source()})(?=\s*(?:$|"
        rf"[,.;!?)]|people|persons?|person\w*|leute\w*|menschen|pupils|students|mentees|of|von|"
        rf"bitte|please|and|und|instead|statt|now|jetzt))"
        rf"|\bzu (?P<zu>{'|'.join(ALL_TOGETHER)})(?![a-z])"
    )


# -- moving --------------------------------------------------------------------------------------


def _move(wording: Wording, named: Sequence[Pointer], there: Sequence[Pointer]) -> Move | None:
    key = str(there[0].key)
    aims = [one.place for one in named if one.aim]
    if aims:
        return Move(key, to=aims[0])
    if wording.asks("other") and not wording.asks("move"):
        return None
    if len(there) == 2 and wording.asks("before", "after"):
        moved, anchor = there
        if _beside(wording, there[:1]):
            moved, anchor = anchor, moved
        after = bool(_LINK_AFTER.search(wording.folded, 0, anchor.start))
        return Move(str(moved.key), beside=str(anchor.key), after=after)
    if wording.asks("remove"):
        return None
    if wording.asks("to_start"):
        return Move(key, to=1)
    if wording.asks("to_end"):
        return Move(key, to=-1)
    if wording.asks("up") != wording.asks("down"):
        places = _PLACES.search(wording.folded)
        by = 2 if places else 1
        return Move(key, by=-by if wording.asks("up") else by)
    return None


_PLACES = re.compile(
    r"\b(?:two|2|zwei) (?:\w+ )?(?:places|up|down|nach|stellen|platze|weiter|hoch)"
)
_LINK_BEFORE = re.compile(
    r"\b(?:before|ahead of|in front of|vor|bevor)\s+(?:the |den |die |das |dem |der )?$"
)
_LINK_AFTER = re.compile(
    r"\b(?:after|behind|following|nach|hinter)\s+(?:the |den |die |das |dem |der )?$"
)


def _beside(wording: Wording, there: Sequence[Pointer]) -> bool:
    """Whether the last item that is named only says where: "before item 2"."""
    if not there:
        return False
    small, start = wording.folded, there[-1].start
    return bool(_LINK_BEFORE.search(small, 0, start) or _LINK_AFTER.search(small, 0, start))


def _next_to(wording: Wording, anchor: Pointer) -> tuple[str, bool]:
    return str(anchor.key), bool(_LINK_AFTER.search(wording.folded, 0, anchor.start))


# -- something more ------------------------------------------------------------------------------


def _additions(wording: Wording, named: Sequence[Pointer], plan: SessionPlan) -> Iterator[Edit]:
    things = [thing for thing in wording.things if thing != "exercise"]
    if _MOVES_OUT.search(wording.folded):
        things = [thing for thing in things if thing != "outside"]
    exercise = next((item for item in plan.agenda if is_exercise(item)), None)
    more = wording.asks("one_more") or (wording.asks("other") and exercise is None)
    if more and "exercise" in wording.things:
        things = things or ["exercise"]
    if not things or wording.denied or wording.places("avoid"):
        return
    main = next((item for item in plan.agenda if item.key == "activity"), exercise)
    if wording.asks("instead") and main is not None and not named and "break" not in things:
        yield Exchange(main.key, things[0])
        return
    spoken_for = [one for thing in wording.things for one in wording.places("things")[thing]]
    if wording.asks("add") or more or not wording.left(spoken_for):
        yield Add(things[0], _told_minutes(amount_in(wording)))


_MOVES_OUT = re.compile(
    r"\b(?:do|hold|have|make|move) (?:it|this|that|everything|the (?:meeting|session))\b.{0,12}"
    r"\bout|\b(?:das|es|alles|treffen)\b.{0,12}\bdrauss?en (?:machen|abhalten|stattfinden)"
    r"|\b(?:machen|treffen)(?: wir)? (?:das|es|uns)\b.{0,12}\bdrauss?en"
    r"|\bwir gehen\b.{0,12}\b(?:hin|r)aus"
)
"""The meeting itself goes outside, not only a part of it."""
