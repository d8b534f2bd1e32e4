"""A plan as an event that any calendar reads, the plan itself inside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import NAMESPACE_URL, uuid5

from assistant.planning.exports.markdown import text
from assistant.planning.exports.sheet import clean, sheet
from assistant.planning.plan import SessionPlan

REMIND = timedelta(hours=1)


def calendar(plan: SessionPlan, start: datetime, uid: str = "") -> bytes:
    """An iCalendar file with one event of the plan's length, and an alarm an hour before.

    A `start` without a time zone stays without one: the event is at that time wherever the
    calendar is. Another version of the plan replaces the event, as long as `uid` is the same; by
    default that holds for the same meeting at the same time.
    """
    from icalendar import Alarm, Calendar, Event

    page = sheet(plan, start)
    begin = _placed(start)
    event = Event()
    event.add("uid", uid or _uid(plan, begin))
    event.add("sequence", plan.version - 1)
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", begin)
    event.add("dtend", begin + timedelta(minutes=plan.request.minutes))
    event.add("summary", page.title, {"LANGUAGE": plan.language})
    event.add("description", text(plan, start), {"LANGUAGE": plan.language})
    event.add("transp", "OPAQUE")
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", page.words["alarm"].format(title=page.title))
    alarm.add("trigger", -REMIND)
    event.add_component(alarm)
    whole = Calendar()
    whole.add("prodid", "-//Tandem//Tandem//EN")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add_component(event)
    whole.add_missing_timezones()
    return bytes(whole.to_ical())


def _placed(start: datetime) -> datetime:
    """To the minute; a bare distance from UTC, which has no name in a calendar, becomes UTC."""
    start = start.replace(second=0, microsecond=0)
    return start.astimezone(UTC) if isinstance(start.tzinfo, timezone) else start


def _uid(plan: SessionPlan, begin: datetime) -> str:
    request = plan.request
    meeting = f"{clean(request.name)}/{request.number}/{request.stage}/{begin.isoformat()}"
    return f"{uuid5(NAMESPACE_URL, f'tandem:{meeting}')}@tandem"
