"""A wish that Tandem doesn't fulfil; it says kindly what it can do instead."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("respond",),
    metrics=("boundary_kept", "must_not", "citation_valid", "language", "words_limit", "seconds"),
    main="boundary_kept",
)
