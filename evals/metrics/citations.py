"""Whether citations hold, show, fit the question and carry what the answer states."""

from __future__ import annotations

import re
from collections.abc import Callable

from evals.cases import Case
from evals.metrics.abstention import ANSWERING
from evals.metrics.measuring import needs
from evals.metrics.places import grades
from evals.metrics.statements import is_carried, is_valid, statements
from evals.metrics.wording import MARK, unescaped
from evals.outcomes import Outcome, Quote
from evals.scores import Score, not_applicable, scored

_NUMBERS_AFTER = re.compile(r"[^\w\x02]*((?:\x02\d+\x03[\s,;]*)+)")
_NUMBER = re.compile(r"\x02(\d+)\x03")


@needs("respond")
def citation_valid(case: Case, outcome: Outcome) -> Score:
    """The share of citations that are the guide's own text and stand in their passage."""
    return _share(case, outcome, "citation_valid", is_valid)


@needs("respond")
def citation_shown(case: Case, outcome: Outcome) -> Score:
    """The share of citations whose words stand in the answer with their number behind them."""
    shown = _as_shown(outcome.text)
    return _share(case, outcome, "citation_shown", lambda quote: _stands_with_number(quote, shown))


@needs("respond")
def language_of_citations(case: Case, outcome: Outcome) -> Score:
    """The share of citations in the language of the guides that answer, else in the case's."""
    wanted = case.guides_language or case.language
    return _share(case, outcome, "language_of_citations", lambda quote: quote.language == wanted)


@needs("respond")
def cited_right(case: Case, outcome: Outcome) -> Score:
    """The share of cited guides that the case grades; details are the others."""
    graded, cited = grades(case), dict.fromkeys(quote.path for quote in outcome.quotes)
    if not graded or not cited:
        reason = "no_citations" if graded else "no_relevant"
        return not_applicable(case.id, "cited_right", reason)
    wrong = [path for path in cited if path not in graded]
    return scored(case.id, "cited_right", 1 - len(wrong) / len(cited), *wrong)


@needs("respond")
def support(case: Case, outcome: Outcome) -> Score:
    """The share of the answer's statements that what they cite carries; details are the others.

    What counts as a statement and as carried stands in `evals.metrics.statements`.
    """
    if outcome.kind not in ANSWERING:
        return not_applicable(case.id, "support", "not_answered")
    language = outcome.language if outcome.language in {"en", "de"} else case.language
    stated = statements(outcome, language)
    if not stated:
        return not_applicable(case.id, "support", "nothing_stated")
    bare = [one.text for one in stated if not is_carried(one, outcome.quotes, language)]
    return scored(case.id, "support", 1 - len(bare) / len(stated), *bare)


def _share(case: Case, outcome: Outcome, name: str, holds: Callable[[Quote], bool]) -> Score:
    """The share of quotes of which something holds; details are the others."""
    if not outcome.quotes:
        return not_applicable(case.id, name, "no_citations")
    wrong = [f"[{quote.number}] {quote.quote}" for quote in outcome.quotes if not holds(quote)]
    return scored(case.id, name, 1 - len(wrong) / len(outcome.quotes), *wrong)


def _as_shown(text: str) -> str:
    """The text as a reader sees it, citation numbers told apart from bracketed text of a quote."""
    marked = MARK.sub("\x02\\1\x03", text.replace("\x02", " ").replace("\x03", " "))
    return " ".join(unescaped(marked).split())


def _stands_with_number(quote: Quote, shown: str) -> bool:
    wanted = " ".join(quote.quote.split())
    start = shown.find(wanted) if wanted else -1
    while start >= 0:
        numbers = _NUMBERS_AFTER.match(shown, start + len(wanted))
        if numbers and str(quote.number) in _NUMBER.findall(numbers.group(1)):
            return True
        start = shown.find(wanted, start + 1)
    return False
