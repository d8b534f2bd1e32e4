"""What a trainer takes along: suites as files, the report of a run, the page of a comparison.

Names come from addresses, so only names that are on the shelf or among the runs lead anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from assistant.errors import AssistantError
from ui.evaluating.suite_shelf import FORMS
from ui.labels import LANGUAGES, labels

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response

    from evals.cases import Language
    from ui.evaluating.trainer import Trainer

_PAGE = "text/html; charset=utf-8"


def add_routes(app: FastAPI, trainer: Trainer) -> None:
    """Let the page's download links lead somewhere."""

    def suite(name: str, form: str, language: str = "en") -> Response:
        return _sent(
            lambda spoken: trainer.shelf.written(name, form, spoken), f"{name}.{form}", language,
            FORMS.get(form, ""),
        )  # fmt: skip

    def report(run: str, language: str = "en") -> Response:
        from evals.reporting import run_page

        return _sent(
            lambda spoken: run_page(trainer.runs.seen.run(run), spoken).encode(), f"{run}.html",
            language, _PAGE,
        )  # fmt: skip

    def comparison(a: str, b: str, language: str = "en") -> Response:
        from evals.reporting import comparison_page

        return _sent(
            lambda spoken: comparison_page(trainer.runs.compared(a, b), spoken).encode(),
            f"{a}-{b}.html", language, _PAGE,
        )  # fmt: skip

    for path, handler in (
        ("/evals/suites/{name}.{form}", suite),
        ("/evals/{run}/report.html", report),
        ("/evals/{a}/{b}/comparison.html", comparison),
    ):
        app.add_api_route(path, handler, methods=["GET"], response_model=None)


def _sent(
    written: Callable[[Language], bytes], name: str, language: str, media_type: str
) -> Response:
    """A file to save, or a sentence where there is none of that name."""
    from starlette.responses import PlainTextResponse, Response

    spoken = cast("Language", language if language in LANGUAGES else LANGUAGES[0])
    try:
        if not media_type:
            raise AssistantError(name)
        content = written(spoken)
    except AssistantError:
        return PlainTextResponse(labels(spoken)("error.unknown"), status_code=404)
    # As an attachment: the page's own policy would forbid the report its script.
    attached = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=attached)
