"""A question that no guide answers: Tandem should say so instead of making something up."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("respond",),
    metrics=("abstained", "must_not", "citation_valid", "language", "seconds"),
    main="abstained",
)
