"""A picture of words: those used alike near each other and in one colour, frequent ones larger. No PyTorch here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from miaobi.base.fonts import font_path
from miaobi.train.words.layout import flat_map, spread

_CANVAS: Final = (1600, 1200)
_BORDER: Final = 24
_SMALLEST, _LARGEST = 20, 46  # letters, in pixels
_GAP: Final = 8
_BACKGROUND: Final = (255, 255, 255)
_COLOURS: Final = (
    (31, 78, 121), (156, 60, 20), (24, 106, 59), (120, 40, 130),
    (130, 92, 0), (0, 105, 115), (160, 30, 70), (70, 70, 70),
)  # fmt: skip
"""All at least 4.5 : 1 against white."""


def draw_map(words: Sequence[str], vectors: NDArray[np.float32], counts: NDArray[np.int64]) -> bytes:
    """A PNG of 1600 x 1200 pixels. A word for which there is no room is left out, rarer ones first.

    words    the most frequent first
    vectors  n D, of length 1
    """
    letters = _sizes(counts)
    fonts = {size: ImageFont.truetype(font_path(), size) for size in set(letters)}
    boxes = [fonts[size].getbbox(word, anchor="mm") for word, size in zip(words, letters, strict=True)]
    sizes = np.array([(right - left + _GAP, low - high + _GAP) for left, high, right, low in boxes], dtype=np.float64)
    room = (_CANVAS[0] - 2 * _BORDER, _CANVAS[1] - 2 * _BORDER)
    middles, kept = spread(flat_map(vectors), sizes, room)
    image = Image.new("RGB", _CANVAS, _BACKGROUND)
    pen = ImageDraw.Draw(image)
    for number, group in enumerate(groups(vectors, len(_COLOURS))):
        if kept[number]:
            left, high, right, low = boxes[number]
            x, y = middles[number] + _BORDER - ((left + right) / 2, (high + low) / 2)  # from the box to its anchor
            pen.text((x, y), words[number], font=fonts[letters[number]], fill=_COLOURS[group], anchor="mm")
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _sizes(counts: NDArray[np.int64]) -> list[int]:
    logs = np.log(np.maximum(counts, 1))
    span = float(logs.max() - logs.min()) or 1.0
    return [round(_SMALLEST + (_LARGEST - _SMALLEST) * float(log - logs.min()) / span) for log in logs]


def groups(vectors: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The group of each vector, n: k-means over directions, begun from vectors far from each other."""
    centred = vectors - vectors.mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)
    chosen = [0]
    while len(chosen) < min(count, len(centred)):
        chosen.append(int((centred @ centred[chosen].T).max(axis=1).argmin()))
    middles = centred[chosen]
    for _ in range(30):
        group: NDArray[np.int64] = (centred @ middles.T).argmax(axis=1)
        sums = np.stack([centred[group == number].sum(axis=0) for number in range(len(middles))])
        middles = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return group
