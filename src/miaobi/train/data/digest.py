"""The digest of a data set: equal digests mean that a model learns from the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from miaobi.train.data.card import SPLITS, TOKENIZER_NAME, token_file

_CHUNK: Final = 1 << 20


def digest_tokens(folder: Path) -> str:
    """The digest of a data set of text: of the token files and the tokeniser."""
    return digest_files(folder, (*(token_file(split) for split in SPLITS), TOKENIZER_NAME))


def digest_files(folder: Path, names: Iterable[str]) -> str:
    """ "sha256:" and the hex SHA-256 over these files, each with its name and length first."""
    sha = hashlib.sha256()
    for name in names:
        path = folder / name
        sha.update(f"{name} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                sha.update(chunk)
    return "sha256:" + sha.hexdigest()
