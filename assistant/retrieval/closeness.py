"""How close texts are to a question: by meaning, and by the words they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.retrieval.embeddings import as_matrix
from assistant.retrieval.glossary import Part, built_in_glossary
from assistant.retrieval.terms import filler_words, words

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from assistant.retrieval.lexical import LexicalIndex


@dataclass(frozen=True)
class Closeness:
    """`cosine` of the embeddings; `coverage` is the share of the question's words (weighted by
    how rare they are in the library) that the text has, 0 to 1."""

    cosine: float
    coverage: float


def cosines(
    embeddings: Callable[[], Embeddings], question: str, texts: Sequence[str]
) -> list[float]:
    """The cosine of each text to the question."""
    if not texts:
        return []
    matrix = as_matrix(embeddings().embed_documents([question, *texts]))
    return [float(value) for value in matrix[1:] @ matrix[0]]


def coverages(
    lexical: LexicalIndex, question: str, language: str, texts: Sequence[tuple[str, str]]
) -> list[float]:
    """For (text, language) pairs, the weighted share of the question's parts that each names.

    A part is an idea of the glossary, named by any of its terms in the text's language, or a word.
    Words that no idea stands for can't be found in the other language and count against it.
    """
    parts = {own: _parts(lexical, question, language, own) for own in {own for _, own in texts}}
    result = []
    for text, own in texts:
        found = set(lexical.vocabulary.terms(words(text), own))
        total = sum(weight for weight, _ in parts[own])
        hit = sum(
            weight for weight, ways in parts[own] if any(found.issuperset(way) for way in ways)
        )
        result.append(hit / total if total else 0.0)
    return result


def _parts(
    lexical: LexicalIndex, question: str, language: str, own: str
) -> list[tuple[float, list[tuple[str, ...]]]]:
    """(weight, ways to say it in stems of language `own`) for each telling part of the question."""
    glossary = built_in_glossary()
    result = []
    for part in glossary.parts(question, language):
        if all(word in filler_words(language) for word in part.words):
            continue
        ways = [glossary.stems(term, own) for idea in part.ideas for term in idea.terms(own)]
        if own == language:
            ways += _ways(lexical, part, language)
        said = lexical.vocabulary.terms(part.words, language)
        weight = max((lexical.idf(term) for term in said), default=0.0)
        if weight:
            result.append((weight, ways))
    return result


def _ways(lexical: LexicalIndex, part: Part, language: str) -> list[tuple[str, ...]]:
    """The words of a part as they are; a compound is also named by all of its parts together."""
    ways: list[tuple[str, ...]] = []
    for word in part.words:
        terms = lexical.vocabulary.terms([word], language)
        if terms:
            ways += [(terms[0],), tuple(terms[1:])] if len(terms) > 2 else [(terms[0],)]
    return ways
