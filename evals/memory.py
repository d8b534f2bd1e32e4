"""How much memory a process holds, in megabytes (millions of bytes)."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SETTLED_SECONDS = 8.0
LONGEST_START = 180.0


@dataclass(frozen=True)
class Memory:
    """What a process holds now and the most it held, in MB; None where the system doesn't tell."""

    now: float | None
    peak: float | None


def memory_of(process: int | None = None) -> Memory:
    """Memory of a process by its number, this one if None.

    Linux says both figures of any process; elsewhere only the peak of this one is known.
    """
    number = process or os.getpid()
    try:
        status = Path(f"/proc/{number}/status").read_text(encoding="utf-8")
    except OSError:
        return Memory(None, _own_peak() if number == os.getpid() else None)
    return Memory(_kilobytes(status, "VmRSS"), _kilobytes(status, "VmHWM"))


def forget_peak() -> bool:
    """Start the peak of this process anew; False where the system can't."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def memory_of_serving(home: Path) -> Memory:
    """Memory of `tandem serve` on a home once its page answers and its memory stands still."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", str(port)]
    serving = subprocess.Popen(  # noqa: S603 - Tandem's own command
        command,
        env={**os.environ, "TANDEM_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return _settled(serving, port)
    finally:
        serving.terminate()
        try:
            serving.wait(timeout=20)
        except subprocess.TimeoutExpired:
            serving.kill()


def _settled(serving: subprocess.Popen[bytes], port: int) -> Memory:
    started = grown = time.monotonic()
    most, answers = 0.0, False
    while time.monotonic() - started < LONGEST_START and serving.poll() is None:
        time.sleep(0.5)
        held = memory_of(serving.pid)
        if held.now is None:
            break
        answers = answers or _answers(port)
        if held.now > most * 1.01 or not answers:
            most, grown = max(most, held.now), time.monotonic()
        if time.monotonic() - grown > SETTLED_SECONDS:
            return held
    return Memory(None, None)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _kilobytes(status: str, name: str) -> float | None:
    for line in status.splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    return None


def _own_peak() -> float | None:
    try:
        import resource
    except ImportError:  # Windows has no such module
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
