"""A run's figures: tables by kind, safety apart, plots, and the cases behind each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evals.pages.forms import form_of, is_sensitive, shortfall
from evals.pages.page import folded, paragraph, table_of
from evals.pages.run import RunPage, case_link, cell_anchor, counts_of, group_name
from evals.pages.views import SummaryRow
from evals.pages.words import cut, exact, metric_name
from evals.plots import Row, dots_with_intervals, escaped
from evals.scores import Score


def _figure(page: RunPage, row: SummaryRow) -> str:
    """A cell: the value, which leads to its cases, the interval, and what counts."""
    words, form, counts = page.words, form_of(row.metric), counts_of(page, row)
    shown = words.value(row.value, form.unit)
    parts = [f'<a class="value" href="#{cell_anchor(page, row)}">{exact(row.value, shown)}</a>']
    interval = words.between(row.low, row.high, form.unit, words.value)
    if interval and row.value is not None:
        parts.append(f'<span class="interval">{escaped(interval)}</span>')
    parts.append(f'<span class="of">{words.html("figures.of", n=counts.ok, of=counts.of)}</span>')
    for state in ("not_applicable", "error"):
        count = sum(many for name, _, many in counts.reasons if name == state)
        if count:
            marked = words.html(f"figures.mark_{state}", count=count)
            parts.append(f'<span class="of {state}">{marked}</span>')
    return f'<div class="figure">{" ".join(parts)}</div>'


def figures_part(page: RunPage) -> str:
    """A table a kind of case: metrics by language."""
    words = page.words
    rows = page.plain_rows()
    tables = []
    for kind in dict.fromkeys(row.kind for row in rows):
        own = [row for row in rows if row.kind == kind]
        title = escaped(words.named("kinds", kind))
        tables.append(
            f'<h3 id="{page.anchor("kind", kind)}">{title}</h3>'
            f"{_figure_table(page, own)}{_left_out(page, own)}"
        )
    return paragraph(words("figures.about")) + "".join(tables) if tables else ""


def _figure_table(page: RunPage, rows: Sequence[SummaryRow]) -> str:
    words = page.words
    languages = [known for known in page.languages() if known in {row.language for row in rows}]
    cells = {(row.metric, row.language): _figure(page, row) for row in rows}
    lines = [
        [metric_name(words, metric), *(cells.get((metric, each), "–") for each in languages)]
        for metric in dict.fromkeys(row.metric for row in rows)
    ]
    heads = [words("figures.metric"), *(words.named("languages", each) for each in languages)]
    return table_of(heads, lines, "figures")


def _left_out(page: RunPage, rows: Sequence[SummaryRow]) -> str:
    """Why cases don't count, figure by figure."""
    words, items, total = page.words, [], 0
    for row in rows:
        reasons = counts_of(page, row).reasons
        total += sum(count for _, _, count in reasons)
        if reasons:
            texts = "; ".join(words(f"figures.{s}", count=n, reason=r) for s, r, n in reasons)
            where = f"{words.metric(row.metric)[0]}, {words.named('languages', row.language)}"
            items.append(f"<li><b>{escaped(where)}</b> {escaped(texts)}</li>")
    if not items:
        return ""
    return folded(words.html("figures.left_out", count=total), f"<ul>{''.join(items)}</ul>")


def safety_part(page: RunPage) -> str:
    """The figures on safety, each kind of concern and language by itself."""
    words, parts = page.words, []
    for metric, rows in page.safety_rows().items():
        name, about = words.metric(metric)
        languages = [each for each in page.languages() if each in {row.language for row in rows}]
        cells = {(group_name(page, row), row.language): _figure(page, row) for row in rows}
        lines = [
            [escaped(group), *(cells.get((group, each), "–") for each in languages)]
            for group in dict.fromkeys(group_name(page, row) for row in rows)
        ]  # fmt: skip
        heads = [words("safety.concern"), *(words.named("languages", each) for each in languages)]
        parts.append(
            f"<h3>{escaped(name)}</h3>{paragraph(about)}{table_of(heads, lines, 'figures')}"
            f"{_left_out(page, rows)}{_plot_with_cases(page, metric, rows)}"
        )
    return paragraph(words("safety.about")) + "".join(parts) if parts else ""


def metrics_part(page: RunPage) -> str:
    """Each metric's plot by kind and language, with the cases behind each figure."""
    words, parts = page.words, []
    rows = page.plain_rows()
    for metric in dict.fromkeys(row.metric for row in rows):
        about = words.metric(metric)[1]
        own = [row for row in rows if row.metric == metric]
        parts.append(
            f'<div class="metric"><h3>{metric_name(words, metric)}</h3>'
            f"{paragraph(about)}{_plot_with_cases(page, metric, own)}</div>"
        )
    if not parts:
        return ""
    return (
        paragraph(words("metrics_section.about")) + f'<div class="metrics">{"".join(parts)}</div>'
    )


def _plot_with_cases(page: RunPage, metric: str, rows: Sequence[SummaryRow]) -> str:
    words, unit = page.words, form_of(metric).unit
    plotted: list[Row] = []
    for row in rows:
        label = f"{group_name(page, row)} · {row.language}"
        plotted.append((label, row.value, row.low, row.high, counts_of(page, row).ok))
    ends = [end for row in rows for end in (row.value, row.high) if end and math.isfinite(end)]
    plot = dots_with_intervals(
        plotted,
        high=max(ends, default=1.0) if unit == "seconds" else 1.0,
        title=words.metric(metric)[0],
        show=lambda value: words.value(value, unit),
    )
    lists = "".join(_case_list(page, row) for row in rows)
    return (
        f'<div class="figure-cases"><figure class="plot">{plot}</figure>'
        f'<div class="lists">{lists}</div></div>'
    )


def _case_list(page: RunPage, row: SummaryRow) -> str:
    """The cases behind one figure, the weakest first; those that met it in a line of their own."""
    words, unit = page.words, form_of(row.metric).unit
    found = [page.scores.get((case, row.metric)) for case in row.cases]
    scores = sorted((s for s in found if s), key=lambda s: (s.state != "error", -shortfall(s)))
    met = [s for s in scores if s.state == "ok" and shortfall(s) == 0]
    items = [_listed(page, s) for s in scores if s.state != "not_applicable" and s not in met]
    inside = f"<ol>{''.join(items)}</ol>" if items else ""
    if met:
        links = ", ".join(case_link(page, score.case) for score in met)
        inside += f"<p>{words.html('metrics_section.met', count=len(met))} {links}</p>"
    name = f"{group_name(page, row)} · {words.named('languages', row.language)}"
    value = f"<b>{escaped(words.value(row.value, unit))}</b>"
    of = words.html("figures.of", n=counts_of(page, row).ok, of=len(row.cases))
    head = f'{escaped(name)} {value} <span class="of">{of}</span>'
    return folded(head, inside + _left_out(page, [row]), cell_anchor(page, row))


def _listed(page: RunPage, score: Score) -> str:
    """A case in a list, with the first thing that it lacks."""
    value = page.words.value(score.value, form_of(score.metric).unit)
    case = page.cases.get(score.case)
    folded = case is None or is_sensitive(case)
    why = page.words.reason(score)
    if score.details and not folded:
        why = score.details[0]
    shown = f" <span>{escaped(cut(why, 70))}</span>" if why else ""
    return f"<li>{case_link(page, score.case)} <b>{escaped(value)}</b>{shown}</li>"
