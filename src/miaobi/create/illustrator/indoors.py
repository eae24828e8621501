"""Rooms: wall, floor, window, pictures, shelves; and a table top seen close."""

from __future__ import annotations

import random

import skia

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
    polyline,
    rect,
    ridge,
    under,
)  # fmt: skip
from miaobi.create.illustrator.outdoors import small_tree
from miaobi.create.illustrator.palette import room_colours
from miaobi.create.illustrator.props import PROPS
from miaobi.create.illustrator.view import Plane, View, full


def room(view: View, setting: str, free_side: int) -> list[Plane]:
    """Wall and floor with what belongs to this kind of room; the window stands on `free_side` (-1 left, 1 right)."""
    wall, floor, trim = room_colours(view.palette, view.rng("room"))
    return [_wall(view, setting, wall, trim, free_side), _floor(view, floor, wall, free_side)]


def _wall(view: View, setting: str, wall: Colour, trim: Colour, side: int) -> Plane:
    w, edge = view.width, view.horizon
    cx = w * (0.5 + 0.29 * side) if not view.is_tall else w * (0.5 + 0.2 * side)

    def draw(canvas: Canvas) -> None:
        rng = view.rng("wall")
        rect(
            canvas,
            view.left,
            view.top,
            view.right - view.left,
            view.bottom - view.top,
            down(view.top, edge, lighter(wall, 0.07), wall),
        )
        _pattern(canvas, view, wall, rng)
        ww, wh = view.unit * 0.34, min(view.unit * 0.4, edge * 0.62)
        top = edge * (0.13 if not view.is_tall else 0.3)
        if setting not in ("gallery", "lab"):
            window(canvas, view, cx - ww / 2, top, ww, wh, trim)
        _decor(canvas, view, setting, wall, trim, w * (0.5 - 0.27 * side), side, rng)
        if setting in ("kitchen", "office", "shop", "room", "gallery", "library"):
            _pendants(canvas, view, w * (0.5 - 0.12 * side), rng)

    plane = full(view, "backdrop", 0.1, draw)
    plane.opaque = True
    return plane


def _pattern(canvas: Canvas, view: View, wall: Colour, rng: random.Random) -> None:
    """Wainscot, stripes or a band of colour: quiet, so that the subject leads."""
    span, kind = view.right - view.left, rng.randrange(3)
    if kind == 0:
        y = view.horizon - 0.2 * view.height
        rect(canvas, view.left, y, span, view.horizon - y, fill(darker(wall, 0.1)))
        rect(canvas, view.left, y - 0.008 * view.height, span, 0.012 * view.height, fill(lighter(wall, 0.4)))
        x = view.left
        while x < view.right:
            rect(
                canvas,
                x,
                y + 0.03 * view.height,
                0.085 * view.unit,
                view.horizon - y - 0.07 * view.height,
                pen(lighter(wall, 0.18), 2),
                4,
            )
            x += 0.11 * view.unit
    elif kind == 1:
        x = view.left
        while x < view.right:
            rect(canvas, x, view.top, 0.028 * view.unit, view.horizon - view.top, fill(lighter(wall, 0.3), 0.22))
            x += 0.085 * view.unit
    else:
        canvas.drawCircle(
            view.width * rng.uniform(0.3, 0.7), view.horizon * 0.62, view.unit * 0.42, fill(lighter(wall, 0.35), 0.4)
        )


def window(canvas: Canvas, view: View, x: float, y: float, w: float, h: float, trim: Colour) -> None:
    """A window with sky, hills or towers behind it, frame, sill and curtains."""
    p, rng = view.palette, view.rng("window")
    rect(canvas, x - 9, y - 9, w + 18, h + 18, fill(darker(trim, 0.35), 0.25), 5)
    canvas.save()
    canvas.clipRect(skia.Rect.MakeXYWH(x, y, w, h), True)
    rect(canvas, x, y, w, h, down(y, y + h, *p.sky))
    if view.light == "night":
        for _ in range(14):
            oval(canvas, x + rng.random() * w, y + rng.random() * h * 0.6, 1.3, 1.3, fill(WHITE, 0.8))
        canvas.drawCircle(x + w * 0.7, y + h * 0.25, w * 0.08, fill(hex_colour("fdf3d0")))
    else:
        canvas.drawCircle(
            x + w * rng.uniform(0.25, 0.75), y + h * 0.3, w * 0.22, glow(x + w * 0.5, y + h * 0.3, w * 0.6, p.glow, 0.9)
        )
    for k, base in enumerate((0.68, 0.8)):
        line = ridge(rng, x - 4, x + w + 4, y + h * base, h * 0.06, 8)
        canvas.drawPath(under(line, y + h + 4), fill(p.ranges[k]))
    for _ in range(5):
        small_tree(
            canvas, x + rng.random() * w, y + h * 0.88, h * rng.uniform(0.1, 0.17), p.ranges[2], rng.random() < 0.5
        )
    if view.weather in ("rain", "storm"):
        for _ in range(24):
            a, b = x + rng.random() * w, y + rng.random() * h
            polyline(canvas, ((a, b), (a - 3, b + 12)), pen(WHITE, 1.4, 0.5))
    canvas.drawPath(
        polygon(((x, y + h), (x + w * 0.35, y), (x + w * 0.55, y), (x + w * 0.2, y + h))), fill(WHITE, 0.12)
    )
    canvas.restore()
    frame = lighter(trim, 0.35)
    canvas.drawRect(skia.Rect.MakeXYWH(x, y, w, h), pen(frame, 9))
    polyline(canvas, ((x + w / 2, y), (x + w / 2, y + h)), pen(frame, 6))
    polyline(canvas, ((x, y + h * 0.45), (x + w, y + h * 0.45)), pen(frame, 6))
    rect(canvas, x - w * 0.09, y + h, w * 1.18, 13, fill(frame), 3)
    rect(canvas, x - w * 0.09, y + h + 13, w * 1.18, 6, fill(darker(trim, 0.4), 0.25), 3)
    if rng.random() < 0.6:
        cloth = p.lit(mix(p.accent, p.paper, 0.35), 0.7)
        for a, b in ((x - w * 0.12, x + w * 0.08), (x + w * 0.92, x + w * 1.12)):
            rect(
                canvas,
                a,
                y - 16,
                b - a,
                h + 60,
                linear((a, 0), (b, 0), [(cloth, 1), (darker(cloth, 0.16), 1), (cloth, 1)]),
                4,
            )
        polyline(canvas, ((x - w * 0.17, y - 17), (x + w * 1.17, y - 17)), pen(darker(trim, 0.5), 6))


def _pendants(canvas: Canvas, view: View, x: float, rng: random.Random) -> None:
    p = view.palette
    shade = p.lit(rng.choice((p.accent, p.second, p.third)), 0.6)
    for k in range(2):
        lx, ly, s = x + (k - 0.5) * 0.16 * view.unit, view.horizon * (0.16 + 0.05 * k), 0.05 * view.unit
        if view.light in ("dusk", "night"):
            canvas.drawCircle(lx, ly + s * 0.4, s * 4, glow(lx, ly + s * 0.4, s * 4, hex_colour("ffe0a0"), 0.55))
        polyline(canvas, ((lx, view.top), (lx, ly - s * 0.6)), pen(darker(shade, 0.5), 2.4))
        oval(canvas, lx, ly + s * 0.18, s * 0.38, s * 0.3, fill(hex_colour("fff3c9")))
        canvas.drawPath(
            polygon(
                (
                    (lx - s * 0.25, ly - s * 0.6),
                    (lx + s * 0.25, ly - s * 0.6),
                    (lx + s, ly + s * 0.22),
                    (lx - s, ly + s * 0.22),
                )
            ),
            fill(shade),
        )


def _decor(
    canvas: Canvas, view: View, setting: str, wall: Colour, trim: Colour, x: float, side: int, rng: random.Random
) -> None:
    """What hangs on or stands against the other half of the wall."""
    p, u, edge = view.palette, view.unit, view.horizon
    if setting == "library":
        for k in range(5 if not view.is_tall else 3):
            _stand(
                canvas,
                view,
                "shelf",
                view.left + u * 0.2 + k * u * 0.37 if side > 0 else view.right - u * 0.2 - k * u * 0.37,
                edge + 4,
                u * 0.5,
            )
    elif setting == "classroom":
        _stand(canvas, view, "board", x, edge - 0.12 * u, u * 0.3)
    elif setting in ("shop", "lab", "kitchen"):
        _shelves(canvas, view, x, edge * 0.3, u * 0.46, setting, rng)
    elif setting == "clinic":
        rect(canvas, x - u * 0.1, edge * 0.3, u * 0.2, u * 0.2, fill(lighter(trim, 0.5)), u * 0.03)
        red = p.lit(hex_colour("e05a5a"))
        rect(canvas, x - u * 0.02, edge * 0.3 + u * 0.04, u * 0.04, u * 0.12, fill(red), 3)
        rect(canvas, x - u * 0.06, edge * 0.3 + u * 0.08, u * 0.12, u * 0.04, fill(red), 3)
    elif setting == "office":
        _stand(canvas, view, "clock", x, edge * 0.42, u * 0.11)
        _frames(canvas, view, x + side * -0.02 * u + 0.2 * u, edge * 0.34, trim, rng, 1)
    elif setting == "factory":
        for k in range(3):
            y = edge * (0.28 + 0.13 * k)
            polyline(
                canvas,
                ((view.left, y), (x + u * 0.25, y), (x + u * 0.25, view.top)),
                pen(darker(wall, 0.2 + 0.06 * k), 12 - 2 * k),
            )
    else:
        _frames(
            canvas, view, x, edge * (0.36 if not view.is_tall else 0.45), trim, rng, 4 if setting == "gallery" else 2
        )


def _stand(canvas: Canvas, view: View, prop: str, x: float, y: float, height: float) -> None:
    canvas.save()
    canvas.translate(x, y)
    canvas.scale(height, height)
    PROPS[prop][0](canvas, view.palette, view.rng(f"{prop}{x:.0f}"))
    canvas.restore()


def _frames(canvas: Canvas, view: View, x: float, y: float, trim: Colour, rng: random.Random, count: int) -> None:
    """Small abstract pictures in frames."""
    p, u = view.palette, view.unit
    for k in range(count):
        w, h = u * rng.uniform(0.1, 0.15), u * rng.uniform(0.13, 0.18)
        cx = x + (k - (count - 1) / 2) * 0.2 * u
        cy = y + rng.uniform(-0.02, 0.02) * u
        rect(canvas, cx - w / 2 + 4, cy - h / 2 + 6, w, h, fill(p.ink, 0.16), 3)
        rect(canvas, cx - w / 2, cy - h / 2, w, h, fill(darker(trim, 0.5)), 2)
        rect(canvas, cx - w / 2 + 5, cy - h / 2 + 5, w - 10, h - 10, fill(p.lit(p.paper, 0.6)))
        canvas.save()
        canvas.clipRect(skia.Rect.MakeXYWH(cx - w / 2 + 9, cy - h / 2 + 9, w - 18, h - 18))
        c = [p.lit(v, 0.6) for v in rng.sample((p.accent, p.second, p.third, p.ranges[1], p.ranges[2]), 3)]
        rect(canvas, cx - w, cy - h, 2 * w, 2 * h, fill(lighter(c[0], 0.6)))
        canvas.drawCircle(cx + rng.uniform(-0.2, 0.2) * w, cy - h * 0.12, w * 0.18, fill(c[1]))
        canvas.drawPath(under(ridge(rng, cx - w, cx + w, cy + h * 0.15, h * 0.12, 6), cy + h), fill(c[2]))
        canvas.restore()


def _shelves(canvas: Canvas, view: View, x: float, y: float, w: float, setting: str, rng: random.Random) -> None:
    """Two boards with jars, boxes or flasks."""
    p, u = view.palette, view.unit
    wood = p.lit(hex_colour("b98654"), 0.6)
    for row in range(2):
        base = y + row * 0.17 * u
        z = x - w / 2 + 0.03 * u
        while z < x + w / 2 - 0.05 * u:
            s, c = (
                u * rng.uniform(0.04, 0.065),
                p.lit(rng.choice((p.accent, p.second, p.third, p.ranges[2], p.paper)), 0.6),
            )
            kind = rng.randrange(3)
            if setting == "lab" and kind < 2:
                rect(canvas, z + s * 0.36, base - s * 1.3, s * 0.28, s * 0.7, fill(WHITE, 0.55))
                canvas.drawPath(
                    polygon(((z + s * 0.36, base - s * 0.8), (z + s * 0.64, base - s * 0.8), (z + s, base), (z, base))),
                    fill(c, 0.85),
                )
            elif kind == 0:
                rect(canvas, z, base - s * 1.2, s * 0.8, s * 1.2, fill(c), s * 0.2)
                rect(canvas, z + s * 0.08, base - s * 1.34, s * 0.64, s * 0.2, fill(darker(c, 0.3)), 2)
            elif kind == 1:
                rect(canvas, z, base - s * 0.8, s * 1.1, s * 0.8, fill(c), 2)
                rect(canvas, z, base - s * 0.5, s * 1.1, s * 0.14, fill(lighter(c, 0.5)))
            else:
                rect(canvas, z, base - s * 1.6, s * 0.5, s * 1.6, fill(c), s * 0.24)
            z += s * rng.uniform(1.3, 1.9)
        rect(canvas, x - w / 2, base, w, 0.014 * u, fill(wood), 2)
        rect(canvas, x - w / 2, base + 0.014 * u, w, 0.012 * u, fill(darker(wood, 0.5), 0.2))


def _floor(view: View, floor: Colour, wall: Colour, side: int) -> Plane:
    h, w = view.height, view.width

    def draw(canvas: Canvas) -> None:
        y = view.horizon
        rng = view.rng("floor")
        rect(
            canvas,
            view.left,
            y,
            view.right - view.left,
            view.bottom - y,
            down(y, view.bottom, lighter(floor, 0.1), darker(floor, 0.12)),
        )
        vx = w / 2
        for k in range(-14, 15):
            x = vx + k * 0.14 * w
            polyline(
                canvas, ((vx + k * 0.075 * w, y), (x + k * 0.02 * w, view.bottom)), pen(darker(floor, 0.2), 1.6, 0.35)
            )
        if view.light in ("day", "dawn"):
            cx = w * (0.5 + 0.2 * side)
            light = polygon(((cx, y), (cx + 0.2 * w, y), (cx + 0.08 * w, view.bottom), (cx - 0.24 * w, view.bottom)))
            canvas.drawPath(light, fill(WHITE, 0.13))
        rug = view.palette.lit(rng.choice((view.palette.accent, view.palette.second, view.palette.third)), 0.6)
        if rng.random() < 0.7:
            for grow, c in ((1.0, rug), (0.9, lighter(rug, 0.45)), (0.84, rug)):
                oval(
                    canvas, w / 2, view.foot - 0.01 * h, 0.42 * view.unit * grow, 0.085 * view.unit * grow, fill(c, 0.9)
                )
        rect(canvas, view.left, y - 0.028 * h, view.right - view.left, 0.03 * h, fill(lighter(wall, 0.55)))
        rect(canvas, view.left, y + 0.002 * h, view.right - view.left, 0.012 * h, fill(darker(floor, 0.5), 0.25))

    return full(view, "ground", 0.5, draw, view.horizon - 0.03 * h)


def table_top(view: View) -> list[Plane]:
    """A wall out of focus and the top of a table close to the eye."""
    wall, _, trim = room_colours(view.palette, view.rng("room"))
    p, w, h = view.palette, view.width, view.height
    wood = p.lit(mix(hex_colour("c89462"), view.rng("wood").choice((p.accent, p.second, p.paper)), 0.22), 0.7)

    def back(canvas: Canvas) -> None:
        rng = view.rng("wall")
        rect(
            canvas,
            view.left,
            view.top,
            view.right - view.left,
            view.bottom - view.top,
            down(view.top, view.horizon, lighter(wall, 0.1), wall),
        )
        kind = rng.randrange(3)
        if kind == 0:
            ww, wh = view.unit * 0.42, view.horizon * 0.72
            window(canvas, view, w * rng.choice((0.12, 0.56)), view.horizon * 0.06, ww, wh, trim)
        elif kind == 1:
            for r, a in ((0.46, 0.3), (0.34, 0.35), (0.22, 0.4)):
                canvas.drawCircle(w * 0.5, view.horizon * 0.86, view.unit * r, fill(lighter(wall, 0.45), a))
        else:
            _frames(canvas, view, w * rng.choice((0.26, 0.74)), view.horizon * 0.42, trim, rng, 3)
        for _ in range(9):
            x, y, r = rng.uniform(0, w), rng.uniform(0, view.horizon), rng.uniform(0.015, 0.05) * view.unit
            canvas.drawCircle(x, y, r, fill(WHITE, 0.09))

    def top(canvas: Canvas) -> None:
        y = view.horizon
        rng = view.rng("grain")
        rect(
            canvas,
            view.left,
            y,
            view.right - view.left,
            view.bottom - y,
            down(y, view.bottom, lighter(wood, 0.2), wood),
        )
        for _ in range(22):
            gx, gy, length = (
                rng.uniform(view.left, w),
                rng.uniform(y + 0.03 * h, view.bottom),
                rng.uniform(0.05, 0.2) * w,
            )
            polyline(canvas, ((gx, gy), (gx + length, gy)), pen(darker(wood, 0.25), 1.6, 0.28))
        rect(canvas, view.left, y - 2, view.right - view.left, 0.008 * h, fill(lighter(wood, 0.45)))
        edge = view.height * 0.965
        rect(canvas, view.left, edge, view.right - view.left, view.bottom - edge, fill(darker(wood, 0.3)))

    behind = full(view, "backdrop", 0.08, back)
    behind.opaque = True
    return [behind, full(view, "ground", 0.55, top, view.horizon - 3)]
