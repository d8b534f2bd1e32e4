"""Two runs side by side: each figure with its test, plots, and the cases that changed."""

from __future__ import annotations

from functools import partial

from evals.pages.cases import turns_html
from evals.pages.forms import form_of, is_sensitive
from evals.pages.page import Anchors, folded, paragraph, prose, table_of
from evals.pages.views import ComparisonRow, ComparisonView, Flip
from evals.pages.words import Words, exact, metric_name
from evals.plots import Row, differences, escaped


def comparison_table(view: ComparisonView, words: Words, anchors: Anchors) -> str:
    if not view.rows:
        return ""
    names = ("metric", "mean_a", "mean_b", "difference", "p", "outcome", "cases", "detectable")
    heads = [words(f"comparison.{name}") for name in names]
    lines = [_compared(row, view, words, anchors) for row in view.rows]
    legend = f"A: {view.name_a} · B: {view.name_b}"
    return (
        f"{paragraph(words('comparison.about'))}{paragraph(legend)}{table_of(heads, lines, 'wide')}"
    )


def _row_name(row: ComparisonRow, words: Words) -> str:
    return f"{words.named('short_kinds', row.kind)} · {words.named('languages', row.language)}"


def _compared(
    row: ComparisonRow, view: ComparisonView, words: Words, anchors: Anchors
) -> list[str]:
    unit = form_of(row.metric).unit
    interval = words.between(row.low, row.high, unit, words.difference)
    counted = words.html("comparison.counted", n=row.n, clusters=row.clusters)
    changed = sum(_belongs(flip, row) for flip in view.flips)
    sides = (row.wins, row.ties, row.losses)
    better, same, worse = sides[::-1] if form_of(row.metric).lower_is_better else sides
    outcome = f"{better} / {same} / {worse}"
    if changed:
        anchor = anchors("changed", row.metric, row.kind, row.language)
        text = words.html("comparison.flips_here", count=changed)
        outcome += f' <a href="#{anchor}">{text}</a>'
    return [
        f"{metric_name(words, row.metric)} "
        f'<span class="of">{escaped(_row_name(row, words))}</span>',
        exact(row.mean_a, words.value(row.mean_a, unit)),
        exact(row.mean_b, words.value(row.mean_b, unit)),
        f"<b>{exact(row.difference, words.difference(row.difference, unit))}</b> "
        f'<span class="interval">{escaped(interval)}</span>',
        _p_value(row, words),
        outcome,
        counted,
        exact(row.detectable, words.difference(row.detectable, unit).lstrip("+")),
    ]


def _p_value(row: ComparisonRow, words: Words) -> str:
    def shown(value: float | None) -> str:
        if value is not None and value < 0.001:
            return words("comparison.below")
        return words.value(value, "degree")

    alone = words.html("comparison.alone", p=shown(row.p))
    return f'{exact(row.p_adjusted, shown(row.p_adjusted))} <span class="of">{alone}</span>'


def comparison_plots(view: ComparisonView, words: Words) -> str:
    figures = []
    for metric in dict.fromkeys(row.metric for row in view.rows):
        unit, name = form_of(metric).unit, words.metric(metric)[0]
        rows: list[Row] = [
            (f"{words.named('short_kinds', row.kind)} · {row.language}", row.difference, row.low,
             row.high, row.n)
            for row in view.rows
            if row.metric == metric
        ]  # fmt: skip
        plot = differences(rows, title=name, show=partial(words.difference, unit=unit))
        figures.append(
            f'<figure class="plot"><figcaption>{escaped(name)}</figcaption>{plot}</figure>'
        )
    if not figures:
        return ""
    return (
        f"{paragraph(words('comparison.plot_about'))}"
        f'<div class="metrics pairs">{"".join(figures)}</div>'
    )


def _belongs(flip: Flip, row: ComparisonRow) -> bool:
    own = (flip.metric, flip.case.kind, flip.case.language)
    return own == (row.metric, row.kind, row.language)


def flips_part(view: ComparisonView, words: Words, anchors: Anchors) -> str:
    if not view.flips:
        return paragraph(words("comparison.no_flips"))
    parts = []
    groups = {(f.metric, f.case.kind, f.case.language): None for f in view.flips}
    for metric, kind, language in groups:
        own = [f for f in view.flips if (f.metric, f.case.kind, f.case.language)
               == (metric, kind, language)]  # fmt: skip
        where = f"{words.named('short_kinds', kind)} · {words.named('languages', language)}"
        cases = "".join(_flip(flip, view, words, anchors) for flip in own)
        parts.append(
            f'<h3 id="{anchors("changed", metric, kind, language)}">{metric_name(words, metric)}'
            f' <span class="of">{escaped(where)}</span></h3>{cases}'
        )
    return paragraph(words("comparison.flips_about")) + "".join(parts)


def _flip(flip: Flip, view: ComparisonView, words: Words, anchors: Anchors) -> str:
    unit = form_of(flip.metric).unit
    sides = ""
    for key, name, answer, score in (
        ("a", view.name_a, flip.answer_a, flip.score_a),
        ("b", view.name_b, flip.answer_b, flip.score_b),
    ):
        shown = prose(answer) or f'<p class="of">{words.html("cases.no_answer")}</p>'
        sides += (
            f'<div class="side"><h4>{words.html(f"comparison.{key}")} '
            f'<span class="of">{escaped(name)}</span> {exact(score, words.value(score, unit))}</h4>'
            f'<div class="answer">{shown}</div></div>'
        )
    inside = f'{turns_html(flip.case, words)}<div class="sides">{sides}</div>'
    if is_sensitive(flip.case):
        inside = folded(words.html("cases.fold"), inside, look="careful")
    anchor = anchors("flip", flip.metric, flip.case.id)
    return (
        f'<article id="{anchor}" class="flip"><p class="id">{escaped(flip.case.id)}</p>'
        f"{inside}</article>"
    )
