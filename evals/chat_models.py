"""The chat model that judges: where it answers, how it is opened, and its replies, kept.

It is asked at the one address that TANDEM_JUDGE_MODEL and TANDEM_JUDGE_URL name, whatever other
variables say. What it does not know: how much a model reads at once. A server may cut a long
prompt short without a word; Ollama does so beyond the length that it is set to.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import ChatModelUnavailable, SettingsError, StorageError
from assistant.words import storable
from evals.verdicts import Message, judge_texts, shortened

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Settings

ADDRESSES = {"openai": "https://api.openai.com/v1", "ollama": "http://127.0.0.1:11434/v1"}
"""Where providers answer that speak OpenAI's protocol, unless TANDEM_JUDGE_URL says otherwise."""

_CAUSES = (
    ("ModelTimeoutError", "timeout"),
    ("ModelConnectionError", "connection"),
    ("ModelAuthenticationError", "key"),
    ("ModelPermissionDeniedError", "key"),
    ("ModelNotFoundError", "missing"),
    ("ModelRateLimitError", "limit"),
    ("ContextOverflowError", "refused"),
    ("ModelInvalidRequestError", "refused"),
    ("ModelAPIError", "server"),
)
"""LangChain's errors, most telling first, and what they come to."""


class Refused(Exception):
    """The chat model answers, but not to this request; the text is what it says."""


@dataclass(frozen=True)
class Place:
    """Where a chat model answers: `url` is empty where only the provider's package knows it."""

    provider: str
    name: str
    url: str

    @property
    def model(self) -> str:
        """The model as it is set: provider:name."""
        return f"{self.provider}:{self.name}"

    @property
    def where(self) -> str:
        """The address, or the provider where it is the provider's own; never a password."""
        return re.sub(r"//[^/@]*@", "//", self.url) or self.provider

    @property
    def here(self) -> bool:
        """Whether the texts stay on this computer."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False


def place_of(settings: Settings) -> Place:
    """The place that the settings name. Raises `SettingsError` where they name no model."""
    errors = judge_texts(settings.language)["errors"]
    model = settings.judge_model.strip()
    if not model:
        raise SettingsError(errors["no_model"])
    provider, _, name = model.partition(":")
    if not name:
        raise SettingsError(errors["bad_model"].format(model=model, detail=""))
    return Place(provider, name, settings.judge_url.strip() or ADDRESSES.get(provider, ""))


def open_chat(settings: Settings, *, seconds: float = 90, retries: int = 4) -> BaseChatModel:
    """The chat model that the settings name; opens no connection.

    A request may take `seconds` and is repeated after growing pauses, as the server asks for them,
    when the server is busy or broken. Raises `SettingsError` where the model can't be used.
    """
    from assistant.settings import quiet

    place = place_of(settings)
    options: dict[str, Any] = {"timeout": seconds, "max_retries": retries}
    if place.url:
        options["base_url"] = place.url
    quiet(settings)
    try:
        from langchain.chat_models import init_chat_model

        if place.provider in ADDRESSES:
            return init_chat_model(f"openai:{place.name}", **options, **_openai_options(place))
        return init_chat_model(place.model, **options)
    except Exception as error:
        # A package that is missing, a provider that is unknown, a key that isn't set.
        said = judge_texts(settings.language)["errors"]["bad_model"]
        detail = shortened(str(error)).rstrip(".") + "."
        raise SettingsError(said.format(model=place.model, detail=detail)) from error


def _cause(error: Exception) -> str:
    from langchain_core import exceptions

    found = (key for name, key in _CAUSES if isinstance(error, getattr(exceptions, name)))
    return next(found, "strange")


def _openai_options(place: Place) -> dict[str, Any]:
    from openai import DefaultHttpxClient

    # Neither a proxy nor a server may pass on what was meant to stay on this computer.
    client = DefaultHttpxClient(trust_env=not place.here, follow_redirects=False)
    options: dict[str, Any] = {"http_client": client}
    own = place.url != ADDRESSES["openai"]
    if place.provider == "ollama" or (own and "OPENAI_API_KEY" not in os.environ):
        options["api_key"] = "none"  # the client insists on one; such servers mostly need none
    return options


class KeptChat:
    """A chat model whose replies stay in a file, one JSON line each, written as soon as they come.

    `chat` is the model to ask, by default the one that the settings name. It is opened only when a
    reply isn't there yet.
    """

    def __init__(self, settings: Settings, file: Path, chat: BaseChatModel | None = None) -> None:
        self.place = place_of(settings)
        self._settings = settings
        self._texts = judge_texts(settings.language)
        self._file = file
        self._chat = chat
        self._lock = threading.Lock()

    def known(self, messages: Sequence[Message], draw: int) -> str | None:
        """The reply that is kept. Raises `StorageError` for a file that can't be read."""
        with self._lock:
            return self._kept.get(self._key(messages, draw))

    def ask(self, messages: Sequence[Message], draw: int) -> str:
        """The reply, asked for where it isn't kept yet; `draw` tells apart equal questions.

        Raises `Refused`, `ChatModelUnavailable`, and `StorageError` when the disk refuses.
        """
        reply = self.known(messages, draw)
        if reply is None:
            reply = self._sent(messages)
            self._keep(self._key(messages, draw), reply)
        return reply

    @cached_property
    def _model(self) -> BaseChatModel:
        return self._chat or open_chat(self._settings)

    @cached_property
    def _kept(self) -> dict[str, str]:
        try:
            lines = self._file.read_bytes().splitlines() if self._file.exists() else []
        except OSError as error:
            raise self._unstored(error) from error
        return dict(filter(None, map(_kept_reply, lines)))

    def _key(self, messages: Sequence[Message], draw: int) -> str:
        """Names a reply by all that it depends on: model, prompt, case, answer and draw."""
        whole = json.dumps([self.place.model, self.place.url, list(messages), draw])
        return hashlib.sha256(whole.encode("ascii")).hexdigest()

    def _keep(self, key: str, reply: str) -> None:
        line = json.dumps({"key": key, "reply": reply}, ensure_ascii=False)
        with self._lock:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with self._file.open("a", encoding="utf-8") as out:
                    # The break comes first: a line that a killed process cut off stays alone.
                    out.write(f"\n{line}")
            except OSError as error:
                raise self._unstored(error) from error
            self._kept[key] = reply

    def _sent(self, messages: Sequence[Message]) -> str:
        model = self._model
        try:
            return storable(str(model.invoke(list(messages)).text))
        except Exception as error:
            # Each provider has errors of its own; whichever it is, no reply came.
            cause, detail = _cause(error), shortened(str(error) or type(error).__name__)
            if cause == "refused":
                raise Refused(detail) from error
            said = self._texts["unavailable"][cause].format(
                model=self.place.model, where=self.place.where, detail=detail
            )
            raise ChatModelUnavailable(f"{said} {self._texts['errors']['kept']}") from error

    def _unstored(self, error: OSError) -> StorageError:
        said = self._texts["errors"]["cache"]
        return StorageError(said.format(file=self._file, detail=error.strerror or error))


def _kept_reply(line: bytes) -> tuple[str, str] | None:
    try:
        row = json.loads(line)
        return str(row["key"]), str(row["reply"])
    except (ValueError, KeyError, TypeError):
        return None  # cut off when the process was killed
