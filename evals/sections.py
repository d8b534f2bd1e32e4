"""Trains what says which section of the built-in guides a question is for.

    python -m evals.sections [--epochs 6] [--without FOLD] [--out FILE]

Writes `knowledge/sections.safetensors`. It learns from each line by which a built-in guide is asked
for and from each of `stories/*.tsv` (see `evals.asking`), beginning with what was learnt for the
second reading of questions (`python -m evals.turning`); run `python -m evals.ship_vectors` first.
Seeded; on two cores a round takes four minutes. `--without 0` to `9` leaves a tenth out and says
how many of them are sorted to their section. What the second reading has seen of them flatters
that.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.retrieval import turning
from assistant.retrieval.sections import FILE, MOST_PIECES
from assistant.sorting import Sorter
from assistant.tuned import load_tuned, write_tuned
from evals.asking import Lines, built_in_lines, stories
from evals.learning import fold_of
from evals.sorting.train import Example, Training, rates

BATCH, KEPT_LAYERS = 64, 2
SURE = 0.5

STORIES_COUNT = 2
"""A story counts as much as so many lines: it is what people type."""


def section_names(lines: Lines) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each section's guide, and its paths and headings in both languages, by number."""
    found: list[tuple[str, list[tuple[str, str]]]] = [
        ("", []) for _ in range(int(lines.sections.max()) + 1)
    ]
    for (language, guide, heading), number in lines.known.items():
        found[number] = (guide, [*found[number][1], (f"{language}/{guide}.md", heading)])
    return found


def examples(lines: Lines) -> Iterator[Example]:
    """What people ask, with the number of the section that answers as its kind."""
    for text, is_line, number in zip(lines.texts, lines.asked, lines.sections, strict=True):
        if is_line:
            yield Example(str(int(number)), text)
    for _, number, text in stories(lines.known):
        yield from (Example(str(number), text),) * STORIES_COUNT


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, write, and with ``--without`` measure on what was left out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--without", type=int, choices=range(10), metavar="FOLD")
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    lines = built_in_lines(None)
    names = section_names(lines)
    sorter = Sorter(options.out, tuple(map(str, range(len(names)))), MOST_PIECES)
    listed = list(examples(lines))
    held = [e for e in listed if fold_of(e.text) == options.without]
    seen = [e for e in listed if fold_of(e.text) != options.without]
    training = Training(sorter, seen, options.epochs, turning.FILE, BATCH, KEPT_LAYERS)
    for _ in training.run():
        write_tuned(training.parts(), options.out, sections=json.dumps(names))
        if held:
            print(rates(load_tuned(options.out, MOST_PIECES), sorter, (SURE,), held), flush=True)
    print(f"Written: {options.out} ({options.out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
