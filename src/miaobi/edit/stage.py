"""Makes a shot ready to be drawn: its pictures decoded, placed and scaled once, its title set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from miaobi.base.engine import Layer, Motion
from miaobi.edit.image import decode_picture
from miaobi.edit.lettering import colour_of
from miaobi.edit.motion import closer_for, view_at
from miaobi.edit.timeline import Camera, Shot, Timeline
from miaobi.edit.title_card import TitleCard, make_title_card

LINEAR = skia.SamplingOptions(skia.FilterMode.kLinear)
"""Only this sampling, with 32-bit premultiplied pixels and the source-over mode, takes skia's fast path on a processor
(5 to 10 times faster than the general one): pictures are brought to about the right size beforehand."""

_FINE = skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)
_CUBIC = skia.SamplingOptions(skia.CubicResampler.Mitchell())
EDGE = 2
"""Empty pixels around every picture that does not fill the frame."""


@dataclass(frozen=True)
class Plane:
    """A picture ready to be drawn at (x, y) of the frame, densely enough for the largest size it is seen at.

    solid_top, solid_bottom  rows of the picture between which it hides whatever lies behind it
    """

    image: Any
    x: float
    y: float
    width: float
    height: float
    density_x: float
    density_y: float
    depth: float
    motion: Motion
    solid_top: int = 0
    solid_bottom: int = 0


@dataclass(frozen=True)
class Stage:
    """A shot made ready: its planes from far to near, its title, and a picture of its light's colour."""

    planes: tuple[Plane, ...]
    closer: float
    title: TitleCard | None
    is_still: bool
    hides_background: bool
    wash: Any


def make_stage(timeline: Timeline, shot: Shot, *, is_last: bool) -> Stage:
    """Decode, place and scale a shot's pictures, put planes that move alike together, set its title."""
    width, height = timeline.width, timeline.height
    title = None
    if shot.title is not None:
        is_plain = not shot.layers and shot.still is None
        title = make_title_card(
            shot.title, width, height, timeline.language, timeline.palette, is_plain=is_plain, leaves=not is_last
        )
    layers = _as_layers(shot, width, height)
    camera = shot.camera
    closer = closer_for(camera, (layer for layer, _ in layers), width, height) if layers else 1.0
    planes = [_make_plane(layer, image, camera, closer, width, height) for layer, image in layers]
    planes = _together(planes, camera)
    moves = any(plane.motion.kind != "still" for plane in planes)
    is_still = not moves and (camera.is_still or not planes) and shot.light is None
    hides = bool(planes) and planes[0].image.isOpaque() and planes[0].motion.kind == "still"
    wash = None
    if shot.light is not None:
        surface = _surface(width, height, is_opaque=True)
        surface.getCanvas().clear(colour_of(shot.light.colour))
        wash = surface.makeImageSnapshot()
    return Stage(tuple(planes), closer, title, is_still, hides, wash)


def _as_layers(shot: Shot, width: int, height: int) -> list[tuple[Layer, Any]]:
    """The shot's layers in pixels of the frame: the picture they belong to covers it."""
    if shot.still is not None:
        image = decode_picture(shot.still)
        scale = max(width / image.width(), height / image.height())
        w, h = image.width() * scale, image.height() * scale
        place = ((width - w) / 2, (height - h) / 2, math.ceil(w), math.ceil(h))
        return [(Layer(asset=shot.still, x=place[0], y=place[1], width=place[2], height=place[3]), image)]
    from_w, from_h = shot.picture_width or width, shot.picture_height or height
    scale = max(width / from_w, height / from_h)
    off_x, off_y = (width - from_w * scale) / 2, (height - from_h * scale) / 2
    found = []
    for layer in shot.layers:
        update: dict[str, object] = {"x": off_x + layer.x * scale, "y": off_y + layer.y * scale}
        update |= {"width": math.ceil(layer.width * scale), "height": math.ceil(layer.height * scale)}
        if layer.motion.kind in ("drift", "bob", "rise"):
            update["motion"] = layer.motion.model_copy(update={"amount": layer.motion.amount * scale})
        found.append((layer.model_copy(update=update), decode_picture(layer.asset)))
    return found


def _make_plane(layer: Layer, image: Any, camera: Camera, closer: float, width: int, height: int) -> Plane:
    """The layer's picture at about the largest size it is seen at, as 32-bit premultiplied (or opaque) pixels.

    Scaled only where it is much larger or smaller than that: one linear sampling while drawing is sharper than two.
    """
    needed = max(view_at(camera, layer.depth, at, closer, width, height).scale for at in (0.0, 1.0))
    to_w, to_h = image.width(), image.height()
    scale = needed * max(layer.width / to_w, layer.height / to_h)
    if not 0.75 <= scale <= 1.6:
        density = min(needed, 8192 / max(layer.width, layer.height))
        to_w, to_h = max(1, round(layer.width * density)), max(1, round(layer.height * density))
    covers = layer.x <= 0 and layer.y <= 0 and layer.x + layer.width >= width and layer.y + layer.height >= height
    is_opaque = covers and image.isOpaque()
    edge = 0 if is_opaque else EDGE  # what is drawn up to its picture's edge would have jagged sides when it turns
    pixels = np.zeros((to_h + 2 * edge, to_w + 2 * edge, 4), np.uint8)
    surface = _surface(to_w + 2 * edge, to_h + 2 * edge, is_opaque=is_opaque, pixels=pixels)
    sampling = skia.SamplingOptions() if to_w == image.width() else _FINE if to_w < image.width() else _CUBIC
    surface.getCanvas().drawImageRect(image, skia.Rect.MakeXYWH(edge, edge, to_w, to_h), sampling)
    dense_x, dense_y = to_w / layer.width, to_h / layer.height
    seen = _Seen(0, 0, to_w + 2 * edge, to_h + 2 * edge, 0, to_h)
    if not is_opaque:
        seen = _look_at(pixels[:, :, 3], edge, may_crop=layer.motion.kind in ("still", "drift"))
    part = skia.IRect(seen.left, seen.top, seen.right, seen.bottom)
    x, y = layer.x + (seen.left - edge) / dense_x, layer.y + (seen.top - edge) / dense_y
    w, h = part.width() / dense_x, part.height() / dense_y
    cut = surface.makeImageSnapshot(part)
    place = (x, y, w, h, dense_x, dense_y, layer.depth, layer.motion)
    return Plane(cut, *place, seen.solid_top - seen.top, seen.solid_bottom - seen.top)


@dataclass(frozen=True)
class _Seen:
    """What of a picture is not empty, and its run of rows that are opaque throughout, in pixels of the picture."""

    left: int
    top: int
    right: int
    bottom: int
    solid_top: int
    solid_bottom: int


def _look_at(alpha: NDArray[np.uint8], edge: int, *, may_crop: bool) -> _Seen:
    """The lowest run of opaque rows, and the bounds of all that shows with an empty edge left around it.

    Empty margins cost as much to draw as full ones. A layer that turns or grows keeps its bounds, they are its pivot.
    """
    height, width = alpha.shape
    solid = (alpha[:, edge : width - edge] == 255).all(axis=1)
    full = np.flatnonzero(solid)
    bottom = int(full[-1]) + 1 if full.size else 0
    gaps = np.flatnonzero(~solid[:bottom])
    top = int(gaps[-1]) + 1 if gaps.size else 0
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not may_crop or rows.size == 0:
        return _Seen(0, 0, width, height, top, bottom)
    first, last = max(0, int(rows[0]) - edge), min(height, int(rows[-1]) + 1 + edge)
    left, right = max(0, int(columns[0]) - edge), min(width, int(columns[-1]) + 1 + edge)
    return _Seen(left, first, right, last, top, bottom)


def _surface(width: int, height: int, *, is_opaque: bool, pixels: NDArray[np.uint8] | None = None) -> Any:
    """An empty surface of 32-bit pixels. What is known to be opaque is copied later on instead of blended."""
    info = skia.ImageInfo.MakeN32(width, height, skia.kOpaque_AlphaType if is_opaque else skia.kPremul_AlphaType)
    if pixels is None:
        surface = skia.Surface.MakeRaster(info)
    else:
        surface = skia.Surface.MakeRasterDirect(info, pixels, width * 4)
    surface.getCanvas().clear(0)
    return surface


def _together(planes: Sequence[Plane], camera: Camera) -> list[Plane]:
    """Still planes next to each other that the camera moves alike become one, when they fit into one picture."""
    found: list[Plane] = []
    for plane in planes:
        if found and _alike(found[-1], plane, camera) and _inside(plane, found[-1]):
            found[-1] = _painted_on(found[-1], plane)
        else:
            found.append(plane)
    return found


def _alike(under: Plane, over: Plane, camera: Camera) -> bool:
    is_quiet = under.motion.kind == "still" and over.motion.kind == "still"
    return is_quiet and (camera.is_still or under.depth == over.depth)


def _inside(inner: Plane, outer: Plane) -> bool:
    return (
        inner.x >= outer.x
        and inner.y >= outer.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def _painted_on(under: Plane, over: Plane) -> Plane:
    surface = _surface(under.image.width(), under.image.height(), is_opaque=under.image.isOpaque())
    canvas = surface.getCanvas()
    canvas.drawImage(under.image, 0, 0)
    x, y = (over.x - under.x) * under.density_x, (over.y - under.y) * under.density_y
    size = skia.Rect.MakeXYWH(x, y, over.width * under.density_x, over.height * under.density_y)
    canvas.drawImageRect(over.image, size, LINEAR)
    return replace(under, image=surface.makeImageSnapshot())
