"""`MusicCollection`: from files to a data set of tunes, in three passes that hold one piece at a time.

read     every file through its reader; its melody, judged, goes into a spool on disk with a signature
compare  near-duplicates by their signatures; the split of each tune
write    the tokens, the list of tunes and the card
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from miaobi.errors import DiskError
from miaobi.train.data.card import write_card
from miaobi.train.data.digest import digest_files
from miaobi.train.data.material import check_material
from miaobi.train.data.music.card import MusicCard
from miaobi.train.data.music.card_page import write_page
from miaobi.train.data.music.dataset import LEARNT_FROM
from miaobi.train.data.music.gather import SUFFIXES, Gathering, Tally, music_in
from miaobi.train.data.music.statistics import Statistics
from miaobi.train.data.music.vocabulary import NAMES, write_vocabulary
from miaobi.train.data.music.wish import MusicWish
from miaobi.train.data.music.write import TuneWriter
from miaobi.train.data.near_duplicates import group
from miaobi.train.data.order import Order
from miaobi.train.data.split import choose_last, choose_validation
from miaobi.train.data.spool import Spool, SpoolWriter
from miaobi.train.data.write import Choice

_SPOOL_NAME: Final = ".spool"
_NEEDED_PER_BYTE: Final = 4
_NEEDED_BYTES: Final = 16 << 20


class MusicCollection:
    """Makes one data set of music. `steps` are to be called in order, once."""

    def __init__(self, wish: MusicWish, order: Order) -> None:
        self._wish = wish
        self._places = check_material(order.material, SUFFIXES, "music")
        self._folder = order.folder
        self._day = order.day
        self._tally: Tally
        self._spool: Spool
        self._choice: Choice
        self.card: MusicCard

    @property
    def steps(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What is done, in words, and the call that does it."""
        return (
            ("reading the music", self._read),
            ("looking for near-duplicates", self._compare),
            ("writing the tunes", self._write),
        )

    def _read(self) -> None:
        self._demand_space()
        writer = SpoolWriter(self._folder / _SPOOL_NAME)
        try:
            self._tally = Gathering(self._wish, writer).read(self._places)
        finally:
            writer.close()
        self._spool = Spool(self._folder / _SPOOL_NAME)

    def _compare(self) -> None:
        wish, records = self._wish, self._spool.records
        leaders = group(self._spool.signatures)
        numbers = np.arange(len(leaders), dtype=np.int64)
        kept = numbers[leaders == numbers] if wish.drop_duplicates else numbers
        if len(kept) < len(numbers):
            self._tally.dropped["duplicate"] = len(numbers) - len(kept)
        together = join(leaders, records["file"])
        if wish.split == "order":
            is_validation = choose_last(together, wish.validation)
        else:
            is_validation = choose_validation(records["id"], together, wish.validation, wish.seed, noun="tune")
        self._choice = Choice(kept, is_validation, leaders)

    def _write(self) -> None:
        statistics = Statistics()
        write_vocabulary(self._folder)
        writer = TuneWriter(self._folder, statistics)
        writer.write(self._spool, self._choice)
        self.card = self._describe(writer, statistics)
        write_card(self._folder, self.card)
        write_page(self._folder, self.card)
        del self._spool
        shutil.rmtree(self._folder / _SPOOL_NAME)

    def _demand_space(self) -> None:
        material = sum(found.size_bytes for found in music_in(self._places))
        needed = _NEEDED_PER_BYTE * material + _NEEDED_BYTES
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise DiskError(
                f"The data set may need {needed >> 20:,} MB while it is made, and {self._folder.parent} has "
                f"{free >> 20:,} MB free.",
                hint="Free some space, or set MIAOBI_HOME to a folder on a larger disk.",
            )

    def _describe(self, writer: TuneWriter, statistics: Statistics) -> MusicCard:
        wish, tally = self._wish, self._tally
        sources = (
            writer.source(number, place.name, wish.origin, wish.licence) for number, place in enumerate(self._places)
        )
        return MusicCard(
            name=wish.name,
            made_on=self._day,
            sources=tuple(sources),
            voices=wish.voices,
            kept=len(self._choice.kept),
            dropped=dict(tally.dropped),
            other_files=tally.other_files,
            unreadable_total=tally.unreadable_total,
            unreadable=tuple(tally.unreadable),
            longest=wish.longest,
            cut_files=tally.cut_files,
            moved=tally.moved,
            keys=statistics.keys,
            meters=statistics.meters,
            moods=statistics.moods,
            pitches=statistics.pitches,
            lengths=statistics.lengths,
            vocabulary=len(NAMES),
            transpose=wish.transpose,
            splits=writer.splits,
            validation_share=wish.validation,
            split_by=wish.split,
            seed=wish.seed,
            sample=statistics.sample,
            digest=digest_files(self._folder, LEARNT_FROM),
        )


def join(leaders: NDArray[np.int64], files: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups of tunes that must not be parted: those that are alike, and those cut from one file.

    leaders  for each tune the first that it is like
    files    for each tune its file's number
    """
    joined = leaders.copy()

    def root(number: int) -> int:
        while joined[number] != number:
            joined[number] = joined[joined[number]]
            number = int(joined[number])
        return number

    firsts: dict[int, int] = {}
    for number, file in enumerate(files.tolist()):
        one, other = root(firsts.setdefault(file, number)), root(number)
        joined[max(one, other)] = min(one, other)
    return np.array([root(number) for number in range(len(joined))], dtype=np.int64)
