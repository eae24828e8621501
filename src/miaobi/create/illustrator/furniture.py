"""Furniture and other things of a room, 1 unit tall, foot at (0, 0)."""

from __future__ import annotations

import math
import random

import skia

from miaobi.create.illustrator.brush import (
    Canvas,
    Colour,
    darker,
    down,
    fill,
    glow,
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


def desk(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A writing desk with a drawer."""
    wood = palette.lit(hex_colour("b98654"), 0.7)
    for x in (-0.98, 0.9):
        rect(canvas, x, -0.95, 0.1, 0.95, fill(darker(wood, 0.25)))
    rect(canvas, 0.3, -0.92, 0.62, 0.5, fill(darker(wood, 0.12)))
    rect(canvas, 0.52, -0.72, 0.18, 0.05, fill(darker(wood, 0.4)), 0.02)
    rect(canvas, -1.12, -1.0, 2.24, 0.12, down(-1.0, -0.88, lighter(wood, 0.16), wood), 0.03)


def shelf(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A bookcase full of books."""
    wood = palette.lit(hex_colour("a9774a"), 0.7)
    rect(canvas, -0.38, -1.0, 0.76, 0.985, fill(wood), 0.015)
    colours = [palette.accent, palette.second, palette.third, palette.ranges[2], palette.paper, palette.ground]
    for row in range(4):
        y = -0.965 + row * 0.24
        rect(canvas, -0.345, y, 0.69, 0.21, fill(darker(wood, 0.38)))
        x = -0.335
        while x < 0.27:
            w, h = rng.uniform(0.03, 0.06), rng.uniform(0.13, 0.19)
            if rng.random() < 0.1:
                x += 0.05
                continue
            c = palette.lit(rng.choice(colours), 0.7)
            rect(canvas, x, y + 0.21 - h, w, h, fill(c), 0.006)
            rect(canvas, x + w * 0.25, y + 0.21 - h * 0.8, w * 0.5, 0.012, fill(lighter(c, 0.5)))
            x += w + 0.004
    for x in (-0.36, 0.3):
        rect(canvas, x, -0.02, 0.06, 0.02, fill(darker(wood, 0.4)))


def board(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A blackboard with a curve and a few lines of chalk."""
    frame, slate = palette.lit(hex_colour("b98654"), 0.6), palette.lit(hex_colour("2f5d52"), 0.6)
    rect(canvas, -0.98, -1.0, 1.96, 0.98, fill(frame), 0.04)
    rect(canvas, -0.92, -0.94, 1.84, 0.84, down(-0.94, -0.1, lighter(slate, 0.07), slate), 0.02)
    chalk = hex_colour("f3f4ec")
    polyline(canvas, ((-0.78, -0.78), (-0.78, -0.24), (-0.12, -0.24)), pen(chalk, 0.018, 0.85))
    rise = rng.uniform(0.3, 0.48)
    curve = [(-0.76 + 0.6 * t / 12, -0.27 - rise * (t / 12) ** 2) for t in range(13)]
    polyline(canvas, curve, pen(mix(palette.accent, chalk, 0.3), 0.026))
    for k in range(4):
        polyline(
            canvas,
            ((0.05, -0.76 + k * 0.15), (0.05 + rng.uniform(0.4, 0.72), -0.76 + k * 0.15)),
            pen(chalk, 0.022, 0.75),
        )
    rect(canvas, -0.5, -0.06, 1.0, 0.06, fill(lighter(frame, 0.25)), 0.02)


def plantpot(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A leafy plant in a pot."""
    leaf = palette.lit(mix(hex_colour("4f9a5f"), palette.ranges[2], 0.4), 0.7)
    for k in range(9):
        angle = math.radians(-90 + (k - 4) * 17 + rng.uniform(-4, 4))
        length = rng.uniform(0.5, 0.62) * (1 - abs(k - 4) * 0.05)
        tip = (math.cos(angle) * length, -0.33 + math.sin(angle) * length)
        side = (math.cos(angle + 0.35) * length * 0.55, -0.33 + math.sin(angle + 0.35) * length * 0.55)
        other = (math.cos(angle - 0.35) * length * 0.55, -0.33 + math.sin(angle - 0.35) * length * 0.55)
        path = skia.Path()
        path.moveTo(0, -0.3)
        path.quadTo(*side, *tip)
        path.quadTo(*other, 0, -0.3)
        canvas.drawPath(path, fill(darker(leaf, 0.25) if k % 2 else lighter(leaf, 0.08)))
    pot = palette.lit(mix(hex_colour("d9795a"), palette.accent, 0.35), 0.7)
    canvas.drawPath(polygon(((-0.19, -0.33), (0.19, -0.33), (0.14, 0), (-0.14, 0))), fill(pot))
    canvas.drawPath(polygon(((0.05, -0.33), (0.19, -0.33), (0.14, 0), (0.05, 0))), fill(darker(pot, 0.4), 0.25))
    rect(canvas, -0.215, -0.37, 0.43, 0.08, fill(lighter(pot, 0.14)), 0.02)


def floor_lamp(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A floor lamp with a shade."""
    metal, shade = palette.lit(hex_colour("4a4a55")), mix(palette.accent, palette.paper, 0.35)
    if palette.light in ("dusk", "night"):
        canvas.drawCircle(0, -0.85, 0.5, glow(0, -0.85, 0.5, hex_colour("ffdf9e"), 0.8))
    polyline(canvas, ((0, -0.02), (0, -0.8)), pen(metal, 0.018))
    rect(canvas, -0.11, -0.025, 0.22, 0.025, fill(metal), 0.012)
    canvas.drawPath(
        polygon(((-0.15, -0.74), (0.15, -0.74), (0.09, -1.0), (-0.09, -1.0))),
        down(-1.0, -0.74, shade, lighter(shade, 0.4)),
    )


def table_lamp(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A small lamp for a table."""
    canvas.save()
    canvas.scale(2.0, 1.0)
    floor_lamp(canvas, palette, rng)
    canvas.restore()


def piano(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """An upright piano."""
    wood = palette.lit(mix(hex_colour("5a3a2e"), palette.third, 0.18), 0.7)
    for x in (-0.58, 0.5):
        rect(canvas, x, -0.5, 0.08, 0.5, fill(darker(wood, 0.3)))
    rect(canvas, -0.55, -1.0, 1.1, 0.97, down(-1.0, -0.03, lighter(wood, 0.12), wood), 0.02)
    rect(canvas, -0.47, -0.92, 0.94, 0.3, fill(darker(wood, 0.2)), 0.02)
    rect(canvas, -0.6, -0.97, 1.2, 0.05, fill(lighter(wood, 0.22)), 0.02)
    rect(canvas, -0.62, -0.54, 1.24, 0.12, fill(darker(wood, 0.15)), 0.02)
    rect(canvas, -0.54, -0.55, 1.08, 0.06, fill(palette.lit(hex_colour("fbf8f2"))))
    for k in range(14):
        if k % 7 not in (2, 6):
            rect(canvas, -0.485 + k * 0.075, -0.555, 0.036, 0.04, fill(palette.lit(hex_colour("24242c"))))
    for x in (-0.08, 0.04):
        rect(canvas, x, -0.05, 0.05, 0.025, fill(hex_colour("d9b45a")))


def clock(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A wall clock."""
    rim: Colour = palette.lit(palette.third)
    oval(canvas, 0, -0.5, 0.5, 0.5, fill(rim))
    oval(canvas, 0, -0.5, 0.42, 0.42, fill(palette.lit(palette.paper)))
    for k, length in ((rng.uniform(0, 360), 0.22), (rng.uniform(0, 360), 0.33)):
        a = math.radians(k)
        polyline(canvas, ((0, -0.5), (math.cos(a) * length, -0.5 + math.sin(a) * length)), pen(palette.ink, 0.045))
