"""What a card tells of the pictures, gathered one at a time."""

from __future__ import annotations

import heapq
from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from miaobi.train.data.pictures.card import BRIGHTNESS_BINS
from miaobi.train.data.pictures.spool import Listed

_SHOWN_SIZES: Final = 12
_SHOWN_CAPTIONS: Final = 5
_LUMA: Final = np.array([0.299, 0.587, 0.114])


class Statistics:
    """Counts of what was seen."""

    def __init__(self) -> None:
        self._modes: Counter[str] = Counter()
        self._sizes: Counter[str] = Counter()
        self._colour = np.zeros(0)
        self._pictures = 0
        self.brightness = np.zeros(BRIGHTNESS_BINS, dtype=np.int64)
        self.least_side = 0
        self.most_side = 0
        self._captions: list[tuple[int, str]] = []

    def see(self, pixels: NDArray[np.uint8], listed: Listed, identity: int) -> None:
        """Take in one picture."""
        colour = pixels.mean(axis=(0, 1))
        self._colour = colour if not self._pictures else self._colour + colour
        brightness = float(colour @ _LUMA) if len(colour) == 3 else float(colour[0])
        self.brightness[min(BRIGHTNESS_BINS - 1, int(brightness * BRIGHTNESS_BINS / 256))] += 1
        sides = sorted((listed.width, listed.height))
        self.least_side = min(self.least_side, sides[0]) if self._pictures else sides[0]
        self.most_side = max(self.most_side, sides[1])
        self._modes[listed.mode] += 1
        self._sizes[f"{listed.width} x {listed.height}"] += 1
        self._pictures += 1
        if listed.caption:
            heapq.heappush(self._captions, (-identity, listed.caption))
            if len(self._captions) > _SHOWN_CAPTIONS:
                heapq.heappop(self._captions)

    @property
    def mean_colour(self) -> tuple[float, ...]:
        """Of all pixels, a number a channel."""
        return tuple(round(float(value), 1) for value in self._colour / self._pictures)

    @property
    def captions(self) -> tuple[str, ...]:
        """Of the pictures with the least ids, so chance chooses them and the same each time."""
        return tuple(caption for _, caption in sorted(self._captions, reverse=True))

    @property
    def modes(self) -> dict[str, int]:
        """How many pictures have each mode."""
        return dict(self._modes.most_common())

    @property
    def sizes(self) -> dict[str, int]:
        """How many pictures have each size, for the most frequent sizes."""
        return dict(self._sizes.most_common(_SHOWN_SIZES))
