"""`PictureCard`: what is in a data set of pictures, where it came from, and what was left out and why."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from miaobi.base.value import Value
from miaobi.train.data.card import Split, Trouble

SAMPLE_NAME: Final = "sample.png"
CAPTIONS_NAME: Final = "captions.jsonl"
BRIGHTNESS_BINS: Final = 16


class PictureSource(Value):
    """One file or folder as the person gave it, with the number of pictures kept from it."""

    name: str
    origin: str = ""
    licence: str = ""
    pictures: int = 0


class PictureSplit(Value):
    """One split, and how many of its pictures have a caption."""

    pictures: int
    captions: int


class PictureCard(Value):
    """A data set of pictures, described. Everything but `dropped` and `unreadable` tells of what was kept.

    modes        how the files store a pixel, in Pillow's names (RGBA, P, L, CMYK, ...; SVG)
    sizes        "width x height" of the files, the twelve most frequent
    least_side   of the shorter sides; most_side of the longer ones
    mean_colour  of all pixels, 0 to 255, a number a channel
    brightness   pictures by their mean brightness, in sixteen bins from black to white
    captions     a few of them
    """

    format: Literal["miaobi-pictures/1"] = "miaobi-pictures/1"
    kind: Literal["pictures"] = "pictures"
    name: str
    made_on: str
    sources: tuple[PictureSource, ...]
    picture_size: int
    channels: Literal[1, 3]
    fit: Literal["cover", "contain"]
    background: str
    kept: int
    dropped: dict[Literal["duplicate"], int]
    other_files: int = 0
    unreadable_total: int = 0
    unreadable: tuple[Trouble, ...] = ()
    modes: dict[str, int]
    sizes: dict[str, int]
    least_side: int
    most_side: int
    splits: dict[Split, PictureSplit]
    validation_share: float
    seed: int
    mean_colour: tuple[float, ...]
    brightness: tuple[int, ...] = Field(min_length=BRIGHTNESS_BINS, max_length=BRIGHTNESS_BINS)
    captions: tuple[str, ...] = ()
    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


def pixel_file(split: Split) -> str:
    """The name of a split's file of pixels."""
    return f"{split}.u8"
