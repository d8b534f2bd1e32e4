"""A guide's stored text as HTML, with passages highlighted where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from ui.labels import Labels
from ui.rendering import button, one_line, plain

AROUND = 3_000
"""Characters of the guide shown before and after a passage."""

PAGE = 40_000
"""Characters of a guide shown at once when it is read through."""

_HEADING = re.compile(r"(#{1,6}) ")
_ITEM = re.compile(r"( *)(-|\d{1,4}[.)]|[a-zA-Z][.)]) ")

Mark = tuple[int, int, str]
"""(start, end, class) of a stretch to highlight."""


def text_html(text: str, marks: Sequence[Mark] = (), start: int = 0, end: int | None = None) -> str:
    """The lines that touch `start` to `end`, escaped, as one block without line breaks.

    Offsets count characters of `text`. The first mark of class ``cited`` gets the id ``cited``.
    """
    end = len(text) if end is None else end
    parts: list[str] = []
    fence: list[str] | None = None
    in_list = False
    for line_start, line in _lines(text, start, end):
        if line.strip() == "```":
            fence = _fence(fence, parts)
            continue
        if fence is not None:
            fence.append(_marked(line, line_start, marks))
            continue
        item = _ITEM.match(line)
        if in_list and not item:
            parts.append("</ul>")
        if item and not in_list:
            parts.append('<ul class="items">')
        in_list = bool(item)
        parts.append(_line_html(line, line_start, item, marks))
    if in_list:
        parts.append("</ul>")
    _fence(fence, parts)
    html = "".join(parts)
    return html.replace('<mark class="cited">', '<mark class="cited" id="cited">', 1)


def _fence(fence: list[str] | None, parts: list[str]) -> list[str] | None:
    """Open a code block, or close the open one into `parts`."""
    if fence is None:
        return []
    if fence:
        parts.append(f"<pre>{'&#10;'.join(fence)}</pre>")
    return None


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """(offset, line) of every line that is not empty and touches start to end."""
    position = text.rfind("\n", 0, max(start, 0)) + 1
    while position < min(end, len(text)):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        if text[position:stop].strip():
            yield position, text[position:stop]
        position = stop + 1


def _line_html(line: str, start: int, item: re.Match[str] | None, marks: Sequence[Mark]) -> str:
    if item:
        inside = _marked(line[item.end() :], start + item.end(), marks)
        level = min(len(item[1]) // 2, 4)
        marker = "•" if item[2] == "-" else item[2]
        return f'<li class="level-{level}"><span class="marker">{marker}</span>{inside}</li>'
    heading = _HEADING.match(line)
    if heading:
        inside = _marked(line[heading.end() :], start + heading.end(), marks)
        level = min(len(heading[1]) + 2, 6)
        return f"<h{level}>{inside}</h{level}>"
    if line.startswith("> "):
        return f"<blockquote>{_marked(line[2:], start + 2, marks)}</blockquote>"
    return f"<p>{_marked(line, start, marks)}</p>"


def _marked(piece: str, offset: int, marks: Sequence[Mark]) -> str:
    """The piece escaped, with the parts that marks cover wrapped; earlier marks win."""
    edges = {0, len(piece)}
    for start, end, _ in marks:
        edges |= {edge - offset for edge in (start, end) if 0 < edge - offset < len(piece)}
    cuts = sorted(edges)
    html = ""
    for left, right in pairwise(cuts):
        first, last = left + offset, right + offset
        covering = (kind for start, end, kind in marks if start <= first and last <= end)
        kind = next(covering, None)
        inside = escape(piece[left:right])
        html += f'<mark class="{kind}">{inside}</mark>' if kind else inside
    return html


def source_html(
    text: str,
    marks: Sequence[Mark],
    labels: Labels,
    *,
    guide_id: int,
    title: str,
    where: str,
) -> str:
    """The panel beside an answer: the passage highlighted, with the guide around it."""
    first = min(start for start, _, _ in marks)
    last = max(end for _, end, _ in marks)
    start, end = max(0, first - AROUND), min(len(text), last + AROUND)
    start = 0 if start < AROUND // 2 else start
    body = text_html(text, marks, start, end)
    before = '<p class="cut">…</p>' if start > 0 else ""
    after = '<p class="cut">…</p>' if end < len(text) else ""
    whole = button("read", guide_id, labels("source.whole"), kind="quiet")
    return (
        panel_head(title, where, labels) + f'\n\n<div class="guide">{before}{body}{after}</div>'
        f'\n\n<div class="panel-foot">{whole}</div>'
    )


def kept_html(quote: str, labels: Labels, *, title: str, where: str, reason: str) -> str:
    """The panel when the guide has changed or gone: the words that were cited then."""
    return (
        panel_head(title, where, labels)
        + f'\n\n<div class="guide"><p class="notice">{escape(labels(f"source.{reason}"))}</p>'
        f'<p><mark class="cited" id="cited">{one_line(quote)}</mark></p></div>'
    )


def guide_html(
    text: str, labels: Labels, *, guide_id: int, title: str, where: str, offset: int = 0
) -> str:
    """A guide to read through, from `offset` on."""
    end = min(len(text), offset + PAGE)
    cut = text.rfind("\n", offset, end) if end < len(text) else end
    end = cut if cut > offset else end
    foot = ""
    if offset > 0:
        back = f"{guide_id}:{max(0, offset - PAGE)}"
        foot += button("read", back, labels("source.more_before"), kind="quiet")
    if end < len(text):
        foot += button("read", f"{guide_id}:{end}", labels("source.more_after"), kind="quiet")
    return (
        panel_head(title, where, labels, "guide")
        + f'\n\n<div class="guide">{text_html(text, (), offset, end)}</div>'
        f'\n\n<div class="panel-foot">{foot}</div>'
    )


def panel_head(title: str, where: str, labels: Labels, kind: str = "title") -> str:
    """Heading of the panel, with the button that closes it."""
    close = button("close", "", labels("source.close"), kind="plain", icon="close")
    place = f'<p class="where">{plain(where)}</p>' if where else ""
    name = plain(labels(f"source.{kind}"))
    return (
        f'<div class="panel-head"><div><p class="small-title">{name}</p>'
        f'<h2 tabindex="-1">{plain(title)}</h2>{place}</div>{close}</div>'
    )
