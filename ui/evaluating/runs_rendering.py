"""Runs as HTML: starting one, how far it is, what came out, and two beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from evals.metrics.descriptions import description
from evals.pages.forms import form_of, is_sensitive
from evals.pages.words import Words
from ui.evaluating import fields
from ui.evaluating.fields import Choices
from ui.evaluating.rendering import empty_html, kind_name, suite_title, titled
from ui.evaluating.run_figures import Headline, Told, Worst
from ui.evaluating.scores_rendering import answer_html, figure, scores_html
from ui.labels import LANGUAGES, Labels
from ui.rendering import button, plain

if TYPE_CHECKING:
    from evals.report import SummaryRow
    from evals.running import Progress
    from evals.summary import Counts
    from ui.evaluating.suite_shelf import Shelved

_QUICK = 90
"""Seconds up to which time is told in seconds."""


def runs_html(
    told: Sequence[Told],
    headlines: Callable[[str], Sequence[Headline]],
    shelved: Sequence[Shelved],
    setup: Mapping[str, str],
    serial: int,
    labels: Labels,
    *,
    busy: bool,
) -> str:
    """Starting a run, and the runs there are, newest first."""
    parts = [titled(labels("evals.runs_title"), labels("evals.runs_about"))]
    if not busy:
        parts.append(_start(shelved, setup, serial, labels))
    parts.append(f'<div class="list-title"><h3>{plain(labels("evals.runs_list"))}</h3></div>')
    if not told and not busy:
        parts.append(empty_html(labels("evals.no_runs")))
    else:
        items = "".join(_run_item(each, headlines, labels) for each in told)
        parts.append(f'<div class="list"><ul class="rows">{items}</ul></div>')
    return "\n\n".join(parts)


def _start(
    shelved: Sequence[Shelved], setup: Mapping[str, str], serial: int, labels: Labels
) -> str:
    suites = [
        (each.name, f"{suite_title(each.suite, labels)} ({labels.number(len(each.suite.cases))})")
        for each in shelved
        if each.suite is not None
    ]
    chosen = fields.choice("suite", labels("evals.suite"), setup.get("suite", ""), suites)
    label = fields.line(
        "label", labels("evals.label"), setup.get("label", ""), hint=labels("evals.label_hint")
    )
    return (
        f'<div class="fields card-form">{fields.serial(serial)}'
        f'<div class="in-a-row">{chosen}{label}{fields.go("start-run", labels("evals.start"))}'
        f"</div></div>"
    )


def run_name(each: Told, labels: Labels, now: datetime | None = None) -> str:
    """What a run is called in lists to choose from."""
    day = labels.day(each.begun, now or datetime.now().astimezone())
    parts = [each.label, f"{day}, {each.begun:%H:%M}", _title(each, labels)]
    return " · ".join(part for part in parts if part)


def _run_item(each: Told, headlines: Callable[[str], Sequence[Headline]], labels: Labels) -> str:
    acts = ""
    if each.state == "stopped":
        acts = fields.quiet(f"go-on:{each.name}", labels("evals.go_on"))
    if each.state != "going":
        acts += button(
            "delete-run", each.name, labels("evals.delete_run"), kind="plain", icon="remove"
        )
    lines = "".join(
        f'<span class="headline {_met(line)}">{plain(line.text)}</span>'
        for line in (headlines(each.name) if each.state != "going" else ())
    )
    state = (
        ""
        if each.state == "done"
        else (f'<span class="state">{plain(_state(each, labels))}</span>')
    )
    return (
        f'<li class="run"><button type="button" name="evals" value="run:{each.name}"'
        f' class="row-main"><span class="title">{plain(each.label or _title(each, labels))}'
        f'</span><span class="where">{plain(_facts(each, labels))}</span>{state}'
        f'<span class="headlines">{lines}</span></button>'
        f'<span class="row-actions">{acts}</span></li>'
    )


def _met(line: Headline) -> str:
    return "met" if line.met == line.of else "missed"


def _title(each: Told, labels: Labels) -> str:
    return each.title.get(labels.language) or each.suite


def _facts(each: Told, labels: Labels) -> str:
    day = labels.day(each.begun, datetime.now().astimezone())
    return " · ".join(
        [
            *([_title(each, labels)] if each.label else []),
            labels.counted("evals.cases", each.total),
            labels("evals.version", version=each.version),
            f"{day}, {each.begun:%H:%M}",
        ]
    )


def _state(each: Told, labels: Labels) -> str:
    figures = {"done": labels.number(each.done), "total": labels.number(each.total)}
    return labels(f"evals.state_{each.state}", **figures)


def progress_html(title: str, progress: Progress | None, labels: Labels) -> str:
    """How far the run is, how long still, and a way to stop it."""
    stop = fields.quiet("stop-run", labels("evals.stop"))
    named = plain(labels("evals.running", name=title))
    if progress is None:
        bar, facts = "<progress></progress>", labels("progress.starting")
    else:
        figures = {"done": labels.number(progress.done), "total": labels.number(progress.total)}
        bar = f'<progress max="{max(progress.total, 1)}" value="{progress.done}"></progress>'
        facts = labels("evals.cases_done", **figures)
        if progress.seconds_left is not None:
            facts += f" · {labels('progress.left', time=_duration(progress.seconds_left, labels))}"
    return (
        f'<div class="progress running"><div class="progress-title">{named}</div>{bar}'
        f'<div class="progress-foot"><p class="facts">{plain(facts)}</p>{stop}</div></div>'
    )


def _duration(seconds: float, labels: Labels) -> str:
    if seconds < _QUICK:
        return labels("progress.seconds", count=labels.number(max(1, round(seconds))))
    return labels("progress.minutes", count=labels.number(round(seconds / 60)))


# -- one run -------------------------------------------------------------------------------------


def run_html(
    each: Told,
    headlines: Sequence[Headline],
    rows: Sequence[tuple[SummaryRow, Counts]],
    worst: Sequence[Worst],
    labels: Labels,
    *,
    suite_there: bool,
) -> str:
    """A run: sentences, figures by kind and language, and the worst cases."""
    facts = f"{_facts(each, labels)} · {labels.counted('evals.guides', each.guides)}"
    head = titled(
        each.label or _title(each, labels), facts, back=("go:runs", labels("evals.back_to_runs"))
    )
    acts = [
        f'<a class="go" href="evals/{each.name}/report.html?language={labels.language}" download>'
        f"{plain(labels('evals.download_report'))}</a>",
        fields.quiet(f"compare-with:{each.name}", labels("evals.compare_with")),
        fields.quiet(f"rate-run:{each.name}", labels("evals.rate_run")),
    ]
    if each.state == "stopped":
        acts.insert(0, fields.quiet(f"go-on:{each.name}", labels("evals.go_on")))
    state = "" if each.state == "done" else f'<p class="hint">{plain(_state(each, labels))}</p>'
    parts = [head, f'<div class="suite-acts"><div class="acts">{"".join(acts)}</div>{state}</div>']
    if not rows:
        return "\n\n".join([*parts, empty_html(labels("evals.nothing_measured"))])
    lines = "".join(f'<li class="{_met(line)}">{plain(line.text)}</li>' for line in headlines)
    parts.append(f'<div class="headline-list"><ul>{lines}</ul></div>')
    parts += [
        *_worst(worst, labels, suite=each.suite if suite_there else ""),
        *_figures(rows, labels),
    ]
    return "\n\n".join(parts)


def _figures(rows: Sequence[tuple[SummaryRow, Counts]], labels: Labels) -> list[str]:
    plain_rows = [(row, count) for row, count in rows if not row.concern]
    parts = [
        f'<div class="list-title"><h3>{plain(labels("evals.figures"))}</h3>'
        f"<p>{plain(labels('evals.figures_about'))}</p></div>"
    ]
    for kind in dict.fromkeys(row.kind for row, _ in plain_rows):
        own = [(row, count) for row, count in plain_rows if row.kind == kind]
        table = _table(own, lambda row: description(row.metric, labels.language).name, labels)
        parts.append(f'<div class="figures"><h4>{plain(kind_name(kind, labels))}</h4>{table}</div>')
    concerns = [(row, count) for row, count in rows if row.concern]
    if concerns:
        name = description(concerns[0][0].metric, labels.language).name
        table = _table(concerns, lambda row: labels(f"evals.concern_{row.concern}"), labels)
        by = plain(labels("evals.by_concern"))
        parts.append(f'<div class="figures"><h4>{plain(name)}: {by}</h4>{table}</div>')
    return parts


def _table(
    rows: Sequence[tuple[SummaryRow, Counts]], name: Callable[[SummaryRow], str], labels: Labels
) -> str:
    tongues = [code for code in LANGUAGES if any(row.language == code for row, _ in rows)]
    cells = {(name(row), row.language): (row, count) for row, count in rows}
    lines = ""
    for shown in dict.fromkeys(name(row) for row, _ in rows):
        about = next(description(row.metric, labels.language).what for row, _ in rows
                     if name(row) == shown)  # fmt: skip
        found = [cells.get((shown, code)) for code in tongues]
        if not any(cell and cell[1].ok + cell[1].errors for cell in found):
            continue
        lines += (
            f'<tr><th scope="row" title="{plain(about)}">{plain(shown)}</th>'
            + "".join(_cell(cell, code, labels) for cell, code in zip(found, tongues, strict=True))
            + "</tr>"
        )
    heads = "".join(
        f'<th scope="col">{plain(labels(f"library.language_{code}"))}</th>' for code in tongues
    )
    head = f'<th scope="col">{plain(labels("evals.looked_at"))}</th>{heads}'
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    return f'<div class="table">{table}</div>'


def _cell(found: tuple[SummaryRow, Counts] | None, language: str, labels: Labels) -> str:
    spoken = f'<span class="tongue">{plain(labels(f"library.language_{language}"))}</span>'
    if found is None:
        return f"<td>{spoken}–</td>"
    row, count = found
    of = labels("evals.n_of", n=labels.number(count.ok), of=labels.number(count.cases))
    if count.errors:
        of += f", {labels('evals.failed', count=labels.number(count.errors))}"
    if row.value is None:
        return f'<td>{spoken}–<span class="of">{plain(of)}</span></td>'
    words, unit = Words(labels.language), form_of(row.metric).unit
    ends = words.between(row.low, row.high, unit, words.value)
    between = f'<span class="between">{plain(ends)}</span>' if ends else ""
    return (
        f'<td>{spoken}<b class="figure">{plain(figure(row.metric, row.value, labels))}</b>{between}'
        f'<span class="of">{plain(of)}</span></td>'
    )


def _worst(worst: Sequence[Worst], labels: Labels, *, suite: str) -> list[str]:
    if not worst:
        return [f'<div class="nothing"><p>{plain(labels("evals.no_worst"))}</p></div>']
    items = "".join(_bad_case(each, labels, suite) for each in worst)
    return [
        f'<div class="list-title"><h3>{plain(labels("evals.worst"))}</h3>'
        f"<p>{plain(labels('evals.worst_about'))}</p></div>",
        f'<div class="list worst">{items}</div>',
    ]


def _bad_case(each: Worst, labels: Labels, suite: str) -> str:
    case, outcome = each.case, each.outcome
    tags = f"{kind_name(case.kind, labels)} · {labels(f'library.language_{case.language}')}"
    tags += f" · {case.id}"
    danger = is_sensitive(case)
    title = labels("evals.folded") if danger else " … ".join(case.turns)
    asked = f'<p class="asked">{plain(" … ".join(case.turns))}</p>' if danger else ""
    answer = (
        answer_html(outcome.text)
        if outcome.text
        else (
            f"<p>{plain(labels('evals.no_answer' if outcome.error else 'evals.only_searched'))}</p>"
        )
    )
    edit = fields.quiet(f"case:{suite}/{case.id}", labels("evals.open_case")) if suite else ""
    return (
        f'<details class="bad-case"><summary><span class="title">{plain(title)}</span>'
        f'<span class="where">{plain(tags)}</span></summary>'
        f'<div class="bad-body">{asked}<div class="two"><div>{answer}</div>'
        f"<div>{scores_html(each.scores, labels)}</div></div>{edit}</div></details>"
    )


def run_choices(told: Sequence[Told], labels: Labels) -> Choices:
    """The runs with something in them, to choose from."""
    return [(each.name, run_name(each, labels)) for each in told if each.done]
