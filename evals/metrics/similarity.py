"""How alike two texts are in their words, without a model.

The mean of three measures: F1 of words weighted by rarity (IDF), the cosine of character
3-to-5-gram TF-IDF vectors, and the F measure of the longest common subsequence of words (ROUGE-L:
Chin-Yew Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004). It can't see
negation: "tell her" and "don't tell her" are nearly the same to it. So it says where to look, and
never gates.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from evals.cases import Case, Language
from evals.metrics.measuring import needs
from evals.metrics.wording import words
from evals.outcomes import Outcome
from evals.scores import Score, not_applicable, scored

LENGTHS = (3, 4, 5)


@needs("respond")
def similarity(case: Case, outcome: Outcome) -> Score:
    """Likeness of the answer to the first wordings of the case's points, put together."""
    wordings = [point.accepted[0] for point in case.points if point.accepted]
    if len(wordings) < 2:
        return not_applicable(case.id, "similarity", "too_few_points")
    compared = guides_similarity(case.language)
    return scored(case.id, "similarity", compared(outcome.text, " ".join(wordings)))


class Similarity:
    """Compares texts; the background says which words and letters are common.

    A call gives 0 (nothing in common, or nothing to compare) to 1 (the same words in the same
    order).
    """

    def __init__(self, background: Sequence[str]) -> None:
        plain = [words(text) for text in background]
        self._words = _Rarity(plain)
        self._grams = _Rarity([list(_grams(text)) for text in plain])

    def __call__(self, candidate: str, reference: str) -> float:
        said, wanted = words(candidate), words(reference)
        if not said or not wanted:
            return 0.0
        alike = self._overlap(said, wanted) + self._cosine(said, wanted) + _in_order(said, wanted)
        return min(1.0, alike / 3)

    def _overlap(self, said: Sequence[str], wanted: Sequence[str]) -> float:
        """F1 of the words in common, each as often as both have it, by their weights."""
        ours, theirs = Counter(said), Counter(wanted)
        common = self._words.total(ours & theirs)
        return 2 * common / (self._words.total(ours) + self._words.total(theirs))

    def _cosine(self, said: Sequence[str], wanted: Sequence[str]) -> float:
        ours, theirs = self._grams.weighted(_grams(said)), self._grams.weighted(_grams(wanted))
        product = sum(weight * theirs[gram] for gram, weight in ours.items() if gram in theirs)
        return product / (math.hypot(*ours.values()) * math.hypot(*theirs.values()))


class _Rarity:
    """Weights of terms by how few texts of a background have them: smoothed IDF, at least 1."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        counts = Counter(term for text in texts for term in set(text))
        self._unknown = math.log(1 + len(texts)) + 1
        # A term of one text only says hardly more than an unknown one, and most are such.
        self._weights = {
            term: math.log((1 + len(texts)) / (1 + count)) + 1
            for term, count in counts.items()
            if count > 1
        }

    def weighted(self, counts: Mapping[str, int]) -> dict[str, float]:
        return {term: n * self._weights.get(term, self._unknown) for term, n in counts.items()}

    def total(self, counts: Mapping[str, int]) -> float:
        return math.fsum(self.weighted(counts).values())


@cache
def guides_similarity(language: Language) -> Similarity:
    """Measured against the built-in guides of a language, paragraph by paragraph; read once."""
    folder = files("knowledge").joinpath("guides", language)
    guides = sorted((f for f in folder.iterdir() if f.name.endswith(".md")), key=lambda f: f.name)
    return Similarity(
        [part for guide in guides for part in guide.read_text(encoding="utf-8").split("\n\n")]
    )


def _grams(listed: Sequence[str]) -> Counter[str]:
    text = f" {' '.join(listed)} "
    return Counter(text[i : i + n] for n in LENGTHS for i in range(len(text) - n + 1))


def _in_order(said: Sequence[str], wanted: Sequence[str]) -> float:
    """F measure of the longest common subsequence.

    Counted in the bits of one number (Heikki Hyyrö, "Bit-Parallel LCS-length Computation
    Revisited", 2004), which is fast enough for long answers.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(said):
        places[word] = places.get(word, 0) | 1 << place
    whole = row = (1 << len(said)) - 1
    for word in wanted:
        hit = row & places.get(word, 0)
        row = ((row + hit) | (row - hit)) & whole
    common = len(said) - row.bit_count()
    return 2 * common / (len(said) + len(wanted))
