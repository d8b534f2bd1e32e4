"""The encoder: a LangChain `Embeddings` that needs no network, and its fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import knowledge
from assistant.errors import SettingsError
from assistant.settings import BUILT_IN_MODEL
from assistant.tuned import LOADING

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings

BUILT_IN = Path(knowledge.__file__).parent / "encoder"
"""The bilingual model that comes with Tandem; its card is the README beside it."""

BUILT_IN_SHA256 = "e80a20d7fa25fd9025dc96fd5c85744494c208843d0bbcb810d8c5603418a0b4"
"""Of its weights."""

_FOLDER_PARTS = ("*.json", "*.safetensors", "*.txt", "*.model", "*/config.json", "*/*.safetensors")


def model_folder(model: str) -> Path:
    """The folder that holds a model's files; downloads only when `model` is a hub id.

    Raises `SettingsError` when the model isn't there or has no safetensors weights.
    """
    if model == BUILT_IN_MODEL:
        folder = BUILT_IN
    elif Path(model).expanduser().is_dir():
        folder = Path(model).expanduser()
    else:
        folder = _download(model)
    if not list(folder.rglob("*.safetensors")):
        raise SettingsError(
            f"The embedding model {model} has no safetensors weights. Choose another one with "
            "TANDEM_EMBEDDING_MODEL."
        )
    return folder


def _download(model: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, allow_patterns=list(_FOLDER_PARTS)))
    except Exception as error:
        raise SettingsError(
            f"TANDEM_EMBEDDING_MODEL: {model} is no folder here and can't be downloaded "
            f"({type(error).__name__}). Check the name and the connection, or unset it."
        ) from error


@lru_cache(maxsize=4)
def fingerprint(folder: Path) -> str:
    """Sixteen hex digits that change whenever the model's weights or tokeniser change."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("tokenizer.json")):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def check_built_in(folder: Path) -> None:
    """Raise `SettingsError` unless the built-in weights are those of this release."""
    weights = folder / "model.safetensors"
    if hashlib.sha256(weights.read_bytes()).hexdigest() != BUILT_IN_SHA256:
        raise SettingsError(
            "The built-in embedding model is damaged. Get a fresh copy of Tandem's folder "
            "knowledge/encoder."
        )


class PieceCounter:
    """Counts word pieces with the model's own tokeniser, without loading the model."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def __call__(self, texts: list[str]) -> list[int]:
        batch = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [len(encoding.ids) for encoding in batch]


def load_embeddings(folder: Path) -> Embeddings:
    """The encoder through LangChain; takes seconds, so call it in the background."""
    import torch

    # On processors with bfloat16 arithmetic a chunk takes a third of the time, and its vector keeps
    # a cosine of 0.9999 to the exact one; elsewhere it would be slower. Weights may be stored in
    # half precision, which CPUs don't calculate in.
    fast = bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    with LOADING:
        from langchain_huggingface import HuggingFaceEmbeddings

        return HuggingFaceEmbeddings(
            model=str(folder),
            model_kwargs={
                "device": "cpu",
                "trust_remote_code": False,
                "local_files_only": True,
                "model_kwargs": {"dtype": torch.bfloat16 if fast else torch.float32},
            },
            encode_kwargs={"normalize_embeddings": True, "batch_size": 16},
        )


def as_matrix(vectors: Sequence[Any]) -> np.ndarray:
    """Vectors as float32 rows of length one, so that their dot product is the cosine."""
    import numpy as np

    matrix = np.asarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.where(norms == 0, 1, norms)
