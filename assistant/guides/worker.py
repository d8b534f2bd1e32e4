"""The process that reads files for `bounded`: one request in, one reply out, over its pipes.

Run as a program only. A frame is four bytes of length and that much JSON: never pickle, because
what comes back from a process that read a hostile file must not be able to run anything.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from assistant.errors import UnreadableGuide
from assistant.guides.limits import Limits
from assistant.guides.text import Guide

_HEAD = struct.Struct(">I")
_GRACE_SECONDS = 5


def write_frame(pipe: BinaryIO, message: dict[str, Any]) -> None:
    """Send one message. Raises OSError when nobody reads any more."""
    data = json.dumps(message).encode("ascii")
    pipe.write(_HEAD.pack(len(data)) + data)
    pipe.flush()


def read_frame(pipe: BinaryIO, longest: int) -> dict[str, Any] | None:
    """Receive one message, None at the end. Raises ValueError for one longer than `longest`."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    (length,) = _HEAD.unpack(head)
    if length > longest:
        raise ValueError("frame too long")
    data = pipe.read(length)
    message = json.loads(data) if len(data) == length else None
    return message if isinstance(message, dict) else None


def serve(requests: BinaryIO, replies: BinaryIO, limits: Limits) -> None:
    """Answer requests until the pipe closes, which also ends a reading that is under way."""
    _bound_memory(limits.memory_bytes)
    from assistant.guides.reading import is_exhaustion, read_guide

    waiting: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    write_frame(replies, {"ready": True})
    while True:
        path = Path(waiting.get()["path"])
        _set_alarm(limits.seconds + _GRACE_SECONDS)
        try:
            reply = _packed(read_guide(path, limits))
        except UnreadableGuide as error:
            exhausted = is_exhaustion(error.__cause__)
            reply = {"code": error.code, "reason": error.reason, "exhausted": exhausted}
        _set_alarm(0)
        write_frame(replies, reply)


def _packed(guide: Guide) -> dict[str, Any]:
    return {
        "title": guide.title,
        "text": guide.text,
        "language": guide.language,
        "pages": guide.pages,
        "sections": [
            [section.heading_path, section.start, section.end, section.page]
            for section in guide.sections
        ],
        "asked": guide.asked,
    }


def _listen(requests: BinaryIO, waiting: SimpleQueue[dict[str, Any]]) -> None:
    while request := read_frame(requests, longest=1_000_000):
        waiting.put(request)
    os._exit(0)  # the parent is gone or wants no more


def _bound_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # not a Unix system: only the time limit holds
        return
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ValueError, OSError):  # some systems refuse this limit; the time limit holds
        return


def _set_alarm(seconds: float) -> None:
    """The kernel ends this process if it is still reading when its parent can no longer do so."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def main() -> None:
    """Serve on standard input and output; the limits are the first argument, as JSON."""
    limits = Limits(**json.loads(sys.argv[1]))
    # What a library prints must not end up among the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if hasattr(os, "nice"):
        os.nice(5)  # answering comes before reading
    try:
        serve(sys.stdin.buffer, replies, limits)
    except OSError:
        return
