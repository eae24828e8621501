"""From an image of any mode and size to a square of 8-bit numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from miaobi.train.data.pictures.wish import PictureWish, parse_colour

if TYPE_CHECKING:
    from PIL.Image import Image

_16_BIT_STEP: Final = 257  # 65535 = 255 * 257


def working_mode(image: Image) -> Image:
    """The image as RGB, or as RGBA when parts of it are transparent."""
    if image.mode.startswith("I;16"):
        image = _grey(np.asarray(image).astype(np.float32) / _16_BIT_STEP)
    elif image.mode in ("I", "F"):
        image = _stretched(np.asarray(image).astype(np.float64))
    is_transparent = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if is_transparent else "RGB")


def fit(image: Image, wish: PictureWish) -> NDArray[np.uint8]:
    """The pixels, size x size x channels, of an RGB or RGBA image."""
    from PIL import Image as ImageModule

    small = _covering(image, wish.picture_size) if wish.fit == "cover" else _contained(image, wish)
    if small.mode == "RGBA":
        ground = ImageModule.new("RGBA", small.size, (*parse_colour(wish.background), 255))
        small = ImageModule.alpha_composite(ground, small).convert("RGB")
    pixels = np.asarray(small.convert("RGB" if wish.channels == "rgb" else "L"))
    return pixels.reshape(wish.picture_size, wish.picture_size, wish.depth)


def _covering(image: Image, size: int) -> Image:
    """The square in the middle."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return _resized(image, (size, size), (left, top, left + side, top + side))


def _contained(image: Image, wish: PictureWish) -> Image:
    """All of it, in the middle of the background."""
    from PIL import Image as ImageModule

    width, height = image.size
    size, side = wish.picture_size, max(width, height)
    small_size = max(1, round(size * width / side)), max(1, round(size * height / side))
    small = _resized(image, small_size, (0, 0, width, height))
    colour = parse_colour(wish.background)
    ground = ImageModule.new(small.mode, (size, size), (*colour, 255) if small.mode == "RGBA" else colour)
    ground.paste(small, ((size - small_size[0]) // 2, (size - small_size[1]) // 2))
    return ground


def _resized(image: Image, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image:
    """`box` of the image at another size. Transparent pixels lend no colour to their neighbours."""
    from PIL.Image import Resampling

    return image.resize(size, Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _stretched(values: NDArray[np.float64]) -> Image:
    """Numbers without a known range, from the least as black to the greatest as white."""
    values = np.nan_to_num(values)
    least, most = float(values.min()), float(values.max())
    return _grey((values - least) * (255 / (most - least) if most > least else 0.0))


def _grey(values: NDArray[np.floating]) -> Image:
    from PIL import Image as ImageModule

    return ImageModule.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))
