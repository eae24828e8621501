"""Changes of pictures that a gradient passes through, for discriminators that see few pictures.

Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training (2020): real and made pictures are changed in
the same random ways before they are judged, in both turns, so the discriminator cannot learn the few real ones by heart
and the generator still learns the unchanged ones. Strengths are those of the paper.
"""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

from miaobi.errors import InputError

KINDS: Final = ("colour", "translation", "cutout")
CHANCES: Final = 7
"""Random numbers that each picture takes."""

_FURTHEST: Final = 1 / 8  # of the side, that a picture is moved
_CUT: Final = 1 / 2  # of the side, of the square that is blanked


def parse_kinds(text: str) -> tuple[str, ...]:
    """ "colour,translation,cutout", any of them, or "none". InputError for another word."""
    kinds = tuple(word.strip() for word in text.split(",") if word.strip() not in ("", "none"))
    for kind in kinds:
        if kind not in KINDS:
            raise InputError(f"There is no augmentation {kind!r}.", hint=f"There are: {', '.join(KINDS)}, none.")
    return kinds


def augment(pictures: Tensor, chances: Tensor, kinds: tuple[str, ...]) -> Tensor:
    """Change pictures N C H W in -1..1 as `chances`, N 7 in 0..1, decide."""
    chances = chances.to(pictures)
    if "colour" in kinds:
        pictures = _colour(pictures, chances[:, :3])
    if "translation" in kinds:
        pictures = _translation(pictures, chances[:, 3:5])
    if "cutout" in kinds:
        pictures = pictures * _cutout_mask(pictures, chances[:, 5:7])
    return pictures


def _colour(x: Tensor, chances: Tensor) -> Tensor:
    """Brightness by up to half, saturation by 0 to 2, contrast by 0.5 to 1.5."""
    brightness, saturation, contrast = (chances[:, n, None, None, None] for n in range(3))
    x = x + (brightness - 0.5)
    if x.shape[1] > 1:
        grey = x.mean(1, keepdim=True)
        x = (x - grey) * (2 * saturation) + grey
    middle = x.mean((1, 2, 3), keepdim=True)
    return (x - middle) * (contrast + 0.5) + middle


def _translation(x: Tensor, chances: Tensor) -> Tensor:
    """Move by whole pixels, at most an eighth of the side; grey comes in from outside."""
    count, _, height, width = x.shape
    furthest = (max(1, round(height * _FURTHEST)), max(1, round(width * _FURTHEST)))
    by = [_whole(chances[:, n], 2 * far + 1) for n, far in enumerate(furthest)]  # 0..2 far
    padded = F.pad(x, (furthest[1], furthest[1], furthest[0], furthest[0]))
    places = zip(*(b.tolist() for b in by), strict=True)
    moved = [
        padded[n, :, down : down + height, right : right + width]
        for n, (down, right) in zip(range(count), places, strict=True)
    ]
    return torch.stack(moved).contiguous(memory_format=torch.channels_last)


def _cutout_mask(x: Tensor, chances: Tensor) -> Tensor:
    """0 within a square of half the side, whose middle lies anywhere in the picture, 1 elsewhere: N 1 H W."""
    inside = []
    for side, chance in zip(x.shape[2:], chances.unbind(1), strict=True):
        cut = round(side * _CUT)
        start = _whole(chance, side + 1 - cut % 2)[:, None] - cut // 2  # N 1
        place = torch.arange(side, device=x.device)
        inside.append((place >= start) & (place < start + cut))  # N side
    down, across = inside
    return 1 - (down[:, None, :, None] & across[:, None, None, :]).to(x.dtype)


def _whole(chance: Tensor, count: int) -> Tensor:
    """0..1 as a whole number below `count`."""
    return (chance.float() * count).long().clamp_max(count - 1)
