"""What a person asks of a data set, checked before anything is read: `DataWish` of any, `TextWish` of one of text."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import Field, field_validator, model_validator

from miaobi.base.value import Value

_NAME: Final = re.compile(r"[^\W_][\w.-]*")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_MOST_NAME_BYTES: Final = 60
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]+)*", re.IGNORECASE)


class DataWish(Value):
    """The settings that every data set has.

    name             its folder below <home>/lab/data
    validation       share of the documents that training never sees
    licence, origin  of the material, for the card
    drop_duplicates  keep one of documents that are nearly the same
    seed             another seed gives another split
    """

    name: str
    validation: float = Field(default=0.1, ge=0.001, le=0.5)
    licence: str = Field(default="", max_length=200)
    origin: str = Field(default="", max_length=1000)
    drop_duplicates: bool = True
    seed: int = Field(default=0, ge=0, lt=2**63)

    @field_validator("name")
    @classmethod
    def _safe_name(cls, name: str) -> str:
        if not _NAME.fullmatch(name) or name.endswith(".") or _RESERVED.fullmatch(name):
            raise ValueError("a name starts with a letter or digit and has letters, digits, '-', '_' and '.' only")
        if len(name.encode()) > _MOST_NAME_BYTES:
            raise ValueError(f"a name has at most {_MOST_NAME_BYTES} bytes")
        return name


class TextWish(DataWish):
    """The settings of a data set of text.

    language    keep documents in this language only (BCP 47); "" keeps all
    tokenizer   char: a token per character; bpe: byte pairs
    vocabulary  the most tokens there may be
    rarest      char: a character is a token when the training split has it at least this often
    split       document: a hash decides for each document; order: the end of the material is for validation
    shortest    fewest characters of a document
    longest     most characters of a document; None for no limit
    """

    language: str = ""
    tokenizer: Literal["char", "bpe"] = "char"
    vocabulary: int = Field(default=8000, ge=300, le=200_000)
    rarest: int = Field(default=2, ge=1, le=1_000_000)
    split: Literal["document", "order"] = "document"
    shortest: int = Field(default=1, ge=1)
    longest: int | None = Field(default=None, ge=1)

    @field_validator("language")
    @classmethod
    def _known_shape(cls, language: str) -> str:
        if language and not _LANGUAGE.fullmatch(language):
            raise ValueError("a language is a code such as en or zh")
        return language.lower()

    @model_validator(mode="after")
    def _has_room(self) -> TextWish:
        if self.longest is not None and self.longest < self.shortest:
            raise ValueError(f"longest ({self.longest}) is less than shortest ({self.shortest})")
        return self
