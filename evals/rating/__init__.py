"""Blind rating of runs by people: how they rate, in sessions or sheets, and how far they agree."""

from evals.rating.agreeing import (
    CriterionAgreement,
    JudgeAgreement,
    Talk,
    agreement_of,
    judge_agreement,
)
from evals.rating.raters import Rating, RatingError, ratings_of
from evals.rating.session import Item, Progress, Session, ShownQuote, content_note
from evals.rating.sheets import export_ratings, import_ratings, ratings_from, ratings_table
from evals.verdicts import Criterion, criteria

__all__ = [
    "Criterion",
    "CriterionAgreement",
    "Item",
    "JudgeAgreement",
    "Progress",
    "Rating",
    "RatingError",
    "Session",
    "ShownQuote",
    "Talk",
    "agreement_of",
    "content_note",
    "criteria",
    "export_ratings",
    "import_ratings",
    "judge_agreement",
    "ratings_from",
    "ratings_of",
    "ratings_table",
]
