"""What can go wrong, as a tree that callers can catch by the branch they care about.

AssistantError                  raised on purpose; its text names the next step
├── SettingsError               a setting has a value that can't be used
├── HomeInUse                   another process owns this home folder
├── UnreadableGuide             a file can't become a guide; `reason` says why, for people
├── UnknownGuide                no guide (or collection, or conversation) with that name
├── UnknownMentee               no mentee goes by that name, or this session log is gone
├── UnknownPlan                 this plan, or this version of it, is not kept
├── MenteeError                 a mentee, a session log or a plan can't be kept as given
├── UnknownRun                  no evaluation run goes by that name
├── UnlikeRuns                  two evaluation runs can't be compared
├── ChatModelUnavailable        a chat model doesn't answer, or with nothing that can be used
├── IndexUnavailable            the dense index can't be read or written; BM25 still answers
├── SuiteError                  a suite of cases can't be used; `problems` lists row, cell and why
├── RatingError                 a rating can't be begun, saved or taken over
├── CourseError                 a knowledge check can't be used or an answer not be kept
└── StorageError                the database or disk refused a write; nothing half-written stays
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class AssistantError(Exception):
    """Root of the tree. `str(error)` is a sentence a person can act on."""


class SettingsError(AssistantError):
    """A setting has a value that can't be used."""


class HomeInUse(AssistantError):
    """Another process owns this home folder."""


class UnreadableGuide(AssistantError):
    """A file can't become a guide.

    `code` is a short machine name (``empty``, ``encrypted``, ``image_only``, ``too_large``,
    ``too_slow``, ``damaged``, ``not_text``, ``unsupported``); the text is the reason in English.
    The page shows `code` through its own catalogue, so both languages have the sentence.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class UnknownGuide(AssistantError):
    """No guide, collection or conversation goes by that name."""


class UnknownMentee(AssistantError):
    """No mentee goes by that name, or one of their session logs is gone."""


class UnknownPlan(AssistantError):
    """A plan, or that version of it, is not kept or can't be read any more."""


class MenteeError(AssistantError):
    """A mentee, session log or plan can't be kept as given; nothing was changed.

    `code` is a short machine name (``no_name``, ``name_taken``, ``too_long``, ``too_many``,
    ``age``, ``meetings``, ``number``, ``number_taken``, ``felt``, ``future``, ``no_plan``); the
    text is the reason in English.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class UnknownRun(AssistantError):
    """No evaluation run (or suite) goes by that name."""


class UnlikeRuns(AssistantError):
    """Two evaluation runs can't be compared: other suites, or no case in common."""


class ChatModelUnavailable(AssistantError):
    """A chat model can't be reached, takes too long, or gives nothing that can be used."""


class IndexUnavailable(AssistantError):
    """The dense index can't be read or written; BM25 still answers."""


class SuiteError(AssistantError):
    """A suite of cases can't be used.

    `problems` lists row, cell and what is wrong with each (`evals.suite.Problem`); it is empty
    where there is no such suite.
    """

    def __init__(self, text: str, problems: Sequence[Any] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)


class RatingError(AssistantError):
    """A rating can't be begun, saved or taken over; `problems` are those of a sheet's cells."""

    def __init__(self, text: str, problems: Sequence[Any] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)


class CourseError(AssistantError):
    """A knowledge check can't be used, or an answer not be kept; `problems` are its file's."""

    def __init__(self, text: str, problems: Sequence[Any] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems)


class StorageError(AssistantError):
    """The database or the disk refused a write; nothing half-written stays."""
