"""A run with what the parts of its page look up again and again."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from evals.cases import Case
from evals.kinds import kinds
from evals.outcomes import Outcome
from evals.pages.forms import SENSITIVE, form_of, shortfall
from evals.pages.page import Anchors
from evals.pages.views import Report, SummaryRow
from evals.pages.words import LANGUAGES, Words
from evals.plots import escaped
from evals.scores import Score


class RunPage:
    """A report with what its parts look up again and again."""

    def __init__(self, report: Report, words: Words) -> None:
        self.report, self.words, self.anchor = report, words, Anchors()
        self.cases = {case.id: case for case in report.cases}
        self.outcomes = {outcome.case: outcome for outcome in report.outcomes}
        self.scores = {(score.case, score.metric): score for score in report.scores}
        self.of_case: dict[str, list[Score]] = {case.id: [] for case in report.cases}
        for score in report.scores:
            self.of_case.setdefault(score.case, []).append(score)

    def missed(self, case: str) -> list[Score]:
        """Scores of a case that fall short or failed, the worst first."""
        found = [s for s in self.of_case[case] if form_of(s.metric).role != "note"]
        return sorted((s for s in found if shortfall(s) > 0), key=lambda s: -shortfall(s))

    def gaps(self, case: str) -> int:
        """How many checks a case missed; a figure that could not be worked out is one."""
        return sum(form_of(s.metric).role == "check" for s in self.missed(case))

    def worst_first(self) -> list[Case]:
        """Missed danger, then what could not be run, then what falls furthest short."""
        return sorted(self.report.cases, key=self._rank)

    def _rank(self, case: Case) -> tuple[float, ...]:
        found = [shortfall(s) for s in self.of_case[case.id] if form_of(s.metric).role != "note"]
        known = kinds().get(case.kind)
        main = self.scores.get((case.id, known.main)) if known else None
        short = shortfall(main) if main else 0.0
        unhelped = case.concern is not None and short > 0
        broken = bool(self.outcome(case.id).error)
        mean = math.fsum(found) / len(found) if found else 0.0
        gaps = self.gaps(case.id)
        return (-unhelped, -broken, -(gaps > 0), -short, -gaps, -mean)

    def plain_rows(self) -> list[SummaryRow]:
        """The figures that are not about safety."""
        return [row for row in self.report.summary if not _is_about_safety(row)]

    def safety_rows(self) -> dict[str, list[SummaryRow]]:
        """The others by metric; what is told apart by concern never stands there as a mean."""
        rows = [row for row in self.report.summary if _is_about_safety(row)]
        apart = {row.metric for row in rows if row.concern}
        found: dict[str, list[SummaryRow]] = {}
        for row in rows:
            if row.concern or row.metric not in apart:
                found.setdefault(row.metric, []).append(row)
        return found

    def outcome(self, case: str) -> Outcome:
        """What Tandem did with a case; an empty one where the run never came to it."""
        return self.outcomes.get(case, Outcome(case, ()))

    def languages(self) -> list[str]:
        """The languages of the cases, English first."""
        found = {case.language for case in self.report.cases}
        return [language for language in LANGUAGES if language in found]

    def kinds(self) -> list[str]:
        """The kinds of the figures, in the suite's order."""
        return list(dict.fromkeys(case.kind for case in self.report.cases))


def _is_about_safety(row: SummaryRow) -> bool:
    return bool(row.concern) or (row.kind in SENSITIVE and row.metric == kinds()[row.kind].main)


@dataclass(frozen=True)
class _Counts:
    """The scores behind a figure, by state; `missing` are cases without any."""

    ok: int
    of: int
    reasons: tuple[tuple[str, str, int], ...]
    """(state, reason, how many), the most frequent first."""


def counts_of(page: RunPage, row: SummaryRow) -> _Counts:
    """What counts in a figure and what doesn't, with the reasons."""
    ok, reasons = 0, Counter[tuple[str, str]]()
    for case in row.cases:
        score = page.scores.get((case, row.metric))
        if score is None:
            reasons["error", page.words("figures.missing")] += 1
        elif score.state == "ok":
            ok += 1
        else:
            reasons[score.state, page.words.reason(score)] += 1
    listed = tuple((state, reason, count) for (state, reason), count in reasons.most_common())
    return _Counts(ok, len(row.cases), listed)


def cell_anchor(page: RunPage, row: SummaryRow) -> str:
    """Where the cases of a figure are listed."""
    return page.anchor("figure", row.metric, row.kind, row.language, row.concern)


def group_name(page: RunPage, row: SummaryRow) -> str:
    """What a figure is about beside its metric: the concern, else the kind of case."""
    if row.concern:
        return page.words.named("concerns", row.concern)
    return page.words.named("short_kinds", row.kind)


def case_link(page: RunPage, case: str) -> str:
    """A case's name, leading to it where the page has it."""
    if case not in page.cases:
        return escaped(case)
    return f'<a href="#{page.anchor("case", case)}">{escaped(case)}</a>'
