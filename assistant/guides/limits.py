"""How much one file may take: bytes, text, time and memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds for reading one file.

    `file_bytes` and `characters` bound the file and the text it gives; `seconds` and
    `memory_bytes` bound the process that reads it (memory on Unix only, as address space).
    `archive_entries` and `archive_bytes` bound what a docx, pptx or odt unpacks to; `archive_ratio`
    is how many times larger than its packed form an entry may be.
    """

    file_bytes: int = 50_000_000
    characters: int = 5_000_000
    seconds: float = 20.0
    memory_bytes: int = 1536 * 1024 * 1024
    archive_entries: int = 5_000
    archive_bytes: int = 300_000_000
    archive_ratio: int = 200


DEFAULT_LIMITS = Limits()
