"""Mixed weights are the mean of what each file changes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from assistant.safety.classifier import HEAD_PARTS
from evals.concerns.mixing import mixed


def stored(folder: Path, name: str, seed: int) -> Path:
    """Parts of one small matrix and one vector, and heads."""
    chance = torch.Generator().manual_seed(seed)
    parts = {
        "layer.up": torch.randn(6, 2, generator=chance),
        "layer.down": torch.randn(2, 5, generator=chance),
        "bend.plus": torch.randn(6, generator=chance),
    }
    parts |= {head: torch.randn(3, generator=chance) for head in HEAD_PARTS}
    save_file(parts, str(folder / name))
    return folder / name


def test_the_mean_lies_between_what_was_mixed(tmp_path):
    one, other = stored(tmp_path, "one", 1), stored(tmp_path, "other", 2)
    apart = [mixed({file: 1.0}) for file in (one, other)]
    mean = mixed({one: 0.25, other: 0.75})

    def change(parts: dict[str, torch.Tensor]) -> torch.Tensor:
        return parts["layer.up"].float() @ parts["layer.down"].float()

    expected = 0.25 * change(apart[0]) + 0.75 * change(apart[1])
    assert torch.allclose(change(mean), expected, atol=0.02)
    for name in ("bend.plus", *HEAD_PARTS):
        expected = 0.25 * apart[0][name].float() + 0.75 * apart[1][name].float()
        assert torch.allclose(mean[name].float(), expected, atol=0.01)


def test_shares_must_add_up(tmp_path):
    with pytest.raises(ValueError, match="add up to"):
        mixed({stored(tmp_path, "one", 1): 0.5})
