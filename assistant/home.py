"""The home folder and the lock that gives it one owner."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import HomeInUse, StorageError

LOCK = "tandem.lock"
OWNER = "tandem.owner"


class Home:
    """The folder that holds everything that must be backed up, owned while it is open."""

    def __init__(self, folder: Path) -> None:
        """Take the folder. Raises `HomeInUse` or `StorageError`."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Whichever thread closes Tandem gives the folder back.
            self._lock = FileLock(str(folder / LOCK), thread_local=False)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise HomeInUse(
                f"Another Tandem{self._owner()} is using {folder}. Use its page, or stop it first; "
                "to run two side by side give each its own TANDEM_HOME."
            ) from error
        except OSError as error:
            raise StorageError(
                f"The folder {folder} can't be written ({error.strerror}). "
                "Set TANDEM_HOME to a folder of yours."
            ) from error

    def say(self, about: str) -> None:
        """Leave a line for a second process to show, such as the page's address."""
        # A full disk must not keep Tandem from opening for this.
        with suppress(OSError):
            (self.folder / OWNER).write_text(about, encoding="utf-8")

    def close(self) -> None:
        """Give the folder back."""
        with suppress(OSError):
            (self.folder / OWNER).unlink(missing_ok=True)
        self._lock.release()

    def _owner(self) -> str:
        try:
            about = (self.folder / OWNER).read_text(encoding="utf-8").strip()
        except OSError:
            return ""
        return f" ({about})" if about else ""
