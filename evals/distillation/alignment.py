"""Which English words a German word piece stands for, learnt from sentence pairs alone.

IBM Model 1 (Brown, Della Pietra, Della Pietra, Mercer: "The Mathematics of Statistical Machine
Translation", 1993): expectation maximisation over all word pairs of each sentence pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

ROUNDS = 6
LONGEST = 40
"""Words of a sentence that are looked at; longer ones would say little about any one word."""


def translations(
    pairs: Sequence[tuple[Sequence[int], Sequence[int]]], sources: int, targets: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P(target | source) as (source, target, probability) arrays, sorted by source.

    `pairs` are (target numbers, source numbers) of sentences; `sources` and `targets` how many
    numbers there are.
    """
    import numpy as np

    cells = [
        np.stack(np.broadcast_arrays(np.array(s)[:, None], np.array(t)[None, :])).reshape(2, -1)
        for t, s in ((t[:LONGEST], s[:LONGEST]) for t, s in pairs)
        if len(t) and len(s)
    ]
    widths = [cell.shape[1] for cell in cells]
    source, target = np.concatenate(cells, axis=1).astype(np.int64)
    sentence = np.repeat(np.arange(len(cells)), widths)
    kinds, kind = np.unique(source * targets + target, return_inverse=True)
    _, spot = np.unique(sentence * targets + target, return_inverse=True)
    chance = np.full(len(kinds), 1.0)
    owner = kinds // targets
    for _ in range(ROUNDS):
        weight = chance[kind]
        weight /= np.bincount(spot, weight)[spot]
        counted = np.bincount(kind, weight, len(kinds))
        chance = counted / np.bincount(owner, counted, sources)[owner]
    return owner, kinds % targets, chance
