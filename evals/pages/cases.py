"""A run's cases, worst first: what was asked, answered, missing and cited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evals.cases import Case
from evals.outcomes import Found, Outcome, Quote
from evals.pages.forms import form_of, is_sensitive
from evals.pages.page import folded, paragraph, prose
from evals.pages.run import RunPage
from evals.pages.words import Words, cut
from evals.plots import escaped
from evals.scores import Score

AROUND = 180
"""How many letters of a passage are shown on either side of its quote; keeps the page light."""


OPENED = 8
"""So many of the worst cases stand open from the start."""


def cases_part(page: RunPage) -> str:
    """Every case, the worst first."""
    ordered = page.worst_first()
    if not ordered:
        return ""
    listed = "".join(_case(page, case, place < OPENED) for place, case in enumerate(ordered))
    return f"{paragraph(page.words('cases.about'))}{_filter(page)}<div id='list'>{listed}</div>"


def _filter(page: RunPage) -> str:
    """Shown by the script that makes it work."""
    words = page.words

    def choice(name: str, group: str, values: Iterable[str]) -> str:
        options = "".join(
            f'<option value="{escaped(each)}">{escaped(words.named(group, each))}</option>'
            for each in values
        )
        every = f'<option value="">{words.html("cases.any")}</option>'
        text = words.html(f"cases.{name}")
        return f'<label>{text}<select name="{name}">{every}{options}</select></label>'

    return (
        '<div id="filter" role="search" hidden>'
        f'<label>{words.html("cases.find")}<input type="search" name="find"></label>'
        f"{choice('kind', 'kinds', page.kinds())}"
        f"{choice('language', 'languages', page.languages())}"
        f'<label class="tick"><input type="checkbox" name="gaps">{words.html("cases.gaps")}</label>'
        f'<output data-text="{words.html("cases.shown", count="#")}"></output></div>'
    )


def _case(page: RunPage, case: Case, opened: bool) -> str:
    words, gaps = page.words, page.gaps(case.id)
    broken = bool(page.outcome(case.id).error)
    mark = (
        f'<span class="mark bad">{words.html("cases.failed")}</span>'
        if broken
        else f'<span class="mark bad">{escaped(words.counted("cases.gaps", gaps))}</span>'
        if gaps
        else f'<span class="mark">{words.html("cases.fine")}</span>'
    )
    sensitive = is_sensitive(case)
    said = words("cases.sensitive") if sensitive else cut(case.turns[-1], 110)
    group = f"{words.named('kinds', case.kind)} · {words.named('languages', case.language)}"
    head = (
        f'<span class="id">{escaped(case.id)}</span>{mark}'
        f'<span class="said">{escaped(said)}</span><span class="of">{escaped(group)}</span>'
    )
    inside = _case_body(page, case)
    if sensitive:
        inside = folded(words.html("cases.fold"), inside, look="careful")
    marks = (
        f'id="{page.anchor("case", case.id)}" class="case" data-kind="{escaped(case.kind)}"'
        f' data-language="{escaped(case.language)}"{" data-gaps" if gaps or broken else ""}'
    )
    return (
        f"<details {marks}{' open' if opened else ''}><summary>{head}</summary>"
        f'<div class="body">{inside}</div></details>'
    )


def _case_body(page: RunPage, case: Case) -> str:
    words, outcome = page.words, page.outcome(case.id)
    if outcome.error:
        answer = f'<p class="error">{escaped(outcome.error)}</p>'
    elif {"respond", "plan"} & {*outcome.ran}:
        answer = (
            f'<div class="answer" lang="{escaped(outcome.language)}">{prose(outcome.text)}</div>'
        )
    else:
        answer = ""
    kind = f" · {words.named('answer_kinds', outcome.kind)}" if outcome.kind else ""
    answered = f"<h4>{words.html('cases.answer')}{escaped(kind)}</h4>{answer}" if answer else ""
    return (
        f"<h4>{words.html('cases.said')}</h4>{turns_html(case, words)}{answered}"
        f"{_measured(page, case)}{_quotes(outcome, words)}{_search(case, outcome, words)}"
        f"{_remarks(case, outcome, words)}"
    )


def turns_html(case: Case, words: Words) -> str:
    """What the person said, numbered where it is more than one message."""
    if len(case.turns) == 1:
        return f'<p class="turn" lang="{case.language}">{escaped(case.turns[0])}</p>'
    return "".join(
        f'<p class="turn" lang="{case.language}"><span class="of">'
        f"{words.html('cases.turn', number=number)}</span> {escaped(turn)}</p>"
        for number, turn in enumerate(case.turns, 1)
    )


def _measured(page: RunPage, case: Case) -> str:
    """What is missing, with its details; everything else in a line each."""
    words, missed = page.words, page.missed(case.id)
    gaps = "".join(_gap(score, words) for score in missed if score.state == "ok")
    lines: dict[tuple[str, str], list[str]] = {("met", ""): []}
    for score in page.of_case[case.id]:
        name, form = words.metric(score.metric)[0], form_of(score.metric)
        if score.state != "ok":
            lines.setdefault((score.state, words.reason(score)), []).append(name)
        elif form.role == "note":
            noted = f"{name} {words.value(score.value, form.unit)}"
            lines.setdefault(("noted", ""), []).append(noted)
        elif score not in missed:
            lines["met", ""].append(name)
    listed = f'<ul class="gaps">{gaps}</ul>' if gaps else ""
    told = "".join(
        f'<p class="of">{words.html(f"cases.{key}", names=", ".join(names), reason=why)}</p>'
        for (key, why), names in lines.items()
        if names
    )
    title = words.html("cases.missing" if gaps else "cases.measured")
    return f"<h4>{title}</h4>{listed}{told}" if listed or told else ""


def _gap(score: Score, words: Words) -> str:
    form, name = form_of(score.metric), escaped(words.metric(score.metric)[0])
    value = escaped(words.value(score.value, form.unit))
    inside = "".join(f"<li>{escaped(detail)}</li>" for detail in score.details if detail)
    listed = f"<ul>{inside}</ul>" if inside else ""
    return f'<li class="{form.role}"><b>{name}</b> {value}{listed}</li>'


def _quotes(outcome: Outcome, words: Words) -> str:
    if not outcome.quotes:
        return ""
    items = "".join(_quote(quote, words) for quote in outcome.quotes)
    return folded(
        words.html("cases.quotes", count=len(outcome.quotes)), f"<ul>{items}</ul>", look="quotes"
    )


def _quote(quote: Quote, words: Words) -> str:
    where = " › ".join((quote.path, *quote.heading_path))
    bad = "" if quote.verbatim else f' <span class="mark bad">{words.html("cases.altered")}</span>'
    return (
        f'<li><span class="of">[{quote.number}] {escaped(where)}</span>{bad}'
        f'<blockquote lang="{escaped(quote.language)}">{_passage(quote)}</blockquote></li>'
    )


def _passage(quote: Quote) -> str:
    """The passage around the quote, which is marked; the quote alone where it isn't in there."""
    at = quote.passage.find(quote.quote) if quote.quote else -1
    if at < 0:
        return f"{escaped(cut(quote.passage, 2 * AROUND))}<br><mark>{escaped(quote.quote)}</mark>"
    end = at + len(quote.quote)
    before, after = quote.passage[:at], quote.passage[end:]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return f"{escaped(before)}<mark>{escaped(quote.quote)}</mark>{escaped(after)}"


def _search(case: Case, outcome: Outcome, words: Words) -> str:
    """What search found beside what was expected."""
    if not case.relevant:
        return ""
    expected = "".join(
        f"<li>{escaped(place)} <span class='of'>{escaped(_grade_name(grade, words))}</span></li>"
        for place, grade in sorted(case.relevant.items(), key=lambda item: -item[1])
    )
    found = "".join(_found(case, one, words) for one in outcome.found[:5])
    listed = f"<h5>{words.html('cases.found')}</h5><ol>{found}</ol>" if found else ""
    title = f"{words.html('cases.expected')} / {words.html('cases.found')}"
    return folded(title, f"<h5>{words.html('cases.expected')}</h5><ul>{expected}</ul>{listed}")


def _grade_name(grade: int, words: Words) -> str:
    return words.named("grades", str(grade))


def _found(case: Case, found: Found, words: Words) -> str:
    grades = [grade for place, grade in case.relevant.items() if _is_at(found, place)]
    good = (
        f' <span class="mark">{escaped(_grade_name(max(grades), words))}</span>' if grades else ""
    )
    return f"<li>{escaped(' › '.join((found.path, *found.heading_path)))}{good}</li>"


def _is_at(found: Found, place: str) -> bool:
    path, _, heading = place.partition("#")
    return path in (found.path, *found.also_in) and (not heading or heading in found.heading_path)


def _remarks(case: Case, outcome: Outcome, words: Words) -> str:
    told = {
        "asked_concern": _concern(case.concern, case.severity, words) if case.concern else "",
        "noticed": _noticed(outcome, words) if "assess" in outcome.ran else "",
        "nearest": ", ".join(outcome.nearest),
        "source": case.source,
        "note": case.note,
    }
    rows = "".join(
        f"<div><dt>{words.html(f'cases.{name}')}</dt><dd>{escaped(text)}</dd></div>"
        for name, text in told.items()
        if text
    )
    return f'<dl class="facts">{rows}</dl>' if rows else ""


def _concern(kind: Any, severity: Any, words: Words) -> str:
    named = words.named("concerns", str(kind))
    return f"{named} ({words.named('severities', str(severity))})" if severity else named


def _noticed(outcome: Outcome, words: Words) -> str:
    found = outcome.concern
    if not found:
        return words("cases.no_concern")
    evidence = ", ".join(f"“{text}”" for text in found.get("evidence", ()))
    named = _concern(found.get("kind", ""), found.get("severity", ""), words)
    return f"{named}: {evidence}" if evidence else named
