"""Picture effects: small pure functions from picture asset to picture asset."""

from __future__ import annotations

from typing import Any, Literal

import skia

from miaobi.base.asset import Asset
from miaobi.edit.lettering import colour_of, draw_line, set_line, wrap
from miaobi.errors import InputError

ImageFormat = Literal["png", "jpeg"]
_MOST_PIXELS = 16384
_JPEG_QUALITY = 90
_MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg"}
_FINE = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
_CUBIC = skia.SamplingOptions(skia.CubicResampler.Mitchell())


def fit_image(
    asset: Asset,
    width: int,
    height: int,
    mode: Literal["cover", "contain"] = "cover",
    *,
    background: str = "#000000",
    format: ImageFormat = "png",
) -> Asset:
    """The picture at exactly `width` by `height` pixels, its proportions kept.

    cover    fills the frame and is cropped evenly at two sides
    contain  is seen whole, on bars of `background` ("#rrggbb")
    """
    if not (1 <= width <= _MOST_PIXELS and 1 <= height <= _MOST_PIXELS):
        raise InputError(f"A picture of {width} by {height} pixels cannot be made.", hint="Give 1 to 16384 each.")
    image = decode_picture(asset)
    ratios = width / image.width(), height / image.height()
    scale = max(ratios) if mode == "cover" else min(ratios)
    w, h = image.width() * scale, image.height() * scale
    surface = skia.Surface(width, height)
    canvas = surface.getCanvas()
    canvas.clear(colour_of(background) if mode == "contain" or format == "jpeg" else 0)
    place = skia.Rect.MakeXYWH((width - w) / 2, (height - h) / 2, w, h)
    canvas.drawImageRect(image, place, _FINE if scale < 1 else _CUBIC)
    return _encode(surface.makeImageSnapshot(), format)


def caption_image(
    asset: Asset,
    text: str,
    language: str = "en",
    *,
    place: Literal["below", "over"] = "below",
    format: ImageFormat = "png",
) -> Asset:
    """The picture with `text` set in it.

    below  on a light strip under the picture, which grows by it
    over   on a shaded foot of the picture, which keeps its size
    """
    image = decode_picture(asset)
    if not text.strip():
        return _encode(image, format)
    width, height = image.width(), image.height()
    shortest = min(width, height)
    is_below = place == "below"
    margin = shortest * 0.05
    rows, size = wrap(text, max(11.0, shortest * 0.05), language, width - 2 * margin, 4)
    colour = 0xFF24292F if is_below else 0xFFFFFFFF
    lines = [set_line(row, size, language, colour) for row in rows]
    leading = size * 1.42
    strip = round(leading * len(lines) + margin * 1.1)
    surface = skia.Surface(width, height + (strip if is_below else 0))
    canvas = surface.getCanvas()
    canvas.clear(0xFFFAF8F4 if is_below else 0)
    canvas.drawImage(image, 0, 0)
    top = height + margin * 0.55 if is_below else height - strip + margin * 0.3
    if not is_below:
        _shade_foot(canvas, width, height, strip * 1.7)
    for row, line in enumerate(lines):
        draw_line(canvas, line, margin, top + row * leading + (leading - line.height) / 2)
    return _encode(surface.makeImageSnapshot(), format)


def _shade_foot(canvas: Any, width: int, height: int, reach: float) -> None:
    points = [skia.Point(0, height - reach), skia.Point(0, height)]
    shader = skia.GradientShader.MakeLinear(points, [0x00000000, 0x90000000, 0xC8000000], [0.0, 0.5, 1.0])
    canvas.drawRect(skia.Rect.MakeXYWH(0, height - reach, width, reach), skia.Paint(Shader=shader))


def decode_picture(asset: Asset) -> Any:
    """The skia picture in an asset. Raises InputError when there is none."""
    image = skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(asset.read()))
    if image is None:
        raise InputError(
            f"Asset {asset.digest[:19]} ({asset.media_type}) is not a picture that can be read.",
            hint="Give PNG, JPEG or WebP.",
        )
    return image


def _encode(image: Any, format: ImageFormat) -> Asset:
    kind = skia.EncodedImageFormat.kPNG if format == "png" else skia.EncodedImageFormat.kJPEG
    return Asset.from_bytes(bytes(image.encodeToData(kind, _JPEG_QUALITY)), _MEDIA_TYPES[format])
