"""Pictures that are nearly the same, by a perceptual hash and a look at a thumbnail.

The hash is pHash (Zauner 2010) with another threshold: of the picture's 64 lowest frequencies (DCT of 32 x 32 grey
pixels) it tells which are above a quarter of their root mean square. Symmetrical drawings have many frequencies near
zero, which is where pHash draws the line, and any small change tips those over. The hash does not see colour and hardly
sees small shapes, so it only proposes pairs: at most `MOST_BITS` of 64 differ. They are the same when no pixel of their
16 x 16 thumbnails differs by more than `MOST_DIFFERENCE` of 255: a red and a green heart stay two, a picture and its
copy at another size or a little brighter become one.

Pairs within 4 bits agree in one of five bands of the hash, so those that share a band with a picture are looked at.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from miaobi.base.progress import report_progress

MOST_BITS: Final = 4
MOST_DIFFERENCE: Final = 24
THUMBNAIL: Final = 16

_REPORT_EVERY: Final = 256
_LOUD: Final = 0.25
_HASHED: Final = 32
_KEPT: Final = 8
_BANDS: Final = tuple((start, min(start + 13, 64)) for start in range(0, 64, 13))
_PLACES: Final = np.arange(_HASHED)
_COSINES: Final = np.cos(np.pi * np.arange(_KEPT)[:, None] * (2 * _PLACES + 1) / (2 * _HASHED))


def perceptual_hash(pixels: NDArray[np.uint8]) -> int:
    """The 64-bit hash of a picture (height, width, channels)."""
    grey = _shrunk(pixels, _HASHED, "L").astype(np.float64)
    waves = (_COSINES @ grey @ _COSINES.T).ravel()
    bits = waves > _LOUD * np.sqrt(np.mean(waves[1:] ** 2))  # the first is the mean brightness
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture at 16 x 16, as one row of numbers."""
    return _shrunk(pixels, THUMBNAIL, "RGB" if pixels.shape[2] == 3 else "L").ravel()


class Index:
    """The pictures seen so far, to ask which of them are nearly the same as another."""

    def __init__(self, hashes: NDArray[np.uint64], thumbnails: NDArray[np.uint8]) -> None:
        self._hashes = np.array(hashes)
        self._thumbnails = thumbnails
        self._bands: tuple[dict[int, array[int]], ...] = tuple(defaultdict(lambda: array("q")) for _ in _BANDS)

    def near(self, number: int) -> NDArray[np.int64]:
        """Those that were added and are nearly the same as this picture, in ascending order."""
        met = np.unique(np.concatenate([np.array(met[key], dtype=np.int64) for met, key in self._places(number)]))
        met = met[np.bitwise_count(self._hashes[met] ^ self._hashes[number]) <= MOST_BITS]
        apart = np.abs(self._thumbnails[met].astype(np.int16) - self._thumbnails[number]).max(axis=1, initial=0)
        near: NDArray[np.int64] = met[apart <= MOST_DIFFERENCE]
        return near

    def add(self, number: int) -> None:
        """Let a picture be found from now on."""
        for met, key in self._places(number):
            met[key].append(number)

    def _places(self, number: int) -> Iterator[tuple[dict[int, array[int]], int]]:
        code = int(self._hashes[number])
        for met, (start, end) in zip(self._bands, _BANDS, strict=True):
            yield met, code >> start & ((1 << (end - start)) - 1)


def choose_kept(hashes: NDArray[np.uint64], thumbnails: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """For each picture whether it stays: the first of those that are nearly the same."""
    index = Index(hashes, thumbnails)
    kept = np.zeros(len(hashes), dtype=bool)
    for number in _counted(len(hashes)):
        kept[number] = not len(index.near(number))
        if kept[number]:
            index.add(number)
    return kept


def leaders(hashes: NDArray[np.uint64], thumbnails: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each picture the first of its group. Likeness is passed on: a like b and b like c make one group."""
    index = Index(hashes, thumbnails)
    first = np.arange(len(hashes), dtype=np.int64)
    for number in _counted(len(hashes)):
        near = index.near(number)
        for group in np.unique(first[near]):
            one, other = _first(first, number), _first(first, int(group))
            first[max(one, other)] = min(one, other)
        if not (thumbnails[near] == thumbnails[number]).all(axis=1).any():  # what is like an equal one is like it too
            index.add(number)
    for number in range(len(hashes)):
        first[number] = first[first[number]]  # the first of a group comes before the others
    return first


def _counted(count: int) -> Iterator[int]:
    for number in range(count):
        if number % _REPORT_EVERY == 0:
            report_progress(number, count, "pictures")
        yield number


def _first(first: NDArray[np.int64], number: int) -> int:
    while first[number] != number:
        first[number] = first[first[number]]
        number = int(first[number])
    return number


def _shrunk(pixels: NDArray[np.uint8], size: int, mode: str) -> NDArray[np.uint8]:
    from PIL import Image

    image = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0]).convert(mode)
    filtered = Image.Resampling.BOX if min(image.size) >= size else Image.Resampling.BILINEAR
    return np.asarray(image.resize((size, size), filtered))
