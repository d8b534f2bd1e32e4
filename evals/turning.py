"""Learns how questions are read before search ranks by them, and writes what it learnt.

    python -m evals.turning [--general FILE] [--epochs 2] [--without FOLD] [--out FILE]

Each line by which a built-in guide is asked for is drawn to the section that answers it: to its own
text and to the other lines that lead there, against those of all other sections, in its language
and, weighing less, in the other one. The guides' vectors stay as shipped, so run `python -m
evals.ship_vectors` first. FILE has sentences on all subjects, in columns parted by tabs; their
vectors should stay as they are. Seeded; on two cores a round takes eight minutes. `--without 0` to
`9` leaves a tenth of the lines out and says how many of them lead to their section, with the
vectors as they are and turned.
"""

from __future__ import annotations

import argparse
import copy
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.guides.chunking import embedded_text
from assistant.retrieval.embeddings import BUILT_IN, as_matrix, fingerprint
from assistant.retrieval.shipped import shipped_vectors
from assistant.retrieval.turning import FILE, MOST_PIECES, STRENGTH
from assistant.tuned import load_encoder, mean_state, small_changes, write_tuned
from evals.concerns.noise import noisy
from evals.concerns.train import fold_of
from evals.learning import Learner, learnt
from evals.ship_vectors import built_in_rows

if TYPE_CHECKING:
    import torch

    from assistant.store.catalogue import NewChunk

SEED = 7
BATCH, GENERAL_BATCH, TOGETHER = 256, 16, 32
RATE = 3e-4
KEPT_LAYERS = 2
"""Of the encoder's six, so many stay as they are: a quarter less to calculate."""
WARM_UP = 50
RANK = 32
SCALE = 20.0
"""What cosines are multiplied by before the softmax."""
ACROSS = 0.3
"""The weight of finding the section in the other language."""
HOLD, HOLD_LINES = 0.5, 0.25
"""The weight of staying near the vector as it was, for sentences on all subjects and for lines."""
SMOOTHING = 0.05
APART = -1e4


@dataclass(eq=False)
class Lines:
    """What is embedded of the guides: texts with their vectors (texts, width), the section of each
    (the same number in both languages), which are questions, which German, which left out."""

    texts: Sequence[str]
    vectors: torch.Tensor
    sections: torch.Tensor
    asked: torch.Tensor
    german: torch.Tensor
    left_out: torch.Tensor

    def of_sections(self, questions: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """How well questions fit each section, (questions, sections), as logarithms of sums over
        its texts; `hidden` (questions, texts) don't count, nor do lines that are left out."""
        import torch

        scores = SCALE * questions @ self.vectors.T
        scores = scores.masked_fill(self.left_out, APART).masked_fill(hidden, APART)
        highest = scores.max(1, keepdim=True).values
        summed = torch.sparse.mm(self._belonging, (scores - highest).exp().T).T
        return (summed + 1e-9).log()

    @cached_property
    def _belonging(self) -> torch.Tensor:
        """Which texts belong to which section, (sections, texts): many times faster than adding."""
        import torch

        places = torch.stack([self.sections, torch.arange(len(self.texts))])
        ones = torch.ones(len(self.texts))
        return torch.sparse_coo_tensor(places, ones, check_invariants=False).coalesce()


def built_in_lines(without: int | None) -> Lines:
    """All texts of the built-in guides that have a shipped vector."""
    import torch

    rows = list(_rows())
    model = fingerprint(BUILT_IN)
    shipped = shipped_vectors({chunk.text_hash for chunk, *_ in rows}, model)
    rows = [row for row in rows if row[0].text_hash in shipped]
    numbers: dict[Any, int] = {}
    texts = [text for _, text, _, _ in rows]
    asked = [chunk.leads_to is not None for chunk, *_ in rows]
    return Lines(
        texts,
        torch.tensor(as_matrix([shipped[chunk.text_hash] for chunk, *_ in rows])),
        torch.tensor([numbers.setdefault(key, len(numbers)) for *_, key in rows]),
        torch.tensor(asked),
        torch.tensor([language == "de" for _, _, language, _ in rows]),
        torch.tensor(
            [is_line and fold_of(t) == without for is_line, t in zip(asked, texts, strict=True)]
        ),
    )


def _rows() -> Iterator[tuple[NewChunk, str, str, Any]]:
    """Each chunk and line with its text, its language and what its section is known by."""
    guides = [(guide, chunks) for guide, chunks in built_in_rows(BUILT_IN)]
    counts: dict[str, set[int]] = {}
    for guide, chunks in guides:
        counts.setdefault(Path(guide.path).stem, set()).add(len(_places(chunks)))
    for guide, chunks in guides:
        stem, places = Path(guide.path).stem, _places(chunks)
        for chunk in chunks:
            is_line = chunk.leads_to is not None
            whole = embedded_text(guide.title, tuple(chunk.heading_path), chunk.text)
            number = places.index(_place(chunk))
            # Only a guide with as many sections in both languages is the same one in both.
            key = (stem, number) if len(counts[stem]) == 1 else (stem, number, guide.language)
            yield chunk, chunk.text if is_line else whole, guide.language, key


def _places(chunks: Sequence[NewChunk]) -> list[int]:
    return sorted({_place(chunk) for chunk in chunks})


def _place(chunk: NewChunk) -> int:
    return chunk.position if chunk.leads_to is None else chunk.leads_to


class Training:
    """The encoder while it learns to read questions."""

    def __init__(self, lines: Lines, general: Sequence[str], epochs: int) -> None:
        import torch
        from tokenizers import Tokenizer

        torch.manual_seed(SEED)
        self._random = random.Random(SEED)  # noqa: S311 (no secret depends on it)
        self._lines, self._general, self._epochs = lines, general, epochs
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
        places = torch.nonzero(self._lines.asked & ~self._lines.left_out).flatten()
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

    def _loss(self, batch: torch.Tensor) -> torch.Tensor:
        """Of the right section against all others, and of moving far."""
        import torch

        lines = self._lines
        read = self._read([noisy(lines.texts[n], self._random) for n in batch.tolist()])
        own = torch.nn.functional.one_hot(batch, len(lines.texts)).bool()
        other = lines.german[None, :] != lines.german[batch][:, None]
        right = lines.sections[batch]
        loss = torch.zeros(())
        for weight, hidden in ((1.0, other | own), (ACROSS, ~other)):
            fits = lines.of_sections(read, hidden)
            loss = loss + weight * torch.nn.functional.cross_entropy(
                fits, right, label_smoothing=SMOOTHING
            )
        loss = loss + HOLD_LINES * (1 - (read * lines.vectors[batch]).sum(1)).mean()
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
        """The share of left-out lines, English and German, whose nearest text is of their section:
        by the reading alone, and as search mixes it with the vector as it was."""
        import torch

        lines, shares = self._lines, []
        with torch.inference_mode():
            for german in (False, True):
                places = torch.nonzero(lines.left_out & (lines.german == german)).flatten()
                if not len(places):
                    continue
                texts = [[lines.texts[n] for n in some.tolist()] for some in places.split(BATCH)]
                read = torch.cat([self._read(some) for some in texts])
                mixed = (1 - STRENGTH) * lines.vectors[places] + STRENGTH * read
                hidden = lines.left_out | (lines.german != german)
                for vectors in (read, mixed):
                    scores = (vectors @ lines.vectors.T).masked_fill(hidden, APART)
                    found = lines.sections[scores.argmax(1)] == lines.sections[places]
                    shares.append(f"{found.float().mean():.3f}")
        return "  ".join(shares)


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
    training = Training(built_in_lines(options.without), general, options.epochs)
    for _ in training.run():
        write_tuned(training.parts(), options.out)
    print(f"Written: {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
