"""The models there are to train: a table. Nothing here imports PyTorch before a model is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from miaobi.errors import InputError, UnknownNameError


@dataclass(frozen=True)
class Model:
    """One kind of model.

    factory  "module:Class" of the network, `config` of its settings, both in the file named after the model
    sizes    what `--size` means: settings of the model and of the loop that differ from the defaults
    """

    name: str
    summary: str
    factory: str
    config: str
    sizes: Mapping[str, Mapping[str, Any]]

    def size(self, name: str) -> dict[str, Any]:
        """The settings of a size. InputError when there is none of that name."""
        if name not in self.sizes:
            raise InputError(f"There is no size {name!r}.", hint=f"There are: {', '.join(self.sizes)}.")
        return dict(self.sizes[name])


MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "lstm": Model(
            "lstm",
            "recurrent language model (kind=rnn, gru or lstm)",
            "miaobi.train.lstm:LstmModel",
            "miaobi.train.lstm:LstmConfig",
            {
                "tiny": {
                    "layers": 1, "embedding": 64, "units": 160, "context": 96, "dropout": 0.0,
                    "steps": 600, "batch": 32, "learning_rate": 4e-3, "evaluate_every": 100, "sample_every": 300,
                },
                "small": {
                    "layers": 2, "embedding": 128, "units": 320, "context": 256, "dropout": 0.2,
                    "steps": 8000, "batch": 24, "learning_rate": 5e-3, "warmup": 100, "weight_decay": 0.05,
                    "evaluate_every": 250, "checkpoint_every": 250, "sample_every": 1000,
                },
                "base": {
                    "layers": 3, "embedding": 512, "units": 1024, "context": 512, "dropout": 0.3,
                    "steps": 50000, "batch": 64, "learning_rate": 1e-3, "warmup": 500,
                    "evaluate_every": 500, "checkpoint_every": 500, "sample_every": 2500,
                },
            },
        ),
        "transformer": Model(
            "transformer",
            "decoder-only Transformer language model",
            "miaobi.train.transformer:TransformerModel",
            "miaobi.train.transformer:TransformerConfig",
            {
                "tiny": {
                    "layers": 2, "heads": 2, "width": 96, "context": 96, "dropout": 0.0,
                    "steps": 600, "batch": 32, "optimizer": "muon", "learning_rate": 3e-3, "evaluate_every": 100,
                    "sample_every": 300,
                },
                "small": {
                    "layers": 4, "heads": 4, "width": 160, "context": 256, "dropout": 0.1,
                    "steps": 4000, "batch": 32, "optimizer": "muon", "learning_rate": 3e-3, "warmup": 100,
                    "evaluate_every": 250, "checkpoint_every": 250, "sample_every": 1000,
                },
                "base": {
                    "layers": 12, "heads": 12, "width": 768, "context": 1024, "dropout": 0.1,
                    "steps": 50000, "batch": 32, "accumulate": 8, "learning_rate": 6e-4, "beta2": 0.95, "warmup": 700,
                    "evaluate_every": 500, "checkpoint_every": 500, "sample_every": 2500,
                },
            },
        ),
    }
)  # fmt: skip


def find_model(name: str) -> Model:
    """The kind of model of that name. UnknownNameError with the nearest, or all there are."""
    if name not in MODELS:
        close = get_close_matches(name, MODELS, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(MODELS)}."
        raise UnknownNameError(f"There is no model {name!r} to train.", hint=hint)
    return MODELS[name]


def load_class(path: str) -> Any:
    """The class behind "module:Class"."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)
