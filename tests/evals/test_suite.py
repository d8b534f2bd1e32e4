"""Suites read, checked, changed and frozen; what a trainer wrote around the cases stays."""

from __future__ import annotations

import re
from dataclasses import dataclass, make_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import StorageError, SuiteError
from assistant.words import data
from evals.cases import Case, Limits, Point
from evals.suite import (
    Problem,
    Suite,
    case_data,
    edited,
    find_suite,
    freeze,
    is_frozen,
    known_suites,
    new_suite,
    read_suite,
    shipped,
    write_suite,
)

HEAD = "name: ours\ntitle: {en: Ours, de: Unsere}\nversion: 1\ncases:\n"

COMMENTED = """\
# A suite about meetings.
name: ours   # short
title: {en: Ours, de: Unsere}
version: 1   # goes up by itself

# Everything about first meetings.
cases:
  # The very first one.
  - id: first-en
    family: first
    kind: answer      # with sources
    language: en
    turns: 'What do I do first?'
    relevant:
      en/first.md: 3
      # the list of steps
      en/first.md#How to do it: 2

  # Its twin,
  #   in German.
  - id: first-de
    family: first
    kind: answer
    language: de
    turns:
      - Was mache ich
        zuerst?
      - "Und dann?"   # she often says nothing
    relevant: {de/first.md: 3}
    points:
      - [vertraulich, "unter uns"]
      - {accepted: [Termin], weight: okay}

  # Nothing in the guides.
  - {id: weather-en, kind: not_covered, language: en, turns: Will it rain?}
# The end.
"""


def suite_file(folder: Path, text: str) -> Path:
    path = folder / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def case_text(**values: str) -> str:
    whole = {"id": "a", "kind": "answer", "language": "en", "turns": "Hello?"} | values
    lines = [f"{name}: {value}" for name, value in whole.items() if value is not None]
    return "  - " + "\n    ".join(lines) + "\n"


def problems_of(path: Path, language: Any = "en") -> tuple[Problem, ...]:
    with pytest.raises(SuiteError) as raised:
        read_suite(path, language)
    for problem in raised.value.problems:
        assert problem.text in str(raised.value)
    return raised.value.problems


# -- reading -----------------------------------------------------------------------------------


def test_a_suite_is_read_with_its_shorthands(tmp_path: Path):
    suite = read_suite(suite_file(tmp_path, COMMENTED))
    assert (suite.name, suite.version, suite.frozen) == ("ours", 1, "")
    assert suite.title == {"en": "Ours", "de": "Unsere"}
    first, twin, weather = suite.cases
    assert first.turns == ("What do I do first?",)
    assert first.relevant == {"en/first.md": 3, "en/first.md#How to do it": 2}
    assert twin.turns == ("Was mache ich zuerst?", "Und dann?")
    assert twin.points == (Point(("vertraulich", "unter uns")), Point(("Termin",), "okay"))
    assert weather == Case("weather-en", "not_covered", "en", ("Will it rain?",))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("points: listens", (Point(("listens",)),)),
        ("points: [listens, asks]", (Point(("listens",)), Point(("asks",)))),
        ("points: [[listens, hears]]", (Point(("listens", "hears")),)),
        ("points: [{accepted: listens, weight: okay}]", (Point(("listens",), "okay"),)),
        ("must_not: promise", ("promise",)),
        ("limits: {words: 250, questions: 0}", Limits(words=250, questions=0)),
        ("note:", ""),
        ("concern:", None),
    ],
)
def test_every_shorthand_means_the_long_form(tmp_path: Path, written: str, meant: Any):
    name, value = written.split(":", 1)
    suite = read_suite(suite_file(tmp_path, HEAD + case_text(**{name: value.strip()})))
    assert getattr(suite.cases[0], name) == meant


def test_values_are_plain_python(tmp_path: Path):
    text = HEAD + case_text(turns='"Hello"', relevant="{'a.md': 3}", note='"x"')
    case = read_suite(suite_file(tmp_path, text)).cases[0]
    assert {type(case.turns[0]), type(case.note), *map(type, case.relevant)} == {str}
    assert [type(grade) for grade in case.relevant.values()] == [int]


def test_a_title_in_one_language_stands_for_both_and_a_name_comes_from_the_file(tmp_path: Path):
    path = tmp_path / "Unsere Fälle.yaml"
    path.write_text("title: {de: Unsere}\ncases:\n" + case_text(), encoding="utf-8")
    suite = read_suite(path)
    assert (suite.name, suite.version) == ("unsere-faelle", 1)
    assert suite.title == {"en": "Unsere", "de": "Unsere"}


@pytest.mark.parametrize(
    ("wrong", "row", "cell", "says"),
    [
        ({"kind": "anser"}, "a", "kind", "did you mean answer"),
        ({"kind": "poem"}, "a", "kind", "crisis"),
        ({"kind": None}, "a", "kind", "missing"),
        ({"id": "12"}, "1", "id", "quotation marks"),
        ({"id": "First_Meeting"}, "First_Meeting", "id", "lower-case"),
        ({"id": "erste-grüße"}, "erste-grüße", "id", "lower-case"),
        ({"language": "fr"}, "a", "language", "en, de"),
        ({"role": "mentr"}, "a", "role", "did you mean mentor"),
        ({"turns": "[]"}, "a", "turns", "at least one"),
        ({"turns": '["Hi", " "]'}, "a", "turns", "empty"),
        ({"turns": "[[x]]"}, "a", "turns", "1: text"),
        ({"trun": "Hi"}, "a", "trun", "did you mean turns"),
        ({"zzz": "Hi"}, "a", "zzz", "known fields are id"),
        ({"relevant": "{a.md: 4}"}, "a", "relevant", "a.md"),
        ({"relevant": "{a.md: 0}"}, "a", "relevant", "a.md"),
        ({"relevant": "{a.md: much}"}, "a", "relevant", "a.md"),
        ({"relevant": '{"#Steps": 3}'}, "a", "relevant", "place"),
        ({"relevant": "[a.md]"}, "a", "relevant", "grade"),
        ({"points": "[[]]"}, "a", "points", "wording"),
        ({"points": '["…"]'}, "a", "points", "wording"),
        ({"points": "[{accepted: x, wieght: okay}]"}, "a", "points", "did you mean weight"),
        ({"points": "[{weight: okay}]"}, "a", "points", "missing"),
        ({"points": "[{accepted: x, weight: some}]"}, "a", "points", "vital, okay"),
        ({"must_not": '["*"]'}, "a", "must_not", "wording"),
        ({"limits": "{word: 3}"}, "a", "limits", "did you mean words"),
        ({"limits": "{words: 0}"}, "a", "limits", "at least 1"),
        ({"limits": "{words: many}"}, "a", "limits", "whole number"),
        ({"note": "2024-05-01"}, "a", "note", "quotation marks"),
        ({"kind": "crisis"}, "a", "concern", "concern"),
        ({"kind": "near_miss", "concern": "abuse"}, "a", "concern", "must not"),
        ({"kind": "search"}, "a", "relevant", "relevant"),
        ({"severity": "high"}, "a", "severity", "concern"),
        ({"concern": "sadness"}, "a", "concern", "self_harm"),
    ],
)  # fmt: skip
def test_a_problem_names_its_case_its_field_and_its_line(
    tmp_path: Path, wrong: dict[str, Any], row: str, cell: str, says: str
):
    text = HEAD + case_text(**wrong)
    (problem,) = problems_of(suite_file(tmp_path, text))
    assert (problem.row, problem.cell) == (row, cell)
    assert says in problem.text
    stands = [n for n, line in enumerate(text.splitlines(), 1) if re.search(rf"\b{cell}:", line)]
    assert problem.line == (stands[-1] if cell in {**wrong} and wrong[cell] is not None else 5)


@pytest.mark.parametrize(
    ("cases", "row", "cell", "says"),
    [
        ([{"id": "a"}, {"id": "b"}, {"id": "a"}], "a", "id", "already"),
        ([{"id": "a", "family": "f"}, {"id": "b", "family": "f"}], "b", "family", "note"),
        (
            [
                {"id": "a", "family": "f"},
                {"id": "b", "family": "f", "language": "de", "kind": "not_covered"},
            ],
            "b",
            "kind",
            "answer",
        ),
    ],
    ids=["two with one id", "twins in one language", "twins of two kinds"],
)
def test_cases_that_do_not_go_together_are_named(
    tmp_path: Path, cases: list[dict[str, str]], row: str, cell: str, says: str
):
    text = HEAD + "".join(case_text(**case) for case in cases)
    (problem,) = problems_of(suite_file(tmp_path, text))
    assert (problem.row, problem.cell) == (row, cell) and says in problem.text


def test_twins_in_one_language_may_have_a_reason(tmp_path: Path):
    text = HEAD + case_text(family="f") + case_text(id="b", family="f", note="said shyly")
    assert len(read_suite(suite_file(tmp_path, text)).cases) == 2


@pytest.mark.parametrize(
    ("text", "cell", "line", "says"),
    [
        ("", "", None, "empty"),
        ("just words", "", None, "fields"),
        ("name: ours\n", "cases", None, "no case"),
        ("name: ours\ncases: []\n", "cases", 2, "no case"),
        ("name: ours\ncases: words\n", "cases", 2, "list"),
        ("name: ours\ncases:\n  - words\n", "", 3, "fields"),
        ("name: Our Suite\ncases:\n" + case_text(), "name", 1, "lower-case"),
        ("version: 0\ncases:\n" + case_text(), "version", 1, "whole number"),
        ("version: two\ncases:\n" + case_text(), "version", 1, "whole number"),
        ("frozen: yes\ncases:\n" + case_text(), "frozen", 1, "delete"),
        ("title: [a]\ncases:\n" + case_text(), "title", 1, "title"),
        ("titel: x\ncases:\n" + case_text(), "titel", 1, "did you mean title"),
        (HEAD + case_text(turns='"open'), "", 9, "quotation mark"),
        (HEAD + case_text() + "    kind: answer\n", "", 9, "twice"),
        (HEAD + case_text(note="&x hi"), "", 9, "anchors"),
        (HEAD + case_text(note="*x"), "", 9, "references"),
        (HEAD + case_text(note="!!python/object:os.system x"), "", 9, "tags"),
        (HEAD + case_text(note="[" * 30 + "]" * 30), "", 9, "deeply"),
        (HEAD + case_text(note="[" * 100_000), "", 9, "deeply"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_suite_is_refused_with_a_reason(
    tmp_path: Path, text: str, cell: str, line: int | None, says: str
):
    (problem,) = problems_of(suite_file(tmp_path, text))
    assert (problem.cell, problem.line) == (cell, line)
    assert says in problem.text


def test_references_that_would_grow_without_end_are_never_followed(tmp_path: Path):
    bomb = "a: &a [x, x]\n" + "".join(
        f"{after}: &{after} [*{before}, *{before}]\n"
        for before, after in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
    )
    (problem,) = problems_of(suite_file(tmp_path, bomb))
    assert "anchors" in problem.text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("ours.yaml", b"x" * 5_000_001, "5 MB"),
        ("ours.yaml", "name: Gr\u00fc\u00dfe".encode("cp1252"), "UTF-8"),
        ("ours.txt", b"name: ours", ".yaml"),
        ("ours.xlsm", b"PK", "yaml"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused(tmp_path: Path, name: str, content: bytes, says: str):
    (tmp_path / name).write_bytes(content)
    (problem,) = problems_of(tmp_path / name)
    assert says in problem.text


def test_all_problems_come_at_once_in_the_order_of_the_cases_and_in_the_language_asked(
    tmp_path: Path,
):
    text = HEAD + case_text(id="a", role="boss", kind="poem") + case_text(id="b", turns="[]")
    path = suite_file(tmp_path, text)
    english = [(p.row, p.cell) for p in problems_of(path)]
    assert english == [("a", "role"), ("a", "kind"), ("b", "turns")]
    with pytest.raises(SuiteError, match=r"Fall b, turns, Zeile \d+: schreib mindestens"):
        read_suite(path, "de")


def test_a_long_list_of_problems_is_cut_but_none_is_lost(tmp_path: Path):
    text = HEAD + "".join(case_text(id=f"c{n}", role="boss") for n in range(60))
    with pytest.raises(SuiteError, match="and 30 more") as raised:
        read_suite(suite_file(tmp_path, text))
    assert len(raised.value.problems) == 60


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(SuiteError, match=r"gone\.yaml"):
        read_suite(tmp_path / "gone.yaml")


@given(st.text(alphabet="ab:-#&*!|>{}[],'\"\\%@`?\n\t 1.é\x00\u2028", max_size=60))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_breaks_the_reader(tmp_path: Path, text: str):
    for begin in ("", HEAD + case_text() + "    note: "):
        try:
            assert read_suite(suite_file(tmp_path, begin + text)).cases
        except SuiteError as error:
            assert error.problems


# -- the hash ----------------------------------------------------------------------------------


def suite_of(*cases: Case, **values: Any) -> Suite:
    whole = {"name": "ours", "title": {"en": "Ours", "de": "Unsere"}, "version": 1, "frozen": ""}
    return Suite(**(whole | values), cases=cases)


CASE = Case("a", "answer", "en", ("Hello?",), relevant={"a.md": 3, "b.md": 1})
OTHER = Case("b", "answer", "en", ("Bye?",))


@pytest.mark.parametrize(
    ("suite", "is_same"),
    [
        (suite_of(CASE, OTHER, name="x", title={"en": "x", "de": "y"}, version=4), True),
        (suite_of(replace(CASE, relevant={"b.md": 1, "a.md": 3}), OTHER), True),
        (suite_of(OTHER, CASE), False),
        (suite_of(CASE), False),
        (suite_of(replace(CASE, note="x"), OTHER), False),
        (suite_of(replace(CASE, turns=("Hello? ",)), OTHER), False),
    ],
    ids=["other head", "other order of places", "other order", "fewer", "a note", "a space"],
)
def test_the_hash_is_that_of_the_cases_in_their_order(suite: Suite, is_same: bool):
    assert (suite.content_hash == suite_of(CASE, OTHER).content_hash) is is_same


def test_a_field_that_comes_later_with_a_default_changes_no_hash():
    later = make_dataclass("Later", [("mood", str, "")], bases=(Case,), frozen=True)
    values = {name: getattr(CASE, name) for name in CASE.__dataclass_fields__}
    assert suite_of(later(**values)).content_hash == suite_of(CASE).content_hash
    assert suite_of(later(**values, mood="sad")).content_hash != suite_of(CASE).content_hash


def test_the_hash_of_a_known_suite_stays():
    # Runs and baselines carry it: a change here would part them from their suites.
    known = "339c2da88ec357f14b370ad4688b95e29fe339e774a71fab4968319797076a1f"
    assert suite_of(CASE).content_hash == known
    assert case_data(CASE) == {
        "id": "a",
        "kind": "answer",
        "language": "en",
        "turns": ["Hello?"],
        "relevant": {"a.md": 3, "b.md": 1},
    }


# -- writing -----------------------------------------------------------------------------------


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came."""
    import difflib

    found = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [one[2:] for one in found if one[0] == "-"], [one[2:] for one in found if one[0] == "+"]


def rewritten(path: Path, change: Any) -> str:
    suite = read_suite(path)
    new = replace(suite, cases=change(suite.cases))
    write_suite(new, path)
    assert read_suite(path).cases == new.cases
    return path.read_text(encoding="utf-8")


def test_writing_what_was_read_changes_nothing(tmp_path: Path):
    path = suite_file(tmp_path, COMMENTED)
    write_suite(read_suite(path), path)
    assert path.read_text(encoding="utf-8") == COMMENTED


@dataclass(frozen=True)
class Change:
    make: Any
    gone: list[str]
    come: list[str]


NEW = Case("new-en", "not_covered", "en", ("Is it\nlate?",))


@pytest.mark.parametrize(
    "change",
    [
        Change(
            lambda c: (replace(c[0], role="mentee", note="checked"), *c[1:]),
            [],
            ["    role: mentee", "    note: checked"],
        ),
        Change(
            lambda c: (replace(c[0], kind="search"), replace(c[1], kind="search"), c[2]),
            ["    kind: answer      # with sources", "    kind: answer"],
            ["    kind: search      # with sources", "    kind: search"],
        ),
        Change(
            lambda c: (replace(c[0], relevant={}), *c[1:]),
            [
                "    relevant:",
                "      en/first.md: 3",
                "      # the list of steps",
                "      en/first.md#How to do it: 2",
            ],
            [],
        ),
        Change(
            lambda c: (*c, NEW),
            [],
            [
                "",
                "  - id: new-en",
                "    kind: not_covered",
                "    language: en",
                '    turns: "Is it\\nlate?"',
            ],
        ),
        Change(
            lambda c: (c[0], c[1]),
            [
                "",
                "  # Nothing in the guides.",
                "  - {id: weather-en, kind: not_covered, language: en, turns: Will it rain?}",
            ],
            [],
        ),
    ],
    ids=["fields come", "a value changes", "a field goes", "a case comes", "a case goes"],
)
def test_only_what_has_changed_is_written_anew(tmp_path: Path, change: Change):
    after = rewritten(suite_file(tmp_path, COMMENTED), change.make)
    gone, come = changed_lines(COMMENTED, after)
    # A case that has changed may lose how its text was folded into lines; nothing else may go.
    folded = ["      - Was mache ich", "        zuerst?"]
    gone = [line for line in gone if line not in folded]
    come = [line for line in come if line != "      - Was mache ich zuerst?"]
    assert (gone, come) == (change.gone, change.come)


def test_comments_move_with_their_case(tmp_path: Path):
    after = rewritten(suite_file(tmp_path, COMMENTED), lambda cases: cases[::-1])
    places = [
        after.index(text)
        for text in ("# Nothing in", "weather-en", "# Its twin", "- id: first-de", "# The very")
    ]
    assert places == sorted(places)
    assert after.endswith("# The end.\n") and after.startswith("# A suite about meetings.\n")
    comments = re.findall(r"#.*", COMMENTED)
    assert sorted(re.findall(r"#.*", after)) == sorted(comments)


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("cases:\n", 'cases: [{id: a, kind: answer, language: en, turns: "x"}]\n'),
        '{"name": "ours", "title": {"en": "O", "de": "U"}, "cases": '
        '[{"id": "a", "kind": "answer", "language": "en", "turns": "x"}]}',
        "cases:\n-\n  id: a\n  kind: answer\n  language: en\n  turns: x\nname: ours\nversion: 3\n",
        HEAD + case_text(note="|\n      # no comment\n\n      text"),
        HEAD.replace("cases:", "cases:   # all of them") + case_text() + "...\n",
        (HEAD + case_text()).rstrip("\n"),
        (HEAD + case_text()).replace("\n", "\r\n"),
        "\ufeff" + HEAD + case_text(),
    ],
    ids=["in brackets", "JSON", "flush", "text like a comment", "end mark", "no last line", "CRLF",
         "byte order mark"],
)  # fmt: skip
def test_any_layout_can_be_changed(tmp_path: Path, text: str):
    path = tmp_path / "ours.yaml"
    path.write_bytes(text.encode("utf-8"))
    before = read_suite(path)
    new = replace(before, cases=(replace(before.cases[0], role="mentee"), NEW))
    write_suite(new, path)
    assert read_suite(path) == new
    assert (b"\r\n" in path.read_bytes()) is ("\r\n" in text)


def test_a_case_that_could_not_be_read_is_put_right(tmp_path: Path):
    path = suite_file(tmp_path, HEAD + "  # why\n" + case_text(role="boss", mood="sad"))
    write_suite(suite_of(replace(CASE, relevant={})), path)
    assert read_suite(path).cases == (replace(CASE, relevant={}),)
    assert "  # why\n  - id: a\n" in path.read_text(encoding="utf-8")


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path):
    path = suite_file(tmp_path, COMMENTED)
    with pytest.raises(SuiteError) as raised:
        write_suite(suite_of(CASE, CASE), path)
    assert [(p.row, p.cell) for p in raised.value.problems] == [("a", "id")]
    assert path.read_text(encoding="utf-8") == COMMENTED


def test_a_file_that_is_no_yaml_is_not_written_over(tmp_path: Path):
    path = suite_file(tmp_path, 'name: "ours')
    with pytest.raises(SuiteError):
        write_suite(suite_of(CASE), path)
    assert path.read_text(encoding="utf-8") == 'name: "ours'


def test_a_write_that_fails_leaves_the_file_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = suite_file(tmp_path, COMMENTED)

    def full(self: Path, content: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StorageError, match="No space left"):
        write_suite(suite_of(CASE), path)
    assert [file.name for file in tmp_path.iterdir()] == ["ours.yaml"]
    assert path.read_text(encoding="utf-8") == COMMENTED


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]) | st.sampled_from("#:-'\"\n|>&*!=@äß "),
    min_size=1,
    max_size=12,
).map(lambda text: f"a{text}")


@given(words, words, st.lists(words, min_size=1, max_size=3), words)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_survives_writing_and_changing(
    tmp_path: Path, first: str, second: str, turns: list[str], place: str
):
    path = tmp_path / "any.yaml"
    path.unlink(missing_ok=True)
    case = Case("a", "answer", "en", (first,), note=second, points=(Point((first, second)),))
    write_suite(suite_of(case), path)
    assert read_suite(path) == suite_of(case)
    changed = replace(case, turns=tuple(turns), relevant={place: 1}, must_not=(second,))
    write_suite(suite_of(OTHER, changed), path)
    assert read_suite(path) == suite_of(OTHER, changed)


# -- freezing ----------------------------------------------------------------------------------


def test_freezing_writes_the_hash_and_keeps_the_rest(tmp_path: Path):
    path = suite_file(tmp_path, COMMENTED)
    suite = freeze(path)
    assert is_frozen(suite) and suite.version == 1
    assert changed_lines(COMMENTED, path.read_text(encoding="utf-8")) == (
        [],
        [f"frozen: {suite.content_hash}"],
    )


def test_freezing_again_changes_nothing(tmp_path: Path):
    path = suite_file(tmp_path, COMMENTED)
    first, text = freeze(path), path.read_bytes()
    assert freeze(path) == first == read_suite(path)
    assert path.read_bytes() == text


def test_an_edit_after_freezing_makes_the_next_version(tmp_path: Path):
    path = suite_file(tmp_path, COMMENTED)
    old = freeze(path)
    path.write_text(path.read_text(encoding="utf-8").replace("Will it rain", "Will it snow"))
    read = read_suite(path)
    assert (read.version, read.frozen, is_frozen(read)) == (2, "", False)
    text = path.read_text(encoding="utf-8")
    new = freeze(path)
    assert (new.version, is_frozen(new)) == (2, True)
    gone, come = changed_lines(text, path.read_text(encoding="utf-8"))
    assert gone == ["version: 1   # goes up by itself", f"frozen: {old.content_hash}"]
    assert come == ["version: 2   # goes up by itself", f"frozen: {new.content_hash}"]


def test_a_suite_edited_through_the_program_is_the_next_version_too(tmp_path: Path):
    path = suite_file(tmp_path, COMMENTED)
    frozen = freeze(path)
    changed = replace(frozen, cases=frozen.cases[:2])
    assert edited(changed) and not is_frozen(changed) and not edited(frozen)
    write_suite(changed, path)
    read = read_suite(path)
    assert (read.version, read.frozen) == (2, "")
    write_suite(read, path)
    assert read_suite(path) == read and freeze(path).version == 2
    assert "# Everything about first meetings." in path.read_text(encoding="utf-8")


def test_a_change_of_title_alone_is_no_new_version(tmp_path: Path):
    path = suite_file(tmp_path, COMMENTED)
    frozen = freeze(path)
    write_suite(replace(frozen, title={"en": "Mine", "de": "Meine"}), path)
    read = read_suite(path)
    assert is_frozen(read) and read.version == 1 and read.title["de"] == "Meine"


def test_cases_without_a_version_never_set_it_back(tmp_path: Path):
    path = suite_file(tmp_path, COMMENTED.replace("version: 1", "version: 3"))
    frozen = freeze(path)
    write_suite(suite_of(*frozen.cases[:2]), path)
    assert read_suite(path).version == 4
    path = suite_file(tmp_path, COMMENTED)
    freeze(path)
    write_suite(suite_of(*frozen.cases[:2]), path)
    assert read_suite(path).version == 2


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_only_yaml_is_frozen(tmp_path: Path, suffix: str):
    path = tmp_path / f"ours{suffix}"
    write_suite(suite_of(CASE), path)
    with pytest.raises(SuiteError, match="YAML"):
        freeze(path)


# -- finding and making ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_new_suite_is_an_example_with_comments_that_can_be_run(tmp_path: Path, language: Any):
    path = tmp_path / "suites" / "mine.yaml"
    suite = new_suite(path, "mine", language)
    assert suite == read_suite(path) and suite.name == "mine"
    assert {case.kind for case in suite.cases} == {"answer", "not_covered"}
    assert {case.language for case in suite.cases} == {language}
    assert path.read_text(encoding="utf-8").count("#") > 10
    guides = Path(__file__).parents[2] / "knowledge" / "guides"
    for place in suite.cases[0].relevant:
        file, _, heading = place.partition("#")
        assert heading in (guides / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "name", "says"),
    [("mine.yaml", "mine", "already"), ("new.csv", "new", ".yaml"), ("new.yaml", "../x", "lower")],
)
def test_a_new_suite_is_refused_and_nothing_is_overwritten(
    tmp_path: Path, file: str, name: str, says: str
):
    (tmp_path / "mine.yaml").write_text("kept")
    with pytest.raises(SuiteError, match=says):
        new_suite(tmp_path / file, name)
    assert [one.read_text() for one in tmp_path.iterdir()] == ["kept"]


def test_a_suite_is_found_by_path_then_at_home_then_among_the_shipped(tmp_path: Path):
    own = tmp_path / "evals" / "suites"
    new_suite(own / "mine.yaml", "mine")
    elsewhere = suite_file(tmp_path, COMMENTED)
    assert find_suite("mine", tmp_path) == own / "mine.yaml"
    assert find_suite(str(elsewhere), tmp_path) == elsewhere
    name, path = next(iter(shipped().items()))
    assert find_suite(name, tmp_path) == path
    new_suite(own / f"{name}.yaml", name)
    assert find_suite(name, tmp_path) == known_suites(tmp_path)[name] == own / f"{name}.yaml"


def test_a_suite_that_is_not_there_leads_to_those_that_are(tmp_path: Path):
    new_suite(tmp_path / "evals" / "suites" / "mine.yaml", "mine")
    with pytest.raises(SuiteError) as raised:
        find_suite("../mine", tmp_path)
    assert "mine" in str(raised.value) and all(name in str(raised.value) for name in shipped())


@pytest.mark.parametrize("path", shipped().values(), ids=shipped().keys())
def test_every_shipped_suite_is_in_order_and_named_like_its_file(path: Path):
    assert read_suite(path).name == path.stem


# -- words -------------------------------------------------------------------------------------


def test_both_languages_say_the_same_with_the_same_names():
    def names(value: Any, above: str = "") -> dict[str, list[str]]:
        if isinstance(value, dict):
            return {
                k: v for key, one in value.items() for k, v in names(one, f"{above}/{key}").items()
            }
        return {above: sorted(re.findall(r"\{(\w+)\}", value))}

    english, german = (data("prompts", f"evals/suites_{tongue}.yaml") for tongue in ("en", "de"))
    assert names({**english, "example": ""}) == names({**german, "example": ""})
    fields = [
        [sorted(case) for case in yaml.safe_load(texts["example"])["cases"]]
        for texts in (english, german)
    ]
    assert fields[0] == fields[1]
