"""Searching: dense and BM25 rankings of one snapshot of the library, fused."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.errors import IndexUnavailable
from assistant.language import detect
from assistant.retrieval.closeness import Closeness, cosines, coverages
from assistant.retrieval.embeddings import as_matrix
from assistant.retrieval.fusion import (
    RRF_K,
    SUPPORT,
    rearranged,
    reciprocal_rank,
    repeated,
    shingles,
    supported,
)
from assistant.retrieval.indexes import Indexes
from assistant.retrieval.passage import Passage
from assistant.retrieval.sections import strength, worths
from assistant.retrieval.snapshot import Snapshot
from assistant.retrieval.turning import familiarity, turned
from assistant.store.catalogue import Catalogue
from assistant.store.tables import ChunkRow, GuideRow
from assistant.words import storable

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger(__name__)

DEPTH = 150
"""How far down each ranking is read for the fusion."""

NEAREST = 500
"""Chunks and signposts that are taken of the vectors."""

LONGEST_QUERY = 2_000
"""Characters of a query that are looked at; more is a text, not a question."""


@dataclass(frozen=True)
class Weights:
    """How much each ranking counts in the fusion.

    Of the words: how much a guide's other places support a place, and how much first places are
    damped. Chosen on the judged questions (`python -m evals.retrieval`).
    """

    dense: float
    lexical: float
    support: float = SUPPORT
    damping: int = RRF_K


WEIGHTS = {"en": Weights(dense=1.0, lexical=0.6), "de": Weights(dense=1.0, lexical=0.7)}

WITHOUT_LINES = Weights(dense=1.0, lexical=0.2)
"""Where no guide says how people ask for it, as on the test corpus: shared words mislead there."""

FEW_WORDS, BY_WORDS = 3, Weights(dense=1.0, lexical=1.6, support=0.0, damping=8)
"""Who types no more words than these looks for the words, and for the place that has them all."""

NEARLY_ASKED, ASKED_FROM = 20, 0.8
"""Lines that are looked at for a question in nearly the same words, and from which cosine it is."""

OF_READING, OF_STRENGTH, SOUNDS_ALIKE = 0.54, 1.05, -14.1
"""How the second reading and the strength of the sections' answer tell familiar questions from
others. By logistic regression, with the nearness that `assistant.answering` adds, on 520 stories
that the sections were not learnt from and 320 questions that no guide answers; for sections that
were learnt anew since, the last figure was moved by half on `abstention`, so that is flattered."""


class Search:
    """Finds passages in the indexes."""

    def __init__(self, catalogue: Catalogue, indexes: Indexes) -> None:
        self._catalogue, self._indexes = catalogue, indexes

    def find(
        self,
        query: str,
        top_k: int,
        collections: Collection[str] | None = None,
        spread: bool = False,
        language: str = "",
    ) -> list[Passage]:
        """The `top_k` best passages of the enabled (or the named) collections, best first.

        With `spread` each guide's best passage comes before any guide's second. Of a guide that
        stands in several languages only the one in `language` (by default the query's) is shown.
        """
        query = " ".join(storable(query[:LONGEST_QUERY]).split())
        snapshot = self._indexes.snapshot
        if not query or not snapshot.guide_of.size or top_k < 1:
            return []
        language = language or detect(query)
        allowed = self._allowed(snapshot, collections) & ~snapshot.translated[language]
        vector = self._vector(query)
        plain = snapshot.plain(query, language)
        ranked_by = None if vector is None else turned(vector, query, self._indexes.model)
        fused = self._rank(plain, language, ranked_by, snapshot, allowed)
        fused = rearranged(fused, self._worth(query, vector, snapshot, allowed))
        order = sorted(fused, key=lambda key: (-fused[key], key))
        if spread:
            order = _spread(order, snapshot)
        return self._with_cosines(self._passages(order, fused, top_k), vector, snapshot)

    def passages_of(self, guide_id: int) -> list[Passage]:
        """All passages of a guide, in order; nothing is said of how near they are to anything."""
        snapshot = self._indexes.snapshot
        ids = [
            key
            for key, place in snapshot.position.items()
            if snapshot.guide_of[place] == guide_id and snapshot.leads_to[place] == place
        ]
        rows = self._catalogue.rows(ids)
        return sorted((_passage(*row, score=0.0) for row in rows.values()), key=lambda p: p.start)

    def coverage(
        self, question: str, language: str, texts: Sequence[tuple[str, str]]
    ) -> list[float]:
        """The share of a question's words and ideas that each (text, language) names, 0 to 1."""
        plain = self._indexes.snapshot.plain(question, language)
        return coverages(self._indexes.snapshot.lexical, plain, language, texts)

    def closeness(
        self, question: str, language: str, texts: Sequence[tuple[str, str]]
    ) -> list[Closeness]:
        """How close (text, language) pairs are to a question in `language`."""
        covered = self.coverage(question, language, texts)
        try:
            found = cosines(self._indexes.encoder, question, [text for text, _ in texts])
        except IndexUnavailable:
            found = [0.0] * len(texts)
        return [Closeness(*pair) for pair in zip(found, covered, strict=True)]

    def familiarity(self, question: str) -> float:
        """How much a question sounds like those that the built-in guides are asked, as log odds.

        Minus infinity where nothing was learnt of that.
        """
        model = self._indexes.model
        read, told = familiarity(question, model), strength(question, model)
        return OF_READING * read + OF_STRENGTH * told + SOUNDS_ALIKE

    def embed(self, texts: Sequence[str]) -> np.ndarray | None:
        """Unit vectors of texts, one row each; None when no model answers."""
        try:
            return as_matrix(self._indexes.encoder().embed_documents(list(texts)))
        except IndexUnavailable as error:
            log.warning("%s", error)
            return None

    def _rank(
        self,
        query: str,
        language: str,
        vector: np.ndarray | None,
        snapshot: Snapshot,
        allowed: np.ndarray,
    ) -> dict[int, float]:
        """Fused score by chunk id."""
        import numpy as np

        weights = _weights(query, language, snapshot, allowed)
        lexical = np.where(allowed, snapshot.lexical.scores(query, language), 0.0)
        dense = self._nearest(vector, snapshot, allowed)
        return reciprocal_rank(
            [
                (weights.lexical, weights.damping, _order(lexical, snapshot, weights.support)),
                (weights.dense, RRF_K, _order(dense, snapshot, SUPPORT)),
            ]
        )

    def _worth(
        self, query: str, vector: np.ndarray | None, snapshot: Snapshot, allowed: np.ndarray
    ) -> dict[int, float]:
        """How likely sections of the built-in guides answer, by chunk id, 0 to 1."""
        import numpy as np

        found = worths(query, self._indexes.model)
        if found is None:
            return {}
        builtin = [c.id for c in self._catalogue.collections() if c.builtin]
        places = np.flatnonzero(
            allowed & (snapshot.section_of >= 0) & np.isin(snapshot.collection_of, builtin)
        )
        ids = snapshot.lexical.chunk_ids
        worth = {int(ids[n]): float(found[snapshot.section_of[n]]) for n in places}
        for key, share in self._nearly_asked(vector, snapshot).items():
            if key in worth:
                worth[key] = max(worth[key], share)
        return worth

    def _nearly_asked(self, vector: np.ndarray | None, snapshot: Snapshot) -> dict[int, float]:
        """How nearly a question stands among the lines that lead to a chunk, by chunk id, 0 to 1:
        what was learnt of many questions must not outweigh the very one that is asked."""
        found: dict[int, float] = {}
        for key, cosine in self._nearest_of(vector, NEARLY_ASKED):
            place = snapshot.position.get(key)
            if place is not None and cosine > ASKED_FROM:
                leads = int(snapshot.lexical.chunk_ids[snapshot.leads_to[place]])
                share = min(1.0, (cosine - ASKED_FROM) / (1.0 - ASKED_FROM))
                found[leads] = max(found.get(leads, 0.0), share)
        return found

    def _vector(self, query: str) -> np.ndarray | None:
        """The query's embedding; None while the dense index can't answer."""
        if not self._indexes.dense_ready:
            return None
        try:
            return as_matrix([self._indexes.encoder().embed_query(query)])[0]
        except IndexUnavailable as error:
            log.warning("%s", error)
            return None

    def _nearest(
        self, vector: np.ndarray | None, snapshot: Snapshot, allowed: np.ndarray
    ) -> np.ndarray:
        """Cosines in the order of the chunks; 0 beyond the nearest, or without a dense index."""
        import numpy as np

        result = np.zeros(len(allowed), dtype=np.float32)
        count = NEAREST if allowed.all() else 4 * NEAREST
        for key, cosine in self._nearest_of(vector, count):
            place = snapshot.position.get(key)
            if place is not None and allowed[place]:
                result[place] = max(cosine, 0.0)
        return result

    def _nearest_of(self, vector: np.ndarray | None, count: int) -> list[tuple[int, float]]:
        """The nearest chunks and signposts; none without a dense index."""
        if vector is None:
            return []
        try:
            return self._indexes.nearest(vector, count)
        except IndexUnavailable as error:
            log.warning("%s", error)
            return []

    def _with_cosines(
        self, passages: Sequence[Passage], vector: np.ndarray | None, snapshot: Snapshot
    ) -> list[Passage]:
        posts = [snapshot.asked.get(passage.chunk_id, {}) for passage in passages]
        passages = [
            replace(p, asked=tuple(lines.values()))
            for p, lines in zip(passages, posts, strict=True)
        ]
        if vector is None or not passages:
            return passages
        ids = {
            key for p, lines in zip(passages, posts, strict=True) for key in (p.chunk_id, *lines)
        }
        listed = sorted(ids)
        cosines = self._indexes.vectors_of(listed) @ vector
        near = dict(zip(listed, map(float, cosines), strict=True))
        return [
            replace(p, similarity=round(max(near[key] for key in (p.chunk_id, *lines)), 4))
            for p, lines in zip(passages, posts, strict=True)
        ]

    def _passages(
        self,
        order: Sequence[int],
        fused: Mapping[int, float],
        top_k: int,
    ) -> list[Passage]:
        kept: list[Passage] = []
        seen: list[frozenset[tuple[str, ...]]] = []
        also_in: list[list[str]] = []
        step = max(2 * top_k, 20)
        for start in range(0, len(order), step):
            rows = self._catalogue.rows(order[start : start + step])
            for key in order[start : start + step]:
                if key not in rows:
                    continue
                passage = _passage(*rows[key], fused[key])
                mark = shingles(passage.text)
                twin = repeated(mark, seen)
                if twin is not None:
                    also_in[twin].append(passage.path)
                elif len(kept) < top_k:
                    kept.append(passage)
                    seen.append(mark)
                    also_in.append([])
            if len(kept) == top_k:
                break
        return [
            replace(p, also_in=tuple(path for path in dict.fromkeys(paths) if path != p.path))
            for p, paths in zip(kept, also_in, strict=True)
        ]

    def _allowed(self, snapshot: Snapshot, collections: Collection[str] | None) -> np.ndarray:
        import numpy as np

        wanted = [
            c.id
            for c in self._catalogue.collections()
            if (c.enabled if collections is None else c.name in collections)
        ]
        return np.isin(snapshot.collection_of, wanted)


def _weights(query: str, language: str, snapshot: Snapshot, allowed: np.ndarray) -> Weights:
    import numpy as np

    if len(query.split()) <= FEW_WORDS:
        return BY_WORDS
    lines = allowed & (snapshot.leads_to != np.arange(len(allowed)))
    return WEIGHTS[language] if lines.any() else WITHOUT_LINES


def _order(scores: np.ndarray, snapshot: Snapshot, support: float) -> list[int]:
    """Chunk ids by score, raised by what else their guides hold, best first."""
    import numpy as np

    raised = supported(scores, snapshot.guide_of, snapshot.leads_to, support)
    best = np.argsort(-raised, kind="stable")[:DEPTH]
    return [int(snapshot.lexical.chunk_ids[n]) for n in best if raised[n] > 0]


def _spread(order: Sequence[int], snapshot: Snapshot) -> list[int]:
    """Each guide's best chunk first, then the others."""
    first: dict[int, int] = {}
    for key in order:
        first.setdefault(int(snapshot.guide_of[snapshot.position[key]]), key)
    leading = set(first.values())
    return [*first.values(), *(key for key in order if key not in leading)]


def _passage(chunk: ChunkRow, guide: GuideRow, collection: str, score: float) -> Passage:
    return Passage(
        path=guide.path,
        title=guide.title,
        heading_path=tuple(chunk.heading_path),
        page=chunk.page,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        score=round(score, 6),
        language=guide.language,
        collection=collection,
        guide_id=guide.id,
        chunk_id=chunk.id,
    )
