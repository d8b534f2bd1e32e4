"""Addresses of plans that nobody can guess: the page gives them to whoever looks at a plan."""

from __future__ import annotations

import secrets
from threading import Lock


class Doors:
    """Names plans by chance as long as the page runs; only a name that was given leads to one."""

    def __init__(self) -> None:
        self._tokens: dict[int, str] = {}
        self._records: dict[str, int] = {}
        self._lock = Lock()

    def token(self, record: int) -> str:
        """The plan's name."""
        with self._lock:
            if record not in self._tokens:
                token = self._tokens[record] = secrets.token_urlsafe(16)
                self._records[token] = record
            return self._tokens[record]

    def record(self, token: str) -> int | None:
        """The plan that goes by a name, if one does."""
        return self._records.get(token)
