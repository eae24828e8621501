"""Tensors on disk: safetensors and nothing else, written whole or not at all.

A pickle (what `torch.save` writes) can run any code when it is opened, so it is refused by its first bytes, whatever
its name says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from numpy.typing import NDArray

from miaobi.base.disk import write_atomically
from miaobi.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

T = TypeVar("T")

_HEADER_LIMIT = 100_000_000
_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors by name. DiskError when the folder cannot be written."""
    from safetensors.torch import save

    write_atomically(path, save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}))


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Tensors by name. InputError for a pickle, a damaged file and a missing one."""
    from safetensors.torch import load

    return _read(path, load)


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The same as NumPy arrays, without PyTorch."""
    from safetensors.numpy import load

    return _read(path, load)


def _read(path: Path, load: Callable[[bytes], dict[str, T]]) -> dict[str, T]:
    from safetensors import SafetensorError

    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", hint=_hint_beside(path)) from None
    _require_safetensors(path, data)
    try:
        return load(data)
    except SafetensorError as error:
        raise InputError(f"{path} is damaged: {error}.", hint="Restore it, or train the model again.") from error


def _require_safetensors(path: Path, data: bytes) -> None:
    if data.startswith(_PICKLES):
        raise InputError(
            f"{path} is a pickle, as torch.save writes it. Opening one can run any code, so it is refused.",
            hint="Save the tensors with safetensors.torch.save_file.",
        )
    length = int.from_bytes(data[:8], "little")
    try:
        if not 2 <= length <= min(len(data) - 8, _HEADER_LIMIT):
            raise ValueError(f"a header of {length} bytes in a file of {len(data)}")
        json.loads(data[8 : 8 + length])
    except ValueError as error:
        raise InputError(
            f"{path} is not a safetensors file ({error}).", hint="Restore it, or train the model again."
        ) from error


def _hint_beside(path: Path) -> str:
    pickles = [other.name for kind in ("*.pt", "*.pth", "*.bin", "*.ckpt", "*.pkl") for other in path.parent.glob(kind)]
    if pickles:
        return f"{pickles[0]} beside it is a pickle, which is not opened: save it with safetensors.torch.save_file."
    return "Train the model, or copy its whole folder."
