"""`miaobi sample NAME --on PICTURE` for cyclegan: a person's picture, of any size and mode, translated."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from miaobi.errors import InputError
from miaobi.train.folder import ModelFolder
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.cyclegan import DIRECTIONS, Translators
from miaobi.train.pictures.given import in_multiples, read_whole
from miaobi.train.pictures.sheet import png
from miaobi.train.pictures.task import open_picture_model
from miaobi.train.sample import Sample
from miaobi.train.sample_wish import SampleWish

TIMES_LARGER = 16
"""The longer side of a picture may be so many times that of the pictures trained on, and at most MOST_SIDE."""
MOST_SIDE = 1024
_LONG_NAMES = {"a-to-b": "ab", "b-to-a": "ba"}


def most_side(size: int) -> int:
    """The limit of the longer side, for a model that was trained on pictures of `size`."""
    return min(MOST_SIDE, TIMES_LARGER * size)


@torch.no_grad()
def sample(folder: ModelFolder, wish: SampleWish) -> Iterator[Sample]:
    """One picture. InputError without --on, and for a direction there is not."""
    if wish.on is None:
        raise InputError("A cyclegan changes a picture, and none was given.", hint="Name one: --on PICTURE.")
    if (wish.count or 1) > 1:
        raise InputError("A cyclegan makes one picture of a picture.", hint="Leave --count out.")
    direction = _LONG_NAMES.get(wish.direction or "ab", wish.direction or "ab")
    if direction not in DIRECTIONS:
        raise InputError(f"There is no direction {direction!r}.", hint=f"There are: {', '.join(_LONG_NAMES)}.")
    translators, network = open_picture_model(folder)
    assert isinstance(translators, Translators)
    picture = read_whole(wish.on, int(network["channels"]), most_side(int(network["size"])))
    height, width = picture.shape[2:]
    made = translators.direction(direction)(in_multiples(picture, 2**translators.config.halvings))
    pixels = to_pixels(made[:, :, :height, :width])[0]
    yield Sample(f"{wish.on.name}, {direction[0]} to {direction[1]}, {width} x {height}", {".png": png(pixels)})
