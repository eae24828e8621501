"""Large things outside that Twemoji lacks: glacier, iceberg, a house in an earthquake, a wreck, a lander, a charger.

Each is 1 unit tall with its foot at (0, 0), up is negative y.
"""

from __future__ import annotations

import random
from itertools import pairwise

from miaobi.create.illustrator.brush import (
    Canvas,
    darker,
    down,
    fill,
    hex_colour,
    lighter,
    mix,
    oval,
    pen,
    polygon,
    polyline,
    rect,
)  # fmt: skip
from miaobi.create.illustrator.palette import Palette


def glacier(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A tongue of ice between two slopes, with crevasses and a stream of meltwater."""
    ice, rock = palette.lit(hex_colour("bfe4f2")), palette.lit(hex_colour("77828f"))
    for side in (-1, 1):
        slope = ((side * 1.15, 0), (side * 0.95, -0.72), (side * 0.72, -1.0), (side * 0.48, -0.5), (side * 0.56, 0))
        canvas.drawPath(polygon(slope), fill(rock if side > 0 else lighter(rock, 0.12)))
        cap = ((side * 0.95, -0.72), (side * 0.72, -1.0), (side * 0.58, -0.7), (side * 0.74, -0.78))
        canvas.drawPath(polygon(cap), fill(palette.lit(hex_colour("ffffff"))))
    tongue = (
        (-0.2, -0.92),
        (0.22, -0.9),
        (0.4, -0.62),
        (0.66, -0.14),
        (0.5, 0),
        (-0.52, 0),
        (-0.66, -0.16),
        (-0.38, -0.6),
    )
    canvas.drawPath(polygon(tongue), down(-0.92, 0.0, lighter(ice, 0.7), ice))
    front = (
        (-0.66, -0.16),
        (-0.38, -0.26),
        (-0.1, -0.2),
        (0.2, -0.27),
        (0.46, -0.2),
        (0.66, -0.14),
        (0.5, 0),
        (-0.52, 0),
    )
    canvas.drawPath(polygon(front), down(-0.27, 0.0, darker(ice, 0.06), darker(ice, 0.3)))
    for x, y, reach in ((-0.16, -0.72, 0.3), (-0.28, -0.55, 0.44), (-0.3, -0.4, 0.6)):
        polyline(
            canvas, ((x, y), (x + reach * 0.5, y + 0.035), (x + reach, y - 0.01)), pen(darker(ice, 0.28), 0.014, 0.8)
        )
    for x in (-0.38, -0.1, 0.2, 0.46):
        polyline(canvas, ((x, -0.24), (x + 0.02, -0.02)), pen(darker(ice, 0.34), 0.014, 0.7))
    melt = palette.lit(hex_colour("6bb7d6"))
    oval(canvas, 0.0, 0.0, 0.5, 0.035, fill(melt))


def iceberg(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """An iceberg that floats, lit from the left."""
    ice = palette.lit(hex_colour("d8f1f8"))
    whole = ((-0.85, 0), (-0.62, -0.5), (-0.3, -0.62), (-0.08, -1.0), (0.2, -0.72), (0.42, -0.76), (0.86, 0))
    canvas.drawPath(polygon(whole), down(-1.0, 0.0, lighter(ice, 0.6), ice))
    canvas.drawPath(polygon(((-0.08, -1.0), (0.2, -0.72), (0.42, -0.76), (0.86, 0), (0.16, 0), (0.06, -0.5))),
                    fill(darker(ice, 0.2)))  # fmt: skip
    canvas.drawPath(polygon(((-0.3, -0.62), (-0.08, -1.0), (0.06, -0.5), (-0.2, -0.3))), fill(lighter(ice, 0.8)))
    water = palette.lit(hex_colour("5aa9c8"))
    oval(canvas, 0, 0.0, 0.98, 0.05, fill(lighter(water, 0.45), 0.8))


def quake(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A cracked, tilted house beside a gap in the ground."""
    wall, roof = palette.lit(hex_colour("ead9c0")), palette.lit(mix(hex_colour("b7523f"), palette.accent, 0.2))
    dark = palette.lit(hex_colour("4a3a33"))
    canvas.drawPath(
        polygon(((0.1, -0.06), (1.5, 0.12), (1.1, 0.0), (1.5, -0.1), (0.9, -0.06), (0.6, -0.12))), fill(dark)
    )
    for x, size in ((-0.95, 0.09), (-0.74, 0.13), (0.72, 0.1), (0.95, 0.07)):
        piece = ((x - size, 0.02), (x - size * 0.5, -size), (x + size * 0.6, -size * 0.8), (x + size, 0.02))
        canvas.drawPath(polygon(piece), fill(darker(wall, 0.18)))
    canvas.save()
    canvas.rotate(-8)
    rect(canvas, -0.55, -0.62, 1.1, 0.66, fill(wall))
    rect(canvas, 0.25, -0.62, 0.3, 0.66, fill(darker(wall, 0.12)))
    canvas.drawPath(
        polygon(((-0.68, -0.6), (0.02, -1.02), (0.3, -0.86), (0.22, -0.7), (0.42, -0.76), (0.68, -0.6))), fill(roof)
    )
    for x in (-0.38, 0.22):
        rect(canvas, x, -0.48, 0.2, 0.2, fill(palette.lit(hex_colour("5b7b93"))), 0.01)
        polyline(canvas, ((x, -0.48), (x + 0.2, -0.28)), pen(wall, 0.02))
    rect(canvas, -0.12, -0.3, 0.2, 0.32, fill(darker(roof, 0.35)))
    crack = ((0.06, -0.62), (-0.02, -0.5), (0.1, -0.42), (0.02, -0.3), (0.18, -0.2), (0.12, 0.0))
    polyline(canvas, crack, pen(dark, 0.03))
    polyline(canvas, ((-0.55, -0.4), (-0.44, -0.34), (-0.48, -0.22), (-0.36, -0.12)), pen(dark, 0.02))
    canvas.restore()


def wreck(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A sunken wooden ship, heeled over, with a broken mast."""
    wood = palette.lit(hex_colour("6d5140"))
    canvas.save()
    canvas.rotate(-9)
    polyline(canvas, ((-0.2, -0.4), (-0.3, -1.0)), pen(darker(wood, 0.25), 0.05))
    polyline(canvas, ((0.42, -0.36), (0.48, -0.72)), pen(darker(wood, 0.25), 0.045))
    polyline(canvas, ((-0.55, -0.76), (0.02, -0.82)), pen(darker(wood, 0.2), 0.035))
    hull = ((-1.15, -0.5), (-0.95, -0.36), (0.75, -0.36), (0.95, -0.6), (1.18, -0.58), (0.85, 0.06), (-0.8, 0.06))
    canvas.drawPath(polygon(hull), down(-0.6, 0.06, lighter(wood, 0.16), darker(wood, 0.3)))
    for k, y in enumerate((-0.24, -0.12)):
        polyline(canvas, ((-0.98 + k * 0.08, y), (0.92 - k * 0.05, y)), pen(darker(wood, 0.35), 0.016))
    for x in (-0.5, -0.1, 0.3):
        oval(canvas, x, -0.2, 0.055, 0.055, fill(darker(wood, 0.65)))
    canvas.drawPath(polygon(((0.45, -0.02), (0.56, -0.26), (0.74, -0.22), (0.7, 0.0))), fill(darker(wood, 0.6)))
    canvas.restore()


def diver(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A diver swimming to the right with fins, mask and air bottle."""
    suit, skin = palette.lit(hex_colour("2f4858")), palette.lit(hex_colour("d39a6a"))
    bright = palette.lit(hex_colour("f2a03d"))
    for y, tip in ((-0.3, -0.08), (-0.42, -0.5)):
        polyline(canvas, ((-0.25, -0.4), (-0.7, y - 0.04), (-1.0, tip - 0.06)), pen(suit, 0.15))
        canvas.drawPath(
            polygon(((-0.98, tip - 0.12), (-1.42, tip - 0.16), (-1.36, tip + 0.1), (-0.98, tip))), fill(bright)
        )
    polyline(canvas, ((-0.28, -0.42), (0.42, -0.54)), pen(suit, 0.3))
    polyline(canvas, ((-0.22, -0.66), (0.28, -0.74)), pen(bright, 0.17))
    polyline(canvas, ((0.34, -0.46), (0.5, -0.2), (0.86, -0.16)), pen(lighter(suit, 0.12), 0.12))
    oval(canvas, 0.92, -0.16, 0.07, 0.06, fill(skin))
    oval(canvas, 0.68, -0.66, 0.2, 0.2, fill(suit))
    oval(canvas, 0.74, -0.64, 0.15, 0.16, fill(skin))
    rect(canvas, 0.7, -0.76, 0.22, 0.15, fill(bright), 0.05)
    rect(canvas, 0.73, -0.735, 0.16, 0.1, fill(palette.lit(hex_colour("bfe6f2"))), 0.04)
    polyline(canvas, ((0.84, -0.54), (0.72, -0.46), (0.3, -0.72)), pen(darker(suit, 0.4), 0.04))
    for k, (x, y) in enumerate(((0.96, -0.78), (1.06, -0.92), (0.98, -1.0))):
        oval(canvas, x, y, 0.04 - k * 0.008, 0.04 - k * 0.008, fill(hex_colour("e8f7fb"), 0.75))


def lander(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A lunar lander on four legs, without a flag."""
    foil, steel = palette.lit(hex_colour("d9a441"), 0.2), hex_colour("c9d0d6")
    for x in (-0.62, 0.62, -0.3, 0.3):
        polyline(canvas, ((x * 0.55, -0.42), (x, -0.02)), pen(darker(steel, 0.3), 0.035))
        oval(canvas, x, -0.015, 0.11, 0.022, fill(darker(steel, 0.4)))
    canvas.drawPath(polygon(((-0.16, -0.24), (0.16, -0.24), (0.24, -0.1), (-0.24, -0.1))), fill(darker(steel, 0.5)))
    rect(canvas, -0.46, -0.5, 0.92, 0.28, down(-0.5, -0.22, lighter(foil, 0.25), darker(foil, 0.15)), 0.03)
    hull = ((-0.36, -0.5), (-0.42, -0.68), (-0.24, -0.9), (0.2, -0.92), (0.42, -0.7), (0.36, -0.5))
    canvas.drawPath(polygon(hull), down(-0.92, -0.5, lighter(steel, 0.4), darker(steel, 0.1)))
    canvas.drawPath(polygon(((-0.18, -0.8), (0.0, -0.8), (-0.06, -0.66), (-0.22, -0.66))), fill(hex_colour("33465c")))
    rect(canvas, 0.06, -0.72, 0.18, 0.2, fill(darker(steel, 0.35)), 0.02)
    polyline(canvas, ((0.24, -0.9), (0.36, -1.0)), pen(steel, 0.025))
    oval(canvas, 0.37, -1.0, 0.07, 0.035, fill(lighter(steel, 0.3)))


def charger(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A charging post for cars."""
    body, dark = palette.lit(hex_colour("eef2f4")), palette.lit(hex_colour("3b4650"))
    rect(canvas, -0.17, -1.0, 0.34, 0.98, down(-1.0, 0.0, body, darker(body, 0.14)), 0.06)
    rect(canvas, -0.2, -0.05, 0.4, 0.05, fill(dark), 0.02)
    rect(canvas, -0.11, -0.9, 0.22, 0.18, fill(dark), 0.03)
    bolt = ((0.02, -0.64), (-0.07, -0.47), (0.0, -0.47), (-0.02, -0.34), (0.07, -0.52), (0.0, -0.52))
    canvas.drawPath(polygon(bolt), fill(palette.lit(hex_colour("4fae5b"))))
    polyline(canvas, ((0.16, -0.72), (0.3, -0.6), (0.3, -0.3), (0.18, -0.22)), pen(dark, 0.035))


def wall(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A stretch of the Great Wall that climbs to a watchtower."""
    stone = palette.lit(hex_colour("b79f80"))
    line = ((-1.9, -0.22), (-1.2, -0.3), (-0.5, -0.5), (0.3, -0.6), (1.1, -0.44), (1.9, -0.34))
    canvas.drawPath(polygon((*line, (1.9, 0.0), (-1.9, 0.0))), down(-0.6, 0.0, stone, darker(stone, 0.25)))
    for (x0, y0), (x1, y1) in pairwise(line):
        steps = 6
        for k in range(steps):
            x, y = x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * (k + 0.3) / steps
            rect(canvas, x + 0.01, y - 0.065, 0.07, 0.08, fill(lighter(stone, 0.12)))
        polyline(canvas, ((x0, y0 + 0.07), (x1, y1 + 0.07)), pen(darker(stone, 0.3), 0.018))
    rect(canvas, -0.16, -0.94, 0.56, 0.94, fill(lighter(stone, 0.08)))
    rect(canvas, 0.2, -0.94, 0.2, 0.94, fill(darker(stone, 0.1)))
    for k in range(5):
        rect(canvas, -0.2 + k * 0.14, -1.0, 0.08, 0.1, fill(lighter(stone, 0.18)))
    for x in (-0.06, 0.1):
        rect(canvas, x, -0.76, 0.09, 0.16, fill(darker(stone, 0.6)), 0.04)


LANDMARKS = {
    # name: how it is drawn, width over height
    "glacier": (glacier, 2.3), "iceberg": (iceberg, 1.75), "quake": (quake, 2.6), "wreck": (wreck, 2.4),
    "diver": (diver, 2.5), "lander": (lander, 1.4), "charger": (charger, 0.55), "wall": (wall, 3.8),
}  # fmt: skip
