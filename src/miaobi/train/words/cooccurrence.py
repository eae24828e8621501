"""Examples for GloVe (Pennington et al., 2014): how often two words are near each other; d words apart counts 1/d."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from miaobi.train.words.vocabulary import Corpus

_CHUNK: Final = 2_000_000  # words counted at a time, so that memory goes to pairs and not to places
_HELD_OUT: Final = 20
"""One in so many pairs is kept for validation, chosen by a hash of the two words."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of words that occur near each other, each once, the lower number first."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    counts: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.counts)

    def at(self, places: NDArray[np.int64]) -> Pairs:
        """Those at these places."""
        return Pairs(self.first[places], self.second[places], self.counts[places])


class PairSeries:
    """Pairs in a shuffled order without end, a function of seed and position; every other time with their words
    exchanged, because either may be the one that is looked from."""

    def __init__(self, pairs: Pairs, seed: int) -> None:
        self._pairs, self._seed = pairs, seed
        self._order = lru_cache(maxsize=2)(self._drawn)

    def at(self, position: int, size: int) -> Pairs:
        """Examples `position` to `position + size`."""
        places = np.arange(position, position + size)
        numbers = places // len(self._pairs)
        chosen = np.concatenate(
            [self._order(int(number))[places[numbers == number] % len(self._pairs)] for number in np.unique(numbers)]
        )
        found, turned = self._pairs.at(chosen), (numbers + chosen) % 2 == 1
        first, second = np.where(turned, found.second, found.first), np.where(turned, found.first, found.second)
        return Pairs(first, second, found.counts)

    def _drawn(self, number: int) -> NDArray[np.int64]:
        return np.random.default_rng((self._seed, number)).permutation(len(self._pairs))


def count_pairs(corpus: Corpus, vocabulary: int, window: int) -> tuple[Pairs, Pairs]:
    """Pairs to learn from, and pairs held out. Memory grows with the number of different pairs."""
    keys, counts = np.zeros(0, dtype=np.int64), np.zeros(0)
    for begin in range(0, len(corpus.words), _CHUNK):
        for distance in range(1, window + 1):
            found = _keys(corpus, vocabulary, begin, distance)
            keys, counts = _added(keys, counts, found, 1.0 / distance)
    held_out = _mixed(keys) % _HELD_OUT == 0
    return _pairs(keys[~held_out], counts[~held_out], vocabulary), _pairs(keys[held_out], counts[held_out], vocabulary)


def _keys(corpus: Corpus, vocabulary: int, begin: int, distance: int) -> NDArray[np.int64]:
    """One number for each pair of words so far apart in the chunk that begins there."""
    here = slice(begin, min(begin + _CHUNK, len(corpus.words) - distance))
    there = slice(here.start + distance, here.stop + distance)
    together = corpus.documents[here] == corpus.documents[there]
    a, b = (corpus.words[part][together].astype(np.int64) for part in (here, there))
    keys: NDArray[np.int64] = np.minimum(a, b) * vocabulary + np.maximum(a, b)
    return keys


def _added(
    keys: NDArray[np.int64], counts: NDArray[np.float64], more: NDArray[np.int64], weight: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    new, times = np.unique(more, return_counts=True)
    both, places = np.unique(np.concatenate((keys, new)), return_inverse=True)
    return both, np.bincount(places, np.concatenate((counts, times * weight)), len(both)).astype(np.float64)


def _mixed(keys: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Numbers in which neighbouring keys have nothing in common (Steele et al., SplitMix, 2014)."""
    x = keys.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _pairs(keys: NDArray[np.int64], counts: NDArray[np.float64], vocabulary: int) -> Pairs:
    first, second = np.divmod(keys, vocabulary)
    return Pairs(first.astype(np.int32), second.astype(np.int32), counts.astype(np.float32))
