"""The tables. A change here needs a migration beside it; a test compares the two."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

STAGED, LIVE, REPLACED = "staged", "live", "replaced"
"""Stages of a guide's row."""


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


class Table(DeclarativeBase):
    """Root of the tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class CollectionRow(Table):
    """A set of guides that came together: built-in, added in the page, or one folder."""

    __tablename__ = "collections"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    folder: Mapped[str | None] = mapped_column(Text)
    builtin: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)


class GuideRow(Table):
    """One file of a collection.

    Rows are written as staged while a sync works, and all of them become live in one transaction.
    What they replace stays readable as replaced until the next sync publishes, for answers that
    are being written meanwhile. `state` is indexed, failed, copy (same bytes as another file of
    the collection) or removed (taken out by a person, though the file is still there).
    """

    __tablename__ = "guides"
    __table_args__ = (
        Index("ix_guides_place", "collection_id", "path", "stage", unique=True),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(String(10), default=STAGED)
    file_hash: Mapped[str] = mapped_column(String(64))
    reader: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    reason_code: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    sections: Mapped[list[Any]] = mapped_column(JSON, default=list)
    pages: Mapped[list[Any]] = mapped_column(JSON, default=list)
    added: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class ChunkRow(Table):
    """A piece of a guide that fits the encoder; `text` is the guide's text from start to end.

    A signpost is a row too: `text` is a line that people ask, `leads_to` the position of the chunk
    of the same guide that answers it, whose start and end it has. Ids are never used twice, so an
    index entry of a removed chunk can't name another one.
    """

    __tablename__ = "chunks"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guides.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    heading_path: Mapped[list[str]] = mapped_column(JSON)
    page: Mapped[int | None]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64), index=True)
    leads_to: Mapped[int | None] = mapped_column(default=None)


class VectorRow(Table):
    """The embedding of a text (by its hash) by one model (by its fingerprint): float32 bytes."""

    __tablename__ = "vectors"
    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    model: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class ConversationRow(Table):
    """A chat, listed at the side of the page."""

    __tablename__ = "conversations"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, index=True)


class MessageRow(Table):
    """One message of a conversation; `answer` is the whole Answer as JSON data."""

    __tablename__ = "messages"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(10))
    content: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    rating: Mapped[str | None] = mapped_column(String(4))
    reason: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class MenteeRow(Table):
    """A mentee under a name of the mentor's choosing; `name_key` is what makes it the only one.

    Here and in the tables that lead here, people's own words stand in `name`, `name_key` and in
    columns called `texts`, nowhere else.
    """

    __tablename__ = "mentees"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    age: Mapped[int | None]
    planned_meetings: Mapped[int | None]
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class SessionLogRow(Table):
    """A meeting that was held; `texts` holds what happened, was agreed and was felt."""

    __tablename__ = "session_logs"
    __table_args__ = (
        Index("ix_session_logs_place", "mentee_id", "number", unique=True),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    mentee_id: Mapped[int] = mapped_column(ForeignKey("mentees.id", ondelete="CASCADE"))
    number: Mapped[int]
    held_on: Mapped[date] = mapped_column(Date)
    felt: Mapped[int | None]
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class PlanRow(Table):
    """A kept session plan, for a mentee or for nobody in particular."""

    __tablename__ = "plans"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    mentee_id: Mapped[int | None] = mapped_column(
        ForeignKey("mentees.id", ondelete="CASCADE"), index=True
    )
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class PlanVersionRow(Table):
    """One version of a plan, never changed; `texts` is the whole SessionPlan as JSON data."""

    __tablename__ = "plan_versions"
    plan_id: Mapped[int] = mapped_column(
        ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
