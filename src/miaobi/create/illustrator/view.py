"""The frame a setting is drawn in, and the planes it is made of."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from miaobi.base.engine import Motion
from miaobi.create.illustrator.brush import Canvas
from miaobi.create.illustrator.palette import Palette

MARGIN = 0.07
"""Share of the picture that planes reach beyond the frame on each side, for the camera to move in."""

STILL = Motion()


@dataclass(frozen=True)
class View:
    """Frame, horizon and light of one picture. Pixels; y grows downwards.

    `shot` is how large people stand: 1 in a near shot, less where the camera steps back to show a street.
    """

    width: int
    height: int
    horizon: float
    foot: float
    palette: Palette
    light: str
    weather: str
    seed: str
    shot: float = 1.0
    series: str = ""

    def rng(self, part: str) -> random.Random:
        """The same numbers for the same part, whatever the other parts drew."""
        return random.Random(f"{self.seed}:{part}")  # noqa: S311 - variety, not secrecy

    @property
    def left(self) -> float:
        return -MARGIN * self.width

    @property
    def right(self) -> float:
        return (1 + MARGIN) * self.width

    @property
    def top(self) -> float:
        return -MARGIN * self.height

    @property
    def bottom(self) -> float:
        return (1 + MARGIN) * self.height

    @property
    def unit(self) -> float:
        """Length that things scale with: the side of a square of the same area, bounded by the short side."""
        side: float = (self.width * self.height) ** 0.5
        return min(side, 1.34 * min(self.width, self.height))

    @property
    def is_tall(self) -> bool:
        return self.height > 1.15 * self.width


@dataclass
class Plane:
    """One layer to be. `draw` paints in picture coordinates within left, top, right, bottom."""

    role: str
    depth: float
    draw: Callable[[Canvas], None]
    left: float
    top: float
    right: float
    bottom: float
    motion: Motion = field(default=STILL)
    opaque: bool = False


def full(view: View, role: str, depth: float, draw: Callable[[Canvas], None], top: float | None = None) -> Plane:
    """A plane over the whole width with its margins, from `top` (the frame's with margin by default) to the bottom."""
    start = view.top if top is None else max(view.top, top)
    return Plane(role, depth, draw, view.left, start, view.right, view.bottom)
