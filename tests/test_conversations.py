"""Chats that stay, on a real SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.conversations import Conversations
from assistant.errors import UnknownGuide
from assistant.store.database import Database

ANSWER: dict[str, Any] = {
    "text": "Wait three breaths. [1]",
    "citations": [
        {
            "number": 1,
            "passage": {
                "title": "Listening",
                "heading_path": ["Silence"],
                "page": 3,
                "path": "en/listening.md",
            },
        }
    ],
}


@pytest.fixture
def chats(tmp_path: Path) -> Iterator[Conversations]:
    store = Database(f"sqlite:///{tmp_path / 'tandem.db'}")
    yield Conversations(store)
    store.close()


def titles(chats: Conversations, search: str = "") -> list[str]:
    return [chat.title for chat in chats.list(search)]


def test_the_first_question_titles_a_chat_and_the_newest_comes_first(chats: Conversations) -> None:
    first, second = chats.create(), chats.create("Named")
    chats.append(second.id, "user", "Not the title")
    chats.append(first.id, "user", "How do I   listen?\nReally")
    chats.append(first.id, "user", "Another")
    assert titles(chats) == ["How do I listen? Really", "Named"]


def test_a_long_title_is_shortened(chats: Conversations) -> None:
    chat = chats.create("word " * 40)
    assert len(chat.title) <= 60 and chat.title.endswith("…")


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("100 %", ["100 % sure"]),
        ("%", ["100 % sure"]),
        ("snake_case", ["snake_case"]),
        ("_", ["snake_case"]),
        ("back\\slash", ["back\\slash"]),
        ("ÜBUNG", ["Die Übung"]),
        ("übung", ["Die Übung"]),
        ("u\u0308bung", ["Die Übung"]),
        ("STRASSE", ["Straße"]),
        ("heron", ["plain"]),
        ("  Heron ", ["plain"]),
        ("nowhere", []),
        ("'; DROP TABLE messages; --", []),
        ("x" * 100_000, []),
        ("heron\ud800", []),
        ("heron\x00", ["plain"]),
    ],
)
def test_search_looks_for_just_what_is_typed(
    chats: Conversations, search: str, expected: list[str]
) -> None:
    for title in ("100 % sure", "snake_case", "back\\slash", "Die Übung", "Straße", "plain"):
        chats.create(title)
    chats.append(chats.list()[0].id, "assistant", "A Heron stands.")
    assert titles(chats, search) == expected


def test_an_empty_search_lists_all(chats: Conversations) -> None:
    chats.create("one")
    assert titles(chats, "  ") == titles(chats, "\x00") == ["one"]


def test_rename_and_delete(chats: Conversations) -> None:
    kept, gone = chats.create("Kept"), chats.create("Gone")
    message = chats.append(gone.id, "user", "Hello")
    chats.rename(kept.id, "  New   name ")
    chats.rename(kept.id, "   ")
    chats.delete(gone.id)
    assert titles(chats) == ["New name"] and titles(chats, "Hello") == []
    with pytest.raises(UnknownGuide):
        chats.rate(message.id, "up")


def test_truncate_drops_a_message_and_all_after_it_in_its_chat_only(chats: Conversations) -> None:
    one, other = chats.create(), chats.create()
    first = chats.append(one.id, "user", "1")
    second = chats.append(one.id, "assistant", "2")
    chats.append(other.id, "user", "other")
    chats.append(one.id, "user", "3")
    chats.truncate(one.id, second.id)
    assert [m.id for m in chats.messages(one.id)] == [first.id]
    assert len(chats.messages(other.id)) == 1
    assert chats.append(one.id, "assistant", "anew").id > second.id + 2, "ids never come twice"


def test_rating_is_kept_changed_and_taken_back(chats: Conversations) -> None:
    chat = chats.create()
    message = chats.append(chat.id, "assistant", "Hm.", ANSWER)
    chats.rate(message.id, "down", "  too long\ud800 ")
    [stored] = chats.messages(chat.id)
    assert (stored.rating, stored.reason, stored.answer) == ("down", "too long?", ANSWER)
    chats.rate(message.id, None)
    [stored] = chats.messages(chat.id)
    assert (stored.rating, stored.reason) == (None, None)


def test_export_names_who_speaks_and_the_sources(chats: Conversations) -> None:
    chat = chats.create("Zuhören")
    chats.append(chat.id, "user", "How?")
    chats.append(chat.id, "assistant", ANSWER["text"], ANSWER)
    assert chats.export_markdown(chat.id) == (
        "# Zuhören\n\n**•**\n\nHow?\n\n**Tandem**\n\nWait three breaths. [1]\n\n"
        "- [1] Listening › Silence, p. 3 (en/listening.md)\n"
    )


def test_what_databases_refuse_is_left_out(chats: Conversations) -> None:
    chat = chats.create("ti\x00tle\ud800")
    chats.append(chat.id, "user", "a\x00b\ud800c\U0001f600‮")
    chats.append(chat.id, "assistant", "x", {"text": "a\x00b\ud800", "citations": []})
    assert chats.list()[0].title == "title?"
    assert chats.messages(chat.id)[0].content == "ab?c\U0001f600‮"
    assert "ab?c" in chats.export_markdown(chat.id)


def test_a_megabyte_is_kept_whole(chats: Conversations) -> None:
    chat = chats.create()
    chats.append(chat.id, "user", "ü" * 1_000_000)
    assert len(chats.messages(chat.id)[0].content) == 1_000_000


def test_a_chat_that_is_gone_is_said_to_be(chats: Conversations) -> None:
    chat = chats.create()
    chats.delete(chat.id)
    for use in (
        lambda: chats.messages(chat.id),
        lambda: chats.rename(chat.id, "x"),
        lambda: chats.delete(chat.id),
        lambda: chats.append(chat.id, "user", "x"),
        lambda: chats.truncate(chat.id, 1),
        lambda: chats.export_markdown(chat.id),
    ):
        with pytest.raises(UnknownGuide, match="no longer there"):
            use()
