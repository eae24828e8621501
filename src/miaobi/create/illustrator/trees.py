"""Trees and bushes, 1 unit tall, foot at (0, 0). The crown's colour follows the palette's ranges."""

from __future__ import annotations

import math
import random

import skia

from miaobi.create.illustrator.brush import (
    Canvas,
    Colour,
    darker,
    fill,
    hex_colour,
    lighter,
    linear,
    mix,
    oval,
    pen,
    polygon,
    polyline,
    smooth,
)  # fmt: skip
from miaobi.create.illustrator.palette import Palette


def leaf_colour(palette: Palette, rng: random.Random) -> Colour:
    """A green (or what the palette's ranges make of it) that differs a little from tree to tree."""
    base = mix(palette.lit(hex_colour("5f9e58")), palette.ranges[2], 0.62)
    return mix(base, palette.lit(rng.choice((hex_colour("86b85a"), hex_colour("3f7f5f"), hex_colour("6fa56a")))), 0.28)


def _crown(canvas: Canvas, blobs: list[tuple[float, float, float]], leaf: Colour, rng: random.Random) -> None:
    outline = skia.Path()
    for x, y, r in blobs:
        outline.addCircle(x, y, r)
    canvas.save()
    canvas.drawPath(
        outline, linear((-0.4, -1.0), (0.4, -0.3), [(lighter(leaf, 0.16), 1), (leaf, 1), (darker(leaf, 0.22), 1)])
    )
    canvas.clipPath(outline, True)
    for x, y, r in blobs[1:]:
        canvas.drawCircle(x - r * 0.22, y - r * 0.25, r * 0.72, fill(lighter(leaf, 0.2), 0.28))
    for _ in range(9):
        x, y, r = blobs[rng.randrange(len(blobs))]
        a, d = rng.uniform(0, math.tau), rng.uniform(0.1, 0.8) * r
        oval(canvas, x + math.cos(a) * d, y + math.sin(a) * d, 0.022, 0.012, fill(darker(leaf, 0.3), 0.5))
    canvas.restore()


def tree(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A broad-leaved tree."""
    bark = palette.lit(mix(hex_colour("7a5238"), palette.ranges[2], 0.15))
    leaf = leaf_colour(palette, rng)
    trunk = polygon(((-0.052, 0), (0.055, 0), (0.03, -0.5), (-0.028, -0.5)))
    canvas.drawPath(trunk, fill(bark))
    polyline(canvas, ((0.0, -0.3), (0.13, -0.48)), pen(bark, 0.028))
    polyline(canvas, ((0.0, -0.26), (-0.12, -0.44)), pen(bark, 0.026))
    shape = rng.randrange(3)
    if shape == 0:
        blobs = [(0, -0.66, 0.27), (-0.2, -0.55, 0.19), (0.21, -0.56, 0.18), (-0.12, -0.77, 0.19), (0.13, -0.8, 0.19)]
    elif shape == 1:
        blobs = [(0, -0.62, 0.25), (0, -0.78, 0.21), (-0.13, -0.52, 0.19), (0.14, -0.54, 0.18), (0.09, -0.72, 0.18)]
    else:
        blobs = [
            (0, -0.6, 0.24),
            (-0.23, -0.6, 0.17),
            (0.24, -0.62, 0.17),
            (-0.1, -0.76, 0.2),
            (0.13, -0.75, 0.21),
            (0, -0.84, 0.15),
        ]
    _crown(canvas, [(x + rng.uniform(-0.02, 0.02), y, r) for x, y, r in blobs], leaf, rng)


def birch(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A slender tree with a pale stem."""
    bark = palette.lit(hex_colour("e9e4da"))
    canvas.drawPath(polygon(((-0.024, 0), (0.026, 0), (0.014, -0.6), (-0.012, -0.6))), fill(bark))
    for k in range(6):
        y = -0.05 - k * 0.075
        polyline(
            canvas,
            ((-0.02 + 0.02 * (k % 2), y), (0.004 + 0.02 * (k % 2), y)),
            pen(palette.lit(hex_colour("4d4a48")), 0.009),
        )
    leaf = mix(leaf_colour(palette, rng), palette.lit(hex_colour("c9cf5a")), 0.25)
    _crown(
        canvas,
        [(0, -0.62, 0.2), (0, -0.8, 0.16), (-0.07, -0.5, 0.15), (0.08, -0.68, 0.17), (0.01, -0.89, 0.1)],
        leaf,
        rng,
    )


def conifer(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A fir of four tiers, lit from one side."""
    bark = palette.lit(hex_colour("6b4a35"))
    leaf = mix(leaf_colour(palette, rng), palette.lit(hex_colour("2f6b57")), 0.55)
    canvas.drawPath(polygon(((-0.03, 0), (0.03, 0), (0.02, -0.2), (-0.02, -0.2))), fill(bark))
    for k, (y, w) in enumerate(((-0.1, 0.25), (-0.3, 0.21), (-0.5, 0.165), (-0.69, 0.115))):
        top = y - 0.33
        side = smooth(
            (
                (0, top),
                (w * 0.45, y - 0.12),
                (w, y),
                (w * 0.5, y + 0.025),
                (0, y + 0.012),
                (-w * 0.5, y + 0.025),
                (-w, y),
                (-w * 0.45, y - 0.12),
            ),
            True,
        )
        tone = lighter(leaf, 0.05 * k)
        canvas.drawPath(side, fill(tone))
        canvas.save()
        canvas.clipPath(side, True)
        canvas.drawPath(polygon(((0.0, top), (w * 1.2, y + 0.1), (w * 0.12, y + 0.1))), fill(darker(leaf, 0.35), 0.38))
        canvas.restore()


def palm(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A palm with a bent stem."""
    bark, leaf = (
        palette.lit(hex_colour("a87b4f")),
        mix(leaf_colour(palette, rng), palette.lit(hex_colour("3f9a5f")), 0.5),
    )
    canvas.drawPath(smooth(((-0.08, 0), (-0.04, -0.3), (0.02, -0.55), (0.1, -0.78))), pen(bark, 0.05))
    for angle in (-170, -140, -105, -70, -35, -8, 20, 195):
        canvas.save()
        canvas.translate(0.1, -0.78)
        canvas.rotate(angle)
        frond = skia.Path()
        frond.moveTo(0, 0)
        frond.quadTo(0.2, -0.1, 0.38, 0.07)
        frond.quadTo(0.18, 0.01, 0, 0.03)
        canvas.drawPath(frond, fill(leaf if angle % 20 else darker(leaf, 0.18)))
        canvas.restore()
    for x, y in ((0.07, -0.75), (0.13, -0.75)):
        oval(canvas, x, y, 0.026, 0.026, fill(darker(bark, 0.3)))


def bush(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A low bush, with a few berries or blossoms."""
    leaf = leaf_colour(palette, rng)
    blobs = [(0, -0.45, 0.5), (-0.48, -0.32, 0.36), (0.5, -0.34, 0.38), (-0.2, -0.6, 0.36), (0.26, -0.58, 0.38)]
    canvas.save()
    canvas.clipRect(skia.Rect.MakeLTRB(-1, -1.1, 1, 0))
    _crown(canvas, blobs, leaf, rng)
    if rng.random() < 0.5:
        for _ in range(7):
            oval(
                canvas,
                rng.uniform(-0.6, 0.6),
                rng.uniform(-0.75, -0.2),
                0.045,
                0.045,
                fill(palette.lit(palette.accent), 0.9),
            )
    canvas.restore()
