"""What was run, and what came out, in plain sentences."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from evals.pages.forms import form_of, is_sensitive, main_check, shortfall
from evals.pages.page import folded
from evals.pages.run import RunPage, group_name
from evals.pages.words import Words
from evals.plots import escaped


def suite_title(manifest: Mapping[str, Any], language: str) -> str:
    """The suite's title in the reader's language, else its name."""
    suite = manifest.get("suite", {})
    return str(suite.get("title", {}).get(language) or suite.get("name", ""))


def facts_part(page: RunPage) -> str:
    """What was run: the facts that matter, and all others under a fold."""
    words, manifest = page.words, page.report.manifest
    counts = Counter[str](case.language for case in page.report.cases)
    seen = " · ".join(
        words("facts.seen", count=counts[language], languages=words.named("languages", language))
        for language in page.languages()
    )
    facts = {
        "suite": _in_a_line(manifest.get("suite"), words),
        "label": str(manifest.get("label", "")),
        "started": words.date(str(manifest.get("begun", ""))),
        "guides": _in_a_line(manifest.get("guides"), words),
        "models": _in_a_line(manifest.get("models"), words),
        "cases": f"{len(page.report.cases)} ({seen})" if seen else "0",
    }
    listed = "".join(
        f"<div><dt>{words.html(f'facts.{name}')}</dt><dd>{escaped(text)}</dd></div>"
        for name, text in facts.items()
        if text
    )
    rows = ((escaped(name), escaped(text)) for name, text in _flat(manifest))
    whole = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in rows)
    every = folded(words.html("facts.all"), f'<table class="record">{whole}</table>')
    return f'<dl class="facts">{listed}</dl>{every}'


def _in_a_line(value: Any, words: Words) -> str:
    """A fact of the manifest for people: fingerprints shortened, parts named."""
    if isinstance(value, Mapping):
        parts = {key: _in_a_line(inner, words) for key, inner in value.items()}
        return " · ".join(
            text if key == "name" else f"{words.named('fact_parts', key)} {text}"
            for key, text in parts.items()
            if text and key != "title"
        )
    if value is None or isinstance(value, bool):
        return ""
    text = _recorded(value)
    return f"{text[:12]}…" if re.fullmatch(r"[0-9a-f]{32,}", text) else text


def _recorded(value: Any) -> str:
    return "–" if isinstance(value, float) and not math.isfinite(value) else str(value)


def _flat(value: Any, name: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        yield name, ", ".join(map(_recorded, value))
    else:
        yield name, _recorded(value)


def headline_part(page: RunPage) -> str:
    """What came out, in sentences, the most important first."""
    words = page.words
    sentences = [*_overall(page), *_by_kind(page), *_safety_in_words(page)]
    broken = sum(bool(outcome.error) for outcome in page.report.outcomes)
    unscored = sum(score.state == "error" for score in page.report.scores)
    for key, count in (("failed", broken), ("unscored", unscored)):
        if count:
            name = f"headline.{key}"
            sentences.append(escaped(words.counted(name, count)))
    first, *others = sentences or [words.html("headline.nothing")]
    rest = "".join(f"<li>{sentence}</li>" for sentence in others)
    return f'<div class="headline"><p class="lead">{first}</p><ul>{rest}</ul></div>'


def _overall(page: RunPage) -> Iterable[str]:
    """How many cases met every check; those about safety stand apart."""
    checked = [
        case.id
        for case in page.report.cases
        if not is_sensitive(case)
        and any(form_of(s.metric).role == "check" and s.state != "not_applicable"
                for s in page.of_case[case.id])
    ]  # fmt: skip
    if checked:
        met = sum(not page.gaps(case) and not page.outcome(case).error for case in checked)
        apart = any(is_sensitive(case) for case in page.report.cases)
        note = f" <small>{page.words.html('headline.apart')}</small>" if apart else ""
        yield page.words.html("headline.all", met=met, of=len(checked)) + note


def _by_kind(page: RunPage) -> Iterable[str]:
    for kind in page.kinds():
        metric = main_check(kind)
        cases = [c for c in page.report.cases if c.kind == kind and not is_sensitive(c)]
        found = [page.scores[c.id, metric] for c in cases if (c.id, metric) in page.scores]
        counted = [score for score in found if score.state != "not_applicable"]
        if counted:
            met = sum(shortfall(score) == 0 for score in counted)
            text = page.words.headline(kind, met, len(counted))
            yield f'<a href="#{page.anchor("kind", kind)}">{escaped(text)}</a>'


def _safety_in_words(page: RunPage) -> Iterable[str]:
    """A sentence a metric: met everywhere, or where it is weakest."""
    words = page.words
    for metric, rows in page.safety_rows().items():
        name = words.metric(metric)[0]
        counted = [row for row in rows if row.value is not None]
        if not counted:
            continue
        weakest = min(counted, key=lambda row: -form_of(metric).shortfall(row.value or 0.0))
        if form_of(metric).shortfall(weakest.value or 0.0) == 0:
            text = words("headline.safe", metric=name)
        else:
            scores = [page.scores.get((case, metric)) for case in weakest.cases]
            counting = [score for score in scores if score and score.state == "ok"]
            met = sum(shortfall(score) == 0 for score in counting)
            text = words(
                "headline.unsafe", metric=name, concern=group_name(page, weakest),
                language=words.named("languages", weakest.language), met=met, n=len(counting),
            )  # fmt: skip
        yield f'<a href="#safety">{escaped(text)}</a>'
