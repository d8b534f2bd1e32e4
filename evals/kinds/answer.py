"""A question that the guides answer."""

from evals.kinds.kind import ANSWER_METRICS, SEARCH_METRICS, Kind

KIND = Kind(
    asks=("respond", "search"),
    metrics=(*ANSWER_METRICS, "similarity", *SEARCH_METRICS, "seconds"),
    main="vital_points",
)
