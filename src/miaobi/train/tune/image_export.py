"""An adapter of a picture pipeline as diffusers reads it: pipe.load_lora_weights(folder)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from miaobi.base.disk import disk_errors
from miaobi.train.folder import ModelFolder
from miaobi.train.options import validated
from miaobi.train.tensors import read_tensors
from miaobi.train.tune.image_config import ImageTuningConfig
from miaobi.train.tune.image_pipeline import lora_config, pipeline_kind
from miaobi.train.tune.quiet import quiet

LORA_FOLDER: Final = "lora"
LORA_NAME: Final = "pytorch_lora_weights.safetensors"


def export_lora(folder: ModelFolder) -> None:
    """Write the best weights of a tuned pipeline into lora/, whole or not at all."""
    import diffusers

    network = folder.read_config()["network"]
    config, part = validated(ImageTuningConfig, network["config"]), network["part"]
    layers = {
        name.removeprefix("model.").replace(".default.", "."): tensor
        for name, tensor in read_tensors(folder.weights).items()
    }
    told = lora_config(config, network["targets"]).to_dict()
    place = folder.path / LORA_FOLDER
    stage = place.with_name(f".{LORA_FOLDER}.{os.getpid()}.part")
    kind = getattr(diffusers, pipeline_kind(Path(config.base)))
    with disk_errors(folder.path):
        try:
            with quiet("diffusers"):
                kind.save_lora_weights(stage, **{f"{part}_lora_layers": layers, f"{part}_lora_adapter_metadata": told})
            shutil.rmtree(place, ignore_errors=True)
            stage.rename(place)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def is_exported(folder: ModelFolder) -> bool:
    """Whether the export is there."""
    return (folder.path / LORA_FOLDER / LORA_NAME).is_file()
