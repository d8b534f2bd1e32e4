"""Small real parts that tests share: guides, and the model with a counter."""

from __future__ import annotations

from pathlib import Path

from langchain_core.embeddings import Embeddings

GUIDES = {
    "listening.md": "# Listening well\n\n## Silence\n\nWait three breaths before you reply to your "
    "mentee.\n\n## Summaries\n\nSay back what you heard in your own words.\n",
    "conflict.md": "# Settling a quarrel\n\nLet both sides finish before anyone proposes a way "
    "out.\n",
    "sub/goals.md": "# Goals for a term\n\nAgree on one goal that fits on a postcard.\n",
    "zuhören.md": "# Gut zuhören\n\nWarte drei Atemzüge, bevor du deiner Mentee antwortest.\n",
}


class CountingEmbeddings(Embeddings):
    """The real model; `texts` counts the chunks that it has embedded."""

    def __init__(self, model: Embeddings) -> None:
        self._model = model
        self.texts = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += len(texts)
        return self._model.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._model.embed_query(text)


def write(file: Path, text: str) -> Path:
    """Write a guide, with the folders that it needs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
