"""`image:fake`: instant pictures drawn from a hash of the request, for tests, documentation and dry runs.

Colour fields, a sun and two subjects; the hue belongs to the series, everything else to the picture. The picture is the
same with and without layers, and equals its layers drawn over one another.
"""

from __future__ import annotations

import hashlib
import io
import random
from colorsys import hls_to_rgb
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from miaobi.base.asset import Asset
from miaobi.base.engine import Engine, EngineCard, ImageRequest, ImageResult, Layer, Modality, Motion
from miaobi.base.fonts import FONT_CREDIT, font_path

if TYPE_CHECKING:
    from PIL import Image

Colour = tuple[int, int, int]


class FakeImageEngine(Engine[ImageRequest, ImageResult]):
    """See the module docstring. Any name is accepted and makes a different fake."""

    modality: ClassVar[Modality] = "image"
    parallel_slots = 8

    @classmethod
    def describe(cls, name: str, home: Path) -> EngineCard:  # noqa: ARG003 - nothing is kept on disk
        suffix = f"/{name}" if name else ""
        return EngineCard(
            id=f"image:fake{suffix}",
            modality="image",
            fingerprint=f"image-fake-1{suffix}",
            summary="instant coloured shapes, for tests and dry runs",
        )

    @classmethod
    def open(cls, name: str, home: Path) -> Self:
        return cls(cls.describe(name, home))

    def generate(self, request: ImageRequest) -> ImageResult:
        """A PNG of the size asked for; two layers, and a third where there is lettering."""
        from PIL import Image

        asked = request.model_copy(update={"layered": False}).model_dump_json()
        rng = random.Random(int.from_bytes(_digest(self.card.fingerprint + asked), "big"))  # noqa: S311 - no secret
        hue = _digest(self.card.fingerprint + (request.series or request.prompt))[0] / 255
        planes = [_backdrop(request, hue, rng), _subject(request, hue, rng)]
        if request.lettering:
            planes.append(_lettering(request))
        picture = Image.new("RGBA", (request.width, request.height))
        for plane, layer in planes:
            picture.alpha_composite(plane, (round(layer.x), round(layer.y)))
        return ImageResult(
            made_by=self.made_by,
            image=_png(picture.convert("RGB")),
            width=request.width,
            height=request.height,
            description=request.prompt.strip() or request.lettering,
            layers=tuple(layer for _, layer in planes) if request.layered else (),
            credits=(FONT_CREDIT,) if request.lettering else (),
        )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _colour(hue: float, lightness: float, saturation: float = 0.45) -> Colour:
    red, green, blue = hls_to_rgb(hue % 1, lightness, saturation)
    return round(255 * red), round(255 * green), round(255 * blue)


def _backdrop(request: ImageRequest, hue: float, rng: random.Random) -> tuple[Image.Image, Layer]:
    """A sky of horizontal bands, a sun, and a row of hills of differing height."""
    from PIL import Image, ImageDraw

    width, height = request.width, request.height
    plane = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(plane)
    bands = 12
    for band in range(bands):
        top = height * band // bands
        draw.rectangle((0, top, width, height), fill=_colour(hue, 0.62 + 0.3 * band / bands))
    radius = height * rng.uniform(0.06, 0.11)
    x, y = width * rng.uniform(0.15, 0.85), height * rng.uniform(0.15, 0.4)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_colour(hue + 0.5, 0.82, 0.7))
    for row in range(3):
        foot = height * (0.6 + 0.13 * row)
        points = [(width * step / 6, foot - height * rng.uniform(0, 0.16)) for step in range(7)]
        draw.polygon([(0, height), *points, (width, height)], fill=_colour(hue + 0.04 * row, 0.55 - 0.1 * row))
    layer = Layer(asset=_png(plane), x=0, y=0, width=width, height=height, depth=0.1, role="backdrop")
    return plane, layer


def _subject(request: ImageRequest, hue: float, rng: random.Random) -> tuple[Image.Image, Layer]:
    """Two simple figures in the accent colour, cropped to their bounds."""
    from PIL import Image, ImageDraw

    width, height = max(8, request.width // 3), max(8, request.height // 3)
    plane = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(plane)
    for figure in range(2):
        left = width * (0.05 + 0.48 * figure)
        box = (left, height * rng.uniform(0.02, 0.4), left + width * 0.4, height * 0.98)
        shade = _colour(hue + 0.5 + 0.08 * figure, 0.45, 0.6)
        rng.choice((draw.ellipse, draw.rectangle))(box, fill=shade)
    plane = plane.crop(plane.getbbox())
    x = round((request.width - plane.width) * rng.uniform(0.1, 0.9))
    y = round(request.height * 0.92) - plane.height
    motion = Motion(kind="bob", amount=request.height / 90, period_seconds=3, phase=round(rng.random(), 3))
    layer = Layer(
        asset=_png(plane), x=x, y=y, width=plane.width, height=plane.height, depth=0.8, role="subject", motion=motion
    )
    return plane, layer


def _lettering(request: ImageRequest) -> tuple[Image.Image, Layer]:
    """The words in white with a dark edge, shrunk until they fit on one line."""
    from PIL import Image, ImageDraw, ImageFont

    size = max(10, request.height // 12)
    while True:
        font = ImageFont.truetype(str(font_path()), size)
        left, top, right, bottom = font.getbbox(request.lettering, stroke_width=2)
        if right - left <= request.width * 0.94 or size <= 6:
            break
        size = max(6, min(size - 1, int(size * request.width * 0.94 / (right - left))))
    plane = Image.new("RGBA", (max(1, round(right - left)), max(1, round(bottom - top))))
    ImageDraw.Draw(plane).text(
        (-left, -top), request.lettering, font=font, fill="white", stroke_width=2, stroke_fill=(40, 40, 40, 255)
    )
    plane = plane.crop((0, 0, min(plane.width, request.width), min(plane.height, request.height)))
    x, y = (request.width - plane.width) // 2, round((request.height - plane.height) * 0.1)
    motion = Motion(kind="rise", amount=request.height / 20)
    layer = Layer(
        asset=_png(plane), x=x, y=y, width=plane.width, height=plane.height, depth=1, role="lettering", motion=motion
    )
    return plane, layer


def _png(picture: Image.Image) -> Asset:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return Asset.from_bytes(buffer.getvalue(), "image/png")
