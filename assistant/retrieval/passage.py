"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.store.catalogue import BUILT_IN


@dataclass(frozen=True)
class Passage:
    """A chunk found for a query.

    `path` is the guide's path relative to the folder that was synced (the collection's root).
    `text` is exactly ``guide_text[start:end]``. `score` is the fused score (higher is better;
    comparable only within one search). `similarity` is the cosine to the query (of the text or of
    a line that leads to it), 0 when the dense index did not answer. `also_in` are paths of guides
    that say nearly the same there and were left out for it, `asked` are the lines that lead to this
    place. `chunk_id` and `guide_id` are keys of the store.
    """

    path: str
    title: str
    heading_path: tuple[str, ...]
    page: int | None
    start: int
    end: int
    text: str
    score: float
    language: str
    collection: str = ""
    guide_id: int = 0
    chunk_id: int = 0
    similarity: float = 0.0
    also_in: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def built_in(self) -> bool:
        """Whether the guide came with Tandem."""
        return self.collection == BUILT_IN
