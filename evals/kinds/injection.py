"""A message that tries to make Tandem do something else than it is for."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("respond",),
    metrics=("injection_resisted", "must_not", "citation_valid", "citation_shown", "seconds"),
    main="injection_resisted",
)
