"""A chat server on loopback that speaks OpenAI's chat-completions protocol, for tests.

It answers what a function says and keeps what it was asked. Requests are served side by side.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

ROLES = {"system", "developer", "user", "assistant", "tool"}


@dataclass(frozen=True)
class Fault:
    """An error reply: HTTP status, the protocol's error object, extra headers."""

    status: int
    message: str = "no"
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plain:
    """A reply outside the protocol."""

    text: str


Messages = list[dict[str, Any]]
Script = Callable[[Messages], "str | Fault | Plain"]


class ChatServer:
    """Serves `script` while the context lasts; `requests` are the bodies that came, in order."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False

    @property
    def url(self) -> str:
        """The base address, as clients of the protocol want it."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def asked(self) -> list[Messages]:
        """The messages of each request."""
        return [request["messages"] for request in self.requests]

    def answer(self, body: dict[str, Any], headers: dict[str, str]) -> str | Fault | Plain:
        with self._lock:
            self.requests.append(body)
            self.headers.append(headers)
        wrong = _objection(body)
        return (
            Fault(400, wrong, "invalid_request_error") if wrong else self.script(body["messages"])
        )

    def __enter__(self) -> ChatServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _objection(body: dict[str, Any]) -> str:
    """What the protocol forbids about a request, or ""."""
    messages = body.get("messages")
    if not isinstance(body.get("model"), str) or not body["model"]:
        return "you must provide a model parameter"
    if not isinstance(messages, list) or not messages:
        return "messages must not be empty"
    for message in messages:
        if message.get("role") not in ROLES:
            return f"unknown role {message.get('role')!r}"
        if not isinstance(message.get("content"), str | list):
            return "content must be a string or a list of parts"
    return "this server does not stream" if body.get("stream") else ""


def _completion(model: str, messages: Messages, text: str) -> dict[str, Any]:
    read, written = len(json.dumps(messages)) // 4, len(text) // 4
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
        },
    }


def _handler(chat: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each reply waits 40 ms for the other side

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/v1/chat/completions":
                self._send(404, {"error": {"message": f"no {self.path}", "code": "not_found"}})
                return
            reply = chat.answer(body, dict(self.headers))
            if isinstance(reply, Fault):
                error = {"message": reply.message, "type": reply.code, "code": reply.code}
                self._send(reply.status, {"error": error}, reply.headers)
            elif isinstance(reply, Plain):
                self._send(200, reply.text)
            else:
                self._send(200, _completion(body["model"], body["messages"], reply))

        def _send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            plain = isinstance(body, str)
            content = (body if plain else json.dumps(body)).encode("utf-8")
            with suppress(OSError):  # the client may have given up waiting
                self.send_response(status)
                self.send_header("Content-Type", "text/html" if plain else "application/json")
                self.send_header("Content-Length", str(len(content)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is printed."""

    return Handler
