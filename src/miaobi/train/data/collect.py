"""`Collection`: from files to a data set, in four passes that hold one document at a time.

read      every file through its reader; clean, judge, put into a spool on disk with a signature
compare   near-duplicates by their signatures; the split of each document
learn     the tokeniser, from the training split
write     the tokens, the list of documents and the card
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from miaobi.base.progress import report_progress
from miaobi.errors import DiskError
from miaobi.train.data.card import TOKENIZER_NAME, DataCard, TokenizerCard, write_card
from miaobi.train.data.card_page import write_page
from miaobi.train.data.digest import digest_tokens
from miaobi.train.data.gather import Gathering, Tally
from miaobi.train.data.material import SUFFIXES, check_material, find_files
from miaobi.train.data.near_duplicates import group
from miaobi.train.data.order import Order
from miaobi.train.data.reading import CUT_CHARACTERS
from miaobi.train.data.split import choose_last, choose_validation
from miaobi.train.data.spool import Spool, SpoolWriter
from miaobi.train.data.statistics import Statistics
from miaobi.train.data.tokenizer import make_tokenizer
from miaobi.train.data.wish import TextWish
from miaobi.train.data.write import Choice, TokenWriter

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SPOOL_NAME: Final = ".spool"
_NEEDED_PER_BYTE: Final = 4
_NEEDED_BYTES: Final = 16 << 20
_MOST_16_BIT: Final = 1 << 16


class Collection:
    """Makes one data set of text. `steps` are to be called in order, once."""

    def __init__(self, wish: TextWish, order: Order) -> None:
        self._wish = wish
        self._places = check_material(order.material, SUFFIXES, "text")
        self._folder = order.folder
        self._day = order.day
        self._tell_language = order.tell_language
        self._tally: Tally
        self._spool: Spool
        self._choice: Choice
        self._tokenizer: Tokenizer
        self._seen = 0
        self.card: DataCard

    @property
    def steps(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What is done, in words, and the call that does it."""
        return (
            ("reading the material", self._read),
            ("looking for near-duplicates", self._compare),
            ("making the tokeniser", self._learn),
            ("writing the tokens", self._write),
        )

    def _read(self) -> None:
        self._demand_space()
        writer = SpoolWriter(self._folder / _SPOOL_NAME)
        try:
            self._tally = Gathering(self._wish, writer, self._tell_language).read(self._places)
        finally:
            writer.close()
        self._spool = Spool(self._folder / _SPOOL_NAME)

    def _compare(self) -> None:
        leaders = group(self._spool.signatures)
        numbers = np.arange(len(leaders), dtype=np.int64)
        kept = numbers[leaders == numbers] if self._wish.drop_duplicates else numbers
        if len(kept) < len(numbers):
            self._tally.dropped["duplicate"] = len(numbers) - len(kept)
        self._choice = Choice(kept, self._for_validation(leaders), leaders)

    def _for_validation(self, leaders: NDArray[np.int64]) -> NDArray[np.bool_]:
        wish = self._wish
        if wish.split == "order":
            return choose_last(leaders, wish.validation)
        return choose_validation(self._spool.records["id"], leaders, wish.validation, wish.seed)

    def _learn(self) -> None:
        wish = self._wish
        self._tokenizer, self._seen = make_tokenizer(
            wish.tokenizer, self._training_texts(), wish.vocabulary, wish.rarest
        )
        self._tokenizer.save(str(self._folder / TOKENIZER_NAME))

    def _write(self) -> None:
        statistics = Statistics()
        token_bytes: Literal[2, 4] = 2 if self._tokenizer.get_vocab_size() <= _MOST_16_BIT else 4
        writer = TokenWriter(self._folder, self._tokenizer, token_bytes, statistics)
        writer.write(self._spool, self._choice)
        self.card = self._describe(writer, statistics, token_bytes)
        write_card(self._folder, self.card)
        write_page(self._folder, self.card)
        del self._spool
        shutil.rmtree(self._folder / _SPOOL_NAME)

    def _training_texts(self) -> Iterator[str]:
        total = len(self._choice.kept)
        for number, document in self._spool.documents(self._choice.of_split("train")):
            yield document.text
            if number % 64 == 0:
                report_progress(number, total, "documents")

    def _demand_space(self) -> None:
        material = sum(found.size_bytes for found in find_files(self._places) if found.is_readable)
        needed = _NEEDED_PER_BYTE * material + _NEEDED_BYTES
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise DiskError(
                f"The data set may need {needed >> 20:,} MB while it is made, and {self._folder.parent} has "
                f"{free >> 20:,} MB free.",
                hint="Free some space, or set MIAOBI_HOME to a folder on a larger disk.",
            )

    def _describe(self, writer: TokenWriter, statistics: Statistics, token_bytes: Literal[2, 4]) -> DataCard:
        wish, tally = self._wish, self._tally
        sources = (
            writer.source(number, place.name, wish.origin, wish.licence) for number, place in enumerate(self._places)
        )
        return DataCard(
            name=wish.name,
            made_on=self._day,
            language=wish.language,
            languages=dict(tally.languages.most_common()),
            sources=tuple(sources),
            kept=len(self._choice.kept),
            dropped=dict(tally.dropped),
            other_files=tally.other_files,
            unreadable_total=tally.unreadable_total,
            unreadable=tuple(tally.unreadable),
            cut_files=tally.cut_files,
            cut_characters=CUT_CHARACTERS,
            sentences=statistics.sentences,
            tokenizer=TokenizerCard(
                kind=wish.tokenizer, vocabulary=self._tokenizer.get_vocab_size(), seen_characters=self._seen
            ),
            token_bytes=token_bytes,
            splits=writer.splits,
            validation_share=wish.validation,
            split_by=wish.split,
            seed=wish.seed,
            lengths=statistics.lengths,
            frequent_words=statistics.frequent_words,
            sample=statistics.sample,
            digest=digest_tokens(self._folder),
        )
