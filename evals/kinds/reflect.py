"""A wish for reflection prompts: an answer of its own kind."""

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
        "success_at_3",
        "seconds",
    ),
    main="vital_points",
)
