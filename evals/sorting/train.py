"""Trains what sorts messages: by the wish in them, or by what a meeting is about.

    python -m evals.sorting.train wishes|themes [--epochs 8] [--without FOLD] [--out FILE]

Writes `knowledge/planning/wishes.safetensors` or `themes.safetensors`. The examples were written
for it (`examples/wishes/*.tsv` and `themes/*.tsv`: language, kind and message, parted by tabs).
The encoder's layers and one head are trained together; then what changed is kept as low-rank
parts. Seeded; on two cores a round of all examples takes two minutes. `--without 0` to `9` leaves
a tenth out and says how many of them are sorted rightly: of all, and of those that it is so sure
of as it must be to count.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.planning import guessing, wishes
from assistant.planning.implied import IN_A_CHAT, TOLD
from assistant.retrieval import turning
from assistant.retrieval.embeddings import BUILT_IN
from assistant.sorting import Sorter, figures
from assistant.tuned import Tuned, load_encoder, load_tuned, small_changes, write_tuned
from evals.concerns.noise import noisy
from evals.learning import Learner, alike_batches, fast_arithmetic, fold_of, learnt

if TYPE_CHECKING:
    import torch

EXAMPLES = Path(__file__).parent / "examples"
SEED = 7
BATCH = 32
RATE, HEAD_RATE = 3e-4, 5e-3
WARM_UP = 30
DROPOUT, SMOOTHING = 0.1, 0.05
RANK = 32


@dataclass(frozen=True)
class Example:
    """A message and its kind."""

    kind: str
    text: str


@dataclass(frozen=True)
class Subject:
    """What can be learnt: the sorter, where its examples stand, how sure it must be to count (the
    least and the most that is asked of it), and a file of changes to begin with."""

    sorter: Sorter
    folder: Path
    bounds: tuple[float, ...]
    start: Path | None = None

    def examples(self) -> list[Example]:
        """The examples. Raises ValueError, naming the line, for one that can't be read."""
        found = []
        for file in sorted(self.folder.glob("*.tsv")):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                _, kind, text = line.split("\t") if line.count("\t") == 2 else ("", "", "")
                if kind not in self.sorter.kinds or not text.strip():
                    raise ValueError(f"{file.name}, line {number}: no known kind and message")
                found.append(Example(kind, text))
        return found


def subjects() -> dict[str, Subject]:
    """All of them, by name."""
    return {
        "wishes": Subject(wishes.sorter(), EXAMPLES / "wishes", (TOLD, IN_A_CHAT)),
        "themes": Subject(guessing.sorter(), EXAMPLES / "themes", (guessing.SURE,), turning.FILE),
    }


class Training:
    """The encoder and the head while they learn."""

    def __init__(
        self,
        sorter: Sorter,
        listed: Sequence[Example],
        epochs: int,
        start: Path | None = None,
        batch: int = BATCH,
        kept_layers: int = 0,
    ) -> None:
        """`start` is a file of changes to begin with; so many lower layers stay as they are."""
        import torch
        from tokenizers import Tokenizer

        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 (no secret depends on it)
        self._sorter, self._listed, self._epochs = sorter, list(listed), epochs
        self._batch, self._places = batch, {kind: n for n, kind in enumerate(sorter.kinds)}
        tokenizer = Tokenizer.from_file(str(BUILT_IN / "tokenizer.json"))
        tokenizer.enable_truncation(sorter.most_pieces)
        tokenizer.enable_padding()
        encoder, width = load_encoder(), len(sorter.kinds)
        if start is not None:
            encoder = load_tuned(start, sorter.most_pieces).encoder
        for name, weight in encoder.named_parameters():
            layer = name.removeprefix("encoder.layer.").split(".")[0]
            weight.requires_grad = layer.isdigit() and int(layer) >= kept_layers
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
        learner = Learner(groups, self._epochs * -(-len(self._listed) // self._batch), WARM_UP)
        for epoch in range(1, self._epochs + 1):
            encoder.train()
            total = 0.0
            for places in alike_batches([e.text for e in self._listed], self._batch, self._random):
                loss = self._loss([self._listed[n] for n in places])
                learner.step(loss)
                total += loss.item() * len(places) / len(self._listed)
            encoder.eval()
            print(f"epoch {epoch}/{self._epochs}  loss {total:.3f}", flush=True)
            yield epoch

    def parts(self) -> dict[str, torch.Tensor]:
        """What was learnt, as it is written."""
        changes = learnt(self._tuned.encoder, load_encoder())
        head = {name: part.detach().half().contiguous() for name, part in self._head.items()}
        return head | small_changes(changes, RANK)

    def _loss(self, batch: Sequence[Example]) -> torch.Tensor:
        import torch

        with fast_arithmetic():
            found = figures(self._tuned, [noisy(e.text, self._random) for e in batch], DROPOUT)
        right = torch.tensor([self._places[e.kind] for e in batch])
        return torch.nn.functional.cross_entropy(found.float(), right, label_smoothing=SMOOTHING)


def rates(tuned: Tuned, sorter: Sorter, bounds: Sequence[float], held: Sequence[Example]) -> str:
    """How many of the messages are sorted rightly: of all, and of those it is so sure of."""
    import torch

    kinds = sorter.kinds
    parts = [[e.text for e in held[n : n + BATCH]] for n in range(0, len(held), BATCH)]
    with torch.inference_mode():
        read = torch.cat([figures(tuned, part) for part in parts]).softmax(1)
    sure, found = read.max(1)
    right = torch.tensor([kinds[n] == e.kind for n, e in zip(found.tolist(), held, strict=True)])
    shown = [f"right {right.float().mean():.3f}"]
    for least in bounds:
        kept = sure >= least
        rate = right[kept].float().mean()
        shown.append(f"{kept.float().mean():.3f} are {least} sure, {rate:.3f} of them right")
    return "; ".join(shown)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, write, and with ``--without`` measure on what was left out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("subject", choices=subjects())
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--without", type=int, choices=range(10), metavar="FOLD")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    subject = subjects()[options.subject]
    listed, out = subject.examples(), options.out or subject.sorter.file
    held = [e for e in listed if fold_of(e.text) == options.without]
    seen = [e for e in listed if fold_of(e.text) != options.without]
    training = Training(subject.sorter, seen, options.epochs, subject.start)
    for _ in training.run():
        write_tuned(training.parts(), out)
        if held:
            # What is written is a little less than what was learnt, so that is measured.
            written = load_tuned(out, subject.sorter.most_pieces)
            print(rates(written, subject.sorter, subject.bounds, held), flush=True)
    print(f"Written: {out} ({out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
