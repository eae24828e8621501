"""The models there are to train, from the tables of each family. Nothing here imports PyTorch before it is asked to."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Literal

from miaobi.errors import InputError, UnknownNameError

DataKind = Literal["text", "pictures", "music", "pairs"]


@dataclass(frozen=True)
class Model:
    """One kind of model.

    data       the kind of data set it learns from
    data_sets  how many of them
    modality   of the engine that a trained model is, `<modality>:lab/NAME`; "" for none
    task       "module:Class" of its Task
    config     "module:Class" of its settings
    sizes      what `--size` means: settings of the model and of the loop that differ from the defaults
    variants   settings that go with a choice, by "key=value" of it; those given one by one beat them
    factory    "module:Class" of the network, for families whose members share a task
    sampler    "module:function" behind `miaobi sample`: (ModelFolder, SampleWish) to an iterable of Sample; "" for none
    sample_options  fields of SampleWish that it takes beside count and seed
    maker      "module:function" behind `image:lab/NAME`: ModelFolder to a function of prompt and seed that gives a
               picture C H W in -1..1; "" for other engines. The prompt counts when `sample_options` has it
    exporter   "module:function" behind `miaobi export`: ModelFolder to train.export.Exportable; "" for none
    opener     "module:function" that opens a language model: ModelFolder to module and vocabulary; "" for the family's
    started_by the command that trains it where it is not `train <name>`
    """

    name: str
    summary: str
    data: DataKind
    task: str
    config: str
    sizes: Mapping[str, Mapping[str, Any]]
    modality: Literal["text", "image", "music", ""] = ""
    factory: str = ""
    data_sets: int = 1
    sampler: str = ""
    sample_options: tuple[str, ...] = ()
    maker: str = ""
    exporter: str = ""
    opener: str = ""
    started_by: str = ""
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """The command that trains it, after `miaobi`."""
        return self.started_by or f"train {self.name}"

    def size(self, name: str) -> dict[str, Any]:
        """The settings of a size. InputError when there is none of that name."""
        if name not in self.sizes:
            raise InputError(f"There is no size {name!r}.", hint=f"There are: {', '.join(self.sizes)}.")
        return dict(self.sizes[name])

    def variant(self, given: Mapping[str, object]) -> dict[str, Any]:
        """The settings that go with what was chosen."""
        chosen = (self.variants.get(f"{key}={value}", {}) for key, value in given.items())
        return {key: value for settings in chosen for key, value in settings.items()}


def models() -> Mapping[str, Model]:
    """Every kind of model by name."""
    from miaobi.train.language.table import LANGUAGE_MODELS
    from miaobi.train.music.table import MUSIC_MODELS
    from miaobi.train.pictures.table import PICTURE_MODELS
    from miaobi.train.tune.table import TUNED_MODELS
    from miaobi.train.words.table import WORD_MODELS

    tables = (LANGUAGE_MODELS, WORD_MODELS, PICTURE_MODELS, MUSIC_MODELS, TUNED_MODELS)
    return MappingProxyType({model.name: model for table in tables for model in table})


def find_model(name: str) -> Model:
    """The kind of model of that name. UnknownNameError with the nearest, or all there are."""
    known = models()
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
        raise UnknownNameError(f"There is no model {name!r} to train.", hint=hint)
    return known[name]


def load_class(path: str) -> Any:
    """What is behind "module:Class" or "module:function"."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)
