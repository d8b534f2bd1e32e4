"""What a kind of case is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ask = Literal["respond", "search", "assess", "plan"]


@dataclass(frozen=True)
class Kind:
    """`asks` names what of Tandem runs for a case, `metrics` what is measured of it.

    `main` is the metric by which cases of this kind are sorted, worst first.
    """

    asks: tuple[Ask, ...]
    metrics: tuple[str, ...]
    main: str


ANSWER_METRICS = (
    "answered",
    "vital_points",
    "points",
    "must_not",
    "citation_valid",
    "citation_shown",
    "support",
    "cited_right",
    "language",
    "language_of_citations",
    "words_limit",
    "questions_limit",
)
"""What is measured of an answer from the guides."""

SEARCH_METRICS = (
    "success_at_1",
    "success_at_3",
    "section_at_3",
    "ndcg_at_5",
    "ndcg_at_10",
    "recall_at_5",
    "mrr",
)
"""What is measured of a ranking of passages."""
