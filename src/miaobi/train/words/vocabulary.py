"""The words of a data set, and its text as numbers of words. No PyTorch here."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import InputError, UnknownNameError
from miaobi.train.data.words import units, words_for_counting
from miaobi.train.folder import read_json

if TYPE_CHECKING:
    from miaobi.train.data.card import Split
    from miaobi.train.data.dataset import TextDataset

Unit = Literal["word", "character"]
"""word: Chinese cut by jieba's dictionary; character: every Han character for itself. Other scripts are the same in
both: folded to small letters and cut at spaces and marks."""

_CUTTERS: Final[dict[Unit, Callable[[str], list[str]]]] = {"word": words_for_counting, "character": units}
_FORMAT: Final = "miaobi-words/1"


class Vocabulary:
    """Words by number, the most frequent first, each with how often it occurs in the training part."""

    def __init__(self, words: Sequence[str], counts: NDArray[np.int64], unit: Unit) -> None:
        self.words, self.counts, self.unit = tuple(words), counts, unit

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words)}

    def find(self, word: str) -> int:
        """The number of a word, however its letters are written. UnknownNameError with the nearest spelling."""
        folded = unicodedata.normalize("NFKC", word.strip()).casefold().replace("’", "'")
        if folded not in self.numbers:
            close = get_close_matches(folded, self.words, n=3)
            hint = f"Did you mean {', '.join(close)}?" if close else f"It knows {len(self)} words."
            if self.unit == "character" and len(parts := [part for part in folded if part in self.numbers]) > 1:
                hint = f"These vectors are of characters: ask for {' or '.join(parts)}."
            raise UnknownNameError(f"The word {word!r} has no vector: it is not in the text, or too rare.", hint=hint)
        return self.numbers[folded]

    def to_json(self) -> bytes:
        """What `read_vocabulary` reads."""
        pairs = [[word, int(count)] for word, count in zip(self.words, self.counts, strict=True)]
        value = {"format": _FORMAT, "unit": self.unit, "words": pairs}
        return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary in a file. InputError when it is none of ours."""
    value = read_json(path)
    try:
        if value["format"] != _FORMAT:
            raise ValueError(f"its format is {value['format']!r}")
        words = [str(word) for word, _ in value["words"]]
        counts = np.array([count for _, count in value["words"]], dtype=np.int64)
        return Vocabulary(words, counts, value["unit"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} is not a list of words of the lab ({error}).", hint="Restore it, or train the model again."
        ) from error


class Corpus(NamedTuple):
    """Text as numbers of words, and which document each is in. Words beyond the vocabulary are left out."""

    words: NDArray[np.int32]
    documents: NDArray[np.int32]


def read_corpus(data: TextDataset, unit: Unit, rarest: int, most: int) -> tuple[Vocabulary, Corpus, Corpus]:
    """The vocabulary and the training and validation parts.

    A word has to occur `rarest` times in the training part; of those, the `most` frequent are kept. Takes 8 bytes of
    memory for each word of text. InputError when fewer than two words are left.
    """
    seen: dict[str, int] = {}
    train = _numbered(data, "train", unit, lambda word: seen.setdefault(word, len(seen)))
    counts = np.bincount(train.words, minlength=len(seen))
    order = np.argsort(-counts, kind="stable")[:most]
    order = order[counts[order] >= rarest]
    if len(order) < 2:
        raise InputError(
            f"The training part of {data.folder.name} has {len(order)} words that occur {rarest} times or more.",
            hint="Collect more text, or train with a smaller --set min_count.",
        )
    spellings = list(seen)
    vocabulary = Vocabulary([spellings[old] for old in order], counts[order], unit)
    new = np.full(len(seen), -1, dtype=np.int32)
    new[order] = np.arange(len(order), dtype=np.int32)
    validation = _numbered(data, "validation", unit, lambda word: vocabulary.numbers.get(word, -1))
    return vocabulary, _without_gaps(Corpus(new[train.words], train.documents)), _without_gaps(validation)


def _numbered(data: TextDataset, split: Split, unit: Unit, number: Callable[[str], int]) -> Corpus:
    cut, parts, lengths = _CUTTERS[unit], [], []
    for text in _documents(data, split):
        parts.append(np.array([number(word) for word in cut(text)], dtype=np.int32))
        lengths.append(len(parts[-1]))
    words = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
    return Corpus(words, np.repeat(np.arange(len(lengths), dtype=np.int32), lengths))


def _documents(data: TextDataset, split: Split) -> Iterator[str]:
    """The text of each document; characters that the tokeniser lacks are missing."""
    tokens, begin = data.tokens(split), 0
    for end in np.flatnonzero(tokens == data.end_id):
        yield data.tokenizer.decode(tokens[begin:end].tolist())
        begin = int(end) + 1


def _without_gaps(corpus: Corpus) -> Corpus:
    known = corpus.words >= 0
    return Corpus(corpus.words[known], corpus.documents[known])
