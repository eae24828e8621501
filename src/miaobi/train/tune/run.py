"""`miaobi tune`: from a wish to a tuned model and its exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from miaobi.base.value import Value
from miaobi.errors import InputError
from miaobi.train.catalog import Model
from miaobi.train.data.open import Dataset
from miaobi.train.events import ShouldStop, TrainEvent, TrainListener
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig
from miaobi.train.processes import Processes
from miaobi.train.run import Trained, TrainWish, require_free, train
from miaobi.train.task import Measured
from miaobi.train.tune.base import Base
from miaobi.train.tune.pairs_data import FOLDER_NAME, PairsData, keep_pairs, require_same
from miaobi.train.tune.table import TEXT
from miaobi.train.tune.text import TextTuningTask
from miaobi.train.tune.text_config import TextTuningConfig
from miaobi.train.tune.text_export import export_adapter, is_exported, require_exportable
from miaobi.train.tune.unpack import unpacked

FindBase = Callable[[str], Base]
"""The base of an engine id or folder. UnknownNameError and InputError when there is none."""


@dataclass(frozen=True)
class TextWish:
    """What a person asked for.

    base, data  None for those a resumed run began with
    size        None for the default, and for the size a resumed run has
    settings    those given one by one
    """

    name: str
    base: str | None = None
    data: Path | None = None
    size: str | None = None
    settings: Mapping[str, object] | None = None
    resume: bool = False


def tune_text(
    home: Path,
    wish: TextWish,
    find_base: FindBase,
    *,
    listener: TrainListener = lambda _event: None,
    should_stop: ShouldStop = lambda: False,
) -> Trained:
    """Tune a language model on pairs, or go on; then write the adapter as PEFT, and as GGUF where the base is one.

    Errors as in `train`.
    """
    folder = ModelFolder(home, wish.name)
    base = find_base(_base_of(wish, folder))
    tuning = _TextTuning(home, wish, base, listener)
    if wish.resume and (outcome := folder.read_config().get("outcome")) and not is_exported(folder, base):
        tuning.export(folder)  # the run was killed between its last step and this
        return Trained(folder.path, tuple(Measured(**result) for result in outcome["results"]))
    trained = train(
        home,
        tuning.train_wish(),
        listener=listener,
        should_stop=should_stop,
        open_data=tuning.open_data,
        build=tuning.build,
    )
    if Processes().is_first:
        tuning.export(folder)
    return trained


class _TextTuning:
    """What tuning does otherwise than training: where data and task come from, and what is made of the weights."""

    def __init__(self, home: Path, wish: TextWish, base: Base, listener: TrainListener) -> None:
        self._home, self._wish, self._base, self._listener = home, wish, base, listener

    def train_wish(self) -> TrainWish:
        """The same wish to the loop."""
        wish = self._wish
        names = (wish.data.name,) if wish.data is not None and not wish.resume else ()
        settings = {**(wish.settings or {}), "base": self._base.id, "base_digest": self._base.digest}
        return TrainWish(TEXT, wish.name, names, wish.size, settings, wish.resume)

    def open_data(self, config: Value, folder: ModelFolder) -> Sequence[Dataset]:
        """The pairs: read, split and kept in the model's folder, or those kept there."""
        assert isinstance(config, TextTuningConfig)
        place, source = folder.path / FOLDER_NAME, self._wish.data
        if self._wish.resume:
            data = PairsData.open(place)
            if source is not None:
                require_same(source, config.validation, data)
            return [data]
        assert source is not None
        data = keep_pairs(source, config.validation, place)
        if duplicates := data.card["dropped"]["duplicate"]:
            self._tell(f"{data.name}: {duplicates} of the pairs say the same as another and are left out")
        return [data]

    def build(
        self, model: Model, config: Value, data: Sequence[Any], loop: LoopConfig, device: torch.device
    ) -> TextTuningTask:
        """The task, with the base unpacked where it has to be."""
        place = self._unpacked()
        require_exportable(self._base, place)
        self._tell(f"loading {self._base.name}")
        return TextTuningTask(model, config, data, loop, device, folder=place, base=self._base)

    def export(self, folder: ModelFolder) -> None:
        """Write the adapter for others."""
        export_adapter(folder, self._base, self._unpacked())
        if self._base.is_gguf:
            self._tell(f"without PyTorch it is the engine {self._base.id}+{folder.name}")

    def _unpacked(self) -> Path:
        return unpacked(self._base, self._home, self._tell) if self._base.is_gguf else self._base.path

    def _tell(self, what: str, part: int = 0, parts: int = 0) -> None:
        self._listener(TrainEvent("noted", part, parts, said=what))


def _base_of(wish: TextWish, folder: ModelFolder) -> str:
    """The base that is asked for, or the one a run began with."""
    if wish.resume:
        config = folder.read_config()
        if config["model"] != TEXT:
            raise InputError(
                f"{wish.name} is no tuned language model but a {config['model']}.", hint="See `miaobi models`."
            )
        began: str = config["network"]["config"]["base"]
        return wish.base or began
    require_free(folder)
    if wish.base is None or wish.data is None:
        raise InputError(
            "Tuning needs a base and pairs.", hint="E.g. --base text:llamacpp/gemma-270m --data pairs.jsonl"
        )
    return wish.base
