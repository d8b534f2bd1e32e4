"""A case as HTML: the form it is written in, and what Tandem does with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.kinds import kind_names
from ui.evaluating import fields
from ui.evaluating.case_form import CONCERNS, ROLES, SEVERITIES, Draft
from ui.evaluating.rendering import kind_about, kind_name, titled
from ui.evaluating.scores_rendering import answer_html, scores_html
from ui.labels import Labels
from ui.rendering import button, one_line, plain

if TYPE_CHECKING:
    from evals.cases import Case
    from evals.outcomes import Outcome
    from evals.scores import Score

GRADES = (3, 2, 1)
_PLACES_SHOWN = 10


@dataclass(frozen=True)
class Tried:
    """What Tandem does with a case as it is written now."""

    case: Case
    outcome: Outcome
    passages: tuple[Any, ...]
    scores: tuple[Score, ...]


# -- the form ------------------------------------------------------------------------------------


def form_html(
    draft: Draft,
    problems: Mapping[str, str],
    serial: int,
    labels: Labels,
    *,
    back: tuple[str, str],
    own: bool,
) -> str:
    """The form: what is asked, then what a good answer does. `back` leads to its suite."""
    title = "evals.case_title" if draft.saved else "evals.new_case"
    about = ""
    if draft.twin_of:
        title, about = "evals.twin_title", labels("evals.twin_about")
    head = titled(labels(title), about, back=back)
    return "\n\n".join(
        [
            head,
            f'<div class="fields case-form">{fields.serial(serial)}'
            f"{_asked(draft, problems, labels)}"
            f"{_wanted(draft, problems, labels)}{_more(draft, problems, labels)}"
            f"{_saving(draft, labels, own=own)}</div>",
        ]
    )


def _asked(draft: Draft, problems: Mapping[str, str], labels: Labels) -> str:
    value = draft.fields
    kinds = [(kind, kind_name(kind, labels)) for kind in kind_names()]
    kinds.sort(key=lambda kind: list(_ORDER).index(kind[0]) if kind[0] in _ORDER else len(_ORDER))
    about = "".join(
        f'<span class="for-kind for-{kind}">{plain(kind_about(kind, labels))}</span>'
        for kind, _ in kinds
    )
    roles = [(role, labels(f"evals.role_{role}")) for role in ROLES]
    turns = fields.area(
        "turns", labels("evals.turns"), value["turns"], rows=3,
        hint=labels("evals.turns_hint"), wrong=problems.get("turns", ""),
    )  # fmt: skip
    spoken = fields.languages(labels)
    language = fields.radios("language", labels("evals.language"), value["language"], spoken)
    return (
        f"{fields.choice('kind', labels('evals.kind'), value['kind'], kinds)}"
        f'<p class="kind-about">{about}</p>'
        f'<div class="in-a-row even">'
        f"{language}"
        f"{fields.choice('role', labels('evals.role'), value['role'], roles)}</div>"
        f'{turns}<div class="try">{fields.quiet("try", labels("evals.try"))}'
        f'<span class="hint">{plain(labels("evals.try_hint"))}</span></div>'
    )


_ORDER = ("answer", "not_covered", "search", "reflect", "crisis", "near_miss", "boundary")
"""Kinds as a trainer is most likely to need them; those not named here come after."""

_ANSWERED = ("answer", "reflect")
_NO_ANSWER = ("search", "concern", "harmless")
_DANGER = ("crisis", "concern")


def _wanted(draft: Draft, problems: Mapping[str, str], labels: Labels) -> str:
    value = draft.fields

    def area(name: str, rows: int) -> str:
        return fields.area(
            name, labels(f"evals.field_{name}"), value[name], rows=rows,
            hint=labels(f"evals.hint_{name}"), wrong=problems.get(name, ""),
        )  # fmt: skip

    choose = [("", labels("evals.choose"))]
    concerns = [*choose, *((each, labels(f"evals.concern_{each}")) for each in CONCERNS)]
    severities = [
        ("", labels("evals.any_severity")),
        *((each, labels(f"evals.severity_{each}")) for each in SEVERITIES),
    ]
    concern = fields.choice(
        "concern", labels("evals.concern"), value["concern"], concerns,
        wrong=problems.get("concern", ""),
    )  # fmt: skip
    severity = fields.choice("severity", labels("evals.severity"), value["severity"], severities)
    return (
        f'<div class="{_only(_DANGER)} in-a-row even">{concern}{severity}</div>'
        f'<div class="{_only(_ANSWERED)}">{area("vital", 3)}{area("okay", 2)}</div>'
        f'<div class="{_without(_NO_ANSWER)}">{area("must_not", 2)}</div>'
    )


def _only(kinds: Sequence[str]) -> str:
    return " ".join(["only", *(f"only-{kind}" for kind in kinds)])


def _without(kinds: Sequence[str]) -> str:
    return _only([kind for kind in kind_names() if kind not in kinds])


def _more(draft: Draft, problems: Mapping[str, str], labels: Labels) -> str:
    value = draft.fields
    limits = "".join(
        fields.number(
            name, labels(f"evals.field_{name}"), value[name], wrong=problems.get(name, "")
        )
        for name in ("words", "questions")
    )
    tongues = [("", labels("evals.same_language")), *fields.languages(labels)]
    guides = fields.choice(
        "guides_language", labels("evals.guides_language"), value["guides_language"], tongues
    )
    opened = " open" if any(value[n] for n in ("words", "questions", "guides_language")) else ""
    return (
        f'<details class="more"{opened}><summary>{plain(labels("evals.more_fields"))}</summary>'
        f'<div class="in-a-row even {_without(_NO_ANSWER)}">{limits}</div>'
        f"{guides}"
        f"{fields.line('source', labels('evals.source'), value['source'])}"
        f"{fields.area('note', labels('evals.note'), value['note'], rows=2)}</details>"
    )


def _saving(draft: Draft, labels: Labels, *, own: bool) -> str:
    if not own:
        copy = fields.quiet(f"copy:{draft.suite}", labels("evals.copy_to_change"))
        return f'<div class="saving"><span>{plain(labels("evals.read_only"))}</span>{copy}</div>'
    acts = fields.go("save-case", labels("evals.save"))
    if draft.saved:
        acts += fields.quiet("save-then-twin", labels("evals.save_then_twin"))
    else:
        acts += fields.quiet("save-then-new", labels("evals.save_then_new"))
        if not draft.twin_of:
            acts += fields.quiet("save-then-twin", labels("evals.save_then_twin"))
    return f'<div class="saving">{acts}</div>'


# -- what Tandem does with it --------------------------------------------------------------------


def beside_html(
    draft: Draft, tried: Tried | None, labels: Labels, *, waiting: bool, wrong: str = ""
) -> str:
    """Beside the form: the marked places, and the answer with what search found."""
    parts = [_marked(draft, labels, wrong)]
    if waiting:
        parts.append(
            f'<div class="trying running"><span class="dots"><i></i><i></i><i></i></span>'
            f"<span>{plain(labels('evals.trying'))}</span></div>"
        )
    elif tried is None:
        parts.append(f'<div class="nothing"><p>{plain(labels("evals.not_tried"))}</p></div>')
    else:
        parts += [*_answer(tried, labels), *_found(draft, tried, labels), *_checks(tried, labels)]
    return "\n\n".join(part for part in parts if part)


def _marked(draft: Draft, labels: Labels, wrong: str) -> str:
    alert = f'<p class="wrong" role="alert">{plain(wrong)}</p>' if wrong else ""
    if not draft.relevant:
        return f'<div class="marked">{alert}</div>' if alert else ""
    items = "".join(
        f'<li><span class="row-main"><span class="title">{plain(place)}</span>'
        f'<span class="where">{plain(labels(f"evals.grade_{grade}"))}</span></span>'
        + button("evals", f"mark:0:{place}", labels("evals.unmark"), kind="plain", icon="close")
        + "</li>"
        for place, grade in sorted(draft.relevant.items())
    )
    title = plain(labels("evals.marked_title"))
    return (
        f'<div class="marked only only-answer only-search only-reflect">{alert}'
        f'<h3>{title}</h3><ul class="rows">{items}</ul></div>'
    )


def _answer(tried: Tried, labels: Labels) -> list[str]:
    outcome = tried.outcome
    if outcome.error:
        return [
            f'<div class="notice trouble" role="alert">{plain(labels("evals.no_answer"))}</div>'
        ]
    if not outcome.text:
        return []
    facts = [labels(key) for key in (f"evals.answered_{outcome.kind}",) if key in labels]
    facts.append(labels("evals.took", seconds=labels.number(outcome.seconds, 1)))
    return [
        f'<div class="answer-head"><h3>{plain(labels("evals.tandem_says"))}</h3>'
        f'<span class="where">{plain(" · ".join(facts))}</span></div>',
        answer_html(outcome.text),
    ]


def _found(draft: Draft, tried: Tried, labels: Labels) -> list[str]:
    if not tried.passages:
        return []
    items = "".join(_passage(draft, p, labels) for p in tried.passages[:_PLACES_SHOWN])
    return [
        f'<div class="found"><h3>{plain(labels("evals.found_title"))}</h3>'
        f'<p class="hint">{plain(labels("evals.found_about"))}</p>'
        f'<ol class="passages">{items}</ol></div>'
    ]


def place_of(passage: Any) -> str:
    """How a case names a passage's place: ``path#Heading``, or the path alone."""
    heading = passage.heading_path[-1] if passage.heading_path else ""
    return f"{passage.path}#{heading}" if heading and heading != passage.title else passage.path


def _passage(draft: Draft, passage: Any, labels: Labels) -> str:
    place = place_of(passage)
    grade = draft.relevant.get(place, 0)
    marks = "".join(
        button("evals", f"mark:{0 if value == grade else value}:{place}",
               labels(f"evals.mark_{value}"), kind=f"toggle mark{' on' if value == grade else ''}")
        for value in GRADES
    )  # fmt: skip
    where = " › ".join(part for part in passage.heading_path if part != passage.title)
    source = f"g{passage.guide_id}:{passage.start}:{passage.end}"
    cut = passage.text if len(passage.text) <= 420 else passage.text[:400].rsplit(" ", 1)[0] + " …"
    return (
        f'<li class="passage{" is-marked" if grade else ""}">'
        f'<button type="button" name="source" value="{source}" class="passage-open">'
        f'<span class="title">{plain(passage.title)}</span>'
        f'<span class="where">{plain(where)}</span></button>'
        f'<p class="passage-text">{one_line(cut)}</p>'
        f'<span class="marks" role="group">{marks}</span></li>'
    )


def _checks(tried: Tried, labels: Labels) -> list[str]:
    listed = "" if tried.outcome.error else scores_html(tried.scores, labels)
    if not listed:
        return []
    title = plain(labels("evals.checks_title"))
    return [f'<details class="checks"><summary>{title}</summary>{listed}</details>']
