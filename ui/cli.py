"""The command line: `tandem …`. Heavy parts are imported by the command that needs them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from ui import eval_cli, plan_cli
from ui.terminal import (
    NO_ANSWER,
    NOT_FULFILLED,
    WRONG_USE,
    Collections,
    Json,
    check_collections,
    fail,
    opened,
    ready,
    settings,
    waiting,
)

app = typer.Typer(
    name="tandem",
    help="Tandem stands beside peer mentors: answers from mentoring guides, each with its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
guides = typer.Typer(
    help="The guide library: sync, add, remove, list, search.", no_args_is_help=True
)
app.add_typer(guides, name="guides")
app.add_typer(eval_cli.app, name="eval")
plan_cli.register(app)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the page and print its address: http://127.0.0.1:7860 unless set otherwise."""
    with opened(warm=False, host=host, port=port) as tandem:
        from ui.web import serve as serve_page

        try:
            serve_page(tandem, tandem.settings.host, tandem.settings.port)
        except KeyboardInterrupt:
            typer.echo("Tandem has stopped.", err=True)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question; - reads it from standard input.")],
    collection: Collections = None,
    json: Json = False,
) -> None:
    """Answer one question from the guides, with sources."""
    from assistant.conversation import human_help
    from ui.printing import print_answer

    text = sys.stdin.read() if question == "-" else question
    if not text.strip():
        fail("The question is empty. What would you like to know?", WRONG_USE)
    # Human help waits for no model, and comes even when the library can't be opened.
    answer = human_help(text, settings())
    if answer is None:
        with opened(warm=False) as tandem, waiting(json):
            ready(tandem, collection)
            *_, answer = tandem.respond([{"role": "user", "content": text}], collection)
    print_answer(answer, json)


@guides.command("sync")
def sync(
    folder: Annotated[Path, typer.Argument(help="The folder that holds the guides.")],
    json: Json = False,
) -> None:
    """Make the library hold what a folder holds: new, changed and vanished files."""
    from ui.printing import print_report, progress_bar

    with opened(warm=False) as tandem, progress_bar(json) as show:
        tandem.sync_built_in()
        report = tandem.library.sync(folder, show)
    print_report(report, json)


@guides.command("add")
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders to copy in.")],
    json: Json = False,
) -> None:
    """Copy files (or a folder's guides) into the home folder and index them."""
    from ui.printing import print_report, progress_bar

    _check_readable(paths)
    with opened(warm=False) as tandem, progress_bar(json) as show:
        tandem.sync_built_in()
        report = tandem.library.add(paths, show)
    print_report(report, json)


@guides.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="A guide's number or path, or a collection's name.")],
    json: Json = False,
) -> None:
    """Take a guide or a whole collection out of the library; a folder's files stay."""
    from ui.printing import print_removed

    with opened(warm=False) as tandem:
        library = tandem.library
        collection = next((c for c in library.collections() if c.name == name), None)
        if collection is not None and collection.builtin:
            fail("The built-in guides stay; the page can switch them off.", WRONG_USE)
        if collection is not None:
            paths = [g.path for g in library.guides(name)]
            library.remove_collection(name)
            print_removed(name, paths, json)
            return
        found = [g for g in library.guides() if name in (str(g.id), g.path)]
        if not found:
            fail(f"No guide or collection is named {name!r}. See `tandem guides list`.", WRONG_USE)
        if len(found) > 1:
            numbers = ", ".join(str(g.id) for g in found)
            fail(f"Several guides have that path. Say which by number: {numbers}.", WRONG_USE)
        library.remove(found[0].id)
        print_removed(found[0].collection, [found[0].path], json)


@guides.command("list")
def list_guides(
    collection: Annotated[str | None, typer.Option(help="Only this collection.")] = None,
    json: Json = False,
) -> None:
    """List the guides: title, language, chunks, when added and, if it failed, why."""
    from ui.printing import print_guides

    with opened(warm=False) as tandem:
        tandem.sync_built_in()
        check_collections(tandem, [collection] if collection else [])
        print_guides(tandem.library.collections(), tandem.library.guides(collection), json)


@guides.command("search")
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    top_k: Annotated[int, typer.Option(min=1, max=200, help="How many passages.")] = 10,
    batch: Annotated[
        Path | None, typer.Option(help='A file of {"id", "text"} lines; answers as such lines.')
    ] = None,
    collection: Collections = None,
    json: Json = False,
) -> None:
    """Find passages without making an answer of them."""
    from ui.printing import print_batch_line, print_passages, read_batch

    if (query is None) == (batch is None):
        fail("Give either a query or --batch FILE.jsonl.", WRONG_USE)
    if query is not None and not query.strip():
        fail("The query is empty. What are you looking for?", WRONG_USE)
    lines = read_batch(batch) if batch is not None else []
    with opened() as tandem:
        with waiting(json):
            ready(tandem, collection)
        if query is not None:
            print_passages(tandem.search(query, top_k, collection), json)
        for line in lines:
            print_batch_line(line["id"], tandem.search(line["text"], top_k, collection))


@guides.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder with en/ and de/; the built-in guides if none.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Name sentences shared with the guides of this folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Hold guides against the standard of the built-in ones; exit code 1 if any falls short."""
    from evals.guide_checks import BUILT_IN, problems
    from ui.printing import print_problems

    found = problems(folder or BUILT_IN, against)
    print_problems(found, json)
    if found:
        raise typer.Exit(NOT_FULFILLED)


@app.command("help")
def show_help(
    country: Annotated[
        str | None, typer.Option(help="Whose numbers: DE, AT, CH, UK, US or elsewhere.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en or de.")] = None,
    json: Json = False,
) -> None:
    """Say who can help now: emergency number, your programme's contacts, help lines."""
    from assistant.errors import SettingsError
    from assistant.safety.help import known_country, load_helplines
    from assistant.safety.sheet import help_sheet
    from assistant.settings import Settings
    from ui.printing import print_help

    if country is not None and known_country(country) is None:
        known = ", ".join(load_helplines().countries)
        fail(f"No numbers are known for {country!r}. There are: {known}.", WRONG_USE)
    if language not in (None, "en", "de"):
        fail(f"{language!r} is no language of Tandem's. There are: en, de.", WRONG_USE)
    try:
        found = settings()
    except SettingsError as error:
        # Help must come whatever the settings hold.
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        found = Settings.model_construct()
    sheet = help_sheet(language or found.language, country or found.country, found.contacts)
    print_help(sheet, json)


@app.command()
def doctor(json: Json = False) -> None:
    """Say what is installed, which model answers, where the data lies and what is wrong."""
    from ui.doctor import examine
    from ui.printing import print_checks

    checks = examine(settings())
    print_checks(checks, json)
    if any(check.state == "wrong" for check in checks):
        raise typer.Exit(NOT_FULFILLED)


def main() -> None:
    """Entry point of the `tandem` command: errors become one line and an exit code."""
    from assistant.errors import (
        AssistantError,
        ChatModelUnavailable,
        HomeInUse,
        IndexUnavailable,
        StorageError,
    )

    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except (HomeInUse, StorageError, IndexUnavailable, ChatModelUnavailable) as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        sys.exit(NO_ANSWER)
    except AssistantError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        sys.exit(WRONG_USE)


def _check_readable(paths: Sequence[Path]) -> None:
    from assistant.guides.reading import SUFFIXES

    for path in paths:
        if path.is_file() and path.suffix.lower() not in SUFFIXES:
            listed = " ".join(sorted(SUFFIXES))
            fail(f"{path} is no kind of file that Tandem reads: {listed}.", WRONG_USE)


if __name__ == "__main__":
    main()
