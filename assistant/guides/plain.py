"""Plain text: paragraphs between blank lines, lists, headings underlined or in capitals."""

from __future__ import annotations

import re

from assistant.guides.draft import Draft, is_label
from assistant.guides.text import Block

BULLET = re.compile(
    r"^(?P<indent>\s*)(?P<mark>[-*•●○■□▪◦‣–—✓✔➢►❖]|\(?\d{1,3}[.)]|[a-z]\))\s+(?=\S)"
)
_UNDERLINE = re.compile(r"^\s*(?:={3,}|-{3,}|~{3,})\s*$")
_RULE = re.compile(r"^\W{3,}$")
_MARKED_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")


def read(text: str) -> Draft:
    """Read plain text; lines of one paragraph are joined."""
    blocks: list[Block] = []
    for paragraph in re.split(r"\n[ \t]*\n\s*?", text.expandtabs(4)):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if lines:
            blocks += _paragraph(lines)
    return Draft(blocks)


def _paragraph(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    if len(lines) > 1 and _UNDERLINE.match(lines[1]) and not _RULE.match(lines[0].strip()):
        blocks.append(Block("heading", lines[0], 1 if "=" in lines[1] else 2))
        lines = lines[2:]
    elif len(lines) == 1 and is_shouted(lines[0]):
        return [Block("heading", lines[0].strip(), 2)]
    for line in lines:
        if _RULE.match(line.strip()):
            continue
        if heading := _MARKED_HEADING.match(line.strip()):
            blocks.append(Block("heading", heading[2], len(heading[1])))
        elif bullet := BULLET.match(line):
            blocks.append(item_block(bullet, line))
        elif blocks and blocks[-1].kind in {"item", "paragraph"}:
            last = blocks[-1]
            blocks[-1] = Block(last.kind, f"{last.text} {line.strip()}", last.level, last.marker)
        else:
            blocks.append(Block("paragraph", line.strip()))
    return blocks


def item_block(bullet: re.Match[str], line: str, page: int | None = None) -> Block:
    """The list item that `line` is; two blanks of indent are one level."""
    mark = bullet["mark"].strip("(")
    marker = f"{mark[:-1]}." if mark[:-1].isalnum() else "-"
    level = min(4, len(bullet["indent"]) // 2)
    return Block("item", line[bullet.end() :].strip(), level, marker, page)


def is_shouted(line: str) -> bool:
    """Whether a short line is written in capitals, as headings of plain texts are."""
    letters = [character for character in line if character.isalpha()]
    return len(letters) > 3 and line.upper() == line and is_label(line)
