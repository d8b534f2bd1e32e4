"""What the commands of the terminal share: exit codes, opening Tandem, waiting, giving up."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from assistant.app import Assistant
    from assistant.settings import Settings

NOT_FULFILLED, WRONG_USE, NO_ANSWER = 1, 2, 3

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Collections = Annotated[
    list[str] | None,
    typer.Option("--collection", help="Only this collection (repeat for more)."),
]


def settings(**overrides: object) -> Settings:
    """The settings in use."""
    from assistant.settings import load_settings

    return load_settings(**overrides)


@contextmanager
def opened(warm: bool = True, **overrides: object) -> Iterator[Assistant]:
    """Tandem on the home folder in use, closed afterwards."""
    from assistant.app import open_assistant

    with open_assistant(settings(**overrides), warm=warm) as tandem:
        yield tandem


def ready(tandem: Assistant, collections: Sequence[str] | None) -> None:
    """Wait until the whole library can be searched, by meaning too."""
    tandem.wait()
    check_collections(tandem, collections or ())


def check_collections(tandem: Assistant, names: Sequence[str]) -> None:
    """Leave with an error where a collection isn't there."""
    known = [collection.name for collection in tandem.library.collections()]
    for name in names:
        if name not in known:
            listed = ", ".join(known)
            fail(f"There is no collection named {name!r}. There are: {listed}.", WRONG_USE)


@contextmanager
def waiting(quiet: bool) -> Iterator[None]:
    """A line while the model loads, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status("Looking in the guides …"):
        yield


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong and leave."""
    typer.secho(message, err=True, fg=typer.colors.RED)
    raise typer.Exit(code)
