"""`MusicWish`: what a person asks of a data set of music."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from miaobi.train.data.music.melody import Voices
from miaobi.train.data.music.tune import MOST_BARS
from miaobi.train.data.wish import DataWish


class MusicWish(DataWish):
    """The settings of a data set of music.

    voices     the melody is the highest line of all parts, or that of the first part
    split      document: a hash decides for each tune; order: the end of the material is for validation
    shortest   fewest notes of a tune
    longest    most bars of a tune; a longer one is cut into several
    transpose  a model learns every tune on all twelve keynotes; False leaves each on its own
    """

    voices: Voices = "highest"
    split: Literal["document", "order"] = "document"
    shortest: int = Field(default=16, ge=1)
    longest: int = Field(default=MOST_BARS, ge=1, le=MOST_BARS)
    transpose: bool = True
