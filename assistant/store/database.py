"""Opening the database: engine, pragmas, migrations."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.errors import SettingsError, StorageError

LATEST = "0004"
"""The newest migration; a test states that the migrations folder agrees."""

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """The SQL store. `session()` commits at its end or rolls back whole."""

    def __init__(self, url: str) -> None:
        """Open and, where needed, migrate. Raises `SettingsError` or `StorageError`."""
        try:
            self.engine: Engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        except (SQLAlchemyError, ImportError) as error:
            raise SettingsError(f"TANDEM_DATABASE_URL can't be used: {error}") from error
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _sqlite_pragmas)
        try:
            self._migrate()
        except DBAPIError as error:
            self.close()
            raise _storage_error(error) from error

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction. Raises `StorageError` when the database or the disk refuses it."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            raise _storage_error(error) from error

    def erase_traces(self) -> None:
        """Leave nothing on disk of what was deleted: SQLite's write-ahead log has copies of it."""
        if self.engine.dialect.name != "sqlite":
            return
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except DBAPIError as error:
            raise _storage_error(error) from error

    def _migrate(self) -> None:
        with self.engine.connect() as connection:
            found = None
            if inspect(connection).has_table("alembic_version"):
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if found == LATEST:
                return
            if found is not None and found > LATEST:
                raise StorageError(
                    "The database was written by a newer Tandem. Install that version again, or "
                    "restore a backup from before."
                )
        # Alembic is slow to import, so only when there is something to do.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self.engine.connect() as connection:
            _begin_migrating(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        # Connections of SQLite were opened for migrating; they keep no foreign keys.
        self.engine.dispose()


def _begin_migrating(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    # A table that a migration makes anew is dropped in between, which would take along all rows
    # that point to it; the switch works outside transactions only.
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.commit()
    # Python's driver begins no transaction for CREATE TABLE; a kill would leave half a database.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _folded(value: Any) -> Any:
    return unicodedata.normalize("NFC", value).casefold() if isinstance(value, str) else value


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    # SQLite's own lower() leaves umlauts as they are.
    connection.create_function("lower", 1, _folded, deterministic=True)
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _storage_error(error: DBAPIError) -> StorageError:
    detail = str(error.orig)
    if "full" in detail or "No space" in detail:
        return StorageError("The disk is full. Free some space and try again; nothing was lost.")
    if "disk I/O" in detail or "readonly" in detail or "unable to open" in detail:
        return StorageError(
            f"The database can't be written ({detail}). Check that the disk has space, is "
            "connected, and that the home folder is yours to write."
        )
    if any(sign in detail for sign in ("malformed", "not a database", "no such table")):
        return StorageError(
            "The database is damaged. Restore tandem.db in the home folder from your backup, or "
            "move it away: Tandem then starts anew and reads your guides again."
        )
    return StorageError(f"The database refused the change: {detail}. Try again.")
