"""The real command line, in processes of its own, on one temporary home."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.home import Home

ROOT = Path(__file__).parents[1]
DONE, NOT_FULFILLED, WRONG_USE, NO_ANSWER = 0, 1, 2, 3
KITES = """# Kites for beginners

## Choosing a kite

A delta kite is the easiest kite to fly because it lifts off in a light wind.

## Before you fly

Look for power lines and keep well away from them. Hold the line with gloves.
"""
DRACHEN = """# Drachen steigen lassen

## Vor dem Start

Halte großen Abstand zu Stromleitungen. Lass einen Drachen nie bei Gewitter steigen.
"""


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    return kept | {"TANDEM_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def tandem(
    home: Path, *arguments: str | Path, said: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs `tandem …`, both ends of it pipes."""
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *map(str, arguments)],
        input=said,
        cwd=cwd or home.parent,
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def data(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == DONE, done.stderr
    return json.loads(done.stdout)


def calm(done: subprocess.CompletedProcess[str], code: int) -> str:
    """The one thing a failed command says: no traceback, nothing on standard output."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return " ".join(done.stderr.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("guides") / "Meine Guides ü"
    place.mkdir()
    (place / "kites.md").write_text(KITES, encoding="utf-8")
    (place / "Drachen für alle.md").write_text(DRACHEN, encoding="utf-8")
    (place / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    return place


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that nothing was done with yet."""
    return tmp_path_factory.mktemp("fresh") / "home"


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> tuple[Path, Any]:
    """A home with the folder in it, and the report of the sync."""
    home = tmp_path_factory.mktemp("used") / "home"
    return home, data(tandem(home, "guides", "sync", folder, "--json"))


@pytest.fixture(scope="module")
def home(synced: tuple[Path, Any]) -> Path:
    return synced[0]


def assert_is_answer(answer: dict[str, Any]) -> None:
    """The shape that other tools rely on."""
    assert answer.keys() >= {"text", "language", "kind", "citations", "concern"}
    for citation in answer["citations"]:
        assert citation.keys() >= {"number", "passage", "quote"}
        assert_is_passage(citation["passage"])
        assert citation["quote"] in citation["passage"]["text"]
        assert f"[{citation['number']}]" in answer["text"]


def assert_is_passage(passage: dict[str, Any]) -> None:
    names = ["path", "title", "heading_path", "page", "start", "end", "text", "score", "language"]
    assert passage.keys() >= set(names)
    assert passage["end"] - passage["start"] == len(passage["text"])


# -- asking ------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--help"], ["guides", "--help"], ["ask", "--help"]])
def test_help_names_the_command(fresh, arguments):
    done = tandem(fresh, *arguments)
    assert done.returncode == DONE
    assert done.stdout.startswith("Usage:")


def test_an_english_question_is_answered_from_the_built_in_guides(home):
    answer = data(tandem(home, "ask", "--json", "How do I listen actively?"))
    assert_is_answer(answer)
    assert (answer["language"], answer["kind"]) == ("en", "question")
    assert answer["citations"], answer["text"]


def test_fifty_thousand_german_characters_from_standard_input_are_answered_as_plain_text(home):
    done = tandem(home, "ask", "-", said="Wie höre ich aktiv zu? " * 2300)
    assert done.returncode == DONE, done.stderr
    assert re.search(r"^\[1\] .+ \(\S+\.md\)$", done.stdout, re.MULTILINE), done.stdout
    assert "langer Text" in done.stdout.splitlines()[0]
    assert len(done.stdout) < 10_000
    assert "\x1b" not in done.stdout
    assert "\\" not in done.stdout
    assert done.stderr == ""


def test_a_question_without_words_gets_a_kind_line(home):
    answer = data(tandem(home, "ask", "--json", "🪁🪁🪁"))
    assert (answer["kind"], answer["citations"]) == ("small_talk", [])
    assert answer["text"]


@pytest.mark.parametrize("arguments", [["ask", ""], ["ask", "-"], ["guides", "search", "  "]])
def test_an_empty_question_is_refused(fresh, arguments):
    assert "is empty" in calm(tandem(fresh, *arguments), WRONG_USE)


def test_a_person_at_risk_is_shown_help_without_anything_being_loaded(fresh):
    answer = data(tandem(fresh, "ask", "--json", "Ich will nicht mehr leben."))
    assert (answer["kind"], answer["language"]) == ("crisis", "de")
    assert answer["concern"]["kind"] == "self_harm"
    assert "112" in answer["text"]
    assert not (fresh / "index").exists(), "the answer waited for the library"


def test_a_person_at_risk_is_shown_help_though_the_home_is_not_to_be_had(home, tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    owner = Home(home)
    try:
        for place in (home, file):
            answer = data(tandem(place, "ask", "--json", "I want to kill myself."))
            assert (answer["kind"], answer["language"]) == ("crisis", "en")
            assert "112" in answer["text"] or "999" in answer["text"]
    finally:
        owner.close()


# -- the library -------------------------------------------------------------------------------


def test_a_sync_reports_each_file(synced):
    _, report = synced
    assert sorted(report["added"]) == ["Drachen für alle.md", "kites.md"]
    (failure,) = report["failed"]
    assert failure["path"] == "broken.pdf"
    assert failure["reason"].endswith(".")


def test_a_second_sync_changes_nothing(home, folder):
    done = tandem(home, "guides", "sync", folder)
    assert done.returncode == DONE, done.stderr
    assert done.stdout.startswith("2 unchanged, 1 not readable.")
    assert "broken.pdf: " in done.stdout


def test_the_list_says_what_is_known_of_each_guide(home):
    listed = {guide["path"]: guide for guide in data(tandem(home, "guides", "list", "--json"))}
    assert listed["kites.md"]["state"] == "indexed"
    assert listed["kites.md"]["title"] == "Kites for beginners"
    assert listed["Drachen für alle.md"]["language"] == "de"
    assert listed["broken.pdf"]["state"] == "failed"
    assert listed["broken.pdf"]["reason"]
    assert "en/active-listening.md" in listed


def test_the_list_is_plain_text_in_a_pipe(home, folder):
    done = tandem(home, "guides", "list", "--collection", folder.name)
    assert done.returncode == DONE, done.stderr
    assert "\x1b" not in done.stdout
    assert done.stdout.startswith(folder.name)
    assert "built-in" not in done.stdout


def test_search_finds_passages_of_one_collection(home, folder):
    arguments = ["guides", "search", "--json", "--top-k", "2", "--collection", folder.name]
    found = data(tandem(home, *arguments, "Which kite is easy to fly?"))
    assert 0 < len(found) <= 2
    assert found[0]["path"] == "kites.md"
    for passage in found:
        assert_is_passage(passage)


def test_a_batch_is_answered_line_by_line(home, tmp_path):
    batch = tmp_path / "queries.jsonl"
    lines = [
        {"id": "a", "text": "Abstand zu Stromleitungen"},
        {"id": 7, "text": "delta kite\u2028light wind"},
        {"id": "c", "text": ""},
    ]
    written = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    batch.write_text("\ufeff" + written, encoding="utf-8")
    done = tandem(home, "guides", "search", "--batch", batch, "--top-k", "3")
    assert done.returncode == DONE, done.stderr
    found = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert [line["id"] for line in found] == ["a", 7, "c"]
    assert found[0]["passages"][0]["path"] == "Drachen für alle.md"
    assert found[1]["passages"][0]["path"] == "kites.md"
    assert found[2]["passages"] == []
    for passage in found[0]["passages"]:
        assert_is_passage(passage)


@pytest.mark.parametrize(
    "line", ["no json", '{"id": 1}', '["id", "text"]', '{"id": 1, "text": null}', "[" * 9999]
)
def test_a_broken_batch_names_the_line(fresh, tmp_path, line):
    batch = tmp_path / "broken.jsonl"
    batch.write_text(f'{{"id": 1, "text": "fine"}}\n{line}\n', encoding="utf-8")
    said = calm(tandem(fresh, "guides", "search", "--batch", batch), WRONG_USE)
    assert "broken.jsonl, line 2" in said


def test_added_files_are_copied_and_can_be_removed(home, folder, tmp_path):
    file = tmp_path / "kites again.md"
    file.write_text(KITES, encoding="utf-8")
    assert data(tandem(home, "guides", "add", file, "--json"))["added"] == [file.name]
    copied = home / "guides" / file.name
    assert copied.read_text(encoding="utf-8") == KITES

    removed = data(tandem(home, "guides", "remove", file.name, "--json"))
    assert removed == {"collection": "added", "removed": [file.name]}
    assert not copied.exists()
    assert file.exists()


def test_a_removed_collection_leaves_its_folder_alone(home, folder):
    done = tandem(home, "guides", "remove", folder.name)
    assert done.returncode == DONE, done.stderr
    assert "Removed kites.md" in done.stdout
    assert (folder / "kites.md").exists()
    paths = [guide["path"] for guide in data(tandem(home, "guides", "list", "--json"))]
    assert "kites.md" not in paths


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["guides", "sync", "no such folder"], "no such folder"),
        (["guides", "add", "no such file.md"], "no such file.md"),
        (["guides", "add", __file__], ".docx"),
        (["guides", "remove", "no such guide"], "no such guide"),
        (["guides", "remove", "built-in"], "built-in guides stay"),
        (["guides", "list", "--collection", "no such one"], "no such one"),
        (["guides", "search"], "--batch"),
        (["guides", "search", "--batch", "no such file"], "no such file"),
        (["guides", "search", "kite", "--top-k", "0"], "--top-k"),
        (["serve", "--port", "99999"], "TANDEM_PORT"),
        (["no-such-command"], "no-such-command"),
    ],
)
def test_wrong_use_is_named_in_a_line(home, arguments: Sequence[str], named):
    assert named in calm(tandem(home, *arguments), WRONG_USE)


# -- one owner, settings, doctor ---------------------------------------------------------------


def test_a_second_process_on_the_same_home_is_told_so(home):
    owner = Home(home)
    try:
        owner.say("process 12, http://127.0.0.1:4321")
        for arguments in (["ask", "How do I listen?"], ["guides", "list"]):
            said = calm(tandem(home, *arguments), NO_ANSWER)
            assert "Another Tandem (process 12, http://127.0.0.1:4321) is using" in said
    finally:
        owner.close()


def test_a_home_that_is_a_file_is_named(tmp_path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    assert "TANDEM_HOME" in calm(tandem(file, "guides", "list"), NO_ANSWER)


def test_a_bad_setting_is_named(fresh, tmp_path):
    (tmp_path / "tandem.toml").write_text("country = 'Atlantis'")
    said = calm(tandem(fresh, "guides", "list", cwd=tmp_path), WRONG_USE)
    assert "TANDEM_COUNTRY" in said
    assert "'AT'" in said


def test_doctor_looks_at_a_home_without_a_library(fresh):
    checks = {check["name"]: check for check in data(tandem(fresh, "doctor", "--json"))}
    assert str(fresh) in checks["home"]["finding"]
    assert checks.keys() >= {"python", "packages", "disk", "embedding model", "answers"}


def test_doctor_looks_at_the_library(home):
    done = tandem(home, "doctor")
    assert done.returncode == DONE, done.stdout
    assert re.search(r"^fine +library: \d+ guides, \d+ chunks$", done.stdout, re.MULTILINE)
    assert "\x1b" not in done.stdout


def test_doctor_fails_on_a_damaged_database(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "tandem.db").write_bytes(b"this is no database" * 500)
    done = tandem(home, "doctor")
    assert done.returncode == NOT_FULFILLED
    assert re.search(r"^wrong library: The database is damaged", done.stdout, re.MULTILINE)


@contextmanager
def serving(home: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "serve", "--port", "0"],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            yield server
        finally:
            server.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_served_page_says_its_address_and_stops_politely(home):
    with serving(home) as server:
        assert server.stdout is not None
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+\n", server.stdout.readline())
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=120)
    assert server.returncode == DONE, said
    assert said == "Tandem has stopped.\n"
    assert not (home / "tandem.owner").exists()
