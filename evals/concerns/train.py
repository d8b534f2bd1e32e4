"""Trains the safety classifier and writes `knowledge/safety/classifier.safetensors`.

    python -m evals.concerns.train [--epochs 5] [--out FILE] [--start FILE] [--hardest 1.0]
        [--newest NAME …] [--without FOLD]

The encoder's layers are trained as a whole at a small rate, with the heads; then what changed is
kept as low-rank parts, so that the file stays small. Seeded; on two cores a round of all examples
takes half an hour. `--without 0` to `9` leaves a tenth of the examples out and measures on it after
each round. `--hardest 0.5` goes on with only that share of the examples which the weights of
`--start` find hardest: most are easy by then, and a step on them teaches next to nothing. What is
learnt from hard ones alone makes it less sure of all, so mix it with the weights before:
`python -m evals.concerns.mixing`. `--newest eighth stories` goes on with the examples of files
whose name begins so and with as many of the others. What was tried is in DECISIONS.md.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.retrieval.embeddings import BUILT_IN
from assistant.safety.classifier import (
    FILE,
    HEADS,
    KINDS,
    LIMITS,
    MOST_PIECES,
    SEVERITIES,
    SPEAKERS,
    read_states,
)
from assistant.tuned import load_encoder, small_changes, with_changes, write_tuned
from evals.concerns.bounds import print_rates
from evals.concerns.examples import Example, examples
from evals.concerns.noise import noisy
from evals.learning import Learner, alike_batches, fast_arithmetic, fold_of, learnt

if TYPE_CHECKING:
    import torch

SEED = 7
BATCH = 32
RATE, HEAD_RATE = 1.5e-4, 1e-3
WARM_UP = 100
RANK = 64
"""Of the parts that are kept: of what changed, more than nine tenths (measured by the norm)."""
ATTENTIONS = 4
SMOOTHING = 0.05
_WEIGHTS_OF_LOSSES = (1.0, 0.2, 0.3, 0.5)
_NAMES: tuple[tuple[str, ...], ...] = (KINDS, SEVERITIES, SPEAKERS, LIMITS)
_UNKNOWN = -100
"""The label that torch's cross entropy passes over."""


class Training:
    """The encoder and heads while they learn."""

    def __init__(self, listed: Sequence[Example], epochs: int, start: Path | None) -> None:
        import torch
        from tokenizers import Tokenizer

        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 (no secret depends on it)
        self.listed, self._epochs = listed, epochs
        self._tokenizer = Tokenizer.from_file(str(BUILT_IN / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_PIECES)
        self._tokenizer.enable_padding()
        self.model = load_encoder()
        width = self.model.config.hidden_size
        self.heads = {
            "attention": torch.nn.Parameter(torch.randn(ATTENTIONS, width) * 0.02),
            "out": torch.nn.Parameter(torch.randn(sum(HEADS), width * (ATTENTIONS + 1)) * 0.02),
            "bias": torch.nn.Parameter(torch.zeros(sum(HEADS))),
        }
        if start is not None:
            self._take_up(start)
        for name, weight in self.model.named_parameters():
            weight.requires_grad = name.startswith("encoder.")

    def _take_up(self, start: Path) -> None:
        """Go on from weights that were written before."""
        import torch
        from safetensors.torch import load_file

        parts = {name: part.float() for name, part in load_file(str(start)).items()}
        with_changes(self.model, parts)
        with torch.no_grad():
            for name, head in self.heads.items():
                head.copy_(parts[name])

    def keep_hardest(self, share: float) -> None:
        """Go on with this share of the examples: those whose labels are told least surely."""
        import torch

        print("Looking for the hardest examples", flush=True)
        with torch.inference_mode():
            found = self.figures([e.text for e in self.listed]).split(HEADS, dim=1)
            losses = _losses(found, self.listed, "none").tolist()
        order = sorted(range(len(self.listed)), key=lambda n: -losses[n])
        self.listed = [self.listed[n] for n in sorted(order[: round(share * len(order))])]
        print(f"{len(self.listed)} are kept", flush=True)

    def run(self) -> Iterator[int]:
        """Learn, printing how far it is; yields the number of each epoch that is done."""

        trained = [w for w in self.model.parameters() if w.requires_grad]
        groups = [(trained, RATE), (list(self.heads.values()), HEAD_RATE)]
        steps = self._epochs * -(-len(self.listed) // BATCH)
        learner = Learner(groups, steps, WARM_UP)
        started, done, total = time.monotonic(), 0, 0.0
        for epoch in range(1, self._epochs + 1):
            self.model.train()
            for places in alike_batches([e.text for e in self.listed], BATCH, self._random):
                loss = self._loss([self.listed[n] for n in places])
                learner.step(loss)
                done, total = done + 1, total + loss.item()
                if done % 50 == 0:
                    seconds = time.monotonic() - started
                    left = seconds / done * (steps - done) / 60
                    print(f"{done}/{steps}  loss {total / 50:.3f}  {left:.0f} min left", flush=True)
                    total = 0.0
            self.model.eval()
            yield epoch

    def figures(self, texts: Sequence[str]) -> torch.Tensor:
        """What the heads say of texts, (texts, sum of HEADS)."""
        import torch

        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        rows: dict[int, Any] = {}
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                places = order[start : start + BATCH]
                found = self._read([texts[n] for n in places], 0.0)
                rows |= dict(zip(places, found, strict=True))
        return torch.stack([rows[n] for n in range(len(texts))])

    def _read(self, texts: Sequence[str], dropout: float) -> torch.Tensor:
        import torch

        encoded = self._tokenizer.encode_batch(list(texts))
        pieces = torch.tensor([one.ids for one in encoded])
        mask = torch.tensor([one.attention_mask for one in encoded])
        with fast_arithmetic() if dropout else nullcontext():
            states = self.model(input_ids=pieces, attention_mask=mask).last_hidden_state
        states = torch.nn.functional.dropout(states.float(), dropout)
        return read_states(states, mask, self.heads)

    def _loss(self, batch: Sequence[Example]) -> torch.Tensor:

        found = self._read([noisy(e.text, self._random) for e in batch], 0.1).split(HEADS, dim=1)
        return _losses(found, batch, "mean")


def _losses(
    found: Sequence[torch.Tensor], batch: Sequence[Example], reduction: str
) -> torch.Tensor:
    """The weighted loss of all heads; with the reduction "none" one for each example."""
    import torch

    loss = torch.zeros(len(batch) if reduction == "none" else ())
    for part, names, weight, right in zip(
        found, _NAMES, _WEIGHTS_OF_LOSSES, _right(batch), strict=True
    ):
        labels = [names.index(one) if one is not None else _UNKNOWN for one in right]
        if any(label != _UNKNOWN for label in labels):
            loss = loss + weight * torch.nn.functional.cross_entropy(
                part, torch.tensor(labels), label_smoothing=SMOOTHING, reduction=reduction
            )
    return loss


def _right(batch: Sequence[Example]) -> tuple[list[str | None], ...]:
    return (
        [e.kind for e in batch],
        [e.severity for e in batch],
        [e.speaker for e in batch],
        [e.limit for e in batch],
    )


def parts_of(training: Training) -> dict[str, torch.Tensor]:
    """What was learnt, small: low-rank parts of matrices, differences of vectors, the heads."""
    return small(learnt(training.model, load_encoder()), training.heads)


def small(
    changes: Mapping[str, torch.Tensor], heads: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """What is written: the changes in few numbers, and the heads."""
    parts = {name: head.detach().half().contiguous() for name, head in heads.items()}
    return parts | small_changes(changes, RANK)


def with_newest(listed: Sequence[Example], names: Sequence[str]) -> list[Example]:
    """The examples of files whose name begins so, and as many of the others, drawn by chance.

    Raises ValueError where there is no such file.
    """
    newest = [example for example in listed if example.source.startswith(tuple(names))]
    if not newest:
        raise ValueError(f"no file of examples begins with {' or '.join(names)}")
    others = [example for example in listed if not example.source.startswith(tuple(names))]
    chance = random.Random(SEED)  # noqa: S311 (no secret depends on it)
    return [*newest, *chance.sample(others, min(len(newest), len(others)))]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, write, and with ``--without`` measure on what was left out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--start", type=Path)
    parser.add_argument("--hardest", type=float, default=1.0, metavar="SHARE")
    parser.add_argument("--newest", nargs="+", metavar="NAME")
    parser.add_argument("--without", type=int, choices=range(10), metavar="FOLD")
    options = parser.parse_args(arguments)
    listed = examples()
    if options.newest:
        try:
            listed = with_newest(listed, options.newest)
        except ValueError as error:
            parser.error(f"--newest: {error}")
    held = [e for e in listed if fold_of(e.text) == options.without]
    listed = [e for e in listed if fold_of(e.text) != options.without]
    print(f"{len(listed)} examples")
    training = Training(listed, options.epochs, options.start)
    if options.hardest < 1:
        training.keep_hardest(options.hardest)
    for _ in training.run():
        write_tuned(parts_of(training), options.out)
        if held:
            print_rates(held, training.figures([example.text for example in held]))
    print(f"Written: {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
