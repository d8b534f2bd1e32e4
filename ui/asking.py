"""Conversations in the page: asking, looking at a growing answer, opening sources.

Nothing here knows of Gradio. What a conversation holds is in the store; what is being answered is
kept by conversation, so that an answer reaches its own conversation whoever watches, or nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from assistant.answering.answer import Answer, to_json
from assistant.conversation import human_help
from assistant.errors import AssistantError, UnknownGuide
from assistant.safety.pauses import Pause, Use, pauses, said, used
from assistant.words import reply
from ui import page, reading, rendering
from ui.labels import Labels
from ui.running import Running, RunningWork, StoppedError

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.conversations import Message

LONGEST_QUESTION = 4_000
"""Characters of a question."""

LAST_STEP = 5.0
"""Seconds that an answer waits, once kept, for the work behind it to end."""

Thread = list[dict[str, str]]
"""Messages as Gradio's chat window takes them: role, and content as HTML."""


class QuestionError(AssistantError):
    """A question that is not asked; the text says why, for the person."""


@dataclass
class Sitting:
    """How long one open page has been in use; None before the first question."""

    use: Use | None = None


def _now() -> datetime:
    return datetime.now().astimezone()


class Asking:
    """The chat page's work on conversations."""

    def __init__(self, tandem: Assistant, clock: Callable[[], datetime] = _now) -> None:
        self._tandem, self._clock = tandem, clock
        self._running: RunningWork[Answer] = RunningWork()

    def ask(
        self,
        conversation: int | None,
        text: str,
        labels: Labels,
        *,
        replaces: int | None = None,
        country: str | None = None,
        sitting: Sitting | None = None,
    ) -> int:
        """Keep the question, begin to answer it, and return its conversation.

        `replaces` is a question of that conversation: it and all after it are dropped first.
        `country` is the person's own, for help lines; `sitting` the page's, so that a break can be
        suggested after an hour of use, whatever conversations it was used for.
        Raises `QuestionError` for a question that is empty, too long, or asked during an answer.
        """
        text = text.strip()
        if not text:
            raise QuestionError(labels("composer.empty"))
        if len(text) > LONGEST_QUESTION:
            figures = {"length": len(text), "limit": LONGEST_QUESTION}
            shown = {name: labels.number(figure) for name, figure in figures.items()}
            raise QuestionError(labels("composer.too_long", **shown))
        store = self._tandem.conversations
        if conversation is None:
            conversation = store.create().id
        elif self.answering(conversation):
            raise QuestionError(labels("composer.busy"))
        if replaces is not None:
            store.truncate(conversation, replaces)
        store.append(conversation, "user", text)
        work = self._answering(conversation, country, sitting or Sitting())
        if self._running.start(conversation, work) is None:
            raise QuestionError(labels("composer.busy"))
        return conversation

    def help_first(self, text: str, country: str | None) -> Answer | None:
        """The answer to a person at risk, made without the store; None for any other question."""
        return human_help(text, self._tandem.settings, country)

    def ask_again(
        self,
        conversation: int,
        question: int,
        labels: Labels,
        *,
        country: str | None = None,
        sitting: Sitting | None = None,
    ) -> int:
        """Answer a question of the conversation anew."""
        for message in self._tandem.conversations.messages(conversation):
            if message.id == question and message.role == "user":
                return self.ask(
                    conversation, message.content, labels,
                    replaces=question, country=country, sitting=sitting,
                )  # fmt: skip
        raise UnknownGuide("This question is no longer there.")

    def answering(self, conversation: int) -> bool:
        """Whether an answer is growing there."""
        running = self._running.get(conversation)
        return running is not None and running.going_on

    def stop(self, conversation: int | None) -> None:
        """End a growing answer; what there is of it is kept."""
        running = None if conversation is None else self._running.get(conversation)
        if running is not None:
            running.stop()
            running.wait(seconds=2)

    def _answering(
        self, conversation: int, country: str | None, sitting: Sitting
    ) -> Callable[[Callable[[Answer], None]], None]:
        store = self._tandem.conversations
        messages = store.messages(conversation)
        history = [{"role": message.role, "content": message.content} for message in messages]
        now = self._clock()
        sitting.use = used(_latest(sitting.use, _kept_use(messages)), now)

        def work(take: Callable[[Answer], None]) -> None:
            answer = None
            try:
                for answer in self._tandem.respond(history, country=country):
                    take(answer)
            except StoppedError:
                pass
            if answer is not None:
                kept = to_json(answer) | _asides(answer, messages, sitting, now)
                store.append(conversation, "assistant", answer.text, kept)

        return work

    def now(self, conversation: int | None, labels: Labels) -> Thread:
        """The conversation as it stands; an answer that is growing is its last message."""
        if conversation is None:
            return []
        running = self._running.get(conversation)
        if running is None or not running.going_on:
            return self._whole(conversation, running, labels)
        thread = self._thread(conversation, labels, growing=True)
        if thread[-1]["role"] == "user":
            thread.append(self._growing(running.latest, labels))
            return thread
        # Kept, but its last step isn't done: shown already, it would refuse the next question.
        running.wait(LAST_STEP)
        return self._whole(conversation, running, labels)

    def _growing(self, answer: Answer | None, labels: Labels) -> dict[str, str]:
        if answer is None:
            key = "answer.looking" if self._tandem.warm else "answer.waking"
            return _said("assistant", rendering.waiting_html(labels(key)))
        html = rendering.answer_html(to_json(answer), labels, growing=True)
        return _said("assistant", html)

    def _whole(self, conversation: int, running: Running[Answer] | None, labels: Labels) -> Thread:
        thread = self._thread(conversation, labels)
        messages = self._tandem.conversations.messages(conversation)
        unanswered = bool(messages) and messages[-1].role == "user"
        latest = running.latest if running and running.error else None
        if unanswered and latest and latest.kind == "crisis":
            # Help is shown though it could not be kept.
            thread.append(_said("assistant", rendering.answer_html(to_json(latest), labels)))
        elif unanswered and (running is None or not running.going_on):
            key = "answer.stopped" if running and running.stopped else "answer.failed"
            html = rendering.failed_html(labels(key), labels, messages[-1].id)
            thread.append(_said("assistant", html))
        return thread

    def _thread(self, conversation: int, labels: Labels, *, growing: bool = False) -> Thread:
        messages = self._tandem.conversations.messages(conversation)
        questions = [message.id for message in messages if message.role == "user"]
        thread: Thread = []
        for message in messages:
            is_last = message.id == messages[-1].id and not growing
            if message.role == "user":
                last = message.id == questions[-1] and not growing
                html = rendering.question_html(message.content, labels, message.id, last=last)
            else:
                html = rendering.answer_html(
                    message.answer or _plain(message.content),
                    labels,
                    message_id=message.id,
                    question_id=questions[-1] if questions else None,
                    last=is_last,
                    rating=message.rating,
                )
            thread.append(_said(message.role, html))
        return thread

    def exists(self, conversation: int) -> bool:
        """Whether the conversation is still there."""
        try:
            self._tandem.conversations.messages(conversation)
        except UnknownGuide:
            return False
        return True

    def rename(self, conversation: int, title: str) -> None:
        """Give a conversation another title."""
        self._tandem.conversations.rename(conversation, title)

    def delete(self, conversation: int) -> None:
        """Delete a conversation; an answer growing there ends."""
        self.stop(conversation)
        self._tandem.conversations.delete(conversation)

    def rate(self, message: int, rating: Literal["up", "down"] | None, reason: str) -> None:
        """Keep what a person thought of an answer."""
        self._tandem.conversations.rate(message, rating, reason[:LONGEST_QUESTION])

    def list_html(self, search: str, current: int | None, labels: Labels) -> str:
        """The conversations at the side."""
        rows = self._tandem.conversations.list(search)
        now = datetime.now().astimezone()
        return page.conversations_html(
            rows, current, labels, searched=bool(search.strip()), now=now
        )

    def source(self, conversation: int | None, reference: str, labels: Labels) -> str:
        """The panel for a source: ``m<message>:<number>[:<turn>]`` or ``g<guide>:<from>:<to>``."""
        kind, parts = reference[:1], [int(part) for part in reference[1:].split(":")]
        if kind == "g":
            return self._place(parts[0], [(parts[1], parts[2], "cited")], labels)
        citations = self._citations(conversation, parts[0], parts[1])
        turn = parts[2] if len(parts) > 2 else 0
        return self._cited(citations, citations[min(turn, len(citations) - 1)], labels)

    def _citations(
        self, conversation: int | None, message_id: int, number: int
    ) -> list[Mapping[str, Any]]:
        if conversation is not None:
            for message in self._tandem.conversations.messages(conversation):
                if message.id == message_id and message.answer:
                    found = [c for c in message.answer["citations"] if c["number"] == number]
                    if found:
                        return found
        raise UnknownGuide("This source is no longer there.")

    def _cited(
        self, citations: list[Mapping[str, Any]], chosen: Mapping[str, Any], labels: Labels
    ) -> str:
        passage = chosen["passage"]
        try:
            text = self._tandem.library.guide(passage["guide_id"]).text
        except UnknownGuide:
            return self._kept(chosen, "gone", labels)
        if text[chosen["start"] : chosen["end"]] != chosen["quote"]:
            return self._kept(chosen, "changed", labels)
        others = [c for c in citations if c is not chosen]
        marks = [
            (chosen["start"], chosen["end"], "cited"),
            *((c["start"], c["end"], "also") for c in others),
        ]
        return self._place(passage["guide_id"], marks, labels)

    def _place(self, guide_id: int, marks: list[reading.Mark], labels: Labels) -> str:
        guide = self._tandem.library.guide(guide_id)
        return reading.source_html(
            guide.text,
            marks,
            labels,
            guide_id=guide_id,
            title=guide.entry.title,
            where=_where(guide, marks[0][0], labels),
        )

    def _kept(self, citation: Mapping[str, Any], reason: str, labels: Labels) -> str:
        passage = citation["passage"]
        where = " › ".join(passage["heading_path"])
        return reading.kept_html(
            citation["quote"], labels, title=passage["title"], where=where, reason=reason
        )

    def guide(self, reference: str, labels: Labels) -> str:
        """The panel for reading a guide: ``<guide>`` or ``<guide>:<offset>``."""
        guide_id, _, offset = reference.partition(":")
        guide = self._tandem.library.guide(int(guide_id))
        return reading.guide_html(
            guide.text,
            labels,
            guide_id=guide.entry.id,
            title=guide.entry.title,
            where=guide.entry.path,
            offset=int(offset or 0),
        )


def _asides(
    answer: Answer, messages: Sequence[Message], sitting: Sitting, now: datetime
) -> dict[str, Any]:
    """What is kept with an answer: quiet lines below it, and the use until then."""
    use = sitting.use or Use(now, now)
    due: tuple[Pause, ...] = ()
    if answer.kind == "crisis":
        use = replace(use, machine_said=now)  # it says so itself, and nothing else stands there
    elif answer.kind != "small_talk":
        due = pauses(use, now, starts=not any(map(_says_machine, messages)))
        if answer.concern:
            due = tuple(pause for pause in due if pause != "break")
        use = said(use, due, now)
    sitting.use = use
    lines = [{"pause": one, "text": reply(answer.language, "pauses", one)} for one in due]
    times = {name: time.isoformat() for name, time in asdict(use).items() if time}
    return {"asides": lines, "use": times}


def _says_machine(message: Message) -> bool:
    answer = message.answer or {}
    asides = answer.get("asides", ())
    return answer.get("kind") == "crisis" or any(one["pause"] != "break" for one in asides)


def _kept_use(messages: Sequence[Message]) -> Use | None:
    """The use as it was at a conversation's last answer: a page that was reloaded knows nothing."""
    for message in reversed(messages):
        if message.answer and (times := message.answer.get("use")):
            return Use(**{name: datetime.fromisoformat(time) for name, time in times.items()})
    return None


def _latest(one: Use | None, other: Use | None) -> Use | None:
    known = [use for use in (one, other) if use is not None]
    return max(known, key=lambda use: use.seen, default=None)


def _said(role: str, html: str) -> dict[str, str]:
    return {"role": role, "content": html}


def _plain(text: str) -> dict[str, Any]:
    """A stored message without an answer's data, in the shape of one."""
    return to_json(Answer(text=text, language="en", kind="question"))


def _where(guide: Any, offset: int, labels: Labels) -> str:
    """Heading path and page of an offset in a guide."""
    path: tuple[str, ...] = ()
    for heading_path, start, end, _ in guide.sections:
        if start <= offset < end:
            path = tuple(heading for heading in heading_path if heading != guide.entry.title)
    page = max((page for start, page in guide.pages if start <= offset), default=None)
    parts = [" › ".join(path)] if path else []
    if page is not None:
        parts.append(labels("answer.page", page=page))
    return " · ".join(parts)
