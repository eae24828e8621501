"""Near-duplicates by MinHash (Broder 1997) with banded locality-sensitive hashing.

A document is the set of its shingles: 5 neighbouring characters of Chinese, 5 neighbouring words of anything else. Its
signature keeps the least of 125 hashes over that set; the share of places in which two signatures agree estimates the
share of shingles the two have in common (standard error at most 0.045). Signatures are kept in a file, 500 bytes a
document; pairs are found band by band through sorting, so memory holds a few numbers a document and never a text.

Two texts that share 70 % of their shingles or more are the same to us: a tenth of a text replaced in one place gives
82 %, half of it 33 %. Shingles of 5 see a text with a tenth of its single words replaced as another one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from miaobi.train.data.words import is_cjk, units

BANDS: Final = 25
ROWS: Final = 5
HASHES: Final = BANDS * ROWS
SHINGLE: Final = 5
SAME_SHARE: Final = 0.7

_BLOCK: Final = 4096
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_MIXERS: Final = np.random.default_rng(20261125).integers(1, 2**64, (2, HASHES, 1), dtype=np.uint64) | np.uint64(1)

Signature = NDArray[np.uint32]


def signature(text: str) -> Signature:
    """The MinHash signature of a text. Marks, case, widths and spaces do not count."""
    shingles = _shingles(text)
    least = np.full(HASHES, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, len(shingles), _BLOCK):
        mixed = (shingles[start : start + _BLOCK][None, :] ^ _MIXERS[1]) * _MIXERS[0]
        least = np.minimum(least, (mixed >> np.uint64(32)).min(axis=1).astype(np.uint32))
    return least


def shared(first: Signature, second: Signature) -> float:
    """The estimated share of shingles two texts have in common."""
    return float(np.mean(first == second))


def group(signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
    """For each document the number of the first one it is nearly the same as: its own when there is none before it.

    Likeness is passed on: if a is like b and b like c, all three are one group.
    """
    leaders = np.arange(len(signatures), dtype=np.int64)
    for band in range(BANDS):
        keys = _band_keys(signatures, band)
        order = np.argsort(keys, kind="stable")
        first = -1
        for here, before in _neighbours(keys, order):
            if first < 0 or keys[first] != keys[here]:
                first = before
            for other in (before, first):
                _join(leaders, signatures, other, here)
    for number in range(len(leaders)):
        leaders[number] = leaders[leaders[number]]  # leaders come first, so each points at its group's first already
    return leaders


def _shingles(text: str) -> NDArray[np.uint64]:
    found = units(text)
    if is_cjk(found):
        codes = np.frombuffer("".join(found).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    else:
        codes = np.array([zlib.crc32(word.encode()) for word in found or [text]], dtype=np.uint64)
    width = min(SHINGLE, len(codes))
    hashes = np.zeros(len(codes) - width + 1, dtype=np.uint64)
    for place in range(width):
        hashes = (hashes ^ _scrambled(codes[place : place + len(hashes)])) * _BASE
    return np.unique(_scrambled(hashes))


def _scrambled(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finisher of splitmix64: every bit of the input moves every bit of the output."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _band_keys(signatures: NDArray[np.uint32], band: int) -> NDArray[np.uint64]:
    keys = np.zeros(len(signatures), dtype=np.uint64)
    for row in range(band * ROWS, (band + 1) * ROWS):
        keys = _scrambled(keys * _BASE + signatures[:, row].astype(np.uint64))
    return keys


def _neighbours(keys: NDArray[np.uint64], order: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """(document, the one before it with the same key), in order of keys and documents."""
    ordered = keys[order]
    for place in np.nonzero(ordered[1:] == ordered[:-1])[0]:
        yield int(order[place + 1]), int(order[place])


def _join(leaders: NDArray[np.int64], signatures: NDArray[np.uint32], first: int, second: int) -> None:
    one, other = _leader(leaders, first), _leader(leaders, second)
    if one != other and shared(signatures[first], signatures[second]) >= SAME_SHARE:
        leaders[max(one, other)] = min(one, other)


def _leader(leaders: NDArray[np.int64], number: int) -> int:
    while leaders[number] != number:
        leaders[number] = leaders[leaders[number]]
        number = int(leaders[number])
    return number
