"""Changing a plan by talking: what was asked happens, and the rest stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.planning.changing import Changer, is_change
from assistant.planning.comparing import compare
from assistant.planning.composing import Planner
from assistant.planning.plan import SessionPlan
from assistant.planning.request import SessionRequest
from tests.planning.shelves import finds_nothing, picker, shelf

REQUEST = SessionRequest(
    name="Samira", age=16, minutes=60, number=2, world="school",
    situation="She has a quarrel with two classmates and is new at school.",
    themes=("quarrel_classmates", "new_school"),
)  # fmt: skip


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(shelf(), picker(), finds_nothing)


@pytest.fixture(scope="module")
def changer(planner: Planner) -> Changer:
    return Changer(planner, shelf())


@pytest.fixture(scope="module")
def plan(planner: Planner) -> SessionPlan:
    return planner.compose(REQUEST)


@pytest.fixture(scope="module")
def german(planner: Planner) -> SessionPlan:
    return planner.compose(REQUEST.model_copy(update={"language": "de"}))


def texts(plan: SessionPlan, key: str) -> list[str]:
    return [line.text for item in plan.agenda if item.key == key for line in item.lines]


def keys(plan: SessionPlan) -> list[str]:
    return [item.key for item in plan.agenda]


def same_but(plan: SessionPlan, new: SessionPlan, *changed: str) -> bool:
    """Whether every item that stands in both, but those, says what it said."""
    both = set(keys(plan)) & set(keys(new)) - set(changed)
    return all(texts(plan, key) == texts(new, key) for key in both)


@pytest.mark.parametrize("wish", ["make it 30 minutes", "nur 30 Minuten", "we only have 30 min"])
def test_the_time_changes_and_the_words_stay(
    plan: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(plan, wish)
    assert sum(item.minutes for item in new.agenda) == new.request.minutes == 30
    assert same_but(plan, new)
    assert new.version == plan.version + 1
    assert "30" in new.changes[0]


@pytest.mark.parametrize(
    ("wish", "place", "gone"),
    [
        ("drop the third item", 3, True),
        ("Punkt 3 weglassen", 3, True),
        ("another second item", 2, False),
        ("bitte einen anderen zweiten Punkt", 2, False),
    ],
)
def test_only_the_item_that_was_named_changes(
    plan: SessionPlan, changer: Changer, wish: str, place: int, gone: bool
) -> None:
    key = keys(plan)[place - 1]
    new = changer.change(plan, wish)
    assert (key not in keys(new)) is gone
    assert same_but(plan, new, key)
    assert sum(item.minutes for item in new.agenda) == 60
    if not gone:
        assert texts(new, key) != texts(plan, key)
        assert keys(new) == keys(plan)
        assert not compare(plan, new).minutes


@pytest.mark.parametrize("wish", ["no worksheets please", "bitte nichts zum Schreiben"])
def test_what_is_not_wanted_leaves_and_nothing_else(
    plan: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(plan, wish)
    assert "writing" in new.request.avoid
    touched = set(compare(plan, new).changed)
    for item in new.agenda:
        if item.title not in touched and item.key in keys(plan):
            assert texts(new, item.key) == texts(plan, item.key)
    assert not any("paper" in text or "pens" in text for text in new.prepare)


@pytest.mark.parametrize(
    "wish", ["add something outside", "with an icebreaker please", "add a break"]
)
def test_something_more_takes_its_minutes_from_the_longest(
    plan: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(plan, wish)
    assert set(keys(plan)) < set(keys(new))
    assert len(new.agenda) == len(plan.agenda) + 1
    assert sum(item.minutes for item in new.agenda) == 60
    assert same_but(plan, new)


@pytest.mark.parametrize("wish", ["add a little game", "noch ein kleines Spiel dazu"])
def test_a_game_comes_beside_the_exercise_and_all_give_for_it(
    plan: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(plan, wish)
    came = next(item for item in new.agenda if item.key not in keys(plan))
    assert texts(new, "activity") == texts(plan, "activity")
    before = {item.key: item.minutes for item in plan.agenda}
    given = {i.key: before[i.key] - i.minutes for i in new.agenda if i.key in before}
    assert sum(given.values()) == came.minutes and min(given.values()) >= 0
    assert all(gave <= max(before[key] / 2, 1) for key, gave in given.items())
    assert came.takes is None or came.minutes >= came.takes


@pytest.mark.parametrize("wish", ["a game instead of the exercise", "lieber ein Spiel"])
def test_instead_means_instead(plan: SessionPlan, changer: Changer, wish: str) -> None:
    new = changer.change(plan, wish)
    assert keys(new) == keys(plan)
    assert texts(new, "activity") != texts(plan, "activity")
    assert same_but(plan, new, "activity")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_group_goes_outside_in_pairs(planner: Planner, changer: Changer, language: str) -> None:
    request = SessionRequest(language=language, people=8, minutes=90, stage="last")
    group = planner.compose(request)
    new = changer.change(group, "also something outdoors" if language == "en" else "was draußen")
    came = next(item for item in new.agenda if item.key not in keys(group))
    assert came.people == 2
    assert came.note.startswith("In pairs" if language == "en" else "Zu zweit")
    later = changer.change(new, "make item 2 two minutes longer")
    assert next(item for item in later.agenda if item.key == came.key).note == came.note


def test_a_pause_comes_once_and_half_way(plan: SessionPlan, changer: Changer) -> None:
    new = changer.change(plan, "add a break")
    before = sum(item.minutes for item in new.agenda[: keys(new).index("break")])
    assert 20 <= before <= 40
    again = changer.change(new, "add a break")
    assert compare(new, again).nothing and "already" in again.changes[0]
    assert keys(changer.change(again, "no break")) == keys(plan)


def test_an_item_again_for_more_people(plan: SessionPlan, changer: Changer) -> None:
    place = keys(plan).index("activity") + 1
    new = changer.change(plan, f"item {place} again but for two people")
    assert next(i for i in new.agenda if i.key == "activity").people == 2
    assert same_but(plan, new, "activity")


@pytest.mark.parametrize(("wish", "minutes"), [("5 minutes longer", 5), ("5 minutes shorter", -5)])
def test_an_item_gets_longer_or_shorter(
    plan: SessionPlan, changer: Changer, wish: str, minutes: int
) -> None:
    new = changer.change(plan, f"make the second item {wish}")
    assert new.agenda[1].minutes == plan.agenda[1].minutes + minutes
    assert sum(item.minutes for item in new.agenda) == 60
    assert same_but(plan, new)


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ("move the third item up", [0, 2, 1, 3, 4, 5, 6, 7]),
        ("Punkt 3 nach unten", [0, 1, 3, 2, 4, 5, 6, 7]),
        ("put item 2 after item 4", [0, 2, 3, 1, 4, 5, 6, 7]),
        ("verschieb Punkt 5 auf Platz 2", [0, 4, 1, 2, 3, 5, 6, 7]),
        ("move the third item to the end", [0, 1, 3, 4, 5, 6, 2, 7]),
        ("swap items 2 and 5", [0, 4, 2, 3, 1, 5, 6, 7]),
        ("tausch Punkt 2 und 3", [0, 2, 1, 3, 4, 5, 6, 7]),
    ],
)
def test_items_move_with_their_minutes_and_the_end_stays_last(
    plan: SessionPlan, changer: Changer, wish: str, order: list[int]
) -> None:
    new = changer.change(plan, wish)
    assert keys(new) == [keys(plan)[place] for place in order]
    assert {i.key: i.minutes for i in new.agenda} == {i.key: i.minutes for i in plan.agenda}
    assert same_but(plan, new)


@pytest.mark.parametrize("wish", ["swap the last item and item 2", "tausch Punkt 1 und 8"])
def test_an_end_is_not_swapped_and_the_reason_is_said(
    plan: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(plan, wish)
    assert compare(plan, new).nothing
    assert new.changes == ("“Close” stays last, so that you part with a clear end.",)


def test_several_wishes_make_one_version(plan: SessionPlan, changer: Changer) -> None:
    wish = "40 minutes and no worksheets, on Zoom, and item 1 three minutes longer"
    new = changer.change(plan, wish)
    assert new.version == plan.version + 1
    assert (new.request.minutes, new.request.setting) == (40, "online")
    assert "writing" in new.request.avoid
    assert sum(item.minutes for item in new.agenda) == 40
    assert len(new.changes) >= 4


def test_the_places_are_those_of_the_plan_that_was_seen(
    plan: SessionPlan, changer: Changer
) -> None:
    new = changer.change(plan, "drop item 2 and item 3 five minutes longer")
    second, third = keys(plan)[1:3]
    assert second not in keys(new)
    before = plan.agenda[2].minutes
    assert next(item for item in new.agenda if item.key == third).minutes == before + 5
    gone = changer.change(plan, "drop item 2 and make item 3 shorter")
    assert next(item for item in gone.agenda if item.key == third).minutes < before


@pytest.mark.parametrize(
    ("wish", "what"),
    [
        ("make it 60 minutes", "60 minutes"), ("she's 16", "16 years old"),
        ("her name is Samira", "Samira"), ("wir treffen uns in echt", "in person"),
        ("in English please", "in English"), ("back to version 1", "version 1"),
    ],
)  # fmt: skip
def test_what_is_so_already_is_said_to_be_so(
    plan: SessionPlan, changer: Changer, wish: str, what: str
) -> None:
    new = changer.change(plan, wish)
    assert compare(plan, new).nothing
    assert len(new.changes) == 1
    assert new.changes[0].startswith("That is already so") and what in new.changes[0]


def test_what_nobody_said_is_no_assumption_any_more(planner: Planner, changer: Changer) -> None:
    assumed = planner.compose(REQUEST.model_copy(update={"assumed": ("setting", "minutes")}))
    new = changer.change(assumed, "we meet in person")
    assert new.request.assumed == ("minutes",)
    assert len(new.assumptions) == len(assumed.assumptions) - 1


@pytest.mark.parametrize("wish", ["it's online", "we agreed that she rings Mia", "she is 18 now"])
def test_a_new_frame_leaves_no_part_out_while_there_is_time(
    plan: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(plan, wish)
    assert set(keys(plan)) <= set(keys(new))
    assert same_but(plan, new)
    assert not compare(plan, new).beside


def test_what_was_agreed_adds_up(plan: SessionPlan, changer: Changer) -> None:
    one = changer.change(plan, "we agreed that she rings Mia")
    two = changer.change(one, "vereinbart war auch, dass sie schläft")
    assert two.request.agreed == ("she rings Mia", "dass sie schläft")
    assert keys(one) == keys(two) and "last_time" in keys(two)


def test_the_last_meeting_keeps_the_exercise_and_is_no_topic(
    plan: SessionPlan, changer: Changer
) -> None:
    new = changer.change(plan, "it's our last meeting, by the way")
    assert new.request.stage == "last"
    assert new.request.themes == plan.request.themes
    assert texts(new, "activity") == texts(plan, "activity")


@pytest.mark.parametrize("wish", ["don't bring up her phone", "ihr Handy bitte nicht ansprechen"])
def test_a_topic_is_left_alone_whatever_stands_before_it(
    plan: SessionPlan, german: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(german if "Handy" in wish else plan, wish)
    word = new.request.shun[0]
    assert word in ("phone", "Handy")
    lines = [line.text for item in new.agenda for line in item.lines]
    assert not any(word.lower() in text.lower() for text in lines)


@pytest.mark.parametrize("wish", ["ten minutes longer", "90 minutes", "40 minutes"])
def test_in_a_longer_meeting_nothing_gets_shorter(
    plan: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(plan, wish)
    more = new.request.minutes - plan.request.minutes
    assert all((after - before) * more >= 0 for _, before, after in compare(plan, new).minutes)


@pytest.mark.parametrize("wish", ["auf Deutsch", "in German please"])
def test_another_language_keeps_the_agenda(plan: SessionPlan, changer: Changer, wish: str) -> None:
    new = changer.change(plan, wish)
    assert new.language == "de"
    assert [(i.key, i.minutes) for i in new.agenda] == [(i.key, i.minutes) for i in plan.agenda]
    assert {source.language for source in new.sources} == {"de"}
    activity = next(i for i in plan.agenda if i.key == "activity")
    there = next(i for i in new.agenda if i.key == "activity")
    names = [
        {s.path.split("/")[1] for s in p.sources if s.number == item.how[0].source}
        for p, item in ((plan, activity), (new, there))
    ]
    assert names[0] == names[1]


def test_undo_goes_past_what_changed_nothing(plan: SessionPlan, changer: Changer) -> None:
    shorter = changer.change(plan, "make it 30 minutes")
    unclear = changer.change(shorter, "lorem ipsum", [plan])
    back = changer.change(unclear, "doch lieber wie vorher", [plan, shorter])
    assert compare(plan, back).nothing
    first = changer.change(plan, "undo")
    assert compare(plan, first).nothing and "first version" in first.changes[0]


def test_versions_come_back(plan: SessionPlan, changer: Changer) -> None:
    shorter = changer.change(plan, "make it 30 minutes")
    third = changer.change(shorter, "undo", [plan])
    assert compare(plan, third).nothing
    assert third.version == 3
    again = changer.change(third, "back to version 2", [plan, shorter])
    assert compare(shorter, again).nothing
    lost = changer.change(third, "back to version 9", [plan, shorter])
    assert compare(third, lost).nothing
    assert "9" in lost.changes[0]


@pytest.mark.parametrize("wish", ["lorem ipsum dolor", "drop item 44", "was auch immer"])
def test_what_is_not_understood_changes_nothing_and_says_so(
    plan: SessionPlan, changer: Changer, wish: str
) -> None:
    new = changer.change(plan, wish)
    assert compare(plan, new).nothing
    assert new.changes


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("make it 30 minutes", True), ("keine Rollenspiele", True), ("etwas draußen", True),
        ("the second one is too long, make the second item shorter", True),
        ("auf Englisch bitte", True), ("it's online", True), ("rückgängig", True),
        ("What is active listening?", False), ("Wie sage ich nein?", False), ("thanks!", False),
        ("How do I open the talk about the quarrel?", False), ("", False),
    ],
)  # fmt: skip
def test_a_change_is_told_from_a_question(plan: SessionPlan, text: str, asks: bool) -> None:
    assert is_change(text, plan) is asks


@settings(max_examples=60)
@given(wish=st.text(max_size=80))
def test_no_words_break_a_plan(plan: SessionPlan, changer: Changer, wish: str) -> None:
    new = changer.change(plan, wish)
    assert sum(item.minutes for item in new.agenda) == new.request.minutes


@settings(max_examples=25)
@given(
    wishes=st.lists(
        st.sampled_from([
            "make it 20 minutes", "make it 90 minutes", "no writing", "add a break",
            "drop the second item", "another third item", "auf Englisch", "it's online",
            "make the first item 3 minutes longer", "add something outside", "undo",
        ]),
        max_size=5,
    )
)  # fmt: skip
def test_any_changes_in_any_order_leave_a_whole_plan(
    german: SessionPlan, changer: Changer, wishes: list[str]
) -> None:
    versions = [german]
    for wish in wishes:
        versions.append(changer.change(versions[-1], wish, versions[:-1]))
    last = versions[-1]
    assert sum(item.minutes for item in last.agenda) == last.request.minutes
    numbers = {source.number for source in last.sources}
    assert {line.source for item in last.agenda for line in item.lines} <= numbers


def test_what_it_is_about_comes_first(plan: SessionPlan, changer: Changer) -> None:
    new = changer.change(plan, "it's more about her being new at school now")
    assert new.request.themes == ("new_school", "quarrel_classmates")
    assert "school" in new.changes[0]


@pytest.mark.parametrize(
    ("said", "word"), [("in Arabic please", "English"), ("bitte auf Türkisch", "English")]
)
def test_another_language_is_declined_and_the_plan_stays(
    plan: SessionPlan, changer: Changer, said: str, word: str
) -> None:
    changed = changer.change(plan, said)
    assert changed.agenda == plan.agenda
    assert word in changed.changes[0]
    assert "German" in changed.changes[0]
