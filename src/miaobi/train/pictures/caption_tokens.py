"""Captions as numbers: words that the data has, letters for all others.

A word of the data is one token. Any other is spelled, so that every caption can be read, and letters that the data does
not have are passed over; each Han character is a token of its own. While training, known words are spelled now and then
too (after Provilkov et al., 2020), because letters that are never read are never learned. The empty caption is the
token START alone: what guidance compares with. No PyTorch here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

PADDING: Final = 0
START: Final = 1
_SPECIAL: Final = 2
_MOST_ENTRIES: Final = 8192
_PIECE: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_]+|[^\w\s]|_")


class CaptionTokens:
    """The vocabulary: `entries` are letters and words, by number less the special tokens."""

    def __init__(self, entries: Sequence[str], length: int) -> None:
        self.entries, self.length = tuple(entries), length
        self._numbers = {entry: number for number, entry in enumerate(self.entries, _SPECIAL)}

    @classmethod
    def of(cls, captions: Iterable[str], length: int) -> CaptionTokens:
        """The letters and words of these captions, at most 8,192 of them; the most frequent words."""
        words = Counter(piece for caption in captions for piece in _pieces(caption))
        letters = Counter[str]()
        for word, count in words.items():
            letters.update(dict.fromkeys(set(word), count))
        known = [*_by_frequency(letters), *(word for word in _by_frequency(words) if len(word) > 1)]
        return cls(known[:_MOST_ENTRIES], length)

    def __len__(self) -> int:
        return len(self.entries) + _SPECIAL

    def ids(self, captions: Sequence[str], spelled: Sequence[bool] | None = None) -> NDArray[np.int64]:
        """Token numbers N L: START, then the words as far as there is room, then padding.

        spelled  for each caption, whether words are spelled that are known
        """
        spelled = spelled or [False] * len(captions)
        rows = np.full((len(captions), self.length), PADDING)
        for row, caption, spell in zip(rows, captions, spelled, strict=True):
            numbers = [START, *self._numbers_of(caption, spell)][: self.length]
            row[: len(numbers)] = numbers
        return rows

    def _numbers_of(self, caption: str, spell: bool) -> Iterator[int]:
        for word in _pieces(caption):
            if word in self._numbers and not spell:
                yield self._numbers[word]
            else:
                yield from (self._numbers[letter] for letter in word if letter in self._numbers)


def _pieces(caption: str) -> list[str]:
    return _PIECE.findall(caption.lower())


def _by_frequency(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda key: (-counts[key], key))
