"""What is done together: an exercise for each part of a meeting that has one.

Exercises keep to what the request rules out; what it wishes for is looked for first. What it does
not know: whether people of this age will like one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.planning.arcs import ADDED, Slot, has_room_for_more, load_arcs
from assistant.planning.material import Exercise, Material, name_of, offered
from assistant.planning.picking import SPARE, Picker
from assistant.planning.plan import AgendaItem
from assistant.planning.request import SessionRequest, Wish

if TYPE_CHECKING:
    from assistant.planning.composing import Keep

_FOR_ANYBODY = ("talk-without-paper", "warm-ups-and-games", "walks-and-outside")
_WISHED = (
    "drawing-and-making", "activities-and-projects", "building-trust", "telling-your-own-story",
    "body-language", "loneliness-and-making-friends", "affirmations", "summaries",
)  # fmt: skip
"""Guides whose exercises suit any topic, where somebody wishes for a kind of exercise."""
GROUP_GUIDES = ("group-exercises", "meeting-a-group")
OWN = 2
"""So many guides of a theme have the exercises that are its own."""
SHORT = 45
"""Minutes below which a meeting has no time for what doesn't serve its theme."""
_DOING_HELPS = frozenset(("few_words", "hates_feelings", "restless", "shy", "younger_child"))
CHILD = 13
"""The age up to which doing something comes before talking."""
_EARLY = 4
"""Items at the beginning, in which something light breaks the ice."""

Named = Callable[[Sequence[str]], list[Material]]
"""Built-in guides by their names."""


class Doing:
    """Chooses a plan's exercises, and keeps account of the wishes that they fulfil.

    In a `light` meeting, practising may take up to half of the time. `fitting` are guides whose
    exercises fit the situation, the likeliest first; `about` says by an item's key what its
    exercise should be near to.
    """

    def __init__(
        self,
        request: SessionRequest,
        picker: Picker,
        named: Named,
        fitting: Sequence[Material],
        about: Callable[[str], str],
        keep: Keep | None,
        light: bool = False,
    ) -> None:
        self._request, self._picker, self._keep = request, picker, keep
        self._named, self._fitting, self._about = named, fitting, about
        self._light = light
        self._taken: set[str] = set(keep.not_again) if keep else set()
        self._due: set[Wish] = {wish for wish in request.wishes if wish != "icebreaker"}

    def take_over(self, item: AgendaItem) -> None:
        """Takes account of an item that stays as it was."""
        assert self._keep is not None
        self._taken.add(item.title.split(": ", 1)[-1])
        if item.people is not None and item.how:
            source = next(s for s in self._keep.plan.sources if s.number == item.how[0].source)
            text = "\n".join([item.title, *(line.text for line in item.how)])
            self._due -= offered(text, name_of(source.path), source.language)

    def choose(self, key: str) -> Exercise | None:
        """The exercise for an item, None where no guide has one that fits."""
        exercise = self._the_same(key) or self._nearest(key)
        if exercise is not None:
            self._taken.add(exercise.title)
            self._due -= exercise.offers
        return exercise

    def more(self, keys: list[str]) -> Iterator[tuple[str, Exercise]]:
        """Exercises for wishes that are still open, where there is time; `keys` get theirs."""
        for number in range(1, len(self._due) + 1):
            if not has_room_for_more(keys, self._request.minutes):
                return
            key = f"{ADDED}-{number}"
            place = next((n for n, k in enumerate(keys, 1) if load_arcs().slot(k).activity), 0)
            exercise = self.choose(key) if place else None
            if exercise is not None:
                keys.insert(place, key)
                yield key, exercise

    def unmet(self, agenda: Sequence[AgendaItem]) -> tuple[Wish, ...]:
        """The wishes that no item fulfils; for breaking ice any exercise does that comes early."""
        early = any(item.people is not None for item in agenda[:_EARLY])
        unmet = self._due | (set() if early else {"icebreaker"})
        return tuple(wish for wish in self._request.wishes if wish in unmet)

    def people(self, key: str) -> int:
        """How many mentees an item is for."""
        everybody = self._request.people
        return self._keep.people.get(key, everybody) if self._keep else everybody

    def minutes_for(self, key: str, exercise: Exercise) -> int:
        """How long an item with this exercise takes."""
        room = self._room(load_arcs().slot(key))
        if self._light and key == "activity" and exercise.minutes:
            room = max(room, self._request.minutes // 2)
        return min(exercise.minutes or room, room if room < 8 else 5 * round(room / 5))

    def _room(self, slot: Slot) -> int:
        return max(slot.least, min(slot.most, round(self._request.minutes / 3)))

    def _the_same(self, key: str) -> Exercise | None:
        """An exercise of the old plan, in another language."""
        if not self._keep or key not in self._keep.same:
            return None
        name, place = self._keep.same[key]
        there = [exercise for material in self._named([name]) for exercise in material.exercises]
        return there[place] if place < len(there) else None

    def _nearest(self, key: str) -> Exercise | None:
        room = self._room(load_arcs().slot(key))
        if key.startswith(ADDED) and self._keep:
            room = self._keep.fixed.get(key, room)
        request = self._request.model_copy(update={"people": self.people(key)})
        for wish in self._wished(key):
            if not wish and key == "activity":
                return self._for_the_theme(request, room)
            exercise = self._picker.exercise(
                request, self._offering(key, wish), self._about(key), room, self._taken, wish
            )
            if exercise is not None:
                return exercise
        return None

    def _for_the_theme(self, request: SessionRequest, room: int) -> Exercise | None:
        """The theme's own exercise, or one for anybody.

        In a short meeting with a theme no other takes its place, but for those who'd rather do
        something than talk.
        """
        if self._light:
            room = max(room, round(request.minutes / 2 / SPARE))
        own = [m for m in self._fitting if m.name not in (*_FOR_ANYBODY, *GROUP_GUIDES)]
        if request.people == 1 and request.themes and own:
            found = self._picker.exercise(
                request, own[:OWN], self._about("activity"), room, self._taken
            )
            if found is not None and not (request.world == "prison" and found.needs):
                return found
            if request.minutes < SHORT and not _would_rather_do(request):
                return None
        offering = self._offering("activity", "")
        return self._picker.exercise(request, offering, self._about("activity"), room, self._taken)

    def _wish(self, key: str) -> str:
        return self._keep.wishes.get(key, "") if self._keep else ""

    def _wished(self, key: str) -> tuple[str, ...]:
        """What an item's exercise should offer, the best first; "" is anything."""
        if wish := self._wish(key):
            return ("" if wish == "icebreaker" else wish,)
        # A warm-up comes beside what was wished for; it doesn't stand for it.
        due = self._due if key != "warm_up" else ()
        wishes = tuple(wish for wish in self._request.wishes if wish in due)
        return wishes if key.startswith(ADDED) else (*wishes, "")

    def _offering(self, key: str, wish: str) -> list[Material]:
        """The guides whose exercises may serve, the likeliest first."""
        group = GROUP_GUIDES if self._request.people > 1 else ()
        if key == "warm_up" or self._wish(key) == "icebreaker":
            return self._named(["warm-ups-and-games", *group, *_FOR_ANYBODY])
        if key in ("get_to_know", "together", "play") and not wish:
            first = "warm-ups-and-games" if group else "first-meeting"
            return self._named([first, *group, "first-meeting", *_FOR_ANYBODY])
        named = [*_FOR_ANYBODY, *(_WISHED if wish else ())]
        offering = [*self._fitting, *self._named(named)]
        return list({material.entry.id: material for material in offering}.values())


def _would_rather_do(request: SessionRequest) -> bool:
    """Whether something to do is worth more to this mentee than more time to talk."""
    return bool(_DOING_HELPS & {*request.traits}) or (request.age or 99) <= CHILD
