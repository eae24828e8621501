"""Writing the pixels and captions of the kept pictures, counting what goes where, and the sample."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import BinaryIO, Final, TextIO

import numpy as np
from numpy.typing import NDArray

from miaobi.base.progress import report_progress
from miaobi.train.data.card import SPLITS, Split
from miaobi.train.data.pictures.card import CAPTIONS_NAME, SAMPLE_NAME, PictureSplit, pixel_file
from miaobi.train.data.pictures.spool import Listed, Spool
from miaobi.train.data.pictures.statistics import Statistics

_REPORT_EVERY: Final = 64
_SAMPLED: Final = 64
_COLUMNS: Final = 8
_MOST_CELL: Final = 128
_GAP: Final = 2


class PixelWriter:
    """Writes the pixel files and captions.jsonl into a folder; afterwards `splits` and `sources` tell the counts."""

    def __init__(self, folder: Path, statistics: Statistics) -> None:
        self._folder = folder
        self._statistics = statistics
        self._pictures: Counter[Split] = Counter()
        self._captions: Counter[Split] = Counter()
        self.sources: Counter[int] = Counter()

    def write(self, spool: Spool, kept: NDArray[np.bool_], is_validation: NDArray[np.bool_]) -> None:
        """Every kept picture, in the order of reading."""
        with (
            (self._folder / pixel_file("train")).open("wb") as train,
            (self._folder / pixel_file("validation")).open("wb") as validation,
            (self._folder / CAPTIONS_NAME).open("w", encoding="utf-8") as listing,
        ):
            files: dict[Split, BinaryIO] = {"train": train, "validation": validation}
            for number, listed in enumerate(spool.listed()):
                if not kept[number]:
                    continue
                split: Split = "validation" if is_validation[number] else "train"
                pixels = np.asarray(spool.pixels[number])
                files[split].write(pixels.tobytes())
                identity = int(spool.ids[number])
                self._count(split, pixels, listed, identity)
                _list(listing, split, listed, identity)
                if number % _REPORT_EVERY == 0:
                    report_progress(number, len(kept), "pictures")

    @property
    def splits(self) -> dict[Split, PictureSplit]:
        """The counts of each split."""
        return {split: PictureSplit(pictures=self._pictures[split], captions=self._captions[split]) for split in SPLITS}

    def _count(self, split: Split, pixels: NDArray[np.uint8], listed: Listed, identity: int) -> None:
        self._pictures[split] += 1
        self._captions[split] += bool(listed.caption)
        self.sources[listed.source] += 1
        self._statistics.see(pixels, listed, identity)


def write_sample(folder: Path, spool: Spool, kept: NDArray[np.bool_]) -> None:
    """A sheet of 64 pictures. Those with the least ids are taken, so chance chooses them and the same each time."""
    from PIL import Image

    numbers = np.flatnonzero(kept)
    numbers = numbers[np.argsort(spool.ids[numbers], kind="stable")][:_SAMPLED]
    size = min(_MOST_CELL, spool.pixels.shape[1])
    rows = -(-len(numbers) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * (size + _GAP) - _GAP, rows * (size + _GAP) - _GAP), "white")
    for place, number in enumerate(numbers):
        row, column = divmod(place, _COLUMNS)
        pixels = np.asarray(spool.pixels[number])
        picture = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])
        sheet.paste(picture.resize((size, size)), (column * (size + _GAP), row * (size + _GAP)))
    sheet.save(folder / SAMPLE_NAME)


def _list(listing: TextIO, split: Split, listed: Listed, identity: int) -> None:
    record = {"split": split, "caption": listed.caption, "file": listed.file, "id": f"{identity:016x}"}
    listing.write(json.dumps(record, ensure_ascii=False) + "\n")
