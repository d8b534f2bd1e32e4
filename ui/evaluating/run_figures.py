"""What the page says of a run: its figures in plain words, and the cases that did worst."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import UnknownRun
from evals.cases import Case
from evals.kinds import kinds
from evals.metrics.descriptions import description
from evals.outcomes import Outcome
from evals.pages.forms import SENSITIVE, form_of, is_sensitive, main_check, shortfall
from evals.pages.words import Words
from evals.runs import MANIFEST, OUTCOMES, SCORES, Run, list_runs
from evals.scores import Score
from ui.labels import Labels

if TYPE_CHECKING:
    from evals.report import SummaryRow

WORST = 12
"""Cases that a run's page shows; its report has them all."""


@dataclass(frozen=True)
class Headline:
    """In how many of the cases that count the main thing was met, in a sentence."""

    text: str
    met: int
    of: int


@dataclass(frozen=True)
class Worst:
    """A case that fell short by its kind's main metric."""

    case: Case
    outcome: Outcome
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Told:
    """A run as lists show it. `state` is done, going or stopped."""

    name: str
    suite: str
    title: Mapping[str, str]
    version: int
    label: str
    begun: datetime
    state: str
    done: int
    total: int
    guides: int


def told(run: Run, going: str) -> Told:
    """The facts of a run; `going` is the name of the one that runs now."""
    facts = run.manifest
    state = "done" if facts["state"] == "done" else "stopped"
    suite = facts["suite"]
    total = len(run.cases())
    return Told(
        name=run.name,
        suite=suite["name"],
        title=suite["title"],
        version=suite["version"],
        label=facts["label"],
        begun=datetime.fromisoformat(facts["begun"]).astimezone(),
        state="going" if run.name == going else state,
        done=total if state == "done" else len(run.outcomes()),
        total=total,
        guides=facts["guides"]["count"],
    )


class RunsSeen:
    """The runs of a folder, each read anew only when it has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[tuple[str, str, str], tuple[float, Any]] = {}

    def all(self, going: str) -> list[Told]:
        """Newest first."""
        return [self._kept(run, "told", going, lambda r: told(r, going)) for run in self._runs()]

    def headlines(self, name: str, labels: Labels) -> list[Headline]:
        """What a run says in sentences."""
        return self._kept(
            self.run(name),
            "headlines",
            labels.language,
            lambda run: headlines(run.cases(), run.scores(), labels),
        )

    def summary(self, name: str) -> list[SummaryRow]:
        """The figures of a run."""
        from evals.summary import summary

        return self._kept(self.run(name), "summary", "", summary)

    def run(self, name: str) -> Run:
        """A run by its whole name. Raises `UnknownRun`."""
        if not any(run.name == name for run in self._runs()):
            raise UnknownRun(f"There is no run {name!r} any more.")
        return Run(self.folder / name)

    def _runs(self) -> list[Run]:
        return list_runs(self.folder)

    def _kept(self, run: Run, what: str, more: str, make: Callable[[Run], Any]) -> Any:
        files = (run.folder / name for name in (MANIFEST, OUTCOMES, SCORES))
        changed = max((file.stat().st_mtime for file in files if file.exists()), default=0.0)
        key = (run.name, what, more)
        if key not in self._known or self._known[key][0] != changed:
            self._known[key] = (changed, make(run))
        return self._known[key][1]


def headlines(cases: list[Case], scores: list[Score], labels: Labels) -> list[Headline]:
    """A sentence a kind. About safety it is one a language too: a mean would hide a miss."""
    by_key = {(score.case, score.metric): score for score in scores}
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        apart = case.language if case.kind in SENSITIVE else ""
        groups.setdefault((case.kind, apart), []).append(case)
    found = (
        _headline(kind, language, members, by_key, labels)
        for (kind, language), members in sorted(groups.items())
    )
    return [headline for headline in found if headline is not None]


def _headline(
    kind: str,
    language: str,
    members: list[Case],
    scores: Mapping[tuple[str, str], Score],
    labels: Labels,
) -> Headline | None:
    """By the kind's main check, or by the first that counts where no case has the main one."""
    main = main_check(kind)
    checks = [name for name in kinds()[kind].metrics if form_of(name).role == "check"]
    for metric in [main, *checks]:
        found = [scores[case.id, metric] for case in members if (case.id, metric) in scores]
        counted = [score for score in found if score.state != "not_applicable"]
        if counted:
            met, of = sum(shortfall(score) == 0 for score in counted), len(counted)
            return Headline(_sentence(kind, language, metric, met, of, labels), met, of)
    return None


def _sentence(kind: str, language: str, metric: str, met: int, of: int, labels: Labels) -> str:
    figures = {"met": labels.number(met), "of": labels.number(of)}
    if metric != main_check(kind):
        name = description(metric, labels.language).name
        return labels("evals.headline_other", name=name, **figures)
    if language:
        spoken = labels(f"library.language_{language}")
        return labels(f"evals.headline_{kind}", language=spoken, **figures)
    return Words(labels.language).headline(kind, met, of)


def worst(run: Run, most: int = WORST) -> list[Worst]:
    """Cases with something missing: unmet danger first, then what could not be run, then the rest.

    Those that lack most of what matters most in them stand first.
    """
    outcomes = {outcome.case: outcome for outcome in run.outcomes()}
    scores: dict[str, list[Score]] = {}
    for score in run.scores():
        scores.setdefault(score.case, []).append(score)
    found = [
        Worst(case, outcomes[case.id], tuple(scores.get(case.id, ())))
        for case in run.cases()
        if case.id in outcomes
    ]
    return sorted((each for each in found if _lacks(each) or each.outcome.error), key=_rank)[:most]


def _lacks(each: Worst) -> list[Score]:
    """The checks that are missed."""
    return [s for s in each.scores if form_of(s.metric).role == "check" and shortfall(s)]


def _rank(each: Worst) -> tuple[bool, bool, float, int]:
    main = main_check(each.case.kind)
    lacking = next((shortfall(score) for score in each.scores if score.metric == main), 0.0)
    unmet = is_sensitive(each.case) and lacking > 0
    return not unmet, not each.outcome.error, -lacking, -len(_lacks(each))
