"""Line charts as SVG text, for pages that load nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 16, 36
_MOST_POINTS = 600


class Line(NamedTuple):
    """One line: its name, its CSS class and its points (x, y)."""

    name: str
    style: str
    points: Sequence[tuple[float, float]]


def line_chart(title: str, lines: Sequence[Line], *, height: int = _HEIGHT, from_zero: bool = False) -> str:
    """An <svg> with axes, ticks and the lines, which are thinned to what can be seen."""
    points = [point for line in lines for point in line.points]
    if not points:
        return ""
    x_ticks = _ticks(min(x for x, _ in points), max(x for x, _ in points))
    values = sorted(y for _, y in points)
    top = values[min(len(values) - 1, int(len(values) * 0.995))]  # the very first losses would flatten the rest
    y_ticks = _ticks(0 if from_zero else values[0], top)
    box = _Box(x_ticks[0], x_ticks[-1], y_ticks[0], y_ticks[-1], height)
    drawn = [_grid(box, x_ticks, y_ticks)]
    drawn += [f'<polyline class="{line.style}" points="{_path(box, line.points)}"/>' for line in lines]
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )


class _Box(NamedTuple):
    """Values to pixels."""

    x_least: float
    x_most: float
    y_least: float
    y_most: float
    height: int

    def x(self, value: float) -> float:
        return _LEFT + (value - self.x_least) / (self.x_most - self.x_least) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        value = min(max(value, self.y_least), self.y_most)
        share = (value - self.y_least) / (self.y_most - self.y_least)
        return self.height - _BOTTOM - share * (self.height - _TOP - _BOTTOM)


def _grid(box: _Box, x_ticks: Sequence[float], y_ticks: Sequence[float]) -> str:
    parts = []
    for tick in y_ticks:
        y = box.y(tick)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:.4g}</text>')
    for tick in x_ticks:
        at = f'x="{box.x(tick):.1f}" y="{box.height - _BOTTOM + 20}"'
        parts.append(f'<text class="tick" {at} text-anchor="middle">{tick:,.6g}</text>')
    return "".join(parts)


def _path(box: _Box, points: Sequence[tuple[float, float]]) -> str:
    stride = max(1, math.ceil(len(points) / _MOST_POINTS))
    kept = [*points[::stride], points[-1]] if points else []
    return " ".join(f"{box.x(x):.1f},{box.y(y):.1f}" for x, y in kept)


def _ticks(least: float, most: float) -> list[float]:
    """Round numbers from at or below `least` to at or above `most`, about five steps apart."""
    span = most - least or abs(most) or 1.0
    unit = 10 ** math.floor(math.log10(span / 5))
    step = next((unit * factor for factor in (1, 2, 2.5, 5) if unit * factor * 6 >= span), unit * 10)
    first = math.floor(least / step + 1e-9)
    last = max(first + 1, math.ceil(most / step - 1e-9))
    return [number * step for number in range(first, last + 1)]
