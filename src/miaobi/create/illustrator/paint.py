"""Planes to pixels: each plane becomes a bitmap cropped to its ink, and the picture is those bitmaps in order.

Because the flat picture is composed from the same bitmaps that are handed out as layers, drawing the layers in order
gives the picture again (up to the rounding of straight alpha).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import skia

from miaobi.base.asset import Asset
from miaobi.base.engine import Layer
from miaobi.create.illustrator.png import encode_png
from miaobi.create.illustrator.view import Plane


@dataclass(frozen=True)
class Bitmap:
    """A plane's pixels: (height, width, 4) straight alpha, its left top corner in the picture, and skia's own copy."""

    plane: Plane
    x: int
    y: int
    pixels: Any
    image: Any


def rasterise(plane: Plane) -> Bitmap | None:
    """Draw one plane and crop it to what it painted; None when that is nothing."""
    x, y = math.floor(plane.left), math.floor(plane.top)
    width, height = max(1, math.ceil(plane.right) - x), max(1, math.ceil(plane.bottom) - y)
    surface = skia.Surface.MakeRaster(skia.ImageInfo.MakeN32Premul(width, height, skia.ColorSpace.MakeSRGB()))
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.translate(-x, -y)
    plane.draw(canvas)
    image = surface.makeImageSnapshot()
    pixels = image.toarray(colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kUnpremul_AlphaType)
    if plane.opaque:
        return Bitmap(plane, x, y, pixels[:, :, :3], image)
    ink = pixels[:, :, 3] > 0
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    cut = image.makeSubset(skia.IRect.MakeLTRB(left, top, right, bottom))
    return Bitmap(plane, x + left, y + top, pixels[top:bottom, left:right], cut)


def flatten(bitmaps: Sequence[Bitmap], width: int, height: int) -> Any:
    """The picture: all bitmaps in order within the frame; uint8 (height, width, 3)."""
    surface = skia.Surface.MakeRaster(skia.ImageInfo.MakeN32Premul(width, height, skia.ColorSpace.MakeSRGB()))
    canvas = surface.getCanvas()
    canvas.clear(0xFFFFFFFF)
    for bitmap in bitmaps:
        canvas.drawImage(bitmap.image, bitmap.x, bitmap.y)
    return surface.makeImageSnapshot().toarray(colorType=skia.kRGBA_8888_ColorType)[:, :, :3]


def make_layers(bitmaps: Sequence[Bitmap]) -> tuple[Layer, ...]:
    """Each bitmap as a PNG layer; encoded side by side (zlib works outside Python's lock)."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        files = list(pool.map(lambda bitmap: encode_png(bitmap.pixels), bitmaps))
    return tuple(_layer(bitmap, file) for bitmap, file in zip(bitmaps, files, strict=True))


def _layer(bitmap: Bitmap, file: bytes) -> Layer:
    height, width = bitmap.pixels.shape[:2]
    return Layer(
        asset=Asset.from_bytes(file, "image/png"), x=bitmap.x, y=bitmap.y, width=width, height=height,
        depth=bitmap.plane.depth, role=bitmap.plane.role, motion=bitmap.plane.motion,
    )  # fmt: skip
