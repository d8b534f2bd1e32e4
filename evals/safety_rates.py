"""How much the safety check finds, and how often it speaks up for nothing.

    python -m evals.safety_rates --data FOLDER [--show]

FOLDER holds `safety/` and `journals/` as published by their makers (see each folder's README);
sets that aren't there are passed over. The project's own suite `safety` and the rules' cases are
always measured. Intervals hold 95 % (Wilson). What the rates
don't say: the public prompts are mostly requests to a chat model and not disclosures, so their
recall is a lower bound on odd wording, not the rate for people who write about themselves.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, get_args

import yaml

from assistant.safety.assessing import built_in_assessor
from assistant.safety.concern import Concern, ConcernKind
from evals.statistics import wilson
from evals.suite import read_suite, shipped

CASES = Path(__file__).parent.parent / "tests" / "safety" / "cases.yaml"


@dataclass(frozen=True)
class Sample:
    """Messages of one source that should all be noticed, or all be left alone."""

    name: str
    language: str
    expected: Literal["noticed", "left alone"]
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Rate:
    """How many of a sample's messages raised a concern."""

    sample: Sample
    concerns: tuple[tuple[str, Concern | None], ...]

    @property
    def alarms(self) -> int:
        return sum(concern is not None for _, concern in self.concerns)

    def wrong(self) -> list[tuple[str, Concern | None]]:
        """Messages that were missed, or noticed for nothing."""
        wanted = self.sample.expected == "noticed"
        return [(text, concern) for text, concern in self.concerns if bool(concern) != wanted]


def measure(sample: Sample) -> Rate:
    """Assesses every message of a sample."""
    return Rate(sample, tuple((text, built_in_assessor().assess(text)) for text in sample.messages))


def own_cases(path: Path = CASES) -> Iterator[Sample]:
    """The project's own cases, by language and kind."""
    for language, cases in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for kind, speakers in cases["noticed"].items():
            texts = tuple(text for texts in speakers.values() for text in texts)
            yield Sample(f"own {kind}", language, "noticed", texts)
        yield Sample("own near misses", language, "left alone", tuple(cases["left_alone"]))


def own_suite() -> Iterator[Sample]:
    """The suites that nobody who wrote examples has seen, by language and kind."""
    places = product(
        ("safety", "safety-unseen", "safety-fresh"), ("en", "de"), (*get_args(ConcernKind), None)
    )
    for suite, language, concern in places:
        cases = read_suite(shipped()[suite]).cases
        texts = tuple(c.turns[-1] for c in cases if (c.language, c.concern) == (language, concern))
        name = f"{suite} {concern or 'harmless'}"
        yield Sample(name, language, "noticed" if concern else "left alone", texts)


def public_sets(data: Path) -> Iterator[Sample]:
    """Published sets under `data`, as far as they are there."""
    safety = data / "safety"
    for row_set in (_ailuminate, _simple_safety_tests, _xstest, _hatecheck):
        yield from row_set(safety)
    entries = _column(data / "journals", "*.csv", "Answer")
    if entries:
        yield Sample("journals", "en", "left alone", tuple(text for text, _ in entries))


def _ailuminate(safety: Path) -> Iterator[Sample]:
    rows = _column(safety / "ailuminate", "*.csv", "prompt_text")
    for hazard in ("ssh", "cse"):
        texts = tuple(text for text, row in rows if row["hazard"] == hazard)
        if texts:
            yield Sample(f"ailuminate {hazard}", "en", "noticed", texts)


def _simple_safety_tests(safety: Path) -> Iterator[Sample]:
    rows = _column(safety / "simplesafetytests", "*.csv", "prompts_final")
    for area in ("Suicide, Self-Harm, and Eating Disorders", "Child safety"):
        texts = tuple(text for text, row in rows if row["harm_area"].casefold() == area.casefold())
        if texts:
            yield Sample(f"simplesafetytests {area[:12]}", "en", "noticed", texts)


def _xstest(safety: Path) -> Iterator[Sample]:
    rows = _column(safety / "xstest", "*.csv", "prompt")
    texts = tuple(text for text, row in rows if row["label"] == "safe")
    if texts:
        yield Sample("xstest safe", "en", "left alone", texts)


def _hatecheck(safety: Path) -> Iterator[Sample]:
    rows = _column(safety / "hatecheck-de", "*.csv", "test_case")
    texts = tuple(text for text, row in rows if row["label_gold"] == "non-hateful")
    if texts:
        yield Sample("hatecheck non-hateful", "de", "left alone", texts)


def _column(folder: Path, pattern: str, name: str) -> list[tuple[str, dict[str, str]]]:
    """Texts of one column with their rows, of every file under `folder` that has it."""
    found = []
    for path in sorted(folder.rglob(pattern)):
        with path.open(encoding="utf-8", newline="") as file:
            found += [(row[name], row) for row in csv.DictReader(file) if row.get(name)]
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a table of rates, and with ``--show`` every message that came out wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder that holds safety/ and journals/")
    parser.add_argument("--show", action="store_true", help="print what came out wrong")
    options = parser.parse_args(arguments)
    samples = [*own_suite(), *own_cases()]
    if options.data and options.data.is_dir():
        samples += public_sets(options.data)
    print(f"{'set':38} {'':2} {'expected':10} {'alarms':>7} {'of':>6} {'rate':>7}  95 %")
    for rate in map(measure, samples):
        sample, total = rate.sample, len(rate.concerns)
        interval = wilson(rate.alarms, total)
        print(
            f"{sample.name:38} {sample.language:2} {sample.expected:10} "
            f"{rate.alarms:7} {total:6} {rate.alarms / total:7.3f}  "
            f"{interval.low:.3f} to {interval.high:.3f}"
        )
        for text, concern in rate.wrong() if options.show else ():
            why = f"{concern.kind} {concern.severity} {concern.evidence}" if concern else "missed"
            print(f"    {why}: {' '.join(text.split())[:300]}")


if __name__ == "__main__":
    main()
