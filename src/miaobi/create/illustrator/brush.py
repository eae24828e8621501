"""Colour and path primitives on skia. Colours are (r, g, b) in 0..1, sRGB."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import skia

Colour = tuple[float, float, float]
Canvas = Any
Path = Any
WHITE: Colour = (1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0)


def hex_colour(text: str) -> Colour:
    """ "rrggbb" or "#rrggbb" to a colour."""
    value = int(text.lstrip("#"), 16)
    return ((value >> 16 & 255) / 255, (value >> 8 & 255) / 255, (value & 255) / 255)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """`a` at t = 0, `b` at t = 1."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def lighter(c: Colour, t: float) -> Colour:
    """`c` mixed with white by t."""
    return mix(c, WHITE, t)


def darker(c: Colour, t: float) -> Colour:
    """`c` mixed with a deep blue-black by t: shadows in open air are cool, not grey."""
    return mix(c, (0.06, 0.09, 0.19), t)


def times(c: Colour, tint: Colour) -> Colour:
    """`c` under a coloured light."""
    return (min(1.0, c[0] * tint[0]), min(1.0, c[1] * tint[1]), min(1.0, c[2] * tint[2]))


def luminance(c: Colour) -> float:
    """Rough lightness in 0..1 (Rec. 709 weights on gamma-coded values)."""
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]


def argb(c: Colour, alpha: float = 1.0) -> int:
    """The colour as skia's 0xAARRGGBB."""
    r, g, b = (round(max(0.0, min(1.0, v)) * 255) for v in c)
    return round(max(0.0, min(1.0, alpha)) * 255) << 24 | r << 16 | g << 8 | b


def fill(c: Colour, alpha: float = 1.0, blur: float = 0.0) -> Any:
    """A paint that fills; `blur` is the sigma of a soft edge in pixels."""
    paint = skia.Paint(AntiAlias=True, Color=argb(c, alpha))
    if blur > 0:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return paint


def pen(c: Colour, width: float, alpha: float = 1.0) -> Any:
    """A paint that strokes with round ends and joins."""
    return skia.Paint(
        AntiAlias=True, Color=argb(c, alpha), Style=skia.Paint.kStroke_Style, StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap, StrokeJoin=skia.Paint.kRound_Join,
    )  # fmt: skip


def down(y0: float, y1: float, *stops: Colour) -> Any:
    """A paint with a vertical gradient through `stops`, evenly spaced."""
    return linear((0, y0), (0, y1), [(c, 1.0) for c in stops])


def linear(start: tuple[float, float], end: tuple[float, float], stops: Sequence[tuple[Colour, float]]) -> Any:
    """A paint with a gradient from `start` to `end`; stops are (colour, alpha), evenly spaced."""
    shader = skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], [argb(c, a) for c, a in stops])
    return skia.Paint(AntiAlias=True, Shader=shader, Dither=False)


def glow(x: float, y: float, radius: float, c: Colour, alpha: float) -> Any:
    """A paint that fades from `c` at the centre to nothing at `radius`."""
    shader = skia.GradientShader.MakeRadial(
        skia.Point(x, y), radius, [argb(c, alpha), argb(c, alpha * 0.35), argb(c, 0)], [0.0, 0.45, 1.0]
    )
    return skia.Paint(AntiAlias=True, Shader=shader)


def rect(canvas: Canvas, x: float, y: float, w: float, h: float, paint: Any, radius: float = 0.0) -> None:
    """A rectangle, with round corners where asked."""
    if radius > 0:
        canvas.drawRoundRect(skia.Rect.MakeXYWH(x, y, w, h), radius, radius, paint)
    else:
        canvas.drawRect(skia.Rect.MakeXYWH(x, y, w, h), paint)


def oval(canvas: Canvas, cx: float, cy: float, rx: float, ry: float, paint: Any) -> None:
    """An ellipse around its centre."""
    canvas.drawOval(skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry), paint)


def polygon(points: Sequence[tuple[float, float]]) -> Path:
    """A closed path through `points`."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], True)
    return path


def smooth(points: Sequence[tuple[float, float]], close: bool = False) -> Path:
    """A soft curve through the midpoints of `points` (quadratic B-spline)."""
    path = skia.Path()
    if close:
        points = [*points, points[0], points[1]]
        path.moveTo((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2)
        inner = range(1, len(points) - 1)
    else:
        path.moveTo(*points[0])
        inner = range(1, len(points) - 1)
    for i in inner:
        (x0, y0), (x1, y1) = points[i], points[i + 1]
        path.quadTo(x0, y0, (x0 + x1) / 2, (y0 + y1) / 2)
    if close:
        path.close()
    else:
        path.lineTo(*points[-1])
    return path


def polyline(canvas: Canvas, points: Sequence[tuple[float, float]], paint: Any) -> None:
    """An open line through `points`."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], False)
    canvas.drawPath(path, paint)


def ridge(
    rng: random.Random, x0: float, x1: float, base: float, swing: float, step: float
) -> list[tuple[float, float]]:
    """Points of a rolling line from x0 to x1 around `base`, at most `swing` up or down (sum of three sines)."""
    waves = [
        (swing * s, rng.uniform(0.8, 1.3) * f, rng.uniform(0, math.tau))
        for s, f in ((0.6, 1), (0.28, 2.3), (0.12, 5.1))
    ]
    span = max(1.0, x1 - x0)
    count = max(2, int(span / step))
    points = []
    for i in range(count + 1):
        t = i / count
        points.append((x0 + span * t, base + sum(a * math.sin(math.tau * f * t + p) for a, f, p in waves)))
    return points


def under(line: Sequence[tuple[float, float]], bottom: float) -> Path:
    """The area between a line and `bottom`."""
    return polygon([*line, (line[-1][0], bottom), (line[0][0], bottom)])


def height_at(line: Sequence[tuple[float, float]], x: float) -> float:
    """y of the line at x, interpolated."""
    for (xa, ya), (xb, yb) in pairwise(line):
        if xa <= x <= xb:
            return ya + (yb - ya) * ((x - xa) / (xb - xa) if xb > xa else 0)
    return line[0][1] if x < line[0][0] else line[-1][1]
