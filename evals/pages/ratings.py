"""How far the people who rated agree, and where they don't."""

from __future__ import annotations

from evals.pages.page import paragraph, table_of
from evals.pages.run import RunPage, case_link
from evals.pages.views import Ratings
from evals.pages.words import exact
from evals.plots import escaped


def ratings_part(page: RunPage) -> str:
    """Agreement by criterion, then what is worth talking about; empty without ratings."""
    words, ratings = page.words, page.report.ratings
    if ratings is None:
        return ""

    rows = [
        (
            escaped(row.criterion), exact(row.alpha, words.value(row.alpha, "degree")),
            escaped(words.between(row.low, row.high, "degree", words.value)) or "–",
            str(row.units), str(row.raters), escaped(row.reading),
        )
        for row in ratings.agreement
    ]  # fmt: skip
    names = ("criterion", "alpha", "interval", "units", "raters", "reading")
    table = table_of([words(f"ratings.{name}") for name in names], rows, "wide")
    return (
        f"{paragraph(words('ratings.about'))}{table}"
        f"<h3>{words.html('ratings.disagreements')}</h3>{_disagreements(page, ratings)}"
    )


def _disagreements(page: RunPage, ratings: Ratings) -> str:
    words = page.words
    if not ratings.disagreements:
        return paragraph(words("ratings.none"))
    rows = []
    for each in ratings.disagreements:
        given = "".join(
            f"<li>{escaped(rater)}: <b>{escaped(rating)}</b> {escaped(comment)}</li>"
            for rater, rating, comment in each.given
        )
        rows.append((case_link(page, each.case), escaped(each.criterion), f"<ul>{given}</ul>"))
    heads = [words(f"ratings.{name}") for name in ("case", "criterion", "given")]
    return paragraph(words("ratings.disagreements_about")) + table_of(heads, rows, "wide")
