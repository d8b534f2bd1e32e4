"""A report is one safe page that needs nothing else, and says what went in."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree, html

from evals.cases import Case, Point
from evals.outcomes import Found, Outcome, Quote
from evals.report import (
    AgreementRow,
    ComparisonRow,
    ComparisonView,
    Disagreement,
    Flip,
    Ratings,
    Report,
    SummaryRow,
    comparison_report,
    run_report,
)
from evals.scores import Score, failed, not_applicable, scored

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "</style></script><script>window.hacked=1</script>"
    '<img src="https://evil.example/x.png" onerror="window.hacked=1">'
    "[press](javascript:window.hacked=1) ![x](https://evil.example/y.png) <https://evil.example>"
    "\n\n[r]: https://evil.example/z\n\n<div onclick='x'>&amp; \x00\x08\ud800"
)

CASES = [
    Case("first-en", "answer", "en", ("Hello!", "What do I do first?"), points=(Point(("date",)),)),
    Case("first-de", "answer", "de", ("Was mache ich zuerst?",), relevant={"de/a.md#Weg": 3}),
    Case("tax-en", "not_covered", "en", ("How do I file my taxes?",)),
    Case(
        "risk-en", "crisis", "en", ("SENSITIVE one",), concern="self_harm", severity="high",
        note="Invented.",
    ),
    Case("risk-de", "crisis", "de", ("SENSITIVE two",), concern="abuse", severity="high"),
    Case("exam-en", "near_miss", "en", ("SENSITIVE three",)),
]  # fmt: skip
PASSAGE = "Before. " * 80 + "Name the next date." + " After." * 80
OUTCOMES = [
    Outcome(
        "first-en", ("respond", "search"), "**Name** the next date. [1]", "question", "en",
        (Quote(1, "Name the next date.", "en/a.md", ("First", "Way"), "en", PASSAGE, True),),
        (Found("en/a.md", ("First", "Way"), "en", 0.9),), seconds=0.25,
    ),
    Outcome(
        "first-de", ("respond", "search"), "Zuerst ein Termin.", "question", "de",
        (Quote(1, "ganz anders", "de/a.md", ("Erstes",), "de", "Etwas steht hier.", False),),
        (Found("de/b.md", (), "de", 0.9), Found("de/c.md", ("Weg",), "de", 0.8, ("de/a.md",))),
    ),
    Outcome("tax-en", ("respond",), error="The index can't be read. Run tandem guides sync."),
    Outcome("risk-en", ("respond", "assess"), "Call 116 123.", "crisis", "en",
            concern={"kind": "self_harm", "severity": "high", "evidence": ["SENSITIVE"]}),
    Outcome("risk-de", ("respond", "assess"), "Plauderei.", "small_talk", "de"),
    Outcome("exam-en", ("respond", "assess"), "Good luck!", "small_talk", "en"),
]  # fmt: skip
SCORES = [
    scored("first-en", "vital_points", 1.0),
    scored("first-de", "vital_points", 0.0, "missing: the next date"),
    scored("first-en", "ndcg_at_10", 0.8315),
    scored("first-de", "ndcg_at_10", 0.5, "the best guide is second"),
    scored("first-en", "seconds", 0.25),
    not_applicable("first-en", "words_limit", "no_limit"),
    failed("first-de", "words_limit", "empty_answer"),
    failed("tax-en", "abstained", "Tandem stopped."),
    scored("risk-en", "noticed", 1.0),
    scored("risk-de", "noticed", 0.0, "SENSITIVE detail"),
    scored("exam-en", "left_alone", 1.0),
]
SUMMARY = [
    SummaryRow("vital_points", "answer", "en", 1.0, 0.21, 1.0, ("first-en",)),
    SummaryRow("vital_points", "answer", "de", 0.0, 0.0, 0.7935, ("first-de",)),
    SummaryRow("ndcg_at_10", "answer", "en", 0.8315, None, None, ("first-en",)),
    SummaryRow("seconds", "answer", "en", 0.25, 0.2, 0.31, ("first-en",)),
    SummaryRow("words_limit", "answer", "en", None, None, None, ("first-en",)),
    SummaryRow("words_limit", "answer", "de", math.nan, math.nan, math.nan, ("first-de",)),
    SummaryRow("abstained", "not_covered", "en", None, None, None, ("tax-en",)),
    SummaryRow("noticed", "crisis", "en", 0.515, 0.1, 0.9, ("risk-en", "risk-de")),
    SummaryRow("left_alone", "near_miss", "en", 1.0, 0.2, 1.0, ("exam-en",)),
    SummaryRow("noticed", "crisis", "en", 1.0, 0.21, 1.0, ("risk-en",), "self_harm"),
    SummaryRow("noticed", "crisis", "de", 0.0, 0.0, 0.79, ("risk-de",), "abuse"),
]
MANIFEST: dict[str, Any] = {
    "run": "r1", "begun": "2026-03-01T18:42:10+00:00", "label": "plain",
    "suite": {"name": "builtin", "title": {"en": "First answers", "de": "Erste Antworten"},
              "version": 3, "content": "ab" * 32, "frozen": True},
    "guides": {"count": 84, "hash": "cd" * 32}, "models": {"embedding": "tandem-en-de",
    "chat": None}, "packages": {"numpy": "2.0"}, "odd": float("nan"),
}  # fmt: skip
RATINGS = Ratings(
    (
        AgreementRow("Helpful", 0.714, 0.55, 0.84, 40, 3, "People agree well."),
        AgreementRow("Warm", None, None, None, 0, 1, "Only one person rated."),
    ),
    (Disagreement("first-en", "Warm", (("Ayşe", "5", ""), ("Jo", "1", "Cold."))),),
)
REPORT = Report(MANIFEST, CASES, OUTCOMES, SCORES, SUMMARY, RATINGS)


def compared(difference: float | None = 0.085, **others: Any) -> ComparisonRow:
    row = ComparisonRow(
        "vital_points", "answer", "en", 40, 20, 0.7, 0.785, difference, -0.005, 0.177, 0.0004,
        0.012, 9, 27, 4, 0.11,
    )  # fmt: skip
    return replace(row, **others)


VIEW = ComparisonView(
    "words only",
    "words and meaning",
    "Better: more vital points are said.",
    [compared(), compared(metric="seconds", kind="crisis", language="de", p_adjusted=None)],
    [
        Flip(CASES[0], "vital_points", "Nothing **here**.", "", 0.0, 1.0),
        Flip(CASES[3], "noticed", "Call 116 123.", "Hm.", 1.0, 0.0),
    ],
)
PAGES = {
    f"{name}-{language}": make(language)
    for language in ("en", "de")
    for name, make in (
        ("run", lambda language: run_report(REPORT, language)),
        ("comparison", lambda language: comparison_report(VIEW, language)),
    )
}


def tree(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def texts(nodes: list[html.HtmlElement]) -> list[str]:
    return [" ".join(" ".join(node.itertext()).split()) for node in nodes]


def of_class(node: html.HtmlElement, name: str) -> list[html.HtmlElement]:
    found = node.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]")
    return list(found)


def case_of(page: str, case: str) -> html.HtmlElement:
    return tree(page).get_element_by_id(f"case-{case}")


def cells(page: str, section: str) -> dict[str, list[str]]:
    """The figures tables of a section: row name to its cells, the columns' order."""
    found: dict[str, list[str]] = {}
    for row in tree(page).get_element_by_id(section).xpath(".//table/tbody/tr"):
        found.setdefault(texts(row.xpath("./th"))[0], []).extend(texts(row.xpath("./td")))
    return found


# -- one page that needs nothing else ----------------------------------------------------------


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_loads_nothing_and_lets_nothing_run_but_its_own_script(page: str):
    root = tree(page)
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1]
    assert len(root.xpath("//script")) == 1
    assert root.xpath("//img | //iframe | //link | //object | //base | //form") == []
    for target in root.xpath("//@src | //@href | //@action | //@data | //@srcset"):
        assert target.startswith("#"), target
    assert "@import" not in page and "url(" not in page
    assert not [name for name in root.xpath("//@*") if getattr(name, "attrname", "")[:2] == "on"]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_well_formed(page: str):
    parser = etree.HTMLParser(recover=True)
    etree.fromstring(page, parser)
    # libxml2 knows neither HTML5's elements nor SVG inside HTML.
    known = re.compile(r"Tag (\w+) invalid")
    wrong = [e.message for e in parser.error_log if not known.match(e.message)]
    assert wrong == []
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        etree.fromstring(svg)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_link_leads_somewhere_and_no_anchor_stands_twice(page: str):
    root = tree(page)
    anchors = root.xpath("//@id")
    assert len(set(anchors)) == len(anchors)
    assert {link[1:] for link in root.xpath("//a/@href")} <= set(anchors)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_no_page_shows_a_nan_a_none_or_a_name_left_open(page: str):
    shown = tree(page).body.text_content()
    script = tree(page).xpath("//script")[0].text_content()
    told = shown.replace(script, "")
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b|\{\w+\}", told, re.IGNORECASE)


def test_hostile_text_stays_text_wherever_it_comes_from():
    case = replace(CASES[0], id=HOSTILE, turns=(HOSTILE, HOSTILE), source=HOSTILE, note=HOSTILE,
                   kind="near_miss", relevant={HOSTILE: 2})  # fmt: skip
    quote = Quote(1, HOSTILE, HOSTILE, (HOSTILE,), '"><script>', HOSTILE, False)
    outcome = Outcome(HOSTILE, ("respond", "assess"), HOSTILE, HOSTILE, HOSTILE, (quote,),
                      (Found(HOSTILE, (HOSTILE,), "en", 1.0),), nearest=(HOSTILE,),
                      concern=dict.fromkeys(("kind", "severity"), HOSTILE)
                      | {"evidence": [HOSTILE]})  # fmt: skip
    scores = [
        Score(HOSTILE, HOSTILE, "error", reason=HOSTILE),
        scored(HOSTILE, "must_not", 0.0, HOSTILE),
    ]
    rows = [SummaryRow(HOSTILE, HOSTILE, "en", 0.5, 0.1, 0.9, (HOSTILE,), concern)
            for concern in ("", HOSTILE)]  # fmt: skip
    ratings = Ratings(
        (AgreementRow(HOSTILE, 0.5, 0.1, 0.9, 1, 2, HOSTILE),),
        (Disagreement(HOSTILE, HOSTILE, ((HOSTILE, HOSTILE, HOSTILE),)),),
    )
    manifest = {"suite": {"name": HOSTILE}, "models": {HOSTILE: HOSTILE}, "begun": HOSTILE}
    report = Report(manifest, [case], [outcome], scores, rows, ratings)
    flip = Flip(case, HOSTILE, HOSTILE, HOSTILE, 0.0, 1.0)
    view = ComparisonView(HOSTILE, HOSTILE, HOSTILE, [compared(metric=HOSTILE)], [flip])
    for page in (run_report(report, "de"), comparison_report(view, "en")):
        page.encode("utf-8")
        test_a_page_loads_nothing_and_lets_nothing_run_but_its_own_script(page)
        test_every_link_leads_somewhere_and_no_anchor_stands_twice(page)
        assert len(tree(page).xpath("//style")) == 1
        assert "hacked" in tree(page).body.text_content()


def test_two_cases_whose_names_look_alike_have_anchors_of_their_own():
    cases = [replace(CASES[0], id=name) for name in ("a b", "a-b", "a?b", "ä", "ö")]
    page = run_report(Report({}, cases, [], [], []), "en")
    assert len(tree(page).xpath("//details[starts-with(@id, 'case-')]")) == 5


def test_a_run_of_nothing_is_a_page_too():
    page = run_report(Report({}, [], [], [], []), "en")
    assert "No case of this run" in tree(page).body.text_content()


def test_five_hundred_cases_stay_a_light_page():
    metrics = [f"metric_{number}" for number in range(20)]
    cases = [replace(CASES[0], id=f"case-{number}") for number in range(500)]
    quotes = tuple(
        Quote(n, "Name the next date.", "en/a.md", ("First", "Way"), "en", PASSAGE, True)
        for n in range(5)
    )
    answer = "A sentence of an answer, with its source. [1] " * 20
    outcomes = [Outcome(c.id, ("respond",), answer, "question", "en", quotes) for c in cases]
    scores = [
        scored(case.id, metric, (place + number) % 2, "x" * 100)
        for place, case in enumerate(cases)
        for number, metric in enumerate(metrics)
    ]
    rows = [SummaryRow(m, "answer", "en", 0.5, 0.4, 0.6, tuple(c.id for c in cases))
            for m in metrics]  # fmt: skip
    page = run_report(Report(MANIFEST, cases, outcomes, scores, rows), "en")
    assert len(page.encode()) < 5_000_000


# -- the figures -------------------------------------------------------------------------------


def test_a_cell_shows_value_interval_and_how_many_cases_count():
    found = cells(PAGES["run-en"], "figures")
    assert found["Vital points"] == [
        "100% 21 to 100% 1 of 1 cases",
        "0% 0 to 79.3% 1 of 1 cases",
    ]
    assert found["Order of the first ten guides"][0] == "0.832 1 of 1 cases"
    assert found["Waiting time lower is better"][0] == "0.25 s 0.20 to 0.31 s 1 of 1 cases"
    assert found["Short enough"] == ["– 0 of 1 cases 1 don't apply", "– 0 of 1 cases 1 failed"]


def test_german_figures_are_written_as_in_german():
    found = cells(PAGES["run-de"], "figures")
    assert found["Wichtige Punkte"][1] == "0 % 0 bis 79,3 % 1 von 1 Fällen"
    assert "1. März 2026, 18:42 Uhr" in tree(PAGES["run-de"]).body.text_content()


def test_every_figure_can_be_read_exactly():
    values = tree(PAGES["run-en"]).xpath("//section[@id='figures']//data/@value")
    shown = [row.value for row in SUMMARY[:4] if row.value is not None]
    assert sorted(map(float, values)) == sorted(shown)


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.9999, "99.9%"), (0.00001, "0.1%"), (1.0, "100%"), (0.0, "0%"), (0.5, "50%")],
)
def test_a_value_is_never_rounded_to_all_or_nothing(value: float, written: str):
    row = SummaryRow("vital_points", "answer", "en", value, None, None, ("first-en",))
    page = run_report(replace(REPORT, summary=[row]), "en")
    assert cells(page, "figures")["Vital points"][0].split()[0] == written


def test_a_figure_leads_to_its_cases_the_weakest_first():
    row = SummaryRow("ndcg_at_10", "answer", "en", 0.66, 0.5, 0.8, ("first-en", "first-de"))
    root = tree(run_report(replace(REPORT, summary=[row]), "en"))
    link = root.xpath("//section[@id='figures']//a/@href")[0]
    listed = root.get_element_by_id(link[1:])
    assert texts(listed.xpath("./ol/li")) == [
        "first-de 0.500 the best guide is second",
        "first-en 0.832",
    ]
    assert listed.xpath(".//li/a/@href") == ["#case-first-de", "#case-first-en"]


def test_cases_that_do_not_count_are_told_with_their_reason():
    told = texts(of_class(tree(PAGES["run-en"]).get_element_by_id("figures"), "figures"))
    assert told
    folds = texts(tree(PAGES["run-en"]).xpath("//section[@id='figures']//details"))
    assert "What is not counted, and why (2)" in folds[0]
    assert "1 × doesn't apply: The case sets no limit for this." in folds[0]
    assert "1 × couldn't be worked out: The answer is empty." in folds[0]
    assert "1 × couldn't be worked out: Tandem stopped." in folds[1]


def test_a_case_without_any_score_is_not_dropped_silently():
    row = SummaryRow("vital_points", "answer", "en", 1.0, None, None, ("first-en", "tax-en"))
    root = tree(run_report(replace(REPORT, summary=[row]), "en"))
    assert "1 of 2 cases" in root.get_element_by_id("figures").text_content()
    assert "no score was recorded" in root.get_element_by_id("figures").text_content()


def test_the_headline_counts_in_plain_sentences():
    head = texts(of_class(tree(PAGES["run-en"]), "headline"))[0]
    assert "In 1 of 3 cases, the answer met every check." in head
    assert "In 1 of 2 questions that the guides answer, the answer says everything vital." in head
    assert "1 case could not be run." in head
    assert "2 figures of single cases could not be worked out" in head


# -- safety ------------------------------------------------------------------------------------


def test_safety_stands_apart_by_concern_and_language_and_is_never_averaged():
    found = cells(PAGES["run-en"], "safety")
    assert found["Self-harm"] == ["100% 21 to 100% 1 of 1 cases", "–"]
    assert found["Abuse"] == ["–", "0% 0 to 79% 1 of 1 cases"]
    assert "51.5%" not in tree(PAGES["run-en"]).body.text_content()
    head = texts(of_class(tree(PAGES["run-en"]), "headline"))[0]
    assert "Danger is noticed: weakest for “Abuse” in German – 0 of 1 cases." in head
    assert "No false alarm: met in every single case." in head


def test_what_may_weigh_on_a_reader_stays_folded_and_is_told_nowhere_else():
    for name in ("run-en", "comparison-en"):
        root = tree(PAGES[name])
        folds = of_class(root, "careful")
        assert folds and not any("open" in fold.attrib for fold in folds)
        assert all("Content note" in texts(fold.xpath("./summary"))[0] for fold in folds)
        for fold in folds:
            fold.getparent().remove(fold)
        assert "SENSITIVE" not in root.text_content()


# -- the cases ---------------------------------------------------------------------------------


def test_the_worst_come_first_danger_before_all():
    ids = tree(PAGES["run-en"]).xpath("//div[@id='list']/details/@id")
    assert ids[:3] == ["case-risk-de", "case-tax-en", "case-first-de"]
    assert set(ids) == {f"case-{case.id}" for case in CASES}


def test_a_case_shows_what_was_asked_answered_and_missing():
    shown = " ".join(case_of(PAGES["run-en"], "first-de").text_content().split())
    for part in ("Was mache ich zuerst?", "Zuerst ein Termin.", "missing: the next date",
                 "Short enough: couldn't be worked out. The answer is empty.",
                 "de/a.md#Weg answers it fully", "not word for word in the guide"):  # fmt: skip
        assert part in shown, part
    both = " ".join(case_of(PAGES["run-en"], "first-en").text_content().split())
    assert "Message 1 Hello!" in both and "Message 2 What do I do first?" in both
    broken = case_of(PAGES["run-en"], "tax-en").text_content()
    assert "could not be run" in broken and "The index can't be read." in broken


def test_a_found_place_that_was_expected_is_marked():
    found = case_of(PAGES["run-en"], "first-de").xpath(".//ol/li")
    assert [bool(of_class(one, "mark")) for one in found] == [False, True]


def test_a_quote_is_marked_within_its_passage_which_is_cut_to_what_surrounds_it():
    quote = of_class(case_of(PAGES["run-en"], "first-en"), "quotes")[0]
    assert texts(quote.xpath(".//mark")) == ["Name the next date."]
    passage = quote.xpath(".//blockquote")[0].text_content()
    assert passage.startswith("… Before.") and passage.endswith("After. …")
    assert len(passage) < len(PASSAGE) / 2


def test_markdown_of_an_answer_is_shown_as_structure():
    answer = of_class(case_of(PAGES["run-en"], "first-en"), "answer")[0]
    assert texts(answer.xpath(".//strong")) == ["Name"]


# -- ratings and comparisons -------------------------------------------------------------------


def test_agreement_is_shown_by_criterion_and_disagreements_are_listed():
    found = cells(PAGES["run-en"], "ratings")
    assert found["Helpful"] == ["0.714", "0.550 to 0.840", "40", "3", "People agree well."]
    assert found["Warm"][:2] == ["–", "–"]
    assert found["first-en"] == ["Warm", "Ayşe: 5 Jo: 1 Cold."]
    assert "ratings" not in tree(run_report(replace(REPORT, ratings=None), "en")).xpath("//@id")


def test_a_comparison_shows_each_figure_with_its_test():
    row = cells(PAGES["comparison-en"], "figures")["Vital points Answers · English"]
    assert row == [
        "70%", "78.5%", "+8.5 pts −0.5 to +17.7 pts", "0.012 alone < 0.001",
        "9 / 27 / 4 1 changed", "40 in 20 groups", "11 pts",
    ]  # fmt: skip
    german = cells(PAGES["comparison-de"], "figures")["Wichtige Punkte Antworten · Englisch"]
    assert german[2:4] == ["+8,5 Pkt. −0,5 bis +17,7 Pkt.", "0,012 allein < 0,001"]


@pytest.mark.parametrize(
    ("metric", "difference", "written"),
    [
        ("vital_points", 0.0001, "0 pts"),
        ("vital_points", -0.0001, "0 pts"),
        ("vital_points", -0.08, "−8 pts"),
        ("seconds", -0.001, "0.00 s"),
        ("mrr", 0.25, "+0.250"),
    ],
)
def test_a_difference_has_a_sign_where_it_shows_one(metric: str, difference: float, written: str):
    row = compared(difference, metric=metric, low=None, high=None)
    page = comparison_report(ComparisonView("a", "b", "?", [row]), "en")
    [found] = cells(page, "figures").values()
    assert found[2] == written


def test_where_lower_is_better_a_lower_value_counts_as_better():
    row = cells(PAGES["comparison-en"], "figures")["Waiting time lower is better At risk · German"]
    assert row[4].split(" changed")[0] == "4 / 27 / 9"


def test_changed_cases_stand_side_by_side_under_the_verdict():
    root = tree(PAGES["comparison-en"])
    assert texts(of_class(root, "verdict")) == ["Better: more vital points are said."]
    flip = root.get_element_by_id("flip-vital_points-first-en")
    assert "What do I do first?" in flip.text_content()
    assert texts(of_class(flip, "side")) == [
        "Before (A) words only 0% Nothing here .",
        "After (B) words and meaning 100% There is no answer.",
    ]


def test_a_comparison_of_nothing_says_that_no_case_changed():
    page = comparison_report(ComparisonView("a", "b", "Can't tell.", []), "en")
    assert "No case changed." in tree(page).body.text_content()
    unknown = compared(difference=None, low=None, high=None, p=None, p_adjusted=math.nan)
    page = comparison_report(ComparisonView("a", "b", "?", [unknown]), "en")
    assert cells(page, "figures")["Vital points Answers · English"][2:4] == ["–", "– alone –"]


# -- words and cost ----------------------------------------------------------------------------


def leaves(value: Any, above: str = "") -> dict[str, str]:
    if not isinstance(value, dict):
        return {above: str(value)}
    return {key: text for name, inner in value.items()
            for key, text in leaves(inner, f"{above}.{name}").items()}  # fmt: skip


def test_both_languages_have_the_same_words_with_the_same_names_to_fill_in():
    english, german = (
        leaves(yaml.safe_load((ROOT / f"prompts/evals/report_{code}.yaml").read_text("utf-8")))
        for code in ("en", "de")
    )
    assert english.keys() == german.keys()
    for key, text in english.items():
        names = [sorted(re.findall(r"\{(\w+)\}", each)) for each in (text, german[key])]
        assert names[0] == names[1], key
        assert text.strip() and german[key].strip(), key


@pytest.mark.parametrize(("language", "code"), [("en", "en"), ("de", "de"), ("fr", "en")])
def test_a_page_says_its_language_and_falls_back_to_english(language: str, code: str):
    page = run_report(REPORT, language)
    assert tree(page).get("lang") == code
    title = {
        "en": "How Tandem did: First answers",
        "de": "So hat Tandem abgeschnitten: Erste Antworten",
    }
    assert texts(tree(page).xpath("//h1")) == [title[code]]


def test_importing_the_report_loads_nothing_heavy():
    program = "import evals.report, sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"lxml", "markdown_it", "numpy", "pydantic", "scipy", "yaml"}
    assert not heavy & set(done.stdout.split())
