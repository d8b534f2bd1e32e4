"""An encoder whose layers are changed a little, by a small file beside its own weights.

What training has changed is kept as low-rank parts: a matrix's change is `name.up` times
`name.down`, a vector's is `name.plus`. The safety classifier and the reading of questions are both
the built-in encoder with such changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


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
