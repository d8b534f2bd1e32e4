"""A query for which only the search is looked at."""

from evals.kinds.kind import SEARCH_METRICS, Kind

KIND = Kind(asks=("search",), metrics=(*SEARCH_METRICS, "seconds"), main="ndcg_at_10")
