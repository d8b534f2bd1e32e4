"""Conversations behind the page: each answer reaches its own, whatever people do meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from assistant.answering.answer import Answer
from assistant.conversations import Conversations
from assistant.errors import StorageError, UnknownGuide
from assistant.safety.assessing import Assessor
from assistant.settings import Settings
from assistant.store.database import Database
from ui.asking import LONGEST_QUESTION, Asking, QuestionError, Sitting
from ui.chat import ChatHandlers, Watch
from ui.labels import labels

EN = labels("en")


class Echo:
    """An assistant that says the question back, word by word, with the real store behind it."""

    warm = True

    def __init__(self, url: str) -> None:
        self.conversations = Conversations(Database(url))
        self.settings = Settings()
        self.library = SimpleNamespace(guide=self._no_guide)
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False
        self.kind = "question"

    def respond(self, messages, country=None) -> Iterator[Answer]:
        self.country = country
        self.gate.wait(10)
        if self.broken:
            raise RuntimeError("secret /home/kim")
        words = messages[-1]["content"].split()
        for count in range(1, len(words) + 1):
            time.sleep(0.002)
            yield Answer(" ".join(words[:count]), "en", self.kind, partial=count < len(words))

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


def test_the_next_question_is_taken_as_soon_as_an_answer_is_shown_whole(echo, monkeypatch):
    asking, append = Asking(echo), echo.conversations.append

    def slowly(*given):
        append(*given)
        time.sleep(0.3)  # as a database does that tidies up after it has kept something

    monkeypatch.setattr(echo.conversations, "append", slowly)
    conversation = asking.ask(None, "hello there", EN)
    while "growing" in asking.now(conversation, EN)[-1]["content"]:
        time.sleep(0.01)
    assert asking.ask(conversation, "and now?", EN) == conversation


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


@pytest.mark.usefixtures("by_rules_alone")
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


# -- what is said of its own accord, and help when nothing can be kept ---------------------------


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)


NIGHT = datetime(2026, 11, 27, 22, 5, tzinfo=timezone(timedelta(hours=1)))


def asides(echo: Echo, conversation: int) -> list[str]:
    answer = echo.conversations.messages(conversation)[-1].answer
    assert answer is not None
    return [one["pause"] for one in answer["asides"]]


def test_each_conversation_begins_with_what_tandem_is_and_it_stays(echo):
    asking = Asking(echo, Clock(NIGHT.replace(hour=12)))
    sitting = Sitting()
    one = asking.ask(None, "hello", EN, sitting=sitting)
    assert "a machine" in last(asking, one)
    asking.ask(one, "and then", EN, sitting=sitting)
    last(asking, one)
    assert asides(echo, one) == []
    two = asking.ask(None, "another", EN, sitting=sitting)
    last(asking, two)
    assert asides(echo, two) == ["machine"]
    again = Asking(echo).now(one, EN)
    assert "a machine" in again[1]["content"], "it is stored with the answer"
    assert "a machine" not in again[3]["content"]


def test_at_night_a_break_is_suggested_once_an_hour_across_conversations(echo):
    clock, sitting = Clock(NIGHT), Sitting()
    asking = Asking(echo, clock)
    told = []
    for _ in range(8):
        conversation = asking.ask(None, "hello", EN, sitting=sitting)
        last(asking, conversation)
        told.append("break" in asides(echo, conversation))
        clock.on(20)
    assert told == [False, False, False, True, False, False, True, False]


def test_a_page_that_was_reloaded_knows_from_the_conversation_how_long_it_has_been(echo):
    clock = Clock(NIGHT)
    conversation = None
    for _ in range(4):
        asking = Asking(echo, clock)
        conversation = asking.ask(conversation, "hello", EN, sitting=Sitting())
        last(asking, conversation)
        clock.on(25)
    assert asides(echo, conversation) == ["break"]


@pytest.mark.parametrize("kind", ["crisis", "small_talk"])
def test_nothing_stands_beside_help_or_small_talk(echo, kind):
    clock, sitting = Clock(NIGHT), Sitting()
    asking = Asking(echo, clock)
    echo.kind = kind
    conversation = None
    for _ in range(5):
        conversation = asking.ask(conversation, "hello", EN, sitting=sitting)
        assert "aside" not in last(asking, conversation)
        clock.on(20)
    echo.kind = "question"
    asking.ask(conversation, "hello", EN, sitting=sitting)
    last(asking, conversation)
    first = [] if kind == "crisis" else ["machine"]
    assert asides(echo, conversation) == [*first, "break"]


def test_the_country_of_the_person_reaches_the_answer(echo):
    asking, watch = Asking(echo), Watch()
    ChatHandlers(asking).ask("hello", "", watch, "en", "AT")
    last(asking, watch.conversation)
    assert echo.country == "AT"
    wish = '{"do": "ask", "text": "hello"}'
    ChatHandlers(asking).act(wish, "", "", Watch(), "en", "CH")
    time.sleep(0.2)
    assert echo.country == "CH"


@pytest.fixture
def by_rules_alone(monkeypatch):
    """The safety check as it is where the classifier can't be had: tests needn't load it."""
    monkeypatch.setattr("assistant.conversation.built_in_assessor", Assessor)


@pytest.mark.usefixtures("by_rules_alone")
def test_help_is_shown_though_the_database_is_broken(echo, monkeypatch):
    def refused(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(echo.conversations, "create", refused)
    do, watch = ChatHandlers(Asking(echo)), Watch()
    box, notice, _ = do.ask("I want to kill myself tonight", "", watch, "en", "AT")
    assert 'Call <a href="tel:112">' in notice
    assert "147" in notice
    assert EN("error.not_kept") in notice
    assert box == "I want to kill myself tonight", "nothing that was written is lost"
    with pytest.raises(StorageError):
        do.ask("How do I listen actively?", "", watch, "en")


@pytest.mark.usefixtures("by_rules_alone")
def test_help_is_shown_though_the_database_is_locked(echo, monkeypatch):
    monkeypatch.setattr("ui.chat.HELP_AFTER", 0.05)
    create, lock = echo.conversations.create, threading.Event()

    def slow():
        lock.wait(10)
        return create()

    monkeypatch.setattr(echo.conversations, "create", slow)
    do, watch = ChatHandlers(Asking(echo)), Watch()
    _, notice, _ = do.ask("I want to kill myself tonight", "", watch, "en")
    assert 'Call <a href="tel:112">' in notice
    lock.set()


@pytest.mark.usefixtures("by_rules_alone")
def test_help_is_shown_though_the_message_is_too_long(echo):
    do, watch = ChatHandlers(Asking(echo)), Watch()
    text = "I want to kill myself tonight. " + "word " * 1000
    box, notice, _ = do.ask(text, "", watch, "en")
    assert 'Call <a href="tel:112">' in notice
    assert "4,000" in notice
    assert box == text
