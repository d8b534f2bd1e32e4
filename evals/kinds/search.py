"""A query for which only the search is looked at."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("search",),
    metrics=(
        "success_at_1",
        "success_at_3",
        "section_at_3",
        "ndcg_at_5",
        "ndcg_at_10",
        "recall_at_5",
        "mrr",
        "seconds",
    ),
    main="ndcg_at_10",
)
