"""Plans composed from the real built-in guides: what holds for all, and what a stage needs."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.guides.text import Guide, Section
from assistant.planning.arcs import ADDED, keys_for, load_arcs, share_out
from assistant.planning.composing import Planner
from assistant.planning.material import asks_for, material_of
from assistant.planning.picking import fits
from assistant.planning.plan import SessionPlan
from assistant.planning.request import Avoid, SessionRequest, Setting, Stage
from assistant.planning.themes import load_themes
from tests.planning.shelves import finds_nothing, picker, shelf, stored

THEMES = sorted(load_themes().themes)
CONFLICTS = sorted(key for key, theme in load_themes().themes.items() if theme.conflict)

requests = st.builds(
    SessionRequest,
    language=st.sampled_from(["en", "de"]),
    name=st.sampled_from(["", "Samira", "Łukasz"]),
    age=st.sampled_from([None, 11, 16, 40]),
    minutes=st.integers(10, 240),
    stage=st.sampled_from(get_args(Stage)),
    number=st.sampled_from([None, 1, 3, 9]),
    people=st.sampled_from([1, 1, 4, 12]),
    setting=st.sampled_from(get_args(Setting)),
    themes=st.lists(st.sampled_from(THEMES), max_size=3, unique=True).map(tuple),
    avoid=st.lists(st.sampled_from(get_args(Avoid)), max_size=3, unique=True).map(tuple),
    agreed=st.sampled_from([(), ("she calls the school",)]),
)


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(shelf(), picker(), finds_nothing)


def lines_of(plan: SessionPlan) -> list[str]:
    beside = (
        *plan.listening, *plan.watch_out, *plan.limits, *plan.mentee_prompts, *plan.mentor_prompts
    )  # fmt: skip
    return [line.quote for item in plan.agenda for line in item.lines] + [b.quote for b in beside]


@settings(max_examples=120)
@given(request=requests)
def test_every_plan_adds_up_cites_verbatim_and_repeats_nothing(
    planner: Planner, request: SessionRequest
) -> None:
    plan = planner.compose(request)
    assert sum(item.minutes for item in plan.agenda) == request.minutes
    sources = {source.number: source for source in plan.sources}
    for item in plan.agenda:
        for line in item.lines:
            source = sources[line.source]
            guide = stored()[source.guide_id]
            assert guide.text[line.start : line.end] == line.quote
            assert source.start <= line.start <= line.end <= source.end
            assert guide.entry.language == request.language
    quotes = lines_of(plan)
    assert len(quotes) == len(set(quotes))
    titles = [item.title for item in plan.agenda]
    assert len(titles) == len(set(titles))


@settings(max_examples=80)
@given(request=requests)
def test_what_is_said_asked_and_done_keeps_to_what_is_to_be_avoided(
    planner: Planner, request: SessionRequest
) -> None:
    plan = planner.compose(request)
    for item in plan.agenda:
        for line in (*item.say, *item.ask):
            for mark in set(request.avoid) & {"feelings", "advice", "writing", "role_play"}:
                assert not asks_for(mark, line.text, request.language)
        if item.people is not None:
            assert "exercises" not in request.avoid


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("stage", "minutes", "needed"),
    [
        ("first", 15, {"privacy", "close_first"}),
        ("first", 60, {"welcome", "privacy", "basics", "close_first"}),
        ("half_way", 45, {"look_back", "goals"}),
        ("last", 15, {"journey", "contact", "goodbye"}),
        ("last", 60, {"journey", "contact", "goodbye", "strengths"}),
        ("regular", 15, {"listen", "close"}),
        ("regular", 120, {"listen", "break", "activity", "next_step", "close"}),
    ],
)
def test_a_stage_has_its_parts(
    planner: Planner, language: str, stage: str, minutes: int, needed: set[str]
) -> None:
    request = SessionRequest(language=language, stage=stage, minutes=minutes)  # type: ignore[arg-type]
    plan = planner.compose(request)
    assert needed <= {item.key for item in plan.agenda}
    for item in plan.agenda:
        assert item.lines, f"{item.key} cites nothing"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_gives_a_plan_of_its_own_guides(
    planner: Planner, language: str, theme: str
) -> None:
    request = SessionRequest(language=language, minutes=60, themes=(theme,))  # type: ignore[arg-type]
    plan = planner.compose(request)
    names = {source.path.split("/")[1].removesuffix(".md") for source in plan.sources}
    assert names & set(load_themes().themes[theme].guides)
    listen = next(item for item in plan.agenda if item.key == "listen")
    assert listen.theme == theme
    assert len(listen.ask) >= 2


@pytest.mark.parametrize(
    ("told", "beyond"),
    [("They argue about who is right.", False), ("He threatens to post her pictures.", True)],
)
def test_a_conflict_gets_the_stage_check_and_beyond_a_peer_is_handed_over(
    planner: Planner, told: str, beyond: bool
) -> None:
    request = SessionRequest(minutes=60, themes=(CONFLICTS[0],), situation=told)
    plan = planner.compose(request)
    keys = [item.key for item in plan.agenda]
    assert "stage_check" in keys
    assert plan.escalation is not None
    assert plan.escalation.beyond is beyond
    assert ("hand_over" in keys) is beyond
    assert ("deepen" in keys) is not beyond


def test_what_was_agreed_is_where_a_meeting_starts(planner: Planner) -> None:
    plan = planner.compose(SessionRequest(agreed=("he asks his boss",)))
    last_time = next(item for item in plan.agenda if item.key == "last_time")
    assert "he asks his boss" in last_time.note
    assert [item.key for item in plan.agenda].index("last_time") <= 2
    assert "he asks his boss" in plan.prepare[0]


def test_a_theme_of_the_own_stage_makes_no_second_frame(planner: Planner) -> None:
    plan = planner.compose(SessionRequest(stage="last", themes=("ending",), minutes=60))
    assert not {"talk", "listen"} & {item.key for item in plan.agenda}


@given(
    minutes=st.integers(1, 300),
    stage=st.sampled_from(get_args(Stage)),
    people=st.sampled_from([1, 5]),
)
def test_minutes_always_add_up(minutes: int, stage: str, people: int) -> None:
    request = SessionRequest(stage=stage, people=people, minutes=max(10, min(240, minutes)))  # type: ignore[arg-type]
    keys = keys_for(request, {})
    if len(keys) > minutes:
        with pytest.raises(ValueError, match="don't fit"):
            share_out(minutes, keys)
        return
    shared = share_out(minutes, keys)
    assert sum(shared.values()) == minutes
    assert min(shared.values()) >= 1
    assert list(shared) == keys


def test_every_slot_is_used_and_has_its_words() -> None:
    arcs = load_arcs()
    used = {key for arc in arcs.arcs.values() for key in arc}
    assert used == arcs.slots.keys() - {ADDED}


@pytest.mark.parametrize(
    ("request_", "banned"),
    [
        (SessionRequest(avoid=("writing",)), "writing"),
        (SessionRequest(avoid=("drawing",)), "drawing"),
        (SessionRequest(setting="outside"), "writing"),
        (SessionRequest(setting="online"), "outside"),
        (SessionRequest(world="prison"), "outside"),
    ],
)
def test_exercises_that_a_request_rules_out_never_fit(
    request_: SessionRequest, banned: str
) -> None:
    exercises = [e for guide in stored().values() for e in material_of(guide).exercises]
    ruled_out = [e for e in exercises if banned in e.marks and e.passage.language == "en"]
    assert ruled_out
    assert not any(fits(exercise, request_, 60) for exercise in ruled_out)


OURS = (
    "# Our way\n\n## Steps\n\n1. Put the kettle on.\n2. Ask about the week at the workshop.\n\n"
    "## Questions\n\n- Who helped you at the workshop this week?\n"
    "- What broke, and who mended it?\n"
)


def test_the_users_own_guides_are_recognised_by_their_form() -> None:
    sections = [
        Section(("Our way", "Steps"), OURS.index("1. Put"), OURS.index("\n\n## Questions"), None),
        Section(("Our way", "Questions"), OURS.index("- Who"), len(OURS) - 1, None),
    ]
    own = shelf(Guide("Our way", OURS, tuple(sections), "en")).guide(900)
    assert [line.text for line in own.of_role("steps")] == [
        "Put the kettle on.", "Ask about the week at the workshop.",
    ]  # fmt: skip
    assert len(own.of_role("questions")) == 2


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_heading_and_guide_that_an_arc_names_is_there(language: str) -> None:
    guides = shelf().built_in(language)
    arcs = load_arcs()
    takes = [t for slot in arcs.slots.values() for t in (*slot.how, *slot.say, *slot.ask)]
    for take in (*takes, *arcs.beside.values()):
        for name in set(take.guides) - {"theme", "second"}:
            if take.under:
                assert guides[name].under(take.under[language]), (name, take.under[language])
            else:
                assert guides[name].of_role(*take.roles), (name, take.roles)
