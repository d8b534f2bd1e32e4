"""Work that goes on whether or not anybody watches it: a growing answer, a sync.

A browser may leave, reload or open another conversation at any time. The work therefore runs in a
thread of its own and keeps its latest value here; whoever watches asks for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)
T = TypeVar("T")


class StoppedError(Exception):
    """Raised inside the work at its next step after somebody asked it to stop."""


class Running(Generic[T]):
    """One piece of work and its latest value. `error` is set when it ended by an exception."""

    def __init__(self, work: Callable[[Callable[[T], None]], None]) -> None:
        """Starts `work` at once; it is given the function that takes each new value."""
        self.latest: T | None = None
        self.error: Exception | None = None
        self._done = threading.Event()
        self._stop = False
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    @property
    def finished(self) -> bool:
        return self._done.is_set()

    @property
    def going_on(self) -> bool:
        """Whether it runs and nobody asked it to stop."""
        return not self.finished and not self._stop

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop

    def wait(self, seconds: float) -> bool:
        """Wait until it has finished; whether it has."""
        return self._done.wait(seconds)

    def stop(self) -> None:
        """Ask the work to end at its next step."""
        self._stop = True

    def _run(self, work: Callable[[Callable[[T], None]], None]) -> None:
        try:
            work(self._take)
        except StoppedError:
            pass
        except Exception as error:
            _log.exception("Work behind the page failed")
            self.error = error
        self._done.set()

    def _take(self, value: T) -> None:
        self.latest = value
        if self._stop:
            raise StoppedError


class RunningWork(Generic[T]):
    """What is running, by key: at most one piece of work a key."""

    def __init__(self) -> None:
        self._by_key: dict[int, Running[T]] = {}
        self._lock = threading.Lock()

    def start(self, key: int, work: Callable[[Callable[[T], None]], None]) -> Running[T] | None:
        """Start work under a key; None where some is still running there."""
        with self._lock:
            current = self._by_key.get(key)
            if current is not None and current.going_on:
                return None
            self._by_key = {k: run for k, run in self._by_key.items() if not run.finished}
            self._by_key[key] = Running(work)
            return self._by_key[key]

    def get(self, key: int) -> Running[T] | None:
        """The work under a key, running or the last one finished there."""
        with self._lock:
            return self._by_key.get(key)
