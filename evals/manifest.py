"""What a run must say of itself so that its figures can be trusted later."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.app import Assistant
    from evals.suite import Suite

PACKAGES = (
    "tandem-mentoring", "bm25s", "chromadb", "ir-measures", "langchain", "langchain-core", "numpy",
    "sentence-transformers", "tokenizers", "torch", "transformers",
)  # fmt: skip
"""Those whose release can change a figure."""

SHOWN_SETTINGS = ("language", "country", "embedding_model")
"""Settings that bear on answers and tell nothing about a person or a place."""


def manifest(
    tandem: Assistant, suite: Suite, label: str, collections: Sequence[str] | None
) -> dict[str, Any]:
    """The facts of a set-up: suite, guides, settings, prompts, models, versions."""
    settings = {name: str(getattr(tandem.settings, name)) for name in SHOWN_SETTINGS}
    return {
        "label": label,
        "suite": {
            "name": suite.name,
            "title": dict(suite.title),
            "version": suite.version,
            "content": suite.content_hash,
            "frozen": bool(suite.frozen),
        },
        "collections": list(collections) if collections is not None else None,
        "guides": _guides(tandem, collections),
        "settings": settings | {"hash": _hash(json.dumps(settings, sort_keys=True))},
        "prompts": _hash_of_folder(files("prompts")),
        "knowledge": _hash_of_folder(files("knowledge")),
        "models": {"embedding": tandem.embedding_fingerprint, "chat": None, "judge": None},
        "packages": {name: _version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "seed": 0,  # of the resampling behind intervals and tests; nothing else is drawn by chance
    }


def _guides(tandem: Assistant, collections: Sequence[str] | None) -> dict[str, Any]:
    """How many guides answered, and a hash of their texts."""
    enabled = {c.name for c in tandem.library.collections() if c.enabled}
    used = set(collections) if collections is not None else enabled
    listed = [g for g in tandem.library.guides() if g.collection in used and g.state == "indexed"]
    texts = (f"{g.path}\n{tandem.library.guide(g.id).text}" for g in listed)
    return {"count": len(listed), "hash": _hash(*sorted(texts))}


def _hash_of_folder(folder: Traversable) -> str:
    """Of every data file below it; code and vectors aside."""
    return _hash(*(f"{name}\n{text}" for name, text in sorted(_texts(folder, ""))))


def _texts(folder: Traversable, above: str) -> Iterable[tuple[str, str]]:
    for entry in folder.iterdir():
        name = f"{above}/{entry.name}"
        if entry.is_dir():
            yield from _texts(entry, name)
        elif entry.name.endswith((".yaml", ".md", ".json")):
            yield name, entry.read_text(encoding="utf-8")


def _hash(*texts: str) -> str:
    whole = hashlib.sha256()
    for text in texts:
        whole.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return whole.hexdigest()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
