"""A run's folder: what was run (manifest), what came out, what was measured, who rated it.

manifest.json    suite, guides, settings, models, versions
cases.jsonl      the cases as they were
outcomes.jsonl   one line a case, written as soon as it is done: a stopped run goes on from here
scores.jsonl     one line a case and metric, sorted; the same for the same outcomes
ratings/         one file a rater
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.errors import UnknownRun
from evals.cases import Case
from evals.outcomes import Outcome
from evals.scores import Score

if TYPE_CHECKING:
    from evals.suite import Suite

T = TypeVar("T")

MANIFEST = "manifest.json"
CASES, OUTCOMES, SCORES, TIMINGS = (
    "cases.jsonl",
    "outcomes.jsonl",
    "scores.jsonl",
    "timings.jsonl",
)
JUDGED = "judged.jsonl"
TIMED = "seconds"
"""The metric that is kept apart."""


class Run:
    """One run's folder, opened. Use `new_run` or `open_run`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        """The run's name: that of its folder."""
        return self.folder.name

    @property
    def manifest(self) -> dict[str, Any]:
        """What was run, as `new_run` was told, and how far it is (`state`)."""
        found: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        return found

    def note(self, **facts: Any) -> None:
        """Add facts to the manifest."""
        _replace(self.folder / MANIFEST, _pretty(self.manifest | facts))

    def cases(self) -> list[Case]:
        """The cases, as they were when the run began."""
        return [_read(Case, row) for row in _rows(self.folder / CASES)]

    def outcomes(self) -> list[Outcome]:
        """What is there so far, in the cases' order; a line cut off by a crash is left out."""
        found = {row["case"]: row for row in _rows(self.folder / OUTCOMES)}
        return [_read(Outcome, found[case.id]) for case in self.cases() if case.id in found]

    def add(self, outcome: Outcome) -> None:
        """Keep a case's outcome at once."""
        file = self.folder / OUTCOMES
        torn = file.exists() and file.stat().st_size and not file.read_bytes().endswith(b"\n")
        with file.open("a", encoding="utf-8") as out:
            out.write(("\n" if torn else "") + _line(asdict(outcome)))

    def scores(self) -> list[Score]:
        """What was measured, or nothing yet."""
        return [
            _read(Score, row) for name in (SCORES, TIMINGS) for row in _rows(self.folder / name)
        ]

    def write_scores(self, scores: Iterable[Score]) -> None:
        """Replace the scores."""
        ordered = sorted(scores, key=lambda score: (score.case, score.metric))
        for name, timed in ((SCORES, False), (TIMINGS, True)):
            lines = (_line(asdict(score)) for score in ordered if (score.metric == TIMED) == timed)
            _replace(self.folder / name, "".join(lines))

    def judged(self) -> list[Score]:
        """What a chat model judged, or nothing yet."""
        return [_read(Score, row) for row in _rows(self.folder / JUDGED)]

    def write_judged(self, scores: Iterable[Score]) -> None:
        """Keep what a chat model judged, by the side of what was measured."""
        kept = {(score.case, score.metric): score for score in [*self.judged(), *scores]}
        _replace(self.folder / JUDGED, "".join(_line(asdict(kept[key])) for key in sorted(kept)))

    def write(self, name: str, text: str) -> Path:
        """Put a file into the folder, whole or not at all."""
        _replace(self.folder / name, text)
        return self.folder / name


def new_run(runs: Path, suite: Suite, manifest: Mapping[str, Any]) -> Run:
    """Begin a run of a suite's cases, retired ones aside, in a folder of its own below `runs`."""
    begun = datetime.now(UTC)
    name = f"{begun:%Y%m%d-%H%M%S}-{suite.name}"
    number = 1
    while (runs / name).exists():
        number += 1
        name = f"{begun:%Y%m%d-%H%M%S}-{suite.name}-{number}"
    folder = runs / name
    folder.mkdir(parents=True)
    cases = (case for case in suite.cases if case.status != "retired")
    _replace(folder / CASES, "".join(_line(asdict(case)) for case in cases))
    facts = {"run": name, "begun": begun.isoformat(timespec="seconds"), "state": "begun"}
    _replace(folder / MANIFEST, _pretty(facts | dict(manifest)))
    return Run(folder)


def open_run(runs: Path, name: str) -> Run:
    """A run by its name, a part of it that only one has, its folder, or "last".

    Raises `UnknownRun`, which lists what there is.
    """
    if (Path(name) / MANIFEST).is_file():
        return Run(Path(name))
    known = list_runs(runs)
    if name == "last" and known:
        return known[0]
    exact = [run for run in known if run.name == name]
    fitting = exact or [run for run in known if name and name in run.name]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(run.name for run in (fitting or known)[:8]) or "none yet"
    what = "Several runs go" if fitting else "No run goes"
    raise UnknownRun(f"{what} by the name {name!r}. There are: {listed}.")


def list_runs(runs: Path) -> list[Run]:
    """All runs, newest first."""
    folders = sorted(runs.glob(f"*/{MANIFEST}"), reverse=True)
    return [Run(file.parent) for file in folders]


def _read(kind: type[T], row: Mapping[str, Any]) -> T:
    found: T = _adapter(kind).validate_python(row)
    return found


_ADAPTERS: dict[type, Any] = {}


def _adapter(kind: type) -> Any:
    from pydantic import TypeAdapter

    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    # Only "\n" ends a line: answers may hold the other signs that `splitlines` takes for one.
    for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            yield json.loads(line)
        except ValueError:
            continue  # the last line of a run that was killed while writing it


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n"


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _replace(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)
