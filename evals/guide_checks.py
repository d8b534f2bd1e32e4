"""What keeps guides from the standard of the built-in library: form, links, wording, ease."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import knowledge
from assistant.answering.statements import role_of
from assistant.errors import UnknownGuide
from assistant.guides.bounded import ReaderPool
from assistant.guides.frontmatter import (
    SECTION_TITLES,
    GuideFrontMatter,
    section_titles,
    sections_of,
    split_front_matter,
)
from assistant.guides.scanning import scan
from assistant.guides.text import Guide
from assistant.words import data
from evals.readability import reading_ease

BUILT_IN = Path(knowledge.__file__).parent / "guides"
"""The folder of the guides that come with Tandem."""

REQUIRED_SECTIONS = 3
"""So many sections, counted from the first, must stand in every guide."""

WORDS = range(700, 1301)
"""How many words a guide's body may have."""

EASE_AT_LEAST = {"en": 55, "de": 50}
"""Flesch and Amstad; both scales call 60 to 70 plain, so these ask for a little less."""

SHARED_WORDS = 8
"""So many words in a row that another text has too are no coincidence."""

_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_WORD = re.compile(r"\w+(?:['’:-]\w+)*")
_EXERCISE_TITLE = re.compile(r"^### +(.+?) *$", re.MULTILINE)
_ITEM = re.compile(r"^- (.+)$", re.MULTILINE)
_STEP = re.compile(r"^\d+\. (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)]*)\)")
_SPEECH = re.compile(r"„[^“]*“|“[^”]*”|\"[^\"]*\"|^\*\*[^*]+:\*\*.*$", re.MULTILINE)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: a guide's path below the folder, or the name of a data file."""

    path: str
    text: str


def problems(folder: Path, against: Path | None = None) -> list[Problem]:
    """Everything that keeps a folder's guides from the standard; empty when nothing does.

    With `against`, also the words that they share with the guides of that folder. For the built-in
    guides the scenarios and the guided prompts are looked at too. Raises `UnknownGuide` when a
    folder isn't there.
    """
    for place in (folder, against):
        if place is not None and not place.is_dir():
            raise UnknownGuide(f"There is no folder {str(place)!r}. Check the path and try again.")
    found = problems_of_folder(folder)
    if folder.resolve() == BUILT_IN.resolve():
        found += [*_scenario_problems(folder), *_prompt_problems()]
    if against is not None:
        found += overlaps(folder, ((path, guide.text) for path, guide in guides_of(against)))
    return found


def problems_of_folder(folder: Path) -> list[Problem]:
    """What is wrong with each guide; ``en`` and ``de`` below hold the same file names."""
    languages = [language for language in SECTION_TITLES if (folder / language).is_dir()]
    files = [path for language in languages for path in sorted((folder / language).glob("*.md"))]
    return [
        Problem(path.relative_to(folder).as_posix(), text)
        for path in files
        for text in [*problems_of_guide(path), *_twin_problems(path, folder, languages)]
    ] or ([] if files else [Problem(".", "there are no guides: en/*.md and de/*.md are expected")])


def problems_of_guide(path: Path) -> list[str]:
    """What is wrong with one guide, a sentence each."""
    try:
        values, body = split_front_matter(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [str(error)]
    try:
        head = GuideFrontMatter.model_validate(values)
    except ValidationError as error:
        return [_described(problem) for problem in error.errors()]
    return [
        *_identity_problems(head, path, body),
        *_order_problems(head.language, body),
        *_length_problems(body),
        *_line_problems(head.language, body),
        *_link_problems(path, body),
        *_asked_problems(head, body),
        *_prose_problems(head.language, body),
    ]


def count_words(body: str) -> int:
    """How many words the body has; list numbers and headings count, marks don't."""
    return len(_WORD.findall(body))


def wording_problems(text: str, language: str) -> list[str]:
    """Promises that nobody can keep, and words that name one gender for all."""
    rules = data("knowledge", "wording.yaml")
    narrated = _SPEECH.sub(" ", text)
    return [
        f"wording: {match.group()!r} {rule['why']}"
        for rules_of, looked_at in (("promises", text), ("gender", narrated))
        for rule in rules[rules_of][language]
        for match in re.finditer(rule["pattern"], looked_at)
    ]


def overlaps(folder: Path, others: Iterable[tuple[str, str]]) -> list[Problem]:
    """Runs of eight words that guides of the folder share with (name, text) pairs."""
    mine: dict[tuple[str, ...], str] = {}
    for path in sorted(folder.glob("*/*.md")):
        for run in _runs(path.read_text(encoding="utf-8", errors="replace")):
            mine.setdefault(run, path.relative_to(folder).as_posix())
    found: dict[tuple[str, str], list[str]] = {}
    for name, text in others:
        for run in _runs(text):
            if run in mine:
                words = " ".join(run)
                found.setdefault((mine[run], name), []).append(words)
    return [
        Problem(path, f"shares words with {name}: {' | '.join(dict.fromkeys(runs))}")
        for (path, name), runs in sorted(found.items())
    ]


def guides_of(folder: Path) -> Iterator[tuple[str, Guide]]:
    """(path, guide) for every readable file of a folder, as they are read."""
    with ReaderPool() as pool:
        for path, result in pool.read([found.file for found in scan(folder)]):
            if isinstance(result, Guide):
                yield path.relative_to(folder).as_posix(), result


# -- one guide -----------------------------------------------------------------------------------


def _described(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    return f"front matter: {where}: {problem['msg']}"


def _identity_problems(head: GuideFrontMatter, path: Path, body: str) -> Iterator[str]:
    if head.id != path.stem:
        yield f"front matter: id is {head.id!r} but the file is named {path.name!r}"
    if head.language != path.parent.name:
        yield f"front matter: language is {head.language!r} but the folder is {path.parent.name!r}"
    titles = [title for marks, title in _HEADING.findall(body) if marks == "#"]
    if titles != [head.title]:
        yield f"title: one '# {head.title}' heading is expected, found {titles}"


def _order_problems(language: str, body: str) -> Iterator[str]:
    known = SECTION_TITLES[language]
    found = section_titles(body)
    for title in found:
        if title not in known:
            yield f"sections: unknown section {title!r}"
    places = [known.index(title) for title in found if title in known]
    for before, after in pairwise(places):
        if after <= before:
            yield f"sections: {known[after]!r} must not follow {known[before]!r}"
    for title in known[:REQUIRED_SECTIONS]:
        if title not in found:
            yield f"sections: {title!r} is missing"


def _length_problems(body: str) -> Iterator[str]:
    words = count_words(body)
    if words not in WORDS:
        yield f"length: {words} words; a guide has {WORDS.start} to {WORDS.stop - 1}"


def _line_problems(language: str, body: str) -> Iterator[str]:
    """Lines that planner and journal pick must stand alone, so each kind has its form."""
    found = sections_of(body, language)
    for name, check in _LINE_CHECKS.items():
        yield from (f"{name}: {text}" for text in check(found.get(name, "")))


def _steps(text: str) -> Iterator[str]:
    for line in _STEP.findall(text):
        if not re.match(r"\*\*[^*]+\*\* ", line):
            yield f"a step begins with its name in bold: {line!r}"


def _words(text: str) -> Iterator[str]:
    for line in _ITEM.findall(text):
        if not re.fullmatch(r"[\"“„].+[\"”“]", line):
            yield f"a line to say aloud stands in quotation marks: {line!r}"


def _questions(text: str) -> Iterator[str]:
    for line in _ITEM.findall(text):
        if not line.rstrip('"”“').endswith("?") or line.count("?") != 1:
            yield f"each item is one question: {line!r}"


def _activity(text: str) -> Iterator[str]:
    """One exercise, or several, each under a ``###`` title of its own."""
    lead, *rest = _EXERCISE_TITLE.split(text)
    if text and (lead.strip() or not rest):
        yield from _exercise(lead.strip())
    for title, exercise in zip(rest[::2], rest[1::2], strict=True):
        if role_of((title,)) != "other":
            yield f"{title!r} reads as the title of another section"
        yield from (f"{title}: {problem}" for problem in _exercise(exercise.strip()))


def _exercise(text: str) -> Iterator[str]:
    facts = text.partition("\n")[0]
    if not re.fullmatch(r"\d+ (minutes|Minuten) · .+ · .+ · online: .+", facts):
        yield f"it begins with minutes · people · material · online: {facts!r}"
    if not _STEP.search(text):
        yield "it has no numbered steps"


_LINE_CHECKS: dict[str, Callable[[str], Iterator[str]]] = {
    "How to do it": _steps,
    "Words you can use": _words,
    "Questions to ask": _questions,
    "Activity": _activity,
}


def _link_problems(path: Path, body: str) -> Iterator[str]:
    for target in _LINK.findall(body):
        if not (path.parent / target).is_file():
            yield f"links: there is no guide {target!r}"


def _asked_problems(head: GuideFrontMatter, body: str) -> Iterator[str]:
    headings = {title for _, title in _HEADING.findall(body)}
    for heading in head.asked:
        if heading not in headings:
            yield f"asked: there is no heading {heading!r}"
    lines = [line for listed in head.asked.values() for line in listed]
    for line in sorted({line for line in lines if lines.count(line) > 1}):
        yield f"asked: {line!r} stands twice"


def _prose_problems(language: str, body: str) -> Iterator[str]:
    prose = body.split(f"## {SECTION_TITLES[language][-1]}")[0]  # sources are none
    yield from wording_problems(prose, language)
    try:
        ease = reading_ease(prose, language)
    except ValueError as error:
        yield f"reading ease: {error}"
        return
    if ease < EASE_AT_LEAST[language]:
        yield f"reading ease: {ease:.0f}; at least {EASE_AT_LEAST[language]} is expected"


def _twin_problems(path: Path, folder: Path, languages: Iterable[str]) -> Iterator[str]:
    for language in SECTION_TITLES:
        twin = folder / language / path.name
        if language == path.parent.name:
            continue
        if language not in languages or not twin.is_file():
            yield f"twin: {language}/{path.name} is missing"
        elif _places(path) != _places(twin):
            yield f"twin: {language}/{path.name} has other sections"


def _places(path: Path) -> list[int]:
    known = SECTION_TITLES[path.parent.name]
    titles = section_titles(path.read_text(encoding="utf-8", errors="replace"))
    return [known.index(title) for title in titles if title in known]


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.casefold() for word in re.findall(r"\w+", text)]
    return zip(*(words[n:] for n in range(SHARED_WORDS)), strict=False)


# -- scenarios and guided prompts ----------------------------------------------------------------


def _scenario_problems(guides: Path) -> Iterator[Problem]:
    from assistant.practice.scenarios import built_in_scenarios

    known = {path.stem for path in guides.glob("*/*.md")}
    ids = {}
    for language in SECTION_TITLES:
        file = f"scenarios/{language}.yaml"
        found = built_in_scenarios(language)
        ids[language] = [scenario.id for scenario in found]
        for scenario in found:
            for guide in scenario.guides:
                if guide not in known:
                    yield Problem(file, f"{scenario.id}: there is no guide {guide!r}")
            narrated = " ".join([scenario.background, *scenario.builds_trust])
            for text in wording_problems(narrated, language):
                yield Problem(file, f"{scenario.id}: {text}")
    yield from _unequal("scenarios", ids)


def _prompt_problems() -> Iterator[Problem]:
    from assistant.journal.prompts import built_in_prompts

    ids = {}
    for language in SECTION_TITLES:
        file = f"journal/{language}.yaml"
        found = built_in_prompts(language)
        ids[language] = [prompt.id for prompt in found.prompts]
        yield from (Problem(file, gap) for gap in found.gaps())
        for prompt in found.prompts:
            for text in wording_problems(prompt.text, language):
                yield Problem(file, f"{prompt.id}: {text}")
    yield from _unequal("journal", ids)


def _unequal(name: str, ids: dict[str, list[str]]) -> Iterator[Problem]:
    for language, listed in ids.items():
        for other, theirs in ids.items():
            for one in sorted(set(theirs) - set(listed)):
                yield Problem(f"{name}/{language}.yaml", f"{one} stands only in {other}")
