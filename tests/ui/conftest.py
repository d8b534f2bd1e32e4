"""A real Tandem on a temporary home, in a process of its own, and a browser to look at it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SERVE = """
import sys
from assistant import Settings, open_assistant
from ui.web import serve
with open_assistant(Settings(home=sys.argv[1])) as tandem:
    serve(tandem, "127.0.0.1", 0)
"""


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running page."""
    home = tmp_path_factory.mktemp("home")
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root), "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(home)],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline().strip()
        assert line.startswith("http://127.0.0.1:"), f"not an address: {line!r}"
        yield line
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


class Visit:
    """An open page, and what went on behind it: foreign requests and errors in its console."""

    def __init__(self, browser, address: str, **options) -> None:
        self.context = browser.new_context(**({"locale": "en-GB"} | options))
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.address = address
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self._requested(request.url))
        self.page.on("console", lambda message: self._said(message))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog {dialog.message}"))
        self.reload()

    def reload(self) -> None:
        self.page.goto(self.address)
        self.page.wait_for_selector("html.ready")

    def ask(self, question: str) -> None:
        """Send a question and wait for its whole answer."""
        before = self.page.locator("#thread .bot-row").count()
        self.page.fill("#question textarea", question)
        self.page.keyboard.press("Enter")
        self.answered(before + 1)

    def answered(self, count: int) -> None:
        self.page.wait_for_function(
            "count => document.querySelectorAll('#thread .bot-row').length >= count"
            " && !document.querySelector('#thread .growing')",
            arg=count,
            timeout=90_000,
        )

    def _requested(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.foreign.append(url)

    def _said(self, message) -> None:
        # A reload cuts the page's open event stream, which Gradio notes as an aborted request.
        if message.type == "error" and "AbortError" not in message.text:
            self.errors.append(f"{message.text} {message.location.get('url')}")


@pytest.fixture
def visit(browser, address: str):
    """Opens pages: ``visit(locale="de-DE")``; at the end none may have gone astray."""
    visits: list[Visit] = []

    def open_page(**options) -> Visit:
        visits.append(Visit(browser, address, **options))
        return visits[-1]

    yield open_page
    for opened in visits:
        opened.context.close()
    assert [url for opened in visits for url in opened.foreign] == []
    assert [error for opened in visits for error in opened.errors] == []


@pytest.fixture(scope="session")
def awake(address: str) -> str:
    """The address once the page answers."""
    for _ in range(100):
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            if answer.status == 200:
                return address
        time.sleep(0.1)
    raise AssertionError("the page never came up")
