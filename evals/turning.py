"""Learns how questions are read before search ranks by them, and writes what it learnt.

    python -m evals.turning [--general FILE] [--epochs 2] [--without FOLD] [--out FILE]

Each line by which a built-in guide is asked for, and each of `stories/*.tsv` (guide, section and a
message that tells before it asks, parted by tabs), is drawn to the section that answers it: to its
own text and to the lines that lead there, against those of all other sections, in its language and,
weighing less, in the other one. The guides' vectors stay as shipped, so run `python -m
evals.ship_vectors` first. FILE has sentences on all subjects, in columns parted by tabs; their
vectors should stay as they are. Seeded; on two cores a round takes ten minutes. `--without 0`
to `9` leaves a tenth of the lines and stories out and says how many of them lead to their section,
with the vectors as they are and turned.
"""

from __future__ import annotations

import argparse
import copy
import random
import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.retrieval.embeddings import BUILT_IN
from assistant.retrieval.turning import FAMILIAR, FILE, MOST_PIECES, STRENGTH
from assistant.tuned import load_encoder, mean_state, small_changes, write_tuned
from evals.asking import APART, Lines, Questions, asked_for, built_in_lines
from evals.concerns.noise import noisy
from evals.learning import Learner, learnt

if TYPE_CHECKING:
    import torch

SEED = 7
BATCH, GENERAL_BATCH, TOGETHER = 64, 4, 32
RATE = 2e-4
KEPT_LAYERS = 2
"""Of the encoder's six, so many stay as they are: a quarter less to calculate."""
WARM_UP = 50
LEAST_WORDS, MOST_TOLD_APART, FREEDOM = 5, 6_500, 10.0
"""What questions are told apart from are sentences of so many words, so many of either kind; the
last is how far the weights may go (`C` of a logistic regression)."""
RANK = 32
ACROSS = 0.3
"""The weight of finding the section in the other language."""
HOLD, HOLD_LINES = 0.5, 0.25
"""The weight of staying near the vector as it was, for sentences on all subjects and for lines."""
SMOOTHING = 0.05


class Training:
    """The encoder while it learns to read questions."""

    def __init__(
        self, lines: Lines, questions: Questions, general: Sequence[str], epochs: int
    ) -> None:
        import torch
        from tokenizers import Tokenizer

        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 (no secret depends on it)
        self._lines, self._questions = lines, questions
        self._general, self._epochs = general, epochs
        self._tokenizer = Tokenizer.from_file(str(BUILT_IN / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_PIECES)
        self._before = load_encoder()
        self._encoder = copy.deepcopy(self._before)
        for name, weight in self._encoder.named_parameters():
            layer = re.match(r"encoder\.layer\.(\d+)\.", name)
            weight.requires_grad = layer is not None and int(layer[1]) >= KEPT_LAYERS

    def run(self) -> Iterator[int]:
        """Learn, printing the loss and how many left-out lines lead to their section; yields the
        number of each epoch that is done."""
        import torch

        learning = [weight for weight in self._encoder.parameters() if weight.requires_grad]
        places = torch.nonzero(~self._questions.left_out).flatten()
        learner = Learner([(learning, RATE)], self._epochs * -(-len(places) // BATCH), WARM_UP)
        print(f"as they are: {self._led()}", flush=True)
        for epoch in range(1, self._epochs + 1):
            self._encoder.train()
            losses = []
            for batch in places[torch.randperm(len(places))].split(BATCH):
                loss = self._loss(batch)
                learner.step(loss)
                losses.append(loss.item())
                if len(losses) % 10 == 0:
                    print(f"{len(losses)} batches  loss {loss.item():.3f}", flush=True)
            self._encoder.eval()
            mean = sum(losses) / len(losses)
            print(f"epoch {epoch}/{self._epochs}  loss {mean:.3f}  {self._led()}", flush=True)
            yield epoch

    def parts(self) -> dict[str, torch.Tensor]:
        """What was learnt, as it is written."""
        return small_changes(learnt(self._encoder, self._before), RANK)

    def familiar(self) -> dict[str, torch.Tensor]:
        """What tells questions that guides are asked from sentences on all subjects."""
        import torch

        kept = torch.nonzero(~self._questions.left_out).flatten().tolist()
        asked = [self._questions.texts[n] for n in kept]
        other = [text for text in self._general if len(text.split()) >= LEAST_WORDS]
        with torch.inference_mode():
            read = [
                torch.cat([self._read(some[n : n + BATCH]) for n in range(0, len(some), BATCH)])
                for some in (
                    self._random.sample(texts, min(MOST_TOLD_APART, len(texts)))
                    for texts in (asked, other)
                )
            ]
        return {FAMILIAR: told_apart(*read)}

    def _loss(self, batch: torch.Tensor) -> torch.Tensor:
        """Of the right section against all others, and of moving far."""
        import torch

        lines, asked = self._lines, self._questions
        read = self._read([noisy(asked.texts[n], self._random) for n in batch.tolist()])
        own = asked.own[batch][:, None] == torch.arange(len(lines.texts))
        other = lines.german[None, :] != asked.german[batch][:, None]
        right = asked.sections[batch]
        loss = torch.zeros(())
        for weight, hidden in ((1.0, other | own), (ACROSS, ~other)):
            fits = lines.of_sections(read, hidden)
            loss = loss + weight * torch.nn.functional.cross_entropy(
                fits, right, label_smoothing=SMOOTHING
            )
        loss = loss + HOLD_LINES * (1 - (read * asked.vectors[batch]).sum(1)).mean()
        if self._general:
            drawn = self._random.sample(self._general, min(GENERAL_BATCH, len(self._general)))
            with torch.no_grad():
                held = self._read(drawn, self._before)
            loss = loss + HOLD * (1 - (self._read(drawn) * held).sum(1)).mean()
        return loss

    def _read(self, texts: Sequence[str], encoder: Any = None) -> torch.Tensor:
        """Vectors of texts; those of like length are read together, for padding costs time too."""
        import torch

        encoded = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda n: len(encoded[n].ids))
        found = []
        for start in range(0, len(order), TOGETHER):
            some = [encoded[n].ids for n in order[start : start + TOGETHER]]
            longest = len(some[-1])
            pieces = torch.tensor([ids + [0] * (longest - len(ids)) for ids in some])
            mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids in some])
            found.append(mean_state(encoder or self._encoder, pieces, mask))
        return torch.cat(found)[torch.argsort(torch.tensor(order))]

    def _led(self) -> str:
        """The share of what is left out, lines and stories, English and German, whose nearest text
        is of their section: by the reading alone, and as search mixes it with the vector."""
        import torch

        lines, asked, shares = self._lines, self._questions, []
        with torch.inference_mode():
            for story, german in product((False, True), repeat=2):
                these = asked.left_out & ((asked.own < 0) == story) & (asked.german == german)
                places = torch.nonzero(these).flatten()
                if not len(places):
                    continue
                texts = [[asked.texts[n] for n in some.tolist()] for some in places.split(BATCH)]
                read = torch.cat([self._read(some) for some in texts])
                mixed = (1 - STRENGTH) * asked.vectors[places] + STRENGTH * read
                hidden = lines.left_out | (lines.german != german)
                for vectors in (read, mixed):
                    scores = (vectors @ lines.vectors.T).masked_fill(hidden, APART)
                    found = lines.sections[scores.argmax(1)] == asked.sections[places]
                    shares.append(f"{found.float().mean():.3f}")
        return "  ".join(shares)


def told_apart(read: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Weights and a bias that part two kinds of vectors, by logistic regression."""
    import torch

    vectors = torch.cat([read, others]).clone()
    right = torch.cat([torch.ones(len(read)), torch.zeros(len(others))])
    weights = torch.zeros(vectors.shape[1] + 1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        odds = vectors @ weights[:-1] + weights[-1]
        found = torch.nn.functional.binary_cross_entropy_with_logits(odds, right)
        found = found + weights[:-1].square().sum() / (2 * FREEDOM * len(right))
        found.backward()
        return found

    optimizer.step(loss)
    return weights.detach()


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--general", type=Path)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--without", type=int, choices=range(10), metavar="FOLD")
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    general: list[str] = []
    if options.general:
        text = options.general.read_text(encoding="utf-8")
        general = [cell for line in text.splitlines() for cell in line.split("\t")[:2] if cell]
    lines = built_in_lines(options.without)
    training = Training(lines, asked_for(lines, options.without), general, options.epochs)
    for _ in training.run():
        write_tuned(training.parts(), options.out)
    if general:
        write_tuned(training.parts() | training.familiar(), options.out)
    print(f"Written: {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
