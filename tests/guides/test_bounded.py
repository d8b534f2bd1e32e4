"""The pool of reading processes under load, attack and abandonment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import guide_files as files
import psutil
import pytest

from assistant.errors import UnreadableGuide
from assistant.guides.bounded import ReaderPool
from assistant.guides.limits import Limits
from assistant.guides.text import Guide

SLOW = "Some *words* and more [words](x) to read.\n\n" * 100_000
"""A text so long that reading it takes several seconds."""


def guides(folder: Path, count: int) -> list[Path]:
    paths = []
    for number in range(count):
        path = folder / f"guide {number} – größer.md"
        path.write_text(f"# Guide {number}\n\nText of guide number {number}.")
        paths.append(path)
    return paths


def codes(results: Iterator[tuple[Path, Guide | UnreadableGuide]]) -> dict[str, str]:
    return {
        path.name: result.code if isinstance(result, UnreadableGuide) else "read"
        for path, result in results
    }


@pytest.fixture(autouse=True)
def before() -> Iterator[None]:
    """Reading processes that other tests share are none of these tests' business."""
    OTHERS.update(workers())
    yield
    OTHERS.clear()


OTHERS: set[psutil.Process] = set()


def workers() -> list[psutil.Process]:
    return [
        process for process in psutil.Process().children() if "worker" in str(process.cmdline())
    ]


def children() -> list[psutil.Process]:
    return [process for process in workers() if process not in OTHERS]


def test_many_files_come_back_as_guides_from_two_processes(tmp_path: Path) -> None:
    paths = guides(tmp_path, 60)
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(files.guide_pdf())
    with ReaderPool(workers=2) as pool:
        results = dict(pool.read([*paths, pdf]))
        assert len(children()) == 2
        for number, path in enumerate(paths):
            guide = results[path]
            assert isinstance(guide, Guide)
            assert guide.text == f"# Guide {number}\n\nText of guide number {number}."
            assert guide.sections[0].heading_path == (f"Guide {number}",)
        paged = results[pdf]
        assert isinstance(paged, Guide)
        assert [page for _, page in paged.pages] == [1, 2, 3]
    assert not children()


def test_slow_files_hungry_files_and_bad_files_cost_only_themselves(tmp_path: Path) -> None:
    slow, hungry, bomb = tmp_path / "slow.md", tmp_path / "hungry.html", tmp_path / "bomb.docx"
    slow.write_text(6 * SLOW)
    hungry.write_text("<p><b>x</b></p>" * 2_000_000)
    bomb.write_bytes(files.bomb_docx())
    limits = Limits(seconds=8, memory_bytes=1200 * 1024 * 1024, characters=40_000_000)
    paths = [slow, hungry, bomb, *guides(tmp_path, 10)]
    with ReaderPool(workers=2, limits=limits) as pool:
        found = codes(pool.read(paths))
    assert found.pop("slow.md") == "too_slow"
    assert found.pop("hungry.html") in {"too_large", "too_slow"}
    assert found.pop("bomb.docx") == "too_large"
    assert set(found.values()) == {"read"}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs Unix signals")
def test_a_process_killed_while_reading_costs_one_file(tmp_path: Path) -> None:
    slow = tmp_path / "slow.md"
    slow.write_text(SLOW)
    with ReaderPool(workers=1) as pool:
        assert codes(pool.read(guides(tmp_path, 1))) == {"guide 0 – größer.md": "read"}
        (process,) = children()
        threading.Timer(0.5, process.kill).start()
        found = codes(pool.read([slow, *guides(tmp_path, 3)]))
        assert found.pop("slow.md") == "damaged"
        assert set(found.values()) == {"read"}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs Unix signals")
def test_a_process_killed_between_files_costs_none(tmp_path: Path) -> None:
    with ReaderPool(workers=1) as pool:
        assert set(codes(pool.read(guides(tmp_path, 1))).values()) == {"read"}
        (process,) = children()
        process.kill()
        process.wait(5)
        assert set(codes(pool.read(guides(tmp_path, 2))).values()) == {"read"}


def test_paths_are_drawn_only_as_results_are_taken(tmp_path: Path) -> None:
    drawn = []

    def endless() -> Iterator[Path]:
        path = guides(tmp_path, 1)[0]
        while True:
            drawn.append(path)
            yield path

    with ReaderPool(workers=1) as pool:
        results = pool.read(endless())
        for _ in range(3):
            next(results)
        time.sleep(0.3)
        assert len(drawn) <= 6
        results.close()


def test_an_error_of_the_paths_reaches_the_caller(tmp_path: Path) -> None:
    def broken() -> Iterator[Path]:
        yield guides(tmp_path, 1)[0]
        raise RuntimeError("the folder went away")

    with ReaderPool(workers=2) as pool, pytest.raises(RuntimeError, match="went away"):
        list(pool.read(broken()))


def test_two_threads_can_read_at_the_same_time(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found: dict[str, dict[str, str]] = {}
    with ReaderPool(workers=2) as pool:

        def read(name: str) -> None:
            found[name] = codes(pool.read(guides(tmp_path / name, 20)))

        threads = [threading.Thread(target=read, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [len(found[name]) for name in "ab"] == [20, 20]


def test_odd_names_survive_the_way_to_the_process(tmp_path: Path) -> None:
    names = ["zwei\nzeilen.md", "mit leer.md", "emoji 🌱.md"]
    if sys.platform == "linux":
        names.append(os.fsdecode(b"latin \xe4.md"))
    for name in names:
        (tmp_path / name).write_text("Ein Satz über Fragen.")
    with ReaderPool(workers=1) as pool:
        found = codes(pool.read(tmp_path / name for name in names))
    assert set(found.values()) == {"read"}


def test_a_reading_process_loads_no_model_and_keeps_no_secret() -> None:
    program = (
        "import sys, os, json\n"
        "import assistant.guides.worker, assistant.guides.reading\n"
        "from importlib import import_module\n"
        "from assistant.guides.reading import _HOMES\n"
        "[import_module(home) for home in _HOMES.values()]\n"
        "import assistant.language; assistant.language.detect('Guten Tag')\n"
        "print(json.dumps([m for m in ('torch', 'chromadb', 'gradio', 'transformers')"
        " if m in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="reads the process's environment")
def test_the_environment_of_a_reading_process_holds_no_keys(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with ReaderPool(workers=1) as pool:
        codes(pool.read(guides(tmp_path, 1)))
        (process,) = children()
        assert "OPENAI_API_KEY" not in process.environ()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs Unix signals")
def test_reading_processes_end_with_their_parent(tmp_path: Path) -> None:
    slow = tmp_path / "slow.md"
    slow.write_text(SLOW)
    program = (
        "import sys; from pathlib import Path\n"
        "from assistant.guides.bounded import ReaderPool\n"
        "with ReaderPool(1) as pool:\n"
        f"    list(pool.read([Path({str(slow)!r})]))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 20
    workers: list[psutil.Process] = []
    while not workers and time.monotonic() < deadline:
        time.sleep(0.1)
        workers = psutil.Process(parent.pid).children()
    time.sleep(0.5)
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert workers
    assert not alive
