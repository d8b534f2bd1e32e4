"""The side of the Plan view: the mentees, and the plans that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.labels import Labels
from ui.planning.parts import act, menu
from ui.planning.versions_rendering import day
from ui.rendering import button, plain

if TYPE_CHECKING:
    from assistant.planning.mentees import Mentee, PlanRecord


def side_html(
    mentees: Sequence[Mentee],
    plans: Sequence[PlanRecord],
    place: tuple[str, ...],
    labels: Labels,
) -> str:
    """A way to begin, then mentees, then plans, the newest first."""
    begin = act("new:", labels("plan.new"), "begin")
    here = place[1] if place[0] in {"mentee", "log"} else ""
    known = "".join(_mentee(one, str(one.id) == here) for one in mentees)
    listed = f"<ul>{known}</ul>" if known else ""
    add = act("add-mentee", labels("plan.new_path"), "add")
    opened = place[1] if place[0] == "plan" else ""
    kept = "".join(_plan(one, str(one.id) == opened, labels) for one in plans)
    rows = f"<ul>{kept}</ul>" if kept else f'<p class="empty">{plain(labels("plan.none"))}</p>'
    return "\n\n".join(
        (
            begin,
            f'<div class="day"><div class="small-title">{plain(labels("plan.mentees"))}</div>'
            f"{listed}{add}</div>",
            f'<div class="day"><div class="small-title">{plain(labels("plan.plans"))}</div>{rows}'
            f"</div>",
        )
    )


def _mentee(one: Mentee, current: bool) -> str:
    kind = "conversation current" if current else "conversation"
    return f'<li class="{kind}">{act(f"mentee:{one.id}", one.name, "open")}</li>'


def _plan(one: PlanRecord, current: bool, labels: Labels) -> str:
    kind = "conversation current" if current else "conversation"
    title = one.title.partition(" · ")[0] or labels("plan.untitled")
    facts = f"{day(one.updated, labels)} · {labels('plan.fact_minutes', minutes=one.minutes)}"
    deleted = button("delete-plan", one.id, labels("plan.delete"), kind="danger")
    more = menu(f"{labels('plan.more')}: {title}", [deleted])
    return (
        f'<li class="{kind}"><button type="button" name="plan" value="open:{one.id}" class="open"'
        f' title="{plain(title)}"><span class="row-title">{plain(title)}</span>'
        f'<span class="row-day">{plain(facts)}</span></button>{more}</li>'
    )
