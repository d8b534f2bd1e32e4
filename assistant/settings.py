"""The one place where settings are read: TANDEM_* variables and tandem.toml."""

from __future__ import annotations

import os
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
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "TOKENIZERS_PARALLELISM": "false",
}

BUILT_IN_MODEL = "built-in"


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("tandem", appauthor=False)


class Settings(BaseSettings):
    """Everything that can be set. An argument wins over a variable, a variable over tandem.toml.

    Each field is read from ``TANDEM_<NAME>``; tandem.toml (in the current folder, or in the home
    folder) uses the field's name. Raises `SettingsError` through `load_settings`.
    """

    model_config = SettingsConfigDict(env_prefix="TANDEM_", extra="ignore")

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
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        home = Path(os.environ.get("TANDEM_HOME") or _default_home())
        files = [home / "tandem.toml", Path("tandem.toml")]
        toml = TomlConfigSettingsSource(settings_cls, toml_file=files)
        return init_settings, env_settings, toml

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use."""
        return self.database_url or f"sqlite:///{self.home / 'tandem.db'}"


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; raises `SettingsError` that names the setting and what it may be."""
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]) or "settings"
        raise SettingsError(
            f"TANDEM_{name.upper()} can't be used: {first['msg']}. "
            f"Correct it in the environment or in tandem.toml."
        ) from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"tandem.toml can't be read: {error}. Correct or remove it.") from error


def quiet(settings: Settings) -> None:
    """Switch telemetry and hubs off, before heavy libraries are imported."""
    for name, value in QUIET_SWITCHES.items():
        os.environ.setdefault(name, value)
    if is_hub_id(settings.embedding_model):
        os.environ["HF_HUB_OFFLINE"] = "0"


def is_hub_id(model: str) -> bool:
    """Whether `model` names a model on a hub rather than the built-in one or a folder."""
    return model != BUILT_IN_MODEL and not Path(model).expanduser().is_dir()
