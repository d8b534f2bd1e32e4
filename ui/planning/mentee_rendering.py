"""A mentee's page: the path so far, what is open, what lies ahead, every meeting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ui.evaluating import fields
from ui.labels import Labels
from ui.planning.desk import Desk
from ui.planning.parts import act, go, menu, serial
from ui.rendering import button, concern_html, one_line, plain

if TYPE_CHECKING:
    from assistant.planning.mentees import Mentee, OpenAgreement, SessionLog
    from assistant.planning.timeline import Event, Turn


@dataclass(frozen=True)
class Path:
    """What is known of a mentee."""

    mentee: Mentee
    logs: Sequence[SessionLog]
    events: Sequence[Event]
    open: Sequence[OpenAgreement]
    ahead: Sequence[Turn]


def page_html(path: Path, desk: Desk, labels: Labels) -> str:
    """The whole place."""
    blocks = [
        concern_html(desk.first, labels) if desk.first else "",
        _head(path, labels),
        _strip(path, labels),
        _open(path.open, labels),
        _ahead(path, labels),
        _logs(path.logs, labels),
        _facts_form(path.mentee, desk, labels),
    ]
    return "\n\n".join(block for block in blocks if block)


def short_day(day: date, labels: Labels) -> str:
    """A short date."""
    return labels.day(datetime(day.year, day.month, day.day), datetime.now())


def _head(path: Path, labels: Labels) -> str:
    mentee = path.mentee
    facts = [
        labels("plan.fact_age", age=mentee.age) if mentee.age else "",
        labels.counted("plan.held", len(path.logs)),
        labels("plan.of_planned", count=mentee.planned_meetings) if mentee.planned_meetings else "",
    ]
    said = " · ".join(fact for fact in facts if fact)
    forget = button("forget", mentee.id, labels("plan.forget"), kind="danger")
    more = menu(f"{labels('plan.more')}: {mentee.name}", [forget])
    acts = act(f"new:{mentee.id}", labels("plan.plan_next"), "go") + act(
        f"log:{mentee.id}", labels("plan.log_it")
    )
    return (
        f'<div class="mentee-head"><div><h1 tabindex="-1">{plain(mentee.name)}</h1>'
        f'<p class="about-text">{plain(said)}</p></div><div class="acts">{acts}{more}</div></div>'
    )


# -- the path ------------------------------------------------------------------------------------


def _strip(path: Path, labels: Labels) -> str:
    """The path as dots: filled for what was, hollow for what lies ahead."""
    points = "".join(_point(event, labels) for event in path.events)
    title = plain(labels("plan.path"))
    hint = "" if path.logs else f'<p class="hint">{plain(labels("plan.path_empty"))}</p>'
    return (
        f'<section class="path"><h3>{title}</h3><ol class="points-of-path">{points}</ol>{hint}'
        f"</section>"
    )


def _point(event: Event, labels: Labels) -> str:
    if event.kind == "plan" and event.plan is not None:
        inside = button("plan", f"open:{event.plan.id}", event.plan.title, icon="plan")
        return f'<li class="point is-plan">{inside}{_when(event, labels)}</li>'
    turns = ", ".join(labels(f"plan.turn_{turn}") for turn in event.turns)
    felt = event.log.felt if event.log else None
    name = labels("plan.fact_number", number=event.number)
    face = _face(felt, labels) if felt else ""
    kept = _kept(event, labels)
    about = f'<span class="turn">{plain(turns)}</span>' if turns else ""
    return (
        f'<li class="point is-{event.kind}"><span class="dot" title="{plain(name)}">'
        f'<span class="sr">{plain(name)}</span><span class="number">{event.number}</span></span>'
        f"{_when(event, labels)}{face}{about}{kept}</li>"
    )


def _when(event: Event, labels: Labels) -> str:
    text = short_day(event.day, labels) if event.day else labels("plan.to_come")
    kind = "when" if event.day else "when sr"
    return f'<span class="{kind}">{plain(text)}</span>'


def _kept(event: Event, labels: Labels) -> str:
    if not event.agreed:
        return ""
    text = labels("plan.kept_of", kept=event.kept, agreed=event.agreed)
    return f'<span class="kept">{plain(text)}</span>'


def _face(felt: int, labels: Labels) -> str:
    word = plain(labels(f"plan.felt_{felt}"))
    return (
        f'<span class="face" title="{word}"><span class="icon icon-felt-{felt}"></span>'
        f'<span class="sr">{word}</span></span>'
    )


# -- what is open and what comes -----------------------------------------------------------------


def _open(agreements: Sequence[OpenAgreement], labels: Labels) -> str:
    items = "".join(
        f"<li>{_box(one.log_id, one.place, one.text, done=False)}"
        f'<span class="where">{plain(labels("plan.fact_number", number=one.number))}</span></li>'
        for one in agreements
    )
    inside = f'<ul class="agreements-open">{items}</ul>' if items else ""
    nothing = "" if items else f'<p class="hint">{plain(labels("plan.nothing_open"))}</p>'
    return (
        f'<section class="open-ones"><h3>{plain(labels("plan.open"))}</h3>{inside}{nothing}'
        f"</section>"
    )


def _box(log: int, place: int, text: str, *, done: bool) -> str:
    """Something agreed, to tick off."""
    return fields.tick("agreement", f"{log}:{place}", text, done)


def _ahead(path: Path, labels: Labels) -> str:
    said = [labels(f"plan.dip_{turn.key}", number=turn.number) for turn in path.ahead]
    if not said:
        return ""
    return (
        f'<section class="ahead"><h3>{plain(labels("plan.ahead"))}</h3>'
        f"<p>{plain(' '.join(said))}</p></section>"
    )


# -- every meeting -------------------------------------------------------------------------------


def _logs(logs: Sequence[SessionLog], labels: Labels) -> str:
    if not logs:
        return ""
    rows = "".join(_log(log, labels) for log in reversed(logs))
    return (
        f'<section class="logs"><h3>{plain(labels("plan.meetings"))}</h3>'
        f'<ul class="rows">{rows}</ul></section>'
    )


def _log(log: SessionLog, labels: Labels) -> str:
    title = f"{labels('plan.fact_number', number=log.number)} · {short_day(log.held_on, labels)}"
    face = _face(log.felt, labels) if log.felt else ""
    deleted = button("delete-log", log.id, labels("plan.delete_log"), kind="danger")
    edited = act(f"log:{log.mentee_id}/{log.id}", labels("plan.edit_log"), "")
    more = menu(f"{labels('plan.more')}: {title}", [edited, deleted])
    return (
        f'<li class="log"><div class="log-head"><span class="title">{plain(title)}</span>{face}'
        f"{more}</div>{''.join(_told(log))}</li>"
    )


def _told(log: SessionLog) -> Iterator[str]:
    if log.happened:
        yield f'<p class="happened">{one_line(log.happened)}</p>'
    if log.agreed:
        boxes = "".join(
            f"<li>{_box(log.id, place, line.text, done=line.done)}</li>"
            for place, line in enumerate(log.agreed)
        )
        yield f'<ul class="agreed">{boxes}</ul>'
    if log.felt_words:
        yield f'<p class="felt-words">{one_line(log.felt_words)}</p>'


def _facts_form(mentee: Mentee, desk: Desk, labels: Labels) -> str:
    """Name, age and number of meetings, to change."""
    known = {
        "name": mentee.name,
        "age": str(mentee.age or ""),
        "meetings": str(mentee.planned_meetings or ""),
    }

    def field(name: str) -> str:
        return fields.line(
            name, labels(f"plan.mentee_{name}"), desk.held(name, known[name]),
            wrong=desk.problems.get(name, ""),
        )  # fmt: skip

    is_open = " open" if desk.problems else ""
    return (
        f'<details class="understood facts-of"{is_open}><summary><span class="understood-title">'
        f"{plain(labels('plan.change_mentee'))}</span></summary>"
        f'<div class="fields understood-form">{serial(desk.serial)}<div class="in-a-row">'
        f"{field('name')}{field('age')}{field('meetings')}</div>"
        f'<p class="hint">{plain(labels("plan.meetings_hint"))}</p>'
        f'<div class="saving">{go("describe", labels("plan.save"))}</div></div></details>'
    )
