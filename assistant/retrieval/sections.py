"""Which section of the built-in guides a question is for, learnt from what people ask of them.

The encoder with its layers changed a little reads a question, and one head says how likely each
section is (`python -m evals.sections`); what runs of letters and words say of the guide
(`assistant.letters`) is added. It knows the sections by path and heading, so one that was
renamed since is only found by search itself. What it does not know: guides of one's own, and
whether any section answers at all.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import knowledge
from assistant.letters import load_letters
from assistant.retrieval.embeddings import BUILT_IN, fingerprint
from assistant.sorting import figures
from assistant.tuned import tuned_if_sound

if TYPE_CHECKING:
    import numpy as np
    import torch

    from assistant.letters import Letters

log = logging.getLogger(__name__)

FILE = Path(knowledge.__file__).parent / "sections.safetensors"
LETTERS = Path(knowledge.__file__).parent / "guide_letters.safetensors"

MOST_PIECES = 96
"""Word pieces of a question that are read."""

OF_LETTERS = 0.5
"""How much the logarithm of a guide's share by letters and words counts beside the encoder's."""

OF_ITS_GUIDE = 0.5
"""How much of a section's worth is how likely its guide is, and not the section alone."""


@dataclass(frozen=True)
class Sections:
    """The sections that were learnt: the number of each by path and heading, which guide each is
    of, by number, and the guides' names. A section has one number in both languages where its guide
    has as many sections in both."""

    numbers: Mapping[tuple[str, str], int]
    guide_of: tuple[int, ...]
    guides: tuple[str, ...]


NONE = Sections({}, (), ())


def known_sections(model: str) -> Sections:
    """The sections that questions can be sorted to; none for another model than the built-in one,
    or where the file can't be used."""
    return _known(FILE) if model == fingerprint(BUILT_IN) else NONE


def worths(question: str, model: str) -> np.ndarray | None:
    """How much each section is worth to a question, 0 to 1, by its number; None where `model` has
    none. The first call loads what was learnt, in a second or less."""
    known = known_sections(model)
    return _worths(question, FILE) if known.numbers else None


def strength(question: str, model: str) -> float:
    """How strongly any section answers to a question: the logarithm of the summed exponentials of
    all figures, some 5 for what no guide is about and 10 for what one is. Minus infinity as above.
    """
    if not known_sections(model).numbers:
        return float("-inf")
    found = _figures(question, FILE)
    return float("-inf") if found is None else float(found.logsumexp(0))


@cache
def _known(file: Path) -> Sections:
    tuned = tuned_if_sound(file, MOST_PIECES)
    if tuned is None:
        return NONE
    listed = json.loads(tuned.notes["sections"])
    guides = sorted({guide for guide, _ in listed})
    numbers = {
        (path, heading): number
        for number, (_, names) in enumerate(listed)
        for path, heading in names
    }
    return Sections(numbers, tuple(guides.index(guide) for guide, _ in listed), tuple(guides))


@lru_cache(maxsize=4)
def _figures(question: str, file: Path) -> torch.Tensor | None:
    import torch

    tuned = tuned_if_sound(file, MOST_PIECES)
    if tuned is None:
        return None
    with torch.inference_mode():
        return figures(tuned, [question])[0]


def _worths(question: str, file: Path) -> np.ndarray | None:
    import numpy as np

    found = _figures(question, file)
    if found is None:
        return None
    known = _known(file)
    guide_of = np.array(known.guide_of)
    likely = found.softmax(0).numpy().astype(np.float64)
    of_guide = np.bincount(guide_of, likely)
    told = of_guide * _by_letters(question, known.guides) ** OF_LETTERS
    told /= told.sum()
    likely *= (told / of_guide.clip(min=1e-12))[guide_of]
    return cast("np.ndarray", OF_ITS_GUIDE * told[guide_of] + (1 - OF_ITS_GUIDE) * likely)


def _by_letters(question: str, guides: Sequence[str]) -> np.ndarray:
    """How likely each guide is by letters and words, 0 to 1; all the same where nothing fitting was
    learnt of that."""
    import numpy as np

    letters = _letters(LETTERS)
    if letters is None or tuple(json.loads(letters.notes.get("guides", "[]"))) != tuple(guides):
        return np.ones(len(guides))
    return cast("np.ndarray", 1 / (1 + np.exp(-letters.log_odds([question])[0])))


@cache
def _letters(file: Path) -> Letters | None:
    try:
        return load_letters(file)
    except (OSError, ValueError) as error:
        log.warning("Questions are sorted without %s, which can't be used: %s", file.name, error)
        return None
