"""What a judging chat model is asked, and which of its replies count as a verdict.

The answer to be judged is fenced in by a word that it doesn't hold, so that no text in it can end
the fence. A verdict's evidence must stand in the answer it is about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.words import data, storable
from evals.metrics.wording import words
from evals.scores import Score, failed, not_applicable

if TYPE_CHECKING:
    from evals.cases import Case
    from evals.outcomes import Outcome

WORST, BEST = 1, 5
_FEWEST_WORDS = 3
_LONGEST_DETAIL = 200

Message = tuple[str, str]
"""Who speaks ("system", "human" or "ai"), and the text."""


@dataclass(frozen=True)
class Criterion:
    """What answers are judged by, in one language; people who rate see the same.

    `anchors` describe the marks 1, 3 and 5. `sources` says that the cited passages are needed.
    """

    key: str
    name: str
    question: str
    anchors: Mapping[int, str]
    sources: bool = False


@dataclass(frozen=True)
class Mark:
    """A mark on one answer."""

    evidence: str
    reason: str
    mark: Literal[1, 2, 3, 4, 5]

    def places(self, answers: Sequence[str]) -> Sequence[str]:
        """Where the evidence may stand."""
        return answers


@dataclass(frozen=True)
class Choice:
    """Which of two answers is better."""

    evidence: str
    reason: str
    better: Literal["first", "second", "neither"]

    def places(self, answers: Sequence[str]) -> Sequence[str]:
        """Where the evidence may stand."""
        return {"first": answers[:1], "second": answers[1:], "neither": answers}[self.better]


@dataclass(frozen=True)
class Unusable:
    """What says nothing: a key of `problems` in the data file, and the part that shows why."""

    problem: str
    detail: str


Verdict = Mark | Choice


@dataclass(frozen=True)
class Reading:
    """What a chat model is asked: one criterion on one answer, or on two."""

    language: str
    form: type[Mark] | type[Choice]
    messages: tuple[Message, ...]
    answers: tuple[str, ...]


def criteria(language: str) -> tuple[Criterion, ...]:
    """The criteria in "en" or "de"; any other language gets the English ones."""
    return tuple(Criterion(**facts) for facts in judge_texts(language)["criteria"])


def judge_texts(language: str) -> Mapping[str, Any]:
    """The data file `prompts/evals/judge_*.yaml` in a language."""
    found: Mapping[str, Any] = data(
        "prompts", f"evals/judge_{'de' if language == 'de' else 'en'}.yaml"
    )
    return found


def unasked(case: Case, outcome: Outcome, criterion: Criterion, metric: str) -> Score | None:
    """The score of a case on which there is nothing to ask."""
    if outcome.error:
        return failed(case.id, metric, outcome.error)
    if "respond" not in outcome.ran:
        return not_applicable(case.id, metric, "not_asked")
    if not words(outcome.text):
        return not_applicable(case.id, metric, "empty_answer")
    if criterion.sources and not outcome.quotes:
        return not_applicable(case.id, metric, "no_citations")
    return None


def marking(case: Case, outcome: Outcome, criterion: Criterion) -> Reading:
    """What is asked to have an answer marked."""
    parts = {"conversation": _conversation(case)}
    if criterion.sources:
        parts["sources"] = _sources(outcome)
    parts["answer"] = outcome.text
    messages = _messages(case.language, "marking", criterion, parts)
    return Reading(case.language, Mark, messages, (outcome.text,))


def choosing(case: Case, criterion: Criterion, first: Outcome, second: Outcome) -> Reading:
    """What is asked to have two answers compared, in the order in which they are read."""
    parts = {"conversation": _conversation(case)}
    for name, outcome in (("first", first), ("second", second)):
        cited = _sources(outcome) if criterion.sources else ""
        parts[name] = f"{outcome.text}\n\n{cited}" if cited else outcome.text
    messages = _messages(case.language, "choosing", criterion, parts)
    return Reading(case.language, Choice, messages, (first.text, second.text))


def _conversation(case: Case) -> str:
    return "\n".join(f"{number}. {turn}" for number, turn in enumerate(case.turns, start=1))


def _sources(outcome: Outcome) -> str:
    passages: dict[str, list[int]] = {}
    for quote in outcome.quotes:
        passages.setdefault(quote.passage, []).append(quote.number)
    cited = (f"{numbers} {passage}" for passage, numbers in passages.items())
    return "\n\n".join(cited)


def _messages(
    language: str, kind: str, criterion: Criterion, parts: Mapping[str, str]
) -> tuple[Message, ...]:
    prompt = judge_texts(language)["prompt"]
    parts = {name: storable(text) for name, text in parts.items()}
    fence = _fence("\n".join(parts.values()))
    system = prompt[kind].format(
        question=criterion.question,
        one=criterion.anchors[1],
        three=criterion.anchors[3],
        five=criterion.anchors[5],
        material=prompt["material"].format(fence=fence),
    )
    fenced = (
        f"{prompt['parts'][name]}\n<<<{fence}\n{text}\n{fence}>>>" for name, text in parts.items()
    )
    return ("system", system), ("human", "\n\n".join(fenced))


def _fence(material: str) -> str:
    """A word that the material can't hold, since it is the material's own hash.

    The same material has the same one, so that its replies are found again.
    """
    return hashlib.sha256(material.encode("utf-8")).hexdigest()[:16]


def read_verdict(reply: str, reading: Reading) -> Verdict | Unusable:
    """The verdict of a reply, if its evidence stands in the answer that it is about."""
    from pydantic import TypeAdapter, ValidationError

    try:
        verdict: Verdict = TypeAdapter(reading.form).validate_python(_last_object(reply))
    except ValidationError as error:
        first = error.errors()[0]
        where = "".join(f"{part}: " for part in first["loc"])
        return Unusable("malformed", where + first["msg"])
    if not any(_quotes(verdict.evidence, place) for place in verdict.places(reading.answers)):
        return Unusable("invented", shortened(verdict.evidence))
    return verdict


def _last_object(reply: str) -> dict[str, Any] | None:
    """The last JSON object of a text: models like to think aloud first, or to fence it in."""
    decoder = json.JSONDecoder()
    found, place = None, reply.find("{")
    while place >= 0:
        try:
            found, end = decoder.raw_decode(reply, place)
        except RecursionError:
            break  # a reply like that holds no verdict, and each further try would take as long
        except ValueError:
            end = place + 1
        place = reply.find("{", end)
    return found


def _quotes(evidence: str, answer: str) -> bool:
    """Whether the evidence is the answer's own words in order, punctuation and Markdown aside.

    A word or two could stand anywhere, so it takes three, or all of a shorter answer.
    """
    quoted, whole = words(evidence), words(answer)
    enough = len(quoted) >= min(_FEWEST_WORDS, len(whole)) > 0
    return enough and f" {' '.join(quoted)} " in f" {' '.join(whole)} "


def shortened(text: str) -> str:
    """A text on one line, cut off where it gets long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_DETAIL else line[:_LONGEST_DETAIL] + "…"
