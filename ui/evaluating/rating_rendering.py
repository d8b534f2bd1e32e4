"""Rating and agreement as HTML: one answer at a time, and where people see things differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evals.pages.forms import is_sensitive
from evals.pages.words import Words
from evals.rating import content_note
from evals.verdicts import BEST, WORST, Criterion
from ui.evaluating import fields
from ui.evaluating.desk import Rated
from ui.evaluating.rendering import empty_html, titled
from ui.evaluating.run_figures import Told
from ui.evaluating.runs_rendering import run_choices
from ui.evaluating.scores_rendering import answer_html, scores_html
from ui.labels import Labels
from ui.rendering import one_line, plain

if TYPE_CHECKING:
    from evals.cases import Case
    from evals.outcomes import Outcome
    from evals.rating import CriterionAgreement, Item, ShownQuote, Talk
    from evals.scores import Score

_TALKS = 12
"""Disagreements shown a criterion."""


def begin_html(told: Sequence[Told], setup: Mapping[str, str], serial: int, labels: Labels) -> str:
    """Who rates, and which run or runs."""
    head = titled(labels("evals.rate_title"), labels("evals.rate_about"))
    runs = run_choices(told, labels)
    if not runs:
        first = fields.quiet("go:runs", labels("evals.to_runs"))
        return f"{head}\n\n{empty_html(labels('evals.rate_needs_run'), first)}"
    name = fields.line(
        "rater", labels("evals.rater"), setup.get("rater", ""), hint=labels("evals.rater_hint")
    )
    first = fields.choice("run", labels("evals.run"), setup.get("run", ""), runs)
    other = fields.choice(
        "beside", labels("evals.beside"), setup.get("beside", ""),
        [("", labels("evals.only_one")), *runs], hint=labels("evals.beside_hint"),
    )  # fmt: skip
    return (
        f'{head}\n\n<div class="fields card-form">{fields.serial(serial)}{name}'
        f'<div class="in-a-row even">{first}{other}</div>'
        f'<div class="saving">{fields.go("begin-rating", labels("evals.begin"))}</div></div>'
    )


def rating_html(
    item: Item | None,
    progress: tuple[int, int],
    criteria: Sequence[Criterion],
    marks: Mapping[str, str],
    serial: int,
    labels: Labels,
) -> str:
    """One answer with its questions; or that all are rated."""
    done, total = progress
    figures = {"done": labels.number(done), "total": labels.number(total)}
    head = titled(labels("evals.rate_title"), back=("leave-rating", labels("evals.rate_leave")))
    bar = (
        f'<div class="rated-so-far"><progress max="{total}" value="{done}"></progress>'
        f"<span>{plain(labels('evals.rated', **figures))}</span></div>"
    )
    if item is None:
        onward = fields.quiet("go:agreement", labels("evals.part_agreement"))
        return f"{head}\n\n{bar}\n\n{empty_html(labels('evals.all_rated'), onward)}"
    return "\n\n".join(
        [head, bar, _shown(item, labels), _questions(criteria, marks, serial, labels)]
    )


def _shown(item: Item, labels: Labels) -> str:
    note = ""
    if item.content_note:
        text = content_note("de" if labels.language == "de" else "en")
        note = f'<p class="content-note">{plain(text)}</p>'
    said = "".join(f'<div class="said">{one_line(turn)}</div>' for turn in item.turns)
    quotes = "".join(
        f'<li><b>[{quote.number}]</b> <span class="where">'
        f"{plain(' › '.join([quote.path, *quote.heading_path]))}</span>"
        f"<p>{one_line(quote.passage)}</p></li>"
        for quote in _once(item)
    )
    sources = (
        f'<details class="checks"><summary>{plain(labels("answer.sources"))}</summary>'
        f'<ul class="quotes">{quotes}</ul></details>'
        if quotes
        else ""
    )
    return (
        f'<div class="to-rate">{note}<p class="small-title">{plain(labels("evals.asked"))}</p>'
        f"{said}"
        f'<p class="small-title">{plain(labels("evals.answer"))}</p>{answer_html(item.text)}'
        f"{sources}</div>"
    )


def _once(item: Item) -> list[ShownQuote]:
    """The quotes, one for each number."""
    return list({quote.number: quote for quote in reversed(item.quotes)}.values())[::-1]


def _questions(
    criteria: Sequence[Criterion], marks: Mapping[str, str], serial: int, labels: Labels
) -> str:
    asked = "".join(_question(each, marks.get(f"mark-{each.key}", "")) for each in criteria)
    comment = fields.area("comment", labels("evals.comment"), marks.get("comment", ""), rows=2)
    return (
        f'<div class="fields rating-form">{fields.serial(serial)}'
        f'<p class="hint keys">{plain(labels("evals.keys"))}</p>{asked}{comment}'
        f'<div class="saving">{fields.go("save-rating", labels("evals.save_rating"))}</div></div>'
    )


def _question(criterion: Criterion, marked: str) -> str:
    choices = "".join(
        f'<label class="mark"><input type="radio" name="mark-{criterion.key}" value="{mark}"'
        f"{' checked' if str(mark) == marked else ''}><span>{mark}</span></label>"
        for mark in range(WORST, BEST + 1)
    )
    anchors = "".join(
        f"<li><b>{mark}</b> {plain(text)}</li>" for mark, text in sorted(criterion.anchors.items())
    )
    return (
        f'<fieldset class="criterion"><legend>{plain(criterion.name)}</legend>'
        f"<p>{plain(criterion.question)}</p>"
        f'<div class="scale" role="group">{choices}</div>'
        f'<ul class="anchors">{anchors}</ul></fieldset>'
    )


def rated_html(rated: Rated | None, scores: Sequence[Score], labels: Labels) -> str:
    """The answer rated last, with what the automatic checks say of it."""
    if rated is None:
        return ""
    asked = " … ".join(rated.item.turns)
    return (
        f'<div class="last-rated"><h3>{plain(labels("evals.last_rated"))}</h3>'
        f'<p class="where">{plain(asked)}</p>'
        f'<p class="hint">{plain(labels("evals.last_about"))}</p>'
        f"{scores_html(scores, labels)}</div>"
    )


# -- agreement -----------------------------------------------------------------------------------


def agreement_html(
    told: Sequence[Told],
    chosen: str,
    found: Sequence[CriterionAgreement],
    cases: Mapping[str, tuple[Case, Outcome]],
    criteria: Mapping[str, Criterion],
    labels: Labels,
) -> str:
    """How far people agree on a run, and the answers to talk about."""
    head = titled(labels("evals.agreement_title"), labels("evals.agreement_about"))
    runs = run_choices(told, labels)
    raters = max((each.agreement.raters for each in found), default=0)
    if not chosen:
        first = fields.quiet("go:rate", labels("evals.part_rate"))
        return f"{head}\n\n{empty_html(labels('evals.agreement_needs'), first)}"
    choose = fields.choice("run", labels("evals.run"), chosen, runs)
    parts = [
        head,
        f'<div class="fields card-form"><div class="in-a-row">{choose}'
        f"{fields.go('agreement', labels('evals.show'))}</div></div>",
    ]
    if raters < 2:
        first = fields.quiet(f"rate-run:{chosen}", labels("evals.rate_run"))
        key = "evals.one_rater" if raters else "evals.no_rater"
        return "\n\n".join([*parts, empty_html(labels(key), first)])
    items = "".join(_agreement(each, criteria[each.criterion], labels) for each in found)
    parts.append(f'<div class="agreements">{items}</div>')
    talks = [(each.criterion, talk) for each in found for talk in each.disagreements[:_TALKS]]
    parts.append(
        f'<div class="list-title"><h3>{plain(labels("evals.talk_title"))}</h3>'
        f"<p>{plain(labels('evals.talk_about'))}</p></div>"
    )
    if not talks:
        return "\n\n".join([*parts, empty_html(labels("evals.no_talk"))])
    listed = _by_case(talks)
    shown = "".join(_talk(*cases[case], listed[case], criteria, labels) for case in listed
                    if case in cases)  # fmt: skip
    return "\n\n".join([*parts, f'<div class="list worst">{shown}</div>'])


def _agreement(each: CriterionAgreement, criterion: Criterion, labels: Labels) -> str:
    agreement = each.agreement
    reading = agreement.reading or agreement.reason or ""
    facts = labels.counted("evals.rated_twice", agreement.units)
    value, scale = "–", ""
    if agreement.value is not None:
        words = Words(labels.language)
        value = words.number(agreement.value, 2)
        if agreement.interval is not None:
            low, high = (words.number(end, 2)
                         for end in (agreement.interval.low, agreement.interval.high))  # fmt: skip
            facts = f"{labels('evals.between', low=low, high=high)} · {facts}"
        filled = round(100 * min(1.0, max(0.0, agreement.value)))
        scale = f'<meter min="0" max="100" value="{filled}"></meter>'
    return (
        f'<div class="agreement reading-{reading}"><h4>{plain(criterion.name)}</h4>'
        f'<p class="alpha"><b class="figure">{value}</b>{scale}</p>'
        f"<p>{plain(labels(f'evals.reading_{reading}'))}</p>"
        f'<p class="where">{plain(facts)}</p></div>'
    )


def _by_case(talks: Sequence[tuple[str, Talk]]) -> dict[str, list[tuple[str, Talk]]]:
    """By case, those furthest apart first."""
    found: dict[str, list[tuple[str, Talk]]] = {}
    for criterion, talk in sorted(talks, key=lambda pair: -pair[1].apart):
        found.setdefault(talk.unit, []).append((criterion, talk))
    return found


def _talk(
    case: Case,
    outcome: Outcome,
    talks: Sequence[tuple[str, Talk]],
    criteria: Mapping[str, Criterion],
    labels: Labels,
) -> str:
    marks = "".join(
        f'<li><span class="title">{plain(criteria[criterion].name)}</span>'
        + "".join(
            f'<span class="given">{plain(rater)}: <b>{mark:g}</b></span>'
            for rater, mark in sorted(talk.ratings.items())
        )
        + "</li>"
        for criterion, talk in talks
    )
    comments = {
        rater: comment for _, talk in talks for rater, comment in talk.comments.items() if comment
    }
    said = "".join(
        f"<li><b>{plain(rater)}</b> {one_line(comment)}</li>"
        for rater, comment in sorted(comments.items())
    )
    listed = f'<ul class="comments">{said}</ul>' if said else ""
    danger = is_sensitive(case)
    title = labels("evals.folded") if danger else " … ".join(case.turns)
    asked = f'<p class="asked">{plain(" … ".join(case.turns))}</p>' if danger else ""
    names = ", ".join(dict.fromkeys(criteria[criterion].name for criterion, _ in talks))
    return (
        f'<details class="bad-case"><summary><span class="title">{plain(title)}</span>'
        f'<span class="where">{plain(names)}</span></summary><div class="bad-body">{asked}'
        f'<div class="two"><div>{answer_html(outcome.text)}</div>'
        f'<div><ul class="rows talk">{marks}</ul>{listed}</div></div></div></details>'
    )
