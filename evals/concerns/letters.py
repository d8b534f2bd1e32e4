"""Trains what letters and words say of danger and limits, `knowledge/safety/letters.safetensors`.

    python -m evals.concerns.letters [--out FILE]

A logistic regression each on all examples of the classifier; two minutes on one core. Runs that
hardly weigh anything are left out, and the rest is learnt anew. What was tried is in DECISIONS.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.safety.letters import FILE, READINGS, Runs, counted
from evals.concerns.examples import Example, examples

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

OFTEN_ENOUGH = {"letters": 3, "words": 2}
"""Examples that must hold a run."""

MOST_RUNS = 300_000
STRENGTH = 40.0
"""The inverse of how much weights are held down (scikit-learn's C); 8 and 20 do a little less."""

LEAST_WEIGHT = 0.1


def right(listed: Sequence[Example]) -> np.ndarray:
    """(examples, 2): danger, and limit; 1, 0, or -1 where the label says nothing of it."""
    rows = [(e.kind, e.limit) for e in listed]
    return np.array([[-1 if one is None else int(one != "none") for one in row] for row in rows])


def frequent(counts: csr_matrix, least: int) -> Runs:
    """The runs that at least so many texts hold, the most frequent ones of them."""
    keys, texts = np.unique(counts.indices, return_counts=True)
    kept = np.flatnonzero(texts >= least)
    kept = np.sort(kept[np.argsort(-texts[kept], kind="stable")[:MOST_RUNS]])
    return Runs(keys[kept].astype("int64"), np.log((1 + counts.shape[0]) / (1 + texts[kept])) + 1)


def fitted(shares: csr_matrix, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights (runs, 2) and biases (2) of both."""
    from sklearn.linear_model import LogisticRegression

    models = []
    for column in labels.T:
        told = np.flatnonzero(column >= 0)
        model = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0)
        models.append(model.fit(shares[told], column[told]))
    return np.stack([m.coef_[0] for m in models], 1), np.array([m.intercept_[0] for m in models])


def learnt(listed: Sequence[Example]) -> dict[str, np.ndarray]:
    """What is written: of each reading the runs, how rare they are and what they weigh."""
    from scipy.sparse import hstack

    texts, labels = [example.text for example in listed], right(listed)
    counts = {name: counted(reading, texts) for name, reading in READINGS}
    runs = {name: frequent(counts[name], OFTEN_ENOUGH[name]) for name, _ in READINGS}
    for last in (False, True):
        shares = hstack([runs[name].shares(counts[name]) for name in runs]).tocsr()
        weights, bias = fitted(shares, labels)
        parts = np.split(weights, np.cumsum([len(one.keys) for one in runs.values()])[:-1])
        if not last:
            heavy = [np.abs(part).max(1) >= LEAST_WEIGHT for part in parts]
            runs = {
                name: Runs(one.keys[kept], one.rarity[kept])
                for (name, one), kept in zip(runs.items(), heavy, strict=True)
            }
    found = {"bias": bias.astype("float32")}
    for (name, one), part in zip(runs.items(), parts, strict=True):
        found |= {
            f"{name}.keys": one.keys.astype("uint32"),
            f"{name}.rarity": one.rarity.astype("float16"),
            f"{name}.weights": part.astype("float16"),
        }
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write."""
    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    listed = examples()
    print(f"{len(listed)} examples", flush=True)
    save_file(learnt(listed), str(options.out))
    options.out.chmod(0o644)
    print(f"Written: {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
