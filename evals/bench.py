"""Measuring Tandem on a folder of guides, each figure beside its bar.

    python -m evals.bench FOLDER [--home DIR] [--json]      (or: make bench GUIDES=folder)

The folder is copied first, because one measurement changes a file. Without `--home` everything
happens in a temporary folder. With one the library stays there (and the copy in DIR-guides beside
it), so that the next run needs no first sync and shows the one measured before; a home that holds
FOLDER itself is used as it is. Times are wall-clock: run it on a quiet machine. Exits with 1 when
a bar is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

from evals.figures import Figure, line, listed, percentile, say
from evals.memory import Memory, forget_peak, memory_of, memory_of_serving
from evals.questions import Judgement, Question, judge, load_questions
from evals.sync_times import measure_syncs, place_of

if TYPE_CHECKING:
    from assistant.answering.answer import Answer
    from assistant.app import Assistant

AT_ONCE = 8
WARM_UP = 4


@dataclass(frozen=True)
class Asked:
    """Answers by question id with the seconds each took, and what went wrong by question id."""

    answers: dict[str, Answer]
    seconds: list[float]
    errors: dict[str, str]


def mixed_up(alone: dict[str, Answer], together: dict[str, Answer]) -> list[str]:
    """Questions whose answer differs from the one given when nobody else asked."""
    return [
        key
        for key, answer in together.items()
        if key in alone and _said(alone[key]) != _said(answer)
    ]


def _said(answer: Answer) -> tuple[object, ...]:
    # Scores are left out: they may differ in the last digit with the number of threads at work.
    quotes = tuple((c.number, c.passage.guide_id, c.start, c.end) for c in answer.citations)
    return answer.kind, answer.language, answer.text, quotes


def measure(
    folder: Path, home: Path, questions: Sequence[Question], serve: bool = True
) -> Iterator[Figure]:
    """Each figure once it is measured. Raises `AssistantError`."""
    from assistant import Settings, open_assistant

    with open_assistant(Settings(home=home)) as tandem:
        tandem.wait()
        place = place_of(tandem, folder, home)
        yield from measure_syncs(tandem, place, is_copy=place != folder)
        say(f"Asking {len(questions)} questions, one after the other …")
        ask_all(tandem, questions[:WARM_UP])
        fresh_peak = forget_peak()
        alone = ask_all(tandem, questions)
        yield from _alone(alone)
        yield from _judged(judge(questions, alone.answers, _text_of(tandem)), questions)
        say(f"Asking them {AT_ONCE} at once …")
        yield from _together(alone, ask_at_once(tandem, questions))
        held = memory_of()
    note = "this process while asking" if fresh_peak else "this process, the syncs among it"
    yield from _memory(held, note)
    if serve:
        say("Starting `tandem serve` …")
        yield from _memory(memory_of_serving(home), "tandem serve, nobody asking")


# -- asking ------------------------------------------------------------------------------------


def ask_all(tandem: Assistant, questions: Sequence[Question]) -> Asked:
    """Ask one after the other."""
    asked = Asked({}, [], {})
    for question in questions:
        started = time.perf_counter()
        try:
            asked.answers[question.id] = tandem.ask(question.text)
        except Exception as error:  # an error is a figure here, whatever it is
            asked.errors[question.id] = f"{type(error).__name__}: {error}"
        asked.seconds.append(time.perf_counter() - started)
    return asked


def ask_at_once(tandem: Assistant, questions: Sequence[Question], people: int = AT_ONCE) -> Asked:
    """Share the questions among people who begin together, each asking one after the other."""
    people = min(people, len(questions)) or 1
    ready = Barrier(people)

    def one_person(number: int) -> Asked:
        ready.wait()
        return ask_all(tandem, questions[number::people])

    with ThreadPoolExecutor(people) as pool:
        each = list(pool.map(one_person, range(people)))
    return Asked(
        {key: answer for one in each for key, answer in one.answers.items()},
        [seconds for one in each for seconds in one.seconds],
        {key: error for one in each for key, error in one.errors.items()},
    )


def _alone(alone: Asked) -> list[Figure]:
    return [
        Figure("ask, median", percentile(alone.seconds, 50), "s", bar=0.3),
        Figure("ask, 95th percentile", percentile(alone.seconds, 95), "s", bar=0.8),
        Figure("ask, slowest", max(alone.seconds, default=None), "s"),
        _errors("errors", alone),
    ]


def _together(alone: Asked, together: Asked) -> list[Figure]:
    name, wrong = f"{AT_ONCE} at once", mixed_up(alone.answers, together.answers)
    return [
        Figure(f"{name}, median", percentile(together.seconds, 50), "s"),
        Figure(f"{name}, 95th percentile", percentile(together.seconds, 95), "s", bar=4),
        _errors(f"{name}, errors", together),
        Figure(f"{name}, unlike the one alone", len(wrong), bar=0, note=listed(wrong)),
    ]


def _errors(name: str, asked: Asked) -> Figure:
    said = listed(f"{key}: {error}" for key, error in asked.errors.items())
    return Figure(name, len(asked.errors), bar=0, note=said)


def _judged(found: Judgement, questions: Sequence[Question]) -> list[Figure]:
    count = Counter(question.covered for question in questions)
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(found.kinds.items()))
    declined = [f"{key} ({kind})" for key, kind in found.declined.items()]
    anyway, maybe = len(found.answered_anyway), count["maybe"]
    return [
        Figure("answers", sum(found.kinds.values()), note=kinds),
        Figure("citations", found.citations),
        Figure("citations verbatim", found.verbatim, "share", bar=1, at_least=True),
        Figure("citations shown word for word", found.shown, "share"),
        Figure("answers in the asker's language", found.language_kept, "share"),
        Figure("citations in the asker's language", found.language_cited, "share"),
        Figure(f"not covered, answered anyway (of {count['false']})", anyway,
               note=listed(found.answered_anyway)),
        Figure(f"covered, declined (of {count['true']})", len(declined), note=listed(declined)),
        Figure(f"perhaps covered, answered (of {maybe})", found.maybe_answered),
    ]  # fmt: skip


def _text_of(tandem: Assistant) -> Callable[[int], str]:
    texts: dict[int, str] = {}

    def text_of(guide_id: int) -> str:
        if guide_id not in texts:
            texts[guide_id] = tandem.library.guide(guide_id).text
        return texts[guide_id]

    return text_of


# -- memory ------------------------------------------------------------------------------------


def _memory(held: Memory, note: str) -> list[Figure]:
    return [
        Figure("memory, peak", held.peak, "MB", bar=1500, note=note),
        Figure("memory, now", held.now, "MB", bar=1500, note=note),
    ]


# -- running -----------------------------------------------------------------------------------


@contextlib.contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given.expanduser().resolve()
        return
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        yield Path(folder).resolve() / "home"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when a bar is missed, 2 for a folder that isn't there, 3 for trouble."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, help="folder of guides")
    parser.add_argument("--home", type=Path, help="home folder to use and keep")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--no-serve", action="store_true", help="don't start `tandem serve`")
    parser.add_argument("--every", type=int, default=1, help="ask only every so many questions")
    options = parser.parse_args(arguments)
    folder = options.folder.expanduser().resolve()
    if str(options.folder) in {"", "."} or not folder.is_dir():
        say("Say which folder of guides to measure on: make bench GUIDES=folder")
        return 2
    from assistant import AssistantError

    figures: list[Figure] = []
    try:
        with _home(options.home) as home:
            asked = load_questions()[:: options.every]
            for figure in measure(folder, home, asked, serve=not options.no_serve):
                figures.append(figure)
                if not options.json:
                    print(line(figure), flush=True)
    except AssistantError as error:
        say(str(error))
        return 3
    if options.json:
        print(json.dumps([asdict(f) | {"met": f.met} for f in figures], indent=2))
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
