"""What came of a meeting: a form that takes two minutes; and adding a mentee."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ui.evaluating import fields
from ui.labels import Labels
from ui.planning.desk import Desk
from ui.planning.parts import act, go, serial, titled
from ui.rendering import plain

if TYPE_CHECKING:
    from assistant.planning.mentees import Mentee, SessionLog


def log_html(
    mentee: Mentee, log: SessionLog | None, number: int, desk: Desk, labels: Labels
) -> str:
    """The form for a meeting that was held, empty or with what was noted before."""
    known = {
        "held_on": log.held_on.isoformat() if log else date.today().isoformat(),
        "number": str(log.number if log else number),
        "happened": log.happened if log else "",
        "agreed": "\n".join(line.text for line in log.agreed) if log else "",
        "felt": str(log.felt or "") if log else "",
        "felt_words": log.felt_words if log else "",
    }
    held = {name: desk.held(name, value) for name, value in known.items()}
    wrong = desk.problems
    title = titled(labels("plan.log_title", name=mentee.name), labels("plan.log_about"))
    happened = fields.area(
        "happened", labels("plan.happened"), held["happened"], rows=4,
        wrong=wrong.get("happened", ""),
    )  # fmt: skip
    agreed = fields.area(
        "agreed", labels("plan.agreed"), held["agreed"], rows=3,
        hint=labels("plan.agreed_hint"), wrong=wrong.get("agreed", ""),
    )  # fmt: skip
    number_field = fields.number(
        "number", labels("plan.log_number"), held["number"], wrong=wrong.get("number", "")
    )
    back = act(f"mentee:{mentee.id}", labels("plan.cancel"))
    return "\n\n".join(
        (
            title,
            f'<div class="fields log-form">{serial(desk.serial)}<div class="in-a-row">'
            f"{_day(held['held_on'], wrong.get('held_on', ''), labels)}{number_field}</div>"
            f"{happened}{agreed}{_faces(held['felt'], labels)}"
            f"{fields.line('felt_words', labels('plan.felt_words'), held['felt_words'])}"
            f'<div class="saving">{go("save-log", labels("plan.save_log"))}{back}</div></div>',
        )
    )


def _day(value: str, wrong: str, labels: Labels) -> str:
    line = fields.line("held_on", labels("plan.held_on"), value, wrong=wrong)
    return line.replace('type="text"', 'type="date"', 1)


def _faces(chosen: str, labels: Labels) -> str:
    """How it felt: five faces with words."""
    inside = "".join(
        f'<label class="felt"><input type="radio" name="felt" value="{felt}"'
        f"{' checked' if str(felt) == chosen else ''}>"
        f'<span class="felt-face"><span class="icon icon-felt-{felt}"></span>'
        f'<span class="felt-word">{plain(labels(f"plan.felt_{felt}"))}</span></span></label>'
        for felt in range(1, 6)
    )
    return (
        f'<fieldset class="field felt-field"><legend>{plain(labels("plan.felt"))}</legend>'
        f'<div class="faces">{inside}</div></fieldset>'
    )


def add_html(desk: Desk, labels: Labels) -> str:
    """Beginning with a mentee, under a name of the mentor's choosing."""
    wrong = desk.problems
    name = fields.line(
        "name", labels("plan.mentee_name"), desk.held("name"),
        hint=labels("plan.name_hint"), wrong=wrong.get("name", ""),
    )  # fmt: skip
    age = fields.line(
        "age", labels("plan.mentee_age"), desk.held("age"), wrong=wrong.get("age", "")
    )
    meetings = fields.line(
        "meetings", labels("plan.mentee_meetings"), desk.held("meetings"),
        hint=labels("plan.meetings_hint"), wrong=wrong.get("meetings", ""),
    )  # fmt: skip
    return "\n\n".join(
        (
            titled(labels("plan.add_title"), labels("plan.add_about")),
            f'<div class="fields log-form">{serial(desk.serial)}{name}'
            f'<div class="in-a-row">{age}{meetings}</div>'
            f'<div class="saving">{go("save-mentee", labels("plan.add_mentee"))}</div></div>',
        )
    )
