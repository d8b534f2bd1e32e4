"""Trains what runs of letters and words say, of danger and limits or of which guide is meant.

    python -m evals.letters danger|guides [--without FOLD] [--out FILE]

A logistic regression for each answer: on all examples of the safety classifier (two answers, a
minute) or on all that people ask (`evals.asking`; a guide each, five minutes on one core). The
second needs `python -m evals.ship_vectors` before it and belongs to `python -m evals.sections`.
`--without 0` to `9` leaves a tenth out, for measuring. What was tried is in DECISIONS.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.letters import READINGS, Runs, counted
from assistant.retrieval import sections
from assistant.safety import classifier
from evals.asking import built_in_lines
from evals.concerns.examples import examples
from evals.learning import fold_of
from evals.sections import examples as asked
from evals.sections import section_names

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

MOST_RUNS = 300_000


@dataclass(frozen=True)
class Told:
    """Texts and what is right of each: (texts, answers), 1, 0, or -1 where that isn't known."""

    texts: Sequence[str]
    right: np.ndarray
    notes: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """What can be learnt: from what, into which file, how many texts must hold a run of a reading,
    scikit-learn's C (the inverse of how much weights are held down), and which weights count."""

    told: Callable[[], Told]
    file: Path
    often_enough: Mapping[str, int]
    strength: float
    least_weight: float


def of_danger() -> Told:
    """All examples of the safety classifier: danger, and limit."""
    import numpy as np

    listed = examples()
    rows = [[_told(e.kind), _told(e.limit)] for e in listed]
    return Told([e.text for e in listed], np.array(rows), {})


def of_guides() -> Told:
    """All that people ask, and the guide that answers."""
    import numpy as np

    lines = built_in_lines(None)
    names = [guide for guide, _ in section_names(lines)]
    guides = sorted(set(names))
    listed = list(asked(lines))
    right = np.zeros((len(listed), len(guides)), dtype=int)
    for row, example in enumerate(listed):
        right[row, guides.index(names[int(example.kind)])] = 1
    return Told([e.text for e in listed], right, {"guides": json.dumps(guides)})


SUBJECTS = {
    "danger": Subject(of_danger, classifier.LETTERS, {"letters": 3, "words": 2}, 40.0, 0.1),
    "guides": Subject(of_guides, sections.LETTERS, {"letters": 5, "words": 3}, 20.0, 0.3),
}


def _told(label: str | None) -> int:
    return -1 if label is None else int(label != "none")


def frequent(counts: csr_matrix, least: int) -> Runs:
    """The runs that at least so many texts hold, the most frequent ones of them."""
    import numpy as np

    keys, texts = np.unique(counts.indices, return_counts=True)
    kept = np.flatnonzero(texts >= least)
    kept = np.sort(kept[np.argsort(-texts[kept], kind="stable")[:MOST_RUNS]])
    return Runs(keys[kept].astype("int64"), np.log((1 + counts.shape[0]) / (1 + texts[kept])) + 1)


def fitted(shares: csr_matrix, column: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    """Weights and bias of one answer; one that no text gives is never given."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    told = np.flatnonzero(column >= 0)
    if not column[told].any():
        return np.zeros(shares.shape[1]), -20.0
    model = LogisticRegression(C=strength, solver="liblinear", tol=1e-2, random_state=0)
    model.fit(shares[told], column[told])
    return model.coef_[0], float(model.intercept_[0])


def learnt(told: Told, subject: Subject) -> dict[str, np.ndarray]:
    """What is written."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack

    counts = {reading: counted(reading, told.texts) for reading in READINGS}
    runs = {name: frequent(counts[name], subject.often_enough[name]) for name in READINGS}
    shares = hstack([runs[name].shares(counts[name]) for name in READINGS]).tocsr()
    models = [fitted(shares, column, subject.strength) for column in told.right.T]
    weights = np.stack([weight for weight, _ in models], 1)
    weights[np.abs(weights) < subject.least_weight] = 0.0
    found = {"bias": np.array([bias for _, bias in models], dtype="float32")}
    ends = np.cumsum([len(one.keys) for one in runs.values()])[:-1]
    for (name, one), part in zip(runs.items(), np.split(weights, ends), strict=True):
        rows = csr_matrix(part)
        found |= {
            f"{name}.keys": one.keys.astype("uint32"),
            f"{name}.rarity": one.rarity.astype("float16"),
            f"{name}.weights": rows.data.astype("float16"),
            f"{name}.columns": rows.indices.astype("uint8"),
            f"{name}.starts": rows.indptr.astype("uint32"),
        }
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write."""
    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("--without", type=int, choices=range(10), metavar="FOLD")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    subject = SUBJECTS[options.subject]
    out, told = options.out or subject.file, subject.told()
    kept = [n for n, text in enumerate(told.texts) if fold_of(text) != options.without]
    told = Told([told.texts[n] for n in kept], told.right[kept], told.notes)
    print(f"{len(kept)} texts", flush=True)
    save_file(learnt(told, subject), str(out), metadata=dict(told.notes))
    out.chmod(0o644)
    print(f"Written: {out} ({out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
