"""How near lines of guides are to what a plan needs, remembered from plan to plan."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.retrieval.passage import Passage

if TYPE_CHECKING:
    import numpy as np

Embed = Callable[[Sequence[str]], "np.ndarray | None"]
"""Unit vectors of texts, one row each; None when no model answers."""

Cover = Callable[[str, str, Sequence[tuple[str, str]]], list[float]]
"""The share of a query's words that each (text, language) names."""

Find = Callable[[str, int, None, str], Sequence[Passage]]
"""The search: (query, top_k, collections, language)."""

REMEMBERED = 20_000
"""Texts whose vectors stay in memory: about 1.5 kB each."""

LONGEST = 240
"""Characters of a text that are looked at."""

_MEANING, _WORDS = 0.7, 0.3


class Nearness:
    """Weighs texts against a query: meaning first, shared words second."""

    def __init__(self, embed: Embed, cover: Cover) -> None:
        self._embed, self._cover = embed, cover
        self._vectors: OrderedDict[str, np.ndarray] = OrderedDict()

    def of(self, query: str, language: str, texts: Sequence[str]) -> list[float]:
        """For each text how near it is to the query, about 0 to 1."""
        if not texts or not query.strip():
            return [0.0] * len(texts)
        shortened = [text[:LONGEST] for text in texts]
        covered = self._cover(query, language, [(text, language) for text in shortened])
        rows = self._rows([query[:LONGEST], *shortened])
        if rows is None:
            # Words alone tell little: what shares none may be as near as what shares one.
            return [0.5 + 0.5 * share for share in covered]
        return [
            _MEANING * max(float(row @ rows[0]), 0.0) + _WORDS * share
            for row, share in zip(rows[1:], covered, strict=True)
        ]

    def _rows(self, texts: Sequence[str]) -> list[np.ndarray] | None:
        known = self._vectors
        new = list(dict.fromkeys(text for text in texts if text not in known))
        if new:
            matrix = self._embed(new)
            if matrix is None:
                return None
            # Two plans at once may both add; the last one in wins, with the same vectors.
            known.update(zip(new, matrix, strict=True))
        rows = [known[text] for text in texts]
        while len(known) > REMEMBERED:
            known.popitem(last=False)
        return rows
