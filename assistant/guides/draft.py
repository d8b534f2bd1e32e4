"""What a reader of one format hands over, before it is cleaned and composed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.guides.text import Asked, Block

_LABEL_WORDS = 9
_LABEL_CHARACTERS = 70


@dataclass(frozen=True)
class Draft:
    """A file's blocks with the titles that the file states about itself.

    `title` is one that an author wrote for readers (front matter); `property_title` is one that a
    program may have filled in (a document property, a page's ``<title>``); `asked` says how people
    ask for what stands under a heading.
    """

    blocks: list[Block]
    title: str = ""
    property_title: str = ""
    asked: Asked = ()


def is_label(text: str) -> bool:
    """Whether an emphasised line of its own reads as a small heading, not as a sentence."""
    text = text.strip()
    return (
        0 < len(text) <= _LABEL_CHARACTERS
        and len(text.split()) <= _LABEL_WORDS
        and not text.endswith((".", "!", ",", ";", "…"))
        and any(character.isalpha() for character in text)
    )


def settle_labels(blocks: Iterable[Block]) -> Iterator[Block]:
    """Give label headings (level 0) the level below the last real heading."""
    level = 0
    for block in blocks:
        if block.kind == "heading" and block.level == 0:
            yield replace(block, level=min(6, level + 1), text=block.text.rstrip(" :"))
            continue
        if block.kind == "heading":
            level = block.level
        yield block
