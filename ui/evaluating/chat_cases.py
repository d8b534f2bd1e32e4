"""Turning a chat, or an answer that didn't help, into a case: shown whole, redacted, with consent.

Nothing of a chat reaches a suite before the box is ticked; the form that follows then stores what
the trainer has read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from assistant.conversations import Message
from assistant.language import detect
from evals.cases import Language
from ui.evaluating import case_form, chat_case_rendering
from ui.evaluating.chat_case_rendering import Offered
from ui.evaluating.desk import Act, Chat, Desk, Fields, Notice, Page, text, ticked
from ui.evaluating.redaction import likely_names, redacted, vocabulary
from ui.evaluating.suite_shelf import Shelf
from ui.evaluating.writing_desk import WritingDesk
from ui.labels import Labels

if TYPE_CHECKING:
    from assistant import Assistant

_MOST = 40
"""Chats that are offered, the newest."""


class ChatCases:
    """Chats on the trainer's page."""

    def __init__(self, tandem: Assistant, shelf: Shelf, writing: WritingDesk) -> None:
        self._tandem, self._shelf, self._writing = tandem, shelf, writing
        self.acts: Mapping[str, Act] = {
            "chat": self._open,
            "redact": self._redact,
            "make-case": self._make,
        }
        self.pages: Mapping[str, Page] = {"chats": self._chats_page, "chat": self._chat_page}

    @cached_property
    def _words(self) -> frozenset[str]:
        """Words that are no names; guides that come later don't matter much for that."""
        library = self._tandem.library
        listed = [guide for guide in library.guides() if guide.state == "indexed"]
        return vocabulary((guide.language, library.guide(guide.id).text) for guide in listed)

    # -- the list --------------------------------------------------------------------------------

    def _chats_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        del desk
        now = datetime.now().astimezone()
        down, chats = [], []
        for chat in self._tandem.conversations.list()[:_MOST]:
            when = labels.day(chat.updated, now)
            title = chat.title or labels("conversations.untitled")
            chats.append(Offered(chat.id, None, title, when))
            messages = self._tandem.conversations.messages(chat.id)
            for place, message in enumerate(messages):
                if message.rating == "down" and place:
                    asked = messages[place - 1].content
                    down.append(Offered(chat.id, message.id, asked, when, message.reason or ""))
        return chat_case_rendering.chats_html(down, chats, labels), ""

    # -- one chat --------------------------------------------------------------------------------

    def _open(self, desk: Desk, what: str, fields: Fields, labels: Labels) -> None:
        del fields, labels
        number, _, until = what.partition("/")
        chat = Chat(int(number), int(until) if until else None, (), ())
        asked = self._asked(chat)
        names = tuple(likely_names(asked, self._words, detect(" ".join(asked))))
        desk.chat = replace(chat, offered=names, names=names)
        desk.serial += 1
        desk.go("chat", number)

    def _messages(self, chat: Chat) -> list[Message]:
        """The messages up to the answer that counts."""
        messages = self._tandem.conversations.messages(chat.number)
        ends = [place for place, message in enumerate(messages, 1) if message.id == chat.until]
        return list(messages[: ends[0]] if ends else messages)

    def _asked(self, chat: Chat) -> list[str]:
        return [message.content for message in self._messages(chat) if message.role == "user"]

    def _redact(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        """Take the ticked names out of the chat anew; what was edited by hand begins again."""
        del labels
        if desk.chat is None:
            return
        added = [name.strip() for name in text(fields, "name").split(",") if name.strip()]
        offered = tuple(dict.fromkeys([*desk.chat.offered, *added]))
        names = tuple(dict.fromkeys([*ticked(fields, "names"), *added]))
        kept = {"suite": text(fields, "suite"), "consent": "".join(ticked(fields, "consent"))}
        desk.chat = replace(desk.chat, offered=offered, names=names, fields=kept)
        desk.serial += 1

    def _proposed(self, chat: Chat, labels: Labels) -> str:
        if "turns" in chat.fields:
            return chat.fields["turns"]

        def say(kind: str, **values: Any) -> str:
            return labels(f"evals.hole_{kind}", **values)

        return case_form.joined(redacted(self._asked(chat), chat.names, say))

    def _make(self, desk: Desk, _: str, fields: Fields, labels: Labels) -> None:
        """Begin a case from the redacted chat; without consent nothing happens."""
        if desk.chat is None:
            return
        turns = text(fields, "turns")
        consent, suite = "".join(ticked(fields, "consent")), text(fields, "suite")
        kept = {"suite": suite, "consent": consent, "turns": turns}
        desk.chat = replace(desk.chat, fields=kept, names=tuple(ticked(fields, "names")))
        if not consent:
            desk.problems = {"consent": labels("evals.need_consent")}
        if not case_form.turns_of(turns):
            desk.problems = {**desk.problems, "turns": labels("evals.need_turns")}
        if desk.problems:
            desk.notice = Notice(labels("evals.not_saved"), trouble=True)
            return
        if not self._shelf.is_own(suite):
            title = labels("evals.from_chats")
            suite = self._shelf.free_name(title)
            desk.setup |= {"new_suite": suite, "new_title": title}
        draft = case_form.new_draft(
            suite, detect(turns, labels.language), turns=turns, source=labels("evals.chat_source")
        )
        desk.chat = None
        self._writing.begin(desk, draft)
        desk.notice = Notice(labels("evals.chat_ready"))

    def _chat_page(self, desk: Desk, labels: Labels) -> tuple[str, str]:
        if desk.chat is None:
            return self._chats_page(desk, labels)
        own = [each for each in self._shelf.all(cast(Language, labels.language)) if each.own]
        html = chat_case_rendering.chat_html(
            desk.chat,
            self._messages(desk.chat),
            self._proposed(desk.chat, labels),
            own,
            desk.serial,
            labels,
            desk.problems,
        )
        return html, ""
