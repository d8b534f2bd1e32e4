"""The database: migrations, damage, full disks."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from assistant import Settings, open_assistant
from assistant.errors import SettingsError, StorageError
from assistant.store import database
from assistant.store.catalogue import Catalogue, NewChunk
from assistant.store.database import LATEST, MIGRATIONS, Database
from assistant.store.tables import GuideRow, Table


def at(folder: Path) -> str:
    return f"sqlite:///{folder / 'tandem.db'}"


def migrate(store: Database, revision: str, *, down: bool = False) -> None:
    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.engine.connect() as connection:
        database._begin_migrating(connection)
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
        connection.commit()
    store.engine.dispose()


def test_migrations_make_the_tables(tmp_path: Path) -> None:
    store = Database(at(tmp_path))
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Table.metadata)
        made = connection.execute(text("SELECT name, sql FROM sqlite_master")).all()
    store.close()
    assert differences == []
    assert {name for name, sql in made if sql and "AUTOINCREMENT" in sql} == {
        table.name
        for table in Table.metadata.tables.values()
        if table.dialect_options["sqlite"]["autoincrement"]
    }


def test_latest_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == LATEST


def test_migrating_up_and_down_keeps_guides_and_chunks(tmp_path: Path) -> None:
    store = Database(at(tmp_path))
    catalogue = Catalogue(store)
    collection, _ = catalogue.collection("notes", "/notes")
    catalogue.stage([(_guide(collection), [_chunk()])])
    catalogue.publish(collection, [])
    migrate(store, "0001", down=True)
    migrate(store, "head")
    assert [c.text for c in catalogue.chunks()] == ["A heron."]
    store.close()


def test_a_migration_that_is_cut_short_is_done_again(tmp_path: Path) -> None:
    def cut(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "alembic_version" in statement and statement.startswith(("INSERT", "UPDATE")):
            raise InterruptedError

    from sqlalchemy import Engine

    event.listen(Engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(InterruptedError):
            Database(at(tmp_path))
    finally:
        event.remove(Engine, "before_cursor_execute", cut)
    store = Database(at(tmp_path))
    assert inspect(store.engine).has_table("guides")
    store.close()


def test_a_newer_database_is_named_as_such(tmp_path: Path) -> None:
    store = Database(at(tmp_path))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StorageError, match="newer Tandem"):
        Database(at(tmp_path))


def test_deleting_a_guide_deletes_its_chunks_and_no_id_comes_twice(tmp_path: Path) -> None:
    store = Database(at(tmp_path))
    catalogue = Catalogue(store)
    collection, _ = catalogue.collection("notes", "/notes")
    seen = []
    for _ in range(2):
        catalogue.stage([(_guide(collection), [_chunk()])])
        catalogue.publish(collection, [])
        [chunk] = catalogue.chunks()
        seen.append((chunk.id, chunk.guide_id))
        catalogue.forget([chunk.guide_id], for_good=True)
        assert catalogue.chunk_count() == 0
    assert seen[0][0] < seen[1][0] and seen[0][1] < seen[1][1]
    store.close()


def _guide(collection: int) -> GuideRow:
    facts = {"path": "n.md", "file_hash": "1", "reader": "1", "state": "indexed"}
    return GuideRow(collection_id=collection, **facts)


def _chunk() -> NewChunk:
    return NewChunk(
        position=0,
        heading_path=["Notes"],
        page=None,
        start=0,
        end=8,
        text="A heron.",
        text_hash="2",
    )


@pytest.mark.parametrize("how", ["garbage", "cut", "holes"])
def test_a_damaged_database_is_named_with_the_next_step(
    home: Path, shared_model: None, how: str
) -> None:
    file = home / "tandem.db"
    whole = file.read_bytes()
    file.write_bytes(
        {
            "garbage": b"This is no database." * 500,
            "cut": whole[: len(whole) // 3],
            "holes": whole[:4096] + b"\xa5" * (len(whole) - 4096),
        }[how]
    )
    with pytest.raises(StorageError, match=r"damaged.*[Bb]ackup.*move it away"):  # noqa: SIM117
        with open_assistant(Settings(home=home)) as tandem:
            tandem.wait()
            assert "damaged" in (tandem.status().problem or "")
            tandem.search("listening")
    file.unlink()
    with open_assistant(Settings(home=home)) as tandem:
        tandem.wait()
        assert tandem.search("listening")


def test_a_database_that_can_not_be_used_says_which_setting(home: Path) -> None:
    with pytest.raises(SettingsError, match="TANDEM_DATABASE_URL"):
        open_assistant(Settings(home=home, database_url="nonsense"))
    with pytest.raises(StorageError, match="can't be written"):
        open_assistant(Settings(home=home, database_url="sqlite:////nowhere/at/all.db"))
