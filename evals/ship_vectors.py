"""Embedding the built-in guides for the next release: ``python -m evals.ship_vectors``.

Run it after the guides or the built-in model have changed; a test says when it is due. Only what
has changed is embedded anew, here as at a first start before it has run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.guides.chunking import embedded_text
from assistant.guides.reading import read_guide
from assistant.guides.scanning import scan
from assistant.retrieval.embeddings import (
    PieceCounter,
    as_matrix,
    fingerprint,
    load_embeddings,
    model_folder,
)
from assistant.retrieval.shipped import FILE, shipped_vectors, write_shipped
from assistant.staging import rows_of_guide
from assistant.store.catalogue import NewChunk
from assistant.store.tables import GuideRow
from evals.guide_checks import BUILT_IN


def built_in_rows(model: Path) -> Iterator[tuple[GuideRow, Sequence[NewChunk]]]:
    """Each built-in guide with its chunks and signposts, as a library stores them."""
    count_pieces = PieceCounter(model)
    for found in scan(BUILT_IN):
        yield rows_of_guide(0, found, read_guide(found.file), count_pieces)


def texts_to_ship(model: Path) -> dict[str, str]:
    """What is embedded of the built-in guides, by hash."""
    texts: dict[str, str] = {}
    for guide, chunks in built_in_rows(model):
        for chunk in chunks:
            title = guide.title if chunk.leads_to is None else ""
            whole = embedded_text(title, tuple(chunk.heading_path), chunk.text)
            texts[chunk.text_hash] = whole
    return texts


def main() -> None:
    """Embed every text of the built-in guides that has no vector yet, and write the file."""
    folder = model_folder("built-in")
    model, texts = fingerprint(folder), texts_to_ship(folder)
    vectors = shipped_vectors(texts.keys(), model)
    missing = [key for key in texts if key not in vectors]
    print(f"Embedding {len(missing)} of {len(texts)} texts …", flush=True)
    if missing:
        found = load_embeddings(folder).embed_documents([texts[key] for key in missing])
        vectors |= dict(zip(missing, as_matrix(found), strict=True))
    write_shipped(vectors, model)
    print(f"{FILE.name} holds {len(texts)} vectors, {FILE.stat().st_size / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
