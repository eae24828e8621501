"""`DataCard`: what is in a data set, where it came from, and what was left out and why."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, Field

from miaobi.base.value import Value

CARD_NAME: Final = "card.json"
PAGE_NAME: Final = "card.md"
TOKENIZER_NAME: Final = "tokenizer.json"
DOCUMENTS_NAME: Final = "documents.jsonl"

Split = Literal["train", "validation"]
SPLITS: Final[tuple[Split, ...]] = ("train", "validation")

Drop = Literal["empty", "too short", "too long", "other language", "duplicate"]
"""Why a document that could be read is not in the data set."""


class Source(Value):
    """One file or folder as the person gave it. Files, documents and characters count what was kept."""

    name: str
    origin: str = ""
    licence: str = ""
    files: int = 0
    documents: int = 0
    characters: int = 0


class Trouble(Value):
    """A file, or a part of one, that could not be read."""

    file: str
    reason: str


class TokenizerCard(Value):
    """The tokeniser. It was made from the training split alone, from `seen_characters` of it."""

    kind: Literal["char", "bpe"]
    vocabulary: int
    seen_characters: int


class SplitCard(Value):
    """One split. `tokens` counts the end of each document; `unknown` are tokens that the vocabulary lacks."""

    documents: int
    characters: int
    tokens: int
    unknown: int


class LengthBin(Value):
    """How many documents have from `least` to `most` tokens."""

    least: int
    most: int
    documents: int


class DataCard(Value):
    """A data set, described. See docs/lab/data.md for every field."""

    format: Literal["miaobi-data/1"] = "miaobi-data/1"
    kind: Literal["text"] = "text"
    name: str
    made_on: str
    language: str = ""
    languages: dict[str, int]
    sources: tuple[Source, ...]
    kept: int
    dropped: dict[Drop, int]
    other_files: int = 0
    unreadable_total: int = 0
    unreadable: tuple[Trouble, ...] = ()
    cut_files: int = 0
    cut_characters: int
    sentences: int
    tokenizer: TokenizerCard
    token_bytes: Literal[2, 4]
    splits: dict[Split, SplitCard]
    validation_share: float
    split_by: Literal["document", "order"] = "document"
    seed: int
    lengths: tuple[LengthBin, ...]
    frequent_words: tuple[tuple[str, int], ...] = Field(max_length=100)
    sample: tuple[str, ...]
    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


def token_file(split: Split) -> str:
    """The name of a split's token file."""
    return f"{split}.bin"


def write_card(folder: Path, card: BaseModel) -> None:
    """Write the card into the folder, for programs."""
    (folder / CARD_NAME).write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
