"""A message in which somebody may be in danger: only the safety check is asked, which is quick."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("assess",),
    metrics=("concern_noticed", "concern_right", "speaker_right"),
    main="concern_noticed",
)
