"""What the command line prints: colours and bars on a terminal, plain text in a pipe."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from assistant.errors import SettingsError

if TYPE_CHECKING:
    from assistant.answering.answer import Answer
    from assistant.library import SyncProgress, SyncReport
    from assistant.retrieval.passage import Passage
    from assistant.safety.sheet import HelpSheet
    from assistant.store.catalogue import Collection, GuideEntry
    from evals.guide_checks import Problem
    from ui.doctor import Check

PREVIEW = 300


def print_json(value: Any) -> None:
    """One JSON document, readable."""
    typer.echo(jsonlib.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_answer(answer: Answer, json: bool) -> None:
    """The answer with its sources."""
    if json:
        print_json(asdict(answer))
        return
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(answer.text))
    else:
        typer.echo(_unescaped(answer.text))
    sources = {c.number: c.passage for c in answer.citations}
    if sources:
        typer.echo("")
    for number, passage in sorted(sources.items()):
        typer.secho(f"[{number}] {where(passage)}", dim=True)
    for passage in answer.nearest:
        typer.secho(f"  – {where(passage)}", dim=True)


def print_help(sheet: HelpSheet, json: bool) -> None:
    """The help page as text."""
    if json:
        print_json(_help_data(sheet))
        return
    texts = sheet.texts
    typer.echo(f"{texts.title}\n\n{texts.lead}\n\n{texts.danger_title}")
    note = f" {sheet.emergency_note}." if sheet.emergency_note else ""
    typer.secho(f"{texts.call}.{note}", bold=True)
    typer.echo(texts.danger_text)
    for title, people in (
        (texts.contacts_title, [_reached(c.name, c.reach, c.told) for c in sheet.contacts]),
        (texts.lines_title, [_reached(line.name, line.reach, line.hours) for line in sheet.lines]),
    ):
        if people:
            typer.echo("\n".join(["", title, *people]))
    typer.echo(texts.checked if sheet.lines else texts.no_lines)
    typer.echo(f"\n{texts.near_title}\n{texts.near}")
    typer.echo("\n".join(["", texts.words_title, *(f"  {words}" for words in texts.words)]))
    typer.echo(f"{texts.words_note}\n\n{texts.private_title}\n{texts.private}")
    typer.echo("\n".join(["", texts.machine_title, *(f"  {one}" for one in texts.machine)]))


def _reached(name: str, reach: str, hours: str) -> str:
    return f"  {name}: {reach}" + (f" ({hours})" if hours else "")


def _help_data(sheet: HelpSheet) -> dict[str, Any]:
    from assistant.safety.help import load_helplines

    return {
        "country": sheet.country,
        "emergency": sheet.emergency,
        "contacts": [contact.model_dump() for contact in sheet.contacts],
        "lines": [asdict(line) for line in sheet.lines],
        "checked_on": load_helplines().checked_on,
        "texts": sheet.texts.model_dump(),
    }


def print_problems(problems: Sequence[Problem], json: bool) -> None:
    """What is wrong with guides, a line each."""
    if json:
        print_json([asdict(problem) for problem in problems])
        return
    for problem in problems:
        typer.echo(f"{problem.path}: {problem.text}")
    typer.echo(f"{len(problems)} problems." if problems else "All guides keep the standard.")


def print_passages(passages: Sequence[Passage], json: bool) -> None:
    """Passages, best first."""
    if json:
        print_json([asdict(p) for p in passages])
        return
    if not passages:
        typer.echo("Nothing found.")
    for number, passage in enumerate(passages, start=1):
        typer.secho(f"{number}. {where(passage)}", bold=True)
        text = " ".join(passage.text.split())
        typer.echo(f"   {text[:PREVIEW]}{'…' if len(text) > PREVIEW else ''}\n")


def print_batch_line(key: Any, passages: Sequence[Passage]) -> None:
    """One line of the answer to --batch."""
    line = {"id": key, "passages": [asdict(p) for p in passages]}
    typer.echo(jsonlib.dumps(line, ensure_ascii=False))


def read_batch(file: Path) -> list[dict[str, Any]]:
    """The {"id", "text"} lines of a file. Raises `SettingsError` that names the line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} can't be read: {error}") from error
    lines = []
    # Not splitlines: a JSON string may hold the rarer line ends as they are.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            lines.append(_batch_entry(line, f"{file}, line {number}"))
    return lines


def _batch_entry(line: str, place: str) -> dict[str, Any]:
    try:
        found = jsonlib.loads(line)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{place}: not JSON ({error}).") from error
    if not isinstance(found, dict) or "id" not in found or not isinstance(found.get("text"), str):
        raise SettingsError(f'{place}: not a JSON object with "id" and a "text" string.')
    return {"id": found["id"], "text": found["text"]}


def print_report(report: SyncReport, json: bool) -> None:
    """What a sync did."""
    if json:
        print_json(asdict(report))
        return
    parts = [
        f"{len(listed)} {name}"
        for name, listed in (
            ("added", report.added),
            ("changed", report.changed),
            ("removed", report.removed),
            ("unchanged", report.unchanged),
            ("copies of others", report.copies),
            ("not readable", report.failed),
        )
        if listed
    ]
    typer.echo(", ".join(parts) + "." if parts else "No guides found there.")
    for failure in report.failed:
        typer.secho(f"  {failure.path}: {failure.reason}", fg=typer.colors.YELLOW)


def print_removed(collection: str, paths: Sequence[str], json: bool) -> None:
    """What was taken out of which collection."""
    if json:
        print_json({"collection": collection, "removed": paths})
        return
    for path in paths:
        typer.echo(f"Removed {path} from {collection}.")


def print_guides(
    collections: Sequence[Collection], guides: Sequence[GuideEntry], json: bool
) -> None:
    """The library by collection."""
    if json:
        print_json([asdict(g) for g in guides])
        return
    for collection in collections:
        listed = [g for g in guides if g.collection == collection.name]
        if not listed:
            continue
        off = "" if collection.enabled else " (switched off)"
        typer.secho(f"{collection.name}{off}", bold=True)
        for guide in listed:
            note = guide.reason if guide.state == "failed" else f"{guide.chunks} chunks"
            if guide.state == "copy":
                note = f"copy of {guide.reason}"
            typer.echo(
                f"  {guide.id:>5}  {guide.language or '–':2}  {guide.added:%Y-%m-%d}  "
                f"{guide.title}  ({guide.path}; {note})"
            )


def print_checks(checks: Sequence[Check], json: bool) -> None:
    """What `tandem doctor` found."""
    if json:
        print_json([asdict(c) for c in checks])
        return
    colours = {"fine": typer.colors.GREEN, "note": typer.colors.YELLOW, "wrong": typer.colors.RED}
    for check in checks:
        typer.secho(f"{check.state:5} ", fg=colours[check.state], nl=False)
        typer.echo(f"{check.name}: {check.finding}")


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[SyncProgress], None]]:
    """A bar with rate and time left on a terminal; a line each ten seconds in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield _plain_progress(quiet)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:10}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}  {task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[path]}"),
    )
    from rich.console import Console

    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, rate="", path="")

        def show(step: SyncProgress) -> None:
            unit = "chunks/s" if step.phase == "embedding" else "files/s"
            rate = f"{step.per_second:.0f} {unit}" if step.per_second else ""
            bar.update(
                task,
                description=step.phase,
                completed=step.done,
                total=step.total,
                rate=rate,
                path=step.path[-40:],
            )

        yield show


def _plain_progress(quiet: bool) -> Callable[[SyncProgress], None]:
    import time

    last = time.monotonic()

    def show(step: SyncProgress) -> None:
        nonlocal last
        if not quiet and time.monotonic() - last >= 10:
            last = time.monotonic()
            typer.echo(f"{step.phase}: {step.done} of {step.total}", err=True)

    return show


def where(passage: Passage) -> str:
    """A passage's place: title, headings, page and path."""
    parts = [passage.title, *(h for h in passage.heading_path if h != passage.title)]
    page = f", p. {passage.page}" if passage.page else ""
    return f"{' › '.join(parts)}{page} ({passage.path})"


def _unescaped(markdown: str) -> str:
    for character in "`*_[]<>#|~$\\":
        markdown = markdown.replace("\\" + character, character)
    return markdown
