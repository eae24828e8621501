"""Writing the tokens of the kept tunes, and counting what goes where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO, Final, TextIO

import numpy as np

from miaobi.base.progress import report_progress
from miaobi.train.data.card import SPLITS, Split, token_file
from miaobi.train.data.music.card import TUNES_NAME, MusicSource, MusicSplit
from miaobi.train.data.music.statistics import Statistics
from miaobi.train.data.music.tokens import decode
from miaobi.train.data.music.tune import Tune
from miaobi.train.data.music.vocabulary import NAMES
from miaobi.train.data.spool import Document, Spool
from miaobi.train.data.write import Choice

TOKEN_TYPE: Final = np.dtype("<u2")
_IDS: Final = {name: number for number, name in enumerate(NAMES)}
_REPORT_EVERY: Final = 64


class TuneWriter:
    """Writes token files and tunes.jsonl into a folder; afterwards `splits` and `sources` tell the counts."""

    def __init__(self, folder: Path, statistics: Statistics) -> None:
        self._folder = folder
        self._statistics = statistics
        self._counts = {split: [0, 0, 0, 0] for split in SPLITS}
        self._sources: dict[int, list[int]] = {}
        self._last_file = -1

    def write(self, spool: Spool, choice: Choice) -> None:
        """Every kept tune, in the order of reading."""
        with (
            (self._folder / token_file("train")).open("wb") as train,
            (self._folder / token_file("validation")).open("wb") as validation,
            (self._folder / TUNES_NAME).open("w", encoding="utf-8") as listing,
        ):
            files: dict[Split, BinaryIO] = {"train": train, "validation": validation}
            for done, (number, document) in enumerate(spool.documents(map(int, choice.kept))):
                ids = [_IDS[name] for name in document.text.split(" ")]
                tune, split = decode(ids), choice.split(number)
                files[split].write(np.array(ids, dtype=TOKEN_TYPE).tobytes())
                self._count(document, tune, split, len(ids))
                self._statistics.see(tune, ids, document.id)
                _list(listing, document, tune, split, len(ids))
                if done % _REPORT_EVERY == 0:
                    report_progress(done, len(choice.kept), "tunes")

    @property
    def splits(self) -> dict[Split, MusicSplit]:
        """The counts of each split."""
        names = ("tunes", "bars", "notes", "tokens")
        return {split: MusicSplit(**dict(zip(names, self._counts[split], strict=True))) for split in SPLITS}

    def source(self, number: int, name: str, origin: str, licence: str) -> MusicSource:
        """The card of a source of the material, with what was kept of it."""
        files, tunes, notes = self._sources.get(number, [0, 0, 0])
        return MusicSource(name=name, origin=origin, licence=licence, files=files, tunes=tunes, notes=notes)

    def _count(self, document: Document, tune: Tune, split: Split, tokens: int) -> None:
        for place, more in enumerate((1, tune.bars, len(tune.notes), tokens)):
            self._counts[split][place] += more
        is_new_file = document.file != self._last_file
        self._last_file = document.file
        counts = self._sources.setdefault(document.source, [0, 0, 0])
        for place, more in enumerate((int(is_new_file), 1, len(tune.notes))):
            counts[place] += more


def _list(listing: TextIO, document: Document, tune: Tune, split: Split, tokens: int) -> None:
    record = {
        "id": f"{document.id:016x}",
        "source": document.name,
        "split": split,
        "key": tune.key.name,
        "meter": tune.meter.name,
        "mood": tune.mood,
        "bars": tune.bars,
        "notes": len(tune.notes),
        "tokens": tokens,
    }
    listing.write(json.dumps(record, ensure_ascii=False) + "\n")
