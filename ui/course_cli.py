"""`tandem eval course …`: a knowledge check before and after a course, and what a group learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ui.terminal import Json, settings

if TYPE_CHECKING:
    from evals.courses import Course, Item, Marked

app = typer.Typer(help="Knowledge checks before and after a course.", no_args_is_help=True)

CourseName = Annotated[str, typer.Argument(help="Your name for this course.")]
CheckName = Annotated[str, typer.Option("--check", help="A knowledge check's name or file.")]
Language = Annotated[Literal["en", "de"], typer.Option(help="Language of the questions.")]


@app.command()
def answer(
    course: CourseName,
    code: Annotated[str, typer.Option(help="A code you choose, such as otter-27; not a name.")],
    moment: Annotated[Literal["before", "after"], typer.Option(help="Before or after the course.")],
    check: CheckName = "mentor-basics",
    group: Annotated[str, typer.Option(help="The group you belong to, if there are several.")] = "",
    language: Language = "en",
) -> None:
    """Answer the questions of one form; the other one waits for the other time."""
    from evals.courses import find_check, form_for, mark, parallel_forms, read_check

    opened = _course(course, language)
    items = read_check(find_check(check, language), language).items_in(language)
    form = form_for(parallel_forms(items), code, moment)
    if opened.answered(code, moment):
        opened.add(code, moment, mark(form, {}, language), group)  # says why not
    given = {item.id: _asked(item) for item in form.items}
    marked = mark(form, given, language)
    opened.add(code, moment, marked, group)
    typer.echo(f"{sum(one.right for one in marked.items)} / {len(marked.items)}")
    if moment == "after":
        _explain(marked)


@app.command()
def figures(course: CourseName, language: Language = "en", json: Json = False) -> None:
    """Close a course and show what the group learned; never for fewer than five people."""
    from dataclasses import asdict

    from evals.courses import sentence
    from ui.printing import print_json

    found = _course(course, language).close()
    if json:
        print_json(asdict(found))
    else:
        typer.echo(sentence(found, language))


def _course(name: str, language: Literal["en", "de"]) -> Course:
    from evals.courses import Course

    return Course(settings().home / "evals" / "courses" / Path(name).name, language)


def _asked(item: Item) -> str:
    typer.echo(f"\n{item.question}")
    for number, choice in enumerate(item.choices, start=1):
        typer.echo(f"  {number}  {choice}")
    if not item.choices:
        return str(typer.prompt(">", prompt_suffix=" ", default="", show_default=False))
    return str(typer.prompt(">", prompt_suffix=" ", value_proc=lambda said: _chosen(item, said)))


def _chosen(item: Item, said: str) -> str:
    """The choice with that number; asked again for anything else."""
    numbers = [str(number) for number in range(1, len(item.choices) + 1)]
    if said.strip() not in numbers:
        raise typer.BadParameter(" / ".join(numbers))
    return item.choices[int(said) - 1]


def _explain(marked: Marked) -> None:
    for one in marked.items:
        if not one.right:
            typer.echo(f"\n{one.item.question}\n  {one.item.explanation}\n  → {one.item.guide}")
