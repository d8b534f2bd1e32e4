"""Lines of guides in an answer's text, each with the number of its source."""

from __future__ import annotations

from assistant.answering.answer import Citation

# An answer's text is Markdown wherever it's made; one function says what has to be escaped in it.
from assistant.answering.composing import escaped as escaped
from assistant.answering.statements import Statement
from assistant.planning.material import Material
from assistant.retrieval.passage import Passage


class Cited:
    """The text of one answer while it is made, and what it cites."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._citations: list[Citation] = []
        self._quoted: set[str] = set()

    def say(self, text: str) -> None:
        """A paragraph or heading of Tandem's own."""
        self._blocks.append(text)

    def paragraph(self, statement: Statement) -> None:
        """A line of a guide, alone."""
        self._blocks.append(self._line(statement))

    def list(self, statements: list[Statement], under: str = "") -> None:
        """Lines of guides as a list, in bold what they stand `under`."""
        lines = [f"- {self._line(statement)}" for statement in statements]
        head = f"**{escaped(under)}**\n\n" if under else ""
        if lines:
            self._blocks.append(head + "\n".join(lines))

    def holds(self, statement: Statement) -> bool:
        """Whether a line stands in the answer already."""
        return statement.text in self._quoted

    @property
    def text(self) -> str:
        return "\n\n".join(self._blocks)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._citations)

    @property
    def guides(self) -> int:
        """From how many guides it quotes."""
        return len({citation.passage.guide_id for citation in self._citations})

    def _line(self, statement: Statement) -> str:
        number = self._number(statement.passage)
        self._quoted.add(statement.text)
        self._citations.append(
            Citation(number, statement.passage, statement.text, statement.start, statement.end)
        )
        return f"{escaped(statement.text)} [{number}]"

    def _number(self, passage: Passage) -> int:
        place = (passage.guide_id, passage.start, passage.end)
        return self._numbers.setdefault(place, len(self._numbers) + 1)


def beginning(material: Material | None, words: str) -> Statement | None:
    """The line of a guide that begins with some words; None when it was rewritten."""
    if material is None:
        return None
    return next((line for line in material.lines if line.text.startswith(words)), None)
