"""kill -9 at random moments, and two processes on one home."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Settings, open_assistant
from assistant.errors import HomeInUse
from evals.crash import ROOT, crash, edition

OWNER = """
import sys, time
from assistant.home import Home
from pathlib import Path
home = Home(Path(sys.argv[1]))
home.say("process 4711, http://127.0.0.1:7860")
print("open", flush=True)
time.sleep(60)
"""


def test_after_a_kill_one_edition_answers_whole(tmp_path: Path) -> None:
    report = crash(3, tmp_path, seed=7)
    assert report.troubles == []
    assert sum(n for what, n in report.outcomes.items() if what.startswith("killed, ")) == 3


def test_the_editions_differ_in_every_way() -> None:
    a, b = edition("A"), edition("B")
    assert len(a) == len(b) == 50
    assert a.keys() - b.keys() and b.keys() - a.keys()
    assert {a[path] == b[path] for path in a.keys() & b.keys()} == {True, False}


@pytest.fixture
def owner(home: Path):
    """Another process that has the home open."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_a_second_process_is_told_who_has_the_home(home: Path, owner: subprocess.Popen) -> None:
    before = (home / "tandem.owner").read_text()
    with pytest.raises(HomeInUse, match=r"process 4711, http://127.0.0.1:7860.*TANDEM_HOME"):
        open_assistant(Settings(home=home))
    assert owner.poll() is None and (home / "tandem.owner").read_text() == before


def test_what_a_killed_owner_left_is_no_obstacle(
    home: Path, owner: subprocess.Popen, shared_model: None
) -> None:
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert (home / "tandem.owner").exists()
    with open_assistant(Settings(home=home)) as tandem:
        tandem.wait()
        assert tandem.search("listening")


def test_the_first_goes_on_undisturbed(tandem, home: Path) -> None:
    with pytest.raises(HomeInUse, match="its own TANDEM_HOME"):
        open_assistant(Settings(home=home))
    assert tandem.search("listening")
    tandem.library.set_enabled("built-in", True)
