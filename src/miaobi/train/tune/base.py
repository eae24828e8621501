"""The models that are tuned: a folder as transformers and diffusers write it, or a GGUF file. No PyTorch here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from miaobi.base.asset import digest_bytes, digest_file
from miaobi.base.disk import disk_errors
from miaobi.errors import InputError

TRANSFORMERS: Final = "text:transformers/"
"""Stands before the path of a folder in the id of a base."""

_READ: Final = (".json", ".safetensors", ".model", ".txt", ".jinja")
"""Kinds of files that decide what a model in a folder does."""
_PICKLES: Final = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5", ".msgpack")


@dataclass(frozen=True)
class Base:
    """A model that others trained.

    id      how the command and config.json name it: an engine id, or the path of a folder
    path    its folder, or its GGUF file
    digest  "sha256:..." of what is read of it
    title, licence, url  to give credit
    """

    id: str
    path: Path
    digest: str
    title: str = ""
    licence: str = ""
    url: str = ""

    @property
    def is_gguf(self) -> bool:
        """Whether it has to be unpacked, and adapters of it are of use to llama.cpp."""
        return self.path.suffix.lower() == ".gguf"

    @property
    def name(self) -> str:
        """A short name, fit for a folder."""
        return self.id.rpartition("/")[2].removesuffix(".gguf") or self.path.stem


def folder_base(engine_id: str, path: Path) -> Base:
    """The language model of a folder that transformers wrote. InputError when it is none, or its weights a pickle."""
    require_files(path, "config.json", "a language model of transformers")
    require_safetensors(path, path)
    if not any((path / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json", "tokenizer.model")):
        raise InputError(f"{path} has no tokenizer (tokenizer.json).", hint="Save it there too: save_pretrained().")
    return Base(engine_id, path, digest_of(path), title=path.name, licence="not stated")


def require_files(path: Path, needed: str, what: str) -> None:
    """InputError when `path` is no folder that holds `needed`."""
    if not path.is_dir():
        raise InputError(
            f"There is no folder {path}.",
            hint=f"Name the folder of {what} on this machine; nothing is fetched from elsewhere.",
        )
    if not (path / needed).is_file():
        raise InputError(f"{path} is not {what}: it has no {needed}.", hint="Name the folder that holds it.")


def require_safetensors(path: Path, whole: Path) -> None:
    """InputError when the weights in `path`, a part of the model in `whole`, are a pickle or are missing."""
    if any(path.glob("*.safetensors")):
        return
    pickles = sorted(file.name for file in path.iterdir() if file.suffix in _PICKLES)
    if pickles:
        raise InputError(
            f"{path / pickles[0]} is a pickle. Opening one can run any code, so it is refused.",
            hint="Save the model with safetensors: save_pretrained(folder, safe_serialization=True).",
        )
    raise InputError(f"{path} has no weights (*.safetensors).", hint=f"Copy the whole of {whole.name}.")


def digest_of(folder: Path) -> str:
    """ "sha256:..." of the files of a model in a folder, by name; notes for readers are left out."""
    with disk_errors(folder):
        lines = [f"{path.relative_to(folder).as_posix()} {digest_file(path)}" for path in _files(folder)]
    return digest_bytes("\n".join(lines).encode())


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if Path(name).suffix in _READ)
