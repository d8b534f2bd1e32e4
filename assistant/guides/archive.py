"""Checking a zipped office file before anything unpacks it."""

from __future__ import annotations

import io
import zipfile

from assistant.guides.limits import Limits
from assistant.guides.unreadable import unreadable

_SMALL = 1_000_000


def check_archive(data: bytes, limits: Limits) -> frozenset[str]:
    """The names in the archive. Raises UnreadableGuide when it is damaged, locked or a bomb."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise unreadable("damaged") from error
    if len(entries) > limits.archive_entries:
        raise unreadable("too_large")
    if sum(entry.file_size for entry in entries) > limits.archive_bytes:
        raise unreadable("too_large")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise unreadable("encrypted")
        packed = max(1, entry.compress_size)
        if entry.file_size > _SMALL and entry.file_size > limits.archive_ratio * packed:
            raise unreadable("too_large")
    return frozenset(entry.filename for entry in entries)
