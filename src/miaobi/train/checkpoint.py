"""Where training goes on: weights, average, optimizer, random numbers and place in the data, whole or not at all.

The tensors go into a new file first; `state.json`, replaced in one move, then names it with its digest. A process
killed at any moment leaves the old state or the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError
from torch import Tensor

from miaobi.base.asset import digest_file
from miaobi.base.disk import disk_errors
from miaobi.base.value import Value
from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder, read_json, write_json
from miaobi.train.tensors import read_tensors, write_tensors


class Progress(Value):
    """How far a run is.

    position    examples drawn from the shuffled series so far: the sampler's whole state
    units       tokens (or pictures) learned from
    seconds     of training, over all its sittings
    best        lowest result so far, at `best_step`; None before the first evaluation
    waited      evaluations since then
    """

    step: int = Field(default=0, ge=0)
    position: int = Field(default=0, ge=0)
    units: int = Field(default=0, ge=0)
    seconds: float = Field(default=0.0, ge=0)
    best: float | None = None
    best_step: int = 0
    waited: int = 0


class _State(Value):
    step: int
    run: dict[str, Any]
    tensors: str
    digest: str
    progress: Progress


def write_checkpoint(
    folder: ModelFolder, progress: Progress, tensors: Mapping[str, Tensor], run: Mapping[str, Any]
) -> None:
    """Save; `run` is what the checkpoint belongs to: model, settings, data."""
    with disk_errors(folder.checkpoint):
        folder.checkpoint.mkdir(parents=True, exist_ok=True)
    path = folder.checkpoint / f"step-{progress.step:08d}.safetensors"
    write_tensors(path, tensors)
    state = _State(step=progress.step, run=dict(run), tensors=path.name, digest=digest_file(path), progress=progress)
    write_json(folder.checkpoint / "state.json", state.model_dump())
    for old in folder.checkpoint.glob("*.safetensors"):
        if old != path:
            old.unlink(missing_ok=True)


def read_checkpoint(folder: ModelFolder, run: Mapping[str, Any]) -> tuple[Progress, dict[str, Tensor]]:
    """The last checkpoint. InputError when there is none, it is damaged, or it belongs to another run than `run`."""
    path = folder.checkpoint / "state.json"
    if not path.is_file():
        pickles = [p.name for kind in ("*.pt", "*.pth", "*.ckpt", "*.bin") for p in folder.checkpoint.glob(kind)]
        if pickles:
            raise InputError(
                f"{folder.checkpoint / pickles[0]} is a pickle. Opening one can run any code, so it is refused.",
                hint="A checkpoint is state.json with a safetensors file.",
            )
        raise InputError(f"There is no checkpoint in {folder.checkpoint}.", hint="Train without --resume.")
    try:
        state = _State(**read_json(path))
    except ValidationError as error:
        raise InputError(f"{path} is not a checkpoint of the lab.", hint="Train from the start.") from error
    _require_same(folder, state.run, run)
    tensors = read_tensors(folder.checkpoint / state.tensors)
    if digest_file(folder.checkpoint / state.tensors) != state.digest:
        raise InputError(
            f"{folder.checkpoint / state.tensors} no longer matches its digest.", hint="Restore it from a copy."
        )
    return state.progress, tensors


def read_last_weights(folder: ModelFolder, part: str) -> dict[str, Tensor]:
    """The weights in the last checkpoint of a part of the task's module, also of one that is no product.

    InputError when there is no checkpoint, or it is damaged.
    """
    path = folder.checkpoint / "state.json"
    if not path.is_file():
        raise InputError(
            f"{folder.name} has no checkpoint any more, and its {part} is nowhere else.",
            hint=f"Restore {folder.checkpoint}, or train the model again.",
        )
    tensors = read_tensors(folder.checkpoint / str(read_json(path).get("tensors")))
    prefix = f"model.{part}."
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _require_same(folder: ModelFolder, saved: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    for key in sorted({*saved, *wanted}):
        if saved.get(key) != wanted.get(key):
            raise InputError(
                f"The checkpoint in {folder.checkpoint} is of another run: {key} is {saved.get(key)!r} there and "
                f"{wanted.get(key)!r} here.",
                hint="Resume with the settings it began with, or train under another name.",
            )
