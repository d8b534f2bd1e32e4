"""Where a plan begins: a few sentences about the meeting; and what is said instead of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.evaluating import fields
from ui.labels import Labels
from ui.planning.desk import Desk
from ui.planning.parts import act, go, serial
from ui.rendering import concern_html, markdown_blocks, plain

if TYPE_CHECKING:
    from assistant.planning.mentees import Mentee
    from assistant.planning.plan import SessionPlan

EXAMPLES = ("quarrel", "first", "last")


def start_html(
    desk: Desk,
    labels: Labels,
    mentees: Sequence[Mentee],
    chosen: Mentee | None,
    number: int,
    agreed: Sequence[str],
) -> str:
    """The box for a few sentences; for a known mentee it starts from what was agreed."""
    title, about = labels("plan.start_title"), labels("plan.start_about")
    if chosen is not None:
        title = labels("plan.next_title", name=chosen.name, number=number)
        about = labels("plan.next_about", name=chosen.name)
    head = (
        f'<div class="start-head"><h1 tabindex="-1">{plain(title)}</h1><p>{plain(about)}</p></div>'
    )
    parts = [head, _box(desk, labels, chosen, agreed)]
    if mentees:
        parts.append(_for_whom(mentees, chosen, labels))
    if chosen is None:
        parts.append(_examples(labels))
    return "\n\n".join(parts)


def _box(desk: Desk, labels: Labels, chosen: Mentee | None, agreed: Sequence[str]) -> str:
    label = labels("plan.told_more" if chosen else "plan.told")
    box = fields.area(
        "told", label, desk.held("told"), rows=5,
        hint=labels("plan.told_hint"), wrong=desk.problems.get("told", ""),
    )  # fmt: skip
    taken = ""
    if agreed:
        items = "".join(f"<li>{plain(line)}</li>" for line in agreed[:5])
        taken = (
            f'<div class="taken-up"><div class="small-title">{plain(labels("plan.taken_up"))}</div>'
            f"<ul>{items}</ul></div>"
        )
    return (
        f'<div class="fields tell">{serial(desk.serial)}{taken}{box}'
        f'<div class="saving">{go("ask", labels("plan.make"))}</div></div>'
    )


def _for_whom(mentees: Sequence[Mentee], chosen: Mentee | None, labels: Labels) -> str:
    choices = [("", labels("plan.nobody_yet")), *((str(one.id), one.name) for one in mentees)]
    here = str(chosen.id) if chosen else ""
    chips = "".join(
        act(f"for:{key}", name, "chip on" if key == here else "chip") for key, name in choices
    )
    return (
        f'<div class="for-whom" role="group"><span class="small-title">'
        f"{plain(labels('plan.for_whom'))}</span>{chips}</div>"
    )


def _examples(labels: Labels) -> str:
    cards = "".join(
        f'<button type="button" class="example" name="plan-example" '
        f'value="{plain(labels(f"plan.example_{key}"))}">{plain(labels(f"plan.example_{key}"))}'
        f"</button>"
        for key in EXAMPLES
    )
    return (
        f'<div class="examples" role="group"><div class="small-title">'
        f"{plain(labels('plan.examples'))}</div>{cards}</div>"
    )


def instead_html(plan: SessionPlan, labels: Labels) -> str:
    """Help from people, or a limit, where no plan should serve."""
    back = act("again", labels("plan.change_text"))
    return f'<div class="instead">{told_html(plan, labels)}<div class="acts">{back}</div></div>'


def told_html(plan: SessionPlan, labels: Labels) -> str:
    """What is said instead of a plan, as a card."""
    if plan.kind == "crisis":
        return concern_html(plan.instead, labels)
    text = "".join(markdown_blocks(plan.instead))
    return f'<div class="told-card" role="note" tabindex="-1">{text}</div>'
