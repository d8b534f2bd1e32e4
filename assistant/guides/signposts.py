"""Lines that say how people ask for a place in a guide, each leading to the chunk that answers.

People use everyday words where guides use terms. A guide may list, in its front matter under
``asked``, how people bring up what stands under each of its headings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.guides.chunking import Chunk
from assistant.guides.text import Guide, Section


@dataclass(frozen=True)
class Signpost:
    """A line, and the position of the chunk it leads to."""

    line: str
    leads_to: int


def signposts(guide: Guide, chunks: Sequence[Chunk]) -> Iterator[Signpost]:
    """The guide's signposts; lines under a heading that it doesn't have lead nowhere."""
    for heading, lines in guide.asked:
        position = _position(guide.sections, heading, chunks)
        if position is not None:
            yield from (Signpost(line, position) for line in dict.fromkeys(lines))


def _position(sections: Sequence[Section], heading: str, chunks: Sequence[Chunk]) -> int | None:
    """The chunk with the heading's first words; a heading without its own text leads further."""
    start = next((s.start for s in sections if heading in s.heading_path), None)
    if start is None:
        return None
    return next((n for n, chunk in enumerate(chunks) if chunk.start <= start < chunk.end), None)
