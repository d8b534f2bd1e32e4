"""A small classifier of concerns and limits on the built-in encoder, beside the rules.

The encoder's own weights are changed a little (low-rank parts, `knowledge/safety/classifier
.safetensors`) and four heads read its states: which concern, how severe, about whom, which limit.
Trained by `python -m evals.concerns.train` on examples written for it. What runs of letters and
words say (`assistant.letters`) is added to how likely danger and limits are. Same text, same
figures: no chance is involved. What it does not know: irony, what was left out, and people; it can
be wrong in both directions (docs/safety.md says how often).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import knowledge
from assistant.letters import load_letters
from assistant.safety.concern import ConcernKind, Severity
from assistant.safety.rules import BoundaryKind
from assistant.tuned import load_tuned

if TYPE_CHECKING:
    import torch

KINDS: tuple[str, ...] = ("none", *get_args(ConcernKind))
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high")
SPEAKERS = ("self", "other")
LIMITS: tuple[str, ...] = ("none", *get_args(BoundaryKind))
HEADS = (len(KINDS), len(SEVERITIES), len(SPEAKERS), len(LIMITS))
"""How many figures each head gives, in the order of `out`."""

HEAD_PARTS = ("attention", "out", "bias")
"""The stored tensors that the heads are made of."""

MOST_PIECES = 128
"""Word pieces of a window that are read."""

OF_LETTERS = 0.7
"""How much the log odds by letters and words count beside the encoder's. DECISIONS.md has the
figures."""

SUREST = 1e-4
"""The encoder is never surer than this: what letters say must be able to count."""

WINDOW, STEP = 60, 40
"""Words of a long message that are read together, and from one window to the next."""

MOST_WINDOWS = 60
"""Of an endless text, so many windows are read, spread over it."""

FILE = Path(knowledge.__file__).parent / "safety" / "classifier.safetensors"
LETTERS = Path(knowledge.__file__).parent / "safety" / "letters.safetensors"


@dataclass(frozen=True)
class Judgement:
    """What the classifier makes of a window of a message; figures from 0 to 1.

    `kinds` holds how likely each concern is and "none"; they add up to 1, and so do the others.
    """

    text: str
    kinds: Mapping[str, float]
    severities: Mapping[str, float]
    speakers: Mapping[str, float]
    limits: Mapping[str, float]

    @property
    def alarm(self) -> float:
        """How likely it is that somebody may be in danger."""
        return 1.0 - self.kinds["none"]


class Classifier:
    """The classifier, loaded. Takes a second to make: keep it."""

    def __init__(self) -> None:
        """Load; raises OSError or ValueError when the weights or the encoder don't fit."""
        self._letters = load_letters(LETTERS)
        self._tuned = load_tuned(FILE, MOST_PIECES)
        self._heads = {name: self._tuned.parts[name] for name in HEAD_PARTS}

    def judge(self, message: str) -> list[Judgement]:
        """A judgement for each window of a message; none for one without words."""
        import torch

        texts = windows(message)
        if not texts:
            return []
        pieces, mask = self._tuned.pieces(texts)
        with torch.inference_mode():
            states = self._tuned.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
            figures = read_states(states.float(), mask, self._heads)
        kinds, severities, speakers, limits = (part.softmax(1) for part in figures.split(HEADS, 1))
        danger, touched = torch.from_numpy(self._letters.log_odds(texts)).float().T
        parts = [
            part.tolist()
            for part in (_leaning(kinds, danger), severities, speakers, _leaning(limits, touched))
        ]
        return [
            Judgement(text, *(_named(names, row) for names, row in zip(_NAMES, rows, strict=True)))
            for text, *rows in zip(texts, *parts, strict=True)
        ]


_NAMES: tuple[tuple[str, ...], ...] = (KINDS, SEVERITIES, SPEAKERS, LIMITS)


def read_states(
    states: torch.Tensor, mask: torch.Tensor, heads: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """The heads' figures: of the mean state and of states weighed by attention, side by side.

    `states` are (texts, pieces, width); the result is (texts, sum of `HEADS`).
    """
    import torch

    there = mask.unsqueeze(-1).float()
    mean = (states * there).sum(1) / there.sum(1).clamp(min=1)
    attention = (states @ heads["attention"].T).masked_fill(there == 0, -1e4).softmax(1)
    pooled = torch.einsum("bth,btd->bhd", attention, states).flatten(1)
    return torch.cat([mean, pooled], 1) @ heads["out"].T + heads["bias"]


def _leaning(shares: torch.Tensor, log_odds: torch.Tensor) -> torch.Tensor:
    """Shares, "none" first, after log odds that it isn't none have counted; they still add up to 1.

    `shares` are (texts, kinds), `log_odds` (texts).
    """
    import torch

    none, others = shares[:, :1], shares[:, 1:]
    some = torch.logit((1 - none).clamp(SUREST, 1 - SUREST))
    some = torch.sigmoid(some + OF_LETTERS * log_odds[:, None])
    return torch.cat([1 - some, some * others / others.sum(1, keepdim=True).clamp(min=1e-9)], 1)


def windows(message: str) -> list[str]:
    """A message as it is if it is short, else overlapping stretches of it, whole words."""
    words = message.split()
    if not re.search(r"\w", message):
        return []
    if len(words) <= WINDOW + STEP // 2:
        return [" ".join(words)]
    starts = list(range(0, len(words) - WINDOW + STEP, STEP))
    if len(starts) > MOST_WINDOWS:
        starts = [starts[n * len(starts) // MOST_WINDOWS] for n in range(MOST_WINDOWS)]
    return [" ".join(words[start : start + WINDOW]) for start in starts]


@cache
def built_in_classifier() -> Classifier:
    """The classifier that comes with Tandem, loaded once a process. Raises OSError, ValueError."""
    return Classifier()


def _named(names: Sequence[str], row: Sequence[float]) -> dict[str, float]:
    return {name: round(figure, 6) for name, figure in zip(names, row, strict=True)}
