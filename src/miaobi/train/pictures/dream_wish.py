"""`DreamWish`: how deeply to dream. No PyTorch here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from miaobi.base.value import Value
from miaobi.train.options import validated

MOST_SIDE = 1024


class DreamWish(Value):
    """The settings of a dream.

    layer     of the network, whose activity is raised: its name, or its number among all; "" for one in the middle
    steps     at each size
    octaves   sizes at which to dream, from small to large, each `zoom` times the one before
    strength  by how many of 255 steps of brightness a step changes a pixel in the mean
    jitter    pixels by which the picture is moved about, at most, so that nothing clings to a grid
    side      a picture whose longer side has more pixels is made smaller
    seed      another seed moves the picture about in another way
    """

    layer: str = Field(default="", max_length=300)
    steps: int = Field(default=10, ge=1, le=10_000)
    octaves: int = Field(default=4, ge=1, le=20)
    zoom: float = Field(default=1.4, gt=1, le=4)
    strength: float = Field(default=1.5, gt=0, le=100)
    jitter: int = Field(default=16, ge=0, le=1024)
    side: int = Field(default=MOST_SIDE, ge=16, le=4096)
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


def parse_dream_wish(options: Mapping[str, Any]) -> DreamWish:
    """The wish with these options, without those that are None. InputError names the first that cannot be."""
    return validated(DreamWish, {key: value for key, value in options.items() if value is not None})
