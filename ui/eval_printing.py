"""What `tandem eval` prints: tables on a terminal, JSON where asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ui.printing import print_json

if TYPE_CHECKING:
    from assistant.errors import SuiteError
    from evals.comparing import Comparison
    from evals.gates import Gate, GateReport
    from evals.rating import CriterionAgreement
    from evals.running import Progress
    from evals.runs import Run
    from evals.suite import Suite

MOST_NAMED = 8
"""Case ids that a line names; the rest is counted."""


def print_overview(suites: Mapping[str, Path], runs: Sequence[Run], json: bool) -> None:
    """Suites and runs."""
    manifests = [run.manifest for run in runs]
    if json:
        print_json({"suites": {k: str(v) for k, v in suites.items()}, "runs": manifests})
        return
    typer.echo("Suites")
    for name, path in sorted(suites.items()):
        typer.echo(f"  {name:24}{path}")
    typer.echo("Runs, newest first" if manifests else "No runs yet: tandem eval run SUITE")
    for facts in manifests:
        label = f"  “{facts['label']}”" if facts["label"] else ""
        typer.echo(f"  {facts['run']:48}{facts['state']}{label}")


def print_suite_problems(error: SuiteError | None, json: bool, suite: Suite | None = None) -> None:
    """What is wrong with a suite, or that nothing is."""
    problems = list(error.problems) if error else []
    if json:
        print_json([asdict(problem) for problem in problems])
    elif suite is not None:
        typer.echo(f"{suite.name}, version {suite.version}: {len(suite.cases)} cases, all in order")
    else:
        typer.echo(str(error))


@contextmanager
def run_bar() -> Iterator[Callable[[Progress], None] | None]:
    """A bar with the time left, on a terminal only."""
    import sys

    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("Cases"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("cases", total=None, left="")

        def show(progress: Progress) -> None:
            left = progress.seconds_left
            said = "" if left is None else f"{left // 60:.0f}:{left % 60:02.0f} left"
            bar.update(task, total=progress.total, completed=progress.done, left=said)

        yield show


def print_summary(run: Run, json: bool) -> None:
    """Every figure with its interval and what it is a share of."""
    from evals.summary import counts, summary

    rows, scores = summary(run), run.scores()
    if json:
        print_json({"run": run.manifest, "figures": [_figure(row, scores) for row in rows]})
        return
    typer.echo(f"{run.name}: {len(run.outcomes())} of {len(run.cases())} cases")
    typer.echo(f"{'':40}{'':4}{'mean':>8}  {'95 % interval':17}{'counted':>12}")
    kind = ""
    for row in rows:
        if row.kind != kind:
            kind = row.kind
            typer.secho(kind, bold=True)
        name = f"  {row.metric}" + (f" {row.concern}" if row.concern else "")
        counted = counts(row, scores)
        value = "–" if row.value is None else f"{row.value:.3f}"
        between = "" if row.low is None or row.high is None else f"{row.low:.3f} to {row.high:.3f}"
        errors = f"  {counted.errors} errors" if counted.errors else ""
        share = f"{counted.ok} of {counted.cases}"
        typer.echo(f"{name:40}{row.language:4}{value:>8}  {between:17}{share:>12}{errors}")
    if run.manifest.get("connections"):
        typer.echo(f"Connections opened meanwhile: {run.manifest['connections']}")
    typer.echo(f"Report: tandem eval report {run.name}")


def print_comparison(comparison: Comparison, language: str, json: bool) -> None:
    """The verdict, then each metric that differs."""
    from evals.comparing import sentence

    said = sentence(comparison, language)
    if json:
        print_json({"verdict": comparison.verdict, "sentence": said} | asdict(comparison))
        return
    typer.echo(said)
    for row in comparison.rows:
        test = row.test
        if test.difference is None or not test.wins + test.losses:
            continue
        name = f"{row.kind}, {row.language}: {row.metric}"
        between = f"{test.interval.low:+.3f} to {test.interval.high:+.3f}" if test.interval else ""
        adjusted = "" if row.adjusted is None else f"  p {row.adjusted:.3f}"
        typer.echo(
            f"  {name:40}{row.mean_a:.3f} → {row.mean_b:.3f}  {test.difference:+.3f} "
            f"({between}){adjusted}  {test.wins} won, {test.ties} alike, {test.losses} lost"
        )


def print_gates(report: GateReport, json: bool) -> None:
    """Each gate with its figure; what failed names its cases."""
    if json:
        print_json({"passed": report.passed} | asdict(report))
        return
    for gate in report.gates:
        colour = typer.colors.GREEN if gate.passed else typer.colors.RED
        typer.secho(_gate_line(gate), fg=colour)
    if report.left_out:
        typer.echo(f"{report.left_out} cases aren't in the baseline in this form.")
    typer.echo("All gates passed." if report.passed else "Not passed.")


def print_agreement(found: Sequence[CriterionAgreement], json: bool) -> None:
    """Alpha by criterion, then the answers that raters see differently."""
    if json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        value, interval = one.agreement.value, one.agreement.interval
        said = one.agreement.reason if value is None else f"alpha {value:.2f}"
        between = f" ({interval.low:.2f} to {interval.high:.2f})" if interval else ""
        typer.echo(f"{one.criterion:20}{said}{between}, {one.agreement.units} answers")
        for apart in one.disagreements[:MOST_NAMED]:
            given = ", ".join(f"{rater} {value:g}" for rater, value in apart.ratings.items())
            typer.echo(f"    {apart.unit}: {given}")


def print_judged(run: Run, json: bool) -> None:
    """What a chat model judged, and whether it agrees with people as they do with one another."""
    from evals.rating import judge_agreement

    scores = run.judged()
    agreements = judge_agreement(run, scores)
    if json:
        print_json(
            {"scores": [asdict(s) for s in scores], "agreement": [asdict(a) for a in agreements]}
        )
        return
    for metric in sorted({score.metric for score in scores}):
        values = [s.value for s in scores if s.metric == metric and s.value is not None]
        asked = sum(score.metric == metric for score in scores)
        mean = f"{sum(values) / len(values):.3f}" if values else "–"
        typer.echo(f"{metric:24}{mean}  {len(values)} of {asked}")
    for one in agreements:
        said = "as good as people" if one.as_good_as_people else "not fit for a gate"
        typer.echo(f"{one.criterion:24}{said}")


def _gate_line(gate: Gate) -> str:
    name = f"{gate.kind}, {gate.language}: {gate.metric}"
    sign = "passed" if gate.passed else "FAILED"
    if gate.hard:
        known = f", {len(gate.known)} known failures" if gate.known else ""
        said = f"{gate.value:.3f} of {gate.n}{known}"
    else:
        said = f"{gate.value:.3f} of {gate.n}, baseline {gate.baseline:.3f}"
    named = ", ".join(gate.failing[:MOST_NAMED])
    more = f" and {len(gate.failing) - MOST_NAMED} more" if len(gate.failing) > MOST_NAMED else ""
    return f"{sign:8}{name:40}{said}" + (f"  {named}{more}" if not gate.passed else "")


def _figure(row: Any, scores: Sequence[Any]) -> dict[str, Any]:
    from evals.summary import counts

    return asdict(row) | asdict(counts(row, scores))
