"""Which pictures are nearly the same."""

from __future__ import annotations

import io

import numpy as np
import pytest
from invented import drawing
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance

from miaobi.train.data.pictures.likeness import choose_kept, leaders, perceptual_hash, thumbnail

Pixels = NDArray[np.uint8]


def made(image: Image.Image, size: int = 64) -> Pixels:
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS))


def kept(*pictures: Pixels) -> list[bool]:
    hashes = np.array([perceptual_hash(picture) for picture in pictures], dtype=np.uint64)
    return choose_kept(hashes, np.array([thumbnail(picture) for picture in pictures])).tolist()


def compressed(image: Image.Image) -> Image.Image:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=85)
    return Image.open(data)


@pytest.mark.parametrize("size", [16, 32, 128])
@pytest.mark.parametrize("seed", range(4))
def test_copies_are_found(seed: int, size: int) -> None:
    image = drawing(seed, (200, 200))
    copies = (
        image,
        compressed(image),
        image.resize((90, 90), Image.Resampling.BILINEAR),
        ImageEnhance.Brightness(image).enhance(0.95),
    )
    for copy in copies:
        assert kept(made(image, size), made(copy, size)) == [True, False]


def heart(colour: str) -> Image.Image:
    image = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(image).polygon([(32, 60), (4, 24), (18, 6), (32, 18), (46, 6), (60, 24)], fill=colour)
    return image


def clock(hour: int) -> Image.Image:
    image = Image.new("RGB", (64, 64), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((2, 2, 61, 61), outline="black", width=4)
    angle = hour * np.pi / 6
    pen.line((32, 32, 32 + 20 * np.sin(angle), 32 - 20 * np.cos(angle)), fill="black", width=3)
    return image


def test_drawings_that_only_look_alike_stay() -> None:
    assert all(kept(*(made(heart(colour)) for colour in ("red", "green", "blue", "orange", "gold", "brown"))))
    assert all(kept(*(made(clock(hour), 32) for hour in range(12))))
    assert all(kept(*(made(Image.new("RGB", (64, 64), colour)) for colour in ("white", "black", "red", "navy"))))


def test_grey_pictures_are_compared_too() -> None:
    grey = made(drawing(1).convert("L"))[:, :, None]
    other = made(drawing(2).convert("L"))[:, :, None]
    assert kept(grey, other, grey) == [True, True, False]


def drifting(count: int) -> tuple[NDArray[np.uint64], Pixels]:
    """Looks that move on a little from picture to picture: neighbours are alike, the ends are not."""
    thumbnails = np.array([np.full(768, 10 + 20 * number, dtype=np.uint8) for number in range(count)])
    return np.zeros(count, dtype=np.uint64), thumbnails


def test_likeness_is_passed_on_in_groups_and_not_in_choosing() -> None:
    assert choose_kept(*drifting(5)).tolist() == [True, False, True, False, True]
    assert leaders(*drifting(5)).tolist() == [0] * 5
    hashes, thumbnails = drifting(5)
    order = np.array([0, 2, 4, 3, 1])  # those in between come last
    assert leaders(hashes, thumbnails[order]).tolist() == [0] * 5


def test_every_pair_within_four_bits_is_found() -> None:
    chance = np.random.default_rng(3)
    for _ in range(300):
        first = int(chance.integers(2**64, dtype=np.uint64))
        places = chance.choice(64, int(chance.integers(0, 9)), replace=False)
        second = first ^ sum(1 << int(place) for place in places)
        hashes = np.array([first, second], dtype=np.uint64)
        assert choose_kept(hashes, np.zeros((2, 768), np.uint8)).tolist() == [True, len(places) > 4]
