"""Running a suite: every case through the same functions that users get."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from evals.cases import Case
from evals.kinds import kinds
from evals.outcomes import Found, Outcome, Planned, Quote
from evals.scores import Score, failed

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.answering.answer import Answer, Citation
    from assistant.app import Assistant
    from assistant.planning.plan import SessionPlan
    from assistant.retrieval.passage import Passage
    from evals.runs import Run
    from evals.suite import Suite

PARALLEL = 2
"""Cases that run at the same time: the encoder already uses every core for one."""

DEPTH = 10
"""Passages that are kept of a search."""


@dataclass(frozen=True)
class Progress:
    """How far a run is; `seconds_left` is None until a case is done."""

    done: int
    total: int
    seconds_left: float | None


def run_suite(
    tandem: Assistant,
    suite: Suite,
    runs: Path,
    *,
    label: str = "",
    collections: Sequence[str] | None = None,
    parallel: int = PARALLEL,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Run:
    """Run every case that isn't retired, in a folder of its own below `runs`.

    `label` is what people call the set-up. Raises `AssistantError` when the disk refuses.
    """
    from evals.manifest import manifest
    from evals.runs import new_run

    tandem.wait()
    facts = manifest(tandem, suite, label, collections)
    return go_on(tandem, new_run(runs, suite, facts), parallel=parallel, progress=progress)


def go_on(
    tandem: Assistant,
    run: Run,
    *,
    parallel: int = PARALLEL,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Run:
    """Run the cases of a run that have no outcome yet, then score all of them."""
    done = {outcome.case for outcome in run.outcomes()}
    due = [case for case in run.cases() if case.id not in done]
    collections = run.manifest.get("collections")
    started = time.monotonic()
    run.note(state="running")
    with counted_connections() as connections:
        for number, outcome in enumerate(_performed(tandem, due, collections, parallel), start=1):
            run.add(outcome)
            rate = (time.monotonic() - started) / number
            progress(Progress(number, len(due), rate * (len(due) - number)))
    earlier = run.manifest.get("connections", 0)
    run.note(state="done", connections=earlier + len(connections))
    score_run(run)
    return run


def score_run(run: Run) -> list[Score]:
    """Score what came out, anew; nothing is asked again."""
    outcomes = {outcome.case: outcome for outcome in run.outcomes()}
    found = [
        score
        for case in run.cases()
        if case.id in outcomes
        for score in score_case(case, outcomes[case.id])
    ]
    run.write_scores(found)
    return found


def score_case(case: Case, outcome: Outcome) -> list[Score]:
    """Every metric of the case's kind; one that fails is an error with its reason."""
    from evals.metrics import METRICS

    scores = []
    for name in kinds()[case.kind].metrics:
        try:
            scores.append(METRICS[name].function(case, outcome))
        except Exception as error:
            scores.append(failed(case.id, name, f"{type(error).__name__}: {error}"))
    return scores


def perform(tandem: Assistant, case: Case, collections: Sequence[str] | None = None) -> Outcome:
    """What Tandem does with one case; what goes wrong is its outcome's `error`."""
    asks = kinds()[case.kind].asks
    facts: dict[str, Any] = {}
    try:
        if "assess" in asks:
            concern = tandem.assess(case.turns[-1])
            facts["concern"] = asdict(concern) if concern else None
        started = time.perf_counter()
        if "respond" in asks:
            answer, seconds = _conversed(tandem, case.turns, collections)
            facts |= _of_answer(tandem, answer) | {"seconds": seconds}
            started = time.perf_counter()
        if "search" in asks:
            found = tandem.search(case.turns[-1], DEPTH, collections)
            facts["found"] = tuple(_found(passage) for passage in found)
            facts.setdefault("seconds", time.perf_counter() - started)
        if "plan" in asks:
            facts |= _prepared(tandem, case.turns)
    except AssistantError as error:
        return Outcome(case.id, asks, error=str(error))
    except Exception as error:
        return Outcome(case.id, asks, error=f"{type(error).__name__}: {error}")
    return Outcome(case.id, asks, **facts)


@contextmanager
def counted_connections() -> Iterator[list[str]]:
    """The addresses of internet connections that this process opens meanwhile."""
    opened: list[str] = []
    listening = True

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if listening and event == "socket.connect" and isinstance(arguments[1], tuple):
            opened.append(str(arguments[1][0]))

    sys.addaudithook(hear)  # a hook can't be taken off again; it only stops listening
    try:
        yield opened
    finally:
        listening = False


def _performed(
    tandem: Assistant, cases: Sequence[Case], collections: Sequence[str] | None, parallel: int
) -> Iterator[Outcome]:
    with ThreadPoolExecutor(max_workers=max(1, parallel)) as pool:
        waiting = [pool.submit(perform, tandem, case, collections) for case in cases]
        try:
            for one in as_completed(waiting):
                yield one.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _conversed(
    tandem: Assistant, turns: Sequence[str], collections: Sequence[str] | None
) -> tuple[Answer, float]:
    """The answer to the last turn, and its seconds."""
    messages: list[dict[str, str]] = []
    for turn in turns:
        messages.append({"role": "user", "content": turn})
        started = time.perf_counter()
        *_, answer = tandem.respond(messages, collections)
        seconds = time.perf_counter() - started
        messages.append({"role": "assistant", "content": answer.text})
    return answer, seconds


def _of_answer(tandem: Assistant, answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "kind": answer.kind,
        "language": answer.language,
        "quotes": tuple(_quote(tandem, citation) for citation in answer.citations),
        "nearest": tuple(passage.path for passage in answer.nearest),
    }


def _quote(tandem: Assistant, citation: Citation) -> Quote:
    from evals.questions import is_verbatim

    passage = citation.passage
    text = tandem.library.guide(passage.guide_id).text
    return Quote(
        citation.number,
        citation.quote,
        passage.path,
        passage.heading_path,
        passage.language,
        passage.text,
        is_verbatim(citation, text),
    )


def _prepared(tandem: Assistant, turns: Sequence[str]) -> dict[str, Any]:
    """The plan that the first turn asks for, and its version after each further turn."""
    from assistant.planning.exports.markdown import markdown

    versions: list[SessionPlan] = []
    planned: list[Planned] = []
    for turn in turns:
        started = time.perf_counter()
        if versions:
            plan = tandem.planner.change(versions[-1], turn, versions[:-1])
        else:
            plan = tandem.plan(turn)
        seconds = time.perf_counter() - started
        versions.append(plan)
        planned.append(_planned(tandem, plan, seconds))
    return {
        "text": plan.instead or markdown(plan),
        "kind": plan.kind,
        "language": plan.language,
        "plans": tuple(planned),
        "seconds": planned[0].seconds,
    }


def _planned(tandem: Assistant, plan: SessionPlan, seconds: float) -> Planned:
    sources = {source.number: source for source in plan.sources}
    beside = (plan.listening, plan.watch_out, plan.limits, plan.mentee_prompts, plan.mentor_prompts)
    escalation = plan.escalation.lines if plan.escalation else ()
    lines = [
        line for part in (*(i.lines for i in plan.agenda), *beside, escalation) for line in part
    ]
    altered, exercises = [], {}
    for line in lines:
        source = sources.get(line.source)
        text = tandem.library.guide(source.guide_id).text if source else ""
        within = source is not None and source.start <= line.start < line.end <= source.end
        if not within or text[line.start : line.end] != line.quote:
            altered.append(line.text)
    for item in plan.agenda:
        source = sources.get(item.lines[0].source) if item.lines else None
        section = (
            tandem.library.guide(source.guide_id).text[source.start : source.end] if source else ""
        )
        if " · " in section.strip().partition("\n")[0]:
            exercises[item.key] = section.strip()
    return Planned(plan.model_dump(mode="json"), tuple(altered), exercises, seconds)


def _found(passage: Passage) -> Found:
    return Found(
        passage.path,
        passage.heading_path,
        passage.language,
        round(passage.score, 6),
        passage.also_in,
    )
