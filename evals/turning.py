"""Learns how a question's vector is turned before search ranks by it, and writes the matrix.

    python -m evals.turning [--epochs 9] [--without FOLD] [--out FILE]

Each line by which a built-in guide is asked for is drawn to the section that answers it: to its own
text and to the other lines that lead there, against those of all other sections in its language.
It learns from shipped vectors, so run `python -m evals.ship_vectors` first. Seeded; minutes on two
cores. `--without 0` to `9` leaves a tenth of the lines out and says how many of them lead to their
section, with the vectors as they are and turned with full strength.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.retrieval.embeddings import as_matrix, fingerprint, model_folder
from assistant.retrieval.shipped import shipped_vectors
from assistant.retrieval.turning import FILE, write_turning
from evals.ship_vectors import built_in_rows

if TYPE_CHECKING:
    import torch

SEED = 7
BATCH = 256
RATE = 1e-3
SCALE = 20.0
"""What cosines are multiplied by before the softmax."""
HOLD = 2.0
"""The weight of staying near the vector as it was."""


@dataclass(frozen=True)
class Lines:
    """What is embedded in one language: (texts, width), the section of each, which are questions,
    and which of those are left out."""

    vectors: torch.Tensor
    sections: torch.Tensor
    asked: torch.Tensor
    left_out: torch.Tensor


def lines_by_language(without: int | None) -> list[Lines]:
    """All texts of the built-in guides that have a shipped vector."""
    import torch

    folder = model_folder("built-in")
    rows: dict[str, list[tuple[str, int, bool, bool]]] = {}
    sections = 0
    for guide, chunks in built_in_rows(folder):
        for chunk in chunks:
            asked = chunk.leads_to is not None
            place = chunk.position if chunk.leads_to is None else chunk.leads_to
            out = asked and zlib.crc32(chunk.text.encode("utf-8")) % 10 == without
            row = (chunk.text_hash, sections + place, asked, out)
            rows.setdefault(guide.language, []).append(row)
        sections += len(chunks)
    hashes = {row[0] for listed in rows.values() for row in listed}
    shipped = shipped_vectors(hashes, fingerprint(folder))
    read = []
    for listed in rows.values():
        keys, places, asked_for, left_out = zip(
            *(row for row in listed if row[0] in shipped), strict=True
        )
        _, numbered = torch.unique(torch.tensor(places), return_inverse=True)
        vectors = torch.tensor(as_matrix([shipped[key] for key in keys]))
        read.append(Lines(vectors, numbered, torch.tensor(asked_for), torch.tensor(left_out)))
    return read


def learn(languages: Sequence[Lines], epochs: int) -> torch.Tensor:
    """The matrix; prints the loss and how many left-out lines lead to their section."""
    import torch

    torch.manual_seed(SEED)
    width = languages[0].vectors.shape[1]
    matrix = torch.zeros(width, width, requires_grad=True)
    optimizer = torch.optim.AdamW([matrix], lr=RATE, weight_decay=0.01)
    print(f"as they are: {_led(languages, matrix)}", flush=True)
    for epoch in range(1, epochs + 1):
        total, steps = 0.0, 0
        for lines in languages:
            places = torch.nonzero(lines.asked & ~lines.left_out).flatten()
            for batch in places[torch.randperm(len(places))].split(BATCH):
                loss = _loss(lines, batch, matrix)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total, steps = total + loss.item(), steps + 1
        led = _led(languages, matrix)
        print(f"epoch {epoch}/{epochs}  loss {total / steps:.3f}  {led}", flush=True)
    return matrix.detach()


def _turn(vectors: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.nn.functional.normalize(vectors + vectors @ matrix.T, dim=1)


def _loss(lines: Lines, batch: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Of the right section against all others, and of moving far."""
    import torch

    vectors = lines.vectors[batch]
    moved = _turn(vectors, matrix)
    scores = (SCALE * moved @ lines.vectors.T).masked_fill(lines.left_out, -1e4)
    # A line must not lead to itself.
    scores = scores.scatter(1, batch[:, None], -1e4)
    highest = scores.max(1, keepdim=True).values
    count = int(lines.sections.max()) + 1
    summed = torch.zeros(len(batch), count).index_add(1, lines.sections, (scores - highest).exp())
    of_sections = (summed + 1e-9).log()
    right = torch.nn.functional.cross_entropy(
        of_sections, lines.sections[batch], label_smoothing=0.05
    )
    return right + HOLD * (1 - (moved * vectors).sum(1)).mean()


def _led(languages: Sequence[Lines], matrix: torch.Tensor) -> str:
    """The share of left-out lines in each language whose nearest text belongs to their section."""
    import torch

    shares = []
    with torch.inference_mode():
        for lines in languages:
            places = torch.nonzero(lines.left_out).flatten()
            if len(places):
                scores = _turn(lines.vectors[places], matrix) @ lines.vectors.T
                nearest = scores.masked_fill(lines.left_out, -1.0).argmax(1)
                right = lines.sections[nearest] == lines.sections[places]
                shares.append(f"{right.float().mean():.3f}")
    return "  ".join(shares)


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--without", type=int, choices=range(10), metavar="FOLD")
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    matrix = learn(lines_by_language(options.without), options.epochs)
    write_turning(matrix.numpy(), fingerprint(model_folder("built-in")), options.out)
    print(f"Written: {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
