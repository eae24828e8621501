"""`PictureWish`: what a person asks of a data set of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from miaobi.train.data.wish import DataWish


class PictureWish(DataWish):
    """The settings of a data set of pictures.

    picture_size  all become squares of so many pixels a side
    fit           cover: cut at the longer sides; contain: the whole picture, the rest filled with the background
    background    behind what is transparent, and around what is contained: a CSS colour
    channels      rgb or grey
    captions      JSON lines {"file": ..., "caption": ...}; None for .txt files beside the pictures
    """

    picture_size: int = Field(default=64, ge=8, le=1024)
    fit: Literal["cover", "contain"] = "cover"
    background: str = "white"
    channels: Literal["rgb", "grey"] = "rgb"
    captions: Path | None = None

    @field_validator("background")
    @classmethod
    def _is_colour(cls, background: str) -> str:
        parse_colour(background)
        return background

    @property
    def depth(self) -> Literal[1, 3]:
        """Numbers a pixel."""
        return 3 if self.channels == "rgb" else 1


def parse_colour(name: str) -> tuple[int, int, int]:
    """Red, green, blue of a CSS colour such as white, #ffcc00 or rgb(20, 30, 40). ValueError when it is none."""
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(name)[:3]
    except ValueError:
        raise ValueError("a colour is a name such as white, or #rrggbb") from None
    return red, green, blue
