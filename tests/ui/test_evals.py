"""The trainer's page without a browser: what a click does, and what is shown then."""

from __future__ import annotations

import json
import re
import time
from html import escape
from itertools import count
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from assistant.conversations import Conversations
from assistant.settings import Settings
from assistant.store.database import Database
from evals.cases import Case
from evals.suite import read_suite, shipped, write_suite
from ui.evaluating.case_form import draft_of, new_draft, turns_of, twin_draft
from ui.evaluating.desk import Desk
from ui.evaluating.redaction import likely_names, redacted, vocabulary
from ui.evaluating.rendering import PARTS
from ui.evaluating.tab import EvalsHandlers
from ui.evaluating.trainer import Trainer
from ui.gate import House, refused
from ui.labels import labels


class Shown:
    """The catalogue's texts as HTML has them."""

    def __init__(self, language: str) -> None:
        self._text = labels(language)

    def __call__(self, key: str, **values: object) -> str:
        return escape(self._text(key, **values))

    def counted(self, key: str, count: int) -> str:
        return escape(self._text.counted(key, count))


EN, DE = Shown("en"), Shown("de")
NASTY = "<script>alert(1)</script> \"'>&"


class Visit:
    """A trainer at their desk, clicking."""

    def __init__(self, tandem, language: str = "en") -> None:
        self.tandem = tandem
        self.trainer = Trainer(tandem)
        self.handlers = EvalsHandlers(self.trainer)
        self.desk, self.language = Desk(), language
        self.home = tandem.settings.home
        self.main = self.beside = ""

    def click(self, wish: str, **fields: object) -> str:
        """What the middle shows after a click; `fields` are what the open form holds."""
        held = {"serial": str(self.desk.serial)} | fields
        payload = json.dumps({"do": wish, "fields": held})
        _, _, self.main, self.beside = self.handlers.do(payload, self.desk, self.language)
        return self.main

    def keep(self, **fields: str) -> None:
        """What is written is remembered before anything is clicked."""
        self.handlers.keep(json.dumps({"fields": fields}), self.desk, self.language)

    def write(self, question: str, act: str = "save-case", **fields: object) -> str:
        return self.click(act, turns=question, **fields)

    def suite(self, name: str):
        return read_suite(self.home / "evals" / "suites" / f"{name}.yaml")

    def begin(self, title: str = "Our evening") -> str:
        self.click("new-suite", title=title)
        return self.desk.draft.suite

    def settle(self) -> None:
        """Wait until nothing runs."""
        for _ in range(600):
            if not self.trainer.runs.busy() and not self.trainer.writing.trying(self.desk):
                return
            time.sleep(0.05)
        raise AssertionError("it never ended")

    def run(self, suite: str, label: str) -> str:
        """Run a suite and return the run's name."""
        before = {told.name for told in self.trainer.runs.seen.all("")}
        self.click("start-run", suite=suite, label=label)
        self.settle()
        (name,) = {told.name for told in self.trainer.runs.seen.all("")} - before
        return name


class Asleep:
    """An assistant that answers nothing and has no guides; its chats are real."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.settings = Settings(home=home)
        self.conversations = Conversations(Database(f"sqlite:///{home / 'tandem.db'}"))
        self.library = SimpleNamespace(guides=list)


@pytest.fixture
def visit(tmp_path) -> Visit:
    """A visit for which nothing has to be answered."""
    return Visit(Asleep(tmp_path / "asleep"))


@pytest.fixture
def awake(tandem) -> Visit:
    """A visit to a Tandem that answers."""
    return Visit(tandem)


def small_suite(visit: Visit, count: int = 3) -> str:
    """An own suite with a few cases."""
    name = visit.begin()
    visit.write("How do I listen actively?", vital="own words", act="save-then-new")
    visit.write("What shall we cook on Sunday?", kind="not_covered", act="save-then-new")
    for number in range(2, count):
        visit.write(f"How do I listen to silence {number}?", act="save-then-new")
    return name


# -- writing -------------------------------------------------------------------------------------


def test_the_shelf_shows_all_suites_and_says_how_to_begin(visit):
    shown = visit.click("enter")
    assert EN("evals.no_own_suites") in shown
    for name in shipped():
        assert f'value="suite:{name}"' in shown
    cases = len(read_suite(shipped()["mentors"]).cases)
    assert EN.counted("evals.cases", cases) in shown


def test_a_suite_is_kept_with_its_first_case(visit):
    name = visit.begin("Erste Fälle & mehr")
    assert name == "erste-faelle-mehr"
    assert not (visit.home / "evals").exists()
    shown = visit.write(
        "How do I begin?\n---\nAnd then?", vital="one thing | another\nsecond", okay="nice",
        must_not="I promise", words="120", role="mentee",
    )  # fmt: skip
    assert EN("evals.case_saved") in shown
    (case,) = visit.suite(name).cases
    assert case.turns == ("How do I begin?", "And then?")
    assert [point.accepted for point in case.points] == [
        ("one thing", "another"), ("second",), ("nice",),
    ]  # fmt: skip
    assert [point.weight for point in case.points] == ["vital", "vital", "okay"]
    assert (case.must_not, case.limits.words, case.role) == (("I promise",), 120, "mentee")
    assert visit.suite(name).title["de"] == "Erste Fälle & mehr"


@pytest.mark.parametrize(
    ("fields", "field", "key"),
    [
        ({"turns": "  "}, "turns", "evals.need_turns"),
        ({"turns": "---"}, "turns", "evals.need_turns"),
        ({"kind": "crisis"}, "concern", "evals.need_concern"),
        ({"kind": "search"}, "relevant", "evals.need_relevant"),
        ({"vital": "good | | better"}, "vital", "evals.need_wording"),
        ({"must_not": "…"}, "must_not", "evals.need_wording"),
    ],
)
def test_what_is_missing_is_said_at_its_place_and_nothing_is_saved(visit, fields, field, key):
    visit.begin()
    shown = visit.click("save-case", **({"turns": "How?"} | fields))
    assert EN("evals.not_saved") in shown
    assert visit.desk.problems == {field: labels("en")(key)}
    assert EN(key) in shown + visit.beside
    assert not (visit.home / "evals" / "suites").exists()
    visit.language = "de"
    visit.click("save-case", **({"turns": "Wie?"} | fields))
    assert DE(key) in visit.main + visit.beside


@pytest.mark.parametrize("limit", ["none", "0", "-3", "1.5", "²"])
def test_a_limit_is_a_whole_number(visit, limit):
    visit.begin()
    shown = visit.write("How?", words=limit)
    assert EN("evals.need_number", least=1) in shown


def test_saving_leads_on_to_another_case_with_the_same_kind(visit):
    visit.begin()
    visit.write("One?", kind="boundary", role="mentee", act="save-then-new")
    assert visit.desk.draft.fields["turns"] == ""
    assert visit.desk.draft.fields["kind"] == "boundary"
    assert visit.desk.draft.fields["role"] == "mentee"


def test_two_cases_that_begin_alike_get_names_of_their_own(visit):
    name = visit.begin()
    for _ in range(3):
        visit.write("How do I begin this talk?", act="save-then-new")
    ids = [case.id for case in visit.suite(name).cases]
    assert ids == ["how-do-i-begin-this-en", "how-do-i-begin-this-en-2", "how-do-i-begin-this-en-3"]


def test_a_twin_shares_the_family_and_stands_behind_its_case(visit):
    name = visit.begin()
    visit.write("How do I listen?", act="save-then-new")
    visit.write("What then?")
    visit.click(f"twin:{name}/how-do-i-listen-en")
    assert visit.desk.draft.fields["language"] == "de"
    visit.write("Wie höre ich zu?", language="de")
    first, twin, last = visit.suite(name).cases
    assert (first.family, twin.family, last.family) == ("how-do-i-listen", "how-do-i-listen", "")
    assert (twin.id, twin.language) == ("how-do-i-listen-de", "de")
    assert EN("evals.has_twin") in visit.main


def test_a_twin_takes_over_the_guides_that_exist_in_its_language():
    case = Case(
        "a-en", "answer", "en", ("?",), relevant={"en/x.md": 3, "en/x.md#Y": 3, "en/z.md": 2}
    )
    draft = twin_draft("s", case, {"de/x.md", "en/x.md"})
    assert draft.relevant == {"de/x.md": 3}


def test_changing_a_case_keeps_what_the_form_does_not_show(visit):
    case = Case("x-en", "answer", "en", ("Old?",), family="x", status="reviewed", split="test")
    other = Case("x-de", "answer", "de", ("Alt?",), family="x")
    name = visit.begin()
    visit.write("First?")
    suite = visit.suite(name)
    path = visit.home / "evals" / "suites" / f"{name}.yaml"
    path.write_text("# a note of mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    write_suite(type(suite)(name, suite.title, 1, "", (case, other)), path)
    visit.click(f"case:{name}/x-en")
    visit.write("New?")
    changed = visit.suite(name).cases[0]
    assert changed == Case(
        "x-en", "answer", "en", ("New?",), family="x", status="reviewed", split="test"
    )
    assert "# a note of mine" in path.read_text(encoding="utf-8")


def test_a_deleted_case_comes_back_where_it_was(visit):
    name = small_suite(visit)
    before = [case.id for case in visit.suite(name).cases]
    visit.click(f"suite:{name}")
    shown = visit.click(f"delete-case:{name}/{before[1]}")
    assert 'value="undo"' in shown
    assert [case.id for case in visit.suite(name).cases] == [before[0], before[2]]
    visit.click("undo")
    assert [case.id for case in visit.suite(name).cases] == before


def test_the_last_case_stays(visit):
    name = visit.begin()
    visit.write("One?")
    shown = visit.click(f"delete-case:{name}/one-en")
    assert EN("evals.last_case") in shown
    assert len(visit.suite(name).cases) == 1


def test_shipped_suites_stay_as_they_are_and_can_be_copied(visit):
    first = read_suite(shipped()["mentors"]).cases[0]
    visit.click(f"case:mentors/{first.id}")
    assert 'value="save-case"' not in visit.main
    for wish in ("save-case", f"delete-case:mentors/{first.id}", "delete-suite:mentors"):
        visit.click(wish, turns="changed")
    assert not (visit.home / "evals").exists()
    assert "mentors" in shipped()
    shown = visit.click("copy:mentors")
    assert EN("evals.copied") in shown
    copy = visit.suite("mentors-copy")
    assert copy.cases == read_suite(shipped()["mentors"]).cases
    text = (visit.home / "evals" / "suites" / "mentors-copy.yaml").read_text(encoding="utf-8")
    assert text.startswith("# What mentors type")


@pytest.mark.parametrize("form", ["xlsx", "csv", "yaml"])
def test_a_suite_comes_back_from_a_file(visit, tmp_path, form):
    name = small_suite(visit)
    cases = visit.suite(name).cases
    folder = tmp_path / "upload"
    folder.mkdir()
    file = folder / f"{name}.{form}"
    file.write_bytes(visit.trainer.shelf.written(name, form, "en"))
    visit.click(f"delete-suite:{name}")
    visit.handlers.upload(str(file), visit.desk, "en")
    assert visit.suite(name).cases == cases
    assert not folder.exists(), "the upload is gone"


def test_a_file_with_mistakes_is_refused_with_row_and_cell(visit, tmp_path):
    file = tmp_path / "up" / "mine.csv"
    file.parent.mkdir()
    file.write_text("id,kind,language,turns\na,answr,en,Hi?\nb,answer,xx,Ho?\n", encoding="utf-8")
    _, _, _, shown, _ = visit.handlers.upload(str(file), visit.desk, "de")
    assert "notice trouble" in shown
    assert "B2" in shown
    assert "C3" in shown
    assert not (visit.home / "evals" / "suites").exists()


def test_a_known_name_is_asked_about_before_anything_is_replaced(visit, tmp_path):
    name = small_suite(visit)
    file = tmp_path / "up" / f"{name}.csv"
    file.parent.mkdir()
    file.write_text("id,kind,language,turns\nonly,answer,en,Only?\n", encoding="utf-8")
    _, _, _, shown, _ = visit.handlers.upload(str(file), visit.desk, "en")
    assert 'value="take-suite:instead"' in shown
    assert len(visit.suite(name).cases) == 3
    visit.click("take-suite:beside")
    assert len(visit.suite(name).cases) == 3
    assert len(visit.suite(f"{name}-2").cases) == 1


# -- trying --------------------------------------------------------------------------------------


def test_trying_shows_the_answer_and_marks_fill_the_case(awake):
    name = awake.begin()
    awake.write("How do I listen actively?", act="try", vital="own words")
    awake.settle()
    _, _, _, beside = awake.handlers.look("", awake.desk, "en")
    assert EN("evals.tandem_says") in beside
    places = re.findall(r'value="mark:3:([^"]+)"', beside)
    assert places
    awake.click(f"mark:3:{places[0]}")
    path = places[0].partition("#")[0]
    assert awake.desk.draft.relevant == {path: 3, places[0]: 3}
    awake.click(f"mark:1:{places[0]}")
    assert awake.desk.draft.relevant == {path: 1, places[0]: 1}
    assert awake.desk.draft.fields["vital"] == "own words", "what was typed stays"
    awake.write("How do I listen actively?")
    assert awake.suite(name).cases[0].relevant == {path: 1, places[0]: 1}


def test_taking_the_last_mark_away_leaves_nothing():
    draft = new_draft("s", "en").marked("a.md#B", 2).marked("a.md#C", 3)
    assert draft.relevant == {"a.md": 3, "a.md#B": 2, "a.md#C": 3}
    assert draft.marked("a.md#C", 0).relevant == {"a.md": 2, "a.md#B": 2}
    assert draft.marked("a.md#C", 0).marked("a.md#B", 0).relevant == {}


def test_trying_needs_a_question(visit):
    visit.begin()
    shown = visit.write("", act="try")
    assert EN("evals.need_turns") in shown
    assert visit.desk.trial is None


# -- running and comparing -----------------------------------------------------------------------


def test_a_run_goes_on_by_itself_and_says_in_words_how_it_went(awake):
    name = small_suite(awake)
    run = awake.run(name, "with our guides")
    shown = awake.click("go:runs")
    assert "with our guides" in shown
    assert "1 of 2 questions beyond the guides" in shown
    assert awake.handlers.look("", awake.desk, "en")[1] == "", "nothing runs any more"
    shown = awake.click(f"run:{run}")
    assert f"evals/{run}/report.html" in shown
    assert EN("evals.n_of", n=2, of=2) in shown
    assert "How do I listen to silence 2?" in shown.split(EN("evals.worst"))[1]


def test_a_stopped_run_keeps_what_is_done_and_goes_on(awake, monkeypatch):
    name = small_suite(awake, 6)
    respond, asked, may_go_on = awake.tandem.respond, count(1), Event()

    def halting(*args, **kwargs):
        if next(asked) > 2:
            may_go_on.wait(60)
        return respond(*args, **kwargs)

    monkeypatch.setattr(awake.tandem, "respond", halting)
    awake.click("start-run", suite=name, label="slow")
    for _ in range(200):
        if "2 of 6" in awake.handlers.look("", awake.desk, "en")[1]:
            break
        time.sleep(0.02)
    assert 'value="stop-run"' in awake.handlers.look("", awake.desk, "en")[1]
    assert EN("evals.run_busy") in awake.click("start-run", suite=name, label="second")
    awake.click("stop-run")
    may_go_on.set()
    awake.settle()
    (told,) = awake.trainer.runs.seen.all("")
    assert told.state == "stopped"
    assert 2 <= told.done < 6
    assert f'value="go-on:{told.name}"' in awake.click("go:runs")
    awake.click(f"go-on:{told.name}")
    awake.settle()
    (told,) = awake.trainer.runs.seen.all("")
    assert (told.state, told.done) == ("done", 6)


def test_two_runs_are_compared_in_words_and_cases(awake):
    name = small_suite(awake)
    first = awake.run(name, "before")
    awake.tandem.library.set_enabled("built-in", False)
    second = awake.run(name, "after")
    awake.click(f"compare-with:{second}")
    assert (awake.desk.setup["a"], awake.desk.setup["b"]) == (first, second)
    shown = awake.click("compare", a=first, b=second)
    assert EN("evals.shared", count=3) in shown
    assert "tandem-plot" in shown
    assert EN("evals.verdict_cannot_tell") in shown, "three cases prove nothing"
    assert "How do I listen actively?" in shown.split(EN("evals.changed_cases"))[1]
    assert f"evals/{first}/{second}/comparison.html" in shown
    assert EN("evals.compare_same") in awake.click("compare", a=first, b=first)


def test_runs_of_different_suites_are_not_compared(awake):
    name, other = small_suite(awake), awake.begin("Another")
    awake.write("Anything?")
    first, second = awake.run(name, "a"), awake.run(other, "b")
    assert EN("evals.compare_unlike") in awake.click("compare", a=first, b=second)
    awake.language = "de"
    assert DE("evals.compare_unlike") in awake.click("compare", a=first, b=second)


def test_a_run_is_deleted_with_its_folder(awake):
    name = small_suite(awake)
    run = awake.run(name, "a")
    awake.click(f"delete-run:{run}")
    assert not (awake.home / "evals" / "runs" / run).exists()
    assert EN("error.unknown") in awake.click(f"run:{run}")


@pytest.mark.parametrize("name", ["../../secret", "", ".", "no-such-run"])
def test_no_name_leads_out_of_the_folder_of_runs(visit, name):
    secret = visit.home / "secret"
    secret.mkdir()
    for wish in (f"run:{name}", f"delete-run:{name}", f"go-on:{name}", f"suite:{name}"):
        assert EN("error.unknown") in visit.click(wish)
    assert secret.exists()


# -- rating --------------------------------------------------------------------------------------

MARKS = ("helpful", "faithful", "warm", "limits")


def rate(visit: Visit, run: str, rater: str, marks: list[int]) -> None:
    visit.click("go:rate")
    visit.click("begin-rating", rater=rater, run=run, beside="")
    for mark in marks:
        given = {f"mark-{key}": str(mark) for key in MARKS}
        visit.click("save-rating", comment=f"{rater} says {mark}", **given)


def test_rating_is_blind_and_shows_figures_only_once_saved(awake):
    name = small_suite(awake)
    run = awake.run(name, "secret set-up")
    shown = awake.click("begin-rating", rater="Kim", run=run, beside="")
    assert "secret set-up" not in shown + awake.beside
    assert run not in shown
    assert awake.beside == ""
    refused = awake.click("save-rating", **{"mark-helpful": "4"})
    assert "notice trouble" in refused
    assert awake.beside == ""
    assert 'value="4" checked' in refused, "what was marked stays"
    awake.click("save-rating", **{f"mark-{key}": "4" for key in MARKS})
    assert EN("evals.last_rated") in awake.beside
    assert EN("evals.rated", done=1, total=3) in awake.main


def test_two_raters_see_how_far_they_agree_and_what_to_talk_about(awake):
    name = small_suite(awake)
    run = awake.run(name, "a")
    # Each sees the answers in an order of their own: in none of them do these agree.
    rate(awake, run, "Kim", [5, 4, 5])
    assert EN("evals.all_rated") in awake.main
    assert EN("evals.one_rater") in awake.click("go:agreement")
    rate(awake, run, "Sascha", [1, 2, 1])
    shown = awake.click("go:agreement")
    assert shown.count('class="agreement ') == 4
    assert EN.counted("evals.rated_twice", 3) in shown
    assert "Kim says" in shown
    assert "Sascha says" in shown


def test_whoever_comes_back_goes_on_where_they_stopped(awake):
    name = small_suite(awake)
    run = awake.run(name, "a")
    rate(awake, run, "Kim", [4])
    assert EN("evals.rating_kept", done=1, total=3) in awake.click("leave-rating")
    shown = awake.click("begin-rating", rater="Kim", run=run, beside="")
    assert EN("evals.rated", done=1, total=3) in shown


def test_a_rating_needs_a_name(awake):
    name = small_suite(awake)
    run = awake.run(name, "a")
    awake.click("go:rate")
    assert "notice trouble" in awake.click("begin-rating", rater=" ", run=run, beside="")


# -- chats ---------------------------------------------------------------------------------------

SAID = "My mentee Aylin (aylin@example.org, 0170 1234567) turns 15 on 12 March. How do I listen?"


def chat(tandem) -> int:
    number = tandem.conversations.create().id
    tandem.conversations.append(number, "user", SAID)
    answer = tandem.conversations.append(number, "assistant", "Listen to the end.")
    tandem.conversations.append(number, "user", "And then, Aylin?")
    tandem.conversations.append(number, "assistant", "Say it back.")
    tandem.conversations.rate(answer.id, "down", "too short")
    return number


def test_a_chat_becomes_a_case_only_with_consent(visit):
    number = chat(visit.tandem)
    shown = visit.click(f"chat:{number}")
    for text in ("aylin@example.org", "Listen to the end.", "Say it back."):
        assert text in shown, "it is shown in full first"
    shown = visit.click("make-case", turns="Redacted?", names=["Aylin"], suite="", consent=[])
    assert EN("evals.need_consent") in shown
    assert visit.desk.draft is None
    visit.click("make-case", turns="Redacted?", names=["Aylin"], suite="", consent=["yes"])
    assert visit.desk.draft.fields["turns"] == "Redacted?"
    assert not (visit.home / "evals").exists(), "only saving the form keeps it"
    visit.write("Redacted?")
    (file,) = (visit.home / "evals" / "suites").glob("*.yaml")
    assert EN("evals.chat_source") in file.read_text(encoding="utf-8")
    assert "aylin" not in file.read_text(encoding="utf-8").lower()


def test_what_is_proposed_has_no_names_numbers_or_addresses(visit):
    shown = visit.click(f"chat:{chat(visit.tandem)}")
    proposed = re.search(r'<pre class="area" name="turns"[^>]*>(.*?)</pre>', shown)[1]
    for gone in ("Aylin", "aylin", "0170", "15", "March", "12"):
        assert gone not in proposed
    assert proposed.count(EN("evals.hole_name", number=1)) == 2
    assert "How do I listen?" in proposed


def test_a_name_can_be_added_and_another_unticked(visit):
    visit.click(f"chat:{chat(visit.tandem)}")
    shown = visit.click("redact", names=[], name="mentee, Kiel", suite="", consent=[])
    proposed = re.search(r'<pre class="area" name="turns"[^>]*>(.*?)</pre>', shown)[1]
    assert "Aylin" in proposed
    assert "mentee" not in proposed


def test_an_answer_that_did_not_help_leads_to_the_chat_up_to_it(visit):
    number = chat(visit.tandem)
    shown = visit.click("go:chats")
    assert "too short" in shown
    (until,) = re.findall(rf'value="chat:{number}/(\d+)"', shown)
    shown = visit.click(f"chat:{number}/{until}")
    assert "Listen to the end." in shown
    assert "Say it back." not in shown


def say(kind: str, **values: int) -> str:
    return EN(f"evals.hole_{kind}", **values)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Mia met Tom, Mia's friend.", ["Mia", "Tom"], "[name 1] met [name 2], [name 1] friend."),
        ("Jonas' Mutter und Jonas", ["Jonas"], "[name 1] Mutter und [name 1]"),
        ("Anna-Lena kam", ["Anna-Lena", "Anna"], "[name 1] kam"),
        ("Annabell kam", ["Anna"], "Annabell kam"),
        ("MIA and mia", ["Mia"], "[name 1] and [name 1]"),
        ("Call +49 170 1234567 or 030/123456.", [], "Call [phone] or [phone]."),
        ("Write to a.b+c@mail.example.org!", [], "Write to [e-mail]!"),
        ("See https://x.example/y?z and @kim_99", [], "See [link] and [link]"),
        (
            "On 3.4.2024, 2024-04-03, 3. April and May 5th",
            [],
            "On [date], [date], [date] and [date]",
        ),
        ("She is 15, we met at 17:30.", [], "She is [number], we met at [number]."),
        ("Room B2 and C3PO", [], "Room B2 and C3PO"),
        ("", ["Mia"], ""),
        ("a.*b", [".*"], "a.*b"),
    ],
)
def test_people_are_taken_out_of_a_text(text, names, expected):
    assert redacted([text], names, say) == (expected,)


def test_names_are_told_from_the_words_that_guides_use():
    guides = [
        ("en", "Say what you heard. In one talk Leyla said it. mentee school the will"),
        ("de", "Der Mentee Leyla redet in der Schule. Die Lehrerin hört zu. sagt mit über gestern"),
    ]
    known = vocabulary(guides)
    assert likely_names(["Gestern sagt Leyla mit der Lehrerin in Bochum"], known, "de") == [
        "Leyla", "Bochum",
    ]  # fmt: skip
    assert likely_names(["Will said so. The school and Will's talk"], known, "en") == ["Will"]


# -- safe, in two languages, and over the wire ---------------------------------------------------


def test_what_people_write_is_shown_and_never_run(awake):
    number = awake.tandem.conversations.create(NASTY).id
    awake.tandem.conversations.append(number, "user", NASTY)
    name = awake.begin(NASTY)
    awake.write(NASTY, vital=NASTY, note=NASTY, source=NASTY, must_not=NASTY)
    shown = [
        awake.click(f"suite:{name}"),
        awake.click(f"case:{name}/{awake.suite(name).cases[0].id}"),
    ]
    run = awake.run(name, NASTY)
    shown += [awake.click("go:runs"), awake.click(f"run:{run}"), awake.click("go:chats")]
    shown += [awake.click(f"chat:{number}"), awake.click("go:suites")]
    rate(awake, run, NASTY, [3])
    rate(awake, run, "Kim", [4])
    shown += [awake.main, awake.beside, awake.click("go:agreement")]
    for html in shown:
        assert "<script" not in html
        assert "&lt;script&gt;" in html or "alert" not in html


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_part_says_something_before_there_is_anything(visit, language):
    visit.language = language
    text = Shown(language)
    for part in PARTS:
        shown = visit.click(f"go:{part}")
        assert "<h2" in shown
        assert "{" not in shown
        assert 'class="nothing"' in shown, part
    assert text("evals.agreement_needs") in visit.click("go:agreement")


def test_a_late_form_changes_nothing(visit):
    visit.begin()
    old = str(visit.desk.serial)
    visit.write("One?", act="save-then-new")
    visit.keep(serial=old, turns="late")
    assert visit.desk.draft.fields["turns"] == ""
    visit.keep(serial=str(visit.desk.serial), turns="in time")
    assert visit.desk.draft.fields["turns"] == "in time"


def test_a_second_click_saves_nothing_twice(visit):
    name = visit.begin()
    old = str(visit.desk.serial)
    for _ in range(2):
        visit.click("save-case", serial=old, turns="Once?")
    assert len(visit.suite(name).cases) == 1


def test_a_form_says_again_what_it_was_given():
    case = Case(
        "a-en", "crisis", "en", ("One?", "Two?"), role="mentee", must_not=("never",),
        concern="abuse", severity="high", note="n\nm",
    )  # fmt: skip
    fields = draft_of("s", case).fields
    assert turns_of(fields["turns"]) == case.turns
    assert (fields["concern"], fields["severity"], fields["note"]) == ("abuse", "high", "n\nm")


HOUSE = House(None, 1)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/evals/suites/mentors.xlsx", None),
        ("/evals/suites/mentors.exe", 404),
        ("/evals/suites/../secret.yaml", 404),
        ("/evals/20260101-101010-mentors/report.html", None),
        ("/evals/20260101-101010-mentors/manifest.json", 404),
        ("/evals/a/b/comparison.html", None),
        ("/evals/a/b/c/comparison.html", 404),
    ],
)
def test_the_gate_knows_the_files_a_trainer_takes_along(path, status):
    answer = refused("GET", path, {}, HOUSE)
    assert (answer.status if answer else None) == status


def test_files_are_sent_for_known_names_only(awake):
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from ui.evaluating.routes import add_routes

    name = small_suite(awake)
    run = awake.run(name, "a")
    app = FastAPI()
    add_routes(app, awake.trainer)
    client = TestClient(app)
    for path, begin in (
        (f"/evals/suites/{name}.yaml", b"name: "),
        (f"/evals/suites/{name}.xlsx", b"PK"),
        ("/evals/suites/mentors.csv", b"\xef\xbb\xbfid,"),
        (f"/evals/{run}/report.html?language=de", b"<!"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.content.lower().startswith(begin.lower())
        assert answer.headers["content-disposition"].startswith("attachment")
    assert 'lang="de"' in client.get(f"/evals/{run}/report.html?language=de").text
    for path in ("/evals/suites/none.yaml", "/evals/suites/mentors.exe", "/evals/none/report.html",
                 f"/evals/{run}/none/comparison.html"):  # fmt: skip
        assert client.get(path).status_code == 404
