"""What people said of a run's answers: the raters, and the files of their ratings.

ratings/<rater>.jsonl  a line a rating, written at once; of a case's ratings the last one counts
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import RatingError, StorageError
from assistant.words import data, storable
from evals.cases import Language
from evals.runs import Run

_RESERVED = re.compile(r"con|prn|aux|nul|(?:com|lpt)\d")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Rating:
    """What a rater said of a case's answer; `scores` go by the criterion's key."""

    case: str
    rater: str
    scores: Mapping[str, int]
    comment: str = ""


def words(language: Language) -> Any:
    """What rating says to people."""
    return data("prompts", f"evals/rating_{language}.yaml")


def rating_error(language: Language, key: str, **values: object) -> RatingError:
    """The error with one of the `errors` among the words, its {names} filled in."""
    return RatingError(words(language)["errors"][key].format(**values))


def unwritable(error: OSError, language: Language) -> StorageError:
    """The error for a disk that refuses."""
    reason = error.strerror or type(error).__name__
    return StorageError(words(language)["errors"]["unwritable"].format(reason=reason))


class Rater:
    """A name, and the files that hold its ratings. Raises `RatingError` for an empty name."""

    def __init__(self, name: str, language: Language) -> None:
        self.name = " ".join(unicodedata.normalize("NFC", storable(name)).split())
        self.slug, self.language = _slug(self.name), language
        if not self.slug:
            raise rating_error(language, "no_name")

    def ratings(self, run: Run) -> dict[str, Rating]:
        """By case, the last one of each. Raises `RatingError` where the file is another's."""
        found = {rating.case: rating for rating in _saved(self._file(run))}
        for rating in found.values():
            if rating.rater.casefold() != self.name.casefold():
                raise rating_error(self.language, "name_taken", name=self.name, other=rating.rater)
        return found

    def append(self, run: Run, rating: Rating) -> None:
        """Keep a rating at once. Raises `RatingError` as above, `StorageError`."""
        self.ratings(run)
        file, at = self._file(run), datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps(asdict(rating) | {"at": at}, ensure_ascii=False) + "\n"
        try:
            file.parent.mkdir(exist_ok=True)
            torn = file.exists() and not file.read_bytes().endswith(b"\n")
            with file.open("ab") as out:
                out.write(("\n" * torn + line).encode("utf-8"))
        except OSError as error:
            raise unwritable(error, self.language) from error

    def _file(self, run: Run) -> Path:
        return run.folder / "ratings" / f"{self.slug}.jsonl"


def by_rater(run: Run) -> dict[str, dict[str, Rating]]:
    """Every rater's last rating of each case."""
    found: dict[str, dict[str, Rating]] = {}
    for file in sorted((run.folder / "ratings").glob("*.jsonl")):
        ratings = list(_saved(file))
        if ratings:
            found[ratings[0].rater] = {rating.case: rating for rating in ratings}
    return found


def ratings_of(run: Run) -> dict[str, dict[str, dict[str, int]]]:
    """What was rated: by rater, case and criterion."""
    return {
        rater: {case: dict(rating.scores) for case, rating in ratings.items()}
        for rater, ratings in by_rater(run).items()
    }


def _slug(name: str) -> str:
    """A name as part of a file name on every system: umlauts written out, other scripts kept."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_GERMAN))
    plain = unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", plain))
    slug = re.sub(r"[\W_]+", "-", plain)[:60].strip("-")
    return f"{slug}-" if _RESERVED.fullmatch(slug) else slug


def _saved(file: Path) -> Iterator[Rating]:
    if not file.exists():
        return
    # A crash may have cut a character in two, and a comment may hold a rarer kind of line break.
    for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue  # the end, or a line that was cut off
        yield Rating(row["case"], row["rater"], row["scores"], row["comment"])
