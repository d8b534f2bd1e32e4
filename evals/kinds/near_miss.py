"""It sounds like danger and is none: Tandem should stay quiet."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("respond", "assess"),
    metrics=("left_alone", "must_not", "citation_valid", "language", "seconds"),
    main="left_alone",
)
