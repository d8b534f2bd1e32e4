"""`tandem plan` and `tandem mentees …`: before a meeting, and after it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.terminal import WRONG_USE, Json, fail, opened, ready, settings, waiting

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.planning.mentees import Mentee, Mentees, SessionLog
    from assistant.planning.plan import SessionPlan

Format = Literal["text", "markdown", "html", "word", "pdf", "ics"]
_SUFFIXES: dict[str, Format] = {
    ".txt": "text",
    ".md": "markdown",
    ".html": "html",
    ".docx": "word",
    ".pdf": "pdf",
    ".ics": "ics",
}
_FELT = re.compile(r"([1-5])\b[\s.,:;–-]*(.*)")

mentees = typer.Typer(
    help="Your mentees: what happened, what was agreed, what lies ahead.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The name you gave your mentee.")]
Age = Annotated[int | None, typer.Option(help="How old your mentee is.")]
Meetings = Annotated[int | None, typer.Option(help="How many meetings there will be in all.")]


def register(app: typer.Typer) -> None:
    """Add the commands to Tandem's."""
    app.command("plan")(plan)
    app.add_typer(mentees, name="mentees")


# -- before a meeting ----------------------------------------------------------------------------


def plan(
    text: Annotated[
        str, typer.Argument(help="Whom you meet, how long, what is going on; - reads it.")
    ],
    change: Annotated[
        list[str] | None, typer.Option(help='What to change, such as "30 minutes" (repeatable).')
    ] = None,
    mentee: Annotated[
        str | None, typer.Option(help="Start from what you agreed, and keep the plan.")
    ] = None,
    format: Annotated[
        Format | None, typer.Option(help="What to write; else the suffix of --out, or text.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write to.")] = None,
    start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], help="When the meeting begins."),
    ] = None,
    json: Json = False,
) -> None:
    """Plan a meeting from a few sentences, with words to say, questions and sources."""
    wish = sys.stdin.read() if text == "-" else text
    if not wish.strip():
        fail("There is nothing to plan from. Whom do you meet, and for how long?", WRONG_USE)
    form = format or _SUFFIXES.get(out.suffix.lower() if out else "", "text")
    _check_form(form, out, start, json)
    # Standard output holds the plan alone where a program may read it.
    data = json or (form != "text" and out is None)
    helped = _human_help(wish, to_stderr=data)
    with opened(warm=False) as tandem:
        whom = tandem.mentees.find(mentee) if mentee is not None else None
        with waiting(data):
            ready(tandem, None)
            versions = _versions(tandem, wish, change or [], whom)
        if whom is not None:
            _keep(tandem, whom, versions)
    made = _with_all_changes(versions)
    if json:
        _print_json(made)
    elif made.instead or (form == "text" and out is None):
        _print(made, start, helped, to_stderr=data)
    else:
        _write(made, form, out, start)


def _check_form(form: Format, out: Path | None, start: datetime | None, json: bool) -> None:
    if json and out is not None:
        fail("Give either --json or --out FILE.", WRONG_USE)
    if form == "ics" and start is None and not json:
        fail("A calendar needs the time: --start 2026-12-01T16:00", WRONG_USE)
    if form in ("word", "pdf") and out is None and not json and sys.stdout.isatty():
        fail(f"Say where to write it: --out plan{_suffix(form)}", WRONG_USE)


def _suffix(form: Format) -> str:
    return next(suffix for suffix, known in _SUFFIXES.items() if known == form)


def _human_help(wish: str, to_stderr: bool) -> bool:
    """Human help, if somebody is at risk; it comes first and needs nothing to be opened."""
    from assistant.conversation import human_help
    from ui.printing import print_answer

    answer = human_help(wish, settings())
    if answer is None:
        return False
    if to_stderr:
        typer.echo(answer.text, err=True)
    else:
        print_answer(answer, json=False)
    return True


def _versions(
    tandem: Assistant, wish: str, changes: list[str], whom: Mentee | None
) -> list[SessionPlan]:
    """The plan, and what each change made of it, up to what can only be said instead."""
    planner = tandem.planner
    if whom is None:
        versions = [tandem.plan(wish)]
    else:
        request = tandem.mentees.next_request(whom.id, planner.understand(wish))
        versions = [planner.compose(request, wish)]
    for text in changes:
        if versions[-1].instead:
            break
        versions.append(planner.change(versions[-1], text, versions[:-1]))
    return versions


def _keep(tandem: Assistant, whom: Mentee, versions: list[SessionPlan]) -> None:
    kept = [version for version in versions if not version.instead]
    if not kept:
        return
    record = tandem.mentees.keep_plan(whom.id, kept[0])
    for version in kept[1:]:
        record = tandem.mentees.add_version(record.id, version)
    typer.echo(f"Kept for {whom.name}: plan {record.id}, version {record.version}.", err=True)


def _with_all_changes(versions: list[SessionPlan]) -> SessionPlan:
    """The last version, saying what every change did."""
    changes = tuple(said for version in versions for said in version.changes)
    return versions[-1].model_copy(update={"changes": changes})


def _print_json(made: SessionPlan) -> None:
    from ui.printing import print_json

    print_json(made.model_dump(mode="json"))


def _print(made: SessionPlan, start: datetime | None, helped: bool, to_stderr: bool) -> None:
    """The plan as text, without the help that was printed before."""
    from ui.plan_printing import print_plan

    if helped:
        if made.kind == "crisis" and made.version == 1:
            return
        made = made.model_copy(update={"first": ""})
        typer.echo("", err=to_stderr)
    print_plan(made, start, to_stderr)


def _write(made: SessionPlan, form: Format, out: Path | None, start: datetime | None) -> None:
    written = _writers()[form](made, start)
    content = written.encode("utf-8") if isinstance(written, str) else written
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        fail(f"{out} can't be written: {error.strerror}.", WRONG_USE)
    typer.echo(str(out))


def _writers() -> dict[str, Callable[[SessionPlan, datetime | None], str | bytes]]:
    from assistant.planning.exports.calendar import calendar
    from assistant.planning.exports.markdown import markdown, text
    from assistant.planning.exports.page import page
    from assistant.planning.exports.pdf import pdf
    from assistant.planning.exports.word import word

    return {
        "text": text,
        "markdown": markdown,
        "html": page,
        "word": word,
        "pdf": pdf,
        "ics": lambda made, start: calendar(made, start or datetime.now()),
    }


# -- after a meeting -----------------------------------------------------------------------------


@mentees.command("list")
def list_mentees(json: Json = False) -> None:
    """List your mentees."""
    from ui.plan_printing import print_mentees

    with opened(warm=False) as tandem:
        print_mentees(tandem.mentees.list(), tandem.mentees, json)


@mentees.command()
def show(name: Name, json: Json = False) -> None:
    """Show the path so far: meetings, what is still open, plans, what lies ahead."""
    from ui.plan_printing import print_mentee

    with opened(warm=False) as tandem:
        print_mentee(tandem.mentees, tandem.mentees.find(name), json)


@mentees.command()
def add(name: Name, age: Age = None, meetings: Meetings = None, json: Json = False) -> None:
    """Begin with a mentee, under a name or alias that you choose."""
    from ui.plan_printing import print_mentee

    with opened(warm=False) as tandem:
        print_mentee(tandem.mentees, tandem.mentees.add(name, age, meetings), json)


@mentees.command()
def change(
    name: Name,
    to: Annotated[str | None, typer.Option("--name", help="A new name or alias.")] = None,
    age: Age = None,
    meetings: Meetings = None,
    json: Json = False,
) -> None:
    """Change a mentee's name, age or number of meetings; what isn't given stays."""
    from ui.plan_printing import print_mentee

    with opened(warm=False) as tandem:
        found = tandem.mentees.find(name)
        if to is not None:
            found = tandem.mentees.rename(found.id, to)
        found = tandem.mentees.describe(
            found.id,
            found.age if age is None else age,
            found.planned_meetings if meetings is None else meetings,
        )
        print_mentee(tandem.mentees, found, json)


@mentees.command()
def log(
    name: Name,
    happened: Annotated[str | None, typer.Option(help="What happened.")] = None,
    agreed: Annotated[
        list[str] | None, typer.Option(help="What you agreed (repeat for more).")
    ] = None,
    felt: Annotated[
        int | None, typer.Option(min=1, max=5, help="How it felt to you: 1 hard, 5 good.")
    ] = None,
    words: Annotated[str | None, typer.Option(help="How it felt, in words.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today unless given.")
    ] = None,
    number: Annotated[
        int | None, typer.Option(help="Which meeting it was; the next one unless given.")
    ] = None,
    json: Json = False,
) -> None:
    """Note a meeting; without options three questions are asked, two minutes at most."""
    from ui.plan_printing import print_log
    from ui.printing import print_json

    with opened(warm=False) as tandem:
        found = tandem.mentees.find(name)
        if happened is None and not agreed and felt is None and words is None:
            happened, agreed, felt, words = _asked()
        noted = tandem.mentees.add_log(
            found.id,
            happened=happened or "",
            agreed=agreed or [],
            felt=felt,
            felt_words=words or "",
            held_on=on.date() if on else date.today(),
            number=number,
        )
        if json:
            from dataclasses import asdict

            print_json(asdict(noted))
        else:
            print_log(noted)


def _asked() -> tuple[str, list[str], int | None, str]:
    """The three questions; each may be left empty."""
    happened = _ask("What happened?")
    typer.echo("What did you agree? One thing a line; an empty line ends it.", err=True)
    agreed = []
    while line := _ask(" -"):
        agreed.append(line)
    return happened, agreed, *_feeling()


def _feeling() -> tuple[int | None, str]:
    """A number from 1 to 5 with words after it, if any; asked again for anything else."""
    while said := _ask("How did it feel to you, from 1 (hard) to 5 (good)? Words may follow."):
        if found := _FELT.fullmatch(said):
            return int(found[1]), found[2]
        typer.echo("Begin with a number from 1 to 5, or leave it empty.", err=True)
    return None, ""


def _ask(question: str) -> str:
    answer: str = typer.prompt(
        question, prompt_suffix=" ", default="", show_default=False, err=True
    )
    return answer.strip()


@mentees.command()
def done(
    name: Name,
    number: Annotated[int, typer.Argument(min=1, help="Its number in `tandem mentees show`.")],
    json: Json = False,
) -> None:
    """Tick off something that was agreed."""
    from ui.printing import print_json

    with opened(warm=False) as tandem:
        found = tandem.mentees.find(name)
        open_ = tandem.mentees.open_agreements(found.id)
        if number > len(open_):
            fail(f"{len(open_)} agreements are open. See `tandem mentees show`.", WRONG_USE)
        ticked = open_[number - 1]
        tandem.mentees.tick(ticked.log_id, ticked.place)
        if json:
            print_json({"done": ticked.text, "meeting": ticked.number, "open": len(open_) - 1})
        else:
            typer.echo(f"Done: {ticked.text}")


@mentees.command()
def give(
    name: Annotated[str, typer.Argument(help="Whom it is for; - for nobody in particular.")],
    plan: Annotated[int | None, typer.Option(help="A plan, by its number.")] = None,
    meeting: Annotated[int | None, typer.Option(help="A session log, by its meeting.")] = None,
    of: Annotated[
        str | None, typer.Option("--of", help="Whose session log it is up to now.")
    ] = None,
    json: Json = False,
) -> None:
    """Move a plan or a session log that was kept for another mentee, or for nobody."""
    from dataclasses import asdict

    from ui.printing import print_json

    if (plan is None) == (meeting is None) or (meeting is None) != (of is None):
        fail("Give either --plan NUMBER, or --meeting NUMBER --of NAME.", WRONG_USE)
    with opened(warm=False) as tandem:
        store = tandem.mentees
        found = None if name == "-" else store.find(name)
        to = None if found is None else found.id
        given = (
            store.give(store.record(plan), to)
            if plan is not None
            else store.give(_log_of(store, str(of), meeting or 0), to)
        )
        whom = "nobody in particular" if found is None else found.name
    if json:
        print_json(asdict(given))
    else:
        what = f"plan {plan}" if plan is not None else f"meeting {given.number}"
        typer.echo(f"Given to {whom}: {what}.")


def _log_of(store: Mentees, name: str, meeting: int) -> SessionLog:
    logs = store.logs(store.find(name).id)
    log = next((log for log in logs if log.number == meeting), None)
    if log is None:
        fail(f"{name} has no session log of meeting {meeting}.", WRONG_USE)
    return log


@mentees.command()
def forget(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask first.")] = False,
) -> None:
    """Delete a mentee with all session logs and plans, for good."""
    with opened(warm=False) as tandem:
        found = tandem.mentees.find(name)
        if not yes:
            logs, plans = tandem.mentees.logs(found.id), tandem.mentees.plans(found.id)
            typer.confirm(
                f"Delete {found.name} for good (session logs: {len(logs)}, plans: {len(plans)})?",
                abort=True,
                err=True,
            )
        tandem.mentees.forget(found.id)
        typer.echo(f"Forgotten: {found.name}")
