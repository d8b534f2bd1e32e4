"""What is known of the next meeting with a mentee: its number and stage, what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.planning import timeline
from assistant.planning.keeping import MOST_MEETINGS
from assistant.planning.records import Mentee, SessionLog
from assistant.planning.request import SessionRequest

MOST_TAKEN_UP = 5
"""Open agreements that a request takes up, the newest first: a meeting can't go through more."""


def completed(
    request: SessionRequest,
    mentee: Mentee,
    logs: Sequence[SessionLog],
    age: int | None,
    open_agreements: Sequence[str],
) -> SessionRequest:
    """The request, with what is known where it states nothing itself.

    `age` is the mentee's, `open_agreements` stand with the newest first.
    """
    changes: dict[str, Any] = _which_meeting(mentee, logs, request)
    changes["name"] = request.name or mentee.name
    changes["age"] = request.age or age
    agreed = (*request.agreed, *open_agreements[:MOST_TAKEN_UP])
    changes["agreed"] = tuple(dict.fromkeys(agreed))
    settled = _settled(mentee, changes)
    changes["assumed"] = tuple(name for name in request.assumed if name not in settled)
    asked = settled | ({"stage"} if changes["number"] is not None else set())
    changes["question"] = None if request.question in asked else request.question
    return SessionRequest.model_validate(request.model_dump() | changes)


def _which_meeting(
    mentee: Mentee, logs: Sequence[SessionLog], request: SessionRequest
) -> dict[str, Any]:
    """Number and stage, as far as the request leaves them open."""
    stated = "stage" not in request.assumed
    number = request.number
    if number is None and logs and not (stated and request.stage == "first"):
        number = logs[-1].number + 1 if logs[-1].number < MOST_MEETINGS else None
    if number is None or (stated and request.stage != "regular"):
        return {"number": number, "stage": request.stage}
    # An ordinary meeting may be one because nobody knew how many there are.
    return {"number": number, "stage": timeline.stage(number, mentee.planned_meetings)}


def _settled(mentee: Mentee, known: dict[str, Any]) -> set[str]:
    """Fields that need no default any more.

    An ordinary meeting stays an assumption as long as nobody said how many meetings there are.
    """
    numbered = known["number"] is not None
    which = numbered and (mentee.planned_meetings or known["stage"] != "regular")
    return {field for field, is_known in (("age", known["age"]), ("stage", which)) if is_known}
