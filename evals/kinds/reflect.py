"""A wish for reflection prompts: an answer of its own kind."""

from evals.kinds.kind import ANSWER_METRICS, Kind

KIND = Kind(
    asks=("respond", "search"),
    metrics=(*ANSWER_METRICS, "success_at_3", "seconds"),
    main="vital_points",
)
