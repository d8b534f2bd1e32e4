"""Chats that stay: kept in the store, listed, searched, exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from assistant.errors import UnknownGuide
from assistant.store.database import Database
from assistant.store.tables import ConversationRow, MessageRow, now
from assistant.words import storable

LONGEST_TITLE = 60
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Conversation:
    """A line of the list at the side."""

    id: int
    title: str
    updated: datetime


@dataclass(frozen=True)
class Message:
    """A stored message; `answer` is an Answer as JSON data, `rating` is up, down or None."""

    id: int
    role: Literal["user", "assistant"]
    content: str
    answer: dict[str, Any] | None
    rating: str | None
    reason: str | None


class Conversations:
    """The store of chats. Methods raise `UnknownGuide` for a chat that is gone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, search: str = "") -> Sequence[Conversation]:
        """Newest first; `search` is looked for in titles and messages."""
        query = select(ConversationRow).order_by(
            ConversationRow.updated.desc(), ConversationRow.id.desc()
        )
        wanted = storable(search)[:LONGEST_SEARCH].strip()
        if wanted:
            like = f"%{_escaped(wanted)}%"
            hit = select(MessageRow.conversation_id).where(
                MessageRow.content.ilike(like, escape="\\")
            )
            query = query.where(
                or_(ConversationRow.title.ilike(like, escape="\\"), ConversationRow.id.in_(hit))
            )
        with self._database.session() as session:
            return [_conversation(row) for row in session.scalars(query)]

    def create(self, title: str = "") -> Conversation:
        """Begin a chat."""
        with self._database.session() as session:
            row = ConversationRow(title=_shortened(title))
            session.add(row)
            session.flush()
            return _conversation(row)

    def rename(self, conversation_id: int, title: str) -> None:
        """Give a chat a title; an empty one is ignored."""
        with self._database.session() as session:
            row = _existing(session, conversation_id)
            row.title = _shortened(title) or row.title

    def delete(self, conversation_id: int) -> None:
        """Delete a chat with its messages and ratings, for good."""
        with self._database.session() as session:
            session.delete(_existing(session, conversation_id))

    def messages(self, conversation_id: int) -> Sequence[Message]:
        """The messages in order."""
        with self._database.session() as session:
            _existing(session, conversation_id)
            rows = session.scalars(
                select(MessageRow)
                .where(MessageRow.conversation_id == conversation_id)
                .order_by(MessageRow.id)
            )
            return [_message(row) for row in rows]

    def append(
        self,
        conversation_id: int,
        role: Literal["user", "assistant"],
        content: str,
        answer: dict[str, Any] | None = None,
    ) -> Message:
        """Add a message; the first question titles an untitled chat."""
        with self._database.session() as session:
            conversation = _existing(session, conversation_id)
            conversation.updated = now()
            if role == "user" and not conversation.title:
                conversation.title = _shortened(content)
            row = MessageRow(
                conversation_id=conversation_id,
                role=role,
                content=storable(content),
                answer=answer,
            )
            session.add(row)
            session.flush()
            return _message(row)

    def truncate(self, conversation_id: int, message_id: int) -> None:
        """Drop a message and all after it, so that a question can be asked anew."""
        with self._database.session() as session:
            _existing(session, conversation_id)
            session.execute(
                delete(MessageRow).where(
                    MessageRow.conversation_id == conversation_id, MessageRow.id >= message_id
                )
            )

    def rate(self, message_id: int, rating: Literal["up", "down"] | None, reason: str = "") -> None:
        """Keep a thumb, with an optional reason; None takes it back."""
        with self._database.session() as session:
            row = session.get(MessageRow, message_id)
            if row is None:
                raise UnknownGuide("This answer is no longer there.")
            row.rating = rating
            row.reason = storable(reason.strip()) or None

    def export_markdown(self, conversation_id: int) -> str:
        """The chat as Markdown, each answer followed by its sources."""
        with self._database.session() as session:
            title = _existing(session, conversation_id).title
        parts = [f"# {title}"]
        for message in self.messages(conversation_id):
            name = "Tandem" if message.role == "assistant" else "•"
            parts.append(f"**{name}**\n\n{message.content}")
            parts += _sources(message.answer)
        return "\n\n".join(parts) + "\n"


def _sources(answer: dict[str, Any] | None) -> list[str]:
    lines: dict[int, str] = {}
    for citation in (answer or {}).get("citations", ()):
        passage = citation["passage"]
        where = " › ".join([passage["title"], *passage["heading_path"]])
        page = f", p. {passage['page']}" if passage["page"] else ""
        lines[citation["number"]] = f"[{citation['number']}] {where}{page} ({passage['path']})"
    return ["\n".join(f"- {line}" for _, line in sorted(lines.items()))] if lines else []


def _existing(session: Session, conversation_id: int) -> ConversationRow:
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise UnknownGuide("This conversation is no longer there. Begin a new one.")
    return row


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(row.id, row.title, row.updated)


def _message(row: MessageRow) -> Message:
    role: Literal["user", "assistant"] = "user" if row.role == "user" else "assistant"
    return Message(row.id, role, row.content, row.answer, row.rating, row.reason)


def _shortened(title: str) -> str:
    line = " ".join(storable(title).split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
