"""Trains the reader of wishes and writes `knowledge/planning/wishes.safetensors`.

    python -m evals.wishes.train [--epochs 8] [--without FOLD] [--out FILE]

The examples (`examples/*.tsv`: language, kind and message, parted by tabs) were written for it.
The encoder's layers and one head are trained together; then what changed is kept as low-rank
parts. Seeded; on two cores a round of all examples takes two minutes. `--without 0` to `9` leaves
a tenth out and says how many of them are read rightly: of all, and of those that the reader is so
sure of as `edits` wants it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.planning.edits import IN_A_CHAT, TOLD
from assistant.planning.wishes import FILE, MOST_PIECES, load_phrases, read_wishes
from assistant.retrieval.embeddings import BUILT_IN
from assistant.tuned import Tuned, load_encoder, load_tuned, small_changes, write_tuned
from evals.concerns.noise import noisy
from evals.learning import Learner, fold_of, learnt

if TYPE_CHECKING:
    import torch

FOLDER = Path(__file__).parent / "examples"
SEED = 7
BATCH = 32
RATE, HEAD_RATE = 3e-4, 5e-3
WARM_UP = 30
DROPOUT, SMOOTHING = 0.1, 0.05
RANK = 32


@dataclass(frozen=True)
class Wish:
    """A message and what kind of wish it is."""

    kind: str
    text: str


def wishes(folder: Path = FOLDER) -> list[Wish]:
    """The examples. Raises ValueError, naming the line, for one that can't be read."""
    found = []
    for file in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            _, kind, text = line.split("\t") if line.count("\t") == 2 else ("", "", "")
            if kind not in load_phrases().kinds or not text.strip():
                raise ValueError(f"{file.name}, line {number}: no known kind and message")
            found.append(Wish(kind, text))
    return found


class Training:
    """The encoder and the head while they learn."""

    def __init__(self, listed: Sequence[Wish], epochs: int) -> None:
        import torch
        from tokenizers import Tokenizer

        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 (no secret depends on it)
        self._listed, self._epochs = list(listed), epochs
        tokenizer = Tokenizer.from_file(str(BUILT_IN / "tokenizer.json"))
        tokenizer.enable_truncation(MOST_PIECES)
        tokenizer.enable_padding()
        encoder, width = load_encoder(), len(load_phrases().kinds)
        for name, weight in encoder.named_parameters():
            weight.requires_grad = name.startswith("encoder.")
        self._head = {
            "out": torch.nn.Parameter(torch.zeros(width, encoder.config.hidden_size)),
            "bias": torch.nn.Parameter(torch.zeros(width)),
        }
        self._tuned = Tuned(encoder, tokenizer, self._head)

    def run(self) -> Iterator[int]:
        """Learn, printing the loss; yields the number of each epoch that is done."""
        encoder = self._tuned.encoder
        weights = [weight for weight in encoder.parameters() if weight.requires_grad]
        groups = [(weights, RATE), (list(self._head.values()), HEAD_RATE)]
        learner = Learner(groups, self._epochs * -(-len(self._listed) // BATCH), WARM_UP)
        for epoch in range(1, self._epochs + 1):
            encoder.train()
            self._random.shuffle(self._listed)
            total = 0.0
            for start in range(0, len(self._listed), BATCH):
                loss = self._loss(self._listed[start : start + BATCH])
                learner.step(loss)
                total += loss.item() * BATCH / len(self._listed)
            encoder.eval()
            print(f"epoch {epoch}/{self._epochs}  loss {total:.3f}", flush=True)
            yield epoch

    def parts(self) -> dict[str, torch.Tensor]:
        """What was learnt, as it is written."""
        changes = learnt(self._tuned.encoder, load_encoder())
        head = {name: part.detach().half().contiguous() for name, part in self._head.items()}
        return head | small_changes(changes, RANK)

    def _loss(self, batch: Sequence[Wish]) -> torch.Tensor:
        import torch

        kinds = load_phrases().kinds
        figures = read_wishes(self._tuned, [noisy(w.text, self._random) for w in batch], DROPOUT)
        right = torch.tensor([kinds.index(w.kind) for w in batch])
        return torch.nn.functional.cross_entropy(figures, right, label_smoothing=SMOOTHING)


def rates(tuned: Tuned, held: Sequence[Wish]) -> str:
    """How many of the messages are read rightly: of all, and of those it is sure of."""
    import torch

    kinds = load_phrases().kinds
    parts = [[w.text for w in held[n : n + BATCH]] for n in range(0, len(held), BATCH)]
    with torch.inference_mode():
        read = torch.cat([read_wishes(tuned, part) for part in parts]).softmax(1)
    sure, found = read.max(1)
    right = torch.tensor([kinds[n] == w.kind for n, w in zip(found.tolist(), held, strict=True)])
    shown = [f"right {right.float().mean():.3f}"]
    for least in (TOLD, IN_A_CHAT):
        kept = sure >= least
        rate = right[kept].float().mean()
        shown.append(f"{kept.float().mean():.3f} are {least} sure, {rate:.3f} of them right")
    return "; ".join(shown)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, write, and with ``--without`` measure on what was left out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--without", type=int, choices=range(10), metavar="FOLD")
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    listed = wishes()
    held = [w for w in listed if fold_of(w.text) == options.without]
    training = Training([w for w in listed if fold_of(w.text) != options.without], options.epochs)
    for _ in training.run():
        write_tuned(training.parts(), options.out)
        if held:
            # What is written is a little less than what was learnt, so that is measured.
            print(rates(load_tuned(options.out, MOST_PIECES), held), flush=True)
    print(f"Written: {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
