"""`tandem plan` and `tandem mentees …` on a real database; plans come ready-made."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner, Result

from assistant.errors import HomeInUse, MenteeError, UnknownMentee
from assistant.planning.mentees import Mentees
from assistant.planning.plan import SessionPlan
from assistant.planning.request import SessionRequest
from assistant.store.database import Database
from ui import plan_cli

sys.path.append(str(Path(__file__).parents[1] / "planning"))
from plans import GROUP, LIMIT, PLANS, SAMIRA

Run = Callable[..., Result]
RISK = "I meet Samira (16) for 45 minutes. She told me she wants to kill herself."


class ReadyMade:
    """Stands for the planner: what it was asked, and plans that don't depend on it."""

    def __init__(self, plan: SessionPlan = SAMIRA) -> None:
        self.made = plan
        self.requests: list[SessionRequest] = []

    def understand(self, text: str) -> SessionRequest:
        return SessionRequest(situation=text, assumed=("stage",))

    def compose(self, request: SessionRequest, text: str = "") -> SessionPlan:
        self.requests.append(request)
        return self.made

    def change(
        self, plan: SessionPlan, text: str, earlier: Sequence[SessionPlan] = ()
    ) -> SessionPlan:
        if text == "secret":
            return LIMIT.model_copy(update={"version": plan.version + 1})
        more = {"aim": text, "version": len(earlier) + 2, "changes": (f"Now {text}.",)}
        return plan.model_copy(update=more)


@pytest.fixture
def mentees(tmp_path: Path) -> Iterator[Mentees]:
    store = Database(f"sqlite:///{tmp_path / 'tandem.db'}")
    yield Mentees(store)
    store.close()


@pytest.fixture
def planner() -> ReadyMade:
    return ReadyMade()


@pytest.fixture
def run(
    mentees: Mentees, planner: ReadyMade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs `tandem …` in this process; a failing one raises what it fails by."""

    @contextmanager
    def opened(**_: object) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(
            mentees=mentees,
            planner=planner,
            plan=lambda text: planner.compose(planner.understand(text), text),
        )

    monkeypatch.setenv("TANDEM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(plan_cli, "opened", opened)
    monkeypatch.setattr(plan_cli, "ready", lambda *_: None)
    app = typer.Typer()
    plan_cli.register(app)

    def invoke(*arguments: object, said: str = "", code: int = 0) -> Result:
        done = CliRunner().invoke(app, [str(one) for one in arguments], input=said)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done

    return invoke


# -- before a meeting ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_fits_eighty_columns_and_holds_everything(
    run: Run, planner: ReadyMade, name: str
) -> None:
    planner.made = plan = PLANS[name]
    printed = run("plan", "Samira, 45 minutes").stdout
    assert max(map(len, printed.splitlines())) <= 80
    flat = " ".join(printed.split())
    for item in plan.agenda:
        assert f"{item.title} ({item.minutes} " in flat and item.purpose in flat
        for line in item.how:
            assert f"{line.text} [{line.source}]" in flat
    for source in plan.sources:
        assert (
            f"{source.title} ›" in flat and f"[{source.number}] {source.heading_path[-1]}" in flat
        )
    assert plan.aim in flat and "\n\n\n" not in printed


def test_help_comes_before_the_plan(run: Run, planner: ReadyMade) -> None:
    planner.made = GROUP
    printed = run("plan", "eine Gruppe").stdout
    assert printed.index("0800 111 0 111") < printed.index(GROUP.agenda[0].title)


def test_help_that_needs_no_library_comes_first_and_once(run: Run, planner: ReadyMade) -> None:
    planner.made = SAMIRA.model_copy(update={"first": "Help: **112**"})
    printed = run("plan", RISK).stdout
    assert printed.index("112") < printed.index("Meeting 3 with Samira")
    assert "Help: 112" not in printed
    done = run("plan", RISK, "--json")
    assert "112" in done.stderr and json.loads(done.stdout)["first"] == "Help: **112**"


def test_help_is_there_even_if_nothing_can_be_opened(
    run: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise HomeInUse("Another Tandem has this home.")

    monkeypatch.setattr(plan_cli, "opened", broken)
    with pytest.raises(HomeInUse):
        plan_cli.plan(RISK)
    assert "112" in capfd.readouterr().out


@pytest.mark.parametrize("form", ["text", "markdown", "html", "word", "pdf"])
def test_a_limit_is_said_instead_in_every_form(
    run: Run, planner: ReadyMade, tmp_path: Path, form: str
) -> None:
    planner.made = LIMIT
    file = tmp_path / "plan"
    printed = run("plan", "x", "--format", form, "--out", file)
    assert "I can't help to keep that secret." in printed.stdout
    assert "- Your programme's staff: today\n- The youth office\n" in printed.stdout
    assert not file.exists()


def test_each_change_makes_a_version_and_all_are_named(run: Run) -> None:
    changes = ("--change", "30", "--change", "40")
    made = json.loads(run("plan", "-", *changes, "--json", said="x").stdout)
    assert SessionPlan.model_validate(made).version == 3
    assert (made["aim"], made["changes"]) == ("40", ["Now 30.", "Now 40."])
    assert "- Now 30.\n- Now 40.\n" in run("plan", "x", *changes).stdout


def test_a_plan_for_a_mentee_starts_from_what_is_open_and_is_kept(
    run: Run, mentees: Mentees, planner: ReadyMade
) -> None:
    mentee = mentees.add("Samira", age=16)
    mentees.add_log(mentee.id, agreed=["ring the school"])
    done = run("plan", "x", "--mentee", "SAMIRA", "--change", "30", "--change", "secret")
    assert "Kept for Samira: plan 1, version 2." in done.stderr
    assert "I can't help to keep that secret." in done.stdout
    [asked] = planner.requests
    assert (asked.name, asked.number, asked.agreed) == ("Samira", 2, ("ring the school",))
    assert [one.plan.aim for one in mentees.versions(1)] == [SAMIRA.aim, "30"]


def test_what_is_said_instead_is_not_kept(run: Run, mentees: Mentees, planner: ReadyMade) -> None:
    mentee = mentees.add("Samira")
    planner.made = LIMIT
    assert "Kept" not in run("plan", "x", "--mentee", "Samira").output
    assert mentees.plans(mentee.id) == []


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("p.txt", b"Meeting 3 with Samira"),
        ("p.md", b"# Meeting 3 with Samira"),
        ("p.html", b"<!DOCTYPE html>"),
        ("p.docx", b"PK"),
        ("p.pdf", b"%PDF-"),
        ("p.ics", b"BEGIN:VCALENDAR"),
    ],
)
def test_the_suffix_says_the_form(run: Run, tmp_path: Path, name: str, begins: bytes) -> None:
    file = tmp_path / name
    done = run("plan", "x", "--out", file, "--start", "2026-12-01T16:00")
    assert done.stdout == f"{file}\n"
    assert file.read_bytes().lower().startswith(begins.lower())


def test_a_form_goes_to_standard_output_alone(run: Run) -> None:
    assert run("plan", "x", "--format", "pdf").stdout_bytes.startswith(b"%PDF-")
    event = run("plan", RISK, "--format", "ics", "--start", "2026-12-01 16:00")
    assert event.stdout.startswith("BEGIN:VCALENDAR") and "T160000" in event.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["  "], "nothing to plan from"),
        (["x", "--format", "ics"], "--start"),
        (["x", "--json", "--out", "p.md"], "either"),
        (["x", "--out", "/nowhere/at/all.md"], "can't be written"),
        (["x", "--start", "tomorrow"], "--start"),
        (["x", "--format", "wax"], "--format"),
    ],
)
def test_wrong_use_says_what_is_wrong(run: Run, arguments: list[str], said: str) -> None:
    done = run("plan", *arguments, code=2)
    assert said in done.stderr and done.stdout == ""


def test_an_unknown_mentee_is_named(run: Run, planner: ReadyMade) -> None:
    with pytest.raises(UnknownMentee, match="'Nobody'"):
        run("plan", "x", "--mentee", "Nobody")
    assert planner.requests == []


# -- after a meeting -----------------------------------------------------------------------------


def test_from_the_first_meeting_to_forgetting(run: Run, mentees: Mentees) -> None:
    assert "tandem mentees add NAME" in run("mentees", "list").stdout
    run("mentees", "add", "Łucja", "--age", "15", "--meetings", "12")
    run("mentees", "log", "łucja", "--happened", "We walked.", "--agreed", "ring", "--agreed",
        "read", "--felt", "4", "--words", "Lighter", "--on", "2026-11-02")  # fmt: skip
    assert "Done: read" in run("mentees", "done", "Łucja", "2").stdout
    shown = run("mentees", "show", "Łucja").stdout
    assert shown == (
        "Łucja\n15 years · 12 meetings planned\n\n"
        "Meeting 1 · 2026-11-02 · felt 4 of 5\n"
        "  We walked.\n  [ ] ring\n  [x] read\n  Lighter\n\n"
        "Agreed and still open\n   1  ring (meeting 1)\n\n"
        "Ahead\n"
        "  Meeting 3: often feels flat; say so, and change something small.\n"
        "  Meeting 6: half of the meetings are over: time to take stock.\n"
        "  Meeting 9: time to speak of the end.\n"
    )
    assert run("mentees", "list").stdout == (
        "Łucja: 1 session log, last 2026-11-02: meeting 1 of 12\n"
    )
    run("mentees", "change", "Łucja", "--name", "L.", "--meetings", "10")
    assert (mentees.find("l.").age, mentees.find("l.").planned_meetings) == (15, 10)
    run("mentees", "forget", "L.", said="n\n", code=1)
    assert mentees.find("L.")
    assert run("mentees", "forget", "L.", "--yes").stdout == "Forgotten: L.\n"
    assert mentees.list() == []


def test_three_questions_are_asked_and_may_stay_empty(run: Run, mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    told = "She told of the quarrel.\nring\nread\n\nseven\n4, a bit lighter\n"
    done = run("mentees", "log", "Samira", said=told)
    assert "What happened?" in done.stderr and "Begin with a number" in done.stderr
    run("mentees", "log", "Samira", said="\n\n\n")
    first, second = mentees.logs(mentee.id)
    assert (first.happened, first.felt, first.felt_words) == (
        "She told of the quarrel.", 4, "a bit lighter",
    )  # fmt: skip
    assert [line.text for line in first.agreed] == ["ring", "read"]
    assert (second.happened, second.agreed, second.felt, second.held_on) == (
        "",
        (),
        None,
        date.today(),
    )


def test_a_log_that_is_broken_off_keeps_nothing(run: Run, mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    run("mentees", "log", "Samira", said="She told", code=1)
    assert mentees.logs(mentee.id) == []


def test_json_is_for_programs(run: Run, mentees: Mentees) -> None:
    added = json.loads(run("mentees", "add", "Samira", "--json").stdout)
    noted = json.loads(run("mentees", "log", "Samira", "--agreed", "ring", "--json").stdout)
    assert (noted["mentee_id"], noted["agreed"]) == (added["id"], [{"text": "ring", "done": False}])
    run("plan", "x", "--mentee", "Samira")
    shown = json.loads(run("mentees", "show", "Samira", "--json").stdout)
    assert [plan["version"] for plan in shown["plans"]] == [1]
    assert [turn["key"] for turn in shown["outlook"]] == ["third"]
    assert [one["text"] for one in shown["open_agreements"]] == ["ring"]
    assert [one["name"] for one in json.loads(run("mentees", "list", "--json").stdout)] == [
        "Samira"
    ]
    ticked = json.loads(run("mentees", "done", "Samira", "1", "--json").stdout)
    assert ticked == {"done": "ring", "meeting": 1, "open": 0}
    assert "0 agreements are open" in run("mentees", "done", "Samira", "1", code=2).stderr


def test_plans_and_logs_are_given_to_another_mentee(run: Run, mentees: Mentees) -> None:
    samira, ali = mentees.add("Samira"), mentees.add("Ali")
    record = mentees.keep_plan(None, SAMIRA)
    mentees.add_log(samira.id, happened="With Ali!")
    assert f"(plan {record.id};" in run("mentees", "list").stdout
    assert run("mentees", "give", "Ali", "--plan", record.id).stdout == (
        f"Given to Ali: plan {record.id}.\n"
    )
    assert [one.id for one in mentees.plans(ali.id)] == [record.id]
    done = run("mentees", "give", "ali", "--meeting", 1, "--of", "Samira", "--json")
    assert json.loads(done.stdout)["mentee_id"] == ali.id
    assert mentees.logs(samira.id) == []
    assert "nobody" in run("mentees", "give", "-", "--plan", record.id).stdout
    assert mentees.plans(None)[0].id == record.id
    assert "no session log" in run(
        "mentees", "give", "Ali", "--meeting", 9, "--of", "Samira", code=2
    ).stderr  # fmt: skip
    for wrong in ((), ("--plan", 1, "--meeting", 1), ("--meeting", 1), ("--plan", 1, "--of", "A")):
        assert "either" in run("mentees", "give", "Ali", *wrong, code=2).stderr


def test_long_words_of_a_mentor_fit_eighty_columns(run: Run, mentees: Mentees) -> None:
    mentee = mentees.add("Samira")
    mentees.add_log(mentee.id, happened="We walked and talked. " * 50, agreed=["ring " * 60])
    printed = run("mentees", "show", "Samira").stdout
    assert max(map(len, printed.splitlines())) <= 80


def test_what_can_not_be_kept_is_said(run: Run, mentees: Mentees) -> None:
    mentees.add("Samira")
    with pytest.raises(MenteeError, match="already"):
        run("mentees", "add", "SAMIRA")
    with pytest.raises(MenteeError, match="yet to come"):
        run("mentees", "log", "Samira", "--happened", "x", "--on", "2126-01-01")
    run("mentees", "log", "Samira", "--felt", "6", code=2)
