"""An encoder whose layers are changed a little, by a small file beside its own weights.

What training has changed is kept as low-rank parts: a matrix's change is `name.up` times
`name.down`, a vector's is `name.plus`. The safety classifier, the second reading of questions and
all sorters are the built-in encoder with such changes; a file says whose it is by the hash of the
encoder's weights.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import knowledge

if TYPE_CHECKING:
    import torch


log = logging.getLogger(__name__)

ENCODER = Path(knowledge.__file__).parent / "encoder"
"""The built-in encoder's folder."""

LOADING = Lock()
"""Held while a model is loaded. Transformers replaces itself at the end of its own import, so that
a second thread which waited for that import finds an empty module; and while it makes a model, the
type of new weights is set for the whole process."""


@dataclass(frozen=True)
class Tuned:
    """A changed encoder, its tokenizer, and what else its file holds: parts, and notes in words."""

    encoder: Any
    tokenizer: Any
    parts: Mapping[str, torch.Tensor]
    notes: Mapping[str, str] = field(default_factory=dict)

    def pieces(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Word pieces and what of them is text, (texts, pieces) each."""
        import torch

        encoded = self.tokenizer.encode_batch(list(texts))
        return (
            torch.tensor([one.ids for one in encoded]),
            torch.tensor([one.attention_mask for one in encoded]),
        )


def load_tuned(file: Path, most_pieces: int) -> Tuned:
    """The built-in encoder changed by a file, reading so many pieces of a text.

    Raises OSError or ValueError when the file or the encoder don't fit; damage can raise more.
    """
    from safetensors import safe_open
    from tokenizers import Tokenizer

    with safe_open(str(file), framework="pt") as stored:
        notes = stored.metadata() or {}
        parts = {key: stored.get_tensor(key).float() for key in stored.keys()}  # noqa: SIM118
    if notes.get("encoder") != encoder_hash():
        raise ValueError(f"{file.name} belongs to another encoder.")
    if strange := [key for key in changes_of(parts) if not key.startswith("encoder.")]:
        raise ValueError(f"{file.name} changes {strange[0]}, which all readers share.")
    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    tokenizer.enable_truncation(most_pieces)
    tokenizer.enable_padding()
    encoder = with_changes(load_encoder(), parts)
    encoder.embeddings = _embeddings()
    return Tuned(encoder, tokenizer, parts, notes)


@cache
def _embeddings() -> Any:
    """The vectors of word pieces, two thirds of an encoder, kept in memory once for all readers."""
    return load_encoder().embeddings


@cache
def tuned_if_sound(file: Path, most_pieces: int) -> Tuned | None:
    """The same, loaded once; None where that fails, for what goes on without it."""
    try:
        return load_tuned(file, most_pieces)
    except Exception as error:
        # Whatever is wrong with the file, or however it was made.
        log.warning("Tandem goes on without %s, which can't be used: %s", file.name, error)
        return None


def write_tuned(parts: Mapping[str, torch.Tensor], out: Path, **notes: str) -> None:
    """Write what `load_tuned` reads; the file says which encoder it belongs to."""
    from safetensors.torch import save_file

    save_file(dict(parts), str(out), metadata=notes | {"encoder": encoder_hash()})
    out.chmod(0o644)


@cache
def encoder_hash() -> str:
    """The hash of the built-in encoder's weights."""
    return hashlib.sha256((ENCODER / "model.safetensors").read_bytes()).hexdigest()


def mean_state(encoder: torch.nn.Module, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """What sentence-transformers makes of (texts, pieces): mean states of length one."""
    import torch

    states = encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
    there = mask.unsqueeze(-1).float()
    return torch.nn.functional.normalize((states * there).sum(1) / there.sum(1), dim=1)


def load_encoder() -> Any:
    """The built-in encoder as a plain torch module in single precision, without a pooler."""
    import torch

    with LOADING:
        from transformers import AutoModel
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        model = AutoModel.from_pretrained(
            str(ENCODER),
            dtype=torch.float32,
            add_pooling_layer=False,
            local_files_only=True,
            trust_remote_code=False,
        )
    return model.eval()


def with_changes(model: Any, parts: Mapping[str, torch.Tensor]) -> Any:
    """The encoder with what the parts change added to its weights."""
    import torch

    weights = dict(model.named_parameters())
    with torch.no_grad():
        for name, change in changes_of(parts).items():
            weights[name] += change
    return model


def changes_of(parts: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What is added to each weight of the encoder: `name.up` times `name.down`, or `name.plus`."""
    changes = {}
    for name, part in parts.items():
        if name.endswith(".up"):
            weight = name.removesuffix(".up")
            changes[weight] = part @ parts[f"{weight}.down"]
        elif name.endswith(".plus"):
            changes[name.removesuffix(".plus")] = part
    return changes


def small_changes(changes: Mapping[str, torch.Tensor], rank: int) -> dict[str, torch.Tensor]:
    """Changes of weights as they are stored: matrices as parts of this rank, vectors whole."""
    import torch

    parts = {}
    for name, change in changes.items():
        if change.dim() < 2:
            parts[f"{name}.plus"] = change
            continue
        left, sizes, right = torch.linalg.svd(change, full_matrices=False)
        root = sizes[:rank].sqrt()
        parts[f"{name}.up"] = left[:, :rank] * root
        parts[f"{name}.down"] = root[:, None] * right[:rank]
    return {name: part.half().contiguous() for name, part in parts.items()}
