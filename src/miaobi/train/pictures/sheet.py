"""A sheet of pictures as one PNG."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from torch import Tensor

from miaobi.train.pictures.batches import Pixels, to_pixels

_GAP = 2
_PAPER = 255


def sheet(pictures: Tensor, columns: int, *, scale: int = 1) -> bytes:
    """Pictures N C H W in -1..1 in rows of `columns`, as PNG bytes; each pixel becomes `scale` x `scale`."""
    pixels = to_pixels(pictures)  # N H W C
    count, height, width, channels = pixels.shape
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    page = np.full((rows * (height + _GAP) + _GAP, columns * (width + _GAP) + _GAP, channels), _PAPER, np.uint8)
    for number, picture in enumerate(pixels):
        row, column = divmod(number, columns)
        top, left = _GAP + row * (height + _GAP), _GAP + column * (width + _GAP)
        page[top : top + height, left : left + width] = picture
    return png(page.repeat(scale, 0).repeat(scale, 1))


def png(pixels: Pixels) -> bytes:
    """PNG bytes of uint8 H W C, C being 1 or 3."""
    buffer = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(buffer, "PNG")
    return buffer.getvalue()
