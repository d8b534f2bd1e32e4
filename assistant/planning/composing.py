"""Composing a plan from what guides say: no language model, and nothing of its own but the frame.

Lines are taken verbatim from guides, the built-in ones and the user's own; titles, purposes and
times are Tandem's. What it does not know: whether the mentee will like it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from assistant.answering.statements import Statement
from assistant.planning import framing
from assistant.planning.arcs import (
    ADDED,
    Slot,
    Take,
    conditions,
    fitting,
    keys_for,
    load_arcs,
    making_room,
    share_out,
)
from assistant.planning.bearing import Bearing
from assistant.planning.beside import BESIDE, Beside
from assistant.planning.doing import GROUP_GUIDES, Doing
from assistant.planning.escalation import stages_told
from assistant.planning.guessing import OWN_THEMES, SURER, likely_themes
from assistant.planning.material import Exercise, Material, Shelf
from assistant.planning.nearness import Find
from assistant.planning.picking import Picker
from assistant.planning.plan import AgendaItem, Escalation, Line, SessionPlan
from assistant.planning.pointing import is_exercise
from assistant.planning.request import SessionRequest
from assistant.planning.sources import Sources
from assistant.planning.themes import label, load_themes
from assistant.planning.understanding import MOST_THEMES, understand_request
from assistant.planning.wording import called, said, sentence

_L = TypeVar("_L")

BRIEFLY = {"how": 1, "say": 1, "ask": 1, "listening": 1, "mentee_prompts": 1, "mentor_prompts": 1}
"""Lines that an item or a list beside the agenda has where few words are asked for. An exercise
keeps all its steps, and so do the limits and what to watch out for."""
PLAYFUL = 15
"""The age up to which a group does something together before it talks."""
NEARLY = 1.2
"""An exercise that takes up to so many times its minutes needs no word on what to leave out."""
_QUARREL = "quarrel_other"
"""The theme of a quarrel of which nothing else is known."""
_FOR_OPEN_TALK = ("course-of-a-meeting", "talk-without-paper")
"""Guides whose exercises help to find a topic."""
_SILENT = "nothing_to_talk"
"""The theme of a mentee of whom only is known that they say little."""


@dataclass(frozen=True)
class Keep:
    """What a new version keeps of an old plan.

    Items whose key is in `anew` are chosen anew, and so are the lists beside the agenda that
    `beside_anew` names. `keys` is the order of the agenda where it isn't the usual one; `fixed` are
    minutes that somebody asked for. `not_again` are texts and exercises that must not come back;
    `wishes` says by key which mark an item's exercise must have, `same` by key which exercise it
    is, as (guide name, place in the guide): the same one in another language. `people` says by key
    for how many mentees an exercise is where not for all.
    """

    plan: SessionPlan
    anew: frozenset[str] = frozenset()
    beside_anew: frozenset[str] = frozenset()
    keys: tuple[str, ...] | None = None
    fixed: Mapping[str, int] = field(default_factory=dict)
    not_again: frozenset[str] = frozenset()
    wishes: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)


class Planner:
    """Composes plans from the guides of the library."""

    def __init__(self, shelf: Shelf, picker: Picker, find: Find) -> None:
        self._shelf, self._picker, self._find = shelf, picker, find

    def with_theme(self, request: SessionRequest) -> SessionRequest:
        """A request with its themes as sorter and search see them, see `guessing`.

        What tells how far a quarrel has gone tells of a quarrel.
        """
        if not request.situation:
            return request
        if not request.themes and request.stage == "first" and request.traits:
            # What is told of somebody whom one doesn't know yet is how they are, not what troubles.
            return request
        themes = request.themes
        if not themes and "few_words" in request.traits:
            themes = (_SILENT,)
        else:
            themes = likely_themes(request, self._find)[:MOST_THEMES]
        quarrels = stages_told(request.situation) is not None and not request.themes
        if quarrels and not any(load_themes().themes[key].conflict for key in themes):
            themes = (_QUARREL,)
        return request.model_copy(update={"themes": themes})

    def theme_of(self, wish: str, language: str) -> tuple[str, ...]:
        """What a few words are about, where that is clear; else nothing."""
        told = understand_request(wish, language)
        about = told.model_copy(update={"language": language, "situation": wish})
        return likely_themes(about, self._find, SURER)[:1]

    def compose(self, request: SessionRequest, keep: Keep | None = None) -> SessionPlan:
        """A plan for a request; with `keep`, a new version of an old one."""
        return _Draft(request, self._shelf, self._picker, self._find, keep).plan()


class _Draft:
    """One plan while it is made: what it may draw on and what it has used."""

    def __init__(
        self,
        request: SessionRequest,
        shelf: Shelf,
        picker: Picker,
        find: Find,
        keep: Keep | None,
    ) -> None:
        self.request, self._picker, self._keep = request, picker, keep
        self._sources = Sources()
        known = load_themes()
        self._keys_of_themes = [
            key
            for key in request.themes
            if key in known.themes and key != OWN_THEMES.get(request.stage)
        ]
        self._themes = [known.themes[key] for key in self._keys_of_themes]
        self._traits = [known.traits[key] for key in request.traits if key in known.traits]
        self._guides = Bearing(request, shelf, find, self._themes)
        self._beside_kept: dict[str, Sequence[Line]] = (
            {n: getattr(keep.plan, n) for n in BESIDE if n not in keep.beside_anew} if keep else {}
        )
        self._used: set[str] = set(keep.not_again) if keep else set()
        self._used.update(
            line.quote.casefold() for lines in self._beside_kept.values() for line in lines
        )
        self._escalation = self._escalated()
        self._holds = conditions(request, self._told())
        self._doing = Doing(
            request, picker, self._guides.named, self._fitting(), self._about_doing, keep,
            self._holds["light"],
        )  # fmt: skip

    # -- the whole -----------------------------------------------------------------------------

    def plan(self) -> SessionPlan:
        request, language = self.request, self.request.language
        agenda = self._agenda()
        beside = self._beside()
        return SessionPlan(
            language=language,
            request=request,
            title=framing.title(request),
            aim=self._aim(),
            agenda=agenda,
            escalation=self._escalation,
            listening=beside["listening"],
            watch_out=beside["watch_out"],
            limits=beside["limits"],
            mentee_prompts=beside["mentee_prompts"],
            mentor_prompts=beside["mentor_prompts"],
            prepare=framing.prepare(request, agenda, self._holds, self._doing.unmet(agenda)),
            agree=framing.agree(request, self._holds["beyond"], self._holds["tender"]),
            assumptions=framing.assumptions(request),
            question=framing.question(request),
            sources=self._sources.listed(),
            version=self._keep.plan.version + 1 if self._keep else 1,
        )

    def _aim(self) -> str:
        regular = self.request.stage == "regular"
        key = self._keys_of_themes[0] if regular and self._keys_of_themes else ""
        return framing.aim(self.request, key)

    def _told(self) -> dict[str, bool]:
        """The conditions that the themes tell."""
        conflict = any(theme.conflict for theme in self._themes)
        danger = any(theme.safety for theme in self._themes)
        staff = any(theme.staff for theme in self._themes[:1])
        tender = any(theme.tender for theme in self._themes[:1])
        escalated = self._escalation is not None and self._escalation.beyond
        beyond = danger or staff or escalated
        return {
            "conflict": conflict,
            "beyond": beyond,
            "peers": not beyond,
            "calm": not danger,
            "themed": bool(self._themes),
            "open": not self._themes,
            "playful": not self._themes or (self.request.age or 99) <= PLAYFUL,
            "tender": tender,
            "steady": not tender,
            "light": bool(self._themes) and not (tender or beyond or conflict),
            "second": len(self._themes) > 1,
        }

    def _escalated(self) -> Escalation | None:
        if not any(theme.conflict for theme in self._themes):
            return None
        language, told = self.request.language, stages_told(self.request.situation)
        if told is None:
            says = said(language, "escalation", "unknown")
            return Escalation(lowest=1, highest=3, says=says)
        kind = "beyond" if told.highest >= 4 else "one" if told.lowest == told.highest else "low"
        says = said(
            language, "escalation", kind, lowest=told.lowest, highest=told.highest,
            **called(self.request),
        )  # fmt: skip
        return Escalation(lowest=told.lowest, highest=told.highest, words=told.words, says=says)

    # -- the agenda ----------------------------------------------------------------------------

    def _agenda(self) -> tuple[AgendaItem, ...]:
        keys = self._keys()
        chosen: dict[str, Exercise] = {}
        fixed: dict[str, int] = dict(self._keep.fixed) if self._keep else {}
        kept = {item.key: item for item in self._keep.plan.agenda} if self._keep else {}
        old = {key: item for key, item in kept.items() if not self._anew(item)}
        for item in old.values():
            if item.key in keys:
                self._doing.take_over(item)
                self._used.update(line.quote.casefold() for line in item.lines)
        for key in list(keys):
            slot = load_arcs().slot(key)
            if not slot.activity or key in old:
                continue
            exercise = self._doing.choose(key)
            if exercise is not None:
                chosen[key] = exercise
                fixed.setdefault(key, self._doing.minutes_for(key, exercise))
            elif not slot.how:
                keys.remove(key)
                keys = self._with_room(keys)
        if not self._keep:
            for key, exercise in self._doing.more(keys):
                chosen[key] = exercise
                fixed[key] = self._doing.minutes_for(key, exercise)
        if not self._keep:
            keys = making_room(keys, fixed, self.request.minutes)
        minutes = share_out(self.request.minutes, keys, fixed)
        return tuple(
            self._again(old[key], minutes[key])
            if key in old
            else self._item(key, minutes[key], chosen.get(key))
            for key in keys
        )

    def _keys(self) -> list[str]:
        usual = keys_for(self.request, self._told())
        if not self._keep:
            return usual
        if self._keep.keys is not None:
            return fitting(self._keep.keys, self.request.minutes, chosen=True)
        # Added and moved items keep their places; what is new stands where it usually does.
        before = [item.key for item in self._keep.plan.agenda]
        arc = load_arcs().arcs[self.request.stage]
        wanted = [key for key in before if key in usual or key.startswith(ADDED)]
        for key in usual:
            if key not in wanted:
                earlier = [k for k in arc[: arc.index(key)] if k in wanted]
                wanted.insert(wanted.index(earlier[-1]) + 1 if earlier else 0, key)
        return fitting(wanted, self.request.minutes)

    def _with_room(self, keys: list[str]) -> list[str]:
        """The slots of a meeting whose exercise was left out: others may have room now."""
        if self._keep:
            return keys
        left_out = [key for key in keys_for(self.request, self._told()) if key not in keys]
        without = (*self.request.without, *left_out)
        again = keys_for(self.request.model_copy(update={"without": without}), self._told())
        return [key for key in again if key in keys or not load_arcs().slot(key).activity]

    def _anew(self, item: AgendaItem) -> bool:
        assert self._keep is not None
        return item.key in self._keep.anew

    def _again(self, item: AgendaItem, minutes: int) -> AgendaItem:
        """An item of the old plan, its lines with the numbers of the new one's sources."""
        assert self._keep is not None
        whole = is_exercise(item)
        renumbered = {
            name: self._sources.again(
                getattr(item, name) if whole else self._briefly(name, getattr(item, name)),
                self._keep.plan.sources,
            )
            for name in ("how", "say", "ask")
        }
        before, now = called(self._keep.plan.request), called(self.request)
        words = {"title": item.title, "purpose": item.purpose}
        for name in before:
            words = {part: text.replace(before[name], now[name]) for part, text in words.items()}
        everybody = item.people == self._keep.plan.request.people + 1
        people = self.request.people + 1 if everybody else item.people
        note = (
            self._note(item.takes, item.online, minutes, people)
            if item.takes or item.online
            else self._agreed(item.key) or item.note
        )
        update = {"minutes": minutes, "note": note, "people": people, **words, **renumbered}
        return item.model_copy(update=update)

    def _item(self, key: str, minutes: int, exercise: Exercise | None) -> AgendaItem:
        slot = load_arcs().slot(key)
        if exercise is not None:
            return self._activity(key, minutes, exercise)
        words = self._named(key)
        return AgendaItem(
            key=key,
            minutes=minutes,
            how=self._sources.lines(self._taken("how", slot, minutes)),
            say=self._sources.lines(self._taken("say", slot, minutes), spoken=True),
            ask=self._sources.lines(self._taken("ask", slot, minutes)),
            theme=self._theme_key(slot),
            title=self._words("title", words, theme=self._label(slot)),
            purpose=self._words("purpose", words, theme=self._label(slot)),
            note=self._agreed(key),
        )

    def _agreed(self, key: str) -> str:
        """What was agreed last time, in the mentor's words, for the item that is about it."""
        agreed = "; ".join(self.request.agreed) if key == "last_time" else ""
        return said(self.request.language, "notes", "agreed", agreed=agreed) if agreed else ""

    def _named(self, key: str) -> str:
        """The entry of `prompts/planning` that holds an item's title and purpose."""
        if key == "listen" and not self._themes:
            return "listen_open"
        return "deepen_tender" if key == "deepen" and self._holds["tender"] else key

    def _words(self, part: str, key: str, **values: str) -> str:
        """The title or the purpose of an item."""
        names = called(self.request) | values
        return sentence(said(self.request.language, "slots", key, part, **names))

    def _theme_key(self, slot: Slot) -> str:
        place = {"first": 0, "second": 1}.get(slot.theme, -1)
        return self._keys_of_themes[place] if 0 <= place < len(self._keys_of_themes) else ""

    def _label(self, slot: Slot) -> str:
        key = self._theme_key(slot)
        return label(self.request.language, key, "label") if key else ""

    def _taken(self, name: str, slot: Slot, minutes: int) -> Sequence[Statement]:
        """What an item's `how`, `say` or `ask` holds."""
        taken: list[Statement] = []
        takes: Sequence[Take] = getattr(slot, name)
        for take in takes:
            if not all(self._holds[condition] for condition in take.when):
                continue
            count = take.count if minutes >= 8 else min(take.count, 2 if minutes >= 5 else 1)
            lines = self._picker.lines(
                take,
                self._guides.for_take(take, slot),
                self.request,
                self._guides.about,
                self._used,
                count,
                self._guides.searched,
            )
            taken += lines
            self._used.update(line.text.casefold() for line in lines)
        return self._briefly(name, taken)

    def _briefly(self, name: str, lines: Sequence[_L]) -> Sequence[_L]:
        """The first lines where few words are asked for, else all of them."""
        return lines[: BRIEFLY.get(name)] if self.request.brief else lines

    # -- something to do -----------------------------------------------------------------------

    def _fitting(self) -> list[Material]:
        """The guides whose exercises fit the situation, the likeliest first.

        A last meeting is for the goodbye, whatever else is on the mind.
        """
        stage = self.request.stage
        own = load_themes().themes.get(OWN_THEMES.get(stage, ""))
        of_stage = own.exercises if own else ()
        themed = [name for theme in self._themes[:1] for name in (*theme.exercises, *theme.guides)]
        group = GROUP_GUIDES if self.request.people > 1 else ()
        first = (*of_stage, *themed) if stage == "last" else (*themed, *of_stage)
        named = [*self._guides.named(group), *self._guides.of_stage(stage)]
        named += self._guides.named(first)
        found = self._guides.found if first else self._guides.named(_FOR_OPEN_TALK)
        return [*self._guides.own, *named, *found]

    def _about_doing(self, key: str) -> str:
        """What an item's exercise should be near to."""
        return self._guides.about or self._words("purpose", _named_with(key))

    def _activity(self, key: str, minutes: int, exercise: Exercise) -> AgendaItem:
        self._used.update(step.text.casefold() for step in exercise.steps)
        return AgendaItem(
            key=key,
            minutes=minutes,
            note=self._note(
                exercise.minutes, exercise.online, minutes, self._doing.people(key) + 1
            ),
            needs=exercise.needs,
            takes=exercise.minutes,
            online=exercise.online,
            how=self._sources.lines(exercise.steps[:6]),
            theme=self._theme_key(load_arcs().slot(key)),
            people=self._doing.people(key) + 1,
            title=self._words("title", _named_with(key), exercise=exercise.title),
            purpose=self._words("purpose", _named_with(key)),
        )

    def _note(self, takes: int | None, online: str, minutes: int, people: int | None) -> str:
        language, parts = self.request.language, []
        if people is not None and people != self.request.people + 1:
            name = "in_pairs" if people == 2 else "for_people"
            parts.append(said(language, "notes", name, people=people))
        if takes and takes > NEARLY * minutes:
            parts.append(said(language, "notes", "shortened", needed=takes, minutes=minutes))
        if online and self.request.setting in ("online", "phone"):
            parts.append(said(language, "notes", "online", online=online))
        return " ".join(parts)

    # -- beside the agenda ---------------------------------------------------------------------

    def _beside(self) -> dict[str, tuple[Line, ...]]:
        beside = Beside(
            self.request, self._picker, self._guides, self._themes, self._traits, self._holds,
            self._used, self._aim(),
        )  # fmt: skip
        old = self._keep.plan.sources if self._keep else ()
        kept = {
            n: self._sources.again(self._briefly(n, lines), old)
            for n, lines in self._beside_kept.items()
        }
        anew = {
            n: self._sources.lines(self._briefly(n, beside.lines(n)))
            for n in BESIDE
            if n not in kept
        }
        return {**kept, **anew}


def _named_with(key: str) -> str:
    """The entry of `prompts/planning` that holds an exercise's title and purpose."""
    if key.startswith(ADDED):
        return ADDED
    return f"{key}_exercise" if key in ("get_to_know", "warm_up") else key
