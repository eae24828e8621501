"""Lines or sentences cut from a token stream, in a shuffled order that is a function of seed and position alone.

A line ends where a document does and after a token with a line break; a sentence also after one with a full stop or
another mark of the kind (one that a byte-pair tokeniser spells in several tokens is not seen). What is longer than
asked, or shorter, is left out: half a sentence teaches nothing. A token may be both the end of a line and its break, as
byte pairs like ".\\n" are, so texts of lines are stripped where they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor

from miaobi.errors import InputError

Tokens = npt.NDArray[Any]
Cut = Literal["line", "sentence"]

_MARKS = "。！？!?….;；"
_SHORTEST = 2
_CHUNK = 1 << 22


class Lines:
    """The lines of a split, each of 2 to `longest` tokens."""

    def __init__(self, tokens: Tokens, tokenizer: Tokenizer, end_id: int, *, cut: Cut, longest: int, seed: int) -> None:
        self._tokens, self._end_id, self._seed = tokens, end_id, seed
        starts, ends = _cut(tokens, tokenizer, end_id, cut)
        lengths = ends - starts
        fits = (lengths >= _SHORTEST) & (lengths <= longest)
        self._starts, self._ends = starts[fits], ends[fits]
        self.left_out = int((lengths > longest).sum())
        self.mean_length = float(lengths[fits].mean()) if fits.any() else 0.0
        if not len(self._starts):
            raise InputError(
                f"No {cut} of the text has {_SHORTEST} to {longest} tokens.",
                hint="Train with a larger --set context, or with --set cut=sentence, or collect other text.",
            )

    def __len__(self) -> int:
        return len(self._starts)

    def at(self, position: int, size: int) -> tuple[Tensor, Tensor]:
        """Examples `position` to `position + size` of the shuffled series, as `padded` gives them."""
        count = len(self)
        places = range(position, position + size)
        return self.padded([int(_order(self._seed, p // count, count)[p % count]) for p in places])

    def some(self, limit: int | None) -> tuple[Tensor, Tensor]:
        """At most so many, evenly spread and always the same; all of them for None."""
        count = len(self)
        chosen = range(count) if limit is None or count <= limit else np.linspace(0, count - 1, limit).astype(int)
        return self.padded([int(place) for place in chosen])

    def padded(self, numbers: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Lines by number: ids B T, each followed by the end token up to T, and their lengths B."""
        lines = [self._tokens[self._starts[number] : self._ends[number]] for number in numbers]
        return pad([line.tolist() for line in lines], self._end_id)


def pad(lines: Sequence[Sequence[int]], end_id: int) -> tuple[Tensor, Tensor]:
    """Lines as ids B T, filled up with the end token, and their lengths B."""
    lengths = torch.tensor([len(line) for line in lines])
    ids = torch.full((len(lines), int(lengths.max())), end_id)
    for row, line in zip(ids, lines, strict=True):
        row[: len(line)] = torch.tensor(line)
    return ids, lengths


def _cut(tokens: Tokens, tokenizer: Tokenizer, end_id: int, cut: Cut) -> tuple[Tokens, Tokens]:
    """Where lines start and end, white space at their ends not counted."""
    size = tokenizer.get_vocab_size()
    texts = [tokenizer.decode([token]) for token in range(size)]
    marks = "\n" + (_MARKS if cut == "sentence" else "")
    ends_here = np.array([any(mark in text for mark in marks) for text in texts])
    ends_here[end_id] = True
    is_space = np.array([text.isspace() for text in texts])
    is_space[end_id] = True
    after = np.concatenate([_places(ends_here, tokens, at) for at in range(0, len(tokens), _CHUNK)]) + 1
    starts = np.concatenate(([0], after))
    ends = np.concatenate((after, [len(tokens)]))
    while (moves := (ends > starts) & is_space[tokens[np.maximum(ends, 1) - 1]]).any():
        ends = ends - moves
    while (moves := (ends > starts) & is_space[tokens[np.minimum(starts, len(tokens) - 1)]]).any():
        starts = starts + moves
    return starts, ends


def _places(table: npt.NDArray[np.bool_], tokens: Tokens, at: int) -> npt.NDArray[np.int64]:
    """Places of one part of the tokens, from `at` on, for which the table says yes."""
    places: npt.NDArray[np.int64] = np.flatnonzero(table[tokens[at : at + _CHUNK]]) + at
    return places


@lru_cache(maxsize=4)
def _order(seed: int, number: int, count: int) -> npt.NDArray[np.int64]:
    """The order of one round."""
    return np.random.default_rng((seed, number)).permutation(count)
