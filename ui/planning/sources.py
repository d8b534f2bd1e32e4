"""The passage of a guide that a line of a plan stands on, for the panel beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import UnknownGuide, UnknownPlan
from ui import reading
from ui.labels import Labels
from ui.planning.plan_rendering import all_lines, where

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.planning.plan import Line, SessionPlan, Source


def source_html(tandem: Assistant, reference: str, labels: Labels) -> str:
    """The panel for ``plan:version:source`` or, for one line, ``plan:version:source:from:to``.

    Raises `UnknownPlan` for what is gone.
    """
    record, version, number, *place = (int(part) for part in reference.split(":"))
    plan = _version(tandem, record, version)
    source = next((one for one in plan.sources if one.number == number), None)
    if source is None:
        raise UnknownPlan("This source is no longer there.")
    lines = [line for line in all_lines(plan) if line.source == number]
    cited = [line for line in lines if [line.start, line.end] == place] or lines[:1]
    if not cited:
        raise UnknownPlan("This line is no longer there.")
    return _panel(tandem, source, cited[0], lines, labels)


def _version(tandem: Assistant, record: int, version: int) -> SessionPlan:
    for one in tandem.mentees.versions(record):
        if one.version == version:
            return one.plan
    raise UnknownPlan("This version is no longer there.")


def _panel(
    tandem: Assistant, source: Source, cited: Line, lines: list[Line], labels: Labels
) -> str:
    """The guide around the line; the words as they were, where the guide has changed or gone."""
    place = where(source, labels)
    try:
        text = tandem.library.guide(source.guide_id).text
    except UnknownGuide:
        return reading.kept_html(
            cited.quote, labels, title=source.title, where=place, reason="gone"
        )
    if text[cited.start : cited.end] != cited.quote:
        return reading.kept_html(
            cited.quote, labels, title=source.title, where=place, reason="changed"
        )
    marks: list[reading.Mark] = [
        (cited.start, cited.end, "cited"),
        *((line.start, line.end, "also") for line in lines if line != cited),
    ]
    return reading.source_html(
        text, marks, labels, guide_id=source.guide_id, title=source.title, where=place
    )
