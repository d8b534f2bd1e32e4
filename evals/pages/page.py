"""A page that loads nothing: its frame, tables and folds, and Markdown shown as text."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from evals.pages.words import Words
from evals.plots import escaped, printable

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


class Anchors:
    """Fragments of the page: readable, stable, and never the same for two things."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()

    def __call__(self, *names: str) -> str:
        if names not in self._given:
            plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", "-".join(names))
            anchor, number = plain, 1
            while anchor in self._taken:
                number += 1
                anchor = f"{plain}--{number}"
            self._taken.add(anchor)
            self._given[names] = anchor
        return self._given[names]


def document(words: Words, title: str, head: str, sections: Iterable[tuple[str, str, str]]) -> str:
    filled = [section for section in sections if section[2]]
    script = _static("report.js")
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    )
    links = "".join(f'<li><a href="#{name}">{escaped(text)}</a></li>' for name, text, _ in filled)
    body = "".join(
        f'<section id="{name}"><h2>{escaped(text)}</h2>{html}</section>'
        for name, text, html in filled
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escaped(title)} · Tandem</title><style>{_static('report.css')}</style></head>"
        f"<body><header><h1>{escaped(title)}</h1>{head}"
        f'<nav aria-label="{words.html("contents")}"><ul>{links}</ul></nav></header>'
        f"<main>{body}</main><script>{script}</script></body></html>\n"
    )


@cache
def _static(name: str) -> str:
    return files("evals").joinpath("static", name).read_text(encoding="utf-8").strip()


def folded(summary: str, inside: str, anchor: str = "", look: str = "") -> str:
    marks = f' id="{anchor}"' * bool(anchor) + f' class="{look}"' * bool(look)
    return f"<details{marks}><summary>{summary}</summary>{inside}</details>"


def table_of(heads: Sequence[str], rows: Iterable[Sequence[str]], look: str = "") -> str:
    """A table whose first column names the row; narrow screens show each cell with its heading."""
    top = "".join(f'<th scope="col">{escaped(head)}</th>' for head in heads)
    lines = []
    for first, *others in rows:
        cells = "".join(
            f'<td data-head="{escaped(head)}">{cell}</td>'
            for head, cell in zip(heads[1:], others, strict=True)
        )
        lines.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return (
        f'<table class="{look}"><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def paragraph(text: str) -> str:
    return f'<p class="about">{escaped(text)}</p>' if text else ""


def prose(text: str) -> str:
    """Markdown as HTML without HTML, images or links of its own; headings become small ones."""
    parser = _parser()
    tokens = parser.parse(printable(text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h5"
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    return parser.disable(
        ["image", "link", "autolink", "html_inline", "html_block", "reference", "entity"]
    )
