"""`MusicCard`: what is in a data set of music, where it came from, and what was left out and why."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from miaobi.base.value import Value
from miaobi.train.data.card import Split, Trouble
from miaobi.train.data.music.melody import Unfit, Voices

TUNES_NAME: Final = "tunes.jsonl"


class MusicSource(Value):
    """One file or folder as the person gave it, with what was kept of it."""

    name: str
    origin: str = ""
    licence: str = ""
    files: int = 0
    tunes: int = 0
    notes: int = 0


class MusicSplit(Value):
    """One split."""

    tunes: int
    bars: int
    notes: int
    tokens: int


class MusicCard(Value):
    """A data set of music, described. Everything but `dropped` and `unreadable` tells of what was kept.

    longest     most bars of a tune; cut_files counts those that were longer and became several tunes
    moved       notes of the kept files that the grid moved, of all voices
    keys, meters, moods   tunes of each, the most frequent first
    pitches     notes by their semitones from the keynote between middle C and the B above it
    lengths     tunes by their bars
    transpose   whether a model is to learn every tune on all twelve keynotes
    sample      three tunes in tokens, the beginnings of them
    """

    format: Literal["miaobi-music/1"] = "miaobi-music/1"
    kind: Literal["music"] = "music"
    name: str
    made_on: str
    sources: tuple[MusicSource, ...]
    voices: Voices
    kept: int
    dropped: dict[Unfit, int]
    other_files: int = 0
    unreadable_total: int = 0
    unreadable: tuple[Trouble, ...] = ()
    longest: int
    cut_files: int = 0
    moved: int
    keys: dict[str, int]
    meters: dict[str, int]
    moods: dict[str, int]
    pitches: dict[str, int]
    lengths: dict[str, int]
    vocabulary: int
    transpose: bool
    splits: dict[Split, MusicSplit]
    validation_share: float
    split_by: Literal["document", "order"] = "document"
    seed: int
    sample: tuple[str, ...]
    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
