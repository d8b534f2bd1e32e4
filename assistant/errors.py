"""What can go wrong, as a tree that callers can catch by the branch they care about.

AssistantError                  raised on purpose; its text names the next step
├── SettingsError               a setting has a value that can't be used
├── HomeInUse                   another process owns this home folder
├── UnreadableGuide             a file can't become a guide; `reason` says why, for people
├── UnknownGuide                no guide (or collection, or conversation) with that name
├── IndexUnavailable            the dense index can't be read or written; BM25 still answers
└── StorageError                the database or disk refused a write; nothing half-written stays
"""


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


class IndexUnavailable(AssistantError):
    """The dense index can't be read or written; BM25 still answers."""


class StorageError(AssistantError):
    """The database or the disk refused a write; nothing half-written stays."""
