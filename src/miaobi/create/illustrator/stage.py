"""Settings for ideas and for far places: a geometric stage with steps, the sea bed, space."""

from __future__ import annotations

import math

import skia

from miaobi.base.engine import Motion
from miaobi.create.illustrator.brush import (
    Canvas,
    Colour,
    darker,
    down,
    fill,
    lighter,
    linear,
    mix,
    oval,
    pen,
    polygon,
    rect,
    smooth,
)  # fmt: skip
from miaobi.create.illustrator.view import Plane, View, full

MOST_STEPS = 3
"""More would stand in each other's way."""

Step = tuple[float, float, float]
"""A pedestal: centre x, top y, width, in pixels."""


def steps(view: View, count: int) -> list[Step]:
    """Where the pedestals stand: the first is the subject's, two others beside it, lower and smaller."""
    rng = view.rng("steps")
    w, u = view.width, view.unit
    lift = view.foot
    if view.is_tall:
        places = [(0.5, 0.15, 0.33), (0.175, 0.0, 0.21), (0.825, 0.03, 0.21)]
    else:
        lean = rng.choice((-1, 1))
        places = [
            (0.5 + lean * 0.03, 0.13, 0.34),
            (0.5 - lean * 0.29, 0.04, 0.24),
            (0.5 + lean * 0.33, 0.075, 0.24),
        ]
    return [
        (w * x + rng.uniform(-0.01, 0.01) * w, lift - y * u, width * u)
        for x, y, width in places[: min(MOST_STEPS, max(1, count))]
    ]


def stage(view: View, count: int, bare: frozenset[int]) -> list[Plane]:
    """A calm wall with an arch or a disc, a floor, pedestals for `count` things; those in `bare` have none."""
    p, w, h, u = view.palette, view.width, view.height, view.unit
    rng = view.rng("stage")
    base = p.lit(rng.choice((p.ranges[0], p.second, p.accent, p.third)))
    wall = mix(base, p.paper if not p.is_dark else p.ink, 0.66)
    floor = mix(base, p.paper if not p.is_dark else p.ink, 0.42)
    shape, hue = (
        rng.randrange(4),
        p.lit(rng.choice([c for c in (p.accent, p.second, p.third, p.ranges[1]) if c != base] or [p.second])),
    )
    blocks = steps(view, count)
    cx = blocks[0][0]

    def back(canvas: Canvas) -> None:
        rect(
            canvas,
            view.left,
            view.top,
            view.right - view.left,
            view.bottom - view.top,
            linear((0, view.top), (w, view.horizon), [(lighter(wall, 0.25), 1), (wall, 1)]),
        )
        _backshape(canvas, view, shape, cx, hue, wall)
        rect(
            canvas,
            view.left,
            view.horizon,
            view.right - view.left,
            view.bottom - view.horizon,
            down(view.horizon, view.bottom, lighter(floor, 0.12), darker(floor, 0.08)),
        )
        rect(
            canvas,
            view.left,
            view.horizon,
            view.right - view.left,
            0.05 * h,
            linear((0, view.horizon), (0, view.horizon + 0.05 * h), [(darker(floor, 0.6), 0.16), (floor, 0.0)]),
        )

    def pedestals(canvas: Canvas) -> None:
        for k, (x, y, width) in sorted(enumerate(blocks), key=lambda item: item[1][1]):
            if k in bare:
                continue
            _pedestal(
                canvas,
                x,
                y,
                width,
                view.foot + 0.045 * u - y + (0.02 * u if k else 0),
                mix(floor, (hue, p.paper, p.lit(p.second), p.paper)[k % 4], 0.5),
            )

    behind = full(view, "backdrop", 0.05, back)
    behind.opaque = True
    top = min(y for _, y, _ in blocks) - 0.06 * u
    return [behind, _confetti(view, hue), full(view, "ground", 0.5, pedestals, top)]


def _backshape(canvas: Canvas, view: View, shape: int, x: float, hue: Colour, wall: Colour) -> None:
    u, base = view.unit, view.horizon
    soft = mix(hue, wall, 0.58)
    r = 0.39 * u if not view.is_tall else 0.44 * u
    if shape == 0:
        y = base - r * 0.72
        canvas.drawCircle(x, y, r, down(y - r, y + r, lighter(soft, 0.15), soft))
        canvas.drawCircle(x, y, r * 1.16, pen(soft, 0.005 * u, 0.7))
    elif shape == 1:
        for grow, c in ((1.0, mix(soft, wall, 0.4)), (0.8, soft), (0.6, darker(soft, 0.08))):
            arch = skia.Path()
            arch.addArc(
                skia.Rect.MakeLTRB(x - r * grow, base - r * 0.7 - r * grow, x + r * grow, base - r * 0.7 + r * grow),
                180,
                180,
            )
            arch.lineTo(x + r * grow, base)
            arch.lineTo(x - r * grow, base)
            arch.close()
            canvas.drawPath(arch, fill(c))
    elif shape == 2:
        for k in range(24):
            a, b = math.tau * k / 24, math.tau * (k + 0.5) / 24
            y, far = base - r * 0.6, 2.2 * u
            canvas.save()
            canvas.clipRect(skia.Rect.MakeLTRB(view.left, view.top, view.right, base))
            canvas.drawPath(
                polygon(
                    (
                        (x, y),
                        (x + far * math.cos(a), y + far * math.sin(a)),
                        (x + far * math.cos(b), y + far * math.sin(b)),
                    )
                ),
                fill(lighter(wall, 0.5), 0.3),
            )
            canvas.restore()
        canvas.drawCircle(x, base - r * 0.6, r * 0.78, fill(soft))
    else:
        rng = view.rng("blob")
        points = []
        for k in range(9):
            a = math.tau * k / 9
            d = r * rng.uniform(0.88, 1.25)
            points.append((x + d * 1.25 * math.cos(a), base - r * 0.66 + d * math.sin(a)))
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(view.left, view.top, view.right, base))
        canvas.drawPath(smooth(points, True), down(base - 2 * r, base, lighter(soft, 0.2), soft))
        canvas.restore()


def _pedestal(canvas: Canvas, x: float, y: float, width: float, height: float, c: Colour) -> None:
    rx, ry = width / 2, width * 0.085
    oval(canvas, x + rx * 0.12, y + height + ry * 0.15, rx * 1.12, ry * 1.15, fill(darker(c, 0.8), 0.22, 8))
    side = skia.Path()
    side.addRect(skia.Rect.MakeLTRB(x - rx, y, x + rx, y + height))
    side.addOval(skia.Rect.MakeLTRB(x - rx, y + height - ry, x + rx, y + height + ry))
    canvas.drawPath(side, linear((x - rx, 0), (x + rx, 0), [(lighter(c, 0.18), 1), (c, 1), (darker(c, 0.24), 1)]))
    oval(canvas, x, y, rx, ry, linear((x - rx, 0), (x + rx, 0), [(lighter(c, 0.5), 1), (lighter(c, 0.3), 1)]))


def _confetti(view: View, hue: Colour) -> Plane:
    """A few quiet shapes in the air."""
    rng, p, u = view.rng("confetti"), view.palette, view.unit
    marks = []
    for k in range(11):
        x = view.width * ((k + rng.uniform(0.1, 0.9)) / 11)
        y = view.horizon * rng.uniform(0.06, 0.8)
        if abs(x - view.width / 2) < 0.24 * u and y > view.horizon * 0.25:
            y = view.horizon * rng.uniform(0.04, 0.16)
        marks.append(
            (
                x,
                y,
                rng.uniform(0.006, 0.016) * u,
                rng.randrange(4),
                rng.choice((p.accent, p.second, p.third, hue)),
                rng.uniform(0, 90),
            )
        )

    def draw(canvas: Canvas) -> None:
        for x, y, s, kind, c, turn in marks:
            canvas.save()
            canvas.translate(x, y)
            canvas.rotate(turn)
            if kind == 0:
                oval(canvas, 0, 0, s, s, fill(c, 0.75))
            elif kind == 1:
                canvas.drawCircle(0, 0, s * 1.2, pen(c, s * 0.4, 0.75))
            elif kind == 2:
                rect(canvas, -s, -s * 0.22, s * 2, s * 0.44, fill(c, 0.75), s * 0.2)
                rect(canvas, -s * 0.22, -s, s * 0.44, s * 2, fill(c, 0.75), s * 0.2)
            else:
                canvas.drawPath(polygon(((0, -s), (s, s * 0.8), (-s, s * 0.8))), fill(c, 0.7))
            canvas.restore()

    motion = Motion(kind="bob", amount=round(0.006 * view.height, 1), period_seconds=7.0)
    return Plane("light", 0.15, draw, view.left, view.top, view.right, view.horizon, motion)
