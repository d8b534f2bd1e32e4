"""A plan as one HTML page for the screen and the printer, with nothing outside itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

from assistant.planning.exports.pdf import fitting
from assistant.planning.exports.sheet import Block, Box, Row, Said, Section, Sheet, sheet
from assistant.planning.plan import SessionPlan

STYLE = """
:root { color-scheme: light dark; --ink: #221f1c; --muted: #5f574f; --line: #d5ccbf; --ground: #fff;
  --accent: #2f6a5c; --soft: #eef4f1; --care: #fff6e3; --care-line: #d9a441; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece6de; --muted: #a99f93; --line: #3a3530;
  --ground: #1b1917; --accent: #86c5b2; --soft: #24382f; --care: #332a18; --care-line: #c99a45; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 20px 40px; max-width: 860px; background: var(--ground);
  color: var(--ink); font: 16px/1.45 -apple-system, "Segoe UI", Roboto, "Noto Sans",
  "Liberation Sans", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.75em; line-height: 1.15; margin: 0; }
h2 { font-size: 1em; color: var(--accent); margin: 1.1em 0 0.2em; }
h3 { font-size: 1.05em; margin: 0; }
p, ul { margin: 0; }
ul { padding: 0; list-style: none; }
li { position: relative; padding-left: 1.05em; margin-top: 0.15em; }
li::before { content: "•"; position: absolute; left: 0.1em; color: var(--accent); }
li.ask::before { content: "?"; font-weight: 700; }
.ticks li { padding-left: 1.5em; }
.ticks li::before { content: ""; left: 0; top: 0.24em; width: 0.85em; height: 0.85em;
  border: 1px solid var(--accent); border-radius: 2px; }
.facts { color: var(--accent); font-size: 1.1em; margin-top: 0.1em; }
.lead { font-size: 1.08em; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.8em; }
.box { border-left: 3px solid var(--accent); background: var(--soft); padding: 0.6em 1em 0.8em;
  margin-top: 1em; }
.box h2 { margin-top: 0; }
.box p + p, .told p, .told ul, .told blockquote { margin-top: 0.4em; }
.care { background: var(--care); border-color: var(--care-line); }
.care h2 { color: inherit; }
table { width: 100%; border-collapse: collapse; margin-top: 1.2em; }
th { text-align: left; font-weight: 400; font-size: 0.85em; color: var(--muted);
  border-bottom: 1.5px solid var(--accent); padding: 0 1em 0.35em 0; }
td { vertical-align: top; border-bottom: 1px solid var(--line); padding: 0.5em 1em 0.6em 0; }
td:last-child, th:last-child { padding-right: 0; }
.time { width: 6.6em; white-space: nowrap; }
.saying { width: 40%; }
.clock { font-weight: 700; font-variant-numeric: tabular-nums; }
.muted, .purpose { color: var(--muted); font-size: 0.95em; }
.note { font-style: italic; font-size: 0.95em; }
.number { color: var(--muted); font-size: 0.8em; white-space: nowrap; }
.columns { columns: 2; column-gap: 1.8em; }
.columns section { break-inside: avoid; }
.columns section:first-child h2 { margin-top: 0; }
.columns { margin-top: 1.1em; }
.ruled { height: 2em; border-bottom: 1px solid var(--line); }
.sources, footer { font-size: 0.8em; color: var(--muted); margin-top: 1.2em; }
.sources span { margin-right: 0.9em; }
footer { border-top: 1px solid var(--line); padding-top: 0.6em; }
button { float: right; margin: 0 0 8px 16px; padding: 8px 18px; font: inherit; color: var(--ground);
  background: var(--accent); border: 0; border-radius: 10px; cursor: pointer; }
@media screen and (max-width: 640px) {
  body { padding: 16px 14px 32px; }
  .two { display: block; }
  .columns { columns: 1; }
  thead { position: absolute; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; width: auto; }
  tr { border-bottom: 1px solid var(--line); padding: 0.8em 0; }
  td, td.saying { width: auto; border: 0; padding: 0 0 0.3em; }
  .time p { display: inline; margin-right: 0.6em; }
}
@page { size: A4; margin: 12mm 16mm 14mm; }
@media print {
  :root { color-scheme: light; --ink: #000; --muted: #444; --line: #bbb; --ground: #fff;
    --accent: #2f6a5c; --soft: #fff; --care: #fff; --care-line: #8a6417; }
  body { padding: 0; max-width: none; font-size: SIZEpt; line-height: 1.26; }
  .box { border: 1px solid var(--line); border-left: 3px solid var(--accent);
    margin-top: 0.8em; padding: 0.45em 0.8em 0.55em; }
  .box.care { border-left-color: var(--care-line); }
  h2 { margin-top: 0.7em; break-after: avoid; }
  table, .columns { margin-top: 0.8em; }
  td { padding-top: 0.35em; padding-bottom: 0.45em; }
  tr, .columns { break-inside: avoid; }
  .ruled { height: 6.6mm; }
  .sources, footer { margin-top: 0.8em; }
  button { display: none; }
}
"""


def page(plan: SessionPlan, start: datetime | None = None) -> str:
    """The plan as a whole HTML document; what people wrote is text in it and nothing else."""
    whole = sheet(plan, start)
    fit = fitting(whole)
    style = STYLE.replace("SIZE", f"{fit.size - 0.5:g}")
    lines = min(2 + int(fit.room // 45), 12)
    inner = "\n".join(_instead(whole) if whole.instead else _parts(whole, lines))
    return (
        f'<!DOCTYPE html>\n<html lang="{whole.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(whole.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<button type="button" onclick="window.print()">{escape(whole.words["print"])}</button>\n'
        f"<main>\n{inner}\n</main>\n</body>\n</html>\n"
    )


def _instead(whole: Sheet) -> Iterator[str]:
    yield f'<div class="told">{_told(whole.instead)}</div>'


def _parts(whole: Sheet, lines: int) -> Iterator[str]:
    words = whole.words
    yield f"<h1>{escape(whole.heading)}</h1>"
    yield f'<p class="facts">{escape(whole.facts)}</p>'
    yield '<div class="two">'
    if whole.aim:
        yield f"<section><h2>{escape(words['aim'])}</h2>"
        yield f'<p class="lead">{escape(whole.aim)}</p></section>'
    if whole.prepare:
        yield _section(whole.prepare)
    yield "</div>"
    for box in whole.boxes:
        yield _box(box)
    yield from _agenda(whole)
    yield f'<div class="columns">{"".join(map(_section, whole.sections))}</div>'
    yield f"<h2>{escape(words['notes'])}</h2>" + '<div class="ruled"></div>' * lines
    if whole.guides:
        listed = "".join(f"<span>{escape(guide.text)}</span> " for guide in whole.guides)
        yield f'<p class="sources"><b>{escape(words["sources"])}</b> &nbsp; {listed}</p>'
    yield f"<footer>{escape(words['footer'])}</footer>"


def _agenda(whole: Sheet) -> Iterator[str]:
    columns = whole.words["columns"]
    yield f'<table aria-label="{escape(whole.words["agenda"])}"><thead><tr>'
    yield "".join(f'<th scope="col">{escape(columns[key])}</th>' for key in columns)
    yield "</tr></thead><tbody>"
    yield from map(_row, whole.rows)
    yield "</tbody></table>"


def _row(row: Row) -> str:
    own = "".join(
        f'<p class="{kind}">{escape(text)}</p>'
        for kind, text in (("purpose", row.purpose), ("note", row.note))
        if text
    )
    said = _items(row.say) + _items(row.ask, "ask")
    doing = f"<h3>{escape(row.title)}</h3>{own}{_list(_items(row.how))}"
    return (
        f'<tr><td class="time"><p class="clock">{escape(row.clock)}</p>'
        f'<p class="muted">{escape(row.minutes)}</p></td>'
        + (f'<td>{doing}</td><td class="saying">{_list(said)}</td>' if said else
           f'<td colspan="2">{doing}</td>')
        + "</tr>"
    )  # fmt: skip


def _section(section: Section) -> str:
    kind = "ticks" if section.ticks else ""
    return (
        f"<section><h2>{escape(section.heading)}</h2>{_list(_items(section.lines), kind)}</section>"
    )


def _box(box: Box) -> str:
    kind = "box care" if box.care else "box"
    told = _told(box.blocks)
    return (
        f'<section class="{kind}"><h2>{escape(box.heading)}</h2>{told}'
        f"{_list(_items(box.lines))}</section>"
    )


def _items(lines: Iterable[Said], kind: str = "") -> str:
    mark = f' class="{kind}"' if kind else ""
    return "".join(f"<li{mark}>{_said(line)}</li>" for line in lines)


def _list(items: str, kind: str = "") -> str:
    mark = f' class="{kind}"' if kind else ""
    return f"<ul{mark}>{items}</ul>" if items else ""


def _said(line: Said) -> str:
    number = f'&nbsp;<span class="number">[{line.number}]</span>'
    return escape(line.text) + (number if line.number is not None else "")


def _told(blocks: Iterable[Block]) -> str:
    tags = {"paragraph": "p", "item": "li", "heading": "h2", "quote": "blockquote"}
    parts: list[str] = []
    before = ""
    for block in blocks:
        words = "".join(
            f"<b>{escape(text)}</b>" if bold else escape(text) for text, bold in block.pieces
        )
        if "item" in (block.kind, before) and block.kind != before:
            parts.append("<ul>" if block.kind == "item" else "</ul>")
        parts.append(f"<{tags[block.kind]}>{words}</{tags[block.kind]}>")
        before = block.kind
    return "".join(parts) + ("</ul>" if before == "item" else "")
