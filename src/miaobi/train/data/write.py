"""Writing the tokens of the kept documents, and counting what goes where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, TextIO

import numpy as np
from numpy.typing import NDArray

from miaobi.base.progress import report_progress
from miaobi.train.data.card import DOCUMENTS_NAME, SPLITS, Source, Split, SplitCard, token_file
from miaobi.train.data.spool import Document, Spool
from miaobi.train.data.statistics import Statistics
from miaobi.train.data.tokenizer import END_ID, UNKNOWN_ID

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BATCH_DOCUMENTS: Final = 64


@dataclass(frozen=True)
class Choice:
    """Which documents are kept, where each goes, and the first one that each is nearly the same as."""

    kept: NDArray[np.int64]
    is_validation: NDArray[np.bool_]
    leaders: NDArray[np.int64]

    def split(self, number: int) -> Split:
        """The split of a document."""
        return "validation" if self.is_validation[number] else "train"

    def of_split(self, split: Split) -> Iterator[int]:
        """The numbers of a split's documents, in order."""
        return (int(number) for number in self.kept if self.split(number) == split)


class TokenWriter:
    """Writes token files and documents.jsonl into a folder; afterwards `splits` and `sources` tell the counts."""

    def __init__(self, folder: Path, tokenizer: Tokenizer, token_bytes: Literal[2, 4], statistics: Statistics) -> None:
        self._folder = folder
        self._tokenizer = tokenizer
        self._dtype = np.dtype(f"<u{token_bytes}")
        self._statistics = statistics
        self._counts = {split: [0, 0, 0, 0] for split in SPLITS}
        self._sources: dict[int, list[int]] = {}
        self._last_file = -1

    def write(self, spool: Spool, choice: Choice) -> None:
        """Every kept document, in the order of reading."""
        documents = spool.documents(int(number) for number in choice.kept)
        with (
            (self._folder / token_file("train")).open("wb") as train,
            (self._folder / token_file("validation")).open("wb") as validation,
            (self._folder / DOCUMENTS_NAME).open("w", encoding="utf-8") as listing,
        ):
            files: dict[Split, BinaryIO] = {"train": train, "validation": validation}
            done = 0
            while batch := list(islice(documents, _BATCH_DOCUMENTS)):
                encoded = self._tokenizer.encode_batch_fast([document.text for _, document in batch])
                for (number, document), tokens in zip(batch, encoded, strict=True):
                    ids = np.array([*tokens.ids, END_ID], dtype=self._dtype)
                    split = choice.split(number)
                    files[split].write(ids.tobytes())
                    self._count(document, split, ids)
                    _list(listing, document, _name(document, number, choice), split, len(ids))
                done += len(batch)
                report_progress(done, len(choice.kept), "documents")

    @property
    def splits(self) -> dict[Split, SplitCard]:
        """The counts of each split."""
        names = ("documents", "characters", "tokens", "unknown")
        return {split: SplitCard(**dict(zip(names, self._counts[split], strict=True))) for split in SPLITS}

    def source(self, number: int, name: str, origin: str, licence: str) -> Source:
        """The card of a source of the material, with what was kept of it."""
        files, documents, characters = self._sources.get(number, [0, 0, 0])
        return Source(
            name=name, origin=origin, licence=licence, files=files, documents=documents, characters=characters
        )

    def _count(self, document: Document, split: Split, ids: NDArray[np.uint32]) -> None:
        characters = len(document.text)
        unknown = int(np.count_nonzero(ids == UNKNOWN_ID))
        for place, more in enumerate((1, characters, len(ids), unknown)):
            self._counts[split][place] += more
        is_new_file = document.file != self._last_file
        self._last_file = document.file
        counts = self._sources.setdefault(document.source, [0, 0, 0])
        for place, more in enumerate((int(is_new_file), 1, characters)):
            counts[place] += more
        self._statistics.see(document.text, document.id, len(ids))


def _name(document: Document, number: int, choice: Choice) -> str:
    """The id of a document: of its text alone, and of its number too when another one like it is kept."""
    name = f"{document.id:016x}"
    return name if choice.leaders[number] == number else f"{name}-{number}"


def _list(listing: TextIO, document: Document, name: str, split: Split, tokens: int) -> None:
    record = {
        "id": name,
        "source": document.name,
        "split": split,
        "characters": len(document.text),
        "tokens": tokens,
    }
    listing.write(json.dumps(record, ensure_ascii=False) + "\n")
