"""Sitting bodies for animals of which Twemoji draws only the head, and birds far away."""

from __future__ import annotations

import random

import skia

from miaobi.create.illustrator.brush import Canvas, darker, fill, hex_colour, lighter, oval, pen, smooth
from miaobi.create.illustrator.palette import Palette

BODIES = {
    # head: fur, belly, limbs
    "panda": ("f2f2f0", "ffffff", "2f3338"),
    "lion": ("e8a33d", "f6d08a", "d58f2e"),
    "fox": ("f0792b", "fff1e0", "4a3328"),
    "wolf": ("8796a3", "dfe5ea", "6c7a87"),
    "koala": ("97a1ab", "d9dee2", "7d8892"),
    "bear": ("b5673d", "dd9a6d", "99532f"),
    "polar_bear": ("e6ecf0", "ffffff", "cdd6dd"),
    "deer": ("b3683f", "e6b58c", "8f5030"),
    "frog": ("6cab4e", "c3de9a", "558f3b"),
}


def sitting_body(canvas: Canvas, name: str) -> None:
    """Body, belly, arms and feet of a sitting animal, seen from the front; its head goes on at y = -0.4."""
    fur, belly, limb = (hex_colour(c) for c in BODIES[name])
    if name in ("fox", "wolf", "lion"):
        tail = smooth(((0.16, -0.06), (0.46, -0.06), (0.5, -0.3), (0.38, -0.42)))
        canvas.drawPath(tail, pen(darker(fur, 0.1), 0.11 if name == "fox" else 0.06))
        if name == "fox":
            oval(canvas, 0.385, -0.41, 0.06, 0.06, fill(belly))
    for side in (-1, 1):
        oval(canvas, side * 0.2, -0.1, 0.14, 0.1, fill(darker(limb, 0.08)))
    oval(canvas, 0, -0.27, 0.26, 0.26, fill(fur))
    oval(canvas, 0, -0.22, 0.17, 0.19, fill(belly))
    for side in (-1, 1):
        canvas.drawPath(smooth(((side * 0.2, -0.42), (side * 0.26, -0.26), (side * 0.16, -0.16))), pen(limb, 0.1))
        oval(canvas, side * 0.2, -0.055, 0.115, 0.055, fill(limb))
        oval(canvas, side * 0.21, -0.05, 0.06, 0.028, fill(lighter(limb, 0.3), 0.6))


def flock(canvas: Canvas, palette: Palette, rng: random.Random) -> None:
    """Three to five birds far away."""
    for k in range(rng.randrange(3, 6)):
        x, y, s = (k - 2) * 0.42 + rng.uniform(-0.1, 0.1), -0.2 - rng.random() * 0.7, rng.uniform(0.1, 0.17)
        path = skia.Path()
        path.moveTo(x - s * 1.5, y - s * 0.5)
        path.quadTo(x - s * 0.6, y - s * 1.1, x, y)
        path.quadTo(x + s * 0.6, y - s * 1.1, x + s * 1.5, y - s * 0.5)
        path.quadTo(x + s * 0.6, y - s * 0.7, x, y + s * 0.22)
        path.quadTo(x - s * 0.6, y - s * 0.7, x - s * 1.5, y - s * 0.5)
        canvas.drawPath(path, fill(darker(palette.ranges[2], 0.45), 0.85))
