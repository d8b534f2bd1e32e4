"""A question that the guides answer."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("respond", "search"),
    metrics=(
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
        "similarity",
        "success_at_1",
        "success_at_3",
        "section_at_3",
        "ndcg_at_5",
        "ndcg_at_10",
        "recall_at_5",
        "mrr",
        "seconds",
    ),
    main="vital_points",
)
