"""What a mentor takes along: a plan to print, as PDF, Word, Markdown or calendar event.

Addresses hold a name by chance (`ui.planning.doors`), so that nobody reaches a plan by counting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from ui.evaluating.case_form import slug
from ui.labels import labels

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from assistant import Assistant
    from assistant.planning.mentees import PlanRecord
    from assistant.planning.plan import SessionPlan
    from ui.planning.doors import Doors

_TYPES = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
}


def add_routes(app: FastAPI, tandem: Assistant, doors: Doors) -> None:
    """Let the page's links to take a plan along lead somewhere."""
    from starlette.requests import Request as AnyRequest

    def taken(request: Request, token: str, version: int, form: str, start: str = "") -> Response:
        from ui.gate import language_of

        return _sent(tandem, doors, token, version, form, start) or _nothing(
            language_of(dict(request.headers))
        )

    taken.__annotations__["request"] = AnyRequest
    app.add_api_route(
        "/plans/{token}/{version}/plan.{form}", taken, methods=["GET"], response_model=None
    )


def _sent(
    tandem: Assistant, doors: Doors, token: str, version: int, form: str, start: str
) -> Response | None:
    """The file, or None where there is no such plan, version or form."""
    from starlette.responses import Response

    number = doors.record(token)
    if number is None or form not in _TYPES:
        return None
    try:
        record = tandem.mentees.record(number)
        plan = next(one.plan for one in tandem.mentees.versions(number) if one.version == version)
    except (AssistantError, StopIteration):
        return None
    content = _writers(record)[form](plan, _begin(start))
    headers = {"cache-control": "no-store"}
    if form != "html":
        name = f"{slug(plan.title, 'plan')}.{form}"
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(content, media_type=_TYPES[form], headers=headers)


def _nothing(language: str) -> Response:
    from starlette.responses import PlainTextResponse

    return PlainTextResponse(labels(language)("error.unknown"), status_code=404)


def _begin(start: str) -> datetime | None:
    """When the meeting begins, where somebody said so."""
    try:
        return datetime.strptime(start, "%Y-%m-%dT%H:%M") if start else None
    except ValueError:
        return None


def _writers(
    record: PlanRecord,
) -> dict[str, Callable[[SessionPlan, datetime | None], str | bytes]]:
    from assistant.planning.exports.calendar import calendar
    from assistant.planning.exports.markdown import markdown
    from assistant.planning.exports.page import page
    from assistant.planning.exports.pdf import pdf
    from assistant.planning.exports.word import word

    uid = f"plan-{record.id}-{record.created:%Y%m%d%H%M%S}@tandem"
    return {
        "html": page,
        "md": markdown,
        "docx": word,
        "pdf": pdf,
        "ics": lambda plan, start: calendar(plan, start or _soon(), uid),
    }


def _soon() -> datetime:
    """The next full hour."""
    return datetime.now().replace(minute=0, second=0, microsecond=0)
