"""A trained model on disk: <home>/lab/models/NAME/, readable without PyTorch.

config.json           model, its settings, the loop's settings, vocabulary, data, libraries
weights.safetensors   the best weights by validation
model.onnx            the same for onnxruntime, after `miaobi export`; model.onnx.json says what it was made from
tokenizer.json        as in the data set, where it has one
card.json             the card of the data set; card-2.json of the second
metrics.jsonl         a line per logged step, evaluation and sample
samples.txt, samples/ what it made while it learned
report.html           all of it as a page
checkpoint/           where training goes on; tensorboard/ the same curves for TensorBoard
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from miaobi.base.asset import digest_bytes, digest_file
from miaobi.base.disk import write_atomically
from miaobi.errors import InputError, UnknownNameError

_NAME = re.compile(r"[\w][\w.-]{0,99}")


@dataclass(frozen=True)
class ModelEntry:
    """One line of `miaobi models`. `state` says finished, stopped at a step, or what is wrong with the folder."""

    name: str
    model: str
    data: str
    parameters: int
    results: tuple[tuple[str, float, str], ...]
    state: str


class ModelFolder:
    """Paths of one model, and its JSON."""

    def __init__(self, home: Path, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{name!r} cannot be the name of a model.", hint="Use letters, digits, dots, - and _ (at most 100)."
            )
        self.name = name
        self.home = home
        self.path = models_folder(home) / name
        self.config = self.path / "config.json"
        self.weights = self.path / "weights.safetensors"
        self.onnx = self.path / "model.onnx"
        self.onnx_record = self.path / "model.onnx.json"
        self.tokenizer = self.path / "tokenizer.json"
        self.card = self.path / "card.json"
        self.metrics = self.path / "metrics.jsonl"
        self.samples = self.path / "samples.txt"
        self.sheets = self.path / "samples"
        self.report = self.path / "report.html"
        self.checkpoint = self.path / "checkpoint"
        self.tensorboard = self.path / "tensorboard"

    def cards(self, count: int) -> tuple[Path, ...]:
        """Where the cards of so many data sets lie: card.json, card-2.json and so on."""
        return (self.card, *(self.path / f"card-{number}.json" for number in range(2, count + 1)))

    def read_config(self) -> dict[str, Any]:
        """config.json. UnknownNameError when there is no such model, InputError when it cannot be read."""
        if not self.config.is_file():
            known = model_names(self.path.parent.parent.parent)
            hint = f"There are: {', '.join(known)}." if known else "Train one with `miaobi train`."
            raise UnknownNameError(f"There is no model {self.name!r} in the lab.", hint=hint)
        return read_json(self.config)

    def digests(self, weights: Path | None = None) -> tuple[str, ...]:
        """Of everything that decides what the model makes: weights, configuration, tokenizer where there is one.

        weights  the file that is run, `self.weights` when None
        """
        config = self.read_config()
        described = json.dumps(config["network"], sort_keys=True)
        copied = [digest_of(self.path / name) for name in config["data"].get("copied", ())]
        return (digest_of(weights or self.weights), digest_bytes(described.encode()), *copied)


def models_folder(home: Path) -> Path:
    """Where models lie."""
    return home / "lab" / "models"


def model_names(home: Path) -> tuple[str, ...]:
    """The models there are, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in models_folder(home).glob("*/config.json")))


def list_models(home: Path) -> tuple[ModelEntry, ...]:
    """The models with their results; a folder that cannot be read is listed with the reason."""
    return tuple(_entry(ModelFolder(home, name)) for name in model_names(home) if _NAME.fullmatch(name))


def _entry(folder: ModelFolder) -> ModelEntry:
    try:
        config = folder.read_config()
        outcome = config.get("outcome")
        results = tuple((r["name"], float(r["value"]), r["unit"]) for r in outcome["results"]) if outcome else ()
        return ModelEntry(
            folder.name,
            config["model"],
            ", ".join(config["data"]["names"]),
            config["parameters"],
            results,
            _state(folder, outcome),
        )
    except (InputError, KeyError, TypeError, ValueError) as error:
        return ModelEntry(folder.name, "", "", 0, (), f"cannot be read: {error}")


def _state(folder: ModelFolder, outcome: dict[str, Any] | None) -> str:
    if outcome:
        return f"finished at step {outcome['step']}"
    state = folder.checkpoint / "state.json"
    return f"stopped at step {read_json(state)['step']}" if state.is_file() else "no checkpoint yet"


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. InputError when it cannot be read."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}).", hint="Restore it, or train the model again.") from error
    if not isinstance(value, dict):
        raise InputError(f"{path} is not a JSON object.", hint="Restore it, or train the model again.")
    return value


def write_json(path: Path, value: object) -> None:
    """Write JSON whole or not at all."""
    write_atomically(path, (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())


def digest_of(path: Path) -> str:
    """ "sha256:..." of a file of a model, read once as long as it does not change. InputError when it is missing."""
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(f"{path} is missing.", hint="Train the model, or copy its whole folder.") from error
    return _digest_as_of(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=64)
def _digest_as_of(path: Path, size: int, changed_ns: int) -> str:  # noqa: ARG001 - part of the key
    return digest_file(path)
