"""The Plan view without a browser: what a click does, and what is shown then."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.conversations import Conversations
from assistant.errors import UnknownGuide
from assistant.planning.mentees import Mentees
from assistant.planning.preparing import Preparing
from assistant.planning.request import SessionRequest
from assistant.safety.assessing import Assessor
from assistant.settings import Settings
from assistant.store.database import Database
from ui import rendering
from ui.chat import Watch
from ui.evaluating.case_form import FormError
from ui.gate import House, refused
from ui.labels import labels
from ui.planning.desk import Desk
from ui.planning.doors import Doors
from ui.planning.request_form import answered, corrected, fields_of, with_changes
from ui.planning.routes import add_routes
from ui.planning.tab import PlanHandlers
from ui.planning.versions_rendering import suggestions
from ui.planning.workplace import Workplace

sys.path.append(str(Path(__file__).parents[1] / "planning"))
from plans import SAMIRA
from shelves import finds_nothing, picker, shelf, stored

TOLD = (
    "I meet Samira (16, new at school, quarrel with two classmates) tomorrow for 45 minutes, "
    "our third time. She hates talking about feelings."
)
NASTY = "<script>alert(1)</script> \"'>&"
EN, DE = labels("en"), labels("de")


class Tandem:
    """An assistant with the built-in guides that weighs by words; what it keeps is real."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.settings = Settings(home=home)
        database = Database(f"sqlite:///{home / 'tandem.db'}")
        self.conversations, self.mentees = Conversations(database), Mentees(database)
        self.library = SimpleNamespace(guide=_guide)
        rules = Assessor()  # the classifier is slow to load, and tested elsewhere
        self.assess = rules.assess
        self.planner = Preparing(
            shelf(), picker(), finds_nothing, self.assess, rules.boundary, lambda: "DE", "en"
        )


def _guide(number: int):
    try:
        return stored()[number]
    except KeyError:
        raise UnknownGuide("gone") from None


class Visit:
    """Somebody at the Plan view, clicking."""

    def __init__(self, tandem: Tandem, language: str = "en") -> None:
        self.tandem, self.language = tandem, language
        self.doors = Doors()
        self.handlers = PlanHandlers(Workplace(tandem, self.doors), tandem)
        self.desk = Desk()
        self.side = self.main = ""

    def click(self, wish: str, **fields: object) -> str:
        """What the middle shows after a click; `fields` are what the open form holds."""
        held = {"serial": str(self.desk.serial)} | fields
        payload = json.dumps({"do": wish, "fields": held})
        self.side, self.main = self.handlers.do(payload, self.desk, self.language)
        return self.main

    def words(self) -> str:
        """The middle as text."""
        return unescape(re.sub(r"<[^>]+>", " ", self.main))

    @property
    def plan(self):
        """The newest version of the open plan."""
        return self.tandem.mentees.versions(int(self.desk.place[1]))[-1].plan


@pytest.fixture
def tandem(tmp_path) -> Tandem:
    return Tandem(tmp_path / "home")


@pytest.fixture
def visit(tandem) -> Visit:
    return Visit(tandem)


@pytest.fixture
def open_plan(visit) -> Visit:
    """A visit with a plan on the desk."""
    visit.click("ask", told=TOLD)
    return visit


# -- from a few sentences ------------------------------------------------------------------------


def test_a_few_sentences_become_a_plan_at_once(visit):
    visit.click("enter")
    assert escape(EN("plan.start_title")) in visit.main
    visit.click("ask", told=TOLD)
    assert visit.desk.place[0] == "plan"
    assert "Samira" in visit.words()
    assert visit.main.count('<li class="item">') == len(visit.plan.agenda)
    assert f'value="open:{visit.desk.place[1]}"' in visit.side, "it is kept"


def test_every_line_shows_the_number_that_opens_its_passage(open_plan):
    plan = open_plan.plan
    line = plan.agenda[0].lines[0]
    reference = f"{open_plan.desk.place[1]}:1:{line.source}:{line.start}:{line.end}"
    assert f'name="plan-source" value="{reference}"' in open_plan.main
    panel = open_plan.handlers.source(reference, "en")
    assert 'id="cited"' in panel
    assert escape(line.quote.split("\n")[0][:30]) in panel


def test_a_passage_that_is_gone_is_shown_as_it_was(open_plan, monkeypatch):
    plan = open_plan.plan
    number = plan.sources[0].number
    monkeypatch.setattr(open_plan.tandem.library, "guide", lambda _: SimpleNamespace(text="other"))
    panel = open_plan.handlers.source(f"{open_plan.desk.place[1]}:1:{number}", "en")
    assert escape(EN("source.changed")) in panel


def test_nothing_told_is_asked_for(visit):
    assert escape(EN("plan.need_text")) in visit.click("ask", told="  ")
    assert visit.desk.place[0] == "new"


def test_a_second_click_makes_no_second_plan(visit):
    late = str(visit.desk.serial)
    visit.click("ask", told=TOLD)
    visit.click("ask", told=TOLD, serial=late)
    assert len(visit.tandem.mentees.plans(None)) == 1


def test_for_somebody_in_danger_help_stands_alone(visit):
    main = visit.click("ask", told="I don't want to live any more. Plan my meeting, 45 minutes.")
    assert 'class="concern"' in main
    assert "plan-sheet" not in main
    assert not visit.tandem.mentees.plans(None), "nothing of it is kept"


def test_help_for_a_mentee_stands_before_the_plan_and_stays(visit):
    told = "Mina, 15, told me she cuts herself. 45 minutes tomorrow in person."
    main = visit.click("ask", told=told)
    assert main.index('class="concern"') < main.index('class="plan-sheet"')
    main = visit.click("change", change="make it 30 minutes")
    assert main.index('class="concern"') < main.index('class="plan-sheet"')


def test_a_limit_is_kept_instead_of_a_plan(visit):
    visit.click("ask", told="Plan how I find out whether Ben has ADHD, diagnose him, 30 minutes")
    if visit.desk.place[0] == "instead":
        assert "told-card" in visit.main
        visit.click("again")
        assert "diagnose him" in visit.main, "the text is there to be changed"


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_people_write_never_becomes_html(tandem, language):
    visit = Visit(tandem, language)
    visit.click("ask", told=f"45 minutes with {NASTY}, agreed: {NASTY}")
    visit.click("save-mentee", name=NASTY)
    visit.click("save-log:", happened=NASTY)
    assert "<script>" not in visit.main + visit.side


# -- the form ------------------------------------------------------------------------------------


def test_the_form_holds_what_was_understood_and_marks_what_was_assumed(open_plan):
    main = open_plan.main
    assert 'id="field-minutes" value="45"' in main
    assert "setting" in open_plan.plan.request.assumed
    assert escape(EN("plan.assumed")) in main
    assert '<span class="fact is-assumed">in person</span>' in main


def test_a_correction_makes_a_new_version(open_plan):
    fields = fields_of(open_plan.plan.request)
    main = open_plan.click("correct", **fields | {"minutes": "30", "add_themes": "goals"})
    plan = open_plan.plan
    assert plan.version == 2
    assert plan.request.minutes == sum(item.minutes for item in plan.agenda) == 30
    assert plan.request.themes[0] == "goals"
    assert escape(EN("plan.corrected")) in main


def test_what_cannot_be_is_said_beside_its_field(open_plan):
    main = open_plan.click("correct", **fields_of(open_plan.plan.request) | {"minutes": "1000"})
    assert escape(EN("plan.need_number", least=10, most=240)) in main
    assert '<details class="understood" open>' in main
    assert 'value="1000"' in main, "what was typed stays"
    assert open_plan.plan.version == 1


def test_the_form_brings_every_request_back_as_it_was():
    request = SessionRequest(
        name="Kim", age=17, minutes=50, number=4, people=2, setting="online", world="work",
        situation="It is hard.", themes=("goals",), traits=("shy",), avoid=("games",),
        shun=("her father",), wishes=("movement",), agreed=("call the coach",),
    )  # fmt: skip
    fields = fields_of(request) | {"add_themes": "", "add_traits": ""}
    assert corrected(request, fields, EN) == request


def test_what_is_put_right_is_not_assumed_any_more():
    request = SessionRequest(assumed=("minutes", "setting", "stage"), question="minutes")
    changed = with_changes(request, {"minutes": 30, "number": 3})
    assert changed.assumed == ("setting",)
    assert changed.question is None


def test_a_form_that_cannot_be_names_its_fields():
    fields = {"minutes": "", "age": "three", "people": "99"}
    with pytest.raises(FormError) as caught:
        corrected(SessionRequest(), fields, DE)
    assert [name for name, _ in caught.value.problems] == ["minutes", "people", "age"]


@pytest.mark.parametrize(
    ("asked", "answer", "name", "value"),
    [("minutes", "about 40", "minutes", 40), ("age", "she is 15", "age", 15),
     ("people", "3", "people", 3), ("minutes", "999", "minutes", 240)],
)  # fmt: skip
def test_an_answer_settles_the_question(asked, answer, name, value):
    request = SessionRequest(assumed=("minutes", "age", "people"), question=asked)
    told = SessionRequest(assumed=("minutes", "stage", "people", "setting", "age", "situation"))
    settled = answered(request, told, answer)
    assert getattr(settled, name) == value
    assert settled.question is None
    assert name not in settled.assumed


def test_the_one_question_is_asked_above_the_plan_and_can_be_answered(visit):
    main = visit.click("ask", told="I meet Samira tomorrow for 45 minutes.")
    assert main.index("question-back") < main.index("plan-sheet")
    main = visit.click("answer", answer="She has a quarrel with two classmates.")
    assert visit.plan.request.themes
    assert "question-back" not in main


# -- changing, versions --------------------------------------------------------------------------


def test_a_change_is_said_and_kept_as_a_version(open_plan):
    main = open_plan.click("change", change="make it 30 minutes")
    assert open_plan.plan.request.minutes == 30
    assert escape(open_plan.plan.changes[0]) in main
    assert main.count('name="plan" value="version:') == 2


def test_what_is_not_understood_changes_nothing(open_plan):
    main = open_plan.click("change", change="blue elephants")
    assert open_plan.plan.version == 1
    assert 'class="notice trouble"' in main
    assert 'value="blue elephants"' in main, "what was typed stays"


def test_versions_are_looked_at_compared_and_brought_back(open_plan):
    open_plan.click("change", change="make it 30 minutes")
    main = open_plan.click("version:1")
    assert escape(EN("plan.looking_at", version=1, newest=2)) in main
    assert "change-bar" not in main, "only the present one is changed"
    main = open_plan.click("compare:1")
    assert "differs-minutes" in main
    open_plan.click("back:1")
    assert open_plan.plan.version == 3
    assert open_plan.plan.request.minutes == 45


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_suggestion_is_understood(tandem, language):
    visit = Visit(tandem, language)
    visit.click("ask", told=EN("plan.example_quarrel"))
    for wish in suggestions(visit.plan, labels(language)):
        before = visit.plan.version
        visit.click(f"say:{wish}")
        assert visit.plan.version == before + 1 or visit.desk.notice is not None
        said = visit.plan.changes if visit.plan.version > before else (visit.desk.notice.text,)
        unclear = "didn't understand", "nicht verstanden"
        assert not any(word in " ".join(said) for word in unclear), wish


def test_danger_told_in_a_change_comes_first(open_plan):
    main = open_plan.click("change", change="I want to kill myself")
    assert main.index('class="concern"') < main.index('class="plan-sheet"')
    assert open_plan.plan.version == 1


def test_a_plan_is_deleted_for_good(open_plan):
    number = open_plan.desk.place[1]
    open_plan.click(f"delete-plan:{number}")
    assert open_plan.desk.place[0] == "new"
    assert f"open:{number}" not in open_plan.side
    assert escape(EN("error.unknown")) in open_plan.click(f"open:{number}")


# -- mentees -------------------------------------------------------------------------------------


def test_a_plan_is_kept_for_a_mentee_with_all_its_versions(open_plan):
    open_plan.click("change", change="make it 30 minutes")
    open_plan.click("give-new:Samira")
    (mentee,) = open_plan.tandem.mentees.list()
    (record,) = open_plan.tandem.mentees.plans(mentee.id)
    assert record.version == 2
    assert not open_plan.tandem.mentees.plans(None)
    assert f'value="mentee:{mentee.id}"' in open_plan.main


def test_a_name_that_is_known_finds_its_mentee(visit):
    mentee = visit.tandem.mentees.add("Samira")
    visit.tandem.mentees.add_log(mentee.id, agreed=["ask for another seat"], number=2)
    visit.click("ask", told=TOLD)
    assert "ask for another seat" in visit.plan.request.agreed
    assert visit.tandem.mentees.plans(mentee.id)


def test_two_minutes_after_a_meeting(visit):
    visit.click("save-mentee", name="Samira", age="16", meetings="10")
    number = visit.desk.place[1]
    visit.click(f"log:{number}")
    main = visit.click(
        "save-log", happened="She talked a lot.", agreed="ask for a seat\ncall me", felt="4",
        held_on="2026-11-20", number="1", felt_words="relieved",
    )  # fmt: skip
    assert "She talked a lot." in main
    assert main.count('name="agreement"') == 4, "two open ones, and in the log"
    assert escape(EN("plan.dip_third")) in main
    (log,) = visit.tandem.mentees.logs(int(number))
    visit.click(f"tick:{log.id}:0:1")
    assert [line.done for line in visit.tandem.mentees.logs(int(number))[0].agreed] == [True, False]
    visit.click(f"log:{number}/{log.id}")
    visit.click("save-log", happened="More.", agreed="ask for a seat\ncall me", number="1")
    (log,) = visit.tandem.mentees.logs(int(number))
    assert log.happened == "More."
    assert log.agreed[0].done, "what was done stays done"


def test_the_next_plan_starts_from_what_is_open(visit):
    mentee = visit.tandem.mentees.add("Samira", 16)
    visit.tandem.mentees.add_log(mentee.id, agreed=["ask for another seat"])
    main = visit.click(f"new:{mentee.id}")
    assert "ask for another seat" in main
    visit.click("ask", told="")
    request = visit.plan.request
    assert (request.name, request.age, request.number) == ("Samira", 16, 2)
    assert request.agreed == ("ask for another seat",)


def test_a_log_that_tells_of_danger_shows_help(visit):
    mentee = visit.tandem.mentees.add("Mina")
    visit.click(f"log:{mentee.id}")
    main = visit.click("save-log", happened="She told me that she wants to kill herself.")
    assert 'class="concern"' in main


def test_an_empty_log_is_not_kept(visit):
    mentee = visit.tandem.mentees.add("Mina")
    visit.click(f"log:{mentee.id}")
    assert escape(EN("plan.need_log")) in visit.click("save-log", number="1")
    assert not visit.tandem.mentees.logs(mentee.id)


def test_mentees_are_renamed_and_forgotten(visit):
    mentee = visit.tandem.mentees.add("Mina")
    visit.tandem.mentees.add("Kim")
    visit.click(f"mentee:{mentee.id}")
    assert escape(EN("plan.error_name_taken")) in visit.click("describe", name="kim")
    visit.click("describe", name="Moon", age="14", meetings="8")
    changed = visit.tandem.mentees.get(mentee.id)
    assert (changed.name, changed.age, changed.planned_meetings) == ("Moon", 14, 8)
    assert escape(EN("plan.error_age")) in visit.click("describe", name="Moon", age="old")
    visit.click(f"forget:{mentee.id}")
    assert [one.name for one in visit.tandem.mentees.list()] == ["Kim"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_reason_why_something_is_not_kept_has_a_sentence(language):
    for code in ("no_name", "name_taken", "too_long", "too_many", "age", "meetings", "number",
                 "number_taken", "felt", "future", "no_plan"):  # fmt: skip
        assert f"plan.error_{code}" in labels(language)


# -- from the chat -------------------------------------------------------------------------------


def test_a_plan_in_the_chat_is_opened_once(visit):
    chats = visit.tandem.conversations
    chat = chats.create().id
    chats.append(chat, "user", TOLD)
    answer = chats.append(chat, "assistant", "A plan.").id
    for _ in range(2):
        visit.handlers.from_chat(str(answer), Watch(chat), visit.desk, "en")
        assert visit.desk.place[0] == "plan"
    assert len(visit.tandem.mentees.plans(None)) == 1
    assert visit.plan.request.name == "Samira"


def test_only_a_plan_offers_to_be_opened():
    answer = {"kind": "session_plan", "text": "**Plan**", "citations": [], "nearest": [],
              "follow_ups": []}  # fmt: skip
    shown = rendering.answer_html(answer, EN, message_id=7)
    assert 'name="open-plan" value="7"' in shown
    assert "open-plan" not in rendering.answer_html(answer | {"kind": "question"}, EN, message_id=7)


# -- taking along --------------------------------------------------------------------------------


@pytest.fixture
def outside(open_plan) -> Iterator[tuple[TestClient, str, Visit]]:
    """A client for the routes, and the address of the open plan's files."""
    app = FastAPI()
    add_routes(app, open_plan.tandem, open_plan.doors)
    token = open_plan.doors.token(int(open_plan.desk.place[1]))
    yield TestClient(app), f"/plans/{token}/1/plan", open_plan


@pytest.mark.parametrize(
    ("form", "begins"),
    [("md", b"#"), ("pdf", b"%PDF"), ("docx", b"PK"), ("ics", b"BEGIN:VCALENDAR"),
     ("html", b"<!DOCTYPE html>")],
)  # fmt: skip
def test_a_plan_is_taken_along(outside, form, begins):
    client, address, visit = outside
    assert f"{address.removeprefix('/')}.{form}" in visit.main
    answer = client.get(f"{address}.{form}", params={"start": "2026-12-01T16:00"})
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    attached = answer.headers.get("content-disposition", "")
    assert attached.endswith(f'.{form}"') == (form != "html")


def test_no_plan_is_reached_by_counting(outside):
    client, address, visit = outside
    number = visit.desk.place[1]
    for wrong in (f"/plans/{number}/1/plan.pdf", address.replace("/1/", "/9/") + ".pdf",
                  f"{address}.exe"):  # fmt: skip
        assert client.get(wrong).status_code == 404
    assert Doors().token(int(number)) != visit.doors.token(int(number))
    house = House(None, 0)
    assert refused("GET", f"{address}.pdf", {}, house) is None
    assert refused("GET", "/plans/1/1/plan.pdf", {}, house) is not None
    assert refused("GET", f"{address}.exe", {}, house) is not None


def test_the_event_begins_when_the_meeting_does(outside):
    client, address, _ = outside
    event = client.get(f"{address}.ics", params={"start": "2026-12-01T16:00"}).text
    assert "DTSTART:20261201T160000" in event
    assert client.get(f"{address}.ics", params={"start": "nonsense"}).status_code == 200


def test_a_plan_kept_before_is_drawn_with_help_stage_and_words(visit):
    first = SAMIRA.model_copy(update={"first": "Call **112**."})
    record = visit.tandem.mentees.keep_plan(None, first)
    visit.click(f"open:{record.id}")
    words = visit.words()
    assert SAMIRA.escalation.says in words
    assert 'href="tel:112"' in visit.main
    for item in SAMIRA.agenda:
        assert item.title in words
