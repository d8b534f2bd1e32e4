"""What a group has learned, told only where nobody can be recognised by it.

Figures are shown for five people or more who answered both times. A group within is shown only
when it has five, and only when those who are in no shown group are five or none: else their
figures would follow from the whole by subtraction. What this doesn't hide: where everybody has
every answer right, the figure says so of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evals.cases import Language
from evals.courses.checks import course_words
from evals.statistics import Interval, paired

FEWEST = 5


@dataclass(frozen=True)
class TooFew:
    """Not enough people to show anything; there is no number in it."""


@dataclass(frozen=True)
class Figures:
    """Mean scores, 0 to 1, of `people` who answered both times.

    `difference` is after less before, `interval` its 95 % interval, None where the differences
    hardly vary.
    """

    people: int
    before: float
    after: float
    difference: float
    interval: Interval | None


@dataclass(frozen=True)
class Cohort:
    """Figures of a whole course, and of the groups within it."""

    whole: Figures
    groups: Mapping[str, Figures | TooFew] = field(default_factory=dict)


def cohort(
    before: Mapping[str, float],
    after: Mapping[str, float],
    groups: Mapping[str, str] | None = None,
) -> Cohort | TooFew:
    """What those learned who answered both times; scores go by people's codes.

    `groups` names a person's group, if there is one. Ask once, when a course is over, and with one
    grouping: figures before and after one more person, or of two groupings that overlap, give
    people away by subtraction (`Course.close` sees to that).
    """
    people = sorted(before.keys() & after.keys())
    if len(people) < FEWEST:
        return TooFew()
    named = {person: (groups or {}).get(person, "") for person in people}
    shown = _shown(Counter(named.values()))
    within = {
        group: _figures([p for p in people if named[p] == group], before, after)
        if group in shown
        else TooFew()
        for group in sorted(set(named.values()) - {""})
    }
    return Cohort(_figures(people, before, after), within)


def sentence(found: Cohort | TooFew, language: Language) -> str:
    """Figures, or why there are none, for people; a line a group."""
    said = course_words(language)
    if isinstance(found, TooFew):
        return str(said["too_few"])
    groups = (
        said["group"].format(group=name, said=_told(figures, said, language))
        for name, figures in found.groups.items()
    )
    return "\n".join([_told(found.whole, said, language), *groups])


def _shown(sizes: Mapping[str, int]) -> set[str]:
    shown = {group for group, size in sizes.items() if group and size >= FEWEST}
    while shown and 0 < sum(sizes.values()) - sum(sizes[group] for group in shown) < FEWEST:
        shown.remove(min(shown, key=lambda group: (sizes[group], group)))
    return shown


def _figures(
    people: Sequence[str], before: Mapping[str, float], after: Mapping[str, float]
) -> Figures:
    a, b = ({person: scores[person] for person in people} for scores in (before, after))
    test = paired(a, b, {person: person for person in people})
    assert test.difference is not None  # there are people
    before_mean, after_mean = (sum(scores.values()) / len(people) for scores in (a, b))
    return Figures(len(people), before_mean, after_mean, test.difference, test.interval)


def _told(found: Figures | TooFew, said: Mapping[str, str], language: Language) -> str:
    if isinstance(found, TooFew):
        return said["too_few_group"]
    sure = said["unsure"]
    if found.interval:
        low, high = (_points(end, language) for end in (found.interval.low, found.interval.high))
        sure = said["sure"].format(low=low, high=high)
    return said["figures"].format(
        people=found.people,
        before=_number(found.before, language),
        after=_number(found.after, language),
        difference=_points(found.difference, language),
        sure=sure,
    )


def _number(share: float, language: Language) -> str:
    text = f"{round(100 * share, 1) + 0.0:.1f}"  # adding 0 turns -0.0 into 0.0
    return text.replace(".", ",") if language == "de" else text


def _points(difference: float, language: Language) -> str:
    return ("+" if round(100 * difference, 1) > 0 else "") + _number(difference, language)
