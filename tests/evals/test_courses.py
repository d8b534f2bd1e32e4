"""Knowledge checks: the shipped one, parallel forms, marking, and figures that betray nobody."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import knowledge
from assistant.errors import AssistantError
from evals.courses import (
    Check,
    Cohort,
    Course,
    CourseError,
    Form,
    Item,
    Marked,
    TooFew,
    cohort,
    find_check,
    form_for,
    mark,
    parallel_forms,
    read_check,
    sentence,
)

BASICS = read_check(find_check("mentor-basics"))
GUIDES = Path(knowledge.__file__).parent / "guides"
PROMPTS = Path(__file__).parents[2] / "prompts" / "evals"
LANGUAGES = ("en", "de")


# -- the shipped check -------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_check_has_enough_of_each_topic_and_difficulty(language: Any):
    items = BASICS.items_in(language)
    assert len(items) >= 24
    assert {item.topic for item in items} == BASICS.topics.keys()
    assert set(Counter((item.topic, item.difficulty) for item in items).values()) == {2}


def test_each_item_has_its_twin():
    families = [{item.family for item in BASICS.items_in(language)} for language in LANGUAGES]
    assert families[0] == families[1]
    for family in families[0]:
        en, de = (item for item in BASICS.items if item.family == family)
        assert (en.topic, en.difficulty, len(en.wrong)) == (de.topic, de.difficulty, len(de.wrong))
        assert bool(en.accepted) == bool(de.accepted)
        assert en.guide.split("#")[0].removeprefix("en") == de.guide.split("#")[0].removeprefix(
            "de"
        )


@pytest.mark.parametrize("item", BASICS.items, ids=lambda item: item.id)
def test_a_guide_has_the_section_that_answers_the_item(item: Item):
    path, _, heading = item.guide.partition("#")
    assert path.startswith(f"{item.language}/")
    text = (GUIDES / path).read_text(encoding="utf-8")
    section = re.search(
        rf"^##+ {re.escape(heading)}$\n(?P<text>(?:(?!#).*\n)+)", text, re.MULTILINE
    )
    assert section, f"{item.guide} has no such section"
    if item.accepted:
        assert answer(item, section["text"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_neither_length_nor_place_gives_the_right_choice_away(language: Any):
    chosen = [item for item in BASICS.items_in(language) if item.choices]
    by_length = Counter(sorted(item.choices, key=len).index(item.right) for item in chosen)
    by_place = Counter(item.choices.index(item.right) for item in chosen)
    for counted in (by_length, by_place):
        assert max(counted.values()) <= len(chosen) / 2
        assert len(counted) == 3


def answer(item: Item, given_text: str) -> bool:
    return mark(Form("a", (item,)), {item.id: given_text}).score == 1


# -- reading -----------------------------------------------------------------------------------


def entry(**changes: Any) -> dict[str, Any]:
    texts = {"question": "How?", "explanation": "So.", "guide": "en/x.md#How"}
    whole = {
        "family": "one",
        "topic": "listening",
        "difficulty": 1,
        "en": texts | {"right": "Wait", "wrong": ["Talk"]},
    }
    for name, value in changes.items():
        if name in whole["en"] or name == "accepted":
            whole["en"] = {k: v for k, v in (whole["en"] | {name: value}).items() if v is not None}
        else:
            whole[name] = value
    return whole


def written(folder: Path, *entries: Any, **head: Any) -> Path:
    whole = {
        "name": "own",
        "title": {"en": "Own", "de": "Eigene"},
        "topics": {"listening": {"en": "Listening", "de": "Zuhören"}},
        "items": list(entries),
    }
    file = folder / "own.yaml"
    file.write_text(yaml.safe_dump(whole | head), encoding="utf-8")
    return file


def test_a_check_of_ones_own_may_be_in_one_language(tmp_path: Path):
    check = read_check(written(tmp_path, entry()))
    assert [item.id for item in check.items] == ["one-en"]
    assert check.items_in("de") == ()
    assert sorted(check.items[0].choices) == ["Talk", "Wait"]


@pytest.mark.parametrize(
    ("entries", "rows", "said"),
    [
        ([entry(topic="cooking")], ["one"], "no topic cooking"),
        ([entry(topic=["listening"])], ["one"], "no topic"),
        ([entry(difficulty=4)], ["one"], "difficulty"),
        ([entry(difficulty=True)], ["one"], "difficulty"),
        ([entry(), entry()], ["one"], "twice"),
        ([entry(question=" ")], ["one"], "question"),
        ([entry(guide=None)], ["one"], "guide"),
        ([entry(wrong=[])], ["one"], "right"),
        ([entry(wrong=["Wait"])], ["one"], "all different"),
        ([entry(right=112)], ["one"], "quotation marks"),
        ([entry(right=None)], ["one"], "accepted"),
        ([entry(accepted=["wait"])], ["one"], "accepted"),
        ([entry(right=None, wrong=None, accepted=["…"])], ["one"], "accepted"),
        ([entry(family="")], ["1"], "family"),
        (["text"], ["1"], "family"),
        ([entry(difficulty=0, question="")], ["one", "one"], "difficulty"),
        ([], [""], "top level"),
    ],
)
def test_what_is_wrong_is_said_with_its_item(
    tmp_path: Path, entries: list[Any], rows: list[str], said: str
):
    with pytest.raises(CourseError, match=said) as refused:
        read_check(written(tmp_path, *entries))
    assert [problem.row for problem in refused.value.problems] == rows


@pytest.mark.parametrize("content", [b"", b"- a: [", b"a: \xff", b"!!python/object:os.system {}"])
def test_a_file_that_is_no_check_says_so(tmp_path: Path, content: bytes):
    file = tmp_path / "own.yaml"
    file.write_bytes(content)
    with pytest.raises(CourseError, match=r"own\.yaml kann|own\.yaml lassen"):
        read_check(file, "de")


def test_a_check_is_found_by_path_or_name(tmp_path: Path):
    own = written(tmp_path, entry())
    assert find_check(own) == own
    with pytest.raises(CourseError, match="mentor-basics"):
        find_check("nothing-like-it")


# -- forms -------------------------------------------------------------------------------------


def item(number: int, topic: str, difficulty: int, short: bool = False) -> Item:
    answers: dict[str, Any] = {"accepted": ("w",)} if short else {"right": "r", "wrong": ("w",)}
    return Item(f"{number}-en", f"f{number}", "en", topic, difficulty, "?", "!", "g", **answers)


ITEMS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from([1, 2, 3]), st.booleans()), max_size=24
).map(lambda listed: [item(number, *one) for number, one in enumerate(listed)])


@given(ITEMS, st.integers(0, 5))
def test_forms_are_alike_and_share_nothing(items: list[Item], seed: int):
    a, b = parallel_forms(items, seed)
    assert not {one.id for one in a.items} & {one.id for one in b.items}
    topics_a, topics_b = (Counter(one.topic for one in form.items) for form in (a, b))
    assert topics_a == topics_b
    for topic in "xyz":
        assert topics_a[topic] == sum(one.topic == topic for one in items) // 2
    hard_a, hard_b = (sum(one.difficulty for one in form.items) for form in (a, b))
    assert abs(hard_a - hard_b) <= 2
    assert parallel_forms(items[::-1], seed) == (a, b)


@pytest.mark.parametrize(
    ("difficulties", "sums"),
    [
        ([1, 1, 3, 3], (4, 4)),
        ([1, 1, 2, 3, 3], (4, 4)),
        ([1, 2, 2, 3], (4, 4)),
        ([1, 1, 3], (1, 1)),
    ],
)
def test_difficulties_are_matched_as_closely_as_can_be(
    difficulties: list[int], sums: tuple[int, int]
):
    items = [item(number, "x", hard) for number, hard in enumerate(difficulties)]
    for seed in range(4):
        forms = parallel_forms(items, seed)
        assert tuple(sum(one.difficulty for one in form.items) for form in forms) == sums


@pytest.mark.parametrize("seed", range(3))
def test_the_shipped_check_parts_into_two_like_forms_in_both_languages(seed: int):
    en, de = (parallel_forms(BASICS.items_in(language), seed) for language in ("en", "de"))
    for a, b in (en, de):
        kinds_a, kinds_b = (
            Counter((one.topic, one.difficulty, bool(one.accepted)) for one in form.items)
            for form in (a, b)
        )
        assert kinds_a == kinds_b
        assert len(a.items) == 15
    for one, other in zip(en, de, strict=True):
        assert [i.family for i in one.items] == [i.family for i in other.items]


def test_another_seed_draws_other_forms():
    drawn = {
        frozenset(one.family for one in parallel_forms(BASICS.items_in("en"), seed)[0].items)
        for seed in range(5)
    }
    assert len(drawn) == 5


def test_forms_of_both_languages_at_once_are_refused():
    with pytest.raises(ValueError, match="one language"):
        parallel_forms(BASICS.items)


def test_nobody_gets_the_same_form_twice_and_half_begin_with_either():
    forms = parallel_forms(BASICS.items_in("de"))
    codes = [f"otter-{number}" for number in range(200)]
    first = Counter(form_for(forms, code, "before").letter for code in codes)
    assert min(first.values()) > 70
    for code in codes:
        assert form_for(forms, code, "before") != form_for(forms, code, "after")
        assert form_for(forms, f" {code.upper()} ", "before") == form_for(forms, code, "before")


# -- marking -----------------------------------------------------------------------------------


def test_marking_counts_right_answers_and_takes_none_for_wrong():
    form = parallel_forms(BASICS.items_in("en"))[0]
    chosen = [one for one in form.items if one.right]
    marked = mark(form, {chosen[0].id: chosen[0].right, chosen[1].id: chosen[1].wrong[0]})
    assert marked.score == pytest.approx(1 / 15)
    by = {one.item.id: one for one in marked.items}
    assert by[chosen[0].id].right
    assert not by[chosen[1].id].right
    assert by[chosen[1].id].given == chosen[1].wrong[0]
    assert not by[chosen[2].id].right
    assert [one.item for one in marked.items] == list(form.items)


@pytest.mark.parametrize(
    ("family", "language", "text", "right"),
    [
        ("safety-first-call", "de", "Die 112!", True),
        ("safety-first-call", "de", "1120", False),
        ("safety-first-call", "en", "I'd dial 999.", True),
        ("safety-second-call", "de", "unsere Koordinatorin", True),
        ("safety-second-call", "en", "Her mother", False),
        ("listening-reflection", "de", "SPIEGELN", True),
        ("listening-closed-question", "de", "eine geschlossene Frage", True),
        ("listening-closed-question", "de", "eine offene", False),
        ("listening-closed-question", "en", "A yes-or-no question", True),
        ("listening-reflection", "en", "", False),
    ],
)
def test_a_short_answer_is_right_in_any_accepted_wording(
    family: str, language: Any, text: str, right: bool
):
    (found,) = (one for one in BASICS.items_in(language) if one.family == family)
    assert answer(found, text) is right


def test_an_answer_to_another_form_is_refused():
    a, b = parallel_forms(BASICS.items_in("en"))
    with pytest.raises(CourseError, match=b.items[0].id):
        mark(a, {b.items[0].id: "x"})


# -- figures of a group ------------------------------------------------------------------------


def people(count: int, start: float = 0.4, gain: float = 0.2) -> tuple[dict[str, float], Any]:
    before = {f"p{n}": start + n / 100 for n in range(count)}
    return before, {
        person: score + gain + int(person[1:]) % 3 / 50 for person, score in before.items()
    }


def test_four_people_show_nothing_and_five_do():
    before, after = people(4)
    found = cohort(before, after)
    assert found == TooFew()
    assert not re.search(r"\d", sentence(found, "en") + sentence(found, "de"))
    before, after = people(5)
    whole = cohort(before, after)
    assert isinstance(whole, Cohort)
    assert whole.whole.people == 5
    assert whole.whole.before == pytest.approx(0.42)
    assert whole.whole.difference == pytest.approx(whole.whole.after - whole.whole.before)
    assert whole.whole.interval is not None
    assert whole.whole.interval.low < whole.whole.difference < whole.whole.interval.high


def test_only_those_who_answered_both_times_count():
    before, after = people(6)
    del before["p0"], after["p1"]
    assert cohort(before, after) == TooFew()
    before["late"] = 1.0
    assert cohort(before, after) == TooFew()
    before["p0"] = 0.4
    found = cohort(before, after)
    assert isinstance(found, Cohort)
    assert found.whole.people == 5
    assert found.whole.before == pytest.approx((0.4 + 0.42 + 0.43 + 0.44 + 0.45) / 5)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 5, "b": 5}, {"a", "b"}),
        ({"a": 10, "b": 4}, set()),
        ({"a": 10, "b": 4, "c": 1}, {"a"}),
        ({"a": 10, "b": 6, "c": 3}, {"a"}),
        ({"a": 10, "b": 6, "": 3}, {"a"}),
        ({"a": 10, "b": 6, "": 5}, {"a", "b"}),
        ({"a": 4, "b": 4}, set()),
        ({"a": 7}, {"a"}),
        ({"a": 6, "b": 6, "c": 1}, {"b"}),
    ],
)
def test_a_group_is_shown_only_where_it_betrays_nobody(sizes: dict[str, int], shown: set[str]):
    found = grouped(sizes)
    assert {name for name, each in found.groups.items() if each != TooFew()} == shown
    assert found.groups.keys() == sizes.keys() - {""}


def grouped(sizes: dict[str, int]) -> Cohort:
    before, after = people(sum(sizes.values()))
    names = [name for name, size in sizes.items() for _ in range(size)]
    found = cohort(before, after, dict(zip(before, names, strict=True)))
    assert isinstance(found, Cohort)
    return found


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "d", ""]), st.integers(1, 12), min_size=1
    ).filter(lambda sizes: sum(sizes.values()) >= 5)
)
def test_no_subtraction_of_shown_groups_leaves_fewer_than_five(sizes: dict[str, int]):
    found = grouped(sizes)
    shown = [name for name, each in found.groups.items() if each != TooFew()]
    for count in range(1, len(shown) + 1):
        for taken in combinations(shown, count):
            rest = sum(sizes.values()) - sum(sizes[name] for name in taken)
            assert rest == 0 or rest >= 5
    assert all(sizes[name] >= 5 for name in shown)


def test_figures_are_told_in_both_languages():
    found = grouped({"North": 6, "Süd": 6, "x": 2})
    english, german = sentence(found, "en"), sentence(found, "de")
    assert english.startswith("14 people answered both times: 46.5 % right before the course")
    assert "46,5 % richtig vor dem Kurs" in german
    assert "North: not shown" in english
    assert "Süd: 6 Menschen" in german
    assert "x: wird nicht gezeigt" in german


def test_without_any_change_nothing_is_made_up():
    same = {f"p{n}": 0.5 for n in range(5)}
    found = cohort(same, same)
    assert isinstance(found, Cohort)
    assert found.whole.interval is None
    assert "0.0 percentage points" in sentence(found, "en")
    assert "can't be told" in sentence(found, "en")


# -- a course ----------------------------------------------------------------------------------


def done(score: float) -> Marked:
    return Marked("a", score, ())


def fill(course: Course, codes: range, group: str = "") -> None:
    for number in codes:
        course.add(f"otter-{number}", "before", done(0.3 + number / 100), group)
        course.add(f"otter-{number}", "after", done(0.6))


def test_a_course_shows_its_figures_once_five_have_answered_both_times(tmp_path: Path):
    course = Course(tmp_path / "spring")
    fill(course, range(4))
    course.add("otter-4", "before", done(0.5))
    assert course.close() == TooFew()
    course.add("otter-4", "after", done(0.6))
    found = Course(tmp_path / "spring").close()
    assert isinstance(found, Cohort)
    assert found.whole.people == 5


def test_after_its_figures_were_shown_a_course_takes_no_answer(tmp_path: Path):
    course = Course(tmp_path, "de")
    fill(course, range(5), "Nord")
    found = course.close()
    with pytest.raises(CourseError, match="abgeschlossen"):
        course.add("otter-9", "before", done(1))
    # Somebody who was just sending an answer when the figures were drawn.
    with (tmp_path / "answers.jsonl").open("a", encoding="utf-8") as file:
        for moment in ("before", "after"):
            file.write(f'{{"code": "x-99", "moment": "{moment}", "score": 0.0, "group": ""}}\n')
    assert Course(tmp_path).close() == found


def test_the_first_answer_under_a_code_counts(tmp_path: Path):
    course = Course(tmp_path)
    course.add("Otter-7", "before", done(0.2))
    assert course.answered("otter-7 ", "before")
    assert not course.answered("otter-7", "after")
    with pytest.raises(CourseError, match="already"):
        course.add("OTTER-7", "before", done(0.9))


@pytest.mark.parametrize(
    "code",
    ["", "Anna", "Anna Müller 7", "a7", "x" * 30 + "7", "a@b.de7", "../etc7", "-otter7", "a--77"],
)
def test_a_code_that_may_be_a_name_is_refused(tmp_path: Path, code: str):
    with pytest.raises(CourseError, match="not your name"):
        Course(tmp_path).add(code, "before", done(1))


def test_neither_answers_nor_names_are_kept(tmp_path: Path):
    form = parallel_forms(BASICS.items_in("en"))[0]
    short = next(one for one in form.items if one.accepted)
    Course(tmp_path).add("otter-7", "before", mark(form, {short.id: "my private words"}))
    assert {path.name for path in tmp_path.iterdir()} == {"answers.jsonl"}
    kept = (tmp_path / "answers.jsonl").read_text(encoding="utf-8")
    assert "private" not in kept
    assert "otter-7" in kept


def test_a_line_cut_off_by_a_crash_costs_only_that_answer(tmp_path: Path):
    course = Course(tmp_path)
    fill(course, range(4))
    with (tmp_path / "answers.jsonl").open("ab") as file:
        file.write('{"code": "otter-9", "group": "Sü'.encode()[:-1])
    fill(course, range(4, 5))
    found = course.close()
    assert isinstance(found, Cohort)
    assert found.whole.people == 5


def test_a_disk_that_refuses_says_so(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AssistantError, match="could not be saved"):
        Course(tmp_path / "file" / "course").add("otter-7", "before", done(1))


# -- words -------------------------------------------------------------------------------------


def test_both_languages_say_the_same():
    said = {
        language: yaml.safe_load((PROMPTS / f"courses_{language}.yaml").read_text("utf-8"))
        for language in LANGUAGES
    }
    assert said["en"].keys() == said["de"].keys()
    for part in ("errors", "problem"):
        assert said["en"][part].keys() == said["de"][part].keys()


def test_topics_have_a_name_in_both_languages():
    assert isinstance(BASICS, Check)
    assert all(names.keys() == {"en", "de"} for names in BASICS.topics.values())
