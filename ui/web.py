"""The page: a FastAPI app with Gradio inside and the gate around it."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, UnknownGuide
from assistant.settings import QUIET_SWITCHES
from ui.gate import LOOPBACK, Gate, house_for, language_of
from ui.labels import LANGUAGES, Labels, labels

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI
    from starlette.responses import Response

    from assistant import Assistant
    from ui.evaluating.trainer import Trainer
    from ui.planning.doors import Doors

PAGE_FIRST = 1.5
"""Seconds after which the model begins to load, so that the page is there first."""

PEOPLE_AT_ONCE = 64
"""Handlers that may run at the same time."""

UPLOAD_FACTOR = 8
"""How many of the largest files one upload may carry."""

_STATIC = Path(__file__).with_name("static")


def build_app(tandem: Assistant, host: str = "127.0.0.1") -> FastAPI:
    """The whole page for an opened assistant, ready to be served at `host`."""
    _quiet_gradio()
    import gradio as gr
    from fastapi import FastAPI
    from starlette.staticfiles import StaticFiles

    from ui.evaluating.routes import add_routes
    from ui.evaluating.trainer import Trainer
    from ui.help_page import add_routes as add_help_routes
    from ui.planning.doors import Doors
    from ui.planning.routes import add_routes as add_plan_routes
    from ui.theme import theme

    limit = tandem.settings.max_file_mb * 1_000_000
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/tandem", StaticFiles(directory=_STATIC))
    app.add_api_route("/conversations/{number}.md", _export(tandem), methods=["GET"])
    app.add_api_route("/healthz", lambda: {"status": "ok"}, methods=["GET"])
    app.add_api_route("/labels/{language}.json", _script_labels, methods=["GET"])
    trainer = Trainer(tandem)
    add_routes(app, trainer)
    doors = Doors()
    add_plan_routes(app, tandem, doors)
    add_help_routes(app, tandem.settings)
    blocks = build_blocks(tandem, trainer, doors, folders=host in LOOPBACK)
    app = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        mcp_server=False,
        ssr_mode=False,
        pwa=False,
        allowed_paths=[],
        blocked_paths=[str(tandem.settings.home)],
        max_file_size=limit,
        theme=theme(),
    )
    house = house_for(host, limit * UPLOAD_FACTOR, tandem.settings.country)
    app.add_middleware(Gate, house=house)
    return app


def serve(tandem: Assistant, host: str, port: int) -> None:
    """Serve the page until interrupted; prints the address on a line of its own once it listens.

    Port 0 takes any free one. Raises `AssistantError` where the port can't be had.
    """
    import uvicorn

    try:
        listener = socket.create_server((host, port), family=_family(host))
    except OSError as error:
        raise AssistantError(
            f"Port {port} on {host} can't be used ({error.strerror}). "
            "Choose another one with TANDEM_PORT."
        ) from error
    app = build_app(tandem, host)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    tandem.say_address(address)
    # Uvicorn would print a traceback for each page still open when it stops; what goes wrong in a
    # handler is logged by `ui.trouble`.
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, ws="none",
        timeout_graceful_shutdown=3,
    )  # fmt: skip

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            sys.stdout.write(f"{address}\n")
            sys.stdout.flush()
            # The page comes first: the model's libraries keep the processor busy for seconds.
            later = threading.Timer(PAGE_FIRST, tandem.start)
            later.daemon = True
            later.start()

    # Uvicorn repeats a SIGTERM once it has shut down; as an interrupt it lets the caller close.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    Announcing(config).run(sockets=[listener])


def build_blocks(tandem: Assistant, trainer: Trainer, doors: Doors, *, folders: bool) -> gr.Blocks:
    """Gradio's part of the page."""
    import gradio as gr

    from ui.asking import Asking
    from ui.chat import QUIET, ChatView, Watch, on_bridge
    from ui.evaluating.desk import Desk
    from ui.evaluating.tab import EvalsView
    from ui.librarian import Librarian
    from ui.library_tab import LibraryView
    from ui.page import about_html, header_html, status_html
    from ui.planning.desk import Desk as PlanDesk
    from ui.planning.tab import PlanHandlers, PlanView
    from ui.planning.workplace import Workplace

    with gr.Blocks(
        title=labels("en")("app.title"), analytics_enabled=False, delete_cache=(3600, 3600)
    ) as blocks:
        language = gr.State("en")
        header = gr.Markdown(header_html(labels("en")), elem_id="header", container=False)
        status = gr.Markdown("", elem_id="status", container=False)
        with gr.Row(elem_id="stage"):
            panel = gr.Markdown("", elem_id="panel", container=False, render=False)
            chat = ChatView(Asking(tandem), language, panel)
            plan = PlanView(
                PlanHandlers(Workplace(tandem, doors), tandem), language, panel, chat.watch
            )
            library = LibraryView(
                Librarian(tandem), language, folders=folders, limit_mb=tandem.settings.max_file_mb
            )
            evals = EvalsView(trainer, language)
            with gr.Column(elem_id="about", elem_classes="view"):
                about = gr.Markdown(about_html(labels("en")), container=False)
            panel.render()

        def speak(
            chosen: str,
            watch: Watch,
            search: str,
            guides: str,
            filtered: str,
            page: int,
            desk: Desk,
            planned: PlanDesk,
        ) -> list[Any]:
            text = labels(chosen if chosen in LANGUAGES else "en")
            return [
                text.language,
                header_html(text),
                about_html(text),
                status_html(tandem, text)[0],
                *chat.in_language(text, search, watch),
                *library.in_language(text, guides, filtered, page),
                *evals.in_language(text, desk),
                *plan.in_language(text, planned),
            ]

        state = [
            chat.watch, chat.search, library.search, library.filter, library.page, evals.desk,
            plan.desk,
        ]  # fmt: skip
        spoken = [
            language, header, about, status, *chat.spoken, *library.spoken, *evals.spoken,
            *plan.spoken,
        ]  # fmt: skip

        def greet(request: gr.Request, *held: Any) -> list[Any]:
            return speak(language_of(dict(request.headers)), *held)

        greet.__annotations__["request"] = gr.Request
        blocks.load(greet, state, spoken, **QUIET)
        chosen = on_bridge("language", lambda payload, *held: speak(payload, *held), state, spoken)
        chat.show_after(chosen)

        timer = gr.Timer(2)
        timer.tick(
            lambda language: _status_update(tandem, labels(language)),
            language, [status, timer], **QUIET,
        )  # fmt: skip
    blocks.max_threads = PEOPLE_AT_ONCE
    return blocks.queue(default_concurrency_limit=PEOPLE_AT_ONCE, api_open=False, max_size=256)


def _status_update(tandem: Assistant, text: Labels) -> tuple[str, Any]:
    """The line about what is not ready yet, and whether to look again."""
    import gradio as gr

    from ui.page import status_html

    html, changing = status_html(tandem, text)
    return html, gr.Timer(active=changing)


def _script_labels(language: str) -> dict[str, str]:
    return labels(language).for_script()


def _export(tandem: Assistant) -> Any:
    from starlette.responses import PlainTextResponse
    from starlette.responses import Response as AnyResponse

    def export(number: int) -> Response:
        try:
            markdown = tandem.conversations.export_markdown(number)
        except UnknownGuide:
            return PlainTextResponse(labels("en")("conversations.gone"), status_code=404)
        return AnyResponse(
            markdown,
            media_type="text/markdown; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="tandem-{number}.md"'},
        )

    return export


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _quiet_gradio() -> None:
    """Before Gradio is imported: nothing sent, and uploads in a folder only this user can read."""
    for name, value in QUIET_SWITCHES.items():
        os.environ.setdefault(name, value)
    if "GRADIO_TEMP_DIR" not in os.environ:
        folder = os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="tandem-uploads-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
