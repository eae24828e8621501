"""Sky, sun and moon, clouds; rain, snow and fog in front."""

from __future__ import annotations

import random

import skia

from miaobi.base.engine import Motion
from miaobi.create.illustrator.brush import (
    WHITE,
    Canvas,
    Colour,
    down,
    fill,
    glow,
    hex_colour,
    lighter,
    linear,
    mix,
    oval,
    pen,
    polyline,
    rect,
)  # fmt: skip
from miaobi.create.illustrator.view import Plane, View, full


def sky(view: View) -> list[Plane]:
    """Backdrop with stars at night; sun or moon; clouds that drift."""
    planes = [_air(view)]
    if view.weather not in ("rain", "storm", "fog"):
        planes.append(_sun(view))
    return planes + _clouds(view)


def _air(view: View) -> Plane:
    colours = view.palette.sky
    rng = view.rng("air")
    stars = [
        (rng.uniform(view.left, view.right), rng.uniform(view.top, view.horizon), rng.random()) for _ in range(110)
    ]

    def draw(canvas: Canvas) -> None:
        low = view.horizon + 0.06 * view.height
        rect(canvas, view.left, view.top, view.right - view.left, view.bottom - view.top, down(view.top, low, *colours))
        if view.light == "night" and view.weather in ("", "clear", "wind", "snow"):
            for x, y, s in stars:
                oval(canvas, x, y, 0.6 + 1.5 * s * s, 0.6 + 1.5 * s * s, fill(WHITE, 0.35 + 0.6 * s))

    plane = full(view, "backdrop", 0.0, draw)
    plane.opaque = True
    return plane


def sun_position(view: View) -> tuple[float, float]:
    """Centre of sun or moon: on the side away from the subject's usual place, low at dawn and dusk."""
    rng = view.rng("sun")
    x = view.width * (rng.uniform(0.68, 0.86) if rng.random() < 0.5 else rng.uniform(0.14, 0.32))
    if view.light in ("dawn", "dusk"):
        return x, view.horizon - view.height * rng.uniform(0.06, 0.16)
    return x, view.horizon * rng.uniform(0.22, 0.4)


def _sun(view: View) -> Plane:
    x, y = sun_position(view)
    r = view.unit * (0.088 if view.weather == "heat" else 0.058 if view.light in ("day", "night") else 0.085)
    reach = r * (3.4 if view.light != "night" else 2.6)
    warm = view.palette.glow

    def draw(canvas: Canvas) -> None:
        if view.weather == "heat":
            _rays(canvas, x, y, r)
        canvas.drawCircle(x, y, reach, glow(x, y, reach, warm, 0.75 if view.light != "night" else 0.4))
        if view.light == "night":
            disc = skia.Path()
            disc.addCircle(x, y, r)
            bite = skia.Path()
            bite.addCircle(x + r * 0.5, y - r * 0.28, r * 0.86)
            canvas.drawPath(skia.Op(disc, bite, skia.PathOp.kDifference_PathOp), fill(hex_colour("fdf3d0")))
        else:
            core = {"day": "ffe08a", "dawn": "ffd9a0", "dusk": "ffb066"}[view.light]
            canvas.drawCircle(x, y, r, down(y - r, y + r, lighter(hex_colour(core), 0.35), hex_colour(core)))

    if view.weather == "heat":
        reach = r * 4.2
    motion = Motion(kind="pulse", amount=0.03, period_seconds=6.0)
    return Plane("light", 0.03, draw, x - reach, y - reach, x + reach, y + reach, motion)


def _rays(canvas: Canvas, x: float, y: float, r: float) -> None:
    """A ring of short rays and a wide glare around a sun that burns."""
    canvas.drawCircle(x, y, r * 4.1, glow(x, y, r * 4.1, hex_colour("ffd27a"), 0.75))
    for k in range(16):
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(22.5 * k)
        rect(
            canvas,
            r * 1.28,
            -r * 0.05,
            r * (0.42 if k % 2 else 0.26),
            r * 0.1,
            fill(hex_colour("ffc24d"), 0.9),
            r * 0.05,
        )
        canvas.restore()


def cloud(canvas: Canvas, x: float, y: float, w: float, c: Colour, rng: random.Random) -> None:
    """A flat-bottomed cloud of width w whose base is at y."""
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeLTRB(x - w / 2, y - w * 0.13, x + w / 2, y), w * 0.065, w * 0.065)
    for dx, r in ((-0.24, 0.13), (-0.05, 0.19), (0.17, 0.15), (0.32, 0.09)):
        path.addCircle(x + (dx + rng.uniform(-0.03, 0.03)) * w, y - w * (0.09 + rng.uniform(0, 0.03)), r * w)
    canvas.save()
    canvas.clipRect(skia.Rect.MakeLTRB(x - w, y - w, x + w, y))
    canvas.drawPath(path, linear((0, y - w * 0.28), (0, y), [(lighter(c, 0.55), 0.96), (c, 0.9)]))
    canvas.restore()


def _clouds(view: View) -> list[Plane]:
    rng = view.rng("clouds")
    grey = view.weather in ("rain", "storm", "snow", "fog")
    base = mix(view.palette.sky[1], WHITE, 0.72 if view.light != "night" else 0.16)
    if grey:
        base = mix(view.palette.sky[0], WHITE if view.weather != "storm" else hex_colour("2c3442"), 0.4)
    if view.weather in ("clear", "heat"):
        return []
    planes = []
    groups = 3 if grey else 2
    sun_x = sun_position(view)[0]
    for k in range(groups):
        w = view.unit * rng.uniform(0.2, 0.34) * (1.5 if grey else 1.0)
        lane = (k + rng.uniform(0.25, 0.75)) / groups
        x = view.width * lane
        if abs(x - sun_x) < w * 0.5 and not grey:
            x += w * (0.8 if x >= sun_x else -0.8)
        y = view.horizon * (rng.uniform(0.2, 0.34) if k % 2 else rng.uniform(0.4, 0.58))
        mark = rng.random()

        def draw(canvas: Canvas, x: float = x, y: float = y, w: float = w, mark: float = mark) -> None:
            own = random.Random(mark)  # noqa: S311
            cloud(canvas, x, y, w, base, own)
            cloud(canvas, x + w * own.choice((-0.62, 0.66)), y + w * 0.08, w * 0.5, base, own)

        speed = view.width * 0.006 * rng.uniform(0.7, 1.3)
        motion = Motion(kind="drift", amount=round(speed, 2), direction="right")
        planes.append(
            Plane("weather", 0.06 + 0.03 * k, draw, x - w * 1.1, y - w * 0.4, x + w * 1.1, y + w * 0.1, motion)
        )
    return planes


def falling(view: View) -> list[Plane]:
    """Rain or snow in front, fog as veils."""
    rng, w, h = view.rng("falling"), view.width, view.height
    if view.weather in ("rain", "storm"):
        drops = [
            (rng.uniform(view.left, view.right), rng.uniform(view.top, view.bottom), rng.uniform(0.5, 1))
            for _ in range(130)
        ]

        def rain(canvas: Canvas) -> None:
            for x, y, s in drops:
                polyline(canvas, ((x, y), (x - 0.008 * h * s, y + 0.034 * h * s)), pen(WHITE, 1.2 + s, 0.42))

        return [full(view, "weather", 0.9, rain)]
    if view.weather == "snow":
        flakes = [
            (rng.uniform(view.left, view.right), rng.uniform(view.top, view.bottom), rng.uniform(0.15, 1) ** 2)
            for _ in range(110)
        ]

        def snow(canvas: Canvas) -> None:
            for x, y, s in flakes:
                oval(canvas, x, y, 1.2 + 0.005 * h * s, 1.2 + 0.005 * h * s, fill(WHITE, 0.85))

        plane = full(view, "weather", 0.9, snow)
        plane.motion = Motion(kind="drift", amount=round(0.012 * w, 2), direction="left")
        return [plane]
    if view.weather == "fog":

        def veil(canvas: Canvas) -> None:
            pale = lighter(view.palette.sky[2], 0.2)
            for k in range(3):
                y = view.horizon + (-0.08 + 0.13 * k) * h
                paint = linear((0, y - 0.08 * h), (0, y + 0.09 * h), [(pale, 0), (pale, 0.5 - 0.1 * k), (pale, 0)])
                rect(canvas, view.left, y - 0.08 * h, view.right - view.left, 0.17 * h, paint)

        return [full(view, "weather", 0.7, veil, view.horizon - 0.2 * h)]
    return []
