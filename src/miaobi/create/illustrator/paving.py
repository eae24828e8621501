"""Paved ground of a town: street, square, promenade, roof terrace, schoolyard; and the view from a hill."""

from __future__ import annotations

import math

import skia

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
    ridge,
    under,
)  # fmt: skip
from miaobi.create.illustrator.outdoors import silhouette
from miaobi.create.illustrator.site import edge_of, kerbs
from miaobi.create.illustrator.view import Plane, View, full


def stone_colour(view: View) -> Colour:
    """Paving stone, a little warmer under a strong sun and darker when wet."""
    stone = view.palette.lit(mix(hex_colour("d8d1c6"), view.palette.second, 0.06))
    return darker(stone, 0.16) if view.weather in ("rain", "storm") else stone


def _band(canvas: Canvas, view: View, top: float, bottom: float, paint: object) -> None:
    rect(canvas, view.left, top, view.right - view.left, bottom - top, paint)


def flags(canvas: Canvas, view: View, top: float, stone: Colour, rows: int) -> None:
    """Joints of paving from `top` to the bottom: lines toward one vanishing point, and cross joints."""
    joint = pen(darker(stone, 0.22), 1.6, 0.45)
    middle, vanish = view.width / 2, view.horizon - 0.25 * view.height
    canvas.save()
    canvas.clipRect(skia.Rect.MakeLTRB(view.left, top, view.right, view.bottom))
    for k in range(-16, 17):
        polyline(canvas, ((middle, vanish), (middle + k * 0.16 * view.width, view.bottom)), joint)
    for k in range(1, rows):
        y = top + (view.bottom - top) * (k / rows) ** 1.6
        polyline(canvas, ((view.left, y), (view.right, y)), joint)
    canvas.restore()


def road(view: View, lawn: bool) -> Plane:
    """Far pavement (or a strip of lawn), kerb, carriageway with a dashed line, and the near pavement."""
    p, h = view.palette, view.height
    y0 = view.horizon + 0.1 * h
    kerb, near = kerbs(view)
    stone = stone_colour(view)
    asphalt = p.lit(mix(hex_colour("6c737f"), p.third, 0.12))
    if view.weather in ("rain", "storm"):
        asphalt = darker(asphalt, 0.22)

    def draw(canvas: Canvas) -> None:
        first = p.ground if lawn else stone
        _band(canvas, view, y0, kerb, down(y0, kerb, lighter(first, 0.15), first))
        _band(canvas, view, kerb - 0.006 * h, kerb + 0.004 * h, fill(lighter(stone, 0.35)))
        _band(canvas, view, kerb + 0.004 * h, near, down(kerb, near, lighter(asphalt, 0.1), darker(asphalt, 0.08)))
        _band(canvas, view, kerb + 0.004 * h, kerb + 0.016 * h, fill(darker(asphalt, 0.5), 0.22))
        _dashes(canvas, view, kerb + (near - kerb) * 0.52)
        _band(canvas, view, near, view.bottom, down(near, view.bottom, lighter(stone, 0.12), stone))
        flags(canvas, view, near + 0.02 * h, stone, 5)
        _band(canvas, view, near - 0.004 * h, near + 0.006 * h, fill(lighter(stone, 0.42)))
        _band(canvas, view, near + 0.006 * h, near + 0.018 * h, fill(darker(stone, 0.24), 0.6))

    return full(view, "ground", 0.6, draw, y0)


def _dashes(canvas: Canvas, view: View, y: float) -> None:
    dash, thick, x = 0.075 * view.width, 0.009 * view.height, view.left
    while x < view.right:
        shape = ((x, y), (x + dash, y), (x + dash * 0.95, y + thick), (x - dash * 0.05, y + thick))
        canvas.drawPath(polygon(shape), fill(view.palette.lit(view.palette.paper), 0.8))
        x += dash * 1.9


def square(view: View) -> Plane:
    """A paved square with a ring in the paving where a fountain may stand."""
    stone, y0 = stone_colour(view), view.horizon + 0.1 * view.height
    ring = mix(stone, view.palette.lit(view.palette.accent), 0.22)

    def draw(canvas: Canvas) -> None:
        _band(canvas, view, y0, view.bottom, down(y0, view.bottom, lighter(stone, 0.22), darker(stone, 0.05)))
        flags(canvas, view, y0, stone, 9)
        x, y, u = view.width / 2, view.horizon + 0.2 * view.height, view.unit
        for reach, alpha in ((0.5, 0.45), (0.42, 0.3)):
            canvas.drawOval(
                skia.Rect.MakeLTRB(x - reach * u, y - 0.13 * reach * u, x + reach * u, y + 0.2 * reach * u),
                pen(ring, 0.016 * u, alpha),
            )

    return full(view, "ground", 0.6, draw, y0)


def quay(view: View) -> Plane:
    """A city river behind a promenade with a railing."""
    p, h = view.palette, view.height
    y0, edge = view.horizon + 0.06 * h, edge_of(view, "quay")
    water, stone = p.lit(mix(hex_colour("4f9fc0"), p.third, 0.2)), stone_colour(view)
    rng = view.rng("river")
    marks = [(rng.uniform(view.left, view.right), rng.random(), rng.uniform(0.5, 1.0)) for _ in range(46)]

    def draw(canvas: Canvas) -> None:
        _band(canvas, view, y0 - 0.02 * h, y0, fill(darker(stone, 0.2)))
        _band(canvas, view, y0, edge, down(y0, edge, mix(water, p.sky[2], 0.55), water))
        for x, t, s in marks:
            y, w = y0 + (0.06 + 0.9 * t) * (edge - y0), (0.02 + 0.05 * t) * view.width * s
            polyline(canvas, ((x, y), (x + w, y)), pen(WHITE, 1.2 + 1.6 * t, 0.34))
        _band(canvas, view, edge, view.bottom, down(edge, view.bottom, lighter(stone, 0.16), stone))
        _band(canvas, view, edge, edge + 0.012 * h, fill(lighter(stone, 0.4)))
        flags(canvas, view, edge + 0.012 * h, stone, 6)
        _railing(canvas, view, edge)

    return full(view, "ground", 0.6, draw, y0 - 0.03 * h)


def _railing(canvas: Canvas, view: View, edge: float) -> None:
    iron, tall = view.palette.lit(hex_colour("475462")), 0.075 * view.height
    step, x = 0.035 * view.width, view.left
    while x < view.right:
        polyline(canvas, ((x, edge), (x, edge - tall)), pen(iron, 2.2))
        x += step
    for lift, width in ((1.0, 5.0), (0.35, 2.6)):
        polyline(canvas, ((view.left, edge - tall * lift), (view.right, edge - tall * lift)), pen(iron, width))


def roof(view: View) -> Plane:
    """A roof terrace of planks with a parapet full of plants."""
    p, h, u = view.palette, view.height, view.unit
    edge = edge_of(view, "roof")
    wood, wall = p.lit(hex_colour("c79a6b")), p.lit(mix(hex_colour("e6dccd"), p.accent, 0.12))
    rng = view.rng("parapet")
    bushes = [(view.left + k * 0.045 * u, rng.uniform(0.02, 0.042) * u, rng.random()) for k in range(60)]
    low = edge - 0.085 * h

    def draw(canvas: Canvas) -> None:
        _band(canvas, view, edge, view.bottom, down(edge, view.bottom, lighter(wood, 0.12), darker(wood, 0.08)))
        flags(canvas, view, edge, wood, 2)
        for x, r, mark in bushes:
            leaf = mix(p.ranges[2], p.lit(hex_colour("7fb15a")), mark * 0.7)
            oval(canvas, x, low - 0.004 * h, r * 1.2, r, fill(darker(leaf, 0.12 * (mark > 0.6))))
            if mark > 0.72:
                oval(
                    canvas,
                    x,
                    low - r * 0.7,
                    0.006 * u,
                    0.006 * u,
                    fill(p.lit((p.accent, p.paper, p.second)[int(mark * 50) % 3])),
                )
        _band(canvas, view, low, edge, down(low, edge, lighter(wall, 0.2), wall))
        _band(canvas, view, low - 0.006 * h, low + 0.012 * h, fill(lighter(wall, 0.4)))
        _band(canvas, view, edge, edge + 0.014 * h, fill(darker(wood, 0.5), 0.25))

    return full(view, "ground", 0.6, draw, low - 0.07 * h)


def schoolyard(view: View) -> list[Plane]:
    """A schoolhouse across a yard with painted lines and a strip of lawn."""
    p, h = view.palette, view.height
    y0 = view.horizon + 0.1 * h
    yard = view.palette.lit(mix(hex_colour("d9b48f"), p.second, 0.14))
    wall = p.lit(mix(hex_colour("efe0c8"), p.accent, 0.2))

    def house(canvas: Canvas) -> None:
        _school(canvas, view, y0 + 0.015 * h, wall)

    def ground(canvas: Canvas) -> None:
        _band(canvas, view, y0, view.bottom, down(y0, view.bottom, lighter(p.ground, 0.15), p.ground))
        top = y0 + 0.07 * h
        _band(canvas, view, top, view.bottom, down(top, view.bottom, lighter(yard, 0.15), yard))
        chalk = pen(p.lit(WHITE), 0.007 * h, 0.7)
        x, y, u = view.width * 0.5, view.foot - 0.03 * h, view.unit
        canvas.drawOval(skia.Rect.MakeLTRB(x - 0.3 * u, y - 0.05 * u, x + 0.3 * u, y + 0.05 * u), chalk)
        polyline(canvas, ((x - 0.8 * u, y), (x + 0.8 * u, y)), chalk)

    return [
        full(view, "range", 0.35, house, y0 - 0.4 * view.unit),
        full(view, "ground", 0.6, ground, y0),
    ]


def _school(canvas: Canvas, view: View, base: float, wall: Colour) -> None:
    p, u = view.palette, view.unit
    x, w, tall = view.width * 0.5, 0.95 * u, 0.25 * u
    roof_colour = p.lit(hex_colour("a5533f"))
    canvas.drawPath(polygon(((x - w / 2 - 0.02 * u, base - tall), (x - w / 2 + 0.06 * u, base - tall - 0.07 * u),
                             (x + w / 2 - 0.06 * u, base - tall - 0.07 * u), (x + w / 2 + 0.02 * u, base - tall))),
                    fill(roof_colour))  # fmt: skip
    rect(canvas, x - w / 2, base - tall, w, tall, down(base - tall, base, lighter(wall, 0.15), wall))
    glass = hex_colour("ffe0a0") if view.light in ("dusk", "night") else p.lit(hex_colour("9cc4da"))
    for row in range(2):
        for k in range(10):
            wx = x - w / 2 + w * (k + 0.5) / 10
            if 4 <= k <= 5:
                continue
            wy = base - tall + 0.03 * u + row * 0.115 * u
            rect(canvas, wx - 0.03 * u, wy, 0.06 * u, 0.075 * u, fill(lighter(wall, 0.55)), 2)
            rect(canvas, wx - 0.025 * u, wy + 0.005 * u, 0.05 * u, 0.065 * u, fill(glass))
            rect(canvas, wx - 0.0015 * u, wy, 0.003 * u, 0.075 * u, fill(lighter(wall, 0.55)))
    gable = 0.1 * u
    rect(canvas, x - gable, base - tall - 0.03 * u, 2 * gable, tall + 0.03 * u, fill(lighter(wall, 0.22)))
    top = base - tall - 0.03 * u
    canvas.drawPath(polygon(((x - gable * 1.15, top), (x, top - 0.1 * u), (x + gable * 1.15, top))), fill(roof_colour))
    oval(canvas, x, top + 0.035 * u, 0.032 * u, 0.032 * u, fill(p.lit(p.paper)))
    polyline(canvas, ((x, top + 0.015 * u), (x, top + 0.035 * u), (x + 0.014 * u, top + 0.042 * u)), pen(p.ink, 2.2))
    rect(canvas, x - 0.045 * u, base - 0.11 * u, 0.09 * u, 0.11 * u, fill(p.lit(darker(p.third, 0.1))), 3)
    rect(canvas, x - 0.0015 * u, base - 0.11 * u, 0.003 * u, 0.11 * u, fill(lighter(wall, 0.3)))


def overlook(view: View, trees: bool = True) -> list[Plane]:
    """A town far below with trees among its roofs, and the grassy hill one looks from."""
    p, h, u = view.palette, view.height, view.unit
    rng = view.rng("town-below")
    spots = sorted((rng.uniform(0.02, 0.16), rng.uniform(view.left, view.right), rng.random()) for _ in range(120))
    crest = ridge(view.rng("crest"), view.left, view.right, view.horizon + 0.17 * h, 0.018 * h, 14)
    flowers = [
        (rng.uniform(view.left, view.right), rng.uniform(view.horizon + 0.24 * h, view.bottom)) for _ in range(46)
    ]

    def town_below(canvas: Canvas) -> None:
        green = mix(p.ranges[1], p.sky[2], 0.15)
        _band(canvas, view, view.horizon, view.bottom, fill(green))
        for depth, x, mark in spots:
            y, s = view.horizon + depth * h, (0.35 + depth * 5.0) * 0.05 * u
            if trees and mark < 0.55:
                silhouette(canvas, x, y, s * 1.5, mix(p.ranges[2], p.sky[2], 0.3 - depth), False)
            else:
                wall = mix(p.lit((p.paper, p.accent, p.second)[int(mark * 60) % 3]), p.sky[2], 0.45 - depth)
                rect(canvas, x - s * 0.5, y - s * 0.8, s, s * 0.8, fill(wall))
                roof_shape = ((x - s * 0.6, y - s * 0.78), (x, y - s * 1.25), (x + s * 0.6, y - s * 0.78))
                canvas.drawPath(polygon(roof_shape), fill(mix(p.lit(hex_colour("b3563f")), p.sky[2], 0.35 - depth)))

    def hill(canvas: Canvas) -> None:
        canvas.drawPath(
            under(crest, view.bottom),
            down(view.horizon + 0.15 * h, view.bottom, lighter(p.ground, 0.18), darker(p.ground, 0.12)),
        )
        for k, (x, y) in enumerate(flowers):
            s = 0.006 * u * (0.5 + (y - view.horizon) / (view.bottom - view.horizon))
            if k % 3 == 0:
                oval(canvas, x, y - s, s * 0.7, s * 0.7, fill(p.lit((p.paper, p.accent, p.second)[k // 3 % 3])))
            else:
                polyline(canvas, ((x - s, y - 2 * s), (x, y), (x + s, y - 2 * s)), pen(darker(p.ground, 0.22), 2, 0.6))

    return [
        full(view, "range", 0.3, town_below, view.horizon - 0.06 * h),
        full(view, "ground", 0.6, hill, view.horizon + 0.12 * h),
    ]


def puddles(view: View, top: float) -> Plane:
    """Wet ground: flat puddles that mirror the sky, with rings where drops fall."""
    p, u, rng = view.palette, view.unit, view.rng("puddles")
    spots = []
    for k in range(9):
        y = top + (view.bottom - top) * ((k + 0.5) / 9) ** 1.1
        near = (y - view.horizon) / (view.bottom - view.horizon)
        spots.append((rng.uniform(0.02, 0.98) * view.width, y, (0.05 + 0.09 * near) * u * rng.uniform(0.7, 1.3)))

    def draw(canvas: Canvas) -> None:
        for x, y, r in spots:
            oval(canvas, x, y, r, r * 0.17, fill(mix(p.sky[1], WHITE, 0.4), 0.75))
            oval(canvas, x - r * 0.55, y + r * 0.06, r * 0.5, r * 0.1, fill(mix(p.sky[1], WHITE, 0.4), 0.75))
            for j in range(2):
                a, s = _angle(x, j), r * (0.16 + 0.1 * j)
                cx = x + math.cos(a) * r * 0.45
                canvas.drawOval(skia.Rect.MakeLTRB(cx - s, y - s * 0.2, cx + s, y + s * 0.2), pen(WHITE, 1.5, 0.8))

    return Plane("ground", 0.6, draw, view.left, top - 0.02 * u, view.right, view.bottom)


def _angle(x: float, j: int) -> float:
    """An angle that differs from puddle to puddle."""
    return (x * 0.37 + j * 2.4) % math.tau
