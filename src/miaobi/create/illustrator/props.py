"""Things Twemoji has no fitting drawing for, drawn by ourselves in the work's palette.

Each is 1 unit tall with its foot at (0, 0), up is negative y. `ASPECT` gives width over height. Trees are in trees.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import skia

from miaobi.create.illustrator.brush import (
    WHITE,
    Canvas,
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
    smooth,
)  # fmt: skip
from miaobi.create.illustrator.creatures import flock
from miaobi.create.illustrator.exhibits import EXHIBITS
from miaobi.create.illustrator.furniture import board, clock, desk, floor_lamp, piano, plantpot, shelf, table_lamp
from miaobi.create.illustrator.landmarks import LANDMARKS
from miaobi.create.illustrator.palette import Palette
from miaobi.create.illustrator.trees import birch, bush, conifer, palm, tree

Draw = Callable[[Canvas, Palette, random.Random], None]


def turbine(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A wind turbine with three blades."""
    white = palette.lit(hex_colour("f4f7fa"))
    mast = polygon(((-0.018, 0), (0.018, 0), (0.009, -0.68), (-0.009, -0.68)))
    canvas.drawPath(mast, fill(darker(white, 0.08)))
    turn = rng.uniform(0, 120)
    for k in range(3):
        canvas.save()
        canvas.translate(0, -0.69)
        canvas.rotate(turn + 120 * k)
        canvas.drawPath(polygon(((-0.012, 0), (-0.022, -0.06), (0.0, -0.31), (0.016, -0.04))), fill(white))
        canvas.restore()
    oval(canvas, 0, -0.69, 0.022, 0.022, fill(darker(white, 0.2)))


def solar(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A tilted solar panel on a stand."""
    blue, steel = palette.lit(hex_colour("2f5f9e")), palette.lit(hex_colour("9aa6b2"))
    for x in (-0.45, 0.45):
        polyline(canvas, ((x, 0), (x * 0.9, -0.4)), pen(steel, 0.05))
    panel = ((-0.95, -0.22), (0.75, -0.22), (0.95, -0.98), (-0.72, -0.98))
    canvas.drawPath(polygon(panel), fill(blue))
    canvas.drawPath(polygon(((-0.95, -0.22), (0.1, -0.22), (0.45, -0.98), (-0.72, -0.98))), fill(lighter(blue, 0.14)))
    for k in range(1, 5):
        t = k / 5
        polyline(canvas, ((-0.95 + 1.7 * t, -0.22), (-0.72 + 1.67 * t, -0.98)), pen(lighter(blue, 0.55), 0.014))
    for t in (0.33, 0.66):
        polyline(
            canvas,
            ((-0.95 + 0.23 * t, -0.22 - 0.76 * t), (0.75 + 0.2 * t, -0.22 - 0.76 * t)),
            pen(lighter(blue, 0.55), 0.014),
        )
    canvas.drawPath(polygon(panel), pen(steel, 0.03))


def bench(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A park bench, seen from the front."""
    wood, iron = palette.lit(hex_colour("b5793f")), palette.lit(hex_colour("3b4048"))
    for x in (-0.8, 0.8):
        polyline(canvas, ((x, 0), (x, -0.95)), pen(iron, 0.07))
    for y, tone in ((-0.95, 0.0), (-0.76, 0.06), (-0.47, 0.0)):
        rect(canvas, -1.0, y, 2.0, 0.13, fill(darker(wood, tone)), 0.04)
    rect(canvas, -1.03, -0.36, 2.06, 0.06, fill(darker(wood, 0.3)), 0.03)


def lamp(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A street lamp; it shines in the dark."""
    iron = palette.lit(hex_colour("3d4652"))
    polyline(canvas, ((0, 0), (0, -0.88)), pen(iron, 0.022))
    rect(canvas, -0.035, -0.06, 0.07, 0.06, fill(iron), 0.01)
    if palette.light in ("dusk", "night"):
        canvas.drawCircle(0, -0.93, 0.3, glow(0, -0.93, 0.3, hex_colour("ffe2a0"), 0.75))
    glass = hex_colour("ffe9b0") if palette.light in ("dusk", "night") else palette.lit(hex_colour("f5f1de"))
    canvas.drawPath(polygon(((-0.03, -0.88), (0.03, -0.88), (0.05, -0.975), (-0.05, -0.975))), fill(glass))
    canvas.drawPath(polygon(((-0.062, -0.97), (0.062, -0.97), (0.0, -1.0))), fill(iron))


def fence(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A wooden fence of six pales."""
    wood = palette.lit(mix(hex_colour("c79a63"), palette.paper, 0.35))
    for y in (-0.7, -0.35):
        rect(canvas, -1.9, y, 3.8, 0.1, fill(darker(wood, 0.14)))
    for k in range(7):
        x = -1.75 + k * 0.58
        canvas.drawPath(
            polygon(((x - 0.1, 0), (x + 0.1, 0), (x + 0.1, -0.86), (x, -1.0), (x - 0.1, -0.86))), fill(wood)
        )


def bridge(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A stone bridge with three arches."""
    stone = palette.lit(mix(hex_colour("c9b8a3"), palette.second, 0.12))
    path = skia.Path()
    path.addRect(skia.Rect.MakeLTRB(-2.4, -0.92, 2.4, 0))
    path.setFillType(skia.PathFillType.kEvenOdd)
    for x in (-1.55, 0.0, 1.55):
        path.addArc(skia.Rect.MakeXYWH(x - 0.62, -0.7, 1.24, 1.4), 180, 180)
    canvas.drawPath(path, fill(stone))
    rect(canvas, -2.5, -1.0, 5.0, 0.14, fill(lighter(stone, 0.2)))
    rect(canvas, -2.4, -0.86, 4.8, 0.035, fill(darker(stone, 0.2)))


def lighthouse(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A striped lighthouse."""
    white, red = palette.lit(hex_colour("fbf7f2")), palette.lit(mix(hex_colour("d9483b"), palette.second, 0.25))
    canvas.save()
    canvas.clipPath(polygon(((-0.15, 0), (0.15, 0), (0.095, -0.76), (-0.095, -0.76))), True)
    rect(canvas, -0.2, -0.8, 0.4, 0.8, fill(white))
    for y in (-0.66, -0.4, -0.14):
        rect(canvas, -0.2, y - 0.06, 0.4, 0.12, fill(red))
    rect(canvas, 0.03, -0.8, 0.2, 0.8, fill(darker(red, 0.5), 0.16))
    canvas.restore()
    rect(canvas, -0.125, -0.79, 0.25, 0.035, fill(darker(red, 0.45)))
    rect(canvas, -0.07, -0.91, 0.14, 0.12, fill(hex_colour("ffe9a6")))
    canvas.drawPath(polygon(((-0.1, -0.905), (0.1, -0.905), (0.0, -1.0))), fill(red))
    if palette.light in ("dusk", "night"):
        canvas.drawCircle(0, -0.85, 0.42, glow(0, -0.85, 0.42, hex_colour("fff0b8"), 0.7))


def airballoon(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A hot-air balloon in the work's accents."""
    canvas.save()
    hull = smooth(
        (
            (0.0, -1.0),
            (0.36, -0.98),
            (0.42, -0.62),
            (0.15, -0.3),
            (0.0, -0.27),
            (-0.15, -0.3),
            (-0.42, -0.62),
            (-0.36, -0.98),
        ),
        True,
    )
    canvas.clipPath(hull, True)
    rect(canvas, -0.5, -1.0, 1.0, 0.8, fill(palette.lit(palette.accent)))
    for w, c in ((0.27, palette.paper), (0.15, palette.second)):
        oval(canvas, 0, -0.66, w, 0.42, fill(palette.lit(c)))
    rect(canvas, 0.06, -1.0, 0.5, 0.8, fill(darker(palette.accent, 0.6), 0.12))
    canvas.restore()
    for x in (-0.055, 0.055):
        polyline(canvas, ((x * 1.3, -0.29), (x, -0.12)), pen(palette.lit(hex_colour("5a4636")), 0.008))
    rect(canvas, -0.07, -0.13, 0.14, 0.13, fill(palette.lit(hex_colour("a8713d"))), 0.025)


def bars(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Growing columns of a chart with a line above them."""
    heights = [0.28 + 0.16 * k + rng.uniform(-0.05, 0.05) for k in range(4)]
    colours = (palette.third, palette.second, palette.accent, mix(palette.accent, palette.second, 0.4))
    tops = []
    for k, (h, c) in enumerate(zip(heights, colours, strict=True)):
        x = -0.6 + k * 0.31
        rect(canvas, x, -h, 0.24, h, down(-h, 0, lighter(c, 0.12), c), 0.03)
        rect(canvas, x + 0.16, -h + 0.02, 0.08, h - 0.02, fill(darker(c, 0.3), 0.2), 0.02)
        tops.append((x + 0.12, -h - 0.13))
    polyline(canvas, tops, pen(palette.ink, 0.03))
    for x, y in tops:
        oval(canvas, x, y, 0.042, 0.042, fill(palette.ink))
        oval(canvas, x, y, 0.022, 0.022, fill(palette.paper))


def network(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Three layers of joined nodes: a network, of neurons or of friends."""
    columns = [
        [(-0.55, y) for y in (-0.78, -0.5, -0.22)],
        [(0.0, y) for y in (-0.92, -0.64, -0.36, -0.08)],
        [(0.55, y) for y in (-0.66, -0.34)],
    ]
    for left, right in pairwise(columns):
        for a in left:
            for b in right:
                polyline(canvas, (a, b), pen(mix(palette.paper, palette.ink, 0.18), 0.014))
    colours = [palette.accent, palette.second, palette.third]
    for k, column in enumerate(columns):
        for x, y in column:
            c = colours[k] if rng.random() < 0.75 else colours[(k + 1) % 3]
            oval(canvas, x, y, 0.085, 0.085, fill(lighter(c, 0.55)))
            oval(canvas, x, y, 0.06, 0.06, fill(c))
            oval(canvas, x - 0.018, y - 0.02, 0.018, 0.018, fill(WHITE, 0.6))


def server(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """A rack of servers with small lights."""
    case = darker(palette.third, 0.35)
    rect(canvas, -0.27, -1.0, 0.54, 0.97, fill(case), 0.03)
    for x in (-0.22, 0.16):
        rect(canvas, x, -0.04, 0.06, 0.04, fill(darker(case, 0.3)))
    for k in range(6):
        y = -0.955 + k * 0.15
        rect(canvas, -0.23, y, 0.46, 0.12, fill(lighter(case, 0.13)), 0.015)
        for j in range(3):
            light = rng.choice((palette.accent, hex_colour("7be0a0"), palette.second))
            oval(canvas, 0.07 + j * 0.055, y + 0.06, 0.014, 0.014, fill(light))
        rect(canvas, -0.19, y + 0.05, 0.17, 0.02, fill(darker(case, 0.2)), 0.01)


def train(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A fast train on its rails, nose to the right."""
    white, stripe = palette.lit(hex_colour("f4f6f8")), palette.lit(mix(palette.third, hex_colour("2f6fb0"), 0.4))
    glass = hex_colour("ffe2a0") if palette.is_dark else palette.lit(hex_colour("34465c"))
    rect(canvas, -8.0, -0.03, 16.0, 0.05, fill(palette.lit(hex_colour("8b8f98"))))
    for k in range(64):
        rect(canvas, -8.0 + k * 0.25, 0.02, 0.1, 0.05, fill(palette.lit(hex_colour("6d5a4c"))))
    for k in range(3):
        x = -5.4 + k * 2.05
        rect(canvas, x, -0.92, 2.0, 0.82, down(-0.92, -0.1, white, darker(white, 0.12)), 0.06)
        rect(canvas, x, -0.4, 2.0, 0.1, fill(stripe))
        for j in range(5):
            rect(canvas, x + 0.16 + j * 0.36, -0.76, 0.26, 0.24, fill(glass), 0.04)
        rect(canvas, x + 2.0, -0.8, 0.05, 0.66, fill(darker(white, 0.5)))
        for axle in (0.35, 1.65):
            oval(canvas, x + axle, -0.08, 0.1, 0.1, fill(palette.lit(hex_colour("3a3f48"))))
    nose = smooth(
        ((0.75, -0.92), (1.6, -0.94), (2.5, -0.74), (3.1, -0.28), (3.05, -0.1), (0.75, -0.1), (0.75, -0.5)), True
    )
    rect(canvas, 0.75, -0.92, 0.7, 0.82, down(-0.92, -0.1, white, darker(white, 0.12)))
    canvas.drawPath(nose, down(-0.92, -0.1, white, darker(white, 0.12)))
    rect(canvas, 0.75, -0.4, 1.9, 0.1, fill(stripe), 0.05)
    canvas.drawPath(smooth(((1.75, -0.8), (2.2, -0.74), (2.5, -0.6), (2.1, -0.55), (1.75, -0.58)), True), fill(glass))
    for k in range(2):
        rect(canvas, 0.86 + k * 0.36, -0.76, 0.26, 0.24, fill(glass), 0.04)


def olive(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """An olive branch."""
    leaf = palette.lit(mix(hex_colour("6f9a58"), palette.ranges[2], 0.3))
    canvas.drawPath(smooth(((0.0, 0.0), (0.08, -0.4), (0.0, -0.7), (0.1, -1.0))), pen(darker(leaf, 0.4), 0.03))
    for k in range(7):
        y, side = -0.12 - k * 0.13, 1 if k % 2 else -1
        canvas.save()
        canvas.translate(0.04, y)
        canvas.rotate(side * 55)
        oval(canvas, 0, -0.15, 0.06, 0.16, fill(lighter(leaf, 0.12) if k % 2 else leaf))
        canvas.restore()


def fountain(canvas: Canvas, palette: Palette, _: random.Random) -> None:
    """A round fountain with two basins and falling water."""
    stone, blue = palette.lit(mix(hex_colour("cfc6b8"), palette.paper, 0.3)), palette.lit(hex_colour("7fc4dd"))
    oval(canvas, 0, -0.1, 0.95, 0.13, fill(darker(stone, 0.2)))
    rect(canvas, -0.95, -0.24, 1.9, 0.14, down(-0.24, -0.1, lighter(stone, 0.2), darker(stone, 0.12)))
    oval(canvas, 0, -0.24, 0.95, 0.12, fill(lighter(stone, 0.3)))
    oval(canvas, 0, -0.24, 0.87, 0.095, fill(blue))
    rect(canvas, -0.07, -0.62, 0.14, 0.4, fill(darker(stone, 0.08)))
    for side in (-1, 1):
        for reach, lift in ((0.6, 0.66), (0.45, 0.7), (0.3, 0.95)):
            arc = smooth(
                ((0.0, -lift), (side * reach * 0.4, -lift - 0.1), (side * reach, -lift), (side * reach * 1.05, -0.26))
            )
            canvas.drawPath(arc, pen(lighter(blue, 0.45), 0.022, 0.85))
    oval(canvas, 0, -0.62, 0.36, 0.05, fill(stone))
    polyline(canvas, ((0, -0.64), (0, -1.0)), pen(lighter(blue, 0.6), 0.035))
    oval(canvas, 0, -0.99, 0.05, 0.05, fill(lighter(blue, 0.75)))


PROPS: dict[str, tuple[Draw, float]] = {
    # name: how it is drawn, width over height
    "tree": (tree, 0.8),
    "conifer": (conifer, 0.5),
    "birch": (birch, 0.5),
    "bush": (bush, 1.7),
    "palm": (palm, 0.9),
    "turbine": (turbine, 0.6),
    "solar": (solar, 1.95),
    "bench": (bench, 2.1),
    "lamp": (lamp, 0.16),
    "fountain": (fountain, 1.9),
    "fence": (fence, 3.8),
    "bridge": (bridge, 5.0),
    "lighthouse": (lighthouse, 0.34),
    "airballoon": (airballoon, 0.76),
    "bars": (bars, 1.25),
    "network": (network, 1.3),
    "server": (server, 0.54),
    "desk": (desk, 2.24),
    "shelf": (shelf, 0.76),
    "board": (board, 1.96),
    "plantpot": (plantpot, 0.8),
    "floor_lamp": (floor_lamp, 0.32),
    "lamp_table": (table_lamp, 0.62),
    "olive": (olive, 0.4),
    "train": (train, 7.2),
    "piano": (piano, 1.24),
    "flock": (flock, 2.1),
    "clock": (clock, 1.0),
    **LANDMARKS,
    **EXHIBITS,
}
