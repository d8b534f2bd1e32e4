"""Kill Tandem with `kill -9` at random moments of a sync, and see what answers afterwards.

    python -m evals.crash --rounds 100

A folder of small guides goes back and forth between two editions. A process opens the home,
searches every guide, says which edition answers, and syncs the other; the sync is killed
somewhere. After each kill the answers must come from one edition whole, the one before or the one
after; any error or mixture is counted and fails the run. Vectors come from a stand-in, since the
model has no part in this.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from assistant import Assistant

ROOT = Path(__file__).resolve().parents[1]
EDITIONS = ("A", "B")
PATIENCE = 180.0
"""Seconds after which a process that says nothing counts as hung."""


def edition(name: str) -> dict[str, str]:
    """Guides by path: ten change between the editions, ten go, ten come, thirty stay."""
    last = {"A": 50, "B": 60}[name]
    numbers = [n for n in range(last) if not (name == "B" and 40 <= n < 50)]
    said = {n: "stays" if 10 <= n < 40 else f"edition{name}" for n in numbers}
    return {
        f"part{n % 3}/guide {n}.md": f"# Guide {n}\n\n{mark(n)} {word}. {_babble(n)}\n"
        for n, word in said.items()
    }


def _babble(number: int) -> str:
    """Words like no other guide's, since near-identical passages are shown once."""
    chance = random.Random(number)  # noqa: S311 - no secret
    words = ["".join(chance.choices("bdfgklmnprst" + "aeiou" * 2, k=7)) for _ in range(12)]
    return f"A mentor may ask twice about {' '.join(words)}."


def mark(number: int) -> str:
    """A word that only one guide has."""
    return f"marker{number:03d}"


def write_edition(name: str, folder: Path) -> None:
    """Make the folder hold just that edition."""
    wanted = edition(name)
    for file in folder.rglob("*.md"):
        if file.relative_to(folder).as_posix() not in wanted:
            file.unlink()
    for path, text in wanted.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


# -- the process that is killed -----------------------------------------------------------------


def victim(home: Path, folder: Path) -> None:
    """Say which edition answers, wait for a line, sync, and again."""
    import assistant.app
    from assistant import Settings, open_assistant

    setattr(assistant.app, "load_embeddings", _stand_in)  # noqa: B010 - mypy minds the plain way
    with open_assistant(Settings(home=home)) as tandem:
        print(answering(tandem), flush=True)
        tandem.wait()
        if tandem.status().dense != "ready":
            print(f"error: {tandem.status()}", flush=True)
        for _ in sys.stdin:
            tandem.library.sync(folder)
            print(answering(tandem), flush=True)


def _stand_in(_: Path) -> Embeddings:
    """An encoder that counts words, so that whoever has the query's word is near."""
    import numpy as np
    from langchain_core.embeddings import Embeddings

    class WordCounts(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [self.embed_query(text) for text in texts]

        def embed_query(self, text: str) -> list[float]:
            counts = np.zeros(384)
            for word in text.lower().split():
                counts[crc32(word.encode()) % 384] += 1
            return list(counts)

    return WordCounts()


def answering(tandem: Assistant) -> str:
    """Which edition answers every question: A, B or nothing; otherwise what is wrong."""
    seen = {}
    for number in range(60):
        for passage in tandem.search(mark(number)):
            if mark(number) in passage.text and passage.collection != "built-in":
                seen[passage.path] = passage.text
    wrong = _untraceable(tandem)
    if wrong:
        return wrong
    if not seen:
        return "nothing"
    for name in EDITIONS:
        whole = {path: text.split("\n\n")[1].strip() for path, text in edition(name).items()}
        if seen.keys() == whole.keys() and all(whole[p] in seen[p] for p in whole):
            return name
    return f"mixture of {len(seen)} guides"


def _untraceable(tandem: Assistant) -> str:
    for question in ("What should a mentor ask twice?", f"Where does {mark(5)} wait?"):
        for citation in tandem.ask(question).citations:
            text = tandem.library.guide(citation.passage.guide_id).text
            if text[citation.start : citation.end] != citation.quote:
                return f"error: a quote of {citation.passage.path} is not in its guide"
    return ""


# -- the one that kills -------------------------------------------------------------------------


class Victim:
    """A running victim and its pipes."""

    def __init__(self, home: Path, folder: Path, errors: IO[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "evals.crash", "--victim", str(home), str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )

    def says(self) -> str:
        """Its next line; an error if there is none."""
        from threading import Timer

        assert self._process.stdout is not None
        watch = Timer(PATIENCE, self.kill)
        watch.start()
        try:
            return self._process.stdout.readline().strip() or "error: it ended or hung"
        finally:
            watch.cancel()

    def go(self) -> None:
        """Let it sync."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # `kill` tells that it had ended
            self._process.stdin.write("sync\n")
            self._process.stdin.flush()

    def kill(self) -> int | None:
        """kill -9; the exit code if it had ended by itself before."""
        ended = self._process.poll()
        self._process.kill()
        self._process.wait()
        return ended


@dataclass
class Report:
    """What came of the rounds."""

    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{self.rounds} rounds"]
        lines += [f"  {count:4d}  {outcome}" for outcome, count in sorted(self.outcomes.items())]
        lines += [f"  trouble: {trouble}" for trouble in self.troubles]
        return "\n".join([*lines, f"{len(self.troubles)} errors or mixtures"])


class Trial:
    """A home, a folder, the process at work on them, and what came of it so far."""

    def __init__(self, place: Path, seed: int) -> None:
        self._home, self._folder, self._log = place / "home", place / "folder", place / "errors.log"
        self._folder.mkdir()
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self.report = Report()
        self._state, self._lasting = "nothing", 0.0
        self._process = self._started()

    def begin(self) -> None:
        """Sync each edition once, undisturbed, and time it."""
        self._expect(self._process.says(), ["nothing"], "first start")
        for target in EDITIONS:
            write_edition(target, self._folder)
            began = time.monotonic()
            self._process.go()
            self._expect(self._process.says(), [target], f"undisturbed sync to {target}")
            self._lasting = time.monotonic() - began

    def round(self) -> None:
        """One sync and one kill, sometimes another kill while opening, sometimes a sync after."""
        before, target = self._state, "B" if self._state == "A" else "A"
        where = f"round {self.report.rounds + 1}, {before} to {target}"
        write_edition(target, self._folder)
        self._process.go()
        time.sleep(self._chance.uniform(0, 1.2 * self._lasting))
        ended = self._process.kill()
        if ended is not None:
            self._trouble(f"{where}: it had ended by itself ({ended})")
        self._process = self._started()
        if self._chance.random() < 0.2:
            time.sleep(self._chance.uniform(0, 2 * self._lasting))
            self._process.kill()
            self.report.outcomes["killed once more while opening"] += 1
            self._process = self._started()
        if self._expect(self._process.says(), [before, target], where):
            which = "the state before" if self._state == before else "the new state"
            self.report.outcomes[f"killed, {which} answers"] += 1
        if self._state != target and self._chance.random() < 0.25:
            self._process.go()
            if self._expect(self._process.says(), [target], f"sync to {target} after a kill"):
                self.report.outcomes["the next sync finished the work"] += 1
        self.report.rounds += 1

    def end(self) -> None:
        """Stop the process."""
        self._process.kill()

    def _started(self) -> Victim:
        with self._log.open("a") as errors:
            return Victim(self._home, self._folder, errors)

    def _expect(self, found: str, wanted: Sequence[str], where: str) -> bool:
        """Keep the state that was found; after trouble go on with a new process."""
        if found in wanted:
            self._state = found
            return True
        self._trouble(f"{where}: {found}")
        self._process.kill()
        self._process = self._started()
        self._state = self._process.says()
        return False

    def _trouble(self, what: str) -> None:
        self.report.troubles.append(f"{what}\n{self._log.read_text()[-1500:]}")


def crash(rounds: int, place: Path, seed: int = 0, show: bool = False) -> Report:
    """Run the rounds in an empty folder."""
    trial = Trial(place, seed)
    try:
        trial.begin()
        for number in range(1, rounds + 1):
            trial.round()
            if show and number % 10 == 0:
                troubles = len(trial.report.troubles)
                print(f"{number} rounds, {troubles} errors or mixtures", flush=True)
    finally:
        trial.end()
    return trial.report


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--victim", nargs=2, metavar=("HOME", "FOLDER"), help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.victim:
        victim(*map(Path, wish.victim))
        return
    with tempfile.TemporaryDirectory(prefix="tandem-crash-") as place:
        report = crash(wish.rounds, Path(place), wish.seed, show=True)
        print(report)
    sys.exit(bool(report.troubles))


if __name__ == "__main__":
    main()
