"""What a message wishes of a plan, where the words that `changes.yaml` knows don't tell.

People give a reason and no request ("she has a cold, we'll talk on the phone"). A sorter tells
which kind of wish it is; for kinds that need no more than that, `knowledge/planning/wishes.yaml`
has a phrase that says it plainly. What it does not know: figures, names and which item is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

import knowledge
from assistant.sorting import Sorter
from assistant.words import data

FILE = Path(knowledge.__file__).parent / "planning" / "wishes.safetensors"


class Phrases(BaseModel):
    """The file as it is: how each kind of wish is said plainly, by language; what changes nothing
    stands in `nothing`, what needs a figure, a name or an item in `needs_more`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    said: Mapping[str, Mapping[str, str]]
    nothing: tuple[str, ...]
    needs_more: tuple[str, ...]


@cache
def load_phrases() -> Phrases:
    """`knowledge/planning/wishes.yaml`, read once a process."""
    return Phrases.model_validate(data("knowledge", "planning/wishes.yaml"))


def sorter() -> Sorter:
    """What sorts messages by the kind of wish in them."""
    known = load_phrases()
    return Sorter(FILE, tuple(sorted((*known.said, *known.nothing, *known.needs_more))), 64)
