"""Things for tables and pedestals that Twemoji lacks: a falling chart, an atom, a printing press, brush and ink.

Each is 1 unit tall with its foot at (0, 0), up is negative y.
"""

from __future__ import annotations

import math
import random

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
    smooth,
)  # fmt: skip
from miaobi.create.illustrator.palette import Palette


def falling(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """Shrinking columns under a line that falls."""
    colours = [palette.lit(c, 0.6) for c in (palette.third, palette.second, palette.accent, palette.ranges[2])]
    for k, h in enumerate((0.8, 0.62, 0.42, 0.2)):
        rect(canvas, -0.58 + k * 0.3, -h, 0.22, h, down(-h, 0.0, lighter(colours[k], 0.14), colours[k]), 0.02)
    red = palette.lit(hex_colour("c93a35"))
    line = ((-0.56, -0.98), (-0.22, -0.78), (-0.04, -0.86), (0.26, -0.52), (0.36, -0.58), (0.58, -0.3))
    polyline(canvas, line, pen(red, 0.05))
    canvas.drawPath(polygon(((0.68, -0.18), (0.63, -0.42), (0.46, -0.28))), fill(red))


def atom(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A nucleus with three orbits."""
    ring, core = palette.lit(palette.third, 0.6), palette.lit(palette.accent, 0.6)
    for turn in (0, 60, 120):
        canvas.save()
        canvas.translate(0, -0.5)
        canvas.rotate(turn + 10)
        path = [(0.49 * math.cos(a), 0.18 * math.sin(a)) for a in (math.tau * k / 24 for k in range(24))]
        canvas.drawPath(smooth(path, True), pen(ring, 0.035))
        oval(
            canvas,
            0.49 * math.cos(0.6 + turn),
            0.18 * math.sin(0.6 + turn),
            0.05,
            0.05,
            fill(palette.lit(palette.second)),
        )
        canvas.restore()
    oval(canvas, 0, -0.5, 0.12, 0.12, fill(core))
    oval(canvas, -0.035, -0.54, 0.045, 0.045, fill(lighter(core, 0.55)))


def chip(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A computer chip."""
    dark, gold = palette.lit(hex_colour("2f3d47")), palette.lit(hex_colour("d9b45a"))
    for k in range(5):
        at = -0.82 + k * 0.16
        rect(canvas, -0.5, at - 0.03, 1.0, 0.06, fill(gold))
        rect(canvas, at + 0.5 - 0.03, -1.0, 0.06, 1.0, fill(gold))
    rect(canvas, -0.4, -0.9, 0.8, 0.8, down(-0.9, -0.1, lighter(dark, 0.15), dark), 0.05)
    rect(canvas, -0.2, -0.7, 0.4, 0.4, fill(palette.lit(palette.second, 0.6)), 0.04)
    oval(canvas, -0.31, -0.81, 0.03, 0.03, fill(gold))


def plates(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A block of the Earth's crust: two plates, one sinking beneath the other."""
    tones = [palette.lit(hex_colour(c)) for c in ("7fae5e", "b98a5a", "8a5f43", "e0703c", "5aa9c8")]
    canvas.drawPath(polygon(((-0.9, -0.1), (0.9, -0.1), (0.9, 0.0), (-0.9, 0.0))), fill(darker(tones[3], 0.2)))
    canvas.drawPath(
        polygon(((-0.9, -0.42), (0.9, -0.42), (0.9, -0.08), (-0.9, -0.08))),
        down(-0.42, -0.08, tones[3], darker(tones[3], 0.2)),
    )
    canvas.drawPath(
        polygon(((-0.9, -0.62), (0.0, -0.6), (0.42, -0.16), (0.22, -0.1), (-0.1, -0.44), (-0.9, -0.46))), fill(tones[2])
    )
    canvas.drawPath(polygon(((-0.9, -0.72), (0.06, -0.7), (0.0, -0.6), (-0.9, -0.62))), fill(tones[4]))
    canvas.drawPath(polygon(((0.0, -0.62), (0.2, -0.72), (0.9, -0.7), (0.9, -0.42), (0.24, -0.42))), fill(tones[1]))
    canvas.drawPath(
        polygon(
            (
                (0.06, -0.7),
                (0.26, -0.8),
                (0.42, -1.0),
                (0.56, -0.82),
                (0.68, -0.92),
                (0.9, -0.76),
                (0.9, -0.66),
                (0.2, -0.66),
            )
        ),
        fill(tones[0]),
    )
    canvas.drawPath(
        polygon(((0.36, -0.93), (0.42, -1.0), (0.48, -0.92), (0.42, -0.9))), fill(palette.lit(hex_colour("ffffff")))
    )
    chalk = hex_colour("fff7e6")
    polyline(canvas, ((-0.7, -0.54), (-0.3, -0.53)), pen(chalk, 0.03))
    canvas.drawPath(polygon(((-0.2, -0.53), (-0.32, -0.59), (-0.32, -0.47))), fill(chalk))
    polyline(canvas, ((0.78, -0.55), (0.5, -0.55)), pen(chalk, 0.03))
    canvas.drawPath(polygon(((0.4, -0.55), (0.52, -0.61), (0.52, -0.49))), fill(chalk))


def press(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A wooden hand press with a screw and a sheet of paper."""
    wood, iron = palette.lit(hex_colour("8c5a36")), palette.lit(hex_colour("4c545c"))
    for x in (-0.44, 0.32):
        rect(canvas, x, -0.98, 0.12, 0.98, down(-0.98, 0.0, lighter(wood, 0.12), wood))
    rect(canvas, -0.52, -1.0, 1.04, 0.14, fill(darker(wood, 0.12)), 0.02)
    rect(canvas, -0.46, -0.64, 0.92, 0.1, fill(darker(wood, 0.2)))
    rect(canvas, -0.05, -0.88, 0.1, 0.4, fill(iron))
    for y in (-0.82, -0.75, -0.68):
        polyline(canvas, ((-0.06, y), (0.06, y - 0.03)), pen(lighter(iron, 0.4), 0.018))
    polyline(canvas, ((0.0, -0.58), (0.62, -0.66)), pen(iron, 0.05))
    oval(canvas, 0.63, -0.66, 0.05, 0.05, fill(wood))
    rect(canvas, -0.27, -0.5, 0.54, 0.09, fill(iron), 0.02)
    rect(canvas, -0.6, -0.32, 1.2, 0.1, fill(lighter(wood, 0.1)), 0.02)
    rect(canvas, -0.26, -0.36, 0.52, 0.045, fill(palette.lit(hex_colour("fbf7ec"))))
    for x in (-0.54, 0.46):
        rect(canvas, x, -0.24, 0.08, 0.24, fill(darker(wood, 0.25)))


def inkbrush(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A writing brush across an ink stone, with a sheet that bears one stroke."""
    paper, stone, ink = (palette.lit(hex_colour(c)) for c in ("fbf6e8", "4d5358", "22252a"))
    canvas.drawPath(polygon(((-0.7, 0.0), (0.42, 0.0), (0.34, -0.62), (-0.58, -0.62))), fill(paper))
    canvas.drawPath(polygon(((-0.7, 0.0), (0.42, 0.0), (0.42, 0.02), (-0.7, 0.02))), fill(darker(paper, 0.25)))
    stroke = smooth(((-0.42, -0.4), (-0.2, -0.5), (0.06, -0.4), (0.12, -0.26), (-0.12, -0.14)))
    canvas.drawPath(stroke, pen(ink, 0.075))
    oval(canvas, 0.62, -0.09, 0.3, 0.1, fill(stone))
    oval(canvas, 0.62, -0.12, 0.3, 0.1, fill(lighter(stone, 0.15)))
    oval(canvas, 0.62, -0.125, 0.2, 0.06, fill(ink))
    polyline(canvas, ((0.3, -0.98), (0.55, -0.32)), pen(palette.lit(hex_colour("b5783c")), 0.06))
    canvas.drawPath(polygon(((0.51, -0.36), (0.6, -0.33), (0.62, -0.14))), fill(ink))


def silk(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """Three bolts of silk, one on the other two."""
    for x, y, c in ((-0.4, -0.24, palette.accent), (0.4, -0.24, palette.third), (0.0, -0.7, palette.second)):
        cloth = palette.lit(c, 0.6)
        rect(
            canvas,
            x - 0.42,
            y - 0.24,
            0.84,
            0.48,
            down(y - 0.24, y + 0.24, lighter(cloth, 0.3), darker(cloth, 0.12)),
            0.2,
        )
        for dx in (-0.2, 0.0, 0.2):
            polyline(
                canvas, ((x + dx - 0.05, y - 0.18), (x + dx + 0.05, y + 0.18)), pen(lighter(cloth, 0.45), 0.025, 0.8)
            )
        oval(canvas, x + 0.36, y, 0.1, 0.23, fill(darker(cloth, 0.2)))
        oval(canvas, x + 0.36, y, 0.04, 0.1, fill(lighter(cloth, 0.5)))


def needles(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """Fine needles in a small stand."""
    wood, steel = palette.lit(hex_colour("9a6a42")), palette.lit(hex_colour("a9b4bd"))
    for k in range(5):
        x = -0.36 + k * 0.18
        polyline(canvas, ((x, -0.3), (x + (k - 2) * 0.05, -0.98)), pen(steel, 0.022))
        polyline(
            canvas, ((x + (k - 2) * 0.03, -0.72), (x + (k - 2) * 0.05, -0.98)), pen(palette.lit(palette.accent), 0.055)
        )
    rect(canvas, -0.52, -0.32, 1.04, 0.32, down(-0.32, 0.0, lighter(wood, 0.14), darker(wood, 0.12)), 0.07)


def eyechart(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A chart for testing eyes: signs like an E, smaller from row to row."""
    ink = palette.lit(hex_colour("2c343b"))
    rect(canvas, -0.36, -1.0, 0.72, 0.98, fill(palette.lit(hex_colour("fdfcf8"))), 0.03)
    rect(canvas, -0.36, -1.0, 0.72, 0.06, fill(palette.lit(palette.third)), 0.03)
    for row, (size, count) in enumerate(((0.2, 1), (0.14, 2), (0.1, 3), (0.07, 4))):
        y = (-0.78, -0.53, -0.34, -0.18)[row]
        for k in range(count):
            canvas.save()
            canvas.translate((k - (count - 1) / 2) * size * 1.7, y)
            canvas.rotate(90 * ((row + k) % 4))
            rect(canvas, -size / 2, -size / 2, size * 0.22, size, fill(ink))
            for dy in (-0.5, -0.11, 0.28):
                rect(canvas, -size / 2, dy * size, size, size * 0.22, fill(ink))
            canvas.restore()


def piggy(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A money box in the shape of a pig, with a coin above its slot."""
    pink, gold = palette.lit(hex_colour("f2a0a4")), palette.lit(hex_colour("f0bd45"))
    for x in (-0.3, 0.24):
        rect(canvas, x, -0.2, 0.16, 0.2, fill(darker(pink, 0.18)), 0.04)
    oval(canvas, 0, -0.4, 0.56, 0.34, down(-0.74, -0.06, lighter(pink, 0.2), darker(pink, 0.06)))
    canvas.drawPath(polygon(((-0.42, -0.58), (-0.4, -0.78), (-0.22, -0.68))), fill(darker(pink, 0.14)))
    oval(canvas, -0.56, -0.38, 0.1, 0.13, fill(darker(pink, 0.1)))
    for dy in (-0.04, 0.04):
        oval(canvas, -0.58, -0.38 + dy, 0.02, 0.022, fill(darker(pink, 0.5)))
    oval(canvas, -0.4, -0.48, 0.032, 0.032, fill(palette.lit(hex_colour("33272b"))))
    canvas.drawPath(smooth(((0.54, -0.42), (0.64, -0.5), (0.58, -0.56), (0.66, -0.6))), pen(darker(pink, 0.14), 0.035))
    rect(canvas, -0.02, -0.735, 0.26, 0.035, fill(darker(pink, 0.5)), 0.015)
    oval(canvas, 0.11, -0.88, 0.12, 0.12, fill(gold))
    oval(canvas, 0.11, -0.88, 0.075, 0.075, fill(lighter(gold, 0.4)))


def chessboard(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A chess board in perspective with five pieces."""
    pale, dark = palette.lit(hex_colour("f3e3c4")), palette.lit(hex_colour("8a5c3d"))

    def at(column: float, row: float) -> tuple[float, float]:
        half = 1.0 - 0.32 * row / 6
        return (-half + 2 * half * column / 6, -0.06 - 0.5 * row / 6)

    canvas.drawPath(polygon((at(0, 0), at(6, 0), (at(6, 0)[0], 0.0), (at(0, 0)[0], 0.0))), fill(darker(dark, 0.35)))
    for row in range(6):
        for k in range(6):
            square = (at(k, row), at(k + 1, row), at(k + 1, row + 1), at(k, row + 1))
            canvas.drawPath(polygon(square), fill(dark if (row + k) % 2 else pale))
    for column, line, tall, light in (
        (1.5, 4.5, 0.3, False),
        (4.5, 4.5, 0.42, False),
        (2.5, 2.5, 0.34, True),
        (4.5, 1.5, 0.36, True),
        (0.6, 0.9, 0.5, True),
    ):
        x, y = at(column, line)
        tone = palette.lit(hex_colour("faf3e2" if light else "2d2a2e"))
        oval(canvas, x, y - 0.02, 0.1, 0.035, fill(darker(tone, 0.25)))
        canvas.drawPath(
            polygon(
                ((x - 0.085, y - 0.02), (x + 0.085, y - 0.02), (x + 0.03, y - tall * 0.7), (x - 0.03, y - tall * 0.7))
            ),
            fill(tone),
        )
        oval(canvas, x, y - tall * 0.8, 0.07, 0.07, fill(tone))


def vase(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A quiet vase with three twigs."""
    clay = palette.lit(mix(palette.third, palette.paper, 0.35), 0.7)
    twig = palette.lit(mix(hex_colour("6f8f5e"), palette.ranges[2], 0.4), 0.7)
    for k in range(3):
        tip = (-0.22 + 0.2 * k + rng.uniform(-0.03, 0.03), -0.98 + 0.08 * (k % 2))
        canvas.drawPath(smooth(((0, -0.5), (tip[0] * 0.4, -0.72), tip)), pen(darker(twig, 0.25), 0.018))
        for share in (0.5, 0.72, 0.94):
            oval(canvas, tip[0] * share, -0.5 - share * 0.46, 0.045, 0.03, fill(lighter(twig, 0.15)))
    body = (
        (-0.08, -0.52),
        (-0.07, -0.42),
        (-0.22, -0.24),
        (-0.14, 0.0),
        (0.14, 0.0),
        (0.22, -0.24),
        (0.07, -0.42),
        (0.08, -0.52),
    )
    canvas.drawPath(polygon(body), down(-0.52, 0.0, lighter(clay, 0.2), darker(clay, 0.1)))
    oval(canvas, 0, -0.52, 0.085, 0.02, fill(darker(clay, 0.3)))


def cloth(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """Folded cloths, one on the other."""
    for k, c in enumerate((palette.second, palette.paper, palette.accent)):
        tone = palette.lit(mix(c, palette.paper, 0.45), 0.7)
        y = -0.34 * k
        rect(
            canvas,
            -1.0 + 0.06 * k,
            y - 0.31,
            2.0 - 0.12 * k,
            0.31,
            down(y - 0.31, y, lighter(tone, 0.2), darker(tone, 0.1)),
            0.12,
        )
        polyline(canvas, ((-0.86 + 0.06 * k, y - 0.13), (0.9, y - 0.13)), pen(darker(tone, 0.22), 0.025, 0.7))


def bottle(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """An empty plastic bottle."""
    plastic, cap = palette.lit(hex_colour("a9d7e8")), palette.lit(palette.accent)
    body = (
        (-0.16, 0.0),
        (-0.18, -0.62),
        (-0.08, -0.84),
        (-0.08, -0.92),
        (0.08, -0.92),
        (0.08, -0.84),
        (0.18, -0.62),
        (0.16, 0.0),
    )
    canvas.drawPath(polygon(body), down(-0.92, 0.0, lighter(plastic, 0.4), plastic))
    rect(canvas, -0.09, -1.0, 0.18, 0.09, fill(cap), 0.02)
    rect(canvas, -0.175, -0.52, 0.35, 0.24, fill(palette.lit(hex_colour("f4f7fa"))))
    for y in (-0.2, -0.12):
        polyline(canvas, ((-0.16, y), (0.16, y)), pen(darker(plastic, 0.2), 0.018))
    polyline(canvas, ((-0.1, -0.74), (-0.11, -0.58)), pen(hex_colour("ffffff"), 0.03, 0.8))


def coffeebeans(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A heap of roasted coffee beans."""
    brown = palette.lit(hex_colour("5d3a28"))
    for k, (x, y, turn) in enumerate(
        ((-0.7, -0.2, 20), (0.0, -0.18, -30), (0.7, -0.2, 50), (-0.36, -0.52, -15), (0.36, -0.5, 35), (0.0, -0.8, 10))
    ):
        tone = lighter(brown, 0.06 * (k % 3))
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(turn)
        oval(canvas, 0, 0, 0.34, 0.2, fill(tone))
        canvas.drawPath(smooth(((-0.3, 0.0), (-0.1, -0.06), (0.1, 0.06), (0.3, 0.0))), pen(darker(tone, 0.5), 0.045))
        canvas.restore()


def dates(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A plate of dates."""
    plate, fruit = palette.lit(hex_colour("f1ede4")), palette.lit(hex_colour("7a3f24"))
    for k, (x, y) in enumerate(((-0.5, -0.3), (0.0, -0.28), (0.5, -0.3), (-0.26, -0.56), (0.26, -0.56), (0.0, -0.82))):
        oval(canvas, x, y, 0.27, 0.17, fill(lighter(fruit, 0.1 * (k % 2))))
        oval(canvas, x - 0.08, y - 0.06, 0.08, 0.03, fill(lighter(fruit, 0.5), 0.6))
    oval(canvas, 0, -0.12, 1.0, 0.12, fill(plate))
    oval(canvas, 0, -0.15, 0.9, 0.08, fill(lighter(plate, 0.4)))


EXHIBITS = {
    # name: how it is drawn, width over height
    "falling": (falling, 1.3), "atom": (atom, 1.05), "chip": (chip, 1.0), "plates": (plates, 1.8),
    "press": (press, 1.3), "inkbrush": (inkbrush, 1.65), "silk": (silk, 1.7), "needles": (needles, 1.05),
    "eyechart": (eyechart, 0.74), "piggy": (piggy, 1.35), "chessboard": (chessboard, 2.0), "vase": (vase, 0.55),
    "cloth": (cloth, 2.0), "bottle": (bottle, 0.36), "coffeebeans": (coffeebeans, 2.1), "dates": (dates, 2.0),
}  # fmt: skip
