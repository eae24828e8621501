"""An adapter in the formats of others: PEFT's for PyTorch, GGUF for llama.cpp.

peft/           adapter_config.json and adapter_model.safetensors: peft.PeftModel.from_pretrained(base, folder)
adapter.gguf    for bases that are GGUF files: text:llamacpp/BASE+NAME

GGUF adapters hold for each layer `<layer>.weight.lora_a`, rank x in, and `<layer>.weight.lora_b`, out x rank, under
the layer's name in GGUF files. llama.cpp applies alpha / rank times their product.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from miaobi.base.disk import disk_errors
from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder, read_json
from miaobi.train.options import validated
from miaobi.train.tensors import read_tensors, write_tensors
from miaobi.train.tune.base import Base
from miaobi.train.tune.text_config import TextTuningConfig
from miaobi.train.tune.text_model import lora_config, peft_names

PEFT_FOLDER: Final = "peft"
GGUF_NAME: Final = "adapter.gguf"

_ARCHITECTURES: Final = {
    "llama": "llama", "mistral": "llama", "gemma": "gemma", "gemma2": "gemma2", "gemma3_text": "gemma3",
    "qwen2": "qwen2", "qwen3": "qwen3",
}  # fmt: skip
"""Names of model types in GGUF files, for those whose linear layers are the same in both, but for llama's order."""

Array = NDArray[np.float32]


def require_exportable(base: Base, unpacked: Path) -> None:
    """InputError when adapters of a GGUF base could not be written as GGUF."""
    kind = read_json(unpacked / "config.json").get("model_type")
    if base.is_gguf and kind not in _ARCHITECTURES:
        raise InputError(
            f"Adapters of {base.name}, which is a {kind}, cannot be written for llama.cpp.",
            hint=f"Known are: {', '.join(sorted(set(_ARCHITECTURES.values())))}.",
        )


def is_exported(folder: ModelFolder, base: Base) -> bool:
    """Whether the exports are there."""
    wanted = [folder.path / PEFT_FOLDER / "adapter_model.safetensors"]
    wanted += [folder.path / GGUF_NAME] if base.is_gguf else []
    return all(path.is_file() for path in wanted)


def export_adapter(folder: ModelFolder, base: Base, unpacked: Path) -> None:
    """Write the best weights of a tuned model as PEFT, and as GGUF when the base is one; each whole or not at all."""
    network = folder.read_config()["network"]
    config = validated(TextTuningConfig, network["config"])
    adapter = {name.removeprefix("model."): tensor for name, tensor in read_tensors(folder.weights).items()}
    _write_peft(folder.path / PEFT_FOLDER, config, network["targets"], adapter, unpacked)
    if base.is_gguf:
        _write_gguf(folder, config, adapter, base, read_json(unpacked / "config.json"))


def _write_peft(
    folder: Path, config: TextTuningConfig, targets: list[str], adapter: Mapping[str, Tensor], unpacked: Path
) -> None:
    stage = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    with disk_errors(folder.parent):
        try:
            described = lora_config(config, targets)
            described.base_model_name_or_path = str(unpacked)
            described.inference_mode = True
            described.save_pretrained(str(stage))
            write_tensors(stage / "adapter_model.safetensors", peft_names(adapter))
            shutil.rmtree(folder, ignore_errors=True)
            stage.rename(folder)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _write_gguf(
    folder: ModelFolder, config: TextTuningConfig, adapter: Mapping[str, Tensor], base: Base, model: Mapping[str, Any]
) -> None:
    from gguf import GGUFWriter

    path = folder.path / GGUF_NAME
    stage = path.with_name(f".{path.name}.{os.getpid()}.part")
    with disk_errors(folder.path):
        try:
            writer = GGUFWriter(stage, _ARCHITECTURES[model["model_type"]])
            writer.add_type("adapter")
            writer.add_string("adapter.type", "lora")
            writer.add_float32("adapter.lora.alpha", config.alpha)
            writer.add_name(folder.name)
            writer.add_license(f"as its training data; base: {base.licence}")
            writer.add_string("miaobi.base.name", base.id.removeprefix("text:llamacpp/"))
            writer.add_string("miaobi.base.digest", base.digest)
            for name, array in _gguf_tensors(adapter, model):
                writer.add_tensor(name, array)
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
            writer.close()
            stage.replace(path)
        finally:
            stage.unlink(missing_ok=True)


def _gguf_tensors(adapter: Mapping[str, Tensor], model: Mapping[str, Any]) -> Iterator[tuple[str, Array]]:
    """The weights under GGUF's names and in GGUF's order of rows."""
    from gguf import MODEL_ARCH_NAMES, get_tensor_name_map

    architecture = _ARCHITECTURES[model["model_type"]]
    (arch,) = [key for key, name in MODEL_ARCH_NAMES.items() if name == architecture]
    names = get_tensor_name_map(arch, model["num_hidden_layers"])
    for name, tensor in adapter.items():
        layer, _, kind = name.removesuffix(".default.weight").rpartition(".lora_")
        known = names.get_name(layer)
        if known is None:
            raise InputError(f"GGUF has no name for the layer {layer}.", hint="Tune another base.")
        array = tensor.float().numpy()
        if kind == "B" and architecture == "llama":
            array = _as_in_llama(array, layer.rpartition(".")[2], model)
        yield f"{known}.weight.lora_{kind.lower()}", np.ascontiguousarray(array)


def _as_in_llama(array: Array, layer: str, model: Mapping[str, Any]) -> Array:
    """GGUF files of llama keep the two halves of each head, which rotate together, row by row; transformers apart."""
    heads = {"q_proj": model["num_attention_heads"], "k_proj": model.get("num_key_value_heads")}.get(layer)
    if not heads:
        return array
    rows = array.reshape(heads, 2, array.shape[0] // heads // 2, array.shape[1])
    return rows.swapaxes(1, 2).reshape(array.shape)
