"""Train the bilingual student: ``python -m evals.distillation.train DATA ENGLISH OUT``.

DATA holds ``parallel`` and ``lexicon``; ENGLISH is any folder of English guides; OUT receives the
student, the state to go on from (start the same command again) and the losses. Princeton WordNet
3.0 must be there (Debian: wordnet-base). Two cores need an hour or two, a GPU minutes.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.distillation.lexicon import WORDNET, WordByWord, explained, meanings, word_pairs
from evals.distillation.student import Encoder, write_student
from evals.distillation.teacher import teacher_folder
from evals.distillation.texts import (
    Asked,
    Pair,
    asked_lines,
    english_chunks,
    own_pairs,
    sentence_pairs,
)
from evals.plots import lines

if TYPE_CHECKING:
    import torch

SEED = 20261122
RATE = 1.5e-4
EMBEDDING_RATE = 5e-4
"""The word pieces are new and move further than the layers above them."""

WARM_UP = 200
SCALE = 20.0
CONTRAST = 0.2
SAVE_EVERY = 250
KEEP = 0.999
"""How much of the running average of the weights is kept at each step."""

OF_THE_START = 0.2
"""How much of the first student's weights the last one gets: what training for these pairs and
guides pulled away comes back. (Wortsman and others: "Robust fine-tuning of zero-shot models", 2022)
"""

MIX = {
    "pairs": 0.34,
    "words": 0.06,
    "passages": 0.1,
    "word_by_word": 0.14,
    "english": 0.12,
    "asked": 0.24,
}
"""How often each kind of batch comes."""

SHORT_BATCH, LONG_BATCH = 128, 10
"""Texts of a batch: sentences or words; passages."""


@dataclass(frozen=True)
class Material:
    """All that is learnt from.

    `chunks` are English guides' chunks, `glosses` lines that say what an English word means;
    `put` puts English text into German word by word.
    """

    pairs: list[Pair]
    words: list[Pair]
    chunks: list[str]
    glosses: list[str]
    asked: list[Asked]
    put: WordByWord


@dataclass
class Run:
    """A training run: what is trained, and by whom it is taught."""

    student: Encoder
    teacher: Encoder
    material: Material
    luck: random.Random

    def pairs(self) -> torch.Tensor:
        """Short texts of like length; now and then the English side itself is learnt."""
        pool = self.material.pairs
        start = self.luck.randrange(len(pool))
        batch = [pool[(start + n) % len(pool)] for n in range(SHORT_BATCH)]
        return self._taught(batch, english=self.luck.random() < 0.2)

    def words(self) -> torch.Tensor:
        """Single words from the dictionary."""
        return self._taught(self.luck.sample(self.material.words, SHORT_BATCH), english=False)

    def passages(self) -> torch.Tensor:
        """Long texts: several pairs after one another, since guides' chunks are long."""
        count = self.luck.randint(3, 14)
        batch = []
        for _ in range(LONG_BATCH):
            chosen = self.luck.choices(self.material.pairs, k=count)
            batch.append((" ".join(en for en, _ in chosen), " ".join(de for _, de in chosen)))
        return self._taught(batch, english=False)

    def word_by_word(self) -> torch.Tensor:
        """Long English texts with many words put into German: rare words, in context."""
        batch = []
        for text in self._english_texts():
            share = self.luck.uniform(0.4, 1.0)
            batch.append((text, self.material.put(text, share, self.luck)))
        return self._taught(batch, english=False)

    def english(self) -> torch.Tensor:
        """The student's English stays where the teacher's is."""
        batch = self._english_texts()
        return _distance(self.student(batch), self._teach(batch))

    def _english_texts(self) -> list[str]:
        """Chunks of guides, or what several words mean."""
        if self.luck.random() < 0.5:
            return self.luck.sample(self.material.chunks, LONG_BATCH)
        count = self.luck.randint(1, 6)
        return [
            "; ".join(self.luck.choices(self.material.glosses, k=count)) for _ in range(LONG_BATCH)
        ]

    def asked(self) -> torch.Tensor:
        """Questions to the chunk that answers, against the other chunks of the batch."""
        batch = self._asked_batch()
        lines = self.student([one.line for one, _ in batch])
        chunks = self.student([chunk for _, chunk in batch])
        return _contrast(lines, chunks, [chunk for _, chunk in batch])

    def _asked_batch(self) -> list[tuple[Asked, str]]:
        """(line, chunk): in one language, or the other language's same section."""
        other: dict[tuple[str, str | None, str], str] = {
            (one.guide, one.section, one.language): one.chunk
            for one in self.material.asked
            if one.section
        }
        batch = []
        for one in self.luck.sample(self.material.asked, 14):
            twin = other.get((one.guide, one.section, "en" if one.language == "de" else "de"))
            across = twin is not None and one.section and self.luck.random() < 0.5
            batch.append((one, twin if across and twin else one.chunk))
        return batch

    def _taught(self, batch: Sequence[Pair], english: bool) -> torch.Tensor:
        taught = self._teach([en for en, _ in batch])
        learnt = self.student([en if english else de for en, de in batch])
        keys = [en for en, _ in batch]
        return _distance(learnt, taught) + CONTRAST * _contrast(learnt, taught, keys)

    def _teach(self, texts: list[str]) -> torch.Tensor:
        import torch

        with torch.no_grad():
            return self.teacher(texts)


def _distance(learnt: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    return ((learnt - taught) ** 2).sum(-1).mean()


def _contrast(rows: torch.Tensor, columns: torch.Tensor, keys: Sequence[str]) -> torch.Tensor:
    """Cross entropy of each row against all columns; equal keys aren't each other's negatives."""
    import torch

    numbers = torch.tensor([keys.index(key) for key in keys], device=rows.device)
    same = (numbers[:, None] == numbers[None, :]) & ~torch.eye(
        len(keys), dtype=torch.bool, device=rows.device
    )
    scores = (SCALE * rows @ columns.T).masked_fill(same, -1e4)
    target = torch.arange(len(keys), device=rows.device)
    return torch.nn.functional.cross_entropy(scores, target)


def train(run: Run, out: Path, hours: float, steps: int, say: Callable[[str], None]) -> None:
    """Train for so many steps; stop early when the time is up. Goes on from where it stopped."""
    import torch

    embeddings = run.student.model.embeddings.word_embeddings.weight
    layers = [p for p in run.student.model.parameters() if p is not embeddings]
    groups = [
        {"params": [embeddings], "top": EMBEDDING_RATE},
        {"params": layers, "top": RATE},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01, fused=True)
    parameters = [embeddings, *layers]
    average = [parameter.detach().clone() for parameter in parameters]
    start = [parameter.detach().clone() for parameter in parameters]
    begun = _resume(out, run, optimizer, average)
    kinds, weights = list(MIX), list(MIX.values())
    fast = bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    started = time.monotonic()
    sums: dict[str, list[float]] = {kind: [] for kind in kinds}
    run.student.model.eval()  # without dropout: the target is exact, noise only blurs it
    for step in range(begun, steps):
        spent = (time.monotonic() - started) / 3600
        # Whichever of steps and time runs out first, the rate has fallen to nothing by then.
        done = max(step / steps, spent / hours if hours else 0.0)
        if done >= 1:
            break
        share = min(1.0, (step + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * done))
        for group in optimizer.param_groups:
            group["lr"] = group["top"] * share
        kind = run.luck.choices(kinds, weights)[0]
        device = run.student.model.device.type
        with torch.autocast(device, dtype=torch.bfloat16, enabled=fast or device == "cuda"):
            loss = getattr(run, kind)()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            keep = min(KEEP, (step + 1) / (step + 10))
            torch._foreach_lerp_(average, parameters, 1 - keep)
        sums[kind].append(loss.item())
        if (step + 1) % SAVE_EVERY == 0:
            _report(out, step + 1, sums, started, say)
            _save(out, step + 1, run, optimizer, average)
            sums = {kind: [] for kind in kinds}
    _save(out, step + 1, run, optimizer, average)
    with torch.no_grad():
        for parameter, mean, first in zip(parameters, average, start, strict=True):
            parameter.copy_(mean.lerp(first, OF_THE_START))
    run.student.model.save_pretrained(out / "student")


def _report(
    out: Path, step: int, sums: dict[str, list[float]], started: float, say: Callable[[str], None]
) -> None:
    means = {kind: sum(values) / max(1, len(values)) for kind, values in sums.items()}
    minutes = (time.monotonic() - started) / 60
    say(f"step {step}, {minutes:.1f} min: " + ", ".join(f"{k} {v:.3f}" for k, v in means.items()))
    with (out / "losses.csv").open("a", newline="") as file:
        csv.writer(file).writerow([step, *(f"{value:.5f}" for value in means.values())])
    (out / "losses.svg").write_text(loss_plot(out / "losses.csv"), encoding="utf-8")


def loss_plot(losses: Path) -> str:
    """The losses of a run by step, a line for each kind of batch, as SVG."""
    with losses.open(newline="") as file:
        rows = [[float(value) for value in row] for row in csv.reader(file)]
    series = {
        kind: [(row[0], row[place]) for row in rows] for place, kind in enumerate(MIX, start=1)
    }
    return lines(series, title="Losses by kind of batch", x_label="step", y_label="loss")


def _save(out: Path, step: int, run: Run, optimizer: Any, average: list[torch.Tensor]) -> None:
    """Write the state under another name first: a killed run leaves the last whole one."""
    from safetensors.torch import save_file

    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    tensors = {}
    for n, parameter in enumerate(parameters):
        tensors[f"{n}.value"], tensors[f"{n}.average"] = parameter.detach(), average[n]
        for name, value in optimizer.state[parameter].items():
            tensors[f"{n}.{name}"] = value.reshape(-1) if value.ndim == 0 else value
    facts = {"step": str(step), "luck": json.dumps(run.luck.getstate())}
    draft = out / "state.new"
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, draft, facts)
    draft.replace(out / "state.safetensors")


def _resume(out: Path, run: Run, optimizer: Any, average: list[torch.Tensor]) -> int:
    """The step to go on from; 0 for a new run."""
    import torch
    from safetensors import safe_open

    file = out / "state.safetensors"
    if not file.exists():
        return 0
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    with safe_open(str(file), framework="pt") as state, torch.no_grad():
        for n, parameter in enumerate(parameters):
            parameter.copy_(state.get_tensor(f"{n}.value"))
            average[n].copy_(state.get_tensor(f"{n}.average"))
            optimizer.state[parameter] = {
                "step": state.get_tensor(f"{n}.step").reshape(()),
                "exp_avg": state.get_tensor(f"{n}.exp_avg").to(parameter.device),
                "exp_avg_sq": state.get_tensor(f"{n}.exp_avg_sq").to(parameter.device),
            }
        facts = state.metadata()
    version, numbers, gauss = json.loads(facts["luck"])
    run.luck.setstate((version, tuple(numbers), gauss))
    return int(facts["step"])


def _prepared(data: Path, english: Path, wordnet: Path, out: Path) -> Material:
    """What is learnt from; the chunks are read once and kept, for reading them takes minutes."""
    kept = out / "english.json"
    if kept.exists():
        chunks = json.loads(kept.read_text(encoding="utf-8"))
    else:
        print("Reading the English texts …", flush=True)
        chunks = english_chunks(english)
        kept.write_text(json.dumps(chunks), encoding="utf-8")
    known = meanings(data / "lexicon", wordnet)
    found = sentence_pairs(data)
    return Material(
        # Sentences of like length stand together, so that little of a batch is padding.
        pairs=sorted(found + own_pairs() * 4, key=lambda pair: len(pair[1])),
        words=word_pairs(known),
        chunks=chunks,
        glosses=explained(known),
        asked=asked_lines(),
        put=WordByWord(found, known),
    )


def _first_student(folder: Path, material: Material) -> None:
    from tokenizers import Tokenizer
    from transformers import BertModel

    from evals.distillation.vocabulary import first_embeddings, student_tokenizer

    teacher = teacher_folder()
    pairs = material.pairs + material.words
    english = [en for en, _ in pairs] + material.chunks + [a.line for a in material.asked]
    german = [de for _, de in pairs]
    german += [text for a in material.asked if a.language == "de" for text in (a.line, a.chunk)]
    tokenizer = student_tokenizer(teacher, english, german)
    print("Learning first meanings of the German pieces …", flush=True)
    weights = BertModel.from_pretrained(teacher).embeddings.word_embeddings.weight
    old = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    old.no_padding()
    rows = first_embeddings(old, tokenizer, weights.detach().numpy(), pairs)
    write_student(folder, teacher, tokenizer, rows)


def _ship(folder: Path, target: Path) -> None:
    from evals.distillation.student import write_shipped

    print(f"Written to {target}; SHA-256 of the weights: {write_shipped(folder, target)}")


def main() -> None:
    """Prepare, train, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("english", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--wordnet", type=Path, default=WORDNET, help="WordNet 3.0's folder")
    parser.add_argument("--hours", type=float, default=0.0, help="stop after so long; 0: no limit")
    parser.add_argument("--steps", type=int, default=30_000)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    arguments = parser.parse_args()
    import torch

    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    material = _prepared(arguments.data, arguments.english, arguments.wordnet, out)
    if not (out / "first" / "model.safetensors").exists():
        _first_student(out / "first", material)
    student, teacher = Encoder(out / "first"), Encoder(teacher_folder())
    for encoder in (student, teacher):
        encoder.model.to(arguments.device)
    teacher.model.eval()
    print(
        f"{len(material.pairs)} pairs, {len(material.words)} word pairs, "
        f"{len(material.chunks)} English chunks, {len(material.glosses)} glosses, "
        f"{len(material.asked)} questions.",
        flush=True,
    )
    shutil.copytree(out / "first", out / "student", dirs_exist_ok=True)
    run = Run(student, teacher, material, random.Random(SEED))  # noqa: S311
    train(run, out, arguments.hours, arguments.steps, lambda text: print(text, flush=True))
    _ship(out / "student", out / "shipped")


if __name__ == "__main__":
    main()
