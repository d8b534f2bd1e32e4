"""A plan as an answer in the chat: short, every line with the number of its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from assistant.answering.answer import Answer, Citation
from assistant.answering.composing import escaped
from assistant.planning.plan import AgendaItem, Line, SessionPlan, Source
from assistant.retrieval.passage import Passage
from assistant.words import data

Read = Callable[[Source], Passage]
"""The section that a source names, with its text."""

_SHOWN = {"how": 2, "say": 1, "ask": 3}
"""Lines of an item that the chat shows; the plan itself holds them all."""


def plan_answer(plan: SessionPlan, read: Read) -> Answer:
    """The answer that shows a plan; what stands `instead` of one is the whole answer."""
    if plan.instead:
        return Answer(plan.instead, plan.language, plan.kind)
    words = data("prompts", f"planning/page_{plan.language}.yaml")
    shown: list[Line] = []
    text = "\n\n".join(_parts(plan, words, shown))
    sources = {source.number: source for source in plan.sources}
    passages = {line.source: read(sources[line.source]) for line in shown}
    citations = tuple(
        Citation(line.source, passages[line.source], line.quote, line.start, line.end)
        for line in shown
    )
    suggestions = data("prompts", f"planning/{plan.language}.yaml")["suggestions"]
    return Answer(text, plan.language, plan.kind, citations, follow_ups=tuple(suggestions))


def _parts(plan: SessionPlan, words: dict[str, Any], shown: list[Line]) -> Iterator[str]:
    if plan.changes:
        yield "\n".join(f"*{escaped(change)}*" for change in plan.changes)
    if plan.first:
        yield plan.first
    yield f"## {escaped(plan.title)}"
    yield escaped(plan.aim)
    if plan.question:
        yield f"*{escaped(plan.question)}*"
    if plan.assumptions:
        yield f"*{escaped(' '.join(plan.assumptions))}*"
    if plan.escalation:
        yield f"> {escaped(plan.escalation.says)}"
    for item in plan.agenda:
        yield _item(item, words, shown)
    for name in ("listening", "watch_out", "limits"):
        lines = getattr(plan, name)[:2]
        if lines:
            shown += lines
            yield f"**{words[name]}**\n\n" + _bullets(_cited(line) for line in lines)
    if plan.agree:
        yield f"**{words['agree']}**\n\n" + _bullets(escaped(line) for line in plan.agree)


def _item(item: AgendaItem, words: dict[str, Any], shown: list[Line]) -> str:
    minutes = words["minutes_short"].format(minutes=item.minutes)
    lines = []
    for name, most in _SHOWN.items():
        for line in getattr(item, name)[:most]:
            shown.append(line)
            lines.append(_cited(line, words["quotes"] if name == "say" else "{text}"))
    note = f" {escaped(item.note)}" if item.note else ""
    head = f"**{minutes} · {escaped(item.title)}**\n{escaped(item.purpose)}{note}"
    return f"{head}\n\n{_bullets(lines)}" if lines else head


def _cited(line: Line, form: str = "{text}") -> str:
    return f"{escaped(form.format(text=line.text))} [{line.source}]"


def _bullets(lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
