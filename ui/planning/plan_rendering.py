"""A plan as a page that one wants to take along; its numbers open the guides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.planning.exports.sheet import Row, sheet
from ui.labels import Labels
from ui.planning.desk import Desk
from ui.planning.form_rendering import question_html, understood_html
from ui.planning.start_rendering import told_html
from ui.planning.versions_rendering import (
    Kept,
    change_html,
    change_said_html,
    comparison_html,
    tools_html,
)
from ui.rendering import concern_html, plain

if TYPE_CHECKING:
    from assistant.planning.plan import AgendaItem, Line, SessionPlan, Source

_BESIDE = ("listening", "watch_out", "limits")
_AFTERWARDS = ("mentee_prompts", "mentor_prompts")


def page_html(kept: Kept, desk: Desk, labels: Labels) -> str:
    """The whole place: help first, then what changed, the plan, how it was understood."""
    plan = kept.shown.plan
    blocks = [
        told_html(desk.said, labels) if desk.said else "",
        concern_html(plan.first, labels) if plan.first else "",
        change_said_html(kept, desk, labels),
        comparison_html(kept, labels),
        question_html(plan, desk, labels) if kept.is_newest else "",
        tools_html(kept, desk, labels),
        sheet_html(kept, labels),
        understood_html(plan, desk, labels) if kept.is_newest else "",
        change_html(kept, desk, labels) if kept.is_newest else "",
    ]
    return "\n\n".join(block for block in blocks if block)


def sheet_html(kept: Kept, labels: Labels) -> str:
    """The plan alone."""
    return _Sheet(kept, labels).html()


class _Sheet:
    """One plan as HTML. Its words are in the plan's language, its buttons' names in the page's."""

    def __init__(self, kept: Kept, labels: Labels) -> None:
        self._plan: SessionPlan = kept.shown.plan
        self._page = sheet(self._plan)
        self._words, self._labels = self._page.words, labels
        self._sources = {source.number: source for source in self._plan.sources}
        self._address = f"{kept.record.id}:{kept.shown.version}"
        before = kept.versions[-2].plan if kept.is_newest and len(kept.versions) > 1 else None
        self._before = {item.key: item for item in before.agenda} if before else None

    def html(self) -> str:
        plan, page = self._plan, self._page
        head = (
            f'<div class="sheet-head"><h2 tabindex="-1">{plain(page.heading)}</h2>'
            f'<p class="facts">{plain(page.facts)}</p><p class="aim">{plain(page.aim)}</p></div>'
        )
        rows = "".join(map(self._item, plan.agenda, page.rows))
        return (
            f'<div class="plan-sheet" lang="{plan.language}">{head}{self._escalation()}'
            f'{self._own("prepare", plan.prepare)}<ol class="agenda">{rows}</ol>'
            f'<div class="beside">{"".join(self._section(key) for key in _BESIDE)}'
            f"{self._own('agree', plan.agree)}</div>{self._afterwards()}{self._listed()}</div>"
        )

    # -- the agenda ------------------------------------------------------------------------------

    def _item(self, item: AgendaItem, row: Row) -> str:
        note = f'<p class="note">{plain(row.note)}</p>' if row.note else ""
        how = self._list(item.how, "how")
        return (
            f'<li class="item"><div class="when"><span class="minutes">{plain(row.minutes)}</span>'
            f'<span class="clock">{plain(row.clock)}</span></div>'
            f'<div class="what"><h3>{plain(row.title)}{self._news(item)}</h3>'
            f'<p class="purpose">{plain(row.purpose)}</p>{note}{how}</div>'
            f"{self._spoken(item, row)}</li>"
        )

    def _news(self, item: AgendaItem) -> str:
        """A mark on what the last change touched."""
        if self._before is None:
            return ""
        old = self._before.get(item.key)
        if old is not None and (old.title, old.note, _texts(old)) == (
            item.title,
            item.note,
            _texts(item),
        ):
            return ""
        word = self._labels("plan.is_new" if old is None else "plan.is_changed")
        return f' <span class="state news">{plain(word)}</span>'

    def _spoken(self, item: AgendaItem, row: Row) -> str:
        """Words to say and questions to ask."""
        if not item.say and not item.ask:
            return ""
        shown = [said.text for said in row.say]
        say = self._list(item.say, "say", shown if len(shown) == len(item.say) else None)
        ask = self._list(item.ask, "ask")
        parts = [(key, inside) for key, inside in (("say", say), ("ask", ask)) if inside]
        return '<div class="spoken">' + "".join(
            f'<p class="small-title">{plain(self._words[key])}</p>{inside}' for key, inside in parts
        ) + "</div>"  # fmt: skip

    # -- beside it -------------------------------------------------------------------------------

    def _escalation(self) -> str:
        found = self._plan.escalation
        if found is None:
            return ""
        words = ", ".join(f"“{word}”" for word in found.words)
        quoted = f'<p class="hint">{plain(self._words["your_words"])} {plain(words)}</p>'
        return (
            f'<div class="stage{" beyond" if found.beyond else ""}">'
            f'<p class="small-title">{plain(self._words["escalation"])}</p>'
            f"<p>{plain(found.says)}</p>{quoted if words else ''}{self._list(found.lines)}</div>"
        )

    def _section(self, key: str) -> str:
        lines = getattr(self._plan, key)
        if not lines:
            return ""
        name = self._plan.request.name or self._words["names"]["nobody"]
        if self._plan.request.people > 1:
            name = self._words["names"]["group"]
        title = self._words[key].format(name=name)
        return f"<section><h3>{plain(title)}</h3>{self._list(lines)}</section>"

    def _own(self, key: str, texts: Sequence[str]) -> str:
        """Tandem's own short list, to tick off by hand."""
        items = "".join(f"<li>{plain(text)}</li>" for text in texts)
        if not items:
            return ""
        return (
            f'<section class="own own-{key}"><h3>{plain(self._words[key])}</h3>'
            f'<ul class="boxes">{items}</ul></section>'
        )

    def _afterwards(self) -> str:
        inside = "".join(self._section(key) for key in _AFTERWARDS)
        return f'<div class="beside afterwards">{inside}</div>' if inside else ""

    def _listed(self) -> str:
        """The sources by number."""
        items = "".join(
            f'<li><button type="button" name="plan-source" value="{self._address}:{one.number}">'
            f'<span class="number">{one.number}</span><span class="place"><span class="title">'
            f'{plain(one.title)}</span><span class="where">{plain(where(one, self._labels))}</span>'
            f"</span></button></li>"
            for one in self._plan.sources
        )
        title = plain(self._words["sources"])
        return (
            f'<details class="sources"><summary class="small-title">{title} '
            f"({len(self._plan.sources)})</summary><ul>{items}</ul></details>"
            if items
            else ""
        )

    # -- lines -----------------------------------------------------------------------------------

    def _list(
        self, lines: Sequence[Line], kind: str = "", texts: Sequence[str] | None = None
    ) -> str:
        shown = texts or [line.text for line in lines]
        items = "".join(
            f"<li>{_ending(plain(text), self._chip(line))}</li>"
            for text, line in zip(shown, lines, strict=True)
        )
        return f'<ul class="{kind or "points"}">{items}</ul>' if items else ""

    def _chip(self, line: Line) -> str:
        source = self._sources.get(line.source)
        if source is None:
            return ""
        title = self._labels("answer.cite", number=source.number, title=source.title)
        value = f"{self._address}:{source.number}:{line.start}:{line.end}"
        return (
            f'<button type="button" class="cite" name="plan-source" value="{value}"'
            f' title="{plain(title)}"><span class="sr">{plain(title)}</span>'
            f'<span class="number">{source.number}</span></button>'
        )


def where(source: Source, labels: Labels) -> str:
    """Headings and page of a source."""
    path = [heading for heading in source.heading_path if heading != source.title]
    parts = [" › ".join(path)] if path else []
    if source.page is not None:
        parts.append(labels("answer.page", page=source.page))
    return " · ".join(parts)


def _ending(text: str, chip: str) -> str:
    """The text with its chip beside the last word, never alone on a line."""
    head, space, last = text.rpartition(" ")
    return f'{head}{space}<span class="end">{last}{chip}</span>'


def _texts(item: AgendaItem) -> tuple[str, ...]:
    return tuple(line.text for line in item.lines)


def all_lines(plan: SessionPlan) -> Iterable[Line]:
    """Every line of a guide that stands in a plan."""
    for item in plan.agenda:
        yield from item.lines
    for key in (*_BESIDE, *_AFTERWARDS):
        yield from getattr(plan, key)
    if plan.escalation is not None:
        yield from plan.escalation.lines
