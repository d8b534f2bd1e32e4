"""Conversations behind the page: each answer reaches its own, whatever people do meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from assistant.answering.answer import Answer
from assistant.conversations import Conversations
from assistant.errors import UnknownGuide
from assistant.store.database import Database
from ui.asking import LONGEST_QUESTION, Asking, QuestionError
from ui.chat import ChatHandlers, Watch
from ui.labels import labels

EN = labels("en")


class Echo:
    """An assistant that says the question back, word by word, with the real store behind it."""

    warm = True

    def __init__(self, url: str) -> None:
        self.conversations = Conversations(Database(url))
        self.library = SimpleNamespace(guide=self._no_guide)
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False

    def respond(self, messages) -> Iterator[Answer]:
        self.gate.wait(10)
        if self.broken:
            raise RuntimeError("secret /home/kim")
        words = messages[-1]["content"].split()
        for count in range(1, len(words) + 1):
            time.sleep(0.002)
            yield Answer(" ".join(words[:count]), "en", "question", partial=count < len(words))

    def _no_guide(self, guide_id: int):
        raise UnknownGuide(str(guide_id))


@pytest.fixture
def echo(tmp_path) -> Echo:
    return Echo(f"sqlite:///{tmp_path / 'tandem.db'}")


def last(asking: Asking, conversation: int) -> str:
    """The last message, once no answer is growing any more."""
    for _ in range(1000):
        if not asking.answering(conversation):
            return asking.now(conversation, EN)[-1]["content"]
        time.sleep(0.01)
    raise AssertionError("the answer never ended")


def test_eight_people_at_once_get_their_own_answers(echo):
    asking = Asking(echo)
    seen: dict[int, str] = {}

    def person(number: int) -> None:
        conversation = None
        for turn in range(3):
            text = f"person {number} turn {turn} " + "word " * 20
            conversation = asking.ask(conversation, text, EN)
            seen[number] = last(asking, conversation)
            assert f"person {number} turn {turn}" in seen[number]
        stored = echo.conversations.messages(conversation)
        assert len(stored) == 6
        assert all(f"person {number} " in message.content for message in stored)

    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            person(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(seen) == 8


def test_an_answer_is_kept_though_nobody_watches(echo):
    asking = Asking(echo)
    conversation = asking.ask(None, "hello there", EN)
    for _ in range(100):
        if len(echo.conversations.messages(conversation)) == 2:
            break
        time.sleep(0.02)
    assert echo.conversations.messages(conversation)[1].content == "hello there"


def test_whoever_leaves_a_growing_answer_finds_it_whole_later(echo):
    asking = Asking(echo)
    do, watch = ChatHandlers(asking), Watch()
    echo.gate.clear()
    do.ask("first question", "", watch, "en")
    assert "Looking in the guides" in do.look(watch, "en")[-1]["content"]
    conversation = watch.conversation
    do.start("", watch, "en")
    assert do.look(watch, "en") == []
    echo.gate.set()
    assert "first question" in last(asking, conversation)


@pytest.mark.parametrize("text", ["", "   ", "\n\t ", "x" * (LONGEST_QUESTION + 1)])
def test_empty_and_endless_questions_are_refused_and_stay_in_the_box(echo, text):
    asking = Asking(echo)
    with pytest.raises(QuestionError):
        asking.ask(None, text, EN)
    assert echo.conversations.list() == []
    watch = Watch()
    box, notice, _ = ChatHandlers(asking).ask(text, "", watch, "de")
    assert box == text
    assert watch.conversation is None
    assert "notice" in notice


@pytest.mark.parametrize(
    "text", ["🙂🙂", "\ud800 lone", "\u202e bidi", "a\x00b", "'; DROP TABLE x;--"]
)
def test_odd_characters_are_answered(echo, text):
    asking = Asking(echo)
    conversation = asking.ask(None, text, EN)
    assert "failed" not in last(asking, conversation)


def test_a_failure_says_a_sentence_and_the_question_can_be_asked_again(echo):
    asking = Asking(echo)
    echo.broken = True
    conversation = asking.ask(None, "hello there", EN)
    shown = last(asking, conversation)
    assert EN("answer.failed") in shown
    assert "secret" not in shown
    echo.broken = False
    question = echo.conversations.messages(conversation)[0].id
    asking.ask_again(conversation, question, EN)
    assert "hello there" in last(asking, conversation)
    assert len(echo.conversations.messages(conversation)) == 2


def test_a_second_question_waits_for_the_first_answer(echo):
    asking = Asking(echo)
    echo.gate.clear()
    conversation = asking.ask(None, "first", EN)
    with pytest.raises(QuestionError):
        asking.ask(conversation, "second", EN)
    echo.gate.set()
    assert "first" in last(asking, conversation)
    asking.ask(conversation, "second", EN)
    assert "second" in last(asking, conversation)


def test_a_stopped_answer_leaves_the_conversation_usable(echo):
    asking = Asking(echo)
    conversation = asking.ask(None, "word " * 700, EN)
    time.sleep(0.1)
    asking.stop(conversation)
    kept = echo.conversations.messages(conversation)[-1]
    assert 0 < len(kept.content.split()) < 700
    asking.ask(conversation, "next", EN)
    assert "next" in last(asking, conversation)


def test_a_waking_assistant_says_so(echo):
    asking = Asking(echo)
    echo.warm = False
    echo.gate.clear()
    conversation = asking.ask(None, "hello", EN)
    assert EN("answer.waking") in asking.now(conversation, EN)[-1]["content"]
    echo.gate.set()


def test_changing_a_question_replaces_what_came_after(echo):
    asking = Asking(echo)
    conversation = asking.ask(None, "one", EN)
    last(asking, conversation)
    question = echo.conversations.messages(conversation)[0].id
    asking.ask(conversation, "two", EN, replaces=question)
    last(asking, conversation)
    assert [m.content for m in echo.conversations.messages(conversation)] == ["two", "two"]


def test_a_deleted_conversation_is_gone_even_while_it_is_answered(echo):
    asking = Asking(echo)
    echo.gate.clear()
    conversation = asking.ask(None, "one", EN)
    do, watch = ChatHandlers(asking), Watch(conversation)
    threading.Timer(0.2, echo.gate.set).start()
    do.delete(str(conversation), "", watch, "en")
    assert watch.conversation is None
    assert echo.conversations.list() == []
    notice, _ = do.open(str(conversation), "", watch, "en")
    assert watch.conversation is None
    assert EN("conversations.gone") in notice
