"""The places in the guides that a case grades: a guide's path, or ``path#Heading``."""

from __future__ import annotations

from evals.cases import Case

TOUCHES = 1
ANSWERS = 2
"""The least grade of a place that answers at least a good part."""


def grades(case: Case) -> dict[str, int]:
    """Grades by path: the best of all the keys that name the path; without those below 1."""
    best: dict[str, int] = {}
    for place, grade in case.relevant.items():
        path = place.partition("#")[0]
        if grade >= TOUCHES:
            best[path] = max(grade, best.get(path, grade))
    return best


def sections(case: Case) -> set[tuple[str, str]]:
    """(path, heading) of every heading that answers; the heading as `heading_key` writes it."""
    return {
        (path, heading_key(heading))
        for place, grade in case.relevant.items()
        if grade >= ANSWERS
        for path, mark, heading in [place.partition("#")]
        if mark
    }


def heading_key(heading: str) -> str:
    """A heading with its case and the space around its words left out of account."""
    return " ".join(heading.casefold().split())
