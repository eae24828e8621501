"""Batches of pictures, in a shuffled order without end that is a function of seed and position alone.

Each round visits every picture once. Resuming needs only the position.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from miaobi.errors import InputError

Pixels = npt.NDArray[Any]


class Pictures:
    """The shuffled series over `pixels`, uint8 N H W C. With `mirror`, half of the pictures are flipped sideways."""

    def __init__(self, pixels: Pixels, seed: int, *, mirror: bool) -> None:
        if not len(pixels):
            raise InputError("The training part has no pictures.", hint="Collect more pictures.")
        self._pixels, self._seed, self._mirror = pixels, seed, mirror

    def __len__(self) -> int:
        return len(self._pixels)

    def places(self, position: int, size: int) -> list[int]:
        """Which picture of the data each of the examples `position` to `position + size` is."""
        return [self._place(number)[0] for number in range(position, position + size)]

    def at(self, position: int, size: int) -> Tensor:
        """Examples `position` to `position + size`: size C H W in -1..1."""
        chosen = [self._place(number) for number in range(position, position + size)]
        rows = np.stack([self._pixels[place] for place, _ in chosen])  # N H W C
        if self._mirror:
            flipped = np.array([flip for _, flip in chosen])
            rows[flipped] = rows[flipped, :, ::-1]
        return to_tensor(rows)

    def _place(self, number: int) -> tuple[int, bool]:
        count = len(self._pixels)
        order, flips = _round(self._seed, number // count, count)
        return int(order[number % count]), bool(flips[number % count])


def to_tensor(pixels: Pixels) -> Tensor:
    """uint8 N H W C as float N C H W in -1..1, laid out as the convolutions of PyTorch like it (channels last)."""
    mine = np.require(pixels, requirements=("C", "W"))  # PyTorch will not share memory that is read-only
    return torch.from_numpy(mine).permute(0, 3, 1, 2).float() / 127.5 - 1


def to_pixels(pictures: Tensor) -> Pixels:
    """Float N C H W in -1..1 as uint8 N H W C; what lies outside is cut off."""
    rounded = (pictures.detach().float().clamp(-1, 1) + 1).mul(127.5).round()
    return rounded.to(torch.uint8).permute(0, 2, 3, 1).cpu().contiguous().numpy()


def held_out(pixels: Pixels, limit: int) -> Tensor:
    """At most `limit` pictures, evenly spread; always the same: N C H W in -1..1."""
    count = len(pixels)
    chosen = np.arange(count) if count <= limit else np.linspace(0, count - 1, limit).astype(int)
    return to_tensor(np.stack([pixels[place] for place in chosen]) if count else np.empty((0, *pixels.shape[1:])))


@lru_cache(maxsize=4)
def _round(seed: int, number: int, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The order of one round, and which of its pictures are flipped."""
    random = np.random.default_rng((seed, number))
    return random.permutation(count), random.random(count) < 0.5
