"""`MusicDataset`: a finished data set of tunes, opened for training.

data = MusicDataset.open(home / "lab" / "data" / "tunes")
data.tunes("train")[0]          token ids of the first tune: facts, bars, END
decode(data.tunes("train")[0].tolist())   the same as a Tune
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, overload

import numpy as np
from numpy.typing import NDArray

from miaobi.train.catalog import DataKind
from miaobi.train.data.card import SPLITS, Split, token_file
from miaobi.train.data.dataset import damage, read_card
from miaobi.train.data.digest import digest_files
from miaobi.train.data.music.card import MusicCard
from miaobi.train.data.music.vocabulary import END, VOCABULARY_NAME, is_vocabulary
from miaobi.train.data.music.write import TOKEN_TYPE

LEARNT_FROM: Final = (*(token_file(split) for split in SPLITS), VOCABULARY_NAME)

Tokens = NDArray[np.uint16]


class Tunes(Sequence[Tokens]):
    """The tunes of a split, over their file: read where they are looked at. Each ends with END."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        ends = np.flatnonzero(tokens == END) + 1
        self._borders = np.concatenate(([0], ends))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many tokens each has."""
        return np.diff(self._borders)

    def __len__(self) -> int:
        return len(self._borders) - 1

    @overload
    def __getitem__(self, number: int) -> Tokens: ...
    @overload
    def __getitem__(self, number: slice) -> list[Tokens]: ...
    def __getitem__(self, number: int | slice) -> Tokens | list[Tokens]:
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        place = number % len(self)
        return self._tokens[self._borders[place] : self._borders[place + 1]]


@dataclass(frozen=True)
class MusicDataset:
    """A data set of music on disk that is whole."""

    folder: Path
    card: MusicCard

    kind: ClassVar[DataKind] = "music"
    copied: ClassVar[tuple[str, ...]] = (VOCABULARY_NAME,)

    @property
    def digest(self) -> str:
        """Of the tokens and the vocabulary."""
        return self.card.digest

    @classmethod
    def open(cls, folder: Path) -> MusicDataset:
        """The data set in `folder`. InputError when there is none, StoreError when it is not as its card says."""
        data = cls(folder, read_card(folder, MusicCard))
        for split in SPLITS:
            data._check_tokens(split)
        if not (folder / VOCABULARY_NAME).is_file():
            raise damage(folder, f"{VOCABULARY_NAME} is missing")
        if digest_files(folder, LEARNT_FROM) != data.card.digest:
            raise damage(folder, "its files are not those that the card was written for")
        if not is_vocabulary(folder / VOCABULARY_NAME):
            raise damage(folder, f"{VOCABULARY_NAME} is that of another version")
        return data

    def tunes(self, split: Split) -> Tunes:
        """The tunes of a split."""
        return Tunes(np.memmap(self.folder / token_file(split), dtype=TOKEN_TYPE, mode="r"))

    def _check_tokens(self, split: Split) -> None:
        path = self.folder / token_file(split)
        if split not in self.card.splits or not path.is_file():
            raise damage(self.folder, f"{path.name} is missing")
        wanted = self.card.splits[split].tokens * TOKEN_TYPE.itemsize
        if path.stat().st_size != wanted or not wanted:
            raise damage(self.folder, f"{path.name} has {path.stat().st_size} bytes, not the {wanted} its card says")
