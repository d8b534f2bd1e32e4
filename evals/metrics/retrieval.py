"""How well search ranks the guides that the case grades, by ir-measures.

The ranking is by path. Guides that say the same at a place (`Found.also_in`) stand there together,
as one: its grade is the best of theirs.
"""

from __future__ import annotations

from evals.cases import Case
from evals.metrics.measuring import needs
from evals.metrics.places import ANSWERS, TOUCHES, grades, heading_key, sections
from evals.outcomes import Outcome
from evals.scores import Score, not_applicable, scored

CLOSE_LOOK = 3
"""Passages that are looked through for the heading."""


@needs("search")
def ndcg_at_5(case: Case, outcome: Outcome) -> Score:
    """Normalised discounted cumulative gain of the first five; the gain is the grade."""
    return _ranked(case, outcome, "ndcg_at_5", "nDCG@5", TOUCHES)


@needs("search")
def ndcg_at_10(case: Case, outcome: Outcome) -> Score:
    """The same of the first ten."""
    return _ranked(case, outcome, "ndcg_at_10", "nDCG@10", TOUCHES)


@needs("search")
def recall_at_5(case: Case, outcome: Outcome) -> Score:
    """The share of the guides that answer which stand among the first five."""
    return _ranked(case, outcome, "recall_at_5", f"R(rel={ANSWERS})@5", ANSWERS)


@needs("search")
def mrr(case: Case, outcome: Outcome) -> Score:
    """One divided by the rank of the first guide that at least touches the question."""
    return _ranked(case, outcome, "mrr", "RR", TOUCHES)


@needs("search")
def success_at_1(case: Case, outcome: Outcome) -> Score:
    """1 if the first guide answers."""
    return _ranked(case, outcome, "success_at_1", f"Success(rel={ANSWERS})@1", ANSWERS)


@needs("search")
def success_at_3(case: Case, outcome: Outcome) -> Score:
    """1 if one of the first three guides answers."""
    return _ranked(case, outcome, "success_at_3", f"Success(rel={ANSWERS})@3", ANSWERS)


@needs("search")
def section_at_3(case: Case, outcome: Outcome) -> Score:
    """1 if one of the first three passages stands under a heading that answers."""
    wanted = sections(case)
    if not wanted:
        return not_applicable(case.id, "section_at_3", "no_sections")
    for found in outcome.found[:CLOSE_LOOK]:
        if any((found.path, heading_key(heading)) in wanted for heading in found.heading_path):
            return scored(case.id, "section_at_3", 1)
    return scored(case.id, "section_at_3", 0, *sorted(f"{path}#{name}" for path, name in wanted))


def _ranked(case: Case, outcome: Outcome, name: str, measure: str, least: int) -> Score:
    """The score; its details are the graded guides that weren't found, best first."""
    graded = grades(case)
    if max(graded.values(), default=0) < least:
        return not_applicable(case.id, name, "no_relevant" if not graded else "none_answers")
    places = _places(outcome)
    found = {path for place in places for path in place}
    missed = sorted(graded.keys() - found, key=lambda path: (-graded[path], path))
    ranking = [max(graded.get(path, 0) for path in place) for place in places]
    value = _measured(measure, ranking, [graded[path] for path in missed])
    return scored(case.id, name, value, *missed)


def _places(outcome: Outcome) -> list[tuple[str, ...]]:
    """The paths at each place of the ranking; each path stands where it comes first."""
    seen: set[str] = set()
    places = []
    for found in outcome.found:
        fresh = tuple(p for p in dict.fromkeys((found.path, *found.also_in)) if p not in seen)
        if fresh:
            places.append(fresh)
            seen.update(fresh)
    return places


def _measured(measure: str, ranking: list[int], missed: list[int]) -> float:
    """One measure of a ranking of grades, 0 for places that aren't graded."""
    import ir_measures

    graded = enumerate([*ranking, *missed])
    qrels = [ir_measures.Qrel("q", str(n), grade) for n, grade in graded if grade]
    run = [ir_measures.ScoredDoc("q", str(n), -float(n)) for n in range(len(ranking))]
    return ir_measures.calc_aggregate([ir_measures.parse_measure(measure)], qrels, run).popitem()[1]
