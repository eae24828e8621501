"""What moves on a road, drawn in metres and true to scale: a car, a bicycle, a cyclist. Wheels stand on y = 0.

All face right.
"""

from __future__ import annotations

import math
import random

from miaobi.create.illustrator import figure
from miaobi.create.illustrator.brush import (
    WHITE,
    Canvas,
    Colour,
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
    smooth,
)  # fmt: skip
from miaobi.create.illustrator.palette import Palette

CAR_METRES = (4.2, 1.5)
BICYCLE_METRES = (1.75, 1.05)
CYCLIST_METRES = (1.75, 1.75)

_HUES = ("d8473d", "3f79b5", "f2f2ee", "5d8f6b", "e0a53a", "5b6472")


def car(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A small car of today, 4.2 m long and 1.5 m high."""
    _car(canvas, palette, palette.lit(mix(hex_colour(rng.choice(_HUES)), palette.accent, 0.12), 0.8))


def taxi(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """The same car in yellow with a sign on its roof."""
    rect(canvas, -0.35, -1.6, 0.5, 0.14, fill(hex_colour("fff3c0")), 0.04)
    _car(canvas, palette, palette.lit(hex_colour("f3bf2f"), 0.8))


def _car(canvas: Canvas, palette: Palette, body: Colour) -> None:
    glass = hex_colour("ffe6a8") if palette.is_dark else palette.lit(hex_colour("a9cbdd"))
    cabin = smooth(((-1.9, -0.8), (-1.5, -1.3), (-1.1, -1.52), (0.1, -1.55), (0.5, -1.4), (1.1, -0.9), (1.3, -0.8)))
    canvas.drawPath(cabin, fill(darker(body, 0.06)))
    for shape in (
        ((-1.38, -0.86), (-1.1, -1.3), (-0.42, -1.36), (-0.42, -0.86)),
        ((-0.32, -0.86), (-0.32, -1.37), (0.2, -1.36), (0.46, -1.28), (0.86, -0.86)),
    ):
        canvas.drawPath(polygon(shape), fill(glass))
        (x, y), (u, v) = shape[0], shape[1]
        canvas.drawPath(
            polygon(((x + 0.1, y), (u + 0.1, v + 0.04), (u + 0.26, v + 0.04), (x + 0.3, y))), fill(WHITE, 0.3)
        )
    hull = smooth(
        ((-2.1, -0.3), (-2.12, -0.62), (-1.95, -0.88), (-1.0, -0.92), (1.0, -0.92), (1.75, -0.8), (2.08, -0.6),
         (2.12, -0.3), (1.9, -0.2), (-1.95, -0.2)), True,
    )  # fmt: skip
    canvas.drawPath(hull, down(-0.92, -0.2, lighter(body, 0.14), darker(body, 0.08)))
    rect(canvas, -1.9, -0.34, 3.85, 0.12, fill(darker(body, 0.3)), 0.05)
    for x in (-0.37, 0.75):
        polyline(canvas, ((x, -0.86), (x + 0.02, -0.36)), pen(darker(body, 0.25), 0.02))
    rect(canvas, -0.3, -0.74, 0.2, 0.04, fill(darker(body, 0.35)), 0.02)
    oval(canvas, 1.98, -0.62, 0.1, 0.08, fill(hex_colour("fff1c2")))
    rect(canvas, -2.1, -0.7, 0.1, 0.18, fill(hex_colour("c8372f")), 0.03)
    for x in (-1.28, 1.3):
        wheel(canvas, x, 0.33, darker(hex_colour("30333b"), 0.1), True)


def wheel(canvas: Canvas, x: float, r: float, tyre: Colour, solid: bool) -> None:
    """A wheel on the ground: solid for a car, spokes for a bicycle."""
    if solid:
        oval(canvas, x, -r, r, r, fill(tyre))
        oval(canvas, x, -r, r * 0.58, r * 0.58, fill(hex_colour("c9ced6")))
        oval(canvas, x, -r, r * 0.2, r * 0.2, fill(hex_colour("6b727d")))
        return
    for k in range(6):
        a = math.pi * k / 6
        dx, dy = math.cos(a) * r, math.sin(a) * r
        polyline(canvas, ((x - dx, -r - dy), (x + dx, -r + dy)), pen(hex_colour("a9b0b8"), 0.008))
    canvas.drawCircle(x, -r, r - 0.022, pen(tyre, 0.045))


def bicycle(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A city bicycle, 1.75 m long and 1.05 m high."""
    frame = palette.lit(rng.choice((palette.accent, palette.third, hex_colour("3b6e6a"), palette.second)), 0.7)
    tyre = palette.lit(hex_colour("2d3038"))
    for x in (-0.54, 0.54):
        wheel(canvas, x, 0.335, tyre, False)
    line = pen(frame, 0.05)
    polyline(canvas, ((-0.54, -0.335), (-0.05, -0.3), (-0.2, -0.8)), line)
    polyline(canvas, ((-0.54, -0.335), (-0.17, -0.72), (0.36, -0.76), (-0.05, -0.3)), line)
    polyline(canvas, ((0.54, -0.335), (0.34, -0.92)), line)
    steel = pen(palette.lit(hex_colour("4a4f59")), 0.035)
    polyline(canvas, ((0.34, -0.92), (0.33, -1.02), (0.44, -1.03)), steel)
    polyline(canvas, ((-0.2, -0.8), (-0.22, -0.9)), steel)
    rect(canvas, -0.36, -0.95, 0.28, 0.07, fill(tyre), 0.03)
    oval(canvas, -0.05, -0.3, 0.075, 0.075, fill(palette.lit(hex_colour("4a4f59"))))


def cyclist(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Somebody riding that bicycle, with a helmet."""
    look = figure.choose_look("people", palette, rng)
    hip, pedal, bar = (-0.2, -0.93), (0.09, -0.13), (0.42, -1.02)
    skin, dark = look.skin, darker(look.legs, 0.2)
    far_leg = smooth((hip, hip, (0.1, -0.8), (0.13, -0.72), (-0.04, -0.5), (-0.12, -0.42), (-0.12, -0.42)))
    canvas.drawPath(far_leg, pen(dark, 0.14))
    oval(canvas, -0.07, -0.4, 0.11, 0.05, fill(darker(look.shoes, 0.15)))
    bicycle(canvas, palette, rng)
    near_leg = smooth((hip, hip, (0.1, -0.72), (0.16, -0.62), (0.09, -0.3), (pedal[0], -0.2), (pedal[0], -0.2)))
    canvas.drawPath(near_leg, pen(look.legs, 0.15))
    oval(canvas, pedal[0] + 0.05, pedal[1], 0.13, 0.055, fill(look.shoes))
    canvas.save()
    canvas.translate(hip[0], hip[1] + 0.03)
    canvas.scale(1.62, 1.62)
    canvas.rotate(20)
    canvas.translate(0, 0.46)
    figure.draw_bust(canvas, look, -14)
    canvas.restore()
    shoulder = (0.0, -1.42)
    canvas.drawPath(smooth((shoulder, shoulder, (0.1, -1.22), (0.2, -1.12), (0.36, -1.06), (0.36, -1.06))),
                    pen(darker(look.shirt, 0.12), 0.12))  # fmt: skip
    polyline(canvas, ((0.33, -1.06), bar), pen(skin, 0.085))
