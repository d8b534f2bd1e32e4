"""Conversations and answers as HTML: pure functions, nothing fetched, nothing run.

Text that people, guides or chat models wrote is escaped; of Markdown only structure and emphasis
survive, never HTML, images or links. Every block is written without line breaks inside and apart
from the next by an empty line, because Gradio's Markdown then takes it as it stands and redraws
only the blocks that changed. A button's `name` says what it does and its `value` with what;
tandem.js hears the click.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.labels import Labels

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARKER = re.compile(r"\[(\d{1,3})\]")
_NUMBER = re.compile(
    r"(?<![\w.:&#+-])(?:\+\d[\d ()/-]{4,}\d|0\d{1,5}[ /-]\d[\d /-]{2,}\d"
    r"|1\d{2} \d{3}|11[0-8]|14\d|9\d{2})(?![\w:-]|\.\d)"
)
"""Telephone numbers as help lines and contacts are written: 0800 111 0 111, +49 30 1234567, 112."""

_STARTERS = Path(__file__).parent.parent / "prompts" / "starters.yaml"


def plain(text: str) -> str:
    """Escaped text in one line, fit for an attribute too."""
    return escape(" ".join(text.split()))


def within_text(html: str, pattern: re.Pattern[str], put: Callable[[re.Match[str]], str]) -> str:
    """HTML with a pattern replaced where it is text, not inside tags or code."""
    parts = re.split(r"(<(?:code|pre)\b.*?</(?:code|pre)>|<[^>]*>)", html)
    return "".join(part if n % 2 else pattern.sub(put, part) for n, part in enumerate(parts))


def button(name: str, value: object, text: str, *, kind: str = "", icon: str = "") -> str:
    """A button; with an icon, its text is for screen readers and as a tooltip."""
    shown = plain(text)
    if icon:
        inside = f'<span class="icon icon-{icon}"></span><span class="sr">{shown}</span>'
        return (
            f'<button type="button" name="{name}" value="{plain(str(value))}"'
            f' class="{kind}" title="{shown}">{inside}</button>'
        )
    return (
        f'<button type="button" name="{name}" value="{plain(str(value))}"'
        f' class="{kind}">{shown}</button>'
    )


def one_line(text: str) -> str:
    """Escaped text that keeps its line breaks without writing one."""
    return escape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "<br>")


def question_html(text: str, labels: Labels, message_id: int | None, *, last: bool) -> str:
    """A question as the person typed it, with its own small actions."""
    actions = button("copy", "", labels("answer.copy_question"), icon="copy")
    if last and message_id is not None:
        actions += button("edit", message_id, labels("answer.edit"), icon="edit")
    return (
        f'<div class="question"><span class="sr">{plain(labels("answer.you"))}: </span>'
        f'<div class="said">{one_line(text)}</div></div>\n\n'
        f'<div class="actions">{actions}</div>'
    )


def waiting_html(text: str) -> str:
    """The place where an answer is about to grow."""
    return (
        f'<div class="waiting growing"><span class="dots"><i></i><i></i><i></i></span>'
        f"<span>{plain(text)}</span></div>"
    )


def failed_html(reason: str, labels: Labels, question_id: int) -> str:
    """An answer that did not come about; the question can be asked again."""
    again = button("retry", question_id, labels("answer.retry"), kind="quiet")
    return f'<div class="failed"><p>{plain(reason)}</p>{again}</div>'


def answer_html(
    answer: Mapping[str, Any],
    labels: Labels,
    *,
    message_id: int | None = None,
    question_id: int | None = None,
    last: bool = True,
    rating: str | None = None,
    growing: bool = False,
) -> str:
    """An answer (as `to_json` gives it) with sources, actions and follow-up questions."""
    blocks = [f'<div class="byline sr">{plain(labels("answer.tandem"))}:</div>']
    text_blocks = _text_blocks(answer, labels, message_id)
    if answer["kind"] == "crisis" or answer.get("concern"):
        blocks.append(_concern_card(text_blocks, labels))
    else:
        blocks += text_blocks
    blocks += _sources(answer, labels, message_id) + _nearest(answer, labels)
    blocks += [f'<p class="aside">{plain(one["text"])}</p>' for one in answer.get("asides", ())]
    if answer["kind"] == "session_plan" and message_id is not None and not growing:
        opened = button("open-plan", message_id, labels("plan.open_from_chat"), kind="go")
        blocks.append(f'<div class="to-plan">{opened}</div>')
    if growing:
        blocks.append('<div class="growing"></div>')
    else:
        blocks.append(_actions(labels, message_id, question_id, rating, last))
    if last and not growing and answer["follow_ups"]:
        blocks.append(_follow_ups(answer["follow_ups"], labels))
    return "\n\n".join(blocks)


def concern_html(text: str, labels: Labels) -> str:
    """Help from people, as Tandem's own Markdown says it."""
    return _concern_card(markdown_blocks(text), labels)


def _concern_card(blocks: Sequence[str], labels: Labels) -> str:
    title = f'<div class="concern-title">{plain(labels("answer.concern"))}</div>'
    text = within_text("".join(blocks), _NUMBER, _dialled)
    return f'<div class="concern" role="note">{title}{text}</div>'


def _dialled(match: re.Match[str]) -> str:
    """A telephone number that a phone dials when it is touched."""
    return f'<a href="tel:{re.sub(r"[^0-9+]", "", match[0])}">{match[0]}</a>'


def _text_blocks(answer: Mapping[str, Any], labels: Labels, message_id: int | None) -> list[str]:
    chips = _Chips(answer["citations"], labels, message_id)
    return [chips.put(block) for block in markdown_blocks(answer["text"])]


class _Chips:
    """Puts a button where the text says ``[1]``; a number that cites nothing stays text."""

    def __init__(self, citations: Sequence[Mapping[str, Any]], labels: Labels, mid: int | None):
        self._by_number: dict[int, list[Mapping[str, Any]]] = {}
        for citation in citations:
            self._by_number.setdefault(citation["number"], []).append(citation)
        self._seen: Counter[int] = Counter()
        self._labels, self._message_id = labels, mid

    def put(self, block: str) -> str:
        return within_text(block, _MARKER, self._chip)

    def _chip(self, match: re.Match[str]) -> str:
        number = int(match[1])
        cited = self._by_number.get(number)
        if not cited:
            return match[0]
        turn = self._seen[number]
        self._seen[number] += 1
        citation = cited[min(turn, len(cited) - 1)]
        title = self._labels("answer.cite", number=number, title=citation["passage"]["title"])
        value = _reference(citation, self._message_id, turn)
        return (
            f'<button type="button" class="cite" name="source" value="{value}"'
            f' title="{plain(title)}"><span class="sr">{plain(title)}</span>'
            f'<span class="number">{number}</span></button>'
        )


def _reference(citation: Mapping[str, Any], message_id: int | None, turn: int | None) -> str:
    """How a click names its source: by stored message and number, else by place in the guide."""
    if message_id is None:
        return f"g{citation['passage']['guide_id']}:{citation['start']}:{citation['end']}"
    place = "" if turn is None else f":{turn}"
    return f"m{message_id}:{citation['number']}{place}"


def _sources(answer: Mapping[str, Any], labels: Labels, message_id: int | None) -> list[str]:
    first: dict[int, Mapping[str, Any]] = {}
    for citation in answer["citations"]:
        first.setdefault(citation["number"], citation)
    if not first:
        return []
    items = "".join(
        f'<li><button type="button" name="source" value="{_reference(c, message_id, None)}">'
        f'<span class="number">{number}</span>{_place(c["passage"], labels)}</button></li>'
        for number, c in sorted(first.items())
    )
    return [
        f'<div class="sources"><div class="small-title">{plain(labels("answer.sources"))}</div>'
        f"<ul>{items}</ul></div>"
    ]


def _nearest(answer: Mapping[str, Any], labels: Labels) -> list[str]:
    if not answer["nearest"]:
        return []
    items = "".join(
        f'<li><button type="button" name="source" value="g{p["guide_id"]}:{p["start"]}:{p["end"]}">'
        f'<span class="icon icon-guide"></span>{_place(p, labels)}</button></li>'
        for p in answer["nearest"]
    )
    title = labels("answer.beside" if answer["citations"] else "answer.nearest")
    return [
        f'<div class="sources"><div class="small-title">{plain(title)}</div><ul>{items}</ul></div>'
    ]


def _place(passage: Mapping[str, Any], labels: Labels) -> str:
    """Guide title, heading path and page of a passage."""
    title = passage["title"]
    path = [heading for heading in passage["heading_path"] if heading != title]
    place = [" › ".join(path)] if path else []
    if passage["page"] is not None:
        place.append(labels("answer.page", page=passage["page"]))
    where = f'<span class="where">{plain(" · ".join(place))}</span>' if place else ""
    return f'<span class="place"><span class="title">{plain(title)}</span>{where}</span>'


def _actions(
    labels: Labels, message_id: int | None, question_id: int | None, rating: str | None, last: bool
) -> str:
    """The row under an answer. The rating is a block of its own, so that rating redraws nothing."""
    inside = button("copy", "", labels("answer.copy"), icon="copy")
    if last and question_id is not None:
        inside += button("retry", question_id, labels("answer.retry"), icon="retry")
    if message_id is not None:
        for way in ("up", "down"):
            value, text = f"{message_id}:{way}", labels(f"answer.{way}")
            inside += button("rate", value, text, kind=f"toggle {way}", icon=way)
    rated = f'\n\n<div class="rated" title="{rating}"></div>' if rating in ("up", "down") else ""
    return f'<div class="actions">{inside}</div>{rated}'


def _follow_ups(questions: Sequence[str], labels: Labels) -> str:
    inside = "".join(button("ask", question, question, kind="follow-up") for question in questions)
    title = plain(labels("answer.follow_ups"))
    return f'<div class="follow-ups"><div class="small-title">{title}</div>{inside}</div>'


def markdown_blocks(text: str) -> list[str]:
    """Markdown as HTML, one string a block, without HTML, images or links of its own."""
    parser = _parser()
    tokens = parser.parse(text)
    blocks, start = [], 0
    for place, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            html = parser.renderer.render(tokens[start : place + 1], parser.options, {})
            blocks.append(_joined(html))
            start = place + 1
    return blocks


def _joined(html: str) -> str:
    """Without line breaks, which only matter where text is preformatted."""
    parts = re.split(r"(<pre>.*?</pre>)", html.strip(), flags=re.DOTALL)
    return "".join(
        part.rstrip().replace("\n", "&#10;")
        if part.startswith("<pre>")
        else re.sub(r">\n+", ">", part).replace("\n", " ")
        for part in parts
    )


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    return parser.disable(
        ["image", "link", "autolink", "html_inline", "html_block", "reference", "entity"]
    )


def welcome_html(labels: Labels) -> str:
    """What an empty conversation shows: a heading and the starter cards."""
    cards = "".join(
        f'<button type="button" class="card" name="ask" value="{plain(card["question"])}">'
        f'<span class="icon icon-{icon}"></span><span class="card-title">{plain(card["title"])}'
        f'</span><span class="card-text">{plain(card["question"])}</span></button>'
        for icon, card in starters(labels.language)
    )
    return (
        f'<div class="welcome"><h1>{plain(labels("welcome.title"))}</h1>'
        f"<p>{plain(labels('welcome.text'))}</p>"
        f'<div class="cards" role="group">'
        f'<span class="sr">{plain(labels("welcome.starters"))}</span>{cards}</div></div>'
    )


@cache
def starters(language: str) -> tuple[tuple[str, dict[str, str]], ...]:
    """(icon, {title, question}) of every starter card."""
    import yaml

    cards = yaml.safe_load(_STARTERS.read_text(encoding="utf-8"))
    return tuple((card["icon"], card[language]) for card in cards)
