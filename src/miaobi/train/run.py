"""`miaobi train` for language models: from a wish to a model folder."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from miaobi.base.asset import digest_file
from miaobi.base.disk import disk_errors
from miaobi.base.value import Value
from miaobi.errors import DiskError, InputError, UnknownNameError
from miaobi.train.catalog import Model, find_model, load_class
from miaobi.train.data.dataset import TextDataset
from miaobi.train.events import ShouldStop, TrainEvent, TrainListener
from miaobi.train.folder import ModelFolder, write_json
from miaobi.train.language import LanguageTask
from miaobi.train.loop import Loop
from miaobi.train.options import MAY_CHANGE, LoopConfig, split_settings, validated
from miaobi.train.report import write_report
from miaobi.train.task import Measured

DEFAULT_SIZE = "small"
_COPIES_ON_DISK = 10  # of the weights: best, two checkpoints with optimizer state, a file being written
_BYTES_BESIDE = 20_000_000


@dataclass(frozen=True)
class TrainWish:
    """What a person asked for.

    size      None for the default, and for the size a resumed run has
    settings  those given one by one; they beat the size's
    """

    model: str
    name: str
    data: str | None = None
    size: str | None = None
    settings: Mapping[str, object] | None = None
    resume: bool = False


@dataclass(frozen=True)
class Trained:
    """A finished model: its folder, and its results on the whole held-out part."""

    folder: Path
    results: tuple[Measured, ...]


@dataclass(frozen=True)
class _Plan:
    """A wish that was looked over."""

    model: Model
    network: Value
    loop: LoopConfig
    data: str
    size: str


def train(
    home: Path,
    wish: TrainWish,
    *,
    listener: TrainListener = lambda _event: None,
    should_stop: ShouldStop = lambda: False,
) -> Trained:
    """Train a model, or go on where training stopped.

    UnknownNameError and InputError for a wish that cannot be met, Interrupted when asked to stop, TrainingError when
    the loss is lost.
    """
    folder = ModelFolder(home, wish.name)
    with _alone(folder):
        plan = _plan_of(wish, folder)
        dataset = _open_data(home, plan.data)
        if plan.loop.threads:
            torch.set_num_threads(plan.loop.threads)
        torch.manual_seed(plan.loop.seed)
        device = _device()
        task = LanguageTask(plan.model, plan.network, dataset, plan.loop, device)
        run = _identity(plan, home / "lab" / "data" / plan.data)
        loop = Loop(task, plan.loop, folder, run, listener=listener, should_stop=should_stop)
        if wish.resume:
            loop.resume()
            _require_unfinished(loop, folder)
        else:
            _lay_out(folder, home / "lab" / "data" / plan.data, task.module)
            loop.save()
        config = _config(plan, task, device)
        write_json(folder.config, config)
        loop.train()
        return _finish(loop, folder, config, listener)


# ---------------------------------------------------------------- before


def _plan_of(wish: TrainWish, folder: ModelFolder) -> _Plan:
    model = find_model(wish.model)
    if wish.resume:
        return _plan_to_resume(wish, model, folder)
    if folder.config.exists():
        raise InputError(
            f"There is a model {wish.name!r} already ({folder.path}).",
            hint="Go on training it with --resume, choose another --name, or delete its folder.",
        )
    if wish.data is None:
        raise InputError("A new model needs data.", hint="Name a data set: --data NAME (see `miaobi data`).")
    size = wish.size or DEFAULT_SIZE
    network_class = load_class(model.config)
    of_network, of_loop = split_settings({**model.size(size), **(wish.settings or {})}, network_class)
    loop = validated(LoopConfig, of_loop)
    loop = loop.model_copy(update={"precision": _precision(loop, _device())})
    return _Plan(model, validated(network_class, of_network), loop, wish.data, size)


def _plan_to_resume(wish: TrainWish, model: Model, folder: ModelFolder) -> _Plan:
    """The plan as it was, with what is given anew; the checkpoint says whether it still fits."""
    saved = folder.read_config()
    if saved["model"] != model.name:
        raise InputError(
            f"The model {wish.name!r} is of the kind {saved['model']}, not {model.name}.",
            hint=f"Go on with: miaobi train {saved['model']} --name {wish.name} --resume",
        )
    network_class = load_class(model.config)
    given = {**(model.size(wish.size) if wish.size else {}), **(wish.settings or {})}
    of_network, of_loop = split_settings(given, network_class)
    network = validated(network_class, {**saved["network"]["config"], **of_network})
    loop = validated(LoopConfig, {**saved["loop"], **of_loop})
    return _Plan(model, network, loop, wish.data or saved["data"]["name"], wish.size or saved["size"])


def _open_data(home: Path, name: str) -> TextDataset:
    folder = home / "lab" / "data" / name
    if not (folder / "card.json").is_file():
        known = sorted(card.parent.name for card in (home / "lab" / "data").glob("*/card.json"))
        hint = f"There are: {', '.join(known)}." if known else "Make one first: miaobi data."
        raise UnknownNameError(f"There is no data set {name!r} in the lab.", hint=hint)
    return TextDataset.open(folder)


def _identity(plan: _Plan, data: Path) -> dict[str, Any]:
    """What a checkpoint belongs to, as one flat table."""
    loop = {key: value for key, value in plan.loop.model_dump().items() if key not in MAY_CHANGE}
    files = {f"data {name}": digest_file(data / name) for name in ("tokenizer.json", "train.bin", "validation.bin")}
    return {"model": plan.model.name, **plan.network.model_dump(), **loop, **files}


def _lay_out(folder: ModelFolder, data: Path, module: torch.nn.Module) -> None:
    """Copy what the model needs from the data; whatever a run that never began left behind goes."""
    need = _BYTES_BESIDE + _COPIES_ON_DISK * sum(w.numel() * w.element_size() for w in module.parameters())
    with disk_errors(folder.path):
        free = shutil.disk_usage(folder.path).free
        if free < need:
            raise DiskError(
                f"Training {folder.name} writes up to {need / 1e6:.0f} MB, and {folder.path} has {free / 1e6:.0f} MB.",
                hint="Free some space, or set MIAOBI_HOME to another disk.",
            )
        for old in (folder.checkpoint, folder.tensorboard):
            shutil.rmtree(old, ignore_errors=True)
        for old in (folder.metrics, folder.samples, folder.report, folder.weights):
            old.unlink(missing_ok=True)
        shutil.copyfile(data / "tokenizer.json", folder.tokenizer)
        shutil.copyfile(data / "card.json", folder.card)


def _config(plan: _Plan, task: LanguageTask, device: torch.device) -> dict[str, Any]:
    return {
        "format": "miaobi-model/1",
        "model": plan.model.name,
        "size": plan.size,
        "network": task.describe(),
        "loop": plan.loop.model_dump(),
        "data": {"name": plan.data},
        "parameters": sum(weight.numel() for weight in task.module.parameters()),
        "machine": {
            "torch": torch.__version__,
            "device": device.type,
            "threads": torch.get_num_threads(),
            "processor": platform.machine(),
        },
    }


def _require_unfinished(loop: Loop, folder: ModelFolder) -> None:
    if loop.progress.step >= loop.config.steps:
        raise InputError(
            f"{folder.name} is finished: {loop.progress.step} of {loop.config.steps} steps.",
            hint=f"To train on, give more: --resume --steps {2 * loop.config.steps}.",
        )


# ---------------------------------------------------------------- after


def _finish(loop: Loop, folder: ModelFolder, config: dict[str, Any], listener: TrainListener) -> Trained:
    """Measure the best weights on the whole held-out part, note it, write the report."""
    loop.load_best()
    results = loop.evaluate(whole=True)
    p = loop.progress
    outcome = {
        "step": p.step,
        "best_step": p.best_step,
        loop.task.unit: p.units,
        "seconds": round(p.seconds, 1),
        "results": [result._asdict() for result in results],
    }
    config = {**config, "outcome": outcome}
    write_json(folder.config, config)
    write_report(folder, config, loop.task.samples(loop.best_module, loop.config.seed + 1000))
    told = tuple((r.name, r.value, r.unit) for r in results)
    listener(TrainEvent("finished", p.step, loop.config.steps, results=told, said=str(folder.report)))
    return Trained(folder.path, results)


# ---------------------------------------------------------------- the machine


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _precision(loop: LoopConfig, device: torch.device) -> str:
    """What "auto" means here: bfloat16 where the hardware multiplies it natively (measured 1.6 times as fast)."""
    if loop.precision != "auto":
        return loop.precision
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    return "bfloat16" if torch.cpu._is_avx512_bf16_supported() else "float32"


@contextmanager
def _alone(folder: ModelFolder) -> Iterator[None]:
    """Two processes never train one model; the kernel drops the lock when its owner dies."""
    with disk_errors(folder.path):
        folder.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder.path / ".lock", timeout=0):
                yield
        except Timeout as error:
            raise InputError(
                f"{folder.name} is being trained by another process.", hint="Wait for it, or choose another --name."
            ) from error
