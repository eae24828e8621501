"""Networks to dream with: discriminators and encoders trained here, and image models of transformers in a folder.

Of adversarial networks the model folder keeps the generator; the discriminator is read from the checkpoint beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.base.disk import disk_errors
from miaobi.errors import EngineUnavailableError, InputError, UnknownNameError
from miaobi.train.catalog import find_model, load_class
from miaobi.train.checkpoint import read_last_weights
from miaobi.train.folder import ModelFolder, model_names, read_json
from miaobi.train.options import validated
from miaobi.train.pictures.dream import Seer
from miaobi.train.pictures.task import open_picture_model
from miaobi.train.tune.quiet import quiet

_COMMON_MEAN, _COMMON_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet
_COMMON_SIZE = 224
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def open_seer(home: Path, name: str) -> Seer:
    """A network by the name of a model of the lab, or by the path of a folder.

    UnknownNameError when there is neither, InputError when it is none that looks at pictures or a file is damaged.
    """
    if name in model_names(home):
        return _trained_here(ModelFolder(home, name))
    folder = Path(name).expanduser()
    with disk_errors(folder):
        if folder.is_dir():
            return _from_folder(folder)
    known = ", ".join(model_names(home)) or "none yet"
    raise UnknownNameError(
        f"There is no model {name!r} in the lab, and no folder of that name.", hint=f"In the lab there are: {known}."
    )


# ---------------------------------------------------------------- trained here


def _trained_here(folder: ModelFolder) -> Seer:
    network = folder.read_config()["network"]
    kind = str(network["model"])
    if kind not in _EYES:
        raise InputError(
            f"{folder.name} is of the kind {kind}, which does not look at pictures.",
            hint=f"Dream with one of the kinds {', '.join(_EYES)}, or with a folder of a vision model.",
        )
    eye = _EYES[kind](folder, network).eval().requires_grad_(False)
    return Seer(folder.name, eye, eye, int(network["channels"]), int(network["size"]))


def _encoder(folder: ModelFolder, _network: Mapping[str, Any]) -> nn.Module:
    model, _ = open_picture_model(folder)
    return model.get_submodule("encoder")


def _discriminator(path: str, part: str, *, with_size: bool) -> Callable[[ModelFolder, Mapping[str, Any]], nn.Module]:
    """An opener for the discriminator "module:Class", which is that part of the task's module."""

    def opened(folder: ModelFolder, network: Mapping[str, Any]) -> nn.Module:
        config = validated(load_class(find_model(network["model"]).config), network["config"])
        form = (network["size"], network["channels"]) if with_size else (network["channels"],)
        eye: nn.Module = load_class(path)(config, *form)
        try:
            eye.load_state_dict(read_last_weights(folder, part))
        except RuntimeError as error:
            raise InputError(
                f"The checkpoint of {folder.name} does not fit its config.json: {str(error).splitlines()[-1].strip()}",
                hint="They have to come from the same training.",
            ) from error
        return eye

    return opened


_HERE = "miaobi.train.pictures"
_EYES: Mapping[str, Callable[[ModelFolder, Mapping[str, Any]], nn.Module]] = MappingProxyType(
    {
        "vae": _encoder,
        "dcgan": _discriminator(f"{_HERE}.dcgan:DcganDiscriminator", "discriminator", with_size=True),
        "stylegan": _discriminator(f"{_HERE}.stylegan:StyleDiscriminator", "discriminator", with_size=True),
        "cyclegan": _discriminator(f"{_HERE}.cyclegan:PatchDiscriminator", "discriminators.1", with_size=False),
    }
)


# ---------------------------------------------------------------- of transformers


def _from_folder(folder: Path) -> Seer:
    """A vision model of transformers; only safetensors are opened, and no code from the folder is run."""
    _require_safetensors(folder)
    try:
        from transformers import AutoModel
    except ImportError as error:
        raise EngineUnavailableError(
            "A folder of a vision model needs the package transformers.", hint="Run: pip install transformers"
        ) from error
    from safetensors import SafetensorError

    where = {"local_files_only": True, "trust_remote_code": False, "use_safetensors": True}
    try:
        with quiet():
            model = AutoModel.from_pretrained(str(folder), dtype=torch.float32, **where)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(f"{folder} cannot be opened as a model: {said}", hint="See that it is whole.") from error
    model = getattr(model, "vision_model", model)  # of one that reads as well
    if getattr(model, "main_input_name", "") != "pixel_values":
        raise InputError(f"{folder} is no model that looks at pictures.", hint="Give a folder of a vision model.")
    model.eval().requires_grad_(False)
    look = _Normalised(model, _json_of(folder / "preprocessor_config.json"))
    return Seer(folder.name, model, look, look.channels, look.size)


class _Normalised:
    """Calls a model with pictures as its preparation would make them from ours in -1..1."""

    def __init__(self, model: Any, prepared: Mapping[str, Any]) -> None:
        self._model = model
        self.channels = int(getattr(model.config, "num_channels", 3))
        self.size = _side(getattr(model.config, "image_size", None) or prepared.get("size"))
        mean, deviation = prepared.get("image_mean"), prepared.get("image_std")
        if mean is None or deviation is None or len(mean) != self.channels:
            mean, deviation = (v[: self.channels] for v in (_COMMON_MEAN, _COMMON_DEVIATION))
        self._mean, self._deviation = (torch.tensor(v).view(1, -1, 1, 1) for v in (mean, deviation))

    def __call__(self, pictures: Tensor) -> Any:
        return self._model(pixel_values=((pictures + 1) / 2 - self._mean) / self._deviation)


def _side(size: Any) -> int:
    """The side of a model's pictures from the forms in which its files tell it."""
    if isinstance(size, Mapping):
        size = size.get("shortest_edge") or size.get("height")
    if isinstance(size, (list, tuple)) and size:
        size = size[0]
    return int(size) if isinstance(size, (int, float)) and size >= 1 else _COMMON_SIZE


def _require_safetensors(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise InputError(f"{folder} has no config.json, so it is no model.", hint="Give a folder of a vision model.")
    if any(folder.glob("*.safetensors")):
        return
    pickles = [path.name for kind in _PICKLES for path in folder.glob(kind)]
    if pickles:
        raise InputError(
            f"{folder / pickles[0]} is a pickle. Opening one can run any code, so it is refused.",
            hint="Save the model with safetensors: model.save_pretrained(folder, safe_serialization=True).",
        )
    raise InputError(f"{folder} has no weights.", hint="There has to be a model.safetensors in it.")


def _json_of(path: Path) -> Mapping[str, Any]:
    return read_json(path) if path.is_file() else {}
