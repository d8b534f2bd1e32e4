"""The project's own suites as a gate: ``make gate``, or ``pytest evals``.

Each suite runs over the built-in guides and is held against its stored baseline; then faults are
put in on purpose, one at a time, to see that the gates would notice them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import assistant.answering.checking
import assistant.answering.extractive
import assistant.conversation
from assistant import Assistant, Settings, open_assistant
from evals.gates import gate, read_baseline, shipped_baseline
from evals.running import run_suite
from evals.suite import Suite, read_suite, shipped

FEW = 24
"""Cases of a suite that are enough to notice a fault that spoils all of them."""

EVERY = {
    "plans": 4,
    "plans-unseen": 4,
    "plans-fresh": 4,
    "safety": 4,
    "safety-unseen": 4,
    "safety-fresh": 4,
}
"""Of the long suites every fourth case is enough for each change; `tandem eval run` runs all."""


@pytest.fixture(scope="session")
def tandem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with open_assistant(Settings(home=tmp_path_factory.mktemp("gate"))) as opened:
        opened.wait()
        yield opened


def failures(tandem: Assistant, suite: Suite, runs: Path) -> list[str]:
    """The gates that fail, a line each."""
    run = run_suite(tandem, suite, runs)
    assert run.manifest["connections"] == 0, "answering opened a connection"
    baseline = read_baseline(shipped_baseline(suite.name))
    assert baseline is not None, f"{suite.name} has no baseline: tandem eval gate RUN --store"
    return [
        f"{g.metric} of {g.kind}, {g.language}: {g.value:.3f} (baseline {g.baseline}), {g.failing}"
        for g in gate(run, baseline).gates
        if not g.passed
    ]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_suite_passes_its_gates(tandem: Assistant, name: str, tmp_path: Path) -> None:
    whole = read_suite(shipped()[name])
    suite = replace(whole, cases=whole.cases[:: EVERY.get(name, 1)])
    assert failures(tandem, suite, tmp_path) == []


def _finds_nothing_right(patch: pytest.MonkeyPatch, tandem: Assistant) -> None:
    """Retrieval: the ranking upside down."""
    find = tandem._search.find
    patch.setattr(tandem._search, "find", lambda *args, **named: find(*args, **named)[::-1][:3])


def _cites_other_words(patch: pytest.MonkeyPatch, _: Assistant) -> None:
    """Citation: quotes that don't stand in the guide, and nobody who checks them."""

    def altered(answer: Any) -> Any:
        return replace(
            answer,
            citations=tuple(replace(c, quote=c.quote + " truly") for c in answer.citations),
        )

    patch.setattr(assistant.conversation, "checked", altered)


def _speaks_english_only(patch: pytest.MonkeyPatch, _: Assistant) -> None:
    """Language choice: everything is taken for English."""
    patch.setattr("assistant.answering.understanding.detect", lambda *_: "en")
    patch.setattr("assistant.conversation.detect", lambda *_: "en")


def _notices_no_danger(patch: pytest.MonkeyPatch, _: Assistant) -> None:
    """Crisis detection: it never speaks up."""
    patch.setattr("assistant.safety.assessing.Assessor.assess", lambda *_: None)


@pytest.mark.parametrize(
    ("fault", "suite", "metric"),
    [
        (_finds_nothing_right, "library-search", "success_at_3"),
        (_cites_other_words, "mentors", "citation_valid"),
        (_speaks_english_only, "mentors", "language"),
        (_notices_no_danger, "first-safety", "noticed"),
    ],
)
def test_the_gates_notice_a_fault(
    tandem: Assistant,
    fault: Callable[[pytest.MonkeyPatch, Assistant], None],
    suite: str,
    metric: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = read_suite(shipped()[suite])
    few = replace(whole, cases=whole.cases[:FEW])
    fault(monkeypatch, tandem)
    assert any(line.startswith(f"{metric} of") for line in failures(tandem, few, tmp_path))
