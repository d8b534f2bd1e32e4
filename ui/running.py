"""Work that goes on whether or not anybody watches it: a growing answer, a sync.

A browser may leave, reload or open another conversation at any time. The work therefore runs in a
thread of its own and keeps its latest value here; whoever watches asks for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
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
        self._changed = threading.Condition()
        self._version = 0
        self._finished = False
        self._stop = False
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    @property
    def finished(self) -> bool:
        return self._finished

    @property
    def going_on(self) -> bool:
        """Whether it runs and nobody asked it to stop."""
        return not self._finished and not self._stop

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to stop."""
        return self._stop

    def wait(self, seconds: float) -> bool:
        """Wait until it has finished; whether it has."""
        with self._changed:
            return self._changed.wait_for(lambda: self._finished, seconds)

    @property
    def _over(self) -> bool:
        return self._finished or self._stop

    def stop(self) -> None:
        """Ask the work to end at its next step; watchers are let go at once."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()

    def follow(self, every: float = 0.1) -> Iterator[T | None]:
        """The latest value whenever it changed, at most once `every` seconds, until the end.

        The last state is always yielded. None means that there is no value yet; while nothing
        changes it is repeated about once a second, so that a watcher can look at other things.
        """
        seen = -1
        while True:
            with self._changed:
                if self._version == seen and not self._over:
                    self._changed.wait(1.0)
                seen, over, value = self._version, self._over, self.latest
            yield value
            if over:
                return
            with self._changed:
                self._changed.wait_for(lambda: self._over, every)

    def _run(self, work: Callable[[Callable[[T], None]], None]) -> None:
        try:
            work(self._take)
        except StoppedError:
            pass
        except Exception as error:
            _log.exception("Work behind the page failed")
            self.error = error
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def _take(self, value: T) -> None:
        with self._changed:
            self.latest = value
            self._version += 1
            self._changed.notify_all()
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
