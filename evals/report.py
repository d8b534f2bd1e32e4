"""What a run found, or how two runs differ, as one HTML page that loads nothing.

`run_report` and `comparison_report` take plain data and return the page. Everything that people,
guides or chat models wrote is shown as text: of Markdown only structure and emphasis survive, and
a content security policy forbids every script but the page's own and every load.
"""

from __future__ import annotations

from evals.pages.cases import cases_part
from evals.pages.comparison import comparison_plots, comparison_table, flips_part
from evals.pages.figures import figures_part, metrics_part, safety_part
from evals.pages.headline import facts_part, headline_part, suite_title
from evals.pages.page import Anchors, document
from evals.pages.ratings import ratings_part
from evals.pages.run import RunPage
from evals.pages.views import (
    AgreementRow,
    ComparisonRow,
    ComparisonView,
    Disagreement,
    Flip,
    Ratings,
    Report,
    SummaryRow,
)
from evals.pages.words import Words
from evals.plots import escaped

__all__ = [
    "AgreementRow",
    "ComparisonRow",
    "ComparisonView",
    "Disagreement",
    "Flip",
    "Ratings",
    "Report",
    "SummaryRow",
    "comparison_report",
    "run_report",
]


def run_report(report: Report, language: str) -> str:
    """The page of one run, in English or German (any other language: English)."""
    page = RunPage(report, Words(language))
    words = page.words
    sections = [
        ("safety", words("safety.title"), safety_part(page)),
        ("figures", words("figures.title"), figures_part(page)),
        ("ratings", words("ratings.title"), ratings_part(page)),
        ("metrics", words("metrics_section.title"), metrics_part(page)),
        ("cases", words("cases.title"), cases_part(page)),
    ]
    head = f"{facts_part(page)}{headline_part(page)}"
    title = words("facts.title", suite=suite_title(report.manifest, words.language))
    return document(words, title, head, sections)


def comparison_report(view: ComparisonView, language: str) -> str:
    """The page that compares two runs, in English or German (any other language: English)."""
    words, anchors = Words(language), Anchors()
    title = words("comparison.title", a=view.name_a, b=view.name_b)
    sections = [
        ("figures", words("comparison.figures"), comparison_table(view, words, anchors)),
        ("plots", words("comparison.plot"), comparison_plots(view, words)),
        ("flips", words("comparison.flips"), flips_part(view, words, anchors)),
    ]
    return document(words, title, f'<p class="verdict">{escaped(view.verdict)}</p>', sections)
