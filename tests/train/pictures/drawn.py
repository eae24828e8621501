"""Pictures for tests."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw


def draw(number: int, side: int = 32) -> Image.Image:
    """A disc or a square on white; place, size and colour follow from the number."""
    random = np.random.default_rng(number)
    image = Image.new("RGB", (side, side), "white")
    left, top = random.integers(0, side // 3, 2)
    wide = int(random.integers(side // 3, side // 2))
    colour = tuple(int(c) for c in random.integers(0, 200, 3))
    pen = ImageDraw.Draw(image)
    shape = pen.ellipse if number % 2 else pen.rectangle
    shape((left, top, left + wide, top + wide), fill=colour)
    return image
