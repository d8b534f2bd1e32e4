"""The messages that the safety classifier learns from, written for it, by language and subject.

Each line of a `.tsv` file is a label, a tab and a message. A label is `none`, a concern with its
severity and speaker (`self_harm high other`), or a limit (`medical`). The suites of `evals` hold
other messages: `leaking` finds those that come too near to one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.guides.frontmatter import split_front_matter
from assistant.retrieval.fusion import shingles
from assistant.safety.classifier import KINDS, LIMITS, SEVERITIES, SPEAKERS

FOLDER = Path(__file__).parent / "examples"
GUIDES = Path(__file__).parent.parent.parent / "knowledge" / "guides"
STORIES = Path(__file__).parent.parent / "stories"

DANGEROUS = (
    "suicide-and-self-harm",
    "disclosure-of-abuse",
    "danger-now",
    "bullying-and-exclusion",
    "bringing-in-staff",
    "limits-and-confidentiality",
    "digital-safety",
    "de-escalation",
    "emotions-in-the-room",
    "mentors-own-wellbeing",
    "worries-at-home",
    "grief-and-heartbreak",
    "habits-that-harm",
    "illness-and-disability",
    "being-a-mentee",
    "may-i",
    "around-prison",
    "you-and-your-mentor",
    "your-feelings",
    "your-home-and-family",
    "your-job-or-training",
    "your-quarrels",
)
"""Guides whose lines of how people ask may well be about somebody in danger."""

NEAR, OF_THE_LONGER = 0.5, 0.3
"""From which share of the shorter message's runs of three words, and of the longer one's, two
messages count as the same."""


@dataclass(frozen=True)
class Example:
    """A message with what is right about it; None where the label says nothing of it."""

    text: str
    language: str
    kind: str | None
    severity: str | None = None
    speaker: str | None = None
    limit: str | None = None
    source: str = ""
    """The name of the file that it stands in, without its ending."""


def examples() -> list[Example]:
    """All examples, and what guides are asked as harmless ones, where nothing else is written."""
    own = written()
    known = {example.text for example in own}
    of_guides = [*asked_of_guides(), *told_to_guides()]
    return [*own, *(example for example in of_guides if example.text not in known)]


def written(folder: Path = FOLDER) -> list[Example]:
    """The written examples. Raises ValueError, naming the line, for one that can't be read."""
    found = []
    for file in sorted(folder.glob("*/*.tsv")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                label, text = line.split("\t")
                found.append(replace(_example(label.split(), text, file), source=file.stem))
            except (ValueError, KeyError) as error:
                raise ValueError(f"{file.name}, line {number}: {error}") from error
    return found


def asked_of_guides(guides: Path = GUIDES) -> list[Example]:
    """How people ask for the sections of harmless guides: questions that need no alarm."""
    found = []
    for file in sorted(guides.glob("*/*.md")):
        if file.stem in DANGEROUS:
            continue
        front, _ = split_front_matter(file.read_text(encoding="utf-8"))
        lines = [line for lines in front.get("asked", {}).values() for line in lines]
        # Every second: they are many, and much alike.
        found += [Example(line, file.parent.name, "none", limit="none") for line in lines[::2]]
    return found


def told_to_guides(stories: Path = STORIES) -> list[Example]:
    """The stories that sections of harmless guides answer."""
    found = []
    for file in sorted(stories.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            guide, _, text = line.split("\t")
            if guide not in DANGEROUS:
                found.append(Example(text, file.stem, "none", limit="none", source=stories.name))
    return found


def leaking(messages: Sequence[Example], others: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of an example and another text that share most of their runs of three words."""
    by_run: dict[tuple[str, ...], list[int]] = {}
    marks = [shingles(example.text, 3) for example in messages]
    for number, mark in enumerate(marks):
        for run in mark:
            by_run.setdefault(run, []).append(number)
    return list(_near(messages, marks, by_run, others))


def _near(
    messages: Sequence[Example],
    marks: Sequence[frozenset[tuple[str, ...]]],
    by_run: dict[tuple[str, ...], list[int]],
    others: Iterable[str],
) -> Iterator[tuple[str, str]]:
    for other in others:
        mark = shingles(other, 3)
        for number in {n for run in mark for n in by_run.get(run, ())}:
            shared, sizes = len(mark & marks[number]), sorted((len(mark), len(marks[number])))
            if shared >= NEAR * sizes[0] and shared >= OF_THE_LONGER * sizes[1]:
                yield messages[number].text, other


def _example(label: Sequence[str], text: str, file: Path) -> Example:
    language, first = file.parent.name, label[0]
    if first == "none":
        # Files about danger say nothing of limits, except that ordinary messages touch none.
        return Example(text, language, "none", limit="none")
    if first in LIMITS:
        return Example(text, language, None, limit=first)
    kind, severity, speaker = label
    if kind not in KINDS or severity not in SEVERITIES or speaker not in SPEAKERS:
        raise ValueError(f"the label {' '.join(label)!r} is not known")
    return Example(text, language, kind, severity, speaker)
