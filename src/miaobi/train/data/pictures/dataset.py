"""`PictureDataset`: a finished data set of pictures, opened for training.

data = PictureDataset.open(home / "lab" / "data" / "drawings")
data.pictures("train")          np.memmap of uint8: pictures, rows, columns, channels
data.captions("train")          a caption for each, "" where it has none
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final, cast

import numpy as np
from numpy.typing import NDArray

from miaobi.train.catalog import DataKind
from miaobi.train.data.card import SPLITS, Split
from miaobi.train.data.dataset import damage, read_card
from miaobi.train.data.digest import digest_files
from miaobi.train.data.pictures.card import CAPTIONS_NAME, PictureCard, pixel_file

LEARNT_FROM: Final = (*(pixel_file(split) for split in SPLITS), CAPTIONS_NAME)


@dataclass(frozen=True)
class PictureDataset:
    """A data set of pictures on disk that is whole."""

    folder: Path
    card: PictureCard

    kind: ClassVar[DataKind] = "pictures"
    copied: ClassVar[tuple[str, ...]] = ()

    @property
    def digest(self) -> str:
        """Of the pixels and the captions."""
        return self.card.digest

    @classmethod
    def open(cls, folder: Path) -> PictureDataset:
        """The data set in `folder`. InputError when there is none, StoreError when it is not as its card says."""
        data = cls(folder, read_card(folder, PictureCard))
        for split in SPLITS:
            data._check_pixels(split)
        if not (folder / CAPTIONS_NAME).is_file():
            raise damage(folder, f"{CAPTIONS_NAME} is missing")
        if digest_files(folder, LEARNT_FROM) != data.card.digest:
            raise damage(folder, "its files are not those that the card was written for")
        return data

    @property
    def size(self) -> int:
        """Rows and columns of a picture."""
        return self.card.picture_size

    @property
    def channels(self) -> int:
        """3 for colour, 1 for grey."""
        return self.card.channels

    def pictures(self, split: Split) -> NDArray[np.uint8]:
        """The pictures of a split (N, size, size, channels), an array over its file: read where it is looked at."""
        pixels = np.memmap(self.folder / pixel_file(split), dtype=np.uint8, mode="r")
        return pixels.reshape(-1, self.size, self.size, self.channels)

    def captions(self, split: Split) -> tuple[str, ...]:
        """The caption of each picture of a split, "" where there is none."""
        return self._captions[split]

    @cached_property
    def _captions(self) -> dict[Split, tuple[str, ...]]:
        captions: dict[Split, list[str]] = {split: [] for split in SPLITS}
        with (self.folder / CAPTIONS_NAME).open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                captions[cast(Split, record["split"])].append(record["caption"])
        return {split: tuple(told) for split, told in captions.items()}

    def _check_pixels(self, split: Split) -> None:
        path = self.folder / pixel_file(split)
        if split not in self.card.splits or not path.is_file():
            raise damage(self.folder, f"{path.name} is missing")
        wanted = self.card.splits[split].pictures * self.size**2 * self.channels
        if path.stat().st_size != wanted or not wanted:
            raise damage(self.folder, f"{path.name} has {path.stat().st_size} bytes, not the {wanted} its card says")
