"""What stands around a plan: for whom it is, its versions, taking it along, changing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.words import data
from ui.evaluating import fields
from ui.labels import Labels
from ui.planning.desk import Desk
from ui.planning.parts import act, go, serial
from ui.rendering import button, plain

if TYPE_CHECKING:
    from assistant.planning.comparing import Difference
    from assistant.planning.mentees import Mentee, PlanRecord, PlanVersion
    from assistant.planning.plan import SessionPlan
    from assistant.planning.request import SessionRequest

FORMS = ("pdf", "docx", "md")
SUGGESTED = 3


@dataclass(frozen=True)
class Kept:
    """A plan that is kept, the version of it that is looked at, and what can be done with it."""

    record: PlanRecord
    versions: Sequence[PlanVersion]
    shown: PlanVersion
    token: str
    mentees: Sequence[Mentee]
    difference: Difference | None = None

    @property
    def newest(self) -> PlanVersion:
        return self.versions[-1]

    @property
    def is_newest(self) -> bool:
        return self.shown.version == self.newest.version

    @property
    def address(self) -> str:
        """Where the files of the version that is looked at are."""
        return f"plans/{self.token}/{self.shown.version}/plan"

    @property
    def mentee(self) -> Mentee | None:
        """Whom the plan is kept for."""
        return next((one for one in self.mentees if one.id == self.record.mentee_id), None)


# -- for whom, and taking it along ---------------------------------------------------------------


def tools_html(kept: Kept, desk: Desk, labels: Labels) -> str:
    """For whom the plan is kept, and what it can be taken along as."""
    return (
        f'<div class="plan-tools">{_versions(kept, labels)}{_along(kept, labels)}'
        f"{_whose(kept, desk, labels)}</div>"
    )


def _along(kept: Kept, labels: Labels) -> str:
    links = "".join(
        f'<a class="take" href="{kept.address}.{form}" download>{plain(labels(f"plan.as_{form}"))}'
        f"</a>"
        for form in FORMS
    )
    printed = button("plan-print", f"{kept.address}.html", labels("plan.print"), kind="take")
    day = button("plan-calendar", f"{kept.address}.ics", labels("plan.calendar"), kind="take")
    return (
        f'<div class="along" role="group"><span class="small-title">'
        f"{plain(labels('plan.along'))}</span>{printed}{links}{day}</div>"
    )


def _whose(kept: Kept, desk: Desk, labels: Labels) -> str:
    mentee = kept.mentee
    if mentee is not None:
        open_ = act(f"mentee:{mentee.id}", labels("plan.path_of", name=mentee.name), "quiet")
        log = act(f"log:{mentee.id}//{kept.record.number or ''}", labels("plan.log_it"))
        return f'<div class="whose"><span class="acts">{open_}{log}</span></div>'
    name = kept.shown.plan.request.name
    offered = act(f"give-new:{name}", labels("plan.keep_for", name=name)) if name else ""
    return (
        f'<details class="whose menu-like"{" open" if "new_mentee" in desk.problems else ""}>'
        f"<summary>{plain(labels('plan.keep_for_whom'))}</summary>"
        f'<div class="fields whose-form">{serial(desk.serial)}'
        f'<p class="hint">{plain(labels("plan.keep_hint"))}</p>'
        f"{offered}{_others(kept, labels)}{_new_mentee(desk, labels)}</div></details>"
    )


def _others(kept: Kept, labels: Labels) -> str:
    if not kept.mentees:
        return ""
    choices = [("", labels("plan.choose")), *((str(one.id), one.name) for one in kept.mentees)]
    chosen = fields.choice("mentee", labels("plan.known_mentee"), "", choices)
    return f'<div class="in-a-row">{chosen}{act("give", labels("plan.keep"))}</div>'


def _new_mentee(desk: Desk, labels: Labels) -> str:
    line = fields.line(
        "new_mentee", labels("plan.new_mentee"), desk.held("new_mentee"),
        wrong=desk.problems.get("new_mentee", ""),
    )  # fmt: skip
    return f'<div class="in-a-row">{line}{act("give-new", labels("plan.add_mentee"))}</div>'


# -- versions ------------------------------------------------------------------------------------


def _versions(kept: Kept, labels: Labels) -> str:
    """The versions so far; "" for a single one."""
    if len(kept.versions) < 2:
        return ""
    chips = "".join(_version(one, kept, labels) for one in kept.versions)
    return (
        f'<div class="versions" role="group"><span class="small-title">'
        f"{plain(labels('plan.versions'))}</span>{chips}</div>"
    )


def change_said_html(kept: Kept, desk: Desk, labels: Labels) -> str:
    """What the last change did; or, of an earlier version, what can be done with it."""
    if kept.is_newest:
        return "" if desk.notice or len(kept.versions) < 2 else _changed(kept, labels)
    number = kept.shown.version
    said = labels("plan.looking_at", version=number, newest=kept.newest.version)
    acts = (
        act(f"back:{number}", labels("plan.bring_back"), "go")
        + act(f"compare:{number}", labels("plan.compare"))
        + act("version:", labels("plan.to_newest"))
    )
    return (
        f'<div class="notice old-version" role="status"><span class="notice-text">'
        f'{plain(said)}</span><span class="notice-acts">{acts}</span></div>'
    )


def _version(one: PlanVersion, kept: Kept, labels: Labels) -> str:
    name = labels("plan.version", version=one.version)
    kind = "version on" if one.version == kept.shown.version else "version"
    what = "" if one.version == kept.newest.version else str(one.version)
    return (
        f'<button type="button" name="plan" value="version:{what}" class="{kind}"'
        f' title="{plain(" ".join(one.plan.changes) or name)}">'
        f'<span class="sr">{plain(name)}</span><span class="number">{one.version}</span></button>'
    )


def _changed(kept: Kept, labels: Labels) -> str:
    """What the last change did, and the way back."""
    changes = kept.newest.plan.changes
    if not changes:
        return ""
    before = kept.versions[-2].version
    acts = act(f"compare:{before}", labels("plan.what_differs")) + act(
        f"back:{before}", labels("plan.undo")
    )
    said = "".join(f'<span class="change">{plain(text)}</span>' for text in changes)
    return (
        f'<div class="notice done" role="status"><span class="notice-text">{said}</span>'
        f'<span class="notice-acts">{acts}</span></div>'
    )


def comparison_html(kept: Kept, labels: Labels) -> str:
    """What is gone, new and changed between the version that is looked at and the newest."""
    if kept.difference is None:
        return ""
    title = labels("plan.compared", version=kept.shown.version, newest=kept.newest.version)
    rows = "".join(_differs(kept.difference, kept.newest.plan.language, labels))
    inside = f'<ul class="differs">{rows}</ul>' if rows else f"<p>{plain(labels('plan.same'))}</p>"
    return f'<section class="comparison"><h3 tabindex="-1">{plain(title)}</h3>{inside}</section>'


def _differs(found: Difference, language: str, labels: Labels) -> Iterator[str]:
    words = data("prompts", f"planning/page_{language}.yaml")
    for kind in ("gone", "new", "changed"):
        for title in getattr(found, kind):
            yield _differing(kind, title, labels)
    for title, before, after in found.minutes:
        text = labels("plan.differs_minutes", title=title, before=before, after=after)
        yield _differing("minutes", text, labels)
    if found.order:
        yield _differing("changed", labels("plan.differs_order"), labels)
    for name in found.beside:
        yield _differing("changed", words[name].format(name=words["names"]["nobody"]), labels)


def _differing(kind: str, text: str, labels: Labels) -> str:
    return (
        f'<li class="differs-{kind}"><span class="state">'
        f"{plain(labels(f'plan.differs_{kind}_tag'))}</span><span>{plain(text)}</span></li>"
    )


# -- changing ------------------------------------------------------------------------------------


def change_html(kept: Kept, desk: Desk, labels: Labels) -> str:
    """The line for changing the plan by talking, with suggestions."""
    plan = kept.newest.plan
    chips = "".join(
        act(f"say:{wish}", wish, "chip") for wish in suggestions(plan, labels)[:SUGGESTED]
    )
    label, hint = labels("plan.change"), labels("plan.change_hint")
    return (
        f'<div class="fields change-bar">{serial(desk.serial)}'
        f'<div class="chips" role="group">{chips}</div><div class="change-line">'
        f'<label class="sr" for="field-change">{plain(label)}</label>'
        f'<input type="text" name="change" id="field-change" value="{plain(desk.held("change"))}"'
        f' placeholder="{plain(hint)}" title="{plain(label)}">'
        f"{go('change', labels('plan.do_change'))}</div></div>"
    )


def suggestions(plan: SessionPlan, labels: Labels) -> list[str]:
    """Changes that this plan can have, the likeliest first."""
    return list(_suggested(plan.request, plan, labels))


def _suggested(request: SessionRequest, plan: SessionPlan, labels: Labels) -> Iterator[str]:
    shorter = next((few for few in (90, 60, 45, 30, 20) if few < request.minutes), 30)
    yield labels("plan.suggest_minutes", minutes=shorter)
    if "writing" not in request.avoid:
        yield labels("plan.suggest_writing")
    if request.setting == "in_person":
        yield labels("plan.suggest_outside")
    place = next((n for n, item in enumerate(plan.agenda, 1) if item.people is not None), None)
    if place is not None:
        yield labels("plan.suggest_again", number=place)
    if "role_play" not in request.avoid:
        yield labels("plan.suggest_role_play")


def day(moment: datetime, labels: Labels) -> str:
    """A short date as the person's computer counts days."""
    return labels.day(moment.astimezone(), datetime.now().astimezone())
