"""Streets and cities: skylines with lit windows, rows of houses with shops, pavement and road."""

from __future__ import annotations

import random

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
    mix,
    oval,
    pen,
    polygon,
    rect,
    smooth,
)  # fmt: skip
from miaobi.create.illustrator.outdoors import silhouette
from miaobi.create.illustrator.view import Plane, View, full


def skyline(view: View) -> Plane:
    """Three rows of towers behind each other, the far ones in haze, the near ones with windows."""
    p, h = view.palette, view.height
    rows = ((0.34, 0.1, 0.05), (0.27, 0.45, 0.075), (0.19, 0.8, 0.1))
    tall = 1.25 if view.is_tall else 1.0
    base = view.horizon + 0.06 * h
    planned: list[tuple[float, float, float, Colour, int, float]] = []
    rng = view.rng("skyline")
    hues = (p.third, p.ranges[0], p.second, p.accent, mix(p.third, p.paper, 0.4))
    for k, (share, near, width) in enumerate(rows):
        x = view.left - 10
        while x < view.right:
            w = width * view.unit * rng.uniform(0.7, 1.35)
            height = share * h * tall * rng.uniform(0.5, 1.05)
            c = mix(p.sky[2], mix(rng.choice(hues), p.lit(hex_colour("7d8ba3")), 0.5), 0.22 + 0.55 * near)
            planned.append((x, w, height, p.lit(c, 0.8), k, rng.random()))
            x += w * rng.uniform(1.0, 1.25)

    def draw(canvas: Canvas) -> None:
        for x, w, height, c, k, mark in planned:
            _tower(canvas, view, x, base - height, w, height, c, k, mark)

    return full(view, "range", 0.25, draw, view.horizon - 0.4 * h * tall)


def _tower(
    canvas: Canvas, view: View, x: float, y: float, w: float, h: float, c: Colour, row: int, mark: float
) -> None:
    rng = random.Random(mark)  # noqa: S311
    rect(canvas, x, y, w, h + 0.2 * view.height, down(y, y + h, c, mix(c, view.palette.sky[2], 0.25)))
    rect(canvas, x + w * 0.68, y, w * 0.32, h + 0.2 * view.height, fill(darker(c, 0.3), 0.22))
    top = rng.random()
    if top < 0.25:
        rect(canvas, x + w * 0.46, y - h * 0.16, w * 0.05, h * 0.16, fill(darker(c, 0.15)))
    elif top < 0.45:
        rect(canvas, x + w * 0.2, y - h * 0.05, w * 0.5, h * 0.06, fill(darker(c, 0.1)))
    elif top < 0.6:
        canvas.drawPath(polygon(((x, y + 0.5), (x + w * 0.7, y - w * 0.35), (x + w, y + 0.5))), fill(c))
    if row == 0:
        return
    dark = view.light in ("dusk", "night")
    glass = hex_colour("ffdf8f") if dark else lighter(c, 0.45)
    off = darker(c, 0.22) if dark else lighter(c, 0.2)
    size = max(3.0, 0.0085 * view.unit * (0.8 + 0.35 * row))
    columns = max(2, int(w / (size * 2.3)))
    gap = w / columns
    for j in range(max(1, int(h / (size * 2.5)))):
        for k in range(columns):
            lit = rng.random() < (0.55 if dark else 0.6)
            rect(
                canvas,
                x + gap * (k + 0.5) - size * 0.5,
                y + size * (1.2 + 2.5 * j),
                size,
                size * 1.3,
                fill(glass if lit else off, 0.9),
            )


def houses(view: View, trees: bool = True) -> Plane:
    """A row of town houses along the far side of a street: gables, windows, doors, shops with awnings, trees behind."""
    p, h, rng = view.palette, view.height, view.rng("houses")
    base = view.horizon + 0.115 * h
    scale = view.unit * (1.15 if view.is_tall else 1.0)
    planned = []
    x = view.left - rng.uniform(0, 0.1) * scale
    walls = [
        mix(c, p.paper, t)
        for c, t in (
            (p.accent, 0.45),
            (p.second, 0.4),
            (p.third, 0.5),
            (p.ranges[2], 0.5),
            (p.paper, 0.2),
            (hex_colour("d98f6b"), 0.35),
        )
    ]
    last = -1
    while x < view.right:
        w, tall = scale * rng.uniform(0.15, 0.22), scale * rng.uniform(0.25, 0.4)
        pick = rng.choice([k for k in range(len(walls)) if k != last])
        last = pick
        planned.append((x, w, tall, p.lit(walls[pick]), rng.random()))
        x += w * 1.0
        if rng.random() < 0.16:
            x += scale * 0.07

    def draw(canvas: Canvas) -> None:
        back = view.rng("behind-houses")
        z = view.left
        while trees and z < view.right:
            silhouette(canvas, z, base, scale * back.uniform(0.34, 0.48), mix(p.ranges[1], p.sky[2], 0.3), False)
            z += scale * back.uniform(0.09, 0.16)
        rect(
            canvas, view.left, base - 0.06 * h, view.right - view.left, 0.06 * h, fill(mix(p.ranges[2], p.sky[2], 0.2))
        )
        for x, w, tall, c, mark in planned:
            house(canvas, view, x, base, w, tall, c, random.Random(mark))  # noqa: S311

    return full(view, "range", 0.35, draw, base - 0.62 * scale)


def house(
    canvas: Canvas, view: View, x: float, base: float, w: float, tall: float, wall: Colour, rng: random.Random
) -> None:
    """One house front, w wide and `tall` to the eaves."""
    p, y = view.palette, base - tall
    roof = p.lit(rng.choice((hex_colour("a5533f"), hex_colour("6b5a63"), darker(p.third, 0.15), hex_colour("c2684a"))))
    kind = rng.random()
    rise = w * rng.uniform(0.3, 0.55)
    if kind < 0.45:
        canvas.drawPath(polygon(((x - w * 0.04, y + 1), (x + w / 2, y - rise), (x + w * 1.04, y + 1))), fill(roof))
        rect(canvas, x + w * 0.72, y - rise * 0.75, w * 0.1, rise * 0.55, fill(darker(roof, 0.2)))
    elif kind < 0.75:
        canvas.drawPath(
            polygon(
                (
                    (x - w * 0.03, y + 1),
                    (x + w * 0.1, y - rise * 0.5),
                    (x + w * 0.9, y - rise * 0.5),
                    (x + w * 1.03, y + 1),
                )
            ),
            fill(roof),
        )
        rect(canvas, x + w * 0.2, y - rise * 0.72, w * 0.1, rise * 0.3, fill(darker(roof, 0.2)))
    else:
        rect(canvas, x - w * 0.03, y - w * 0.07, w * 1.06, w * 0.09, fill(darker(wall, 0.2)))
    rect(canvas, x, y, w, tall, down(y, base, lighter(wall, 0.1), wall))
    rect(canvas, x + w * 0.88, y, w * 0.12, tall, fill(darker(wall, 0.3), 0.18))
    rect(canvas, x, y, w, tall * 0.035, fill(darker(wall, 0.3), 0.25))
    shop = rng.random() < 0.5
    ground = w * (0.62 if shop else 0.55)
    columns = 2 if w < 0.17 * view.unit else 3
    dark = view.light in ("dusk", "night")
    floors = max(1, int((tall - ground) / (w * 0.42)))
    cell = (tall - ground) / floors
    for j in range(floors):
        for k in range(columns):
            gap = w / columns
            lit = dark and rng.random() < 0.6
            _window(
                canvas,
                x + gap * (k + 0.5),
                y + cell * (j + 0.55),
                gap * 0.46,
                min(cell * 0.62, gap * 0.7),
                wall,
                lit,
                p.lit(hex_colour("8fb9d4")),
            )
    _front(canvas, view, x, base, w, ground, wall, shop, dark, rng)


def _window(canvas: Canvas, x: float, y: float, w: float, h: float, wall: Colour, lit: bool, glass: Colour) -> None:
    rect(canvas, x - w * 0.6, y - h * 0.58, w * 1.2, h * 1.16, fill(lighter(wall, 0.5)), 1.5)
    pane = hex_colour("ffdb8a") if lit else glass
    rect(canvas, x - w * 0.5, y - h * 0.5, w, h, fill(pane))
    canvas.drawPath(
        polygon(((x - w * 0.5, y + h * 0.5), (x - w * 0.5, y), (x + w * 0.2, y - h * 0.5), (x + w * 0.5, y - h * 0.5))),
        fill(WHITE, 0.2),
    )
    rect(canvas, x - w * 0.04, y - h * 0.5, w * 0.08, h, fill(lighter(wall, 0.5)))
    rect(canvas, x - w * 0.66, y + h * 0.56, w * 1.32, h * 0.1, fill(darker(wall, 0.15)))


def _front(
    canvas: Canvas,
    view: View,
    x: float,
    base: float,
    w: float,
    h: float,
    wall: Colour,
    shop: bool,
    dark: bool,
    rng: random.Random,
) -> None:
    p = view.palette
    door = p.lit(rng.choice((p.third, hex_colour("7a4b35"), darker(p.second, 0.25), darker(p.ground, 0.25))))
    if not shop:
        dx = x + w * rng.choice((0.22, 0.5, 0.76))
        rect(canvas, dx - w * 0.11, base - h * 0.68, w * 0.22, h * 0.68, fill(lighter(wall, 0.45)), 2)
        rect(canvas, dx - w * 0.085, base - h * 0.63, w * 0.17, h * 0.63, fill(door), 2)
        other = x + w * (0.7 if dx < x + w * 0.4 else 0.25)
        if abs(other - dx) > w * 0.3:
            _window(canvas, other, base - h * 0.42, w * 0.22, h * 0.36, wall, dark, p.lit(hex_colour("8fb9d4")))
        return
    pane = hex_colour("ffe0a0") if dark else p.lit(hex_colour("a9d0df"))
    rect(canvas, x + w * 0.06, base - h * 0.62, w * 0.58, h * 0.5, fill(lighter(wall, 0.5)), 2)
    rect(canvas, x + w * 0.085, base - h * 0.59, w * 0.53, h * 0.44, fill(pane))
    canvas.drawPath(
        polygon(
            (
                (x + w * 0.1, base - h * 0.15),
                (x + w * 0.3, base - h * 0.59),
                (x + w * 0.42, base - h * 0.59),
                (x + w * 0.2, base - h * 0.15),
            )
        ),
        fill(WHITE, 0.25),
    )
    rect(canvas, x + w * 0.7, base - h * 0.6, w * 0.2, h * 0.6, fill(door), 2)
    stripes, colour = 7, p.lit(rng.choice((p.accent, p.second, p.third)))
    for k in range(stripes):
        a, b = x + w * (0.02 + 0.96 * k / stripes), x + w * (0.02 + 0.96 * (k + 1) / stripes)
        c = colour if k % 2 else p.lit(p.paper)
        canvas.drawPath(
            polygon(((a, base - h * 0.9), (b, base - h * 0.9), (b, base - h * 0.66), (a, base - h * 0.66))), fill(c)
        )
        oval(canvas, (a + b) / 2, base - h * 0.66, (b - a) / 2, h * 0.05, fill(c))
    rect(canvas, x, base - h * 0.66 + h * 0.05, w, h * 0.05, fill(p.ink, 0.12))


def plaza(view: View) -> Plane:
    """The edge of a city park: a lawn with a pale path, hedge at the back."""
    p, h = view.palette, view.height
    y0 = view.horizon + 0.04 * h
    stone = p.lit(mix(hex_colour("e3d8c5"), p.paper, 0.3))

    def draw(canvas: Canvas) -> None:
        rng = view.rng("hedge")
        x = view.left
        while x < view.right:
            r = view.unit * rng.uniform(0.018, 0.04)
            oval(canvas, x, y0, r * 1.3, r, fill(darker(p.ranges[2], 0.1 + 0.1 * rng.random())))
            x += r * 1.5
        rect(
            canvas,
            view.left,
            y0,
            view.right - view.left,
            view.bottom - y0,
            down(y0, view.bottom, lighter(p.ground, 0.12), darker(p.ground, 0.08)),
        )
        path = skia.Path()
        mid, half = view.foot - 0.005 * h, 0.06 * h
        path.moveTo(view.left, mid - half)
        path.cubicTo(
            view.width * 0.3, mid - half * 1.9, view.width * 0.6, mid - half * 0.4, view.right, mid - half * 1.2
        )
        path.lineTo(view.right, mid + half * 0.9)
        path.cubicTo(
            view.width * 0.6, mid + half * 1.6, view.width * 0.3, mid + half * 0.4, view.left, mid + half * 1.1
        )
        path.close()
        canvas.drawPath(path, down(mid - half, mid + half, lighter(stone, 0.2), stone))

    return full(view, "ground", 0.6, draw, y0 - 0.06 * h)


def garland(view: View) -> Plane:
    """Red lanterns on two strings across the top."""
    u, w = view.unit, view.width
    red, gold = hex_colour("dd3b34"), hex_colour("f6c453")
    rng = view.rng("garland")

    def draw(canvas: Canvas) -> None:
        for row, (lift, count) in enumerate(((0.02, 6), (0.1, 5))):
            y0, sag = lift * view.height, 0.06 * u
            points = [
                (view.left + (view.right - view.left) * k / 20, y0 + sag * (1 - (k / 10 - 1) ** 2)) for k in range(21)
            ]
            canvas.drawPath(smooth(points), pen(darker(red, 0.55), 2.2))
            for k in range(count):
                t = (k + 0.5 + rng.uniform(-0.08, 0.08)) / count
                x, y = w * t, y0 + sag * (1 - (2 * t - 1) ** 2) + 0.012 * u
                _lantern(canvas, x, y, u * (0.034 + 0.008 * row), red, gold, view.light in ("dusk", "night"))

    return Plane(
        "prop",
        0.8,
        draw,
        view.left,
        view.top,
        view.right,
        0.4 * view.height,
        Motion(kind="bob", amount=3.0, period_seconds=5.0),
    )


def _lantern(canvas: Canvas, x: float, y: float, r: float, red: Colour, gold: Colour, lit: bool) -> None:
    if lit:
        canvas.drawCircle(x, y + r, r * 2.4, glow(x, y + r, r * 2.4, hex_colour("ff9a4a"), 0.6))
    oval(canvas, x, y + r, r * 1.12, r * 0.92, fill(lighter(red, 0.06) if not lit else lighter(red, 0.15)))
    for s in (0.66, 0.25):
        canvas.drawOval(
            skia.Rect.MakeLTRB(x - r * 1.12 * s, y + r * 0.08, x + r * 1.12 * s, y + r * 1.92),
            pen(darker(red, 0.25), r * 0.06, 0.7),
        )
    for dy in (0.06, 1.84):
        rect(canvas, x - r * 0.42, y + r * dy, r * 0.84, r * 0.16, fill(gold), r * 0.05)
    for dx in (-0.14, 0.0, 0.14):
        rect(canvas, x + dx * r - r * 0.03, y + r * 2.0, r * 0.06, r * 0.55, fill(gold))
