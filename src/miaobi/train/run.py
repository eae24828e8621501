"""`miaobi train`: from a wish to a model folder."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from miaobi.base.disk import disk_errors, write_atomically
from miaobi.base.value import Value
from miaobi.errors import DiskError, InputError
from miaobi.train.catalog import Model, find_model, load_class
from miaobi.train.data.card import CARD_NAME
from miaobi.train.data.open import Dataset, load_dataset_class, open_dataset
from miaobi.train.events import ShouldStop, TrainEvent, TrainListener
from miaobi.train.folder import ModelFolder, write_json
from miaobi.train.loop import Loop
from miaobi.train.options import MAY_CHANGE, LoopConfig, split_settings, validated
from miaobi.train.processes import Processes
from miaobi.train.record import write_files
from miaobi.train.report import write_report
from miaobi.train.task import HasFiles, Measured, Task

OpenData = Callable[[Value, ModelFolder], Sequence[Dataset]]
"""Gives the data for a model with these settings in this folder."""

BuildTask = Callable[[Model, Any, Sequence[Any], LoopConfig, torch.device], Task]

DEFAULT_SIZE = "small"
_COPIES_ON_DISK = 10  # of the weights: best, two checkpoints with optimizer state, a file being written
_BYTES_BESIDE = 20_000_000


@dataclass(frozen=True)
class TrainWish:
    """What a person asked for.

    data      names of data sets; () for those a resumed run began with
    size      None for the default, and for the size a resumed run has
    settings  those given one by one; they beat the size's
    """

    model: str
    name: str
    data: tuple[str, ...] = ()
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
    data: tuple[str, ...]
    size: str


def train(
    home: Path,
    wish: TrainWish,
    *,
    listener: TrainListener = lambda _event: None,
    should_stop: ShouldStop = lambda: False,
    open_data: OpenData | None = None,
    build: BuildTask | None = None,
) -> Trained:
    """Train a model, or go on where training stopped.

    open_data  where the data are not the named data sets
    build      where the task is not simply the class that the catalog names
    UnknownNameError and InputError for a wish that cannot be met, Interrupted when asked to stop, TrainingError when
    the loss is lost.
    """
    folder = ModelFolder(home, wish.name)
    processes = Processes()
    with _alone(folder, processes):
        plan = _plan_of(wish, folder, processes.device)
        if open_data is None:
            datasets: Sequence[Dataset] = [open_dataset(home, name, plan.model.data) for name in plan.data]
        else:
            datasets = open_data(plan.network, folder)
        if plan.loop.threads:
            torch.set_num_threads(plan.loop.threads)
        torch.manual_seed(plan.loop.seed)
        make: BuildTask = build or load_class(plan.model.task)
        task = make(plan.model, plan.network, datasets, plan.loop, processes.device)
        if not processes.is_first:
            torch.manual_seed(plan.loop.seed + processes.rank)  # the same weights, but dropout of its own
        run = _identity(plan, datasets)
        loop = Loop(task, plan.loop, folder, run, listener=listener, should_stop=should_stop, processes=processes)
        if wish.resume:
            loop.resume()
            _require_unfinished(loop, folder)
        else:
            if processes.is_first:
                _lay_out(folder, datasets, task)
            loop.save()
        config = _config(plan, task, processes)
        if processes.is_first:
            write_json(folder.config, config)
        loop.train()
        return _finish(loop, folder, config, listener, processes)


# ---------------------------------------------------------------- before


def _plan_of(wish: TrainWish, folder: ModelFolder, device: torch.device) -> _Plan:
    model = find_model(wish.model)
    if wish.resume:
        return _plan_to_resume(wish, model, folder)
    require_free(folder)
    _require_data(wish.data, model)
    size = wish.size or DEFAULT_SIZE
    network_class = load_class(model.config)
    given = wish.settings or {}
    of_network, of_loop = split_settings({**model.size(size), **model.variant(given), **given}, network_class)
    loop = validated(LoopConfig, of_loop)
    loop = loop.model_copy(update={"precision": _precision(loop, device)})
    return _Plan(model, validated(network_class, of_network), loop, wish.data, size)


def require_free(folder: ModelFolder) -> None:
    """InputError when there is a model of that name."""
    if folder.config.exists():
        raise InputError(
            f"There is a model {folder.name!r} already ({folder.path}).",
            hint="Go on training it with --resume, choose another --name, or delete its folder.",
        )


def _require_data(data: tuple[str, ...], model: Model) -> None:
    wanted = model.data_sets
    if len(data) != wanted:
        how = "Name a data set: --data NAME" if wanted == 1 else f"Name {wanted}: {' '.join(['--data NAME'] * wanted)}"
        raise InputError(
            f"{model.name} learns from {wanted} data set{'s' if wanted > 1 else ''}, and {len(data)} were named.",
            hint=f"{how} (see `miaobi data`).",
        )


def _plan_to_resume(wish: TrainWish, model: Model, folder: ModelFolder) -> _Plan:
    """The plan as it was, with what is given anew; the checkpoint says whether it still fits."""
    saved = folder.read_config()
    if saved["model"] != model.name:
        raise InputError(
            f"The model {wish.name!r} is of the kind {saved['model']}, not {model.name}.",
            hint=f"Go on with: miaobi {find_model(saved['model']).command} --name {wish.name} --resume",
        )
    network_class = load_class(model.config)
    chosen = {**saved["network"]["config"], **(wish.settings or {})}
    by_size = {**model.size(wish.size), **model.variant(chosen)} if wish.size else {}
    of_network, of_loop = split_settings({**by_size, **(wish.settings or {})}, network_class)
    network = validated(network_class, {**saved["network"]["config"], **of_network})
    loop = validated(LoopConfig, {**saved["loop"], **of_loop})
    return _Plan(model, network, loop, wish.data or tuple(saved["data"]["names"]), wish.size or saved["size"])


def _identity(plan: _Plan, datasets: Sequence[Dataset]) -> dict[str, Any]:
    """What a checkpoint belongs to, as one flat table."""
    loop = {key: value for key, value in plan.loop.model_dump().items() if key not in MAY_CHANGE}
    digests = {f"data {number}": dataset.digest for number, dataset in enumerate(datasets, 1)}
    return {"model": plan.model.name, **plan.network.model_dump(), **loop, **digests}


def _lay_out(folder: ModelFolder, datasets: Sequence[Dataset], task: Task) -> None:
    """Copy what the model needs from the data; whatever a run that never began left behind goes."""
    weights = task.module.state_dict().values()
    need = _BYTES_BESIDE + _COPIES_ON_DISK * sum(weight.numel() * weight.element_size() for weight in weights)
    with disk_errors(folder.path):
        free = shutil.disk_usage(folder.path).free
        if free < need:
            raise DiskError(
                f"Training {folder.name} writes up to {need / 1e6:.0f} MB, and {folder.path} has {free / 1e6:.0f} MB.",
                hint="Free some space, or set MIAOBI_HOME to another disk.",
            )
        for old in (folder.checkpoint, folder.tensorboard, folder.sheets):
            shutil.rmtree(old, ignore_errors=True)
        for old in (folder.metrics, folder.samples, folder.report, folder.weights):
            old.unlink(missing_ok=True)
        for name in datasets[0].copied:
            shutil.copyfile(datasets[0].folder / name, folder.path / name)
        for dataset, card in zip(datasets, folder.cards(len(datasets)), strict=True):
            shutil.copyfile(dataset.folder / CARD_NAME, card)
        for name, data in task.files().items() if isinstance(task, HasFiles) else ():
            write_atomically(folder.path / name, data)


def _config(plan: _Plan, task: Task, processes: Processes) -> dict[str, Any]:
    copied = load_dataset_class(plan.model.data).copied
    return {
        "format": "miaobi-model/1",
        "model": plan.model.name,
        "size": plan.size,
        "network": task.describe(),
        "loop": plan.loop.model_dump(),
        "data": {"names": list(plan.data), "kind": plan.model.data, "copied": list(copied)},
        "unit": task.unit,
        "parameters": sum(weight.numel() for weight in task.module.parameters() if weight.requires_grad),
        "machine": {
            "torch": torch.__version__,
            "device": processes.device.type,
            "processes": processes.count,
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


def _finish(
    loop: Loop, folder: ModelFolder, config: dict[str, Any], listener: TrainListener, processes: Processes
) -> Trained:
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
    if processes.is_first:
        config = {**config, "outcome": outcome}
        write_json(folder.config, config)
        write_report(folder, config, _last_samples(loop, folder))
    told = tuple((r.name, r.value, r.unit) for r in results)
    if processes.is_first:
        listener(TrainEvent("finished", p.step, loop.config.steps, results=told, said=str(folder.report)))
    return Trained(folder.path, results)


def _last_samples(loop: Loop, folder: ModelFolder) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A last sample sheet, kept in samples/; each with its text and the names of its files."""
    samples = loop.task.samples(loop.best_module, loop.config.seed + 1000)
    return tuple((sample.text, tuple(write_files(folder, "final", n, sample))) for n, sample in enumerate(samples, 1))


# ---------------------------------------------------------------- the machine


def _precision(loop: LoopConfig, device: torch.device) -> str:
    """What "auto" means here: bfloat16 where the hardware multiplies it natively (measured 1.6 times as fast)."""
    if loop.precision != "auto":
        return loop.precision
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    return "bfloat16" if torch.cpu._is_avx512_bf16_supported() else "float32"


@contextmanager
def _alone(folder: ModelFolder, processes: Processes) -> Iterator[None]:
    """Two runs never train one model; the kernel drops the lock when its owner dies."""
    with disk_errors(folder.path):
        folder.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.path / ".lock", timeout=0)
        if processes.any(processes.is_first and _is_taken(lock)):
            raise InputError(
                f"{folder.name} is being trained by another process.", hint="Wait for it, or choose another --name."
            )
        try:
            yield
        finally:
            lock.release()


def _is_taken(lock: FileLock) -> bool:
    """Take the lock, unless somebody else has it."""
    try:
        lock.acquire()
    except Timeout:
        return True
    return False
