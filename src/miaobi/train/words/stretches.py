"""Examples for skip-gram: stretches of text, who is whose neighbour in them, and noise words.

Frequent words are left out by chance, more often the more frequent they are, and every word looks at a number of
neighbours drawn from 1 to the window (Mikolov et al., 2013). All of it is drawn anew for each round through the text,
as a function of seed and round, so that resuming needs only the position.

Shapes: B stretches, L words in one, W the window, N noise words, R = W + L + W words read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import InputError
from miaobi.train.words.vocabulary import Corpus

LENGTH: Final = 64
"""Words in a stretch. Their products with all words nearby are one multiplication of matrices, which a processor does
faster than it fetches each pair."""

NOISE: Final = 64
"""Noise words, shared by the words of a stretch (as Ji et al., 2016, share them within a batch)."""

_NOISE_POWER: Final = 0.75


class Stretches(NamedTuple):
    """Some of them.

    read        B R   words, W of them before the stretch and W after it
    neighbours  B L 2W whether a word counts the one at a distance of -W..-1, 1..W as its neighbour
    noise       B N   words drawn by their frequency to the power of 0.75
    """

    read: NDArray[np.int64]
    neighbours: NDArray[np.bool_]
    noise: NDArray[np.int64]


class _Round(NamedTuple):
    kept: Corpus
    offset: int
    order: NDArray[np.int64]
    reaches: NDArray[np.uint8]  # count L
    noise: NDArray[np.int32]  # count N


class StretchSeries:
    """Stretches in a shuffled order without end.

    counts    of every word in the training part, for chance and noise
    part      what an error calls the text
    frequent  words with more than this share of the text are thinned out; 0 for none
    """

    def __init__(
        self, corpus: Corpus, counts: NDArray[np.int64], part: str, *, window: int, frequent: float, seed: int
    ) -> None:
        self._corpus, self.window, self._seed = corpus, window, seed
        shares = counts / counts.sum()
        self._keep = (
            np.minimum(1.0, np.sqrt(frequent / shares) + frequent / shares) if frequent else np.ones(len(counts))
        )
        chances = counts**_NOISE_POWER
        self._noise = np.cumsum(chances) / chances.sum()
        expected = float(self._keep[corpus.words].sum())
        if expected < LENGTH:
            raise InputError(
                f"About {expected:.0f} words are left of the {part} part of the text, and a stretch takes {LENGTH}.",
                hint="Collect more text, or train with a smaller --set min_count or --set frequent=0.",
            )
        self.count = int(expected) // LENGTH
        self._at = np.arange(LENGTH)[:, None] + window + _distances(window)  # L 2W places in what is read
        self._round = lru_cache(maxsize=2)(self._drawn)

    def at(self, position: int, size: int) -> Stretches:
        """Examples `position` to `position + size`."""
        places = np.arange(position, position + size)
        numbers = places // self.count
        parts = [self._of_round(int(number), places[numbers == number] % self.count) for number in np.unique(numbers)]
        return Stretches(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def _of_round(self, number: int, places: NDArray[np.int64]) -> Stretches:
        drawn = self._round(number)
        begin = drawn.offset + drawn.order[places] * LENGTH - self.window
        rows = (begin[:, None] + np.arange(LENGTH + 2 * self.window)) % len(drawn.kept.words)  # B R
        documents = drawn.kept.documents[rows]
        own = documents[:, self.window : self.window + LENGTH, None]
        is_near = np.abs(_distances(self.window)) <= drawn.reaches[places][:, :, None]
        neighbours = (documents[:, self._at] == own) & is_near
        return Stretches(drawn.kept.words[rows].astype(np.int64), neighbours, drawn.noise[places].astype(np.int64))

    def _drawn(self, number: int) -> _Round:
        random = np.random.default_rng((self._seed, number))
        words = self._corpus.words
        stays = random.random(len(words), dtype=np.float32) < self._keep[words]
        kept = Corpus(words[stays], self._corpus.documents[stays])
        offset, order = int(random.integers(len(kept.words))), random.permutation(self.count)
        reaches = random.integers(1, self.window + 1, size=(self.count, LENGTH), dtype=np.uint8)
        noise = np.searchsorted(self._noise, random.random((self.count, NOISE))).clip(max=len(self._noise) - 1)
        return _Round(kept, offset, order, reaches, noise.astype(np.int32))


def _distances(window: int) -> NDArray[np.int64]:
    """-W..-1, 1..W."""
    return np.concatenate((np.arange(-window, 0), np.arange(1, window + 1)))
