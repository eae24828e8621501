"""The documents on disk while a data set is made: texts one after the other, a fixed record each, and signatures.

What is read once, cleaned and kept waits here for the passes that follow, so that memory holds one document at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from miaobi.train.data.near_duplicates import HASHES, Signature

_RECORD: Final = np.dtype(
    [
        ("offset", "<u8"),
        ("name_bytes", "<u4"),
        ("text_bytes", "<u4"),
        ("characters", "<u4"),
        ("source", "<u4"),
        ("file", "<u4"),
        ("id", "<u8"),
    ]
)


@dataclass(frozen=True)
class Document:
    """One document. `file` is its file's number in the order of reading, `id` the head of its text's SHA-256."""

    text: str
    name: str
    source: int
    file: int
    id: int


class SpoolWriter:
    """Takes documents."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._texts = (folder / "texts").open("wb")
        self._records = (folder / "records").open("wb")
        self._signatures = (folder / "signatures").open("wb")
        self._offset = 0
        self.documents = 0

    def add(self, document: Document, signature: Signature) -> int:
        """Keep a document; the bytes of its text."""
        name, text = document.name.encode(), document.text.encode()
        record = (
            self._offset, len(name), len(text), len(document.text), document.source, document.file, document.id
        )  # fmt: skip
        self._texts.write(name + text)
        self._records.write(np.array([record], dtype=_RECORD).tobytes())
        self._signatures.write(signature.astype("<u4").tobytes())
        self._offset += len(name) + len(text)
        self.documents += 1
        return len(text)

    def close(self) -> None:
        """Finish the files."""
        for file in (self._texts, self._records, self._signatures):
            file.close()


class Spool:
    """Gives them back. `records` and `signatures` are files seen as arrays."""

    def __init__(self, folder: Path) -> None:
        self._texts = folder / "texts"
        self.records: NDArray[np.void] = _mapped(folder / "records", _RECORD)
        self.signatures: NDArray[np.uint32] = _mapped(folder / "signatures", np.dtype("<u4")).reshape(-1, HASHES)

    def documents(self, numbers: Iterable[int]) -> Iterator[tuple[int, Document]]:
        """(number, document) for these numbers, in the order given."""
        with self._texts.open("rb") as file:
            for number in numbers:
                record = self.records[number]
                file.seek(int(record["offset"]))
                name = file.read(int(record["name_bytes"])).decode()
                text = file.read(int(record["text_bytes"])).decode()
                yield number, Document(text, name, int(record["source"]), int(record["file"]), int(record["id"]))


def _mapped(path: Path, dtype: np.dtype[Any]) -> NDArray[Any]:
    if path.stat().st_size == 0:
        return np.empty(0, dtype)
    return np.memmap(path, dtype, mode="r")
