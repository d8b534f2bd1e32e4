"""Mixes weights of the safety classifier: the weighted mean of files that training has written.

    python -m evals.concerns.mixing FILE=SHARE [FILE=SHARE …] [--out FILE]

The mean of weights from different stages of one training is often better than each: here it keeps
how sure the former ones were and what the later ones learnt from hard examples (DECISIONS.md).
Shares should add up to 1.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.safety.classifier import FILE, HEAD_PARTS
from assistant.tuned import changes_of, write_tuned
from evals.concerns.train import small

if TYPE_CHECKING:
    import torch


def mixed(files: Mapping[Path, float]) -> dict[str, torch.Tensor]:
    """The parts of the mean; each file has a share. Raises ValueError unless they add up to 1."""
    import torch
    from safetensors.torch import load_file

    if abs(sum(files.values()) - 1) > 1e-6:
        raise ValueError(f"The shares add up to {sum(files.values()):g}, not to 1.")
    changes: dict[str, torch.Tensor] = {}
    heads: dict[str, torch.Tensor] = {}
    for file, share in files.items():
        parts = {name: part.float() for name, part in load_file(str(file)).items()}
        for name, change in changes_of(parts).items():
            changes[name] = changes.get(name, torch.zeros(())) + share * change
        for name in HEAD_PARTS:
            heads[name] = heads.get(name, torch.zeros(())) + share * parts[name]
    return small(changes, heads)


def _share(text: str) -> tuple[Path, float]:
    file, _, share = text.rpartition("=")
    if not Path(file).is_file():
        raise argparse.ArgumentTypeError(f"{text}: give a file and its share, as in FILE=0.5")
    return Path(file), float(share)


def main(arguments: Sequence[str] | None = None) -> None:
    """Mix and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=_share, metavar="FILE=SHARE")
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    try:
        parts = mixed(dict(options.files))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    write_tuned(parts, options.out)
    print(f"Written: {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
