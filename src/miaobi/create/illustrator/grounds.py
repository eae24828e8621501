"""The ground to stand on in open land: meadow, field, sand, shore, river bank; and leaves close to the eye."""

from __future__ import annotations

import math

import skia

from miaobi.create.illustrator.brush import (
    WHITE,
    Canvas,
    darker,
    down,
    fill,
    height_at,
    hex_colour,
    lighter,
    mix,
    oval,
    pen,
    polygon,
    polyline,
    rect,
    ridge,
    smooth,
    under,
)  # fmt: skip
from miaobi.create.illustrator.outdoors import Line, paint_range, rolling
from miaobi.create.illustrator.sky import sun_position
from miaobi.create.illustrator.view import Plane, View, full


def meadow_ground(view: View, path: bool, flowers: bool = True) -> Plane:
    """The ground to stand on, with tufts, flowers and perhaps a winding path."""
    p, h, rng = view.palette, view.height, view.rng("ground")
    line = rolling(view, "ground-line", view.horizon + 0.045 * h, 0.02 * h)
    front = rolling(view, "front-line", view.foot + 0.075 * h, 0.014 * h)
    tufts = [(rng.uniform(view.left, view.right), rng.uniform(view.horizon + 0.1 * h, view.bottom)) for _ in range(90)]
    bend = rng.uniform(0.3, 0.7) * view.width

    def draw(canvas: Canvas) -> None:
        canvas.drawPath(
            under(line, view.bottom), down(view.horizon, view.bottom, lighter(p.ground, 0.16), darker(p.ground, 0.1))
        )
        if path:
            _path(canvas, view, line, bend)
        canvas.drawPath(under(front, view.bottom), fill(darker(p.ground, 0.14), 0.55))
        for k, (x, y) in enumerate(tufts):
            size = 0.016 * view.unit * (0.35 + (y - view.horizon) / (view.bottom - view.horizon))
            if y < height_at(line, x) + 0.03 * h:
                continue
            if flowers and k % 6 == 0:
                c = p.lit((p.paper, p.accent, p.second)[k // 6 % 3])
                oval(canvas, x, y - size * 0.8, size * 0.26, size * 0.26, fill(c))
                polyline(canvas, ((x, y), (x, y - size * 0.6)), pen(darker(p.ground, 0.3), size * 0.1))
            else:
                tone = pen(darker(p.ground, 0.24) if k % 2 else lighter(p.ground, 0.22), max(1.0, size * 0.12), 0.6)
                for dx in (-0.35, 0.0, 0.35):
                    polyline(canvas, ((x, y), (x + dx * size, y - size * (0.8 - abs(dx)))), tone)

    return full(view, "ground", 0.6, draw, view.horizon - 0.01 * h)


def _path(canvas: Canvas, view: View, line: Line, bend: float) -> None:
    p, h = view.palette, view.height
    sand = p.lit(mix(hex_colour("e9d6a9"), p.ground, 0.18))
    y0 = height_at(line, bend) + 1
    path = skia.Path()
    path.moveTo(bend - 2, y0)
    path.cubicTo(
        bend + 0.12 * view.width,
        y0 + 0.1 * h,
        bend - 0.35 * view.width,
        view.foot - 0.06 * h,
        bend - 0.2 * view.width,
        view.bottom,
    )
    path.lineTo(bend + 0.25 * view.width, view.bottom)
    path.cubicTo(bend - 0.1 * view.width, view.foot - 0.04 * h, bend + 0.2 * view.width, y0 + 0.1 * h, bend + 4, y0)
    path.close()
    canvas.drawPath(path, down(y0, view.bottom, mix(sand, p.sky[2], 0.3), sand))


def field_ground(view: View) -> Plane:
    """Furrows that run to one point on the horizon."""
    p, h, rng = view.palette, view.height, view.rng("furrows")
    line = rolling(view, "field-line", view.horizon + 0.03 * h, 0.006 * h)
    vanish = rng.uniform(0.25, 0.75) * view.width
    soil = p.lit(mix(hex_colour("9c6b43"), p.ground, 0.25))
    crop = mix(p.ground, p.lit(hex_colour("e0b94f")), rng.choice((0.1, 0.55)))

    def draw(canvas: Canvas) -> None:
        canvas.save()
        canvas.clipPath(under(line, view.bottom), True)
        rect(
            canvas,
            view.left,
            view.horizon,
            view.right - view.left,
            view.bottom,
            down(view.horizon, view.bottom, lighter(crop, 0.15), crop),
        )
        step = view.width * 0.17
        for k in range(-16, 17):
            x = vanish + k * step
            canvas.drawPath(
                polygon(
                    ((vanish + k * 6, view.horizon), (x - step * 0.16, view.bottom), (x + step * 0.16, view.bottom))
                ),
                fill(soil, 0.8),
            )
            canvas.drawPath(
                polygon(
                    ((vanish + k * 6 + 3, view.horizon), (x + step * 0.36, view.bottom), (x + step * 0.52, view.bottom))
                ),
                fill(lighter(crop, 0.3), 0.3),
            )
        canvas.restore()
        strip = rolling(view, "field-edge", view.foot + 0.055 * h, 0.006 * h)
        canvas.drawPath(
            under(strip, view.bottom), down(view.foot, view.bottom, mix(p.ground, crop, 0.3), darker(p.ground, 0.15))
        )

    return full(view, "ground", 0.6, draw, view.horizon)


def dunes(view: View) -> Plane:
    """Two crests of sand with a sharp lit side."""
    p, h = view.palette, view.height

    def draw(canvas: Canvas) -> None:
        for k, lift in enumerate((0.07, 0.02)):
            line = rolling(view, f"dune-{k}", view.horizon - lift * h, 0.05 * h)
            paint_range(canvas, view, line, p.ranges[1] if k else mix(p.ranges[1], p.sky[2], 0.3), 0.3)
            crest = min(line, key=lambda point: point[1])
            shade = [
                (crest[0], crest[1]),
                (crest[0] + 0.05 * view.width, view.horizon),
                (crest[0] - 0.04 * view.width, view.horizon + 0.08 * h),
                *[pt for pt in reversed(line) if pt[0] > crest[0] and pt[0] < crest[0] + 0.34 * view.width][:1],
            ]
            canvas.drawPath(polygon([shade[0], *shade[-1:], shade[1], shade[2]]), fill(darker(p.ranges[1], 0.35), 0.25))

    return full(view, "range", 0.2, draw, view.horizon - 0.15 * h)


def sand_ground(view: View) -> Plane:
    """Sand with wind ripples."""
    p, h, rng = view.palette, view.height, view.rng("sand")
    line = rolling(view, "sand-line", view.horizon + 0.05 * h, 0.02 * h)
    ripples = [
        (rng.uniform(view.left, view.right), rng.uniform(view.horizon + 0.1 * h, view.bottom), rng.uniform(0.03, 0.09))
        for _ in range(40)
    ]

    def draw(canvas: Canvas) -> None:
        canvas.drawPath(
            under(line, view.bottom), down(view.horizon, view.bottom, lighter(p.ground, 0.12), darker(p.ground, 0.08))
        )
        for x, y, w in ripples:
            w *= view.width
            canvas.drawPath(
                smooth(((x, y), (x + w * 0.3, y - 3), (x + w * 0.6, y + 2), (x + w, y))),
                pen(darker(p.ground, 0.2), 2, 0.35),
            )

    return full(view, "ground", 0.6, draw, view.horizon)


def sea(view: View, far_hills: bool) -> Plane:
    """Water from the horizon down, with glints."""
    p, h, rng = view.palette, view.height, view.rng("sea")
    deep = p.lit(mix(hex_colour("2f86b5"), p.third, 0.2))
    shallow = mix(p.lit(hex_colour("6cc5c9")), p.sky[1], 0.2)
    glints = [
        (rng.uniform(view.left, view.right), rng.uniform(0.0, 1.0) ** 1.6, rng.uniform(0.4, 1.0)) for _ in range(70)
    ]
    sun_x = sun_position(view)[0]

    def draw(canvas: Canvas) -> None:
        if far_hills:
            paint_range(canvas, view, rolling(view, "far-coast", view.horizon - 0.012 * h, 0.03 * h), p.ranges[0])
        rect(
            canvas,
            view.left,
            view.horizon,
            view.right - view.left,
            view.bottom - view.horizon,
            down(view.horizon, view.bottom, mix(deep, p.sky[2], 0.35), deep, shallow),
        )
        if view.weather not in ("rain", "storm", "fog"):
            for k in range(9):
                y, w = view.horizon + (0.012 + 0.03 * k) * h, view.unit * (0.05 + 0.012 * k)
                rect(
                    canvas,
                    sun_x - w / 2 + (k % 3 - 1) * w * 0.16,
                    y,
                    w,
                    max(2, 0.005 * h),
                    fill(p.glow, 0.5 - 0.04 * k),
                    3,
                )
        for x, t, s in glints:
            y = view.horizon + (0.02 + 0.9 * t) * (view.bottom - view.horizon)
            w = (0.02 + 0.06 * t) * view.width * s
            canvas.drawPath(
                smooth(((x, y), (x + w * 0.25, y - 3 * t - 1), (x + w * 0.75, y + 2 * t), (x + w, y))),
                pen(lighter(deep, 0.5), 1.2 + 2.2 * t, 0.4),
            )

    return full(view, "range", 0.3, draw, view.horizon - 0.06 * h)


def shore(view: View, y: float) -> Plane:
    """A beach in front of the water, wet and foaming at its edge."""
    p, h = view.palette, view.height
    sand = p.lit(mix(hex_colour("f2d9a2"), p.second, 0.06))
    edge = ridge(view.rng("shore"), view.left, view.right, y, 0.018 * h, 14)
    rng = view.rng("pebbles")
    dots = [(rng.uniform(view.left, view.right), rng.uniform(y + 0.04 * h, view.bottom)) for _ in range(60)]

    def draw(canvas: Canvas) -> None:
        canvas.drawPath(under([(x, v - 0.026 * h) for x, v in edge], view.bottom), fill(WHITE, 0.35))
        canvas.drawPath(under([(x, v - 0.012 * h) for x, v in edge], view.bottom), fill(p.lit(WHITE), 0.85))
        canvas.drawPath(under(edge, view.bottom), fill(darker(sand, 0.13)))
        canvas.drawPath(
            under([(x, v + 0.03 * h) for x, v in edge], view.bottom), down(y, view.bottom, sand, darker(sand, 0.06))
        )
        for k, (x, v) in enumerate(dots):
            oval(canvas, x, v, 2.4, 1.5, fill(darker(sand, 0.25) if k % 3 else WHITE, 0.5))

    return full(view, "ground", 0.6, draw, y - 0.06 * h)


def river(view: View) -> Plane:
    """A meadow with a river across it."""
    p, h = view.palette, view.height
    line = rolling(view, "bank-line", view.horizon + 0.04 * h, 0.012 * h)
    y0, y1 = view.horizon + 0.12 * h, view.foot - 0.055 * h
    far = ridge(view.rng("bank-far"), view.left, view.right, y0, 0.014 * h, 14)
    near = ridge(view.rng("bank-near"), view.left, view.right, y1, 0.018 * h, 14)
    water = p.lit(mix(hex_colour("58aecb"), p.third, 0.15))
    rng = view.rng("reeds")
    marks = [(rng.uniform(view.left, view.right), rng.uniform(y0 + 8, y1 - 4)) for _ in range(40)]
    reeds = [(rng.uniform(view.left, view.right), rng.uniform(0.03, 0.07)) for _ in range(34)]

    def draw(canvas: Canvas) -> None:
        canvas.drawPath(under(line, view.bottom), down(view.horizon, view.bottom, lighter(p.ground, 0.16), p.ground))
        canvas.drawPath(under(far, view.bottom), fill(darker(p.ground, 0.3)))
        canvas.drawPath(
            under([(x, y + 5) for x, y in far], view.bottom), down(y0, y1, mix(water, p.sky[2], 0.5), water)
        )
        for x, y in marks:
            w = 0.05 * view.width
            polyline(canvas, ((x, y), (x + w, y)), pen(WHITE, 2, 0.35))
        canvas.drawPath(
            under(near, view.bottom), down(y1, view.bottom, lighter(p.ground, 0.05), darker(p.ground, 0.14))
        )
        for x, s in reeds:
            y = height_at(near, x) + 6
            polyline(canvas, ((x, y), (x + s * 30, y - s * h)), pen(darker(p.ground, 0.22), 2.6))

    return full(view, "ground", 0.55, draw, view.horizon)


def foreground(view: View) -> Plane:
    """Soft leaves at the lower corners, close to the eye."""
    p, rng = view.palette, view.rng("leaves")
    dark = darker(mix(p.ranges[2], p.ground, 0.5), 0.34)
    size = 0.15 * view.unit

    def draw(canvas: Canvas) -> None:
        for side in (view.left, view.right):
            toward = 1 if side < 0 else -1
            for k in range(7):
                a = math.radians(-90 + toward * (k * 13 - 8 + rng.uniform(-3, 3)))
                length = size * rng.uniform(0.7, 1.1) * (1.5 - 0.08 * k)
                x0, y0 = side + toward * 0.02 * view.width, view.bottom + size * 0.1
                tip = (x0 + math.cos(a) * length, y0 + math.sin(a) * length)
                path = skia.Path()
                path.moveTo(x0, y0)
                path.quadTo(x0 + math.cos(a - 0.3) * length * 0.6, y0 + math.sin(a - 0.3) * length * 0.6, *tip)
                path.quadTo(x0 + math.cos(a + 0.3) * length * 0.6, y0 + math.sin(a + 0.3) * length * 0.6, x0, y0)
                canvas.drawPath(path, fill(dark if k % 2 else lighter(dark, 0.08)))

    return full(view, "prop", 1.0, draw, view.height - size * 1.2)
