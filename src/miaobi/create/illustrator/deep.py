"""The sea bed and space: settings far from the ground we know."""

from __future__ import annotations

import skia

from miaobi.base.engine import Motion
from miaobi.create.illustrator.brush import (
    WHITE,
    Canvas,
    Colour,
    darker,
    down,
    fill,
    glow,
    hex_colour,
    lighter,
    linear,
    mix,
    oval,
    pen,
    polygon,
    rect,
    ridge,
    smooth,
    under,
)  # fmt: skip
from miaobi.create.illustrator.view import Plane, View, full

# ---------------------------------------------------------------- under water


def sea_bed(view: View) -> list[Plane]:
    """Water with shafts of light, far rocks, sand, weed, bubbles."""
    p, w, h = view.palette, view.width, view.height
    rng = view.rng("sea-bed")
    top, low = mix(hex_colour("5cc3dd"), p.sky[0], 0.25), mix(hex_colour("0f4c81"), p.third, 0.2)
    if view.light == "night":
        top, low = darker(top, 0.5), darker(low, 0.45)
    sand = mix(mix(hex_colour("e8cf9a"), low, 0.3), p.second, 0.05)

    def water(canvas: Canvas) -> None:
        rect(
            canvas,
            view.left,
            view.top,
            view.right - view.left,
            view.bottom - view.top,
            down(view.top, view.bottom, lighter(top, 0.2), top, low),
        )
        for k in range(6):
            x = w * (0.05 + 0.18 * k + rng.uniform(-0.04, 0.04))
            shaft = polygon(((x, view.top), (x + 0.07 * w, view.top), (x - 0.1 * w, h * 0.9), (x - 0.28 * w, h * 0.9)))
            canvas.drawPath(shaft, linear((0, view.top), (0, h * 0.85), [(WHITE, 0.2), (WHITE, 0.0)]))

    def far(canvas: Canvas) -> None:
        for k, lift in enumerate((0.1, 0.03)):
            line = ridge(view.rng(f"rock-{k}"), view.left, view.right, view.horizon + 0.1 * h - lift * h, 0.07 * h, 12)
            canvas.drawPath(under(line, view.bottom), fill(mix(low, top, 0.45 - 0.2 * k)))

    def bed(canvas: Canvas) -> None:
        line = ridge(view.rng("bed"), view.left, view.right, view.foot - 0.03 * h, 0.02 * h, 12)
        canvas.drawPath(
            under(line, view.bottom), down(view.foot - 0.06 * h, view.bottom, lighter(sand, 0.15), darker(sand, 0.12))
        )
        own = view.rng("pebbles")
        for _ in range(50):
            oval(
                canvas,
                own.uniform(view.left, view.right),
                own.uniform(view.foot + 0.02 * h, view.bottom),
                own.uniform(2, 7),
                own.uniform(1.5, 3.5),
                fill(darker(sand, own.uniform(0.1, 0.35)), 0.7),
            )

    weeds = [_weed(view, x, rng.uniform(0.16, 0.34) * view.unit, k) for k, x in enumerate((0.07, 0.15, 0.86, 0.94))]
    backdrop = full(view, "backdrop", 0.0, water)
    backdrop.opaque = True
    return [
        backdrop,
        full(view, "range", 0.25, far, view.horizon - 0.1 * h),
        full(view, "ground", 0.6, bed, view.foot - 0.07 * h),
        *weeds,
        _bubbles(view),
    ]


def _weed(view: View, share: float, height: float, k: int) -> Plane:
    x, y = share * view.width, view.foot + 0.03 * view.height
    c = mix(hex_colour("2f8f6f"), (view.palette.accent, view.palette.ground)[k % 2], 0.35)

    def draw(canvas: Canvas) -> None:
        for j in range(4):
            lean, tall = (j - 1.5) * 0.12 * height, height * (1 - 0.13 * abs(j - 1.5))
            stem = [
                (x + lean * 0.3, y),
                (x + lean - 9, y - tall * 0.35),
                (x + lean + 11, y - tall * 0.7),
                (x + lean * 1.6, y - tall),
            ]
            canvas.drawPath(smooth(stem), pen(c if j % 2 else darker(c, 0.22), 0.055 * height))

    motion = Motion(kind="sway", amount=2.2, period_seconds=4.5, phase=round(0.23 * k % 1, 2))
    return Plane("prop", 0.7, draw, x - height, y - height * 1.1, x + height, y + 0.06 * height, motion)


def _bubbles(view: View) -> Plane:
    rng, w = view.rng("bubbles"), view.width
    spots = [
        (
            rng.choice((0.2, 0.5, 0.8)) * w + rng.uniform(-0.1, 0.1) * w,
            rng.uniform(0.05, 0.8) * view.height,
            rng.uniform(0.004, 0.014) * view.unit,
        )
        for _ in range(22)
    ]

    def draw(canvas: Canvas) -> None:
        for x, y, r in spots:
            canvas.drawCircle(x, y, r, fill(WHITE, 0.22))
            canvas.drawCircle(x, y, r, pen(WHITE, 1.4, 0.6))
            oval(canvas, x - r * 0.35, y - r * 0.4, r * 0.22, r * 0.22, fill(WHITE, 0.85))

    return Plane("weather", 0.8, draw, 0, 0, w, view.height * 0.85, Motion(kind="bob", amount=8.0, period_seconds=5.0))


# ---------------------------------------------------------------- space


def space(view: View, ground: bool) -> list[Plane]:
    """Stars, a bright nebula, planets; and the surface of a moon where something has to stand."""
    p, w, h, u = view.palette, view.width, view.height, view.unit
    rng = view.rng("space")
    deep, haze = hex_colour("0d1233"), mix(hex_colour("4a2f7a"), p.third, 0.35)
    stars = [(rng.uniform(view.left, view.right), rng.uniform(view.top, view.bottom), rng.random()) for _ in range(170)]
    side = rng.choice((0.2, 0.8))

    def back(canvas: Canvas) -> None:
        rect(
            canvas,
            view.left,
            view.top,
            view.right - view.left,
            view.bottom - view.top,
            linear(
                (0, view.top), (w, view.bottom), [(deep, 1), (mix(deep, haze, 0.45), 1), (mix(deep, haze, 0.85), 1)]
            ),
        )
        for x, y, r, c in ((0.3, 0.35, 0.55, p.third), (0.72, 0.55, 0.6, p.accent), (0.5, 0.15, 0.4, p.second)):
            canvas.drawCircle(w * x, h * y, r * u, glow(w * x, h * y, r * u, c, 0.26))
        for x, y, s in stars:
            oval(canvas, x, y, 0.6 + 1.8 * s**3, 0.6 + 1.8 * s**3, fill(WHITE, 0.3 + 0.7 * s))

    backdrop = full(view, "backdrop", 0.0, back)
    backdrop.opaque = True
    planes = [
        backdrop,
        _planet(w * side, h * 0.24, 0.12 * u, p.accent, True),
        _planet(w * (1 - side * 0.9), h * 0.16, 0.045 * u, p.third, False),
    ]
    if ground:
        planes.append(_moon_ground(view))
    return planes


def _planet(x: float, y: float, r: float, c: Colour, ring: bool) -> Plane:
    def draw(canvas: Canvas) -> None:
        canvas.drawCircle(x, y, r * 1.5, glow(x, y, r * 1.5, lighter(c, 0.4), 0.3))
        canvas.save()
        disc = skia.Path()
        disc.addCircle(x, y, r)
        canvas.clipPath(disc, True)
        rect(
            canvas,
            x - r,
            y - r,
            2 * r,
            2 * r,
            linear((x - r, y - r), (x + r, y + r), [(lighter(c, 0.35), 1), (c, 1), (darker(c, 0.5), 1)]),
        )
        for k in range(4):
            oval(
                canvas,
                x,
                y - r * 0.7 + k * r * 0.48,
                r * 1.1,
                r * 0.09,
                fill(lighter(c, 0.4) if k % 2 else darker(c, 0.3), 0.35),
            )
        canvas.restore()
        if ring:
            canvas.save()
            canvas.translate(x, y)
            canvas.rotate(-18)
            band = skia.Path()
            band.addArc(skia.Rect.MakeLTRB(-r * 1.75, -r * 0.38, r * 1.75, r * 0.38), -22, 224)
            canvas.drawPath(band, pen(lighter(c, 0.55), r * 0.12, 0.85))
            canvas.restore()

    return Plane(
        "light",
        0.12,
        draw,
        x - 2 * r,
        y - 1.6 * r,
        x + 2 * r,
        y + 1.6 * r,
        Motion(kind="bob", amount=3.0, period_seconds=9.0),
    )


def _moon_ground(view: View) -> Plane:
    p, h = view.palette, view.height
    dust = mix(hex_colour("b9b7cf"), p.third, 0.22)
    far = ridge(view.rng("crest"), view.left, view.right, view.horizon + 0.09 * h, 0.03 * h, 12)
    rng = view.rng("craters")
    holes = [
        (rng.uniform(view.left, view.right), rng.uniform(view.horizon + 0.2 * h, view.bottom), rng.uniform(0.02, 0.06))
        for _ in range(11)
    ]

    def draw(canvas: Canvas) -> None:
        canvas.drawPath(under([(x, y - 0.05 * h) for x, y in far], view.bottom), fill(darker(dust, 0.5)))
        canvas.drawPath(under(far, view.bottom), down(view.horizon, view.bottom, lighter(dust, 0.1), darker(dust, 0.3)))
        for x, y, s in holes:
            rx = s * view.unit * (0.5 + (y - view.horizon) / h)
            oval(canvas, x, y, rx, rx * 0.3, fill(darker(dust, 0.35), 0.7))
            oval(canvas, x, y + rx * 0.06, rx * 0.86, rx * 0.22, fill(darker(dust, 0.5), 0.6))

    return full(view, "ground", 0.6, draw, view.horizon)
