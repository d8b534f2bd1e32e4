"""Finding passages: embeddings, the dense index, BM25, and their fusion."""
