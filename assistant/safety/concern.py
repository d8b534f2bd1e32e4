"""What a message may give cause to worry about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ConcernKind = Literal["self_harm", "abuse", "violence", "acute_danger"]
Severity = Literal["low", "medium", "high"]


@dataclass(frozen=True)
class Concern:
    """A reason to show human help first.

    `severity` is high when help must stand before anything else, medium when it comes first but
    nothing is acute, low when a gentle line beside the answer is right. `evidence` are the words
    of the message that led to it, verbatim. `speaker` says whom it is about: the writer
    ("self") or somebody the writer tells of ("other").
    """

    kind: ConcernKind
    severity: Severity
    evidence: tuple[str, ...]
    speaker: Literal["self", "other"] = "self"
