"""What came out of a case as HTML: the answer, and how it scored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evals.metrics.descriptions import description, reason
from evals.pages.forms import form_of, shortfall
from evals.pages.words import Words
from ui.labels import LANGUAGES, Labels
from ui.rendering import markdown_blocks, plain

if TYPE_CHECKING:
    from evals.scores import Score


def answer_html(text: str) -> str:
    """An answer's text, its structure kept and nothing else."""
    return f'<div class="answer-text">{"".join(markdown_blocks(text))}</div>'


def scores_html(scores: Sequence[Score], labels: Labels) -> str:
    """What a case lacks, with its details; what is in order in a line. Waiting time is left out."""
    told = [
        score
        for score in scores
        if score.state != "not_applicable" and form_of(score.metric).role != "note"
    ]
    lacking = sorted((score for score in told if shortfall(score)), key=lambda s: -shortfall(s))
    items = "".join(_lack(score, labels) for score in lacking)
    listed = f'<ul class="rows scores">{items}</ul>' if items else ""
    met = [description(s.metric, labels.language).name for s in told if not shortfall(s)]
    line = labels("evals.in_order", names=", ".join(met)) if met else ""
    return listed + (f'<p class="where in-order">{plain(line)}</p>' if line else "")


def _lack(score: Score, labels: Labels) -> str:
    about = description(score.metric, labels.language)
    details = score.details if score.value is not None else (reason(score, labels.language),)
    shown = "".join(
        f'<span class="where">{plain(_detail(text, labels))}</span>' for text in details[:3]
    )
    return (
        f'<li class="score" title="{plain(about.what)}"><span class="row-main">'
        f'<span class="score-name">{plain(about.name)}</span>{shown}</span>'
        f'<b class="figure">{plain(figure(score.metric, score.value, labels))}</b></li>'
    )


def _detail(text: str, labels: Labels) -> str:
    """A detail as people say it: kinds of answer and languages are given by their keys."""
    words = Words(labels.language)
    if text in LANGUAGES:
        return words.named("languages", text)
    return words.named("answer_kinds", text) if re.fullmatch("[a-z_]+", text) else text[:300]


def figure(metric: str, value: float | None, labels: Labels) -> str:
    """A metric's value as people read it, the same as in reports."""
    return Words(labels.language).value(value, form_of(metric).unit)
