"""The suites that the page shows: those that come with Tandem, and a trainer's own to change."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from assistant.errors import SuiteError, UnknownGuide
from evals.cases import Case, Language
from evals.suite import Suite, known_suites, read_suite, write_suite
from ui.evaluating.case_form import slug, untaken

FORMS: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "yaml": "application/yaml; charset=utf-8",
}
"""What a suite can be taken along as, with its media type."""


@dataclass(frozen=True)
class Shelved:
    """A suite on the shelf. `suite` is None where its file can't be read; `trouble` says why."""

    name: str
    own: bool
    suite: Suite | None
    trouble: str = ""


class Shelf:
    """The suites of a home folder. Own ones lie in ``evals/suites``, a YAML file each."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "evals" / "suites"

    def all(self, language: Language) -> list[Shelved]:
        """Own suites first, each group by name."""
        found = [self._shelved(name, path, language) for name, path in self._known().items()]
        return sorted(found, key=lambda each: (not each.own, each.name))

    def suite(self, name: str, language: Language) -> Suite:
        """A suite by name. Raises `UnknownGuide` where there is none, `SuiteError`."""
        known = self._known()
        if name not in known:
            raise UnknownGuide(f"There is no suite {name!r} any more.")
        return self._of(known[name], language)

    def has(self, name: str) -> bool:
        """Whether there is a suite of that name."""
        return name in self._known()

    def is_own(self, name: str) -> bool:
        """Whether it may be changed here."""
        known = self._known()
        return name in known and self._is_own(known[name])

    def free_name(self, title: str) -> str:
        """A name for a new suite with this title."""
        return untaken(slug(title, "suite"), self._known())

    def keep(self, suite: Suite, language: Language) -> None:
        """Write an own suite. Raises `SuiteError` for one that can't be used, `StorageError`."""
        known = self._known()
        path = known.get(suite.name)
        if path is None or not self._is_own(path) or path.suffix.lower() in {".xlsx", ".csv"}:
            path = self._folder / f"{suite.name}.yaml"
        write_suite(suite, path, language)

    def copy(self, name: str, titles: Mapping[str, str], language: Language) -> str:
        """Make an own suite of any, with its comments; returns the copy's name."""
        suite = self.suite(name, language)
        source = self._known()[name]
        copied = replace(
            suite, name=untaken(f"{name}-copy", self._known()), title=titles, version=1, frozen=""
        )
        target = self._folder / f"{copied.name}.yaml"
        if source.suffix == ".yaml":
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        write_suite(copied, target, language)
        return copied.name

    def delete(self, name: str) -> None:
        """Delete an own suite; its runs stay. Others are left alone."""
        known = self._known()
        if name in known and self._is_own(known[name]):
            known[name].unlink(missing_ok=True)

    def read_upload(self, upload: Path, language: Language) -> Suite:
        """The suite in a file that somebody brought. Raises `SuiteError` with every problem."""
        return read_suite(upload, language)

    def written(self, name: str, form: str, language: Language) -> bytes:
        """A suite as a file of that form. Raises as `suite`."""
        suite = self.suite(name, language)
        path = self._known()[name]
        if form == "yaml" and path.suffix == ".yaml":
            return path.read_bytes()
        with tempfile.TemporaryDirectory(prefix="tandem-") as folder:
            file = Path(folder) / f"{name}.{form}"
            write_suite(suite, file, language)
            return file.read_bytes()

    def _known(self) -> dict[str, Path]:
        return known_suites(self._home)

    def _is_own(self, path: Path) -> bool:
        return path.parent == self._folder

    def _shelved(self, name: str, path: Path, language: Language) -> Shelved:
        try:
            return Shelved(name, self._is_own(path), self._of(path, language))
        except SuiteError as error:
            return Shelved(name, self._is_own(path), None, str(error))

    def _of(self, path: Path, language: Language) -> Suite:
        suite = _read(path, path.stat().st_mtime_ns, language)
        # A file's name is what the page and the command line call it by.
        return replace(suite, name=path.stem) if self._is_own(path) else suite


@lru_cache(maxsize=200)
def _read(path: Path, changed: int, language: Language) -> Suite:
    """A suite's file as it was when it `changed` last: reading the shipped ones takes a second."""
    del changed
    return read_suite(path, language)


def with_case(suite: Suite, case: Case, partner: Case | None = None) -> Suite:
    """The suite with a case in the place of the one with its id, or at the end.

    A twin comes right behind its `partner`, which is replaced too.
    """
    cases = [partner if partner and each.id == partner.id else each for each in suite.cases]
    ids = [each.id for each in cases]
    if case.id in ids:
        cases[ids.index(case.id)] = case
    elif partner is not None and partner.id in ids:
        cases.insert(ids.index(partner.id) + 1, case)
    else:
        cases.append(case)
    return replace(suite, cases=tuple(cases))


def without_case(suite: Suite, case_id: str) -> Suite:
    """The suite without a case."""
    return replace(suite, cases=tuple(each for each in suite.cases if each.id != case_id))


def with_case_at(suite: Suite, case: Case, place: int) -> Suite:
    """The suite with a deleted case where it stood."""
    if any(each.id == case.id for each in suite.cases):
        return suite
    cases = list(suite.cases)
    cases.insert(place, case)
    return replace(suite, cases=tuple(cases))


def twins(cases: Iterable[Case]) -> set[str]:
    """The ids of the cases that have a twin in the other language."""
    families: dict[str, set[Literal["en", "de"]]] = {}
    for case in cases:
        if case.family:
            families.setdefault(case.family, set()).add(case.language)
    return {case.id for case in cases if len(families.get(case.family, ())) > 1}
