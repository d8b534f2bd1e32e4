"""The one place where settings are read: TANDEM_* variables and tandem.toml."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError as UnreadableVariable

from assistant.errors import SettingsError

# Set before anything heavy is imported: no telemetry and no model hub unless one is configured.
QUIET_SWITCHES = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_GATEWAY": "false",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}

BUILT_IN_MODEL = "built-in"
LONGEST_CONTACT = 120
"""Characters of each thing that is said of a contact."""

MOST_CONTACTS = 20


class Contact(BaseModel):
    """Somebody of the organisation who can be reached when a person is at risk.

    `reach` says how, as people read it: "+49 30 1234567", "kim@example.org". `languages` are those
    the contact speaks, in any words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    reach: str
    hours: str = ""
    languages: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """When they are there and which languages they speak, as one text; "" where unknown."""
        return "; ".join(part for part in (self.hours, ", ".join(self.languages)) if part)

    @field_validator("name", "reach", "hours", mode="after")
    @classmethod
    def _one_line(cls, value: str, info: Any) -> str:
        line = " ".join(value.split())
        if not line and info.field_name != "hours":
            raise ValueError("it is empty")
        if len(line) > LONGEST_CONTACT:
            raise ValueError(f"it is longer than {LONGEST_CONTACT} characters")
        return line

    @field_validator("languages", mode="after")
    @classmethod
    def _named(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(line for line in (" ".join(one.split()) for one in value) if line)


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("tandem", appauthor=False)


class Settings(BaseSettings):
    """Everything that can be set. An argument wins over a variable, a variable over tandem.toml.

    Each field is read from ``TANDEM_<NAME>``; tandem.toml uses the field's name. The one in the
    current folder wins over the one in the home folder. A value that can't be used raises
    pydantic's `ValidationError` here, and `SettingsError` through `load_settings`.
    """

    model_config = SettingsConfigDict(env_prefix="TANDEM_", env_ignore_empty=True, extra="forbid")

    home: Path = Field(
        default_factory=_default_home,
        description="Folder that holds everything that must be backed up.",
    )
    host: str = Field(
        default="127.0.0.1", description="Address the page listens on; 127.0.0.1 is this computer."
    )
    port: int = Field(default=7860, ge=0, le=65535, description="Port the page listens on.")
    language: Literal["en", "de"] = Field(
        default="en", description="Language where a text doesn't tell (en or de)."
    )
    country: Literal["DE", "AT", "CH", "UK", "US", "elsewhere"] = Field(
        default="DE", description="Country whose helplines are shown first."
    )
    contacts: tuple[Contact, ...] = Field(
        default_factory=tuple,
        max_length=MOST_CONTACTS,
        description="People of the organisation, shown before all help lines.",
    )
    embedding_model: str = Field(
        default=BUILT_IN_MODEL,
        description="'built-in', a folder, or a Hugging Face id; an id allows the download.",
    )
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty means tandem.db in the home folder."
    )
    judge_model: str = Field(
        default="",
        description="Chat model that judges answers in evaluations, as provider:name; empty: none.",
    )
    judge_url: str = Field(
        default="",
        description="Address of the judge's OpenAI-compatible server; empty: the provider's own.",
    )
    max_file_mb: int = Field(default=50, ge=1, description="Largest guide file, in megabytes.")
    read_seconds: int = Field(default=20, ge=1, description="Longest time to read one file.")

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - named by pydantic
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        here = _toml(settings_cls, Path("tandem.toml"))
        named = (init_settings().get("home"), env_settings().get("home"), here().get("home"))
        home = next((str(place) for place in named if place), str(_default_home()))
        there = _toml(settings_cls, Path(home) / "tandem.toml")
        return init_settings, env_settings, here, there

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use."""
        from sqlalchemy import URL

        if self.database_url:
            return self.database_url
        return URL.create("sqlite", database=str(self.home / "tandem.db")).render_as_string()


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; raises `SettingsError` that names the setting and what it may be."""
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})
    except ValidationError as error:
        raise SettingsError(_sentence(error, overrides)) from error
    except UnreadableVariable as error:
        name = str(error).split('"')[1].upper() if '"' in str(error) else "..."
        detail = str(error.__cause__ or error).rstrip(".")
        raise SettingsError(
            f"TANDEM_{name} can't be used: it is not JSON ({detail}). Correct or remove it."
        ) from error


def _toml(settings_cls: type[BaseSettings], file: Path) -> TomlConfigSettingsSource:
    try:
        return TomlConfigSettingsSource(settings_cls, toml_file=file)
    except (OSError, ValueError, RuntimeError) as error:
        detail = str(error).rstrip(".")
        raise SettingsError(f"{file} can't be read: {detail}. Correct or remove it.") from error


def _sentence(error: ValidationError, overrides: dict[str, Any]) -> str:
    """What is wrong with the first setting that can't be used."""
    first = error.errors()[0]
    if first["loc"][0] == "contacts":
        return _wrong_contact(first["loc"][1:], first, overrides)
    name = "_".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = ", ".join(Settings.model_fields)
        return f"tandem.toml: there is no setting {name!r}. The settings are {known}."
    message = first["msg"].removeprefix("Value error, ")
    return (
        f"TANDEM_{name.upper()} can't be used: {message}. "
        "Correct it in the environment or in tandem.toml."
    )


def _wrong_contact(place: tuple[int | str, ...], found: Any, overrides: dict[str, Any]) -> str:
    """Which contact, which line of which file, and what is wrong there."""
    message = {
        "missing": "it is missing",
        "extra_forbidden": "a contact has name, reach, hours and languages only",
        "string_type": "write it in quotes",
        "tuple_type": "write it as a list, in square brackets",
    }.get(found["type"], found["msg"].removeprefix("Value error, "))
    number = int(place[0]) if place and isinstance(place[0], int) else None
    key = str(place[1]) if len(place) > 1 else ""
    named = "" if number is None else f", contact {number + 1}"
    said = f"{key}: {message}" if key else message
    where = "TANDEM_CONTACTS"
    if "contacts" not in overrides and not os.environ.get("TANDEM_CONTACTS"):
        home = overrides.get("home") or os.environ.get("TANDEM_HOME") or _default_home()
        for file in (Path("tandem.toml"), Path(home).expanduser() / "tandem.toml"):
            line = _line_of(file, number or 0, key)
            if line:
                where = f"{file}, line {line}"
                break
    return f"{where}{named} can't be used: {said}. A contact needs a name and a reach."


def _line_of(file: Path, number: int, key: str) -> int:
    """The line of a contact's key, else where the contact begins; 0 where there is none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return 0
    heads = [n for n, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*contacts\s*\]\]", line)]
    if not heads:
        given = (n for n, line in enumerate(lines, 1) if re.match(r"\s*contacts\s*=", line))
        return next(given, 0)
    if number >= len(heads):
        return heads[-1]
    begin = heads[number]
    for n, line in enumerate(lines[begin:], begin + 1):
        if re.match(r"\s*\[", line):
            break
        if key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return n
    return begin


def quiet(settings: Settings) -> None:
    """Switch telemetry and hubs off, before heavy libraries are imported.

    What the environment says otherwise is overruled: nothing a person writes may leave because
    another program on the same computer is traced.
    """
    os.environ.update(QUIET_SWITCHES)
    if is_hub_id(settings.embedding_model):
        os.environ["HF_HUB_OFFLINE"] = "0"


def is_hub_id(model: str) -> bool:
    """Whether `model` names a model on a hub rather than the built-in one or a folder.

    A path whose folder isn't there is a mistake, not a reason to open a connection.
    """
    if model == BUILT_IN_MODEL or Path(model).expanduser().is_dir():
        return False
    return re.fullmatch(r"\w[\w.-]*(/[\w.-]+)?", model) is not None
