"""What may be kept of mentees and meetings: texts as they are stored, and the bounds of numbers.

Whatever can't be kept as given raises `MenteeError`, which says what is wrong and what is possible.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from assistant.errors import MenteeError
from assistant.planning.records import Agreement
from assistant.words import storable

LONGEST_NAME = 60
LONGEST_HAPPENED = 20_000
LONGEST_FELT_WORDS = 5_000
LONGEST_LINE = 500
"""Characters of one thing that was agreed."""

MOST_AGREED = 30
MOST_MEETINGS = 500
LARGEST_PLAN = 1_000_000
"""Characters of a plan as JSON; a usual one has 30,000."""

_YOUNGEST, _OLDEST = 6, 99


def facts(age: int | None, planned_meetings: int | None) -> dict[str, int | None]:
    """The columns for what is known of a mentee."""
    within("age", age, _YOUNGEST, _OLDEST, "An age is")
    within("meetings", planned_meetings, 1, MOST_MEETINGS, "The number of meetings is")
    return {"age": age, "planned_meetings": planned_meetings}


def log_texts(
    happened: str, agreed: Iterable[Agreement], felt_words: str
) -> dict[str, str | list[dict[str, Any]]]:
    """A session log's own words as they are stored."""
    lines = [
        {"text": bounded("What was agreed", text, LONGEST_LINE), "done": line.done}
        for line in agreed
        if (text := one_line(line.text))
    ]
    if len(lines) > MOST_AGREED:
        raise MenteeError(
            "too_many", f"{len(lines)} agreements are too many: up to {MOST_AGREED} are possible."
        )
    return {
        "happened": bounded("What happened", told(happened), LONGEST_HAPPENED),
        "agreed": lines,
        "felt_words": bounded("How it felt", told(felt_words), LONGEST_FELT_WORDS),
    }


def bounded(what: str, text: str, limit: int) -> str:
    """A text that isn't too long."""
    if len(text) > limit:
        raise MenteeError(
            "too_long",
            f"{what} has {len(text):,} characters; up to {limit:,} are possible. Shorten it.",
        )
    return text


def within(code: str, value: int | None, least: int, most: int, what: str) -> None:
    """Refuse a number that is out of its bounds; `code` names the error."""
    if value is not None and not least <= value <= most:
        raise MenteeError(code, f"{what} from {least} to {most}, not {value}.")


def day_held(held_on: date) -> date:
    """A day on which a meeting can have been."""
    # It may be tomorrow already where the mentor is.
    if held_on > date.today() + timedelta(days=1):
        raise MenteeError("future", f"{held_on} is yet to come: log a meeting after it was held.")
    return held_on


def told(text: str) -> str:
    """What was told, in lines, without space around it."""
    return "\n".join(storable(text).splitlines()).strip()


def one_line(text: str) -> str:
    """A text in one line."""
    return " ".join(storable(text).split())


def name_key(name: str) -> str:
    """Equal for names that differ in capitals only."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def all_storable(value: Any) -> Any:
    """JSON data whose texts a database takes."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: all_storable(one) for key, one in value.items()}
    return [all_storable(one) for one in value] if isinstance(value, list) else value
