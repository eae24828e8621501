"""Open land: hills, mountains, woods, fields, dunes, coast, river. Far to near, each a plane."""

from __future__ import annotations

import random

from miaobi.create.illustrator.brush import (
    Canvas,
    Colour,
    darker,
    down,
    fill,
    height_at,
    hex_colour,
    lighter,
    linear,
    mix,
    oval,
    polygon,
    rect,
    ridge,
    under,
)  # fmt: skip
from miaobi.create.illustrator.view import Plane, View, full

Line = list[tuple[float, float]]


def rolling(view: View, part: str, base: float, swing: float) -> Line:
    """A rolling skyline around y = base."""
    return ridge(view.rng(part), view.left, view.right, base, swing, 14)


def paint_range(canvas: Canvas, view: View, line: Line, c: Colour, fade: float = 0.5) -> None:
    """A range below its skyline: lit on top, melting into haze at its foot."""
    top = min(y for _, y in line)
    reach = top + 0.3 * view.height
    canvas.drawPath(
        under(line, view.bottom), down(top, reach, lighter(c, 0.07), mix(c, view.palette.sky[2], fade * 0.6))
    )


def hills(view: View) -> Plane:
    """Two far ranges with specks of trees, merged."""
    p, h = view.palette, view.height
    a = rolling(view, "hill-a", view.horizon - 0.055 * h, 0.05 * h)
    b = rolling(view, "hill-b", view.horizon - 0.005 * h, 0.03 * h)
    rng = view.rng("hill-trees")
    specks = [(rng.uniform(view.left, view.right), rng.uniform(0.018, 0.036) * view.unit) for _ in range(26)]

    def draw(canvas: Canvas) -> None:
        paint_range(canvas, view, a, p.ranges[0])
        paint_range(canvas, view, b, p.ranges[1])
        for x, size in specks:
            small_tree(canvas, x, height_at(b, x) + size * 0.15, size, darker(p.ranges[1], 0.16), size % 0.01 < 0.005)

    return full(view, "range", 0.2, draw, view.horizon - 0.13 * h)


def small_tree(canvas: Canvas, x: float, y: float, size: float, c: Colour, pointed: bool) -> None:
    """A tree far away: a shape and a stem."""
    if pointed:
        canvas.drawPath(polygon(((x - size * 0.3, y), (x, y - size * 1.3), (x + size * 0.3, y))), fill(c))
    else:
        rect(canvas, x - size * 0.04, y - size * 0.4, size * 0.08, size * 0.4, fill(darker(c, 0.2)))
        oval(canvas, x, y - size * 0.68, size * 0.36, size * 0.44, fill(c))


def mountains(view: View, snow: bool = True) -> Plane:
    """Two ranges of peaks with a lit and a shaded side."""
    p, h, rng = view.palette, view.height, view.rng("peaks")
    far = _peaks(view, rng, 5, 0.25 * h, 0.4 * h)
    near = _peaks(view, rng, 4, 0.12 * h, 0.25 * h)
    rock = mix(p.ranges[0], p.lit(hex_colour("7486a6")), 0.55)

    def draw(canvas: Canvas) -> None:
        for x, tall, half in far:
            _peak(canvas, view, x, tall, half, mix(rock, p.sky[2], 0.35), snow)
        for x, tall, half in near:
            _peak(canvas, view, x, tall, half, mix(rock, p.ranges[1], 0.25), snow and tall > 0.2 * h)
        foot = rolling(view, "foothill", view.horizon - 0.02 * h, 0.03 * h)
        paint_range(canvas, view, foot, p.ranges[1])

    return full(view, "range", 0.15, draw, view.horizon - 0.46 * h)


def _peaks(view: View, rng: random.Random, count: int, low: float, high: float) -> list[tuple[float, float, float]]:
    span = view.right - view.left
    peaks = []
    for k in range(count):
        tall = rng.uniform(low, high)
        x = view.left + span * (k + rng.uniform(0.2, 0.8)) / count
        peaks.append((x, tall, tall * rng.uniform(0.8, 1.15)))
    return sorted(peaks, key=lambda peak: -peak[1])


def _peak(canvas: Canvas, view: View, x: float, tall: float, half: float, c: Colour, snow: bool) -> None:
    rng = random.Random(round(x * 7 + tall))  # noqa: S311
    base, top = view.horizon + 0.03 * view.height, view.horizon - tall
    shape = polygon(
        (
            (x - half, base),
            (x - half * 0.45, top + tall * 0.5),
            (x - half * 0.3, top + tall * 0.36),
            (x, top),
            (x + half * 0.34, top + tall * 0.4),
            (x + half * 0.5, top + tall * 0.52),
            (x + half, base),
        )
    )
    canvas.drawPath(shape, down(top, base, c, mix(c, view.palette.sky[2], 0.45)))
    canvas.save()
    canvas.clipPath(shape, True)
    bend = [
        (x, top),
        (x + half * 0.07, top + tall * 0.2),
        (x - half * 0.06, top + tall * 0.42),
        (x + half * 0.1, top + tall * 0.7),
        (x, base),
    ]
    canvas.drawPath(polygon([*bend, (x + half * 1.1, base), (x + half * 1.1, top)]), fill(darker(c, 0.3), 0.4))
    if snow:
        cap = [(x - half, top - 1), (x - half, top + tall * 0.24)]
        for k in range(9):
            t = k / 8
            cap.append(
                (
                    x - half * 0.32 + half * 0.66 * t,
                    top + tall * (0.3 if k % 2 else 0.18) + rng.uniform(-0.02, 0.03) * tall,
                )
            )
        cap += [(x + half, top + tall * 0.24), (x + half, top - 1)]
        white = view.palette.lit(hex_colour("f7fafd"))
        canvas.drawPath(polygon(cap), fill(white, 0.95))
        canvas.drawPath(
            polygon([*bend[:3], (x + half * 0.4, top + tall * 0.42), (x + half * 0.4, top)]),
            fill(darker(white, 0.35), 0.22),
        )
    canvas.restore()


def woods(view: View, dense: bool) -> Plane:
    """Rows of trees behind each other; `dense` fills the view like a forest's edge."""
    p, h, rng = view.palette, view.height, view.rng("woods")
    rows = ((0.42, 0.2), (0.33, 0.45), (0.26, 0.75)) if dense else ((0.16, 0.3), (0.13, 0.7))
    pointed = rng.random() < 0.5
    planned = []
    for k, (share, near) in enumerate(rows):
        x = view.left
        while x < view.right:
            size = share * h * rng.uniform(0.75, 1.15) * (1.1 if view.is_tall and dense else 1.0)
            planned.append((k, x, size, near, rng.random(), pointed == (rng.random() < 0.8)))
            x += size * rng.uniform(0.24, 0.46)

    def draw(canvas: Canvas) -> None:
        done = -1
        for k, x, size, near, mark, point in planned:
            base = view.horizon + (0.0 + 0.018 * k) * h
            if k != done and dense:
                veil = linear((0, view.horizon - 0.5 * h), (0, view.horizon), [(p.sky[2], 0.0), (p.sky[2], 0.5)])
                rect(canvas, view.left, view.top, view.right - view.left, view.horizon - view.top + 0.05 * h, veil)
            done = k
            c = mix(mix(p.ranges[0], p.ranges[2], near), darker(p.ranges[2], 0.3), near * 0.5)
            c = mix(c, lighter(c, 0.2), mark * 0.35)
            silhouette(canvas, x, base, size, c, point)
        ground = rolling(view, "woods-floor", view.horizon + 0.035 * h, 0.008 * h)
        paint_range(canvas, view, ground, mix(p.ranges[2], p.ground, 0.4), 0.2)

    return full(view, "range", 0.3, draw, view.horizon - (0.52 if dense else 0.2) * h)


def silhouette(canvas: Canvas, x: float, y: float, size: float, c: Colour, pointed: bool) -> None:
    """A tree in one colour with a shaded half."""
    rect(canvas, x - size * 0.025, y - size * 0.4, size * 0.05, size * 0.42, fill(darker(c, 0.3)))
    if pointed:
        for k in range(3):
            w, b = size * (0.23 - 0.05 * k), y - size * (0.12 + 0.24 * k)
            canvas.drawPath(polygon(((x - w, b), (x, b - size * 0.42), (x + w, b))), fill(lighter(c, 0.04 * k)))
            canvas.drawPath(polygon(((x, b), (x, b - size * 0.42), (x + w, b))), fill(darker(c, 0.3), 0.25))
    else:
        oval(canvas, x, y - size * 0.64, size * 0.25, size * 0.34, fill(c))
        oval(canvas, x - size * 0.06, y - size * 0.7, size * 0.15, size * 0.22, fill(lighter(c, 0.15), 0.35))
