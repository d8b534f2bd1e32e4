"""Removing what site generators leave in a source file: front matter and template tags.

Known: YAML and TOML front matter; Liquid and Jinja tags; Hugo shortcodes. A tag's own words are
kept only where a reader of the finished page would see them: a box's title, a channel's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.guides.text import Asked

_FRONT_MATTER = re.compile(
    r"\A\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<head>.*?)^(?P=fence)[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_FRONT_LINE = re.compile(r"^[\w-]+\s*[:=]", re.MULTILINE)
_TITLE = re.compile(r"^title\s*[:=]\s*(.*(?:\n[ \t]+\S.*)*)", re.MULTILINE | re.IGNORECASE)

_ASKED = re.compile(r"^asked:[ \t]*\n(?:[ \t]+.*\n|[ \t]*\n|- .*\n)+", re.MULTILINE)

_HIDDEN = re.compile(
    r"\{%-?\s*comment\b.*?\{%-?\s*endcomment\s*-?%\}|\{#\s[^#]{0,1000}#\}", re.DOTALL
)
_LOOP = re.compile(r"\{%-?\s*for\b(?:(?!\{%-?\s*for\b).)*?\{%-?\s*endfor\s*-?%\}", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%]\s*(?P<call>[^{}]{0,1000}?)\s*[>%]\}\}")
_TAG = re.compile(r"\{%-?\s*(?P<call>(?:(?!%\}|\{%).){0,2000}?)\s*-?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{[^{}]{0,1000}\}\}")
_SPOKEN_TITLE = re.compile(r"\btitle\s*[=:]\s*[\"“]([^\"”]+)[\"”]")
_LONE_STRING = re.compile(r"\A\w+\s+[\"']([^\"']+)[\"']\s*\Z")
_LOGIC = {"assign", "if", "elsif", "unless", "include", "include_cached", "render", "extends"}
_ANY_TAG = re.compile(r"\{%|\{\{|\{#")


MOST_ASKED = 300
"""So many lines of `asked` are taken from one file; more would be no help to anybody."""

LONGEST_ASKED = 300
"""Characters of such a line."""


@dataclass(frozen=True)
class FrontMatter:
    """What a file's head says that a reader uses."""

    title: str = ""
    asked: Asked = ()


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """What the front matter states, and the text below it."""
    match = _FRONT_MATTER.match(text)
    if not match or not (_FRONT_LINE.search(match["head"]) or not match["head"].strip()):
        return FrontMatter(), text
    title = _TITLE.search(match["head"])
    block = _ASKED.search(match["head"]) if match["fence"] == "---" else None
    front = FrontMatter(_plain_value(title[1]) if title else "", _asked(block[0]) if block else ())
    return front, text[match.end() :]


def _asked(block: str) -> Asked:
    """The lines by heading; a block in another form is none of ours and says nothing."""
    listed = _loaded(block).get("asked")
    if not isinstance(listed, dict):
        return ()
    found = tuple(
        (str(heading), tuple(" ".join(str(line).split())[:LONGEST_ASKED] for line in lines if line))
        for heading, lines in listed.items()
        if isinstance(lines, list)
    )
    return found if sum(len(lines) for _, lines in found) <= MOST_ASKED else ()


def _loaded(block: str) -> dict[str, Any]:
    import yaml

    try:
        values = yaml.load(block, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError:
        return {}
    return values if isinstance(values, dict) else {}


def strip_templates(text: str) -> str:
    """`text` without template tags; lines that held nothing but tags are gone."""
    if not _ANY_TAG.search(text):
        return text
    text = _HIDDEN.sub("", text)
    text = _without_loops(text)
    marked = _SHORTCODE.sub(_spoken, text)
    marked = _TAG.sub(_spoken, marked)
    marked = _VALUE.sub("\x00", marked)
    return "\n".join(_kept_lines(marked))


def _plain_value(value: str) -> str:
    """A YAML or TOML scalar as plain text."""
    import yaml

    try:
        loaded = yaml.safe_load(value)
    except yaml.YAMLError:
        loaded = value
    return str(loaded).strip().strip("\"'") if loaded is not None else ""


def _without_loops(text: str) -> str:
    """Loop bodies that print values are lists made from data: without the data nothing is left."""
    while True:
        shorter = _LOOP.sub(lambda loop: "\x00" if "{{" in loop[0] else _TAG.sub("", loop[0]), text)
        if shorter == text:
            return text
        text = shorter


def _spoken(tag: re.Match[str]) -> str:
    """What a reader sees of a tag: a box's title as a line of its own, a name in a sentence."""
    call = tag["call"]
    if title := _SPOKEN_TITLE.search(call):
        return f"\x00\n\n**{title[1].strip()}**\n\n"
    lone = _LONE_STRING.match(call)
    if lone and call.split()[0] not in _LOGIC and not re.search(r"[/.]|^\W", lone[1]):
        return f"\x00\n\n**{lone[1]}**\n\n" if " " in lone[1] else lone[1]
    return "\x00"


def _kept_lines(marked: str) -> list[str]:
    kept = []
    for line in marked.split("\n"):
        bare = line.replace("\x00", "")
        if bare == line or re.search(r"\w", re.sub(r"</?\w[^>]*>", "", bare)):
            kept.append(bare)
        elif re.search(r"</?\w", bare):
            kept.append(bare)  # only HTML tags are left: they may open or close something
    return kept
