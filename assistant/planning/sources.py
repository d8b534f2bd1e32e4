"""Where a plan's lines stand, numbered in the order in which they are used."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.statements import Statement
from assistant.planning.plan import Line, Source

_QUOTES = "\"„“”»«›‹'‚‘’"


class Sources:
    """The sources of one plan while it is made."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._listed: list[Source] = []

    def lines(self, statements: Sequence[Statement], spoken: bool = False) -> tuple[Line, ...]:
        """Statements as lines; of `spoken` ones the quotation marks are left to who shows them."""
        return tuple(self._line(statement, spoken) for statement in statements)

    def again(self, lines: Sequence[Line], old: Sequence[Source]) -> tuple[Line, ...]:
        """Lines of another plan, renumbered to stand in this one."""
        by_number = {source.number: source for source in old}
        return tuple(
            line.model_copy(update={"source": self._number(by_number[line.source])})
            for line in lines
        )

    def listed(self) -> tuple[Source, ...]:
        """All that are used, by number."""
        return tuple(self._listed)

    def _line(self, statement: Statement, spoken: bool) -> Line:
        passage = statement.passage
        number = self._number(
            Source(
                number=1,
                guide_id=passage.guide_id,
                path=passage.path,
                title=passage.title,
                heading_path=passage.heading_path,
                page=passage.page,
                language=passage.language,
                start=passage.start,
                end=passage.end,
            )
        )
        text = " ".join(statement.text.split())
        return Line(
            text=text.strip(_QUOTES) if spoken and _is_quoted(text) else text,
            quote=statement.text,
            source=number,
            start=statement.start,
            end=statement.end,
        )

    def _number(self, source: Source) -> int:
        place = (source.guide_id, source.start, source.end)
        if place not in self._numbers:
            self._numbers[place] = len(self._listed) + 1
            self._listed.append(source.model_copy(update={"number": self._numbers[place]}))
        return self._numbers[place]


def _is_quoted(text: str) -> bool:
    return len(text) > 2 and text[0] in _QUOTES and text[-1] in _QUOTES
