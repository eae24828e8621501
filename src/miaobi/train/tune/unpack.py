"""Turning a GGUF file into a folder that transformers loads in seconds: once for each file, below <home>/lab/bases/.

The weights are dequantised to float32. It takes two to three minutes for 270 million parameters, most of it spent
reading the vocabulary. A folder is there whole or not at all; several processes may ask for it at once.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from filelock import FileLock, Timeout

from miaobi.base.disk import disk_errors
from miaobi.errors import InputError, StoreError
from miaobi.train.folder import read_json, write_json
from miaobi.train.tune.base import TRANSFORMERS, Base, digest_of, require_files
from miaobi.train.tune.quiet import quiet

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Tell = Callable[[str, int, int], None]
"""Hears what is done, and that it is part n of m."""

_STAMP: Final = "unpacked.json"
_FORMAT: Final = 1  # raised whenever this file writes something else for the same GGUF
_LOCK_SECONDS: Final = 3600.0
_PARTS: Final = 3


def unpacked(base: Base, home: Path, tell: Tell) -> Path:
    """The folder of the unpacked model. InputError when transformers cannot read the file."""
    folder = home / "lab" / "bases" / _folder_name(base)
    if _is_of(folder, base):
        return folder
    with disk_errors(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder.parent / f".{folder.name}.lock", timeout=_LOCK_SECONDS):
            if not _is_of(folder, base):
                _unpack(base, folder, tell)
    except Timeout as error:
        raise StoreError(
            f"Another process has been unpacking {base.name} for an hour.", hint="See whether it is still running."
        ) from error
    return folder


def kept_folder(base_id: str, digest: str, home: Path) -> Path:
    """The folder of a base that a model was tuned on. InputError when it is gone, or another model by now."""
    if base_id.startswith(TRANSFORMERS):
        folder = Path(base_id.removeprefix(TRANSFORMERS))
        require_files(folder, "config.json", "the model it was tuned on")
        same = digest_of(folder) == digest
    else:
        base = Base(base_id, Path(f"{base_id}.gguf"), digest)
        folder = home / "lab" / "bases" / _folder_name(base)
        same = _is_of(folder, base)
    if not same:
        raise InputError(
            f"The base {base_id} is not (or no longer) unpacked in {folder}, or is another model by now.",
            hint="Restore it, or tune another model on it, which unpacks it.",
        )
    return folder


def _folder_name(base: Base) -> str:
    return base.name if base.id.endswith(f"/{base.name}") else f"{base.name}-{base.digest[7:19]}"


def _is_of(folder: Path, base: Base) -> bool:
    stamp = folder / _STAMP
    return stamp.is_file() and read_json(stamp) == _stamp(base)


def _stamp(base: Base) -> dict[str, Any]:
    return {"format": _FORMAT, "digest": base.digest}


def _unpack(base: Base, folder: Path, tell: Tell) -> None:
    stage = folder.parent / f".{folder.name}.{os.getpid()}.part"
    with disk_errors(folder.parent):
        for old in folder.parent.glob(f".{folder.name}.*.part"):  # of processes that were killed
            shutil.rmtree(old, ignore_errors=True)
        try:
            _write(base, stage, tell)
            write_json(stage / _STAMP, _stamp(base))
            shutil.rmtree(folder, ignore_errors=True)
            stage.rename(folder)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _write(base: Base, stage: Path, tell: Tell) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where = {"pretrained_model_name_or_path": str(base.path.parent), "gguf_file": base.path.name}
    try:
        tell(f"unpacking {base.name}, once: its vocabulary", 1, _PARTS)
        with quiet():
            AutoTokenizer.from_pretrained(**where, local_files_only=True).save_pretrained(stage)
        tell(f"unpacking {base.name}, once: its weights", 2, _PARTS)
        with quiet(), redirect_stderr(io.StringIO()):  # it draws a bar that nothing else keeps from being drawn
            model = AutoModelForCausalLM.from_pretrained(**where, local_files_only=True, dtype=torch.float32)
        tell(f"unpacking {base.name}, once: saving", 3, _PARTS)
        with quiet():
            _as_plain(model).save_pretrained(stage)
    except (ValueError, KeyError, NotImplementedError, TypeError) as error:
        raise InputError(
            f"transformers cannot unpack {base.path}: {str(error).splitlines()[0]}",
            hint="Tune text:llamacpp/gemma-270m, or a folder of transformers.",
        ) from error


def _as_plain(model: Any) -> PreTrainedModel:
    """The model without the marks of having been quantised, which saving would object to."""
    model.is_quantized = False
    model.hf_quantizer = model.quantization_method = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    return cast("PreTrainedModel", model)
