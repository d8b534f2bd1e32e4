"""Mentees, session logs and kept plans, on a real SQLite."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import LIMIT, SAMIRA
from sqlalchemy import text

from assistant.errors import MenteeError, UnknownMentee, UnknownPlan
from assistant.planning.keeping import LONGEST_HAPPENED, LONGEST_NAME
from assistant.planning.mentees import Mentees
from assistant.planning.next_meeting import MOST_TAKEN_UP
from assistant.planning.plan import SessionPlan
from assistant.planning.request import SessionRequest
from assistant.store.database import Database
from assistant.store.tables import MenteeRow, PlanRow, PlanVersionRow, SessionLogRow

ROOT = Path(__file__).parents[2]
TABLES = (MenteeRow, SessionLogRow, PlanRow, PlanVersionRow)
DAY = date(2026, 11, 20)
UNSTATED = SessionRequest(assumed=("minutes", "stage", "age"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'tandem.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mentees]:
    """One store for tests that do the same many times over."""
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'tandem.db'}")
    yield Mentees(opened)
    opened.close()


@pytest.fixture
def mentees(store: Database) -> Mentees:
    return Mentees(store)


def plan_with(aim: str, **request: object) -> SessionPlan:
    asked = SAMIRA.request.model_copy(update=request)
    return SAMIRA.model_copy(update={"aim": aim, "request": asked})


# -- mentees -------------------------------------------------------------------------------------


def test_a_name_is_trimmed_and_found_in_capitals_too(mentees: Mentees) -> None:
    added = mentees.add("  Jörg\n  der Zweite ", age=16, planned_meetings=12)
    assert (added.name, added.age, added.planned_meetings) == ("Jörg der Zweite", 16, 12)
    assert mentees.find("JÖRG der zweite") == added == mentees.get(added.id)
    assert mentees.find("Jo\u0308rg der Zweite") == added


@pytest.mark.parametrize("other", ["samira", " SAMIRA ", "Samira"])
def test_no_two_mentees_have_one_name(mentees: Mentees, other: str) -> None:
    mentees.add("Samira")
    with pytest.raises(MenteeError, match="already") as caught:
        mentees.add(other)
    assert caught.value.code == "name_taken"
    assert [mentee.name for mentee in mentees.list()] == ["Samira"]


def test_renaming_keeps_all_and_may_change_capitals(mentees: Mentees) -> None:
    mentee = mentees.add("samira")
    mentees.add_log(mentee.id, happened="We walked.")
    assert mentees.rename(mentee.id, "Samira").name == "Samira"
    assert mentees.rename(mentee.id, "🦊").name == "🦊"
    assert mentees.find("🦊").id == mentee.id and len(mentees.logs(mentee.id)) == 1
    mentees.add("Ali")
    with pytest.raises(MenteeError, match="already"):
        mentees.rename(mentee.id, "ALI")


@pytest.mark.parametrize("name", ["", " \n ", "\u200b", "\x00"])
def test_a_mentee_needs_a_name(mentees: Mentees, name: str) -> None:
    with pytest.raises(MenteeError, match="name"):
        mentees.add(name)


def test_bounds_name_the_number_and_keep_nothing(mentees: Mentees) -> None:
    for wrong in ({"age": 5}, {"age": 100}, {"planned_meetings": 0}, {"planned_meetings": 501}):
        with pytest.raises(MenteeError, match=str(next(iter(wrong.values())))):
            mentees.add("Samira", **wrong)
    with pytest.raises(MenteeError, match="60"):
        mentees.add("x" * (LONGEST_NAME + 1))
    assert mentees.list() == []


def test_who_is_gone_is_named_so(mentees: Mentees) -> None:
    for call in (mentees.get, mentees.logs, mentees.plans, mentees.forget, mentees.add_log):
        with pytest.raises(UnknownMentee):
            call(7)
    with pytest.raises(UnknownMentee, match="'Nobody'"):
        mentees.find(" Nobody ")


def test_forgetting_leaves_nothing_on_disk(tmp_path: Path) -> None:
    def on_disk(word: str) -> set[str]:
        return {
            f.name for f in tmp_path.iterdir() if word.casefold().encode() in f.read_bytes().lower()
        }

    store = Database(f"sqlite:///{tmp_path / 'tandem.db'}")
    mentees = Mentees(store)
    words = ["Qvistgaard", "Wanderfalke", "Dreizehnhorn", "Zwiebelturm", "Kranichzug"]
    kept = mentees.add("Ali")
    gone = mentees.add(words[0])
    for number in range(30):
        mentees.add_log(kept.id, happened=f"We played chess. {number}" * 20)
        log = mentees.add_log(gone.id, happened=f"{words[1]} {number} " * 20, agreed=[words[2]])
        mentees.edit_log(replace(log, felt_words=words[3]))
        record = mentees.keep_plan(gone.id, plan_with(words[4]))
        mentees.add_version(record.id, plan_with(f"{words[4]} again"))
    assert all(on_disk(word) for word in words)
    mentees.forget(gone.id)
    assert {word: on_disk(word) for word in words} == {word: set() for word in words}
    with store.session() as session:
        rows = [
            session.query(table).count()
            for table in (MenteeRow, SessionLogRow, PlanRow, PlanVersionRow)
        ]
    assert rows == [1, 30, 0, 0]
    assert len(mentees.logs(kept.id)) == 30
    store.close()
    assert not any(on_disk(word) for word in words)


def test_forgetting_one_log_or_plan_leaves_nothing_of_it(mentees: Mentees, tmp_path: Path) -> None:
    mentee = mentees.add("Samira")
    log = mentees.add_log(mentee.id, happened="Wanderfalke " * 500)
    record = mentees.keep_plan(mentee.id, plan_with("Kranichzug"))
    mentees.delete_log(log.id)
    mentees.delete_plan(record.id)
    raw = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Wanderfalke" not in raw and b"Kranichzug" not in raw
    with pytest.raises(UnknownPlan):
        mentees.versions(record.id)
    assert mentees.logs(mentee.id) == [] == mentees.plans(mentee.id)


# -- session logs --------------------------------------------------------------------------------


def test_a_log_keeps_what_was_said(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    log = mentees.add_log(
        mentee.id,
        happened=" She told\r\nof the quarrel. ",
        agreed=["  ring  the\nschool", " ", "walk"],
        felt=4,
        felt_words="Lighter\x00",
        held_on=DAY,
    )
    assert (log.number, log.held_on, log.felt) == (1, DAY, 4)
    assert log.happened == "She told\nof the quarrel." and log.felt_words == "Lighter"
    assert [(line.text, line.done) for line in log.agreed] == [
        ("ring the school", False),
        ("walk", False),
    ]
    assert mentees.logs(mentee.id) == [log]
    assert mentees.add_log(mentee.id).held_on == date.today()


@settings(max_examples=25)
@given(st.lists(st.none() | st.integers(1, 9), max_size=12))
def test_numbers_go_up_and_none_is_taken_twice(shared: Mentees, stated: list[int | None]) -> None:
    mentees, mentee = shared, shared.add(f"Samira {uuid4()}")
    expected: list[int] = []
    for number in stated:
        if number in expected:
            with pytest.raises(MenteeError, match=f"Meeting {number}"):
                mentees.add_log(mentee.id, number=number)
            continue
        made = mentees.add_log(mentee.id, number=number)
        assert made.number == (number or max(expected, default=0) + 1)
        expected.append(made.number)
    assert [log.number for log in mentees.logs(mentee.id)] == sorted(expected)


def test_many_at_once_number_one_after_the_other(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    record = mentees.keep_plan(mentee.id, SAMIRA)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: mentees.add_log(mentee.id), range(24)))
        list(pool.map(lambda n: mentees.add_version(record.id, plan_with(str(n))), range(24)))
    assert [log.number for log in mentees.logs(mentee.id)] == list(range(1, 25))
    versions = mentees.versions(record.id)
    assert [one.version for one in versions] == list(range(1, 26))
    assert {one.plan.aim for one in versions[1:]} == {str(n) for n in range(24)}


def test_ticking_at_once_loses_no_tick(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    log = mentees.add_log(mentee.id, agreed=[f"step {n}" for n in range(20)])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda place: mentees.tick(log.id, place), range(20)))
    assert mentees.open_agreements(mentee.id) == []


def test_a_log_can_be_changed_and_a_taken_number_not(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    first, second = (mentees.add_log(mentee.id, agreed=["walk"]) for _ in range(2))
    changed = replace(first, happened="Another story", felt=2, held_on=DAY)
    assert mentees.edit_log(changed) == changed
    with pytest.raises(MenteeError, match="Meeting 2"):
        mentees.edit_log(replace(first, number=2))
    assert [log.number for log in mentees.logs(mentee.id)] == [1, 2]
    mentees.delete_log(first.id)
    with pytest.raises(UnknownMentee):
        mentees.edit_log(first)
    assert mentees.logs(mentee.id) == [second]


def test_a_log_out_of_bounds_is_refused_whole(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    wrong: list[tuple[str, dict[str, object]]] = [
        ("too_long", {"happened": "x" * (LONGEST_HAPPENED + 1)}),
        ("too_long", {"agreed": ["y" * 501]}),
        ("too_many", {"agreed": ["y"] * 31}),
        ("felt", {"felt": 6}),
        ("felt", {"felt": 0}),
        ("number", {"number": 0}),
        ("future", {"held_on": date.today() + timedelta(days=2)}),
    ]
    for code, told in wrong:
        with pytest.raises(MenteeError) as caught:
            mentees.add_log(mentee.id, **told)  # type: ignore[arg-type]
        assert caught.value.code == code
    assert mentees.logs(mentee.id) == []


def test_open_agreements_are_the_newest_first_until_ticked_off(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    old = mentees.add_log(mentee.id, agreed=["ring", "read"])
    mentees.add_log(mentee.id, agreed=["walk"])
    open_ = mentees.open_agreements(mentee.id)
    assert [(one.number, one.place, one.text) for one in open_] == [
        (2, 0, "walk"), (1, 0, "ring"), (1, 1, "read"),
    ]  # fmt: skip
    mentees.tick(old.id, 0)
    assert [one.text for one in mentees.open_agreements(mentee.id)] == ["walk", "read"]
    mentees.tick(old.id, 0, done=False)
    assert len(mentees.open_agreements(mentee.id)) == 3
    with pytest.raises(UnknownMentee):
        mentees.tick(old.id, 2)


# -- plans ---------------------------------------------------------------------------------------


def test_every_version_stays_as_it_was(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    record = mentees.keep_plan(mentee.id, plan_with("one"))
    record = mentees.add_version(record.id, plan_with("two"))
    assert (record.version, record.title, record.number) == (2, SAMIRA.title, 3)
    record = mentees.bring_back(record.id, 1)
    versions = mentees.versions(record.id)
    assert [(one.version, one.plan.version, one.plan.aim) for one in versions] == [
        (1, 1, "one"), (2, 2, "two"), (3, 3, "one"),
    ]  # fmt: skip
    first, _, last = (one.plan for one in versions)
    assert first == plan_with("one")
    assert last.changes == ("Version 1 is back.",)
    assert last.model_copy(update={"version": 1, "changes": ()}) == first
    with pytest.raises(UnknownPlan, match="no version 9"):
        mentees.bring_back(record.id, 9)
    assert len(mentees.versions(record.id)) == 3


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), max_size=15))
def test_whatever_is_done_no_version_is_lost(
    shared: Mentees, steps: list[tuple[bool, int]]
) -> None:
    mentees, record = shared, shared.keep_plan(None, plan_with("0"))
    aims = ["0"]
    for back, number in steps:
        if back:
            version = number % len(aims) + 1
            mentees.bring_back(record.id, version)
            aims.append(aims[version - 1])
        else:
            mentees.add_version(record.id, plan_with(str(number)))
            aims.append(str(number))
        assert [one.plan.aim for one in mentees.versions(record.id)] == aims


def test_plans_are_listed_by_mentee_the_last_changed_first(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    first, second = (mentees.keep_plan(mentee.id, SAMIRA) for _ in range(2))
    nobodys = mentees.keep_plan(None, SAMIRA)
    mentees.add_version(first.id, SAMIRA)
    assert [one.id for one in mentees.plans(mentee.id)] == [first.id, second.id]
    assert mentees.plans(None) == [nobodys] == [mentees.record(nobodys.id)]


def test_a_plan_is_given_to_another_mentee_or_to_nobody(mentees: Mentees) -> None:
    samira, ali = mentees.add("Samira"), mentees.add("Ali")
    record = mentees.keep_plan(None, plan_with("one"))
    mentees.add_version(record.id, plan_with("two"))
    given = mentees.give(record, samira.id)
    assert (given.mentee_id, given.version) == (samira.id, 2)
    assert mentees.plans(None) == [] and mentees.plans(samira.id) == [given]
    moved = mentees.give(given, ali.id)
    assert mentees.plans(samira.id) == [] and mentees.plans(ali.id) == [moved]
    assert [one.plan.aim for one in mentees.versions(record.id)] == ["one", "two"]
    back = mentees.give(moved, None)
    assert mentees.plans(None) == [back] and mentees.plans(ali.id) == []
    mentees.forget(ali.id)
    assert len(mentees.versions(record.id)) == 2


def test_a_log_is_given_to_another_mentee_with_its_number_if_that_is_free(
    mentees: Mentees,
) -> None:
    samira, ali = mentees.add("Samira"), mentees.add("Ali")
    mentees.add_log(samira.id, happened="We met.")
    second = mentees.add_log(samira.id, happened="With Ali!", agreed=["ring"])
    given = mentees.give(second, ali.id)
    assert (given.mentee_id, given.number, given.happened) == (ali.id, 2, "With Ali!")
    assert mentees.give(given, ali.id) == given
    again = mentees.add_log(samira.id, happened="Ali again", number=2)
    assert mentees.give(again, ali.id).number == 3
    assert [log.number for log in mentees.logs(samira.id)] == [1]
    assert [one.text for one in mentees.open_agreements(ali.id)] == ["ring"]


def test_what_can_not_be_given_stays_where_it_was(mentees: Mentees) -> None:
    samira = mentees.add("Samira")
    record, log = mentees.keep_plan(samira.id, SAMIRA), mentees.add_log(samira.id)
    with pytest.raises(UnknownMentee):
        mentees.give(record, 77)
    with pytest.raises(UnknownMentee):
        mentees.give(log, 77)
    with pytest.raises(MenteeError, match="to whom"):
        mentees.give(log, None)
    assert mentees.plans(samira.id) == [record] and mentees.logs(samira.id) == [log]
    mentees.delete_plan(record.id)
    with pytest.raises(UnknownPlan):
        mentees.give(record, None)


def test_what_stands_instead_of_a_plan_is_not_kept(mentees: Mentees) -> None:
    with pytest.raises(MenteeError, match="instead"):
        mentees.keep_plan(None, LIMIT)
    assert mentees.plans(None) == []


def test_a_plan_of_another_tandem_is_listed_but_not_opened(
    store: Database, mentees: Mentees
) -> None:
    record = mentees.keep_plan(None, SAMIRA)
    with store.session() as session:
        row = session.get(PlanVersionRow, (record.id, 1))
        assert row is not None
        row.texts = row.texts | {"music": "waltz"}
    assert mentees.plans(None)[0].title == SAMIRA.title
    with pytest.raises(UnknownPlan, match="another Tandem"):
        mentees.versions(record.id)


def test_a_killed_process_loses_nothing_it_was_told_is_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tandem.db'}"
    code = f"""
from assistant.planning.mentees import Mentees
from assistant.store.database import Database
mentees = Mentees(Database({url!r}))
mentee = mentees.add("Samira")
while True:
    log = mentees.add_log(mentee.id, happened="We walked. " * 100, agreed=["ring"])
    print(log.number, flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(30)]
        writer.send_signal(signal.SIGKILL)
        told += [int(line) for line in writer.stdout.read().splitlines()]
    store = Database(url)
    numbers = [log.number for log in Mentees(store).logs(1)]
    with store.session() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    store.close()
    assert numbers[: len(told)] == told and len(numbers) <= len(told) + 1


# -- what comes next -----------------------------------------------------------------------------


def test_the_next_request_knows_what_the_mentor_need_not_say_again(mentees: Mentees) -> None:
    mentee = mentees.add("Samira", planned_meetings=12)
    mentees.keep_plan(mentee.id, plan_with("x", age=16))
    log = mentees.add_log(mentee.id, agreed=["ring", "read"], number=5)
    mentees.tick(log.id, 0)
    asked = mentees.next_request(mentee.id, UNSTATED.model_copy(update={"question": "stage"}))
    assert (asked.name, asked.age, asked.number, asked.stage) == ("Samira", 16, 6, "half_way")
    assert asked.agreed == ("read",)
    assert asked.assumed == ("minutes",) and asked.question is None


def test_what_the_request_states_goes_first(mentees: Mentees) -> None:
    mentee = mentees.add("Samira", age=16, planned_meetings=6)
    mentees.add_log(mentee.id, agreed=["ring"], number=5)
    stated = SessionRequest(
        name="Sam", age=17, number=2, agreed=("write", "ring"), assumed=("minutes",)
    )
    asked = mentees.next_request(mentee.id, stated)
    assert asked == stated
    last = SessionRequest(stage="last", assumed=("minutes",))
    assert (
        mentees.next_request(mentee.id, last).stage,
        mentees.next_request(mentee.id, last).number,
    ) == ("last", 6)
    first = SessionRequest(stage="first", assumed=("minutes",))
    assert mentees.next_request(mentee.id, first).number is None


@pytest.mark.parametrize(
    ("planned", "last", "stage", "assumed"),
    [
        (10, 9, "last", ()),
        (10, 4, "half_way", ()),
        (10, 5, "regular", ()),
        (None, 5, "regular", ("stage",)),
        (None, None, "regular", ("stage",)),
        (10, 10, "regular", ()),
    ],
)
def test_the_stage_follows_from_how_many_meetings_there_are(
    mentees: Mentees, planned: int | None, last: int | None, stage: str, assumed: tuple[str, ...]
) -> None:
    mentee = mentees.add("Samira", planned_meetings=planned)
    if last:
        mentees.add_log(mentee.id, number=last)
    asked = mentees.next_request(mentee.id, SessionRequest(assumed=("stage",)))
    assert (asked.number, asked.stage, asked.assumed) == (last and last + 1, stage, assumed)


def test_a_request_takes_up_the_newest_agreements_only(mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    for number in range(1, 9):
        mentees.add_log(mentee.id, agreed=[f"step {number}"])
    agreed = mentees.next_request(mentee.id, UNSTATED).agreed
    assert agreed == tuple(f"step {n}" for n in range(8, 8 - MOST_TAKEN_UP, -1))


def test_the_outlook_names_what_is_ahead(mentees: Mentees) -> None:
    mentee = mentees.add("Samira", planned_meetings=12)
    assert [(one.key, one.number) for one in mentees.outlook(mentee.id)] == [
        ("third", 3), ("half_way", 6), ("ending_soon", 9),
    ]  # fmt: skip
    mentees.add_log(mentee.id, number=6)
    assert [one.key for one in mentees.outlook(mentee.id)] == ["ending_soon"]
    assert [event.kind for event in mentees.path(mentee.id)] == ["meeting", "ahead", "ahead"]


def test_texts_stand_in_few_columns_named_so(store: Database, mentees: Mentees) -> None:
    mentee = mentees.add("Zwiebelturm")
    mentees.add_log(
        mentee.id, happened="Zwiebelturm", agreed=["Zwiebelturm"], felt_words="Zwiebelturm"
    )
    mentees.keep_plan(mentee.id, plan_with("Zwiebelturm", situation="Zwiebelturm"))
    holding = set()
    with store.session() as session:
        for table in TABLES:
            for row in session.query(table):
                for column in table.__table__.columns:
                    if mentee.name.lower() in str(getattr(row, column.name)).lower():
                        holding.add(str(column))
    assert holding == {
        "mentees.name",
        "mentees.name_key",
        "session_logs.texts",
        "plan_versions.texts",
    }
