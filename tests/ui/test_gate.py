"""What the gate lets in, and with which headers everything goes out."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.gate import BODY_LIMIT, Gate, House, house_for

PAGE = """<!doctype html>
<html
\tlang="en">
<head><meta property="og:image" content="https://example.org/x.jpg" />
<link rel="manifest" href="/manifest.json" /><script>window.a = 1;</script></head>
<body></body></html>
"""


async def take(request: Request) -> PlainTextResponse:
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return PlainTextResponse("cut off", status_code=400)


def client(host: str = "127.0.0.1", base: str = "http://127.0.0.1:7860") -> TestClient:
    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE)

    app = Starlette(
        routes=[
            Route("/", page),
            Route("/gradio_api/run/predict", take, methods=["POST"]),
            Route("/gradio_api/upload", take, methods=["POST"]),
        ]
    )
    return TestClient(Gate(app, house_for(host, upload_limit=3 * BODY_LIMIT)), base_url=base)


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "localhost", "[::1]:7860"])
def test_this_computers_own_names_are_let_in(host):
    assert client().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["example.org", "127.0.0.1.example.org", "evil.test:7860", "", "["]
)
def test_foreign_names_pointing_here_are_not(host):
    assert client().get("/", headers={"host": host}).status_code == 403


def test_a_server_may_have_any_name():
    assert client("0.0.0.0", "http://mentoring.test").get("/").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://127.0.0.1:7860"}, 200),
        ({"origin": "http://example.org"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
    ],
)
def test_only_the_page_itself_may_change_something(headers, status):
    answer = client().post("/gradio_api/run/predict", content=b"{}", headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/monitoring", "/gradio_api/queue/data", "/gradio_api/queue/join", "/gradio_api/cancel",
        "/monitoring/summary", "/gradio_api/deep_link", "/docs", "/openapi.json",
        "/gradio_api/proxy=https://example.org", "/gradio_api/file=/etc/passwd", "/login",
        "/gradio_api/file=https://example.org/x", "/gradio_api/component_server", "/manifest.json",
        "/gradio_api/call/x", "/gradio_api/vibe-code", "/tandem/../../etc/passwd",
        "/assets/..%2f..%2fetc/passwd", "/gradio_api/runs", "/svelte/x", "/gradio_api/stream/x",
        "/gradio_api/process_recording", "/robots.txt", "/conversations/x.md",
    ],
)  # fmt: skip
def test_what_the_page_does_not_need_does_not_exist(path):
    assert client().get(path).status_code == 404


def test_bodies_are_bounded():
    door = client()
    join, upload = "/gradio_api/run/predict", "/gradio_api/upload"
    assert door.post(join, content=b"x" * (BODY_LIMIT + 1)).status_code == 413
    assert door.post(upload, content=b"x" * (BODY_LIMIT + 1)).status_code == 200
    assert door.post(upload, content=b"x" * (3 * BODY_LIMIT + 1)).status_code == 413


def test_a_body_without_a_length_ends_at_the_limit():
    def endless():
        for _ in range(10):
            yield b"x" * (BODY_LIMIT // 2)

    assert client().post("/gradio_api/run/predict", content=endless()).status_code == 400


def test_everything_goes_out_with_the_headers_refusals_too():
    for path in ("/", "/nothing"):
        headers = client().get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r"script-src[^;]*unsafe-inline", policy)
        assert "http:" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_the_page_gets_our_head_and_a_nonce_of_its_own():
    door = client()
    first, second = door.get("/"), door.get("/")
    nonces = [re.search(r"'nonce-([\w-]+)'", r.headers["content-security-policy"])[1]
              for r in (first, second)]  # fmt: skip
    assert nonces[0] != nonces[1]
    assert f'<script nonce="{nonces[0]}">window.a' in first.text
    assert "example.org" not in first.text
    assert "manifest" not in first.text
    assert "tandem/tandem.css" in first.text
    assert first.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"accept-language": "de"}, "de"),
        ({"accept-language": "de", "cookie": "tandem_language=en"}, "en"),
        ({"cookie": 'x="; tandem_language=<script>'}, "en"),
    ],
)
def test_the_page_says_its_language(headers, language):
    assert f'lang="{language}"' in client().get("/", headers=headers).text


def test_refusals_speak_the_persons_language():
    answer = client().get("/nothing", headers={"accept-language": "de"})
    assert answer.text == "Unter dieser Adresse gibt es nichts."


def test_the_house_of_this_computer_knows_only_its_names():
    assert house_for("0.0.0.0", 5) == House(None, 5)
    assert house_for("127.0.0.1", 5).hosts is not None
