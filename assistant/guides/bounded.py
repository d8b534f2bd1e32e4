"""Reading many files in processes of their own, each bounded in time and memory.

A file that hangs, eats memory or crashes its reader costs its own result and nothing else: the
process is replaced and the next file is read. Processes are started as fresh programs (never
forked), so a threaded server that has loaded anything may use this; they load no model.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, cast

from assistant.errors import UnreadableGuide
from assistant.guides.limits import DEFAULT_LIMITS, Limits
from assistant.guides.text import Guide, Section
from assistant.guides.unreadable import unreadable
from assistant.guides.worker import read_frame, write_frame

Result = Guide | UnreadableGuide

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = (
    "import sys; sys.path.append(sys.argv.pop(1)); from assistant.guides.worker import main; main()"
)
# What a reader needs of the environment; keys and passwords stay behind.
_ENVIRONMENT = (
    "PATH", "PATHEXT", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL",
    "LC_CTYPE", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHOME",
)  # fmt: skip
_START_SECONDS = 60.0
_FILES_A_PROCESS = 500
_BYTES_A_CHARACTER = 12  # a character outside the basic plane in JSON


class ReaderPool:
    """Reads files in up to `workers` processes at once; use it as a context manager.

    Processes are started when they are first needed, are used again for the next file, and end
    with `close` (or with this process). Several threads may call `read` at the same time.
    """

    def __init__(self, workers: int = 2, limits: Limits = DEFAULT_LIMITS) -> None:
        self._readers = [_Reader(limits) for _ in range(max(1, workers))]
        self._idle: SimpleQueue[_Reader] = SimpleQueue()
        for reader in self._readers:
            self._idle.put(reader)

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes; readings under way come out as damaged."""
        for reader in self._readers:
            reader.close()

    def read(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Result]]:
        """Each path with its Guide or the UnreadableGuide that says why not, as they are done.

        `paths` is drawn from only as results are taken, a few ahead. An error that `paths` itself
        raises is raised here, after the results of the files before it. Leaving the loop early is
        fine: files being read are finished in the background and forgotten.
        """
        reading = _Reading(paths, self._idle, len(self._readers))
        try:
            yield from reading.results()
        finally:
            reading.stop()


class _Reading:
    """One call of `read`: threads that draw paths and put results."""

    def __init__(self, paths: Iterable[Path], idle: SimpleQueue[_Reader], workers: int) -> None:
        self._paths = iter(paths)
        self._idle = idle
        self._drawing = threading.Lock()
        self._ahead = threading.Semaphore(2 * workers)
        self._done: SimpleQueue[tuple[Path, Result] | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._stopped = False
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]

    def results(self) -> Iterator[tuple[Path, Result]]:
        for thread in self._threads:
            thread.start()
        working = len(self._threads)
        while working:
            result = self._done.get()
            if result is None:
                working -= 1
            else:
                self._ahead.release()
                yield result
        if self._error:
            raise self._error

    def stop(self) -> None:
        self._stopped = True
        self._ahead.release(len(self._threads))

    def _work(self) -> None:
        while (path := self._draw()) is not None:
            reader = self._idle.get()
            try:
                self._done.put((path, reader.read(path)))
            finally:
                self._idle.put(reader)
        self._done.put(None)

    def _draw(self) -> Path | None:
        self._ahead.acquire()
        with self._drawing:
            if self._stopped:
                return None
            try:
                return next(self._paths, None)
            except BaseException as error:
                self._error = error
                self._stopped = True
                self._ahead.release(len(self._threads))
                return None


class _Reader:
    """One process and its pipes; used by one thread at a time, closed by any."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._closed = False

    def read(self, path: Path) -> Result:
        """What the file at `path` gives; never raises for what a file does."""
        try:
            if self._process is None or self._process.poll() is not None:
                self._start()
            self._files += 1
            reply = self._answer({"path": str(path.absolute())}, self._limits.seconds)
        except _OverrunError:
            self._end()
            return unreadable("too_slow")
        except (OSError, ValueError):
            self._end()
            return unreadable("damaged")
        if reply.get("exhausted") or self._files >= _FILES_A_PROCESS:
            self._end()
        return _unpacked(reply)

    def close(self) -> None:
        self._closed = True
        self._end()

    def _start(self) -> None:
        self._end()
        if self._closed:
            raise OSError("the pool is closed")
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        limits = json.dumps(asdict(self._limits))
        # -P keeps the current folder, where people's files may lie, off the import path.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-P", "-c", _PROGRAM, str(_ROOT), limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._files = 0
        self._answer(None, _START_SECONDS)

    def _answer(self, request: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        """The next reply. Raises _OverrunError past `seconds`, OSError when the process died."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise OSError("no process")
        overrun = threading.Event()

        def stop() -> None:
            overrun.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                write_frame(cast("Any", process.stdin), request)
            longest = _BYTES_A_CHARACTER * self._limits.characters + 10_000_000
            reply = read_frame(cast("Any", process.stdout), longest)
        except (OSError, ValueError):
            reply = None
        finally:
            timer.cancel()
            timer.join()
        if overrun.is_set():
            raise _OverrunError
        if reply is None:
            raise OSError("the process died")
        return reply

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue  # unsent bytes for a process that is gone


class _OverrunError(Exception):
    """A reading took longer than it may."""


def _unpacked(reply: dict[str, Any]) -> Result:
    """The result in a reply; a process that was taken over can at worst send a wrong guide."""
    try:
        if "code" in reply:
            return unreadable(str(reply["code"]), str(reply["reason"]))
        return Guide(
            title=str(reply["title"]),
            text=str(reply["text"]),
            sections=tuple(
                Section(tuple(map(str, path)), int(start), int(end), page and int(page))
                for path, start, end, page in reply["sections"]
            ),
            language="de" if reply["language"] == "de" else "en",
            pages=tuple((int(offset), int(page)) for offset, page in reply["pages"]),
            asked=tuple(
                (str(heading), tuple(map(str, lines))) for heading, lines in reply["asked"]
            ),
        )
    except (KeyError, TypeError, ValueError):
        return unreadable("damaged")
