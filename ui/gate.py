"""The door of the page: what may come in, and with which headers everything goes out.

Only listed addresses exist. A request must name this host (a foreign name pointing here is how DNS
rebinding works) and, when it changes something, come from this page. Bodies are bounded. Scripts
run only from our own files or with the nonce of their page. Whoever opens an address that can't be
shown sees why, and a way to the help page.
"""

from __future__ import annotations

import logging
import re
import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ui.labels import labels, preferred_language

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)

LANGUAGE_COOKIE = "tandem_language"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
BODY_LIMIT = 2_000_000
"""Bytes of a request that is no upload."""

_PAGES = re.compile(
    r"/|/help|/safety|/conversations/\d{1,18}\.md|/labels/[a-z]{2}\.json|/healthz"
    r"|/evals/(?:suites/[a-z0-9-]{1,200}\.(?:xlsx|csv|yaml)"
    r"|[a-z0-9-]{1,200}/(?:report|[a-z0-9-]{1,200}/comparison)\.html)"
    r"|/plans/[\w-]{16,40}/\d{1,6}/plan\.(?:html|md|docx|pdf|ics)"
)
_FILES = re.compile(r"/(?:tandem|assets|static)/[\w./@+-]+|/favicon\.ico|/theme\.css")
_GRADIO = re.compile(
    r"/config"
    r"|/gradio_api/(?:info|theme\.css|startup-events|app_id"
    r"|upload|upload_progress|heartbeat/\w{1,64}|run/\w{1,64}/?)"
)
_UPLOAD = "/gradio_api/upload"
_SAFE = frozenset({"GET", "HEAD"})
_FIXED_HEADERS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy: own origin only, no eval, inline scripts only with the nonce.

    Gradio writes style attributes, so inline styles stay allowed.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'none'",
            "object-src 'none'",
            "frame-src 'none'",
            "worker-src 'self' blob:",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@dataclass(frozen=True)
class Refusal:
    """An answer without asking the page: status code and catalogue key."""

    status: int
    key: str


_FAILED = Refusal(500, "error.generic")


@dataclass(frozen=True)
class House:
    """What the gate must know: the names it answers to (None: any), how much it takes in, and the
    country whose emergency number a refusal names."""

    hosts: frozenset[str] | None
    upload_limit: int
    country: str = "DE"


def house_for(host: str, upload_limit: int, country: str = "DE") -> House:
    """On this computer only its own names are right; a server may have any name."""
    own = host in LOOPBACK
    return House(LOOPBACK if own else None, upload_limit, country)


class Gate:
    """ASGI middleware around the whole page."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app = app
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = _headers(scope)
        nonce = secrets.token_urlsafe(16)
        refusal = refused(scope["method"], scope["path"], headers, self._house)
        if refusal is not None:
            await _refuse(refusal, headers, nonce, send, self._house.country)
            return
        limit = self._house.upload_limit if scope["path"] == _UPLOAD else BODY_LIMIT
        if scope["path"] == "/":
            # The page is rewritten on its way out, so it must not arrive compressed.
            kept = [h for h in scope["headers"] if h[0] != b"accept-encoding"]
            scope = {**scope, "headers": kept}
            send = _Rewriting(send, nonce, language_of(headers)).send
        elif _is_opened(scope["method"], headers):
            send = _Explaining(send, headers, self._house.country).send
        out = _Started(_with_headers(send, nonce))
        try:
            await self._app(scope, _bounded(receive, limit), out.send)
        except Exception:
            if out.started:
                raise
            _log.exception("An address failed")
            await _refuse(_FAILED, headers, nonce, send, self._house.country)


def refused(method: str, path: str, headers: dict[str, str], house: House) -> Refusal | None:
    """Why a request is not let in, or None."""
    host = headers.get("host", "")
    if house.hosts is not None and _name(host) not in house.hosts:
        return Refusal(403, "error.blocked")
    if not any(known.fullmatch(path) for known in (_PAGES, _FILES, _GRADIO)) or ".." in path:
        return Refusal(404, "error.not_found")
    if method not in _SAFE:
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return Refusal(403, "error.blocked")
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return Refusal(403, "error.blocked")
    limit = house.upload_limit if path == _UPLOAD else BODY_LIMIT
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > limit:
        return Refusal(413, "error.too_large")
    return None


def language_of(headers: dict[str, str]) -> str:
    """The language of the person behind a request: their choice, else their browser's."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(LANGUAGE_COOKIE)
    except Exception:  # a malformed cookie is somebody else's; it says nothing about language
        morsel = None
    return preferred_language(morsel.value if morsel else None, headers.get("accept-language"))


def rewritten(page: str, nonce: str, language: str) -> str:
    """Gradio's page with our title, styles and script, without what points elsewhere."""
    text = labels(language)
    head = (
        f'<link rel="icon" href="tandem/favicon.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="tandem/tandem.css">'
        f'<meta name="description" content="{text("app.tagline")}">'
        f'<meta name="color-scheme" content="light dark">'
        f'<script src="tandem/theme.js"></script>'
        f'<script src="tandem/tandem.js" defer></script>'
        f"<title>{text('app.title')}</title>"
    )
    page = re.sub(r"<meta\s[^>]*(?:og|twitter):[^>]*>", "", page)
    page = re.sub(r'<link rel="manifest"[^>]*>', "", page)
    page = re.sub(r"<title>.*?</title>", "", page, flags=re.DOTALL)
    page = page.replace('<html\n\tlang="en"', f'<html\n\tlang="{language}"', 1)
    page = page.replace("<script", f'<script nonce="{nonce}"')
    return page.replace("</head>", f"{head}</head>", 1)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _name(host: str) -> str:
    """The host without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


async def _refuse(
    refusal: Refusal, headers: dict[str, str], nonce: str, send: Send, country: str
) -> None:
    language = language_of(headers)
    sentence = labels(language)(refusal.key)
    out = _with_headers(send, nonce)
    if _is_opened("GET", headers):
        # Under a foreign name the help page itself would be refused: then only the number.
        linked = refusal.status != 403
        body, kind = _explained(sentence, headers, country, linked=linked), b"text/html"
    else:
        body, kind = sentence.encode(), b"text/plain"
    await out(_start(refusal.status, kind, len(body)))
    await out({"type": "http.response.body", "body": body})


def _is_opened(method: str, headers: dict[str, str]) -> bool:
    """Whether a person opens this address, rather than a script or a part of a page."""
    return method == "GET" and "text/html" in headers.get("accept", "")


def _explained(sentence: str, headers: dict[str, str], country: str, *, linked: bool) -> bytes:
    from ui.help_page import chosen_country, refusal_html

    place = chosen_country(headers) or country
    return refusal_html(sentence, language_of(headers), place, linked=linked).encode()


def _start(status: int, kind: bytes, length: int) -> Message:
    return {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (b"content-type", kind + b"; charset=utf-8"),
            (b"content-length", str(length).encode()),
        ],
    }


def _bounded(receive: Receive, limit: int) -> Receive:
    """A body that lied about its length, or gave none, ends at the limit."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > limit else message

    return bounded


def _with_headers(send: Send, nonce: str) -> Send:
    own = [(name.encode(), value.encode()) for name, value in _FIXED_HEADERS]
    own.append((b"content-security-policy", content_policy(nonce).encode()))
    names = {name for name, _ in own} | {b"server"}

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [h for h in message.get("headers", []) if h[0].lower() not in names]
            message = {**message, "headers": kept + own}
        await send(message)

    return with_headers


class _Started:
    """Knows whether an answer has begun: after that no other one can be given."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def send(self, message: Message) -> None:
        self.started = True
        await self._send(message)


class _Explaining:
    """Makes a page of an error that would be one line of text, with a way to help."""

    def __init__(self, send: Send, headers: dict[str, str], country: str) -> None:
        self._send, self._headers, self._country = send, headers, country
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = dict(message.get("headers", [])).get(b"content-type", b"")
            if message["status"] < 400 or kind.startswith(b"text/html"):
                await self._send(message)
            else:
                self._start = message
                self._is_text = kind.startswith(b"text/plain")
            return
        if self._start is None:
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        text = labels(language_of(self._headers))
        key = "error.not_found" if self._start["status"] == 404 else "error.generic"
        said = self._is_text and self._start["status"] < 500
        sentence = self._body.decode("utf-8", "replace") if said else text(key)
        body = _explained(sentence, self._headers, self._country, linked=True)
        begun = _start(self._start["status"], b"text/html", len(body))
        dropped = {b"content-type", b"content-length"}
        begun["headers"] += [h for h in self._start["headers"] if h[0].lower() not in dropped]
        await self._send(begun)
        await self._send({"type": "http.response.body", "body": body})


class _Rewriting:
    """Holds the page back until it is whole, and sends it rewritten."""

    def __init__(self, send: Send, nonce: str, language: str) -> None:
        self._send, self._nonce, self._language = send, nonce, language
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        headers = [h for h in self._start["headers"] if h[0].lower() != b"content-length"]
        body = self._body
        if any(h[0].lower() == b"content-type" and b"html" in h[1] for h in headers):
            page = body.decode("utf-8", "replace")
            body = rewritten(page, self._nonce, self._language).encode()
        headers += [
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
