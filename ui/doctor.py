"""`tandem doctor`: what is installed, which model answers, where the data lies, what is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from assistant.errors import AssistantError, HomeInUse
from assistant.settings import Settings

PACKAGES = (
    "langchain",
    "chromadb",
    "sentence-transformers",
    "torch",
    "gradio",
    "bm25s",
    "sqlalchemy",
)
LITTLE_SPACE = 500_000_000


@dataclass(frozen=True)
class Check:
    """One finding; `wrong` needs action and the finding says which."""

    name: str
    state: Literal["fine", "note", "wrong"]
    finding: str


def examine(settings: Settings) -> list[Check]:
    """Look at everything; no check keeps the others from running."""
    looks: tuple[Callable[[Settings], Check], ...] = (
        _python, _packages, _variables, _home, _space, _model, _answers,
    )  # fmt: skip
    return [_safely(look, settings) for look in looks] + _library(settings)


def _safely(look: Callable[[Settings], Check], settings: Settings) -> Check:
    try:
        return look(settings)
    except (AssistantError, OSError) as error:
        return Check(look.__name__.strip("_"), "wrong", str(error))


def _python(_: Settings) -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info >= (3, 11)
    return Check("python", "fine" if good else "wrong", found if good else f"{found}; needs 3.11")


def _packages(_: Settings) -> Check:
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check("packages", "wrong", f"missing: {', '.join(missing)}. Run `make run`.")
    return Check("packages", "fine", ", ".join(found))


def _variables(_: Settings) -> Check:
    known = {f"TANDEM_{name.upper()}" for name in Settings.model_fields}
    found = sorted(name for name in os.environ if name.upper().startswith("TANDEM_"))
    strange = [name for name in found if name.upper() not in known]
    if strange:
        return Check("variables", "note", f"no setting, so ignored: {', '.join(strange)}")
    return Check("variables", "fine", ", ".join(found) or "none set")


def _home(settings: Settings) -> Check:
    if not os.access(_existing(settings.home), os.W_OK):
        return Check(
            "home",
            "wrong",
            f"{settings.home} can't be written. Set TANDEM_HOME to a folder of yours.",
        )
    return Check("home", "fine", f"{settings.home} (back this folder up)")


def _space(settings: Settings) -> Check:
    free = shutil.disk_usage(_existing(settings.home)).free
    text = f"{free / 1e9:.1f} GB free"
    if free < LITTLE_SPACE:
        return Check("disk", "wrong", f"{text}. Make room: an index needs some hundred megabytes.")
    return Check("disk", "fine", text)


def _model(settings: Settings) -> Check:
    from assistant.retrieval.embeddings import check_built_in, fingerprint, model_folder
    from assistant.settings import BUILT_IN_MODEL, is_hub_id

    if is_hub_id(settings.embedding_model):
        return Check("embedding model", "note", f"{settings.embedding_model} (from a hub)")
    folder = model_folder(settings.embedding_model)
    if settings.embedding_model == BUILT_IN_MODEL:
        check_built_in(folder)
    mark = fingerprint(folder)
    return Check("embedding model", "fine", f"{settings.embedding_model}, fingerprint {mark}")


def _answers(_: Settings) -> Check:
    return Check("answers", "fine", "quoted from the guides; no chat model is configured")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _library(settings: Settings) -> list[Check]:
    from assistant.app import open_assistant

    if not (settings.home / "tandem.db").exists() and not settings.database_url:
        return [Check("library", "note", "empty; `tandem serve` or `tandem guides sync` fills it")]
    try:
        with open_assistant(settings, warm=False) as tandem:
            status = tandem.status()
            failed = sum(g.state == "failed" for g in tandem.library.guides())
    except HomeInUse as error:
        return [Check("library", "note", str(error))]
    except AssistantError as error:
        return [Check("library", "wrong", str(error))]
    checks = [Check("library", "fine", f"{status.guides} guides, {status.chunks} chunks")]
    if failed:
        checks.append(
            Check("unread files", "note", f"{failed}; `tandem guides list` says why for each")
        )
    return checks
