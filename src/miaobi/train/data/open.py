"""Opening a data set of whatever kind, as training does."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol, Self

from miaobi.errors import InputError, StoreError, UnknownNameError
from miaobi.train.catalog import DataKind
from miaobi.train.data.card import CARD_NAME

_KINDS: Final[dict[DataKind, str]] = {
    "text": "miaobi.train.data.dataset:TextDataset",
    "pictures": "miaobi.train.data.pictures.dataset:PictureDataset",
    "music": "miaobi.train.data.music.dataset:MusicDataset",
    "pairs": "miaobi.train.tune.pairs_data:PairsData",
}


class Dataset(Protocol):
    """What training asks of every data set.

    copied  files beside card.json that a model trained on it keeps a copy of, e.g. the tokeniser
    """

    kind: ClassVar[DataKind]
    copied: ClassVar[tuple[str, ...]]

    @property
    def folder(self) -> Path:
        """Where it lies."""
        ...

    @property
    def digest(self) -> str:
        """ "sha256:..." of everything in it that a model learns from."""
        ...

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The data set in `folder`. InputError when there is none, StoreError when it is not as its card says."""
        ...


def data_folder(home: Path, name: str) -> Path:
    """Where the data set of that name lies or would lie."""
    return home / "lab" / "data" / name


def open_dataset(home: Path, name: str, wanted: DataKind) -> Any:
    """The data set of that name. UnknownNameError when there is none, InputError when it is of another kind."""
    folder = data_folder(home, name)
    if not (folder / CARD_NAME).is_file():
        known = sorted(card.parent.name for card in folder.parent.glob(f"*/{CARD_NAME}"))
        hint = f"There are: {', '.join(known)}." if known else "Make one first: miaobi data."
        raise UnknownNameError(f"There is no data set {name!r} in the lab.", hint=hint)
    kind = _kind_of(folder)
    if kind != wanted:
        raise InputError(
            f"The data set {name!r} holds {kind}, and this model learns from {wanted}.",
            hint=f"Make one of {wanted} with `miaobi data`, or train another kind of model.",
        )
    return load_dataset_class(wanted).open(folder)


def load_dataset_class(kind: DataKind) -> Any:
    """The class of a kind of data set."""
    module, _, name = _KINDS[kind].partition(":")
    return getattr(importlib.import_module(module), name)


def _kind_of(folder: Path) -> str:
    try:
        return str(json.loads((folder / CARD_NAME).read_bytes()).get("kind", "text"))
    except (OSError, ValueError, AttributeError) as error:
        raise StoreError(
            f"The data set {folder.name} is damaged: {CARD_NAME} cannot be read.",
            hint="Make it again with --replace, or restore its folder.",
        ) from error
