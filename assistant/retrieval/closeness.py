"""How close texts are to a question: by meaning, and by the words they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.retrieval.embeddings import as_matrix
from assistant.retrieval.terms import words

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from assistant.retrieval.lexical import LexicalIndex


@dataclass(frozen=True)
class Closeness:
    """`cosine` of the embeddings; `coverage` is the share of the question's words (weighted by
    how rare they are in the library) that the text has, 0 to 1."""

    cosine: float
    coverage: float


def cosines(embeddings: Callable[[], Embeddings], question: str, texts: Sequence[str]) -> list[float]:
    """The cosine of each text to the question."""
    if not texts:
        return []
    matrix = as_matrix(embeddings().embed_documents([question, *texts]))
    return [float(value) for value in matrix[1:] @ matrix[0]]


def coverages(
    lexical: LexicalIndex, questions: Mapping[str, str], texts: Sequence[tuple[str, str]]
) -> list[float]:
    """For (text, language) pairs, the weighted share of the question's terms that each has.

    `questions` says the question in each language that the texts are in.
    """
    wanted = {language: _weights(lexical, said, language) for language, said in questions.items()}
    result = []
    for text, language in texts:
        weights = wanted[language]
        total = sum(weights.values())
        found = set(lexical.vocabulary.terms(words(text), language))
        hit = sum(weight for group, weight in weights.items() if found.intersection(group))
        result.append(hit / total if total else 0.0)
    return result


def _weights(lexical: LexicalIndex, question: str, language: str) -> dict[tuple[str, ...], float]:
    """Weight by group of equivalent terms: a compound counts as found by any of its parts."""
    groups = {tuple(lexical.vocabulary.terms([word], language)) for word in words(question)}
    return {group: max(lexical.idf(term) for term in group) for group in groups if group}
