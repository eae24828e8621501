"""The pictures on disk while a data set is made: pixels, a fixed record and a thumbnail each, and a line of words.

Memory holds one picture at a time, and of the rest what it looks at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from miaobi.train.data.pictures.likeness import THUMBNAIL, perceptual_hash, thumbnail
from miaobi.train.data.pictures.read import Picture

_RECORD: Final = np.dtype([("id", "<u8"), ("hash", "<u8")])


@dataclass(frozen=True)
class Listed:
    """What is known of a picture besides its pixels. `source` is the number of the argument it came with."""

    file: str
    source: int
    mode: str
    width: int
    height: int
    caption: str


class SpoolWriter:
    """Takes pictures."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._pixels = (folder / "pixels").open("wb")
        self._records = (folder / "records").open("wb")
        self._thumbnails = (folder / "thumbnails").open("wb")
        self._listing = (folder / "listing").open("w", encoding="utf-8")
        self.pictures = 0

    def add(self, picture: Picture, file: str, source: int, caption: str) -> None:
        """Keep a picture."""
        data = picture.pixels.tobytes()
        identity = int.from_bytes(hashlib.sha256(data).digest()[:8], "big")
        record = np.array([(identity, perceptual_hash(picture.pixels))], dtype=_RECORD)
        line = [file, source, picture.mode, picture.width, picture.height, caption]
        self._pixels.write(data)
        self._records.write(record.tobytes())
        self._thumbnails.write(thumbnail(picture.pixels).tobytes())
        self._listing.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.pictures += 1

    def close(self) -> None:
        """Finish the files."""
        for file in (self._pixels, self._records, self._thumbnails, self._listing):
            file.close()


class Spool:
    """Gives them back. The arrays are files, read where they are looked at."""

    def __init__(self, folder: Path, size: int, channels: int) -> None:
        self._listing = folder / "listing"
        records: NDArray[Any] = np.memmap(folder / "records", _RECORD, mode="r")
        self.ids: NDArray[np.uint64] = records["id"]
        self.hashes: NDArray[np.uint64] = records["hash"]
        self.thumbnails: NDArray[np.uint8] = np.memmap(folder / "thumbnails", np.uint8, mode="r").reshape(
            -1, THUMBNAIL * THUMBNAIL * channels
        )
        self.pixels: NDArray[np.uint8] = np.memmap(folder / "pixels", np.uint8, mode="r").reshape(
            -1, size, size, channels
        )

    def listed(self) -> Iterator[Listed]:
        """What is known of each, in order."""
        with self._listing.open(encoding="utf-8") as lines:
            for line in lines:
                yield Listed(*json.loads(line))
