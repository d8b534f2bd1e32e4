"""A message that only sounds like danger: only the safety check is asked, which is quick."""

from evals.kinds.kind import Kind

KIND = Kind(asks=("assess",), metrics=("quiet",), main="quiet")
