"""A comparison of two runs as HTML: the verdict, what differs, and the cases that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evals.comparing import Comparison, Flip, sentence
from evals.comparing import Row as Compared
from evals.metrics.descriptions import description
from evals.pages.forms import form_of, is_sensitive
from evals.pages.words import Words
from evals.plots import differences
from ui.evaluating import fields
from ui.evaluating.rendering import empty_html, kind_name, titled
from ui.evaluating.run_figures import Told
from ui.evaluating.runs_rendering import run_choices
from ui.evaluating.scores_rendering import answer_html, figure
from ui.labels import Labels
from ui.rendering import plain

if TYPE_CHECKING:
    from ui.evaluating.fields import Choices

_SHOWN = 12
"""Changed cases that the page shows; the download has them all."""


def choose_two_html(
    told: Sequence[Told], setup: Mapping[str, str], serial: int, labels: Labels
) -> list[str]:
    """Choosing the two runs to compare."""
    head = titled(labels("evals.compare_title"), labels("evals.compare_about"))
    choices = run_choices(told, labels)
    if len(choices) < 2:
        first = fields.quiet("go:runs", labels("evals.to_runs"))
        return [head, empty_html(labels("evals.compare_needs_two"), first)]
    before = fields.choice("a", labels("evals.run_a"), setup.get("a", choices[1][0]), choices)
    after = fields.choice("b", labels("evals.run_b"), setup.get("b", choices[0][0]), choices)
    return [
        head,
        f'<div class="fields card-form">{fields.serial(serial)}<div class="in-a-row">{before}'
        f"{after}{fields.go('compare', labels('evals.compare'))}</div></div>",
    ]


def comparison_html(comparison: Comparison, names: Choices, labels: Labels) -> list[str]:
    """Verdict first, then plots and a table of what differs, then the cases side by side."""
    verdict = plain(sentence(comparison, labels.language))
    shared = labels("evals.shared", count=labels.number(comparison.shared))
    link = (
        f'<a class="go" href="evals/{comparison.a}/{comparison.b}/comparison.html'
        f'?language={labels.language}" download>{plain(labels("evals.download_comparison"))}</a>'
    )
    parts = [
        f'<div class="verdict verdict-{comparison.verdict}"><p>{verdict}</p>'
        f'<span class="where">{plain(shared)}</span></div>',
        f'<div class="suite-acts"><div class="acts">{link}</div></div>',
    ]
    differing = [row for row in comparison.rows if row.test.wins + row.test.losses]
    measured = [row for row in differing if form_of(row.metric).unit != "seconds"]
    if measured:
        parts += [*_plots(measured, labels), *_table(differing, names, labels)]
    return [*parts, *_flips(comparison.flips, labels)]


def _plots(rows: Sequence[Compared], labels: Labels) -> list[str]:
    figures = "".join(
        f"<div class='plot'><h4>{plain(description(metric, labels.language).name)}</h4>"
        f"{_plot(metric, [row for row in rows if row.metric == metric], labels)}</div>"
        for metric in dict.fromkeys(row.metric for row in rows)
    )
    return [
        f'<div class="list-title"><h3>{plain(labels("evals.differences"))}</h3>'
        f"<p>{plain(labels('evals.differences_about'))}</p></div>",
        f'<div class="plots">{figures}</div>',
    ]


def _plot(metric: str, rows: Sequence[Compared], labels: Labels) -> str:
    plotted = [
        (
            f"{_short(row.kind, labels)} · {row.language}",
            row.test.difference,
            row.test.interval.low if row.test.interval else None,
            row.test.interval.high if row.test.interval else None,
            row.test.cases,
        )
        for row in rows
    ]
    name = description(metric, labels.language).name
    words, unit = Words(labels.language), form_of(metric).unit
    return differences(plotted, title=name, show=lambda value: words.difference(value, unit))


def _short(kind: str, labels: Labels) -> str:
    key = f"evals.short_{kind}"
    return labels(key) if key in labels else kind.replace("_", " ")


def _table(rows: Sequence[Compared], names: Choices, labels: Labels) -> list[str]:
    heads = [
        labels("evals.looked_at"), labels("evals.before"), labels("evals.after"),
        labels("evals.wins"), labels("evals.reading"),
    ]  # fmt: skip
    head = "".join(f'<th scope="col">{plain(name)}</th>' for name in heads)
    body = "".join(_row(row, heads, labels) for row in rows)
    a, b = (plain(name) for _, name in names)
    return [
        f'<div class="compared"><p class="hint">{plain(labels("evals.before"))}: {a}<br>'
        f"{plain(labels('evals.after'))}: {b}</p>"
        f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        "</div></div>"
    ]


def _row(row: Compared, heads: Sequence[str], labels: Labels) -> str:
    about = description(row.metric, labels.language)
    where = f"{kind_name(row.kind, labels)} · {labels(f'library.language_{row.language}')}"
    # `wins` are the cases where the second run is higher, which for seconds is worse.
    won, lost = row.test.wins, row.test.losses
    if row.better == "lower":
        won, lost = lost, won
    counted = labels(
        "evals.won_lost", won=labels.number(won), same=labels.number(row.test.ties),
        lost=labels.number(lost),
    )  # fmt: skip
    cells = [
        figure(row.metric, row.mean_a, labels), figure(row.metric, row.mean_b, labels), counted,
        labels(f"evals.verdict_{row.verdict if row.adjusted is not None else 'untested'}"),
    ]  # fmt: skip
    shown = "".join(
        f'<td><span class="tongue">{plain(name)}</span>{plain(cell)}</td>'
        for name, cell in zip(heads[1:], cells, strict=True)
    )
    return (
        f'<tr class="verdict-{row.verdict}"><th scope="row" title="{plain(about.what)}">'
        f'{plain(about.name)}<span class="where">{plain(where)}</span></th>{shown}</tr>'
    )


def _flips(flips: Sequence[Flip], labels: Labels) -> list[str]:
    title = f'<div class="list-title"><h3>{plain(labels("evals.changed_cases"))}</h3></div>'
    if not flips:
        return [title, f'<div class="nothing"><p>{plain(labels("evals.no_flips"))}</p></div>']
    items = "".join(_flip(flip, labels) for flip in flips[:_SHOWN])
    more = ""
    if len(flips) > _SHOWN:
        more = f'<p class="hint">{plain(labels("evals.more_flips", count=len(flips) - _SHOWN))}</p>'
    return [title, f'<div class="list worst">{items}{more}</div>']


def _flip(flip: Flip, labels: Labels) -> str:
    better = (flip.score_b > flip.score_a) == (not form_of(flip.metric).lower_is_better)
    danger = is_sensitive(flip.case)
    title = labels("evals.folded") if danger else " … ".join(flip.case.turns)
    asked = f'<p class="asked">{plain(" … ".join(flip.case.turns))}</p>' if danger else ""
    name = description(flip.metric, labels.language).name
    silent = plain(labels("evals.only_searched"))
    sides = "".join(
        f'<div><p class="small-title">{plain(labels(key))} · {plain(name)} '
        f"{plain(figure(flip.metric, score, labels))}</p>"
        f"{answer_html(outcome.text) if outcome.text else silent}</div>"
        for key, score, outcome in (
            ("evals.before", flip.score_a, flip.outcome_a),
            ("evals.after", flip.score_b, flip.outcome_b),
        )
    )
    way = labels("evals.verdict_better" if better else "evals.verdict_worse")
    return (
        f'<details class="bad-case {"gained" if better else "lost"}"><summary>'
        f'<span class="title">{plain(title)}</span><span class="where">{plain(way)} · '
        f"{plain(kind_name(flip.case.kind, labels))}</span></summary>"
        f'<div class="bad-body">{asked}<div class="two">{sides}</div></div></details>'
    )
