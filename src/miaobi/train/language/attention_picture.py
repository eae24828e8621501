"""Attention maps as a picture: a grid of layers and heads, each with its tokens in words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from miaobi.base.fonts import font_path
from miaobi.errors import InputError

MOST_TOKENS: Final = 64
_MOST_PIXELS: Final = 80_000_000
_CELL: Final = 18  # pixels a token takes; its letters are _LETTER high, Chinese ones too
_LETTER: Final = 13
_GAP: Final = 28
_TITLE: Final = 26
_LONGEST_LABEL: Final = 10
_PAPER: Final = (255, 255, 255)
_FUTURE: Final = (236, 236, 236)
_INK: Final = (30, 30, 30)
_DEEP: Final = np.array([8.0, 48.0, 107.0])
_SHOWN: Final = str.maketrans({" ": "␣", "\n": "⏎", "\t": "→", "\N{REPLACEMENT CHARACTER}": "□"})


def attention_picture(maps: NDArray[np.float32], tokens: Sequence[str]) -> bytes:
    """A PNG of maps L H T T. Rows are the tokens that look, columns those they look at; white 0, deep blue 1.

    The depth of the blue goes with the root of the weight, so that small ones are seen as well. Spaces are shown as ␣,
    line ends as ⏎. InputError when there are too many tokens to be read.
    """
    layers, heads, count, _ = maps.shape
    if count > MOST_TOKENS:
        raise InputError(
            f"The prompt has {count} tokens, and a picture of attention shows at most {MOST_TOKENS}.",
            hint="Take a shorter prompt.",
        )
    font = ImageFont.truetype(str(font_path()), _LETTER)
    labels = [_label(token) for token in tokens]
    margin = 6 + max(round(font.getlength(label)) for label in labels)
    side = margin + count * _CELL
    width, height = heads * (side + _GAP) + _GAP, layers * (side + _TITLE + _GAP) + _GAP + _TITLE
    if width * height > _MOST_PIXELS:
        raise InputError(
            f"A picture of {layers} x {heads} maps of {count} tokens would have {width} x {height} pixels.",
            hint="Take a shorter prompt.",
        )
    picture = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((_GAP, _GAP // 2), "Rows: the token that looks. Columns: the token looked at.", _INK, font)
    frame = _Frame(labels, margin, font)
    for layer in range(layers):
        for head in range(heads):
            x, y = _GAP + head * (side + _GAP), _GAP + _TITLE + layer * (side + _TITLE + _GAP)
            draw.text((x, y), f"layer {layer + 1}, head {head + 1}", _INK, font)
            frame.paste(picture, draw, (x, y + _TITLE), maps[layer, head])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


class _Frame:
    """The labels of a map, the same for all, and the map within them."""

    def __init__(self, labels: Sequence[str], margin: int, font: ImageFont.FreeTypeFont) -> None:
        self._labels, self._margin, self._font = labels, margin, font
        self._lying = [self._strip(label) for label in labels]

    def paste(
        self, picture: Image.Image, draw: ImageDraw.ImageDraw, corner: tuple[int, int], weights: NDArray[np.float32]
    ) -> None:
        """Put one map T T with its labels at `corner`."""
        left, top = corner
        for number, label in enumerate(self._labels):
            at = number * _CELL + self._margin
            reach = self._font.getlength(label)
            draw.text((left + self._margin - 4 - reach, top + at - 2), label, _INK, self._font)
            picture.paste(self._lying[number], (left + at, top))
        pixels = coloured(weights).repeat(_CELL, axis=0).repeat(_CELL, axis=1)
        pixels[_CELL - 1 :: _CELL] = _PAPER  # thin lines between the tokens
        pixels[:, _CELL - 1 :: _CELL] = _PAPER
        picture.paste(Image.fromarray(pixels), (left + self._margin, top + self._margin))

    def _strip(self, label: str) -> Image.Image:
        """A column's label: one character stands upright, a longer one lies on its side, its end at the map."""
        strip = Image.new("RGB", (self._margin, _CELL), _PAPER)
        draw = ImageDraw.Draw(strip)
        if len(label) > 1:
            draw.text((4, -2), label, _INK, self._font)
            return strip.rotate(90, expand=True)
        upright = Image.new("RGB", (_CELL, self._margin), _PAPER)
        reach = self._font.getlength(label)
        ImageDraw.Draw(upright).text(((_CELL - reach) / 2, self._margin - _CELL - 2), label, _INK, self._font)
        return upright


def coloured(weights: NDArray[np.float32]) -> NDArray[np.uint8]:
    """T T of 0 to 1 as T T 3; the future is grey."""
    depth = np.sqrt(np.clip(weights, 0, 1))[..., None]
    colours: NDArray[np.uint8] = (255 * (1 - depth) + _DEEP * depth).round().astype(np.uint8)
    colours[np.triu_indices(len(weights), 1)] = _FUTURE
    return colours


def _label(token: str) -> str:
    shown = token.translate(_SHOWN)
    return shown if len(shown) <= _LONGEST_LABEL else f"{shown[: _LONGEST_LABEL - 1]}…"
