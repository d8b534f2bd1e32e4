"""Markdown: markdown-it renders it, and the tree of the result becomes blocks.

What CommonMark doesn't know is settled first, line by line outside of code: admonitions, attribute
lists, marks for tables of contents, footnote marks, imports.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from assistant.guides.draft import Draft
from assistant.guides.html import parse
from assistant.guides.markup import BlockWriter
from assistant.guides.templates import split_front_matter, strip_templates
from assistant.guides.text import Block

_FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
_ADMONITION = re.compile(
    r"^(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?|===)[ \t]+[\w -]*?[ \t]*"
    r"(?:\"(?P<title>[^\"]*)\")?\s*$"
)
_CONTAINER = re.compile(r"^\s*:::+\s*(?:[\w-]+\s*(?P<title>[^{}]*?))?\s*(?:\{.*\})?\s*$")
_ALERT = re.compile(r"^(\s*(?:>\s*)+)\[!\w+\][-+]?\s*")
_TOC_LINE = re.compile(
    r"^\s*(?:\[\[?_?TOC_?\]?\]|\{:\s*toc.*\}|[*-]\s+toc|\{\{< toc >\}\})\s*$", re.IGNORECASE
)
_TOC_BLOCK = re.compile(r"<!--\s*toc\s*-->.*?<!--\s*(?:tocstop|/toc|end toc)\s*-->", re.I | re.S)
_ATTRIBUTES = re.compile(
    r"\{:[^{}\n]*\}|(?<=\S)[ \t]*\{[#.]+[\w-][^{}\n]*\}[ \t]*$|^\s*\{[#.][^{}\n]*\}\s*$"
    r"|(?<=[)\]])\{[^{}\n]*\}"
)
_FOOTNOTE = re.compile(r"^\[\^[^\]\n]+\]:[ \t]*|\[\^[^\]\s]+\]")
_MODULE_LINE = re.compile(
    r"^(?:import\s.+\sfrom\s+['\"].+|import\s+['\"].+['\"];?|export\s+(?:const|default)\s.*)$"
)
_MARKDOWN_INSIDE = re.compile(r"^\s*<\w+[^>]*\smarkdown(?:=[^>]*)?>\s*$")
_EMOJI_NAME = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,30}:(?![\w:])")
_LEFTOVER = re.compile(r"(\*\*|__)(?=\S)([^*_]+?)(?<=\S)\1(?![\s).,;!?])|\*\*")


def read(text: str) -> Draft:
    """Read a Markdown text: CommonMark with tables, and what common site generators add."""
    front, text = split_front_matter(text)
    text = strip_templates(_TOC_BLOCK.sub("", text))
    page = parse(_renderer().render(_prepared(text)) or " ")
    if page is None:
        return Draft([], title=front.title)
    blocks = [_without_leftovers(block) for block in BlockWriter().walk(page)]
    return Draft(blocks, title=front.title, asked=front.asked)


def _without_leftovers(block: Block) -> Block:
    """Drop marks of emphasis that stand too close to a letter for CommonMark to see them."""
    if block.kind == "code" or not ("**" in block.text or "__" in block.text):
        return block
    text = _LEFTOVER.sub(lambda mark: f"{mark[2]} " if mark[2] else "", block.text)
    return replace(block, text=" ".join(text.split()))


@lru_cache(maxsize=1)
def _renderer() -> Any:
    from markdown_it import MarkdownIt

    # Past this nesting markdown-it drops the rest of the text; its own limit is only ten lists.
    options = {"html": True, "maxNesting": 100}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])


def _prepared(text: str) -> str:
    lines: list[str] = []
    fence = ""
    dedent = 0  # the indent of an admonition's body, while inside one
    for line in text.split("\n"):
        if dedent and (line.strip() == "" or line.startswith(" " * dedent)):
            line = line[dedent:]
        else:
            dedent = 0
        if mark := _FENCE.match(line):
            fence = _after_fence(fence, mark[1])
            lines.append(line)
        elif fence:
            lines.append(line)
        elif admonition := _ADMONITION.match(line):
            dedent = len(admonition["indent"]) + 4
            lines += ["", *_titled(admonition["title"]), ""]
        elif (container := _CONTAINER.match(line)) and ":::" in line:
            lines += ["", *_titled(container["title"]), ""]
        elif _MARKDOWN_INSIDE.match(line):
            lines += [line, ""]
        elif not (_TOC_LINE.match(line) or _MODULE_LINE.match(line)):
            lines.append(_without_marks(line))
    return "\n".join(lines)


def _after_fence(fence: str, mark: str) -> str:
    if not fence:
        return mark
    return "" if mark.startswith(fence) else fence


def _titled(title: str | None) -> list[str]:
    return [f"**{title.strip()}**"] if title and title.strip() else []


def _without_marks(line: str) -> str:
    if ":" in line or "[" in line or "{" in line:
        line = _ALERT.sub(r"\1", line)
        line = _ATTRIBUTES.sub("", line)
        line = _FOOTNOTE.sub("", line)
        line = _EMOJI_NAME.sub("", line)
    return line
