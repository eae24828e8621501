"""Pictures that are nearly the same, by a perceptual hash and a look at a thumbnail.

The hash is pHash (Zauner 2010): of the picture's 64 lowest frequencies (DCT of 32 x 32 grey pixels) whether each is above
their median. It does not see colour and hardly sees small shapes, so it only proposes pairs: at most `MOST_BITS` of 64
differ. They are the same when no pixel of their 16 x 16 thumbnails differs by more than `MOST_DIFFERENCE` of 255: a red
and a green heart stay two, a picture and its copy at another size or a little brighter become one.

Pairs within 4 bits agree in one of five bands of the hash, so sorting by each band finds them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_BITS: Final = 4
MOST_DIFFERENCE: Final = 24
THUMBNAIL: Final = 16

_HASHED: Final = 32
_KEPT: Final = 8
_BANDS: Final = tuple((start, min(start + 13, 64)) for start in range(0, 64, 13))
_PLACES: Final = np.arange(_HASHED)
_COSINES: Final = np.cos(np.pi * np.arange(_KEPT)[:, None] * (2 * _PLACES + 1) / (2 * _HASHED))


def perceptual_hash(pixels: NDArray[np.uint8]) -> int:
    """The 64-bit hash of a picture (height, width, channels)."""
    grey = _shrunk(pixels, _HASHED, "L").astype(np.float64)
    waves = np.rint((_COSINES @ grey @ _COSINES.T).ravel())
    bits = waves > np.median(waves[1:])  # the first is the mean brightness
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def thumbnail(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture at 16 x 16, as one row of numbers."""
    return _shrunk(pixels, THUMBNAIL, "RGB" if pixels.shape[2] == 3 else "L").ravel()


def alike(hashes: NDArray[np.uint64], thumbnails: NDArray[np.uint8]) -> Iterator[tuple[int, int]]:
    """Pairs (later, earlier) of pictures that are nearly the same, in no order; a pair may come more than once."""
    for start, end in _BANDS:
        keys = (hashes >> np.uint64(start)) & np.uint64((1 << (end - start)) - 1)
        order = np.argsort(keys, kind="stable")
        ends = np.flatnonzero(np.diff(keys[order])) + 1
        for members in np.split(order, ends):
            yield from _alike_in(members, hashes, thumbnails)


def _alike_in(
    members: NDArray[np.int64], hashes: NDArray[np.uint64], thumbnails: NDArray[np.uint8]
) -> Iterator[tuple[int, int]]:
    """The pairs among some. A picture that equals one before it is paired with that one alone: its pairs are known."""
    first_of: dict[tuple[int, bytes], int] = {}
    different: list[int] = []
    for number in map(int, members):
        key = (int(hashes[number]), thumbnails[number].tobytes())
        first = first_of.setdefault(key, number)
        if first != number:
            yield number, first
            continue
        near = np.array(different, dtype=np.int64)
        near = near[np.bitwise_count(hashes[near] ^ hashes[number]) <= MOST_BITS]
        apart = np.abs(thumbnails[near].astype(np.int16) - thumbnails[number]).max(axis=1, initial=0)
        yield from ((number, int(other)) for other in near[apart <= MOST_DIFFERENCE])
        different.append(number)


def choose_kept(pairs: list[tuple[int, int]], count: int) -> NDArray[np.bool_]:
    """For each picture whether it stays: none that is kept is nearly the same as another that is."""
    kept = np.ones(count, dtype=bool)
    for later, earlier in sorted(pairs):
        if kept[earlier]:
            kept[later] = False
    return kept


def leaders(pairs: list[tuple[int, int]], count: int) -> NDArray[np.int64]:
    """For each picture the first of its group. Likeness is passed on: a like b and b like c make one group."""
    first = np.arange(count, dtype=np.int64)
    for later, earlier in pairs:
        one, other = _first(first, later), _first(first, earlier)
        first[max(one, other)] = min(one, other)
    for number in range(count):
        first[number] = first[first[number]]  # the first of a group comes before the others
    return first


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
