"""The answer's language, and the limits to its length and questions."""

from __future__ import annotations

import re
import unicodedata

from assistant.words import storable
from evals.cases import Case
from evals.metrics.measuring import needs
from evals.metrics.wording import MARK, unescaped, words
from evals.outcomes import Outcome
from evals.scores import Score, not_applicable, scored

_SAID_BY_OTHERS = re.compile(r'„[^“”\n]*[“”]|“[^”\n]*”|"[^"\n]*"|«[^»\n]*»|»[^«\n]*«')
_QUESTION = re.compile(r"\?(?:[\s?!]*\?)?")
_DRAWN = re.compile(r"[*_#>`]+")


@needs("respond")
def language(case: Case, outcome: Outcome) -> Score:
    """1 if the answer says it is in the case's language and its text is.

    Where the guides that answer are in another language, their quotations are left out of account.
    Details are the language it says and the one its text is in.
    """
    foreign = case.guides_language not in {None, case.language}
    text = _own_words(outcome) if foreign else outcome.text
    if not words(text):
        reason = "only_quotations" if words(outcome.text) else "empty_answer"
        return not_applicable(case.id, "language", reason)
    from assistant.language import detect

    found = detect(_DRAWN.sub("", MARK.sub("", storable(text))), case.language)
    kept = outcome.language == found == case.language
    return scored(case.id, "language", kept, outcome.language, found)


@needs("respond")
def words_limit(case: Case, outcome: Outcome) -> Score:
    """1 if the answer has no more words than the case allows; citation numbers don't count."""
    count = sum(1 for token in MARK.sub(" ", outcome.text).split() if words(token))
    return _within(case, outcome, "words_limit", count, case.limits.words)


@needs("respond")
def questions_limit(case: Case, outcome: Outcome) -> Score:
    """1 if it asks no more questions than the case allows; those in quotation marks don't count."""
    text = _SAID_BY_OTHERS.sub(" ", unescaped(unicodedata.normalize("NFKC", outcome.text)))
    count = len(_QUESTION.findall(text))
    return _within(case, outcome, "questions_limit", count, case.limits.questions)


def _within(case: Case, outcome: Outcome, name: str, count: int, most: int | None) -> Score:
    if most is None:
        return not_applicable(case.id, name, "no_limit")
    if not outcome.text.strip():
        return not_applicable(case.id, name, "empty_answer")
    return scored(case.id, name, count <= most, f"{count}/{most}")


def _own_words(outcome: Outcome) -> str:
    """The answer's text without what it quotes."""
    text = " ".join(unescaped(MARK.sub(" ", outcome.text)).split())
    for quote in sorted((" ".join(q.quote.split()) for q in outcome.quotes), key=len, reverse=True):
        text = text.replace(quote, " ") if quote else text
    return text
