"""Sync, add and remove, with real files, a real SQLite, Chroma and model."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from small_parts import CountingEmbeddings, write

import assistant.syncing
from assistant import Assistant, Settings, open_assistant
from assistant.errors import StorageError, UnknownGuide
from assistant.guides.scanning import FoundFile
from assistant.library import SyncProgress


def found(tandem: Assistant, query: str, collection: str = "guides") -> list[str]:
    """Paths of the passages that hold the query's words."""
    passages = tandem.search(query, collections=[collection])
    return [p.path for p in passages if query.lower() in p.text.lower()]


def states(tandem: Assistant, collection: str = "guides") -> dict[str, str]:
    return {guide.path: guide.state for guide in tandem.library.guides(collection)}


# -- what a sync reports and does ---------------------------------------------------------------


def test_a_first_sync_adds_all_and_says_how_far_it_is(tandem: Assistant, guides: Path) -> None:
    shown: list[SyncProgress] = []
    report = tandem.library.sync(guides, shown.append)
    assert report.collection == "guides"
    assert report.added == ["conflict.md", "listening.md", "sub/goals.md", "zuhören.md"]
    assert not (report.changed or report.removed or report.unchanged or report.failed)
    assert {p.phase for p in shown} == {"reading", "embedding", "indexing"}
    reading = [p for p in shown if p.phase == "reading"]
    assert [p.done for p in reading] == [1, 2, 3, 4] and reading[-1].seconds_left == 0
    assert found(tandem, "postcard") == ["sub/goals.md"]


def test_each_kind_of_change_is_reported_and_answers(tandem: Assistant, guides: Path) -> None:
    tandem.library.sync(guides)
    write(guides / "conflict.md", "# Settling a quarrel\n\nDraw a pineapple together first.\n")
    (guides / "listening.md").unlink()
    write(guides / "new.md", "# Saying goodbye\n\nPlan the last meeting with a lantern.\n")
    report = tandem.library.sync(guides)
    assert (report.added, report.changed, report.removed, report.unchanged) == (
        ["new.md"],
        ["conflict.md"],
        ["listening.md"],
        ["sub/goals.md", "zuhören.md"],
    )
    assert found(tandem, "pineapple") == ["conflict.md"]
    assert found(tandem, "lantern") == ["new.md"]
    assert found(tandem, "proposes") == found(tandem, "three breaths") == []


def test_unchanged_is_a_matter_of_content(
    tandem: Assistant, guides: Path, counted: CountingEmbeddings
) -> None:
    tandem.library.sync(guides)
    before = counted.texts
    os.utime(guides / "conflict.md", (1, 1))
    report = tandem.library.sync(guides)
    assert len(report.unchanged) == 4 and not (report.added or report.changed)
    assert counted.texts == before


def test_a_renamed_guide_is_not_embedded_again(
    tandem: Assistant, guides: Path, counted: CountingEmbeddings
) -> None:
    tandem.library.sync(guides)
    before = counted.texts
    (guides / "conflict.md").rename(guides / "quarrel.md")
    report = tandem.library.sync(guides)
    assert (report.added, report.removed) == (["quarrel.md"], ["conflict.md"])
    assert found(tandem, "proposes") == ["quarrel.md"]
    assert counted.texts == before


def test_a_copy_is_indexed_once_and_stands_in_when_its_original_goes(
    tandem: Assistant, guides: Path
) -> None:
    shutil.copy(guides / "conflict.md", guides / "sub" / "twin.md")
    report = tandem.library.sync(guides)
    assert report.copies == ["sub/twin.md"] and found(tandem, "proposes") == ["conflict.md"]
    assert states(tandem)["sub/twin.md"] == "copy"
    assert tandem.library.sync(guides).copies == ["sub/twin.md"]
    (guides / "conflict.md").unlink()
    report = tandem.library.sync(guides)
    assert (report.changed, report.removed) == (["sub/twin.md"], ["conflict.md"])
    assert found(tandem, "proposes") == ["sub/twin.md"]


def test_a_copy_staged_by_a_killed_sync_stands_in_too(
    tandem: Assistant, guides: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(guides / "conflict.md", guides / "sub" / "twin.md")
    with monkeypatch.context() as patch:
        patch.setattr(type(tandem.library._catalogue), "publish", _stop)
        with pytest.raises(InterruptedError):
            tandem.library.sync(guides)
    (guides / "conflict.md").unlink()
    assert "sub/twin.md" in tandem.library.sync(guides).added
    assert found(tandem, "proposes") == ["sub/twin.md"]


def test_an_interrupted_sync_is_taken_up_where_it_stopped(
    tandem: Assistant, guides: Path, counted: CountingEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(type(tandem.library._catalogue), "publish", _stop)
        with pytest.raises(InterruptedError):
            tandem.library.sync(guides)
    assert tandem.library.guides("guides") == [] and found(tandem, "postcard") == []
    before = counted.texts
    phases: set[str] = set()
    report = tandem.library.sync(guides, lambda progress: phases.add(progress.phase))
    assert len(report.added) == 4 and phases == {"indexing"} and counted.texts == before
    assert found(tandem, "postcard") == ["sub/goals.md"]


def _stop(*_: object) -> None:
    raise InterruptedError


def test_a_failed_file_keeps_its_reason_and_is_indexed_once_repaired(
    tandem: Assistant, guides: Path
) -> None:
    (guides / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    report = tandem.library.sync(guides)
    assert [f.path for f in report.failed] == ["broken.pdf"] and "broken.pdf" not in report.added
    assert report.failed[0].reason.endswith(".") and report.failed[0].code == "damaged"
    again = tandem.library.sync(guides)
    assert again.failed == report.failed and "broken.pdf" not in again.unchanged
    row = next(g for g in tandem.library.guides("guides") if g.path == "broken.pdf")
    assert (row.state, row.reason_code, row.reason) == (
        "failed",
        "damaged",
        report.failed[0].reason,
    )
    (guides / "broken.pdf").unlink()
    write(guides / "broken.md", "# Repaired\n\nThe marmalade is back.\n")
    assert tandem.library.sync(guides).failed == []
    assert found(tandem, "marmalade") == ["broken.md"]


def test_a_repaired_file_of_the_same_name_is_indexed(tandem: Assistant, guides: Path) -> None:
    (guides / "late.md").write_bytes(b"\x00\x01\x02\x03" * 300)
    assert [f.path for f in tandem.library.sync(guides).failed] == ["late.md"]
    write(guides / "late.md", "# Repaired\n\nThe marmalade is back.\n")
    report = tandem.library.sync(guides)
    assert (report.changed, report.failed) == (["late.md"], [])
    assert found(tandem, "marmalade") == ["late.md"]


def test_empty_files_are_each_failed_and_no_copies(tandem: Assistant, guides: Path) -> None:
    write(guides / "a.md", "")
    write(guides / "b.md", "")
    report = tandem.library.sync(guides)
    assert [(f.path, f.code) for f in report.failed] == [("a.md", "empty"), ("b.md", "empty")]
    assert report.copies == []


def test_a_file_too_large_is_read_once_the_bound_is_raised(
    home: Path, guides: Path, shared_model: None
) -> None:
    write(guides / "long.md", "# Long\n\nA marmalade sentence for every day.\n" * 30_000)
    with open_assistant(Settings(home=home, max_file_mb=1)) as tandem:
        tandem.wait()
        assert [f.code for f in tandem.library.sync(guides).failed] == ["too_large"]
    with open_assistant(Settings(home=home, max_file_mb=50)) as tandem:
        tandem.wait()
        work, _ = _planned(tandem, guides)
        assert [file.path for file in work] == ["long.md"]


def _planned(tandem: Assistant, folder: Path) -> tuple[list[FoundFile], object]:
    library = tandem.library
    collection = library._catalogue.collection(folder.name, str(folder))
    sync = assistant.syncing.Sync(
        library._catalogue,
        library._index,
        library._count_pieces,
        library._limits,
        *collection,
        None,
    )
    live = library._catalogue.known(collection[0], "live")
    return sync._plan(assistant.library.scan(folder), live)


def test_a_file_deleted_between_scan_and_reading_counts_as_vanished(
    tandem: Assistant, guides: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tandem.library.sync(guides)
    write(guides / "conflict.md", "# Settling a quarrel\n\nDraw a pineapple.\n")
    write(guides / "new.md", "# New\n\nA lantern.\n")
    scan = assistant.library.scan

    def scan_and_lose(folder: Path) -> list[FoundFile]:
        files = scan(folder)
        (guides / "conflict.md").unlink()
        (guides / "new.md").unlink()
        return files

    monkeypatch.setattr("assistant.library.scan", scan_and_lose)
    report = tandem.library.sync(guides)
    assert (report.added, report.changed, report.removed, report.failed) == (
        [],
        [],
        ["conflict.md"],
        [],
    )
    assert "conflict.md" not in states(tandem) and found(tandem, "proposes") == []


def test_a_file_that_was_being_written_while_it_was_read_is_read_again(
    tandem: Assistant, guides: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = write(guides / "new.md", "# New\n\nA lantern for every meeting.\n")
    whole = target.read_bytes()
    scan = assistant.library.scan

    def scan_and_tear(folder: Path) -> list[FoundFile]:
        files = scan(folder)
        target.write_bytes(b"\x00\x01" * 500)
        return files

    with monkeypatch.context() as patch:
        patch.setattr("assistant.library.scan", scan_and_tear)
        assert [f.path for f in tandem.library.sync(guides).failed] == ["new.md"]
    target.write_bytes(whole)
    assert tandem.library.sync(guides).failed == []
    assert found(tandem, "lantern") == ["new.md"]


def test_an_emptied_folder_empties_its_collection_and_no_other(
    tandem: Assistant, guides: Path
) -> None:
    tandem.library.sync(guides)
    shutil.rmtree(guides)
    guides.mkdir()
    assert len(tandem.library.sync(guides).removed) == 4
    assert tandem.library.guides("guides") == [] and tandem.library.guides("built-in")
    assert tandem.search("active listening")


def test_a_folder_that_is_gone_changes_nothing(tandem: Assistant, guides: Path) -> None:
    tandem.library.sync(guides)
    guides.rename(guides.with_name("unplugged"))
    with pytest.raises(UnknownGuide, match="no folder"):
        tandem.library.sync(guides)
    assert len(tandem.library.guides("guides")) == 4 and found(tandem, "postcard")


def test_without_a_model_guides_are_found_by_their_words_and_embedded_later(
    home: Path, guides: Path, monkeypatch: pytest.MonkeyPatch, embeddings: object
) -> None:
    def broken(_: Path) -> None:
        raise OSError("no weights")

    monkeypatch.setattr("assistant.app.load_embeddings", broken)
    with open_assistant(Settings(home=home)) as tandem:
        tandem.wait()
        assert (tandem.status().model, tandem.status().dense) == ("failed", "off")
        assert len(tandem.library.sync(guides).added) == 4
        assert found(tandem, "postcard") == ["sub/goals.md"]
    counting = CountingEmbeddings(embeddings)  # type: ignore[arg-type]
    monkeypatch.setattr("assistant.app.load_embeddings", lambda _: counting)
    with open_assistant(Settings(home=home)) as tandem:
        tandem.wait()
        assert counting.texts > 0 and tandem.status().dense == "ready"
        assert all(p.similarity for p in tandem.search("goal for a term", 1, ["guides"]))


# -- Tandem's own folders -----------------------------------------------------------------------


def test_tandems_own_folder_is_refused(tandem: Assistant, home: Path) -> None:
    tandem.library.add([write(home.parent / "mine.md", "# Mine\n\nA heron.\n")])
    for own in (home, home / "guides", home / "index"):
        with pytest.raises(UnknownGuide, match="belongs to Tandem"):
            tandem.library.sync(own)
        with pytest.raises(UnknownGuide, match="belongs to Tandem"):
            tandem.library.add([own])


def test_a_folder_around_the_home_leaves_the_home_out(tandem: Assistant, home: Path) -> None:
    mine = write(home.parent / "mine.md", "# Mine\n\nA heron.\n")
    tandem.library.add([mine])
    assert tandem.library.sync(home.parent).added == ["mine.md"]


def test_a_folder_with_the_name_of_an_own_collection_gets_another(
    tandem: Assistant, tmp_path: Path
) -> None:
    write(tmp_path / "added" / "theirs.md", "# Theirs\n\nA heron.\n")
    write(tmp_path / "built-in" / "x.md", "# Thing\n\nA walrus.\n")
    assert tandem.library.sync(tmp_path / "added").collection == "added (2)"
    assert tandem.library.sync(tmp_path / "built-in").collection == "built-in (2)"
    mine = write(tmp_path / "mine.md", "# Mine\n\nA stork.\n")
    assert tandem.library.add([mine]).collection == "added"
    tandem.library.remove_collection("added (2)")
    assert states(tandem, "added") == {"mine.md": "indexed"}


def test_two_folders_of_one_name_are_two_collections(tandem: Assistant, tmp_path: Path) -> None:
    for place in ("one", "two"):
        write(tmp_path / place / "notes" / "n.md", f"# Notes {place}\n\nA heron.\n")
    assert tandem.library.sync(tmp_path / "one" / "notes").collection == "notes"
    assert tandem.library.sync(tmp_path / "two" / "notes").collection == "notes (2)"
    assert tandem.library.sync(tmp_path / "one" / "notes").unchanged == ["n.md"]


def test_a_restored_backup_keeps_its_added_guides_under_one_name(
    tandem: Assistant, home: Path, tmp_path: Path
) -> None:
    tandem.library.add([write(tmp_path / "mine.md", "# Mine\n\nA heron.\n")])
    tandem.close()
    home.rename(tmp_path / "restored")
    with open_assistant(Settings(home=tmp_path / "restored")) as restored:
        restored.wait()
        report = restored.library.add([write(tmp_path / "two.md", "# Two\n\nA stork.\n")])
        assert (report.added, report.unchanged) == (["two.md"], ["mine.md"])
        assert [c.name for c in restored.library.collections()] == ["built-in", "added"]


# -- adding and removing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["with space.md", "zuhören übung.md", "new\nline.md", "a.b.c.md", "x" * 240 + ".md"]
)
def test_odd_names_are_added_found_and_removed(
    tandem: Assistant, home: Path, tmp_path: Path, name: str
) -> None:
    tandem.library.add([write(tmp_path / name, "# Odd\n\nA heron stands.\n")])
    assert found(tandem, "heron", "added") == [name]
    assert (home / "guides" / name).exists()
    tandem.library.remove(tandem.library.guides("added")[0].id)
    assert not (home / "guides" / name).exists()
    assert found(tandem, "heron", "added") == tandem.library.guides("added") == []


def test_a_name_that_is_no_unicode_is_added_and_removed(
    tandem: Assistant, home: Path, tmp_path: Path
) -> None:
    odd = os.fsencode(tmp_path) + b"/b\xe4ume.md"
    Path(os.fsdecode(odd)).write_text("# Odd\n\nA heron stands.\n")
    assert tandem.library.add([Path(os.fsdecode(odd))]).added == ["b?ume.md"]
    tandem.library.remove(tandem.library.guides("added")[0].id)
    assert list((home / "guides").iterdir()) == []


def test_the_same_name_with_other_content_never_overwrites(
    tandem: Assistant, home: Path, tmp_path: Path
) -> None:
    texts = {"a": "A heron.", "b": "A stork.", "c": "A crane."}
    for place, text in texts.items():
        report = tandem.library.add([write(tmp_path / place / "n.md", f"# Note\n\n{text}\n")])
    assert report.added == ["n (3).md"] and len(report.unchanged) == 2
    assert tandem.library.add([tmp_path / "b" / "n.md"]).added == []
    kept = {file.name: file.read_text() for file in (home / "guides").iterdir()}
    assert kept == {
        "n.md": "# Note\n\nA heron.\n",
        "n (2).md": "# Note\n\nA stork.\n",
        "n (3).md": "# Note\n\nA crane.\n",
    }


def test_a_folder_is_added_with_its_folders(tandem: Assistant, guides: Path) -> None:
    report = tandem.library.add([guides])
    assert "guides/sub/goals.md" in report.added and len(report.added) == 4
    assert found(tandem, "postcard", "added") == ["guides/sub/goals.md"]
    assert tandem.library.add([guides]).added == []


def test_one_wrong_path_adds_nothing(tandem: Assistant, home: Path, tmp_path: Path) -> None:
    good = write(tmp_path / "good.md", "# Good\n\nA heron.\n")
    with pytest.raises(UnknownGuide, match="no file"):
        tandem.library.add([good, tmp_path / "missing.md"])
    assert not (home / "guides" / "good.md").exists()


def test_a_removed_guide_of_a_folder_stays_out_until_its_file_changes(
    tandem: Assistant, guides: Path
) -> None:
    tandem.library.sync(guides)
    goals = next(g for g in tandem.library.guides("guides") if g.path == "sub/goals.md")
    tandem.library.remove(goals.id)
    with pytest.raises(UnknownGuide):
        tandem.library.guide(goals.id)
    with pytest.raises(UnknownGuide):
        tandem.library.remove(goals.id)
    assert (guides / "sub" / "goals.md").exists()
    assert "sub/goals.md" in tandem.library.sync(guides).unchanged
    assert "sub/goals.md" not in states(tandem) and found(tandem, "postcard") == []
    write(guides / "sub" / "goals.md", "# Goals\n\nA postcard, written anew.\n")
    assert tandem.library.sync(guides).changed == ["sub/goals.md"]
    assert found(tandem, "postcard") == ["sub/goals.md"]


def test_removing_a_guide_takes_its_copies_along(tandem: Assistant, guides: Path) -> None:
    shutil.copy(guides / "conflict.md", guides / "sub" / "twin.md")
    tandem.library.sync(guides)
    original = next(g for g in tandem.library.guides("guides") if g.path == "conflict.md")
    tandem.library.remove(original.id)
    tandem.library.sync(guides)
    assert found(tandem, "proposes") == []
    assert not {"conflict.md", "sub/twin.md"} & states(tandem).keys()


def test_an_added_guide_can_be_removed_and_added_again(tandem: Assistant, tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.md", "# Mine\n\nA heron.\n")
    for _ in range(2):
        assert tandem.library.add([mine]).added == ["mine.md"]
        assert found(tandem, "heron", "added") == ["mine.md"]
        tandem.library.remove(tandem.library.guides("added")[0].id)


def test_a_page_that_is_behind_can_not_remove_the_newer_guide(
    tandem: Assistant, guides: Path
) -> None:
    tandem.library.sync(guides)
    seen = next(g for g in tandem.library.guides("guides") if g.path == "conflict.md")
    write(guides / "conflict.md", "# Settling a quarrel\n\nDraw a pineapple.\n")
    tandem.library.sync(guides)
    assert "proposes" in tandem.library.guide(seen.id).text, "the answer on screen can be traced"
    with pytest.raises(UnknownGuide):
        tandem.library.remove(seen.id)
    assert found(tandem, "pineapple") == ["conflict.md"]


def test_a_collection_can_be_switched_off_and_forgotten(tandem: Assistant, guides: Path) -> None:
    tandem.library.sync(guides)
    tandem.library.set_enabled("guides", False)
    assert not [p for p in tandem.search("postcard goal") if p.collection == "guides"]
    tandem.library.set_enabled("guides", True)
    assert [p for p in tandem.search("postcard goal") if p.collection == "guides"]
    tandem.library.remove_collection("guides")
    assert found(tandem, "postcard") == [] and (guides / "sub" / "goals.md").exists()


# -- meanwhile ----------------------------------------------------------------------------------


def test_until_its_end_a_sync_changes_no_answer_then_all_at_once(
    tandem: Assistant, tmp_path: Path
) -> None:
    """Searches run all through four syncs; none sees a mix, a hole or an error."""
    folder, size = tmp_path / "guides", 8

    def fill(version: str) -> None:
        for n in range(size):
            write(
                folder / f"{n}.md", f"# Guide {n}\n\nThe pineapple {version} number {n} is ripe.\n"
            )

    fill("v0")
    tandem.library.sync(folder)
    seen: list[frozenset[str]] = []
    trouble: list[BaseException] = []
    done = threading.Event()

    def look() -> None:
        try:
            while not done.is_set():
                passages = tandem.search("pineapple ripe", size, ["guides"])
                versions = [next(w for w in p.text.split() if w[:1] == "v") for p in passages]
                seen.append(frozenset(versions) | {str(len({p.path for p in passages}))})
        except BaseException as error:
            trouble.append(error)

    watcher = threading.Thread(target=look)
    watcher.start()
    for version in ("v1", "v2", "v3", "v4"):
        fill(version)
        tandem.library.sync(folder)
    done.set()
    watcher.join()
    assert trouble == []
    assert set(seen) <= {frozenset({f"v{n}", str(size)}) for n in range(5)}
    order = [next(v for v in state if v[0] == "v") for state in seen]
    assert order == sorted(order) and len(set(order)) > 2


def test_a_full_disk_leaves_the_old_state_answering_and_the_next_sync_finishes(
    tandem: Assistant, guides: Path
) -> None:
    tandem.library.sync(guides)
    before = states(tandem)
    engine = tandem.library._catalogue._database.engine
    for n in range(10):
        write(guides / f"more {n}.md", f"# More {n}\n\n" + f"Number {n} is a lantern. " * 60)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    engine.dispose()
    with _bounded(engine, pages + 2), pytest.raises(StorageError, match="disk is full"):
        tandem.library.sync(guides)
    assert states(tandem) == before and found(tandem, "postcard") == ["sub/goals.md"]
    assert len(tandem.library.sync(guides).added) == 10
    assert found(tandem, "lantern")


class _bounded:  # noqa: N801 - reads as a statement
    """A database that can't grow beyond so many pages: SQLite's own "disk is full"."""

    def __init__(self, engine: object, pages: int) -> None:
        self._engine, self._pages = engine, pages

    def __enter__(self) -> None:
        from sqlalchemy import event

        event.listen(self._engine, "connect", self._bound)

    def __exit__(self, *_: object) -> None:
        from sqlalchemy import event

        event.remove(self._engine, "connect", self._bound)
        self._engine.dispose()  # type: ignore[attr-defined]

    def _bound(self, connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self._pages}")  # type: ignore[attr-defined]


def test_a_full_disk_while_adding_is_said_plainly(
    tandem: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = write(tmp_path / "mine.md", "# Mine\n\nA heron.\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfile", full)
        with pytest.raises(StorageError, match="No space left"):
            tandem.library.add([mine])
    assert tandem.library.add([mine]).added == ["mine.md"]


def test_an_index_that_can_not_be_written_stops_no_sync_and_is_rebuilt_at_the_next_start(
    tandem: Assistant,
    home: Path,
    guides: Path,
    counted: CountingEmbeddings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("assistant.retrieval.dense.DenseIndex._put", full)
        assert len(tandem.library.sync(guides).added) == 4
    assert found(tandem, "postcard") == ["sub/goals.md"]
    assert tandem.status().dense == "off"
    assert "start Tandem again" in (tandem.status().problem or "")
    tandem.close()
    before = counted.texts
    with open_assistant(Settings(home=home)) as again:
        again.wait()
        assert again.status().dense == "ready" and again.status().problem is None
        assert all(p.similarity for p in again.search("goal for a term", 1, ["guides"]))
        assert counted.texts == before
