"""Answering without a language model: the guides' own sentences, picked, ordered and cited.

It does not write or join sentences: what it states is verbatim text of a guide. What it does not
know: whether two statements contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answering.answer import Answer, Request
from assistant.answering.bearing import Fit, Weigher, bearing, close, heading_words
from assistant.answering.composing import Part, compose
from assistant.answering.leading import led, speaks_to_mentees
from assistant.answering.picking import picked
from assistant.answering.sections import UNDER_A_SECTION, sections_of
from assistant.answering.statements import Statement, is_whole, said_in
from assistant.retrieval.fusion import shingles
from assistant.words import reply

if TYPE_CHECKING:
    from assistant.retrieval.passage import Passage

OF_COSINE, OF_HEADING, OF_A_CASE = 0.5, 0.2, 0.02
"""How much the cube of a passage's nearness and its heading's words count, beside its place in the
search, for which section of the leading guide answers, and a case of its own before steps for all.
The cube, because what is very near was asked in nearly these words, while all sections are about as
far from a long story."""

NEARLY_AS_GOOD = 0.55
"""The share of the first one's score from which a guide that speaks to whoever asks leads."""

MOST_BESIDE = 2
"""Other guides that are named beside an answer."""


class ExtractiveAnswerer:
    """An `Answerer` that quotes."""

    def __init__(self, weigher: Weigher) -> None:
        self._weigher = weigher

    def answer(self, request: Request) -> Iterator[Answer]:
        """Yield the answer statement by statement; the last one is whole."""
        fits, foreign = bearing(request, self._weigher)
        parts = (self._led(request, fits) or picked(request, fits, self._weigher)) if fits else []
        if not parts:
            yield not_covered(request, "no_more" if fits and request.said else "not_covered")
            return
        note = reply(request.language, "other_language") if foreign else ""
        yield from compose(request, parts, note, _beside(parts, fits))

    def _led(self, request: Request, fits: Mapping[int, Fit]) -> list[Part]:
        """What the guide says that search puts first, as far as it wasn't said before; empty where
        its sections don't tell what they are for."""
        lead = _leading(request, fits)
        ranks = {fit.passage.chunk_id: rank for rank, fit in fits.items()}
        sections = [
            replace(section, statements=tuple(filter(is_whole, section.statements)))
            for section in sections_of(self._weigher.passages_of(lead.guide_id), ranks)
        ]
        best = self._best_of(lead.guide_id, request).heading_path
        found = next((s for s in sections if s.heading_path == best), None)
        if found is None or found.role == "other" or not found.statements:
            return []
        return _fresh(led(request, found, sections, self._cosines), request.said)

    def _best_of(self, guide_id: int, request: Request) -> Passage:
        """The passage of the leading guide that bears most on the question."""
        own = [p for p in request.passages if p.guide_id == guide_id]
        headings = self._weigher.coverage(
            request.question, request.language, [(heading_words(p), p.language) for p in own]
        )
        worth = [
            p.score / own[0].score
            + OF_COSINE * p.similarity**3
            + OF_HEADING * heading
            + OF_A_CASE * (len(p.heading_path) >= UNDER_A_SECTION)
            for p, heading in zip(own, headings, strict=True)
        ]
        return own[worth.index(max(worth))]

    def _cosines(self, text: str, lines: Sequence[Statement]) -> dict[Statement, float]:
        language = lines[0].passage.language if lines else ""
        found = close(self._weigher, text, language, lines) if lines else []
        return {s: one.cosine for s, one in zip(lines, found, strict=True)}


def _leading(request: Request, fits: Mapping[int, Fit]) -> Passage:
    """The first passage of a guide that bears on the question, if it speaks to whoever asks; else
    of one that does, if there is one nearly as good."""
    fitting = {fit.passage.guide_id for fit in fits.values()}
    bearing_ones = [p for p in request.passages if p.guide_id in fitting]
    first = bearing_ones[0]
    if not request.asker:
        return first
    near = (p for p in bearing_ones if p.score >= NEARLY_AS_GOOD * first.score)
    to_mentees = request.asker == "mentee"
    return next((p for p in near if speaks_to_mentees(p) == to_mentees), first)


def not_covered(request: Request, key: str = "not_covered") -> Answer:
    """Say plainly that the guides don't cover it, and name the nearest ones."""
    nearest: list[Passage] = []
    for passage in request.passages:
        if all(passage.guide_id != other.guide_id for other in nearest):
            nearest.append(passage)
    return Answer(
        text=reply(request.language, key if request.passages else "nothing_at_all"),
        language=request.language,
        kind="not_covered",
        nearest=tuple(nearest[:3]),
    )


def _beside(parts: Sequence[Part], fits: Mapping[int, Fit]) -> list[Passage]:
    """The best passages of guides that bear on the question too and aren't in the answer."""
    shown = {s.passage.guide_id for part in parts for s in part.statements}
    best = {fits[rank].passage.guide_id: fits[rank].passage for rank in sorted(fits, reverse=True)}
    others = [fit.passage for _, fit in sorted(fits.items()) if fit.passage in best.values()]
    return [p for p in others if p.guide_id not in shown][:MOST_BESIDE]


def _fresh(parts: Sequence[Part], said: Sequence[str]) -> list[Part]:
    """Parts without what was said before."""
    seen = [shingles(text, 3) for text in said]
    kept = [
        replace(part, statements=tuple(s for s in part.statements if not said_in(s, seen)))
        for part in parts
    ]
    return [part for part in kept if part.statements]
