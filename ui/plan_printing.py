"""What `tandem plan` and `tandem mentees` print: text for 80 columns, JSON where asked for."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from ui.printing import print_json

if TYPE_CHECKING:
    from assistant.planning.exports.sheet import Block, Row, Section
    from assistant.planning.mentees import Mentee, Mentees, OpenAgreement, PlanRecord, SessionLog
    from assistant.planning.plan import SessionPlan
    from assistant.planning.timeline import Turn

WIDTH = 80
TURNS = {
    "third": "often feels flat; say so, and change something small",
    "half_way": "half of the meetings are over: time to take stock",
    "ending_soon": "time to speak of the end",
}
"""What `tandem mentees show` says of the meetings ahead."""


def print_plan(plan: SessionPlan, start: datetime | None, err: bool = False) -> None:
    """A whole plan: help first, then what was changed, the plan, what was assumed.

    With `err`, what stands instead of a plan goes to standard error.
    """
    from assistant.planning.exports.sheet import sheet

    page = sheet(plan, start)
    if page.instead:
        _blocks(page.instead, err)
        return
    words = page.words
    first = words["first"] if plan.first else ""
    for box in page.boxes:
        if box.heading == first:
            _wrapped(box.heading, bold=True)
            _blocks(box.blocks)
            typer.echo("")
    if plan.changes:
        _bullets(plan.changes)
        typer.echo("")
    _wrapped(page.heading, bold=True)
    _wrapped(page.facts)
    if page.aim:
        _heading(words["aim"])
        _wrapped(page.aim)
    _section(page.prepare)
    for box in page.boxes:
        if box.heading != first:
            _heading(box.heading)
            _blocks(box.blocks)
            _bullets(line.cited for line in box.lines)
    for row in page.rows:
        _row(row, words["say"], words["ask"])
    for section in page.sections:
        _section(section)
    if plan.assumptions or plan.question:
        typer.echo("")
    for text in (*plan.assumptions, plan.question):
        _wrapped(text)
    if page.guides:
        _heading(words["sources"])
        _bullets(guide.text for guide in page.guides)


def print_mentees(mentees: Sequence[Mentee], store: Mentees, json: bool) -> None:
    """All mentees, a line each, and the plans that are nobody's."""
    if json:
        print_json([asdict(mentee) for mentee in mentees])
        return
    if not mentees:
        typer.echo("No mentees yet: tandem mentees add NAME")
    for mentee in mentees:
        logs = store.logs(mentee.id)
        of = f" of {mentee.planned_meetings}" if mentee.planned_meetings else ""
        last = f", last {logs[-1].held_on}: meeting {logs[-1].number}{of}" if logs else ""
        _wrapped(f"{mentee.name}: {_counted(len(logs), 'session log')}{last}", "", "  ")
    _plans(store.plans(None), "Plans for nobody in particular")


def print_mentee(store: Mentees, mentee: Mentee, json: bool) -> None:
    """The path so far: session logs, open agreements, plans, what lies ahead."""
    logs, plans = store.logs(mentee.id), store.plans(mentee.id)
    open_, ahead = store.open_agreements(mentee.id), store.outlook(mentee.id)
    if json:
        print_json(
            asdict(mentee)
            | {
                "logs": [asdict(log) for log in logs],
                "open_agreements": [asdict(one) for one in open_],
                "plans": [asdict(plan) for plan in plans],
                "outlook": [asdict(turn) for turn in ahead],
            }
        )
        return
    facts = [
        f"{mentee.age} years" if mentee.age else "",
        f"{mentee.planned_meetings} meetings planned" if mentee.planned_meetings else "",
    ]
    _wrapped(mentee.name, bold=True)
    if any(facts):
        _wrapped(" · ".join(fact for fact in facts if fact))
    for log in logs:
        print_log(log)
    _open(open_)
    _plans(plans)
    _ahead(ahead)


def print_log(log: SessionLog) -> None:
    """One meeting as it was noted."""
    felt = f" · felt {log.felt} of 5" if log.felt else ""
    _heading(f"Meeting {log.number} · {log.held_on}{felt}")
    _paragraphs(log.happened)
    for line in log.agreed:
        _wrapped(line.text, "  [x] " if line.done else "  [ ] ", "      ")
    _paragraphs(log.felt_words)


def _open(agreements: Sequence[OpenAgreement]) -> None:
    if agreements:
        _heading("Agreed and still open")
    for number, one in enumerate(agreements, start=1):
        _wrapped(f"{one.text} (meeting {one.number})", f"{number:>4}  ", "      ")


def _plans(plans: Sequence[PlanRecord], heading: str = "Plans") -> None:
    if plans:
        _heading(heading)
    for plan in plans:
        version = f", version {plan.version}" if plan.version > 1 else ""
        made = f"{plan.created.astimezone():%Y-%m-%d}"
        _wrapped(f"{plan.title} (plan {plan.id}{version}; {made})", "  ", "      ")


def _ahead(ahead: Sequence[Turn]) -> None:
    if ahead:
        _heading("Ahead")
    for turn in ahead:
        _wrapped(f"Meeting {turn.number}: {TURNS[turn.key]}.", "  ", "      ")


def _row(row: Row, say: str, ask: str) -> None:
    _heading(f"{row.clock}  {row.title} ({row.minutes})")
    for own in (row.purpose, row.note):
        if own:
            _wrapped(own, "  ", "  ")
    _bullets((line.cited for line in row.how), "  ")
    for label, lines in ((say, row.say), (ask, row.ask)):
        if lines:
            _wrapped(f"{label}:", "  ")
            _bullets((line.cited for line in lines), "  ")


def _section(section: Section | None) -> None:
    if section is not None:
        _heading(section.heading)
        _bullets(line.cited for line in section.lines)


def _blocks(blocks: Iterable[Block], err: bool = False) -> None:
    """Paragraphs parted by empty lines, items close together."""
    before = ""
    for block in blocks:
        if before and not block.kind == before == "item":
            typer.echo("", err=err)
        first, rest = ("- ", "  ") if block.kind == "item" else ("", "")
        _wrapped(block.text, first, rest, err=err)
        before = block.kind


def _heading(text: str) -> None:
    typer.echo("")
    _wrapped(text, bold=True)


def _bullets(texts: Iterable[str], indent: str = "") -> None:
    for text in texts:
        _wrapped(text, f"{indent}- ", f"{indent}  ")


def _paragraphs(text: str) -> None:
    for line in text.split("\n"):
        if line.strip():
            _wrapped(line, "  ", "  ")


def _wrapped(
    text: str, first: str = "", rest: str = "", bold: bool = False, err: bool = False
) -> None:
    lines = textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        typer.secho(line, bold=bold, err=err)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
