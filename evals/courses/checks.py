"""Knowledge checks as data: YAML files of questions that a guide answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import CourseError
from assistant.words import data
from evals.cases import Language
from evals.metrics.wording import words
from evals.suite import Problem

LANGUAGES: tuple[Language, ...] = ("en", "de")
DIFFICULTIES = (1, 2, 3)
CHECKS = Path(__file__).parents[1] / "checks"
"""The folder of the checks that come with Tandem."""

MOST_LISTED = 30
_TEXTS = ("question", "explanation", "guide")


@dataclass(frozen=True)
class Item:
    """A question in one language; `family` joins it with its twin in the other.

    It has a `right` answer and `wrong` ones to choose from, or `accepted` wordings of a short
    answer, read as those of a `Point`. `guide` is the place that answers it, ``path#Heading``.
    """

    id: str
    family: str
    language: Language
    topic: str
    difficulty: int
    question: str
    explanation: str
    guide: str
    right: str = ""
    wrong: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[str, ...]:
        """What to choose from, the right answer always at the same place; empty for a short one."""
        if not self.right:
            return ()
        place = int(digest("order", self.family), 16) % (len(self.wrong) + 1)
        return (*self.wrong[:place], self.right, *self.wrong[place:])


@dataclass(frozen=True)
class Check:
    """A knowledge check. `title` and each of `topics` have the keys en and de."""

    name: str
    title: Mapping[str, str]
    topics: Mapping[str, Mapping[str, str]]
    items: tuple[Item, ...]

    def items_in(self, language: Language) -> tuple[Item, ...]:
        """The questions in one language."""
        return tuple(item for item in self.items if item.language == language)


def digest(*parts: str) -> str:
    """What mixes things the same way on every machine."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def find_check(name_or_path: str | Path, language: Language = "en") -> Path:
    """A check's file: by its path, or by name among those that come with Tandem."""
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    known = {file.stem: file for file in sorted(CHECKS.glob("*.yaml"))}
    if str(name_or_path) not in known:
        raise course_error(language, "no_check", name=name_or_path, known=", ".join(known))
    return known[str(name_or_path)]


def read_check(path: Path, language: Language = "en") -> Check:
    """The check in a YAML file. Raises `CourseError` with every problem, its text in `language`."""
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise _refused(
            path, [_problem("", language, "unreadable", reason=reason)], language
        ) from error
    except yaml.YAMLError as error:
        raise _refused(path, [_problem("", language, "yaml")], language) from error
    problems = list(_problems(found, language))
    if problems:
        raise _refused(path, problems, language)
    items = tuple(item for entry in found["items"] for item in _items(entry))
    return Check(found["name"], found["title"], found["topics"], items)


def _items(entry: Mapping[str, Any]) -> Iterator[Item]:
    for language in LANGUAGES:
        if language in entry:
            texts = entry[language]
            yield Item(
                id=f"{entry['family']}-{language}",
                family=entry["family"],
                language=language,
                topic=entry["topic"],
                difficulty=entry["difficulty"],
                **{name: texts[name].strip() for name in _TEXTS},
                right=texts.get("right", "").strip(),
                wrong=tuple(text.strip() for text in texts.get("wrong", ())),
                accepted=tuple(texts.get("accepted", ())),
            )


# -- what keeps a check from being used --------------------------------------------------------


def _problems(found: Any, language: Language) -> Iterator[Problem]:
    if not _well_shaped(found):
        yield _problem("", language, "shape")
        return
    families: set[str] = set()
    for number, entry in enumerate(found["items"], start=1):
        named = isinstance(entry, Mapping) and _is_text(entry.get("family"))
        row = entry["family"] if named else str(number)
        if row in families:
            yield _problem(row, language, "double")
        families.add(row)
        if not named or not any(known in entry for known in LANGUAGES):
            yield _problem(row, language, "item")
            continue
        topic = entry.get("topic")
        if not _is_text(topic) or topic not in found["topics"]:
            yield _problem(row, language, "topic", topic=topic)
        if type(entry.get("difficulty")) is not int or entry["difficulty"] not in DIFFICULTIES:
            yield _problem(row, language, "difficulty")
        for known in LANGUAGES:
            if known in entry:
                yield from _text_problems(row, known, entry[known], language)


def _text_problems(
    row: str, written: Language, texts: Any, language: Language
) -> Iterator[Problem]:
    if not isinstance(texts, Mapping) or not all(_is_text(texts.get(name)) for name in _TEXTS):
        yield _problem(row, language, "texts", language=written)
    elif not (_choosable(texts) if "right" in texts else _acceptable(texts)):
        yield _problem(row, language, "answers", language=written)


def _well_shaped(found: Any) -> bool:
    return (
        isinstance(found, Mapping)
        and _is_text(found.get("name"))
        and _in_both(found.get("title"))
        and isinstance(found.get("topics"), Mapping)
        and all(map(_in_both, found["topics"].values()))
        and isinstance(found.get("items"), list)
        and bool(found["items"])
    )


def _in_both(texts: Any) -> bool:
    return isinstance(texts, Mapping) and all(_is_text(texts.get(one)) for one in LANGUAGES)


def _choosable(texts: Mapping[str, Any]) -> bool:
    listed = [texts.get("right"), *_listed(texts.get("wrong"))]
    distinct = {text.strip() for text in listed if _is_text(text)}
    return 1 < len(listed) == len(distinct) and "accepted" not in texts


def _acceptable(texts: Mapping[str, Any]) -> bool:
    listed = _listed(texts.get("accepted"))
    worded = all(_is_text(text) and words(text) for text in listed)
    return bool(listed) and worded and "wrong" not in texts


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _problem(row: str, speaks: Language, key: str, **values: object) -> Problem:
    return Problem(row, "", course_words(speaks)["problem"][key].format(**values))


def _refused(path: Path, problems: list[Problem], language: Language) -> CourseError:
    said = course_words(language)
    lines = [
        said["place"].format(row=problem.row or path.name, text=problem.text)
        for problem in problems[:MOST_LISTED]
    ]
    if len(problems) > MOST_LISTED:
        lines.append(said["more"].format(count=len(problems) - MOST_LISTED))
    error = course_error(language, "refused", file=path.name, problems="\n".join(lines))
    return CourseError(str(error), tuple(problems))


def course_words(language: Language) -> Any:
    """What courses say to people."""
    return data("prompts", f"evals/courses_{language}.yaml")


def course_error(language: Language, key: str, **values: object) -> CourseError:
    """The error with one of the `errors` among the words, its {names} filled in."""
    return CourseError(course_words(language)["errors"][key].format(**values))
