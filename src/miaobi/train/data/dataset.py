"""`TextDataset`: a finished data set, opened for training.

data = TextDataset.open(home / "lab" / "data" / "shakespeare")
data.tokens("train")            np.memmap of uint16 or uint32; documents end with data.end_id
data.tokenizer.encode("To be").ids
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from miaobi.errors import InputError, StoreError
from miaobi.train.catalog import DataKind
from miaobi.train.data.card import CARD_NAME, SPLITS, TOKENIZER_NAME, DataCard, Split, token_file
from miaobi.train.data.digest import digest_tokens
from miaobi.train.data.tokenizer import END_ID, load_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer


Card = TypeVar("Card", bound=BaseModel)


@dataclass(frozen=True)
class TextDataset:
    """A data set of text on disk that is whole."""

    folder: Path
    card: DataCard

    kind: ClassVar[DataKind] = "text"
    copied: ClassVar[tuple[str, ...]] = (TOKENIZER_NAME,)

    @property
    def digest(self) -> str:
        """Of the tokens and the tokeniser."""
        return self.card.digest

    @classmethod
    def open(cls, folder: Path) -> TextDataset:
        """The data set in `folder`. InputError when there is none, StoreError when it is not as its card says."""
        data = cls(folder, read_card(folder, DataCard))
        for split in SPLITS:
            data._check_tokens(split)
        if not (folder / TOKENIZER_NAME).is_file():
            raise data._damage(f"{TOKENIZER_NAME} is missing")
        if digest_tokens(folder) != data.card.digest:
            raise data._damage("its files are not those that the card was written for")
        if data.tokenizer.get_vocab_size() != data.card.tokenizer.vocabulary:
            raise data._damage(f"{TOKENIZER_NAME} has another vocabulary than the card says")
        return data

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokeniser: `encode(text).ids`, `decode(ids)`."""
        return load_tokenizer(self.folder / TOKENIZER_NAME)

    @property
    def end_id(self) -> int:
        """The token that ends each document."""
        return END_ID

    def tokens(self, split: Split) -> NDArray[np.uint16] | NDArray[np.uint32]:
        """All token ids of a split, as an array over its file: read where it is looked at, never whole."""
        return np.memmap(self.folder / token_file(split), dtype=f"<u{self.card.token_bytes}", mode="r")

    def _check_tokens(self, split: Split) -> None:
        path = self.folder / token_file(split)
        if split not in self.card.splits or not path.is_file():
            raise self._damage(f"{path.name} is missing")
        wanted = self.card.splits[split].tokens * self.card.token_bytes
        if path.stat().st_size != wanted or not wanted:
            raise self._damage(f"{path.name} has {path.stat().st_size} bytes, not the {wanted} its card says")

    def _damage(self, what: str) -> StoreError:
        return damage(self.folder, what)


def read_card(folder: Path, card: type[Card]) -> Card:
    """The card of the data set in `folder`. InputError when there is none, StoreError when it cannot be read."""
    path = folder / CARD_NAME
    if not path.is_file():
        raise InputError(f"There is no data set at {folder}.", hint="Make one: miaobi data MATERIAL --name NAME.")
    try:
        return card.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise damage(folder, f"{CARD_NAME} cannot be read ({place}: {first['msg'].lower()})") from error


def damage(folder: Path, what: str) -> StoreError:
    """The error for a data set that is not as its card says."""
    return StoreError(
        f"The data set {folder.name} is damaged: {what}.", hint="Make it again with --replace, or restore its folder."
    )
