"""How Tandem understood a request: a line of facts, the form behind it, and the question back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ui.evaluating import fields
from ui.labels import Labels
from ui.planning.desk import Desk
from ui.planning.parts import act, assumed, go, serial
from ui.planning.request_form import (
    AVOIDED,
    BOUNDS,
    SETTINGS,
    STAGES,
    WISHES,
    WORLDS,
    fields_of,
    labelled,
    theme_label,
    trait_label,
)
from ui.rendering import plain

if TYPE_CHECKING:
    from assistant.planning.plan import SessionPlan
    from assistant.planning.request import SessionRequest

_FEW = ("stage", "setting")
"""Questions whose answers are few enough for buttons."""


# -- the question back ---------------------------------------------------------------------------


def question_html(plan: SessionPlan, desk: Desk, labels: Labels) -> str:
    """The one question back, with a place to answer it; "" where there is none."""
    asked = plan.request.question
    if not plan.question or asked is None:
        return ""
    if asked in _FEW:
        known = STAGES if asked == "stage" else SETTINGS
        answers = "".join(
            act(f"tell:{asked}={key}", labels(f"plan.{asked}_{key}"), "chip") for key in known
        )
        inside = f'<div class="chips">{answers}</div>'
    else:
        inside = (
            f'<div class="in-a-row"><input type="text" name="answer" id="field-answer" value="">'
            f"{go('answer', labels('plan.answer'))}</div>"
        )
    return (
        f'<div class="fields question-back">{serial(desk.serial)}'
        f'<label class="asked-back" for="field-answer">{plain(plan.question)}</label>{inside}'
        f'<span class="hint">{plain(labels("plan.answer_hint"))}</span></div>'
    )


# -- the facts in a line -------------------------------------------------------------------------


def understood_html(plan: SessionPlan, desk: Desk, labels: Labels) -> str:
    """The facts that the plan stands on, and the form to put them right, folded."""
    is_open = " open" if desk.problems.keys() & BOUNDS.keys() else ""
    facts = "".join(
        f'<span class="fact{" is-assumed" if name in plan.request.assumed else ""}">'
        f"{plain(text)}</span>"
        for name, text in _facts(plan.request, labels)
    )
    return (
        f'<details class="understood"{is_open}><summary><span class="understood-title">'
        f'{plain(labels("plan.understood"))}</span><span class="facts-line">{facts}</span>'
        f"</summary>{_form(plan, desk, labels)}</details>"
    )


def _facts(request: SessionRequest, labels: Labels) -> Iterator[tuple[str, str]]:
    yield "minutes", labels("plan.fact_minutes", minutes=request.minutes)
    if request.number and request.stage == "regular":
        yield "number", labels("plan.fact_number", number=request.number)
    else:
        yield "stage", labels(f"plan.stage_{request.stage}")
    if request.people > 1:
        yield "people", labels("plan.fact_people", people=request.people)
    yield "setting", labels(f"plan.setting_{request.setting}")
    if request.name:
        yield "name", request.name
    if request.age:
        yield "age", labels("plan.fact_age", age=request.age)
    for key in request.themes:
        yield "themes", theme_label(key, labels.language)
    for key in request.traits:
        yield "traits", trait_label(key, labels.language)
    for key in request.avoid:
        yield "avoid", labels("plan.fact_avoid", what=labels(f"plan.avoid_{key}"))


# -- the form ------------------------------------------------------------------------------------


class _Form:
    """The form's fields: what it holds now, what is wrong in it, what was only assumed."""

    def __init__(self, request: SessionRequest, desk: Desk, labels: Labels) -> None:
        self._held: dict[str, Any] = fields_of(request) | desk.typed
        self._assumed, self._problems, self._labels = request.assumed, desk.problems, labels

    def number(self, name: str) -> str:
        field = fields.number(
            name, self._label(name), str(self._held[name]), wrong=self._problems.get(name, "")
        )
        return self._marked(name, field)

    def choice(self, name: str, keys: tuple[str, ...]) -> str:
        choices = [(key, self._labels(f"plan.{name}_{key}")) for key in keys]
        field = fields.choice(name, self._label(name), str(self._held[name]), choices)
        return self._marked(name, field)

    def line(self, name: str) -> str:
        hint = f"plan.hint_{name}"
        said = self._labels(hint) if hint in self._labels else ""
        return fields.line(name, self._label(name), str(self._held[name]), hint=said)

    def area(self, name: str, rows: int) -> str:
        hint = f"plan.hint_{name}"
        said = self._labels(hint) if hint in self._labels else ""
        field = fields.area(name, self._label(name), str(self._held[name]), rows=rows, hint=said)
        return self._marked(name, field)

    def ticks(self, name: str, keys: tuple[str, ...]) -> str:
        """Boxes to tick, shaped as chips."""
        boxes = [(key, self._labels(f"plan.{name}_{key}")) for key in keys]
        return self._chips(name, boxes, "")

    def some(self, name: str) -> str:
        """Those that were understood, as chips, and a list to add one."""
        every = labelled(name, self._labels.language)
        held = [str(key) for key in self._held[name]]
        boxes = [(key, label) for key, label in every if key in held]
        rest = [
            ("", self._labels("plan.add")),
            *((key, label) for key, label in every if key not in held),
        ]
        label = f'<span class="sr">{plain(self._labels(f"plan.field_add_{name}"))}</span>'
        more = fields.choice(f"add_{name}", "", str(self._held.get(f"add_{name}", "")), rest)
        return self._chips(name, boxes, more.replace("</label>", f"{label}</label>", 1))

    def _chips(self, name: str, boxes: list[tuple[str, str]], more: str) -> str:
        held = self._held[name]
        inside = "".join(fields.tick(name, key, label, key in held) for key, label in boxes)
        return (
            f'<fieldset class="field chips-field"><legend>{plain(self._label(name))}</legend>'
            f'<div class="chips">{inside}{more}</div></fieldset>'
        )

    def _label(self, name: str) -> str:
        return self._labels(f"plan.field_{name}")

    def _marked(self, name: str, field: str) -> str:
        return assumed(field, self._labels("plan.assumed")) if name in self._assumed else field


def _form(plan: SessionPlan, desk: Desk, labels: Labels) -> str:
    form = _Form(plan.request, desk, labels)
    rows = (
        (form.number("minutes"), form.choice("stage", STAGES), form.number("number")),
        (form.line("name"), form.number("age"), form.number("people")),
        (form.choice("setting", SETTINGS), form.choice("world", WORLDS)),
    )
    beside = "".join(f'<div class="in-a-row">{"".join(row)}</div>' for row in rows)
    return (
        f'<div class="fields understood-form">{serial(desk.serial)}{beside}'
        f"{form.some('themes')}{form.some('traits')}"
        f"{form.ticks('avoid', AVOIDED)}{form.line('shun')}{form.ticks('wishes', WISHES)}"
        f"{form.area('agreed', 2)}{form.area('situation', 3)}"
        f'<div class="saving">{go("correct", labels("plan.make_again"))}</div></div>'
    )
