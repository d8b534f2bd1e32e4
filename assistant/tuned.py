"""An encoder whose layers are changed a little, by a small file beside its own weights.

What training has changed is kept as low-rank parts: a matrix's change is `name.up` times
`name.down`, a vector's is `name.plus`. The safety classifier, the reading of questions and the
reading of wishes are the built-in encoder with such changes; a file says whose it is by the hash
of the encoder's weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Tuned:
    """A changed encoder, its tokenizer, and what else its file holds."""

    encoder: Any
    tokenizer: Any
    parts: Mapping[str, torch.Tensor]

    def pieces(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Word pieces and what of them is text, (texts, pieces) each."""
        import torch

        encoded = self.tokenizer.encode_batch(list(texts))
        return (
            torch.tensor([one.ids for one in encoded]),
            torch.tensor([one.attention_mask for one in encoded]),
        )


def load_tuned(name: str, most_pieces: int, encoder: Path | None = None) -> Tuned:
    """The built-in encoder changed by a file of `knowledge`, reading so many pieces of a text.

    Raises OSError or ValueError when the file or the encoder don't fit; damage can raise more.
    """
    from safetensors import safe_open
    from tokenizers import Tokenizer

    folder = encoder or Path(str(files("knowledge").joinpath("encoder")))
    with safe_open(str(files("knowledge").joinpath(name)), framework="pt") as stored:
        made_for = (stored.metadata() or {}).get("encoder", "")
        parts = {key: stored.get_tensor(key).float() for key in stored.keys()}  # noqa: SIM118
    if made_for != encoder_hash(folder):
        raise ValueError(f"{name} belongs to another encoder.")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(most_pieces)
    tokenizer.enable_padding()
    return Tuned(with_changes(load_encoder(folder), parts), tokenizer, parts)


def write_tuned(parts: Mapping[str, torch.Tensor], encoder: Path, out: Path) -> None:
    """Write what `load_tuned` reads; the file says which encoder it belongs to."""
    from safetensors.torch import save_file

    save_file(dict(parts), str(out), metadata={"encoder": encoder_hash(encoder)})
    out.chmod(0o644)


def encoder_hash(folder: Path) -> str:
    """The hash of an encoder's weights."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def mean_state(encoder: torch.nn.Module, pieces: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """What sentence-transformers makes of (texts, pieces): mean states of length one."""
    import torch

    states = encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
    there = mask.unsqueeze(-1).float()
    return torch.nn.functional.normalize((states * there).sum(1) / there.sum(1), dim=1)


def load_encoder(folder: Path) -> Any:
    """The encoder as a plain torch module in single precision, without a pooler."""
    from transformers import AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    import torch

    model = AutoModel.from_pretrained(
        str(folder),
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
