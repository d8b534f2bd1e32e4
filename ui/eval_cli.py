"""`tandem eval …`: suites, runs, scores, comparisons, gates and ratings."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui import course_cli
from ui.terminal import NOT_FULFILLED, WRONG_USE, Collections, Json, fail, opened, ready, settings

if TYPE_CHECKING:
    from evals.runs import Run

app = typer.Typer(help="Measure how well Tandem does: suites, runs, gates.", no_args_is_help=True)
app.add_typer(course_cli.app, name="course")

SuiteName = Annotated[str, typer.Argument(help="A suite's name or file.")]
RunName = Annotated[str, typer.Argument(help="A run's name, a part of it, or: last.")]
Language = Annotated[Literal["en", "de"], typer.Option(help="Language of what is written.")]


@app.command("list")
def list_all(json: Json = False) -> None:
    """List the suites and the runs there are."""
    from evals.runs import list_runs
    from evals.suite import known_suites
    from ui.eval_printing import print_overview

    print_overview(known_suites(settings().home), list_runs(runs_folder()), json)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="A short name: letters, digits, hyphens.")],
    language: Language = "en",
) -> None:
    """Begin a suite of your own, with two cases to change."""
    from evals.suite import new_suite

    path = settings().home / "evals" / "suites" / f"{name}.yaml"
    new_suite(path, name, language)
    typer.echo(str(path))


@app.command("import")
def import_cases(
    source: Annotated[Path, typer.Argument(help="A suite as .yaml, .xlsx or .csv.")],
    target: Annotated[
        Path | None, typer.Argument(help="Where to write it; the suffix says the form.")
    ] = None,
) -> None:
    """Turn a suite into another form (YAML, Excel, CSV); without a target it becomes yours."""
    from evals.suite import read_suite, write_suite

    suite = read_suite(source)
    place = target or settings().home / "evals" / "suites" / f"{suite.name}.yaml"
    write_suite(suite, place)
    typer.echo(f"{len(suite.cases)} cases: {place}")


@app.command()
def validate(suite: SuiteName, json: Json = False) -> None:
    """Check a suite; each problem names its row and cell."""
    from assistant.errors import SuiteError
    from evals.suite import find_suite, read_suite
    from ui.eval_printing import print_suite_problems

    try:
        found = read_suite(find_suite(suite, settings().home))
    except SuiteError as error:
        print_suite_problems(error, json)
        raise typer.Exit(NOT_FULFILLED) from error
    print_suite_problems(None, json, found)


@app.command("freeze")
def freeze_suite(suite: SuiteName) -> None:
    """Fix a suite's content under a version, so that runs can be compared later."""
    from evals.suite import find_suite, freeze

    frozen = freeze(find_suite(suite, settings().home))
    typer.echo(f"{frozen.name}, version {frozen.version}: {len(frozen.cases)} cases")


@app.command()
def run(
    suite: Annotated[str | None, typer.Argument(help="A suite's name or file.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with a run that was stopped.")] = None,
    label: Annotated[str, typer.Option(help="What you call this set-up.")] = "",
    collection: Collections = None,
    parallel: Annotated[int, typer.Option(min=1, max=16, help="Cases at the same time.")] = 2,
    json: Json = False,
) -> None:
    """Run a suite through the same functions that people use, and score what comes out."""
    from evals.running import go_on, run_suite
    from evals.runs import open_run
    from evals.suite import find_suite, read_suite
    from ui.eval_printing import print_summary, run_bar

    if (suite is None) == (resume is None):
        fail("Give either a suite or --resume RUN.", WRONG_USE)
    held = settings()
    chosen = read_suite(find_suite(suite, held.home)) if suite is not None else None
    with opened() as tandem, nullcontext() if json else run_bar() as show:
        ready(tandem, collection)
        told = {"progress": show} if show else {}
        if chosen is not None:
            done = run_suite(
                tandem, chosen, runs_folder(), label=label, collections=collection,
                parallel=parallel, **told,
            )  # fmt: skip
        else:
            begun = open_run(runs_folder(), str(resume))
            done = go_on(tandem, begun, parallel=parallel, **told)
    print_summary(done, json)


@app.command()
def score(run: RunName, json: Json = False) -> None:
    """Score a run anew, from what came out; nothing is asked again."""
    from evals.running import score_run
    from ui.eval_printing import print_summary

    found = _run(run)
    score_run(found)
    print_summary(found, json)


@app.command("compare")
def compare_runs(
    first: RunName,
    second: RunName,
    html: Annotated[Path | None, typer.Option(help="Write the whole comparison as a page.")] = None,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Say whether the second run is better than the first, or whether one can't tell."""
    from evals.comparing import compare
    from evals.reporting import comparison_page
    from ui.eval_printing import print_comparison

    found = compare(_run(first), _run(second))
    if html is not None:
        html.write_text(comparison_page(found, language), encoding="utf-8")
    print_comparison(found, language, json)


@app.command("gate")
def gate_run(
    run: RunName,
    baseline: Annotated[
        Path | None, typer.Option(help="The baseline's file; the shipped one of the suite if none.")
    ] = None,
    store: Annotated[bool, typer.Option(help="Make this run the baseline instead.")] = False,
    json: Json = False,
) -> None:
    """Hold a run against the baseline; exit code 1 if a gate fails."""
    from evals.gates import baseline_of, gate, read_baseline, shipped_baseline, write_baseline
    from ui.eval_printing import print_gates

    found = _run(run)
    file = baseline or shipped_baseline(found.manifest["suite"]["name"])
    if store:
        write_baseline(file, baseline_of(found))
        typer.echo(str(file))
        return
    report = gate(found, read_baseline(file))
    print_gates(report, json)
    if not report.passed:
        raise typer.Exit(NOT_FULFILLED)


@app.command()
def rate(
    run: RunName,
    rater: Annotated[str, typer.Option(help="Who rates.")],
    beside: Annotated[str | None, typer.Option(help="A second run, mixed in.")] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write a sheet to rate in.")
    ] = None,
    filled: Annotated[
        Path | None, typer.Option("--import", help="Read the sheet when it is filled in.")
    ] = None,
) -> None:
    """Rate answers blind in a sheet: write it, fill it in, read it back; or use the page."""
    from evals.rating import Session, export_ratings, import_ratings

    if (export is None) == (filled is None):
        fail("Give either --export FILE.csv or --import FILE.csv.", WRONG_USE)
    runs = [_run(run), *([_run(beside)] if beside else [])]
    session = Session(runs, rater)
    if export is not None:
        export_ratings(session, export)
        typer.echo(f"{session.progress().total} answers: {export}")
    elif filled is not None:
        typer.echo(f"{import_ratings(session, filled)} ratings kept.")


@app.command()
def agree(run: RunName, json: Json = False) -> None:
    """Say how far raters agree, by criterion, and where they don't."""
    from evals.rating import agreement_of
    from ui.eval_printing import print_agreement

    print_agreement(agreement_of(_run(run)), json)


@app.command("judge")
def judge_run(
    run: RunName,
    criterion: Annotated[list[str], typer.Option(help="What to judge by (repeat for more).")],
    yes: Annotated[bool, typer.Option(help="Don't ask before anything is sent.")] = False,
    json: Json = False,
) -> None:
    """Let a chat model judge a run's answers; says first what it takes and where texts go."""
    from evals.judging import Judge
    from ui.eval_printing import print_judged, run_bar

    found = _run(run)
    judge = Judge(settings(), runs_folder().parent / "judge.jsonl")
    estimate = judge.estimate(found.cases(), found.outcomes(), criterion)
    typer.echo(judge.in_words(estimate), err=True)
    if estimate.calls and not yes and not typer.confirm("Go on?", err=True):
        raise typer.Exit(NOT_FULFILLED)
    with nullcontext() if json else run_bar() as show:
        told = {"progress": show} if show else {}
        scores = judge.judge(found.cases(), found.outcomes(), criterion, **told)
    found.write_judged(scores)
    print_judged(found, json)


@app.command("report")
def write_report(
    run: RunName,
    out: Annotated[Path | None, typer.Option(help="Where to write the page.")] = None,
    language: Language = "en",
) -> None:
    """Write a run's report: one page that needs nothing else."""
    from evals.reporting import run_page

    found = _run(run)
    page = run_page(found, language)
    place = out or found.folder / "report.html"
    place.write_text(page, encoding="utf-8")
    typer.echo(str(place))


def runs_folder() -> Path:
    """Where runs are kept."""
    return settings().home / "evals" / "runs"


def _run(name: str) -> Run:
    from evals.runs import open_run

    return open_run(runs_folder(), name)
