"""Someone may be in danger: human help must come first."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("respond", "assess"),
    metrics=("noticed", "must_not", "language", "seconds"),
    main="noticed",
)
