"""Windows of a token stream, in a shuffled order without end that is a function of seed and position alone.

Each round moves the borders between windows by a random offset and visits every window once, so no token is left out
and no two rounds show the same windows. Resuming needs only the position.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from miaobi.errors import InputError

Tokens = npt.NDArray[Any]


class Windows:
    """`length` tokens and, one further, the tokens to predict."""

    def __init__(self, tokens: Tokens, length: int, seed: int) -> None:
        if len(tokens) < length + 2:
            raise InputError(
                f"The training part has {len(tokens)} tokens, and one window takes {length + 1}.",
                hint=f"Collect more text, or train with --set context={max(8, len(tokens) // 4)}.",
            )
        self._tokens, self.length, self._seed = tokens, length, seed
        self.count = (len(tokens) - 1) // length - 1 or 1  # in one round, with room for the offset

    def at(self, position: int, size: int) -> tuple[Tensor, Tensor]:
        """Inputs and targets, each size T, of examples `position` to `position + size`."""
        starts = [self._start(place) for place in range(position, position + size)]
        rows = np.stack([self._tokens[start : start + self.length + 1] for start in starts]).astype(np.int64)
        ids = torch.from_numpy(rows)
        return ids[:, :-1], ids[:, 1:]

    def _start(self, place: int) -> int:
        offset, order = _round(self._seed, place // self.count, self.count, self._slack())
        return offset + int(order[place % self.count]) * self.length

    def _slack(self) -> int:
        """Offsets that still leave the last window whole."""
        return len(self._tokens) - 1 - self.count * self.length


@lru_cache(maxsize=4)
def _round(seed: int, number: int, count: int, slack: int) -> tuple[int, npt.NDArray[np.int64]]:
    """The offset and the order of one round."""
    random = np.random.default_rng((seed, number))
    return int(random.integers(slack + 1)), random.permutation(count)


def held_out(tokens: Tokens, length: int, limit: int | None) -> tuple[Tensor, Tensor]:
    """Inputs and targets of windows side by side, at most `limit` of them, evenly spread; always the same.

    A part shorter than one window gives one short window.
    """
    if len(tokens) < 2:
        raise InputError("The validation part is empty.", hint="Collect more text.")
    length = min(length, len(tokens) - 1)
    count = (len(tokens) - 1) // length
    chosen = np.arange(count) if limit is None or count <= limit else np.linspace(0, count - 1, limit).astype(int)
    rows = np.stack([tokens[start * length : (start + 1) * length + 1] for start in chosen]).astype(np.int64)
    ids = torch.from_numpy(rows)
    return ids[:, :-1], ids[:, 1:]
