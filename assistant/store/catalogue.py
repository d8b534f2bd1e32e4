"""Guides and chunks in SQL: what is indexed completely, and nothing else counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import NamedTuple

from sqlalchemy import Select, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from assistant.errors import UnknownGuide
from assistant.store.batches import batches
from assistant.store.database import Database
from assistant.store.tables import (
    LIVE,
    REPLACED,
    STAGED,
    ChunkRow,
    CollectionRow,
    GuideRow,
)

BUILT_IN, ADDED = "built-in", "added"
"""Names of Tandem's own two collections; a folder that is called so gets another name."""


@dataclass(frozen=True)
class Collection:
    """A set of guides that can be switched on and off together."""

    id: int
    name: str
    folder: str | None
    builtin: bool
    enabled: bool
    guides: int


@dataclass(frozen=True)
class GuideEntry:
    """A line of the guide list. `state` is indexed, failed, copy or removed."""

    id: int
    collection: str
    path: str
    title: str
    language: str
    chunks: int
    added: datetime
    state: str
    reason_code: str
    reason: str


@dataclass(frozen=True)
class StoredGuide:
    """A guide's text; sections are (heading path, start, end, page), pages (offset, page)."""

    entry: GuideEntry
    text: str
    sections: tuple[tuple[tuple[str, ...], int, int, int | None], ...]
    pages: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Known:
    """What is known of a file already."""

    guide_id: int
    file_hash: str
    reader: str
    state: str
    reason: str


class NewChunk(NamedTuple):
    """A chunk or signpost to be written with its guide; the fields are `ChunkRow`'s."""

    position: int
    heading_path: list[str]
    page: int | None
    start: int
    end: int
    text: str
    text_hash: str
    leads_to: int | None = None


@dataclass(frozen=True)
class IndexedChunk:
    """A live chunk or signpost with what searching needs to know of its guide.

    A signpost leads to the chunk at the position `leads_to` of its guide.
    """

    id: int
    guide_id: int
    collection_id: int
    title: str
    language: str
    heading_path: tuple[str, ...]
    text: str
    text_hash: str
    position: int
    leads_to: int | None
    path: str


class Catalogue:
    """The guide tables. Every method is one transaction and raises `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- collections ---------------------------------------------------------------------------

    def collections(self) -> list[Collection]:
        """All collections, built-in first, then by name."""
        counted = (
            select(GuideRow.collection_id, func.count().label("n"))
            .where(GuideRow.stage == LIVE, GuideRow.state == "indexed")
            .group_by(GuideRow.collection_id)
            .subquery()
        )
        query = (
            select(CollectionRow, func.coalesce(counted.c.n, 0))
            .outerjoin(counted, counted.c.collection_id == CollectionRow.id)
            .order_by(CollectionRow.builtin.desc(), CollectionRow.name)
        )
        with self._database.session() as session:
            return [
                Collection(row.id, row.name, row.folder, row.builtin, row.enabled, n)
                for row, n in session.execute(query)
            ]

    def collection(self, name: str, folder: str, own: bool = False) -> tuple[int, str]:
        """(id, name) of the folder's collection, made as `name` (or "name (2)") if it is new.

        Tandem's `own` two are found by their name, since their folders move with the program and
        the home folder.
        """
        place = CollectionRow.name == name if own else CollectionRow.folder == folder
        with self._database.session() as session:
            found = session.scalar(select(CollectionRow).where(place))
            if found is None:
                taken = {BUILT_IN, ADDED, *session.scalars(select(CollectionRow.name))}
                free = name if own else next(n for n in numbered(name) if n not in taken)
                found = CollectionRow(
                    name=free, folder=folder, builtin=own and name == BUILT_IN, enabled=True
                )
                session.add(found)
                session.flush()
            else:
                found.folder = folder
            return found.id, found.name

    def enable(self, name: str, enabled: bool) -> None:
        """Switch a collection on or off. Raises `UnknownGuide`."""
        with self._database.session() as session:
            _collection(session, name).enabled = enabled

    def drop_collection(self, name: str) -> str | None:
        """Forget a collection and its guides; returns its folder. Raises `UnknownGuide`."""
        with self._database.session() as session:
            row = _collection(session, name)
            session.delete(row)
            return row.folder

    # -- guides --------------------------------------------------------------------------------

    def guides(self, collection: str | None = None) -> list[GuideEntry]:
        """The live guides by collection and path, failed ones and copies among them."""
        query = _entries().where(GuideRow.stage == LIVE, GuideRow.state != "removed")
        if collection is not None:
            query = query.where(CollectionRow.name == collection)
        with self._database.session() as session:
            return [_entry(*row) for row in session.execute(query)]

    def guide(self, guide_id: int) -> StoredGuide:
        """A guide with its text, live or just replaced. Raises `UnknownGuide`."""
        with self._database.session() as session:
            found = session.execute(
                _entries().where(
                    GuideRow.id == guide_id,
                    GuideRow.stage.in_((LIVE, REPLACED)),
                    GuideRow.state != "removed",
                )
            ).one_or_none()
            if found is None:
                raise UnknownGuide(_GONE)
            row: GuideRow = found[0]
            return StoredGuide(
                _entry(*found),
                row.text,
                tuple((tuple(path), start, end, page) for path, start, end, page in row.sections),
                tuple((offset, page) for offset, page in row.pages),
            )

    def known(self, collection_id: int, stage: str) -> dict[str, Known]:
        """What is live, or staged by a sync that did not finish, by path."""
        query = select(
            GuideRow.path,
            GuideRow.id,
            GuideRow.file_hash,
            GuideRow.reader,
            GuideRow.state,
            GuideRow.reason,
        ).where(GuideRow.collection_id == collection_id, GuideRow.stage == stage)
        with self._database.session() as session:
            return {row[0]: Known(*row[1:]) for row in session.execute(query)}

    def stage(self, guides: Sequence[tuple[GuideRow, Sequence[NewChunk]]]) -> None:
        """Write guides that are not live yet, replacing what was staged for the same paths."""
        with self._database.session() as session:
            for guide, _ in guides:
                session.execute(
                    delete(GuideRow).where(
                        GuideRow.collection_id == guide.collection_id,
                        GuideRow.path == guide.path,
                        GuideRow.stage == STAGED,
                    )
                )
            session.add_all([guide for guide, _ in guides])
            session.flush()
            chunks = [
                {"guide_id": guide.id, **chunk._asdict()}
                for guide, listed in guides
                for chunk in listed
            ]
            if chunks:
                session.execute(insert(ChunkRow), chunks)

    def unstage(self, collection_id: int, paths: Iterable[str]) -> None:
        """Drop staged guides whose files have vanished or changed meanwhile."""
        with self._database.session() as session:
            for batch in batches(paths):
                session.execute(
                    delete(GuideRow).where(
                        GuideRow.collection_id == collection_id,
                        GuideRow.stage == STAGED,
                        GuideRow.path.in_(batch),
                    )
                )

    def staged_chunks(self, collection_id: int) -> list[int]:
        """Ids of the chunks that are staged, without signposts."""
        query = (
            select(ChunkRow.id)
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .where(
                GuideRow.collection_id == collection_id,
                GuideRow.stage == STAGED,
                ChunkRow.leads_to.is_(None),
            )
        )
        with self._database.session() as session:
            return list(session.scalars(query))

    def staged_texts(self, collection_id: int) -> dict[str, tuple[str, tuple[str, ...], str]]:
        """(title, heading path, text) of what is staged, by hash; a signpost is its line alone."""
        query = (
            select(ChunkRow.text_hash, EMBEDDED_TITLE, ChunkRow.heading_path, ChunkRow.text)
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .where(GuideRow.collection_id == collection_id, GuideRow.stage == STAGED)
        )
        with self._database.session() as session:
            return {row[0]: (row[1], tuple(row[2]), row[3]) for row in session.execute(query)}

    def failures(self, collection_id: int) -> list[tuple[str, str, str]]:
        """(path, code, reason) of the files that couldn't be read."""
        query = (
            select(GuideRow.path, GuideRow.reason_code, GuideRow.reason)
            .where(
                GuideRow.collection_id == collection_id,
                GuideRow.stage == LIVE,
                GuideRow.state == "failed",
            )
            .order_by(GuideRow.path)
        )
        with self._database.session() as session:
            return [(row[0], row[1], row[2]) for row in session.execute(query)]

    def publish(self, collection_id: int, vanished: Iterable[str]) -> None:
        """Make all that is staged live, at once, instead of what it replaces and what vanished.

        The replaced can be read until the next call: a question that is being answered from the
        state before finds its passages.
        """
        with self._database.session() as session:
            session.execute(delete(GuideRow).where(GuideRow.stage == REPLACED))
            staged = list(
                session.execute(
                    select(GuideRow.id, GuideRow.path).where(
                        GuideRow.collection_id == collection_id, GuideRow.stage == STAGED
                    )
                )
            )
            for batch in batches([*(path for _, path in staged), *vanished]):
                session.execute(
                    update(GuideRow)
                    .where(
                        GuideRow.collection_id == collection_id,
                        GuideRow.stage == LIVE,
                        GuideRow.path.in_(batch),
                    )
                    .values(stage=REPLACED)
                )
            for ids in batches(guide_id for guide_id, _ in staged):
                session.execute(update(GuideRow).where(GuideRow.id.in_(ids)).values(stage=LIVE))

    def with_copies(self, guide_id: int) -> list[GuideEntry]:
        """A live guide and its exact copies in the collection. Raises `UnknownGuide`."""
        with self._database.session() as session:
            row = session.get(GuideRow, guide_id)
            if row is None or row.stage != LIVE or row.state == "removed":
                raise UnknownGuide(_GONE)
            copy = (GuideRow.state == "copy") & (GuideRow.reason == row.path)
            query = _entries().where(
                GuideRow.stage == LIVE,
                GuideRow.collection_id == row.collection_id,
                (GuideRow.id == guide_id) | copy,
            )
            return [_entry(*found) for found in session.execute(query)]

    def forget(self, guide_ids: Sequence[int], for_good: bool) -> None:
        """Take guides out of answers; without `for_good` a mark keeps their files out of syncs."""
        with self._database.session() as session:
            session.execute(delete(GuideRow).where(GuideRow.stage == REPLACED))
            if for_good:
                session.execute(delete(GuideRow).where(GuideRow.id.in_(guide_ids)))
                return
            session.execute(delete(ChunkRow).where(ChunkRow.guide_id.in_(guide_ids)))
            session.execute(
                update(GuideRow)
                .where(GuideRow.id.in_(guide_ids))
                .values(state="removed", text="", sections=[], pages=[])
            )

    # -- chunks --------------------------------------------------------------------------------

    def version(self) -> str:
        """Changes whenever the set of live chunks does."""
        query = (
            select(func.count(), func.max(ChunkRow.id), func.sum(ChunkRow.id))
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .where(GuideRow.stage == LIVE)
        )
        with self._database.session() as session:
            return "-".join(str(part or 0) for part in session.execute(query).one())

    def chunk_count(self) -> int:
        """How many chunks are live."""
        query = (
            select(func.count(ChunkRow.id))
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .where(GuideRow.stage == LIVE, ChunkRow.leads_to.is_(None))
        )
        with self._database.session() as session:
            return session.scalar(query) or 0

    def chunks(self) -> list[IndexedChunk]:
        """Every live chunk and signpost, by id."""
        query = (
            select(
                ChunkRow.id,
                GuideRow.id,
                GuideRow.collection_id,
                GuideRow.title,
                GuideRow.language,
                ChunkRow.heading_path,
                ChunkRow.text,
                ChunkRow.text_hash,
                ChunkRow.position,
                ChunkRow.leads_to,
                GuideRow.path,
            )
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .where(GuideRow.stage == LIVE)
            .order_by(ChunkRow.id)
        )
        with self._database.session() as session:
            return [
                IndexedChunk(*row[:5], tuple(row[5]), row[6], row[7], row[8], row[9], row[10])
                for row in session.execute(query)
            ]

    def rows(self, chunk_ids: Sequence[int]) -> dict[int, tuple[ChunkRow, GuideRow, str]]:
        """Chunk, guide (without its text) and collection name, by chunk id.

        Chunks that were live at the last publishing count, since the searcher may stand there yet.
        """
        from sqlalchemy.orm import defer

        query = (
            select(ChunkRow, GuideRow, CollectionRow.name)
            .join(GuideRow, GuideRow.id == ChunkRow.guide_id)
            .join(CollectionRow, CollectionRow.id == GuideRow.collection_id)
            .options(defer(GuideRow.text), defer(GuideRow.sections), defer(GuideRow.pages))
            .where(GuideRow.stage != STAGED, ChunkRow.id.in_(list(chunk_ids)))
        )
        with self._database.session() as session:
            return {row[0].id: (row[0], row[1], row[2]) for row in session.execute(query)}


EMBEDDED_TITLE = case((ChunkRow.leads_to.is_(None), GuideRow.title), else_="")
"""The title that is embedded with a chunk; a signpost stands for itself."""

_GONE = "This guide is no longer in the library. Look at the list anew."


def numbered(name: str, ending: str = "") -> Iterator[str]:
    """The name itself, then "name (2)" and so on, with the ending after the number."""
    yield name + ending
    for number in count(2):
        yield f"{name} ({number}){ending}"


def _collection(session: Session, name: str) -> CollectionRow:
    row = session.scalar(select(CollectionRow).where(CollectionRow.name == name))
    if row is None:
        raise UnknownGuide(f"There is no collection named {name!r}. See `tandem guides list`.")
    return row


def _entries() -> Select[GuideRow, str, int]:
    counted = (
        select(ChunkRow.guide_id, func.count().label("n"))
        .where(ChunkRow.leads_to.is_(None))
        .group_by(ChunkRow.guide_id)
        .subquery()
    )
    return (
        select(GuideRow, CollectionRow.name, func.coalesce(counted.c.n, 0))
        .join(CollectionRow, CollectionRow.id == GuideRow.collection_id)
        .outerjoin(counted, counted.c.guide_id == GuideRow.id)
        .order_by(CollectionRow.builtin.desc(), CollectionRow.name, GuideRow.path)
    )


def _entry(row: GuideRow, collection: str, chunks: int) -> GuideEntry:
    return GuideEntry(
        row.id,
        collection,
        row.path,
        row.title,
        row.language,
        chunks,
        row.added,
        row.state,
        row.reason_code,
        row.reason,
    )
