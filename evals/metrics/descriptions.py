"""What metrics and reasons are called, for people, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.words import data
from evals.scores import Score


@dataclass(frozen=True)
class Description:
    """A metric's name, and a sentence on what it measures and what 1 means."""

    name: str
    what: str


def description(metric: str, language: str) -> Description:
    """A metric's description in "en" or "de". Raises KeyError for an unknown metric."""
    return Description(**_texts(language)[metric])


def reason(score: Score, language: str) -> str:
    """Why a score has no value, as a sentence; what Tandem itself raised stays as it is."""
    return str(_texts(language)["reasons"].get(score.reason, score.reason))


def _texts(language: str) -> dict[str, dict[str, str]]:
    return dict(data("prompts", f"evals/metrics_{'de' if language == 'de' else 'en'}.yaml"))
