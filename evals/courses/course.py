"""A course: what people answered before and after it, kept under codes that they chose.

answers.jsonl  a line an answered form: code, moment, form, score and group; no name, no answers
closed         the number of lines that the shown figures are of; then no answer is taken any more
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from assistant.errors import StorageError
from evals.cases import Language
from evals.courses.checks import course_error, course_words, digest
from evals.courses.cohorts import Cohort, TooFew, cohort
from evals.courses.forms import Form, Marked

Moment = Literal["before", "after"]

# A digit, because a name has none.
_CODE = re.compile(r"(?=.*\d)(?=.{4,30}$)[^\W_]+(?:-[^\W_]+)*")


def form_for(forms: tuple[Form, Form], code: str, moment: Moment) -> Form:
    """The form that a person gets: half begin with either, and nobody gets the same one twice.

    So that a form that is a little harder doesn't pass for what the course did.
    """
    begins = int(digest("form", _plain(code)), 16) % 2
    return forms[begins if moment == "before" else 1 - begins]


class Course:
    """A course's folder, which is made with the first answer."""

    def __init__(self, folder: Path, language: Language = "en") -> None:
        self._folder, self._language = folder, language

    def answered(self, code: str, moment: Moment) -> bool:
        """Whether somebody has answered with this code. Raises `CourseError` for an unfit code."""
        return (self._fit(code), moment) in {(row["code"], row["moment"]) for row in self._rows()}

    def add(self, code: str, moment: Moment, marked: Marked, group: str = "") -> None:
        """Keep how somebody did; the first answer counts, a second one is refused.

        `group` is what the course's figures are also shown by. Raises `CourseError`,
        `StorageError`.
        """
        if self._closed.exists():
            raise course_error(self._language, "closed")
        if self.answered(code, moment):
            raise course_error(self._language, "answered", code=code)
        row = {
            "code": self._fit(code),
            "moment": moment,
            "form": marked.form,
            "score": marked.score,
            "group": group.strip(),
        }
        self._append(json.dumps(row, ensure_ascii=False) + "\n")

    def close(self) -> Cohort | TooFew:
        """End the course and show its figures, now and whenever this is called again.

        With too few people it stays open and nothing is shown. Raises `StorageError`.
        """
        rows = list(self._rows())
        if self._closed.exists():
            # One that came in at the last moment would tell on itself in a second set of figures.
            rows = rows[: int(self._closed.read_text(encoding="ascii"))]
        before, after = (
            {row["code"]: float(row["score"]) for row in rows if row["moment"] == moment}
            for moment in ("before", "after")
        )
        # A person's group is the one that they gave first.
        groups = {row["code"]: str(row["group"]) for row in reversed(rows)}
        found = cohort(before, after, groups)
        if isinstance(found, Cohort) and not self._closed.exists():
            self._write(self._closed, str(len(rows)))
        return found

    @property
    def _closed(self) -> Path:
        return self._folder / "closed"

    def _fit(self, code: str) -> str:
        plain = _plain(code)
        if not _CODE.fullmatch(plain):
            raise course_error(self._language, "code")
        return plain

    def _rows(self) -> Iterator[dict[str, Any]]:
        file = self._folder / "answers.jsonl"
        if not file.exists():
            return
        for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                yield json.loads(line)
            except ValueError:
                continue  # the end, or a line that a crash cut off

    def _append(self, line: str) -> None:
        file = self._folder / "answers.jsonl"
        torn = file.exists() and not file.read_bytes().endswith(b"\n")
        self._write(file, "\n" * torn + line)

    def _write(self, file: Path, text: str) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as out:
                out.write(text)
        except OSError as error:
            said = course_words(self._language)["errors"]["unwritable"]
            reason = error.strerror or type(error).__name__
            raise StorageError(said.format(reason=reason)) from error


def _plain(code: str) -> str:
    return code.strip().casefold()
