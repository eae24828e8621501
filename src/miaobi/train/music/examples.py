"""Tunes as training sees them, in a shuffled order without end that is a function of seed and position alone.

    START  tonic mode meter mood bars  |  TONIC MODE METER MOOD  UPBEAT ... BAR_15 P+0 ...  END  PAD PAD
           what is asked, or OPEN      |  what comes: the loss counts from here to END

Which conditions are left open is drawn anew each time, and so is the keynote where the data set says so. Of a tune
longer than the context comes a part that starts at some bar. Rows that are read together have like lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from miaobi.errors import InputError
from miaobi.train.data.music import vocabulary as v
from miaobi.train.data.music.dataset import Tunes
from miaobi.train.data.music.tokens import FACTS
from miaobi.train.music.grammar import CONDITIONS
from miaobi.train.music.writing import PREFIX, bar_starts, window_prefix
from miaobi.train.task import uniform_at

IGNORED: Final = -100
"""The target of a place that the loss leaves out; PyTorch's own choice."""

_SORTED_TOGETHER: Final = 512
_ALIKE: Final = 16


class Examples:
    """The training series.

    dropout    the mean share of conditions that are left open: each example draws its own between 0 and twice that
    transpose  put each tune on a keynote drawn for it
    """

    def __init__(self, tunes: Tunes, context: int, seed: int, *, dropout: float, transpose: bool) -> None:
        self._tunes, self._context, self._seed = tunes, context, seed
        self._dropout, self._transpose = dropout, transpose
        self._lengths = np.minimum(tunes.lengths, context).tobytes()
        if context < PREFIX + 2:
            raise InputError(f"A context of {context} tokens has no room for a bar.", hint="Set context=512.")

    def at(self, position: int, size: int) -> tuple[Tensor, Tensor]:
        """Inputs and targets, each size T, of examples `position` to `position + size`."""
        drawn = uniform_at(self._seed, position, (size, 3 + CONDITIONS)).double().numpy()
        rows = [self._row(position + number, drawn[number]) for number in range(size)]
        return padded(rows)

    def _row(self, place: int, drawn: NDArray[np.float64]) -> list[int]:
        count = len(self._tunes)
        number = _round(self._seed, place // count, self._lengths)[place % count]
        tune: list[int] = self._tunes[int(number)].tolist()
        if self._transpose:
            tune[0] = v.TONICS[int(drawn[0] * len(v.TONICS))]
        begin = self._begin(tune, drawn[1])
        is_open = drawn[3:] < min(1.0, 2 * self._dropout * drawn[2])
        conditions = [v.OPEN if left else token for left, token in zip(is_open, conditions_of(tune), strict=True)]
        row = [*window_prefix(conditions, tune, begin), *tune[begin:]]
        return row[: self._context + 1]

    def _begin(self, tune: list[int], drawn: float) -> int:
        """Where the part of a tune that is shown begins: after the facts, or for a long one at a bar."""
        if len(tune) + CONDITIONS + 1 <= self._context + 1:
            return FACTS
        room = self._context + 1 - PREFIX
        last = len(tune) - room // 2
        starts = [FACTS, *(at for at in bar_starts(tune) if at <= last)]
        return starts[int(drawn * len(starts))]


def conditions_of(tune: Sequence[int]) -> list[int]:
    """Everything about a tune asked for: its facts and its number of bars."""
    first_bar = next(token for token in tune if token in v.BARS)
    return [*tune[:FACTS], first_bar]


def held_out(tunes: Tunes, context: int, limit: int | None) -> list[tuple[Tensor, Tensor]]:
    """Batches of inputs and targets: at most `limit` tunes, evenly spread and always the same, asked for nothing.

    Of a tune longer than the context the beginning.
    """
    count = len(tunes)
    chosen = np.arange(count) if limit is None or count <= limit else np.linspace(0, count - 1, limit).astype(int)
    by_length = sorted(chosen.tolist(), key=lambda number: int(tunes.lengths[number]))
    nothing = [v.OPEN] * CONDITIONS
    rows = [[v.START, *nothing, *tunes[number].tolist()][: context + 1] for number in by_length]
    return [padded(rows[at : at + _ALIKE]) for at in range(0, len(rows), _ALIKE)]


def padded(rows: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    """Inputs and targets, each N T, of sequences that begin with START; conditions and padding are no targets."""
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), v.PAD, dtype=torch.int64)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row)
    targets = ids[:, 1:].clone()
    targets[:, :CONDITIONS] = IGNORED
    targets[targets == v.PAD] = IGNORED
    return ids[:, :-1], targets


@lru_cache(maxsize=4)
def _round(seed: int, number: int, lengths: bytes) -> NDArray[np.int64]:
    """The order of one round: shuffled, then neighbours exchanged so that 16 in a row are of like length."""
    sizes = np.frombuffer(lengths, dtype=np.int64)
    random = np.random.default_rng((seed, number))
    order = random.permutation(len(sizes))
    parts: list[NDArray[np.int64]] = []
    for at in range(0, len(order), _SORTED_TOGETHER):
        block = order[at : at + _SORTED_TOGETHER]
        block = block[np.argsort(sizes[block], kind="stable")]
        groups = [block[start : start + _ALIKE] for start in range(0, len(block), _ALIKE)]
        parts += [groups[place] for place in random.permutation(len(groups))]
    return np.concatenate(parts)
