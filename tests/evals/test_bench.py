"""What the benchmark counts, on answers whose counts are known. No time is measured here."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from assistant import Answer, Assistant, Citation, Passage
from evals import bench
from evals.figures import Figure, line, listed, percentile
from evals.memory import memory_of
from evals.questions import Question, is_shown, is_verbatim, judge, load_questions, share

GUIDE = "# Silence\n\nCount to *five*. Then ask again."
QUOTE = "Count to *five*."
PASSAGE = Passage(
    "a.md", "Silence", (), None, 11, len(GUIDE), GUIDE[11:], 1.0, "en", guide_id=7, chunk_id=1
)
CITED = Citation(1, PASSAGE, QUOTE, 11, 11 + len(QUOTE))
ANSWER = Answer("Count to \\*five\\*. [1]", "en", "question", (CITED,))
DECLINED = Answer("The guides don't cover it.", "en", "not_covered")


def asked(key: str, covered: str = "true", language: str = "en") -> Question:
    return Question(key, language, f"question {key}", covered)


class Replies:
    """Stands where Tandem stands: answers each question by its own text, or raises."""

    def __init__(self, wrong: str = "", broken: str = "") -> None:
        self.wrong, self.broken = wrong, broken
        self.people: set[int] = set()

    def ask(self, question: str) -> Answer:
        self.people.add(threading.get_ident())
        if question == self.broken:
            raise RuntimeError("no answer")
        return replace(ANSWER, text="mixed up" if question == self.wrong else question)


def as_tandem(replies: Replies) -> Assistant:
    return cast(Assistant, replies)


# -- figures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "value"), [(50, 50), (95, 95), (99.5, 100), (100, 100), (0, 1), (0.5, 1)]
)
def test_a_percentile_is_one_of_the_values(percent: float, value: float):
    assert percentile(list(range(100, 0, -1)), percent) == value


def test_the_percentile_of_one_value_is_that_value_and_of_none_there_is_none():
    assert percentile([3.0], 95) == 3.0
    assert percentile([], 95) is None


def test_a_bar_is_met_at_its_very_value():
    assert Figure("ask", 0.3, "s", bar=0.3).met is True
    assert Figure("ask", 0.31, "s", bar=0.3).met is False
    assert Figure("verbatim", 1.0, bar=1, at_least=True).met is True
    assert Figure("verbatim", 0.99, bar=1, at_least=True).met is False


def test_without_a_bar_or_a_value_nothing_is_met_or_missed():
    assert Figure("chunks", 3).met is None
    assert Figure("first sync", None, bar=720).met is None


def test_a_line_says_what_is_met_what_is_missed_and_what_was_not_measured():
    fast = line(Figure("fast", 0.1, "s", bar=0.3))
    slow = line(Figure("slow", 0.9, "s", bar=0.8, note="busy"))
    unmeasured = line(Figure("unmeasured", None, "s", bar=5))
    assert fast.startswith("met ") and "0.1 s" in fast and "≤ 0.3" in fast
    assert slow.startswith("MISSED") and slow.endswith("busy")
    assert unmeasured.startswith(" ") and "–" in unmeasured


def test_a_long_list_is_cut_and_says_so():
    assert listed(["a", "b", "c"], most=2) == "a, b and 1 more"
    assert listed([]) == ""


def test_memory_of_this_process_is_known_and_its_peak_is_not_below():
    held = memory_of()
    assert held.peak is not None and held.peak > 10
    assert held.now is None or held.now <= held.peak * 1.01


def test_memory_of_a_process_that_is_not_there_is_unknown():
    assert memory_of(2**22 + 1).now is None


# -- citations and coverage --------------------------------------------------------------------


def test_a_citation_is_verbatim_when_quote_and_passage_stand_where_they_say():
    assert is_verbatim(CITED, GUIDE)


@pytest.mark.parametrize(
    "broken",
    [
        replace(CITED, quote="Count to five."),
        replace(CITED, start=12, end=12 + len(QUOTE)),
        replace(CITED, quote="", end=11),
        replace(CITED, quote=GUIDE[2:9], start=2, end=9),
        replace(CITED, passage=replace(PASSAGE, text=PASSAGE.text.upper())),
    ],
    ids=["other words", "other place", "no words", "outside its passage", "passage altered"],
)
def test_a_citation_is_not_verbatim(broken: Citation):
    assert not is_verbatim(broken, GUIDE)


def test_a_quote_is_shown_when_the_answer_holds_its_words_and_its_number():
    assert is_shown(CITED, ANSWER.text)
    assert is_shown(CITED, "- Count to\n\\*five\\*. [1]")
    assert not is_shown(CITED, "Count to four. [1]")
    assert not is_shown(CITED, "Count to \\*five\\*. [2]")


def test_the_share_of_nothing_is_unknown():
    assert share([]) is None
    assert share([True, False, True, True]) == 0.75


def test_answers_are_judged_by_what_their_questions_expect():
    questions = [
        asked("answered"),
        asked("declined"),
        asked("alarm"),
        asked("weather", "false"),
        asked("recipe", "false"),
        asked("closing", "maybe"),
        asked("other language", "maybe", "de"),
        asked("never asked", "false"),
    ]
    answers = {
        "answered": ANSWER,
        "declined": DECLINED,
        "alarm": Answer("Call someone.", "en", "crisis"),
        "weather": ANSWER,
        "recipe": DECLINED,
        "closing": ANSWER,
        "other language": ANSWER,
    }
    found = judge(questions, answers, {7: GUIDE}.__getitem__)
    assert found.citations == 4
    assert found.verbatim == found.shown == 1
    assert found.answered_anyway == ("weather",)
    assert found.declined == {"declined": "not_covered", "alarm": "crisis"}
    assert found.maybe_answered == 2
    assert found.language_kept == pytest.approx(6 / 7)
    assert found.language_cited == pytest.approx(3 / 4)
    assert found.kinds == {"question": 4, "not_covered": 2, "crisis": 1}


def test_an_answer_without_a_citation_is_no_answer():
    empty = replace(ANSWER, citations=())
    assert judge([asked("a")], {"a": empty}, {}.__getitem__).declined == {"a": "question"}


# -- asking ------------------------------------------------------------------------------------

QUESTIONS = [asked(str(number)) for number in range(20)]


def test_everyone_gets_the_answer_given_when_nobody_else_asks():
    replies = Replies()
    alone = bench.ask_all(as_tandem(replies), QUESTIONS)
    together = bench.ask_at_once(as_tandem(replies), QUESTIONS)
    assert alone.answers == together.answers
    assert len(alone.seconds) == len(together.seconds) == 20
    assert bench.mixed_up(alone.answers, together.answers) == []


def test_every_person_asks_from_a_thread_of_their_own():
    replies = Replies()
    bench.ask_at_once(as_tandem(replies), QUESTIONS, people=5)
    assert len(replies.people) == 5


def test_an_answer_to_somebody_elses_question_is_noticed():
    alone = bench.ask_all(as_tandem(Replies()), QUESTIONS)
    together = bench.ask_at_once(as_tandem(Replies(wrong="question 7")), QUESTIONS)
    assert bench.mixed_up(alone.answers, together.answers) == ["7"]


def test_the_same_words_from_another_place_are_noticed_and_a_score_is_not():
    moved = replace(ANSWER, citations=(replace(CITED, start=12),))
    scored = replace(ANSWER, citations=(replace(CITED, passage=replace(PASSAGE, score=0.9)),))
    assert bench.mixed_up({"a": ANSWER, "b": ANSWER}, {"a": moved, "b": scored}) == ["a"]


def test_an_error_is_counted_and_stops_nobody():
    together = bench.ask_at_once(as_tandem(Replies(broken="question 3")), QUESTIONS)
    assert together.errors == {"3": "RuntimeError: no answer"}
    assert len(together.answers) == 19


# -- the questions and the command -------------------------------------------------------------


def test_there_are_a_hundred_questions_in_each_language():
    questions = load_questions()
    assert Counter(q.language for q in questions) == {"en": 100, "de": 100}
    for language in ("en", "de"):
        counts = Counter(q.covered for q in questions if q.language == language)
        assert counts.keys() == {"true", "maybe", "false"}
        assert counts["true"] >= 50
        assert counts["false"] >= 10


def test_questions_are_unique():
    questions = load_questions()
    assert len({q.id for q in questions}) == len(questions)
    assert len({q.text.lower() for q in questions}) == len(questions)
    assert all(q.id.startswith(f"ask-{q.language}-") and q.text.strip() for q in questions)


@pytest.mark.parametrize("argument", ["", "no/such/folder"])
def test_a_folder_that_is_not_there_is_wrong_use(argument: str, capsys: Any):
    assert bench.main([argument]) == 2
    assert "GUIDES=" in capsys.readouterr().err


def test_a_small_folder_is_measured_from_copy_to_citation(tmp_path: Path):
    folder, home = tmp_path / "ours", tmp_path / "home"
    folder.mkdir()
    (folder / "silence.md").write_text(GUIDE, encoding="utf-8")
    (folder / "empty.md").write_text("", encoding="utf-8")
    questions = [asked("a"), replace(asked("b"), text="What is active listening?")]

    figures = {f.name: f for f in bench.measure(folder, home, questions, serve=False)}

    assert figures["chunks"].value == 1
    assert figures["files failed"].value == 1 and figures["files failed"].note == "empty 1"
    assert figures["errors"].value == 0
    assert figures["8 at once, unlike the one alone"].value == 0
    assert (figures["citations"].value or 0) > 0
    assert figures["citations verbatim"].value == 1
    assert figures["sync, one file changed"].value is not None
    assert (folder / "silence.md").read_text(encoding="utf-8") == GUIDE

    again = {f.name: f for f in bench.measure(folder, home, questions[:1], serve=False)}
    assert again["first sync"] == figures["first sync"], "the first sync was measured anew"
    json.dumps([figure.value for figure in again.values()])
