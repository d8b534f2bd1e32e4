"""The one place where settings are read: TANDEM_* variables and tandem.toml."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

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
        raise SettingsError(_sentence(error)) from error


def _toml(settings_cls: type[BaseSettings], file: Path) -> TomlConfigSettingsSource:
    try:
        return TomlConfigSettingsSource(settings_cls, toml_file=file)
    except (OSError, ValueError, RuntimeError) as error:
        detail = str(error).rstrip(".")
        raise SettingsError(f"{file} can't be read: {detail}. Correct or remove it.") from error


def _sentence(error: ValidationError) -> str:
    """What is wrong with the first setting that can't be used."""
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = ", ".join(Settings.model_fields)
        return f"tandem.toml: there is no setting {name!r}. The settings are {known}."
    message = first["msg"].removeprefix("Value error, ")
    return (
        f"TANDEM_{name.upper()} can't be used: {message}. "
        "Correct it in the environment or in tandem.toml."
    )


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
