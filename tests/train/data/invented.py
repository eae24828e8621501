"""Material that is made up on the spot: texts and drawings."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from miaobi.studio import DataSet

Collect = Callable[..., DataSet]

_NOUNS = (
    "river stone lantern market thunder garden winter copper violin harbour letter orchard candle mountain silver "
    "basket window shadow engine meadow"
)
WORDS = _NOUNS.split()


def prose(seed: int, words: int = 120) -> str:
    """English-looking sentences that differ from those of any other seed."""
    chance = random.Random(seed)
    said = [chance.choice(WORDS) + (f"{chance.randrange(900)}" if chance.random() < 0.3 else "") for _ in range(words)]
    return " ".join(f"The {word} was there." if place % 9 == 0 else f"and {word}" for place, word in enumerate(said))


def drawing(seed: int, size: tuple[int, int] = (96, 96)) -> Image.Image:
    """A few coloured shapes on white that differ from those of any other seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    width, height = size
    for _ in range(5):
        colour = tuple(chance.randrange(256) for _ in range(3))
        left, top = chance.randrange(width * 3 // 4), chance.randrange(height * 3 // 4)
        right, bottom = left + chance.randrange(8, width // 2), top + chance.randrange(8, height // 2)
        chance.choice((pen.ellipse, pen.rectangle))((left, top, right, bottom), fill=colour)
    return image
