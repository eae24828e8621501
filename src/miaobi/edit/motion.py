"""Where things are at a moment: the camera's view of a layer, and what a layer does by itself. Pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from miaobi.base.engine import Layer, Motion
from miaobi.edit.timeline import Camera


@dataclass(frozen=True)
class View:
    """A camera's view of one plane: scale about the picture's centre, then a shift in pixels of the picture."""

    scale: float
    shift_x: float
    shift_y: float


@dataclass(frozen=True)
class Pose:
    """What a motion does to a layer: a turn (degrees) and scale about a pivot, a shift (pixels), an opacity.

    The pivot is in shares of the layer's own size, (0.5, 1) is the middle of its foot.
    """

    shift_x: float = 0.0
    shift_y: float = 0.0
    angle: float = 0.0
    scale: float = 1.0
    opacity: float = 1.0
    pivot_x: float = 0.5
    pivot_y: float = 0.5


STILL = Pose()


def ease_in_out(x: float) -> float:
    """Smoothstep of `x` clipped to 0..1: at rest at both ends."""
    x = min(1.0, max(0.0, x))
    return x * x * (3 - 2 * x)


def ease_out(x: float) -> float:
    """Fast start, soft stop (cubic), `x` clipped to 0..1."""
    x = min(1.0, max(0.0, x))
    return 1 - (1 - x) ** 3


def settle(x: float) -> float:
    """A critically damped spring let go at `x` = 0: 0 there, within 0.1 per cent of 1 at `x` = 1."""
    if x >= 1:
        return 1.0
    pull = 9.3 * max(0.0, x)
    return 1 - (1 + pull) * math.exp(-pull)


def parallax(depth: float) -> float:
    """How much of the camera's move a plane takes: 0.35 at the far end, 1 in the middle, 1.65 next to the lens."""
    return 0.35 + 1.3 * depth


def view_at(camera: Camera, depth: float, progress: float, closer: float, width: float, height: float) -> View:
    """The camera's view of a plane at `progress` (0..1) through the shot. `closer` is `closer_for`'s factor.

    The zoom runs evenly in its logarithm, so that it looks as fast at the end as at the start.
    """
    share = parallax(depth)
    zoom = camera.zoom_start * (camera.zoom_end / camera.zoom_start) ** progress
    scale = closer * zoom**share
    shift = (0.5 - progress) * share
    return View(scale, camera.pan_x * shift * width, camera.pan_y * shift * height)


def closer_for(camera: Camera, layers: Iterable[Layer], width: float, height: float) -> float:
    """How much closer the camera has to stand, so that no layer that reaches an edge of the picture shows its own."""
    closer = 1.0
    half_x, half_y = width / 2, height / 2
    for layer in layers:
        left, right = half_x - layer.x, layer.x + layer.width - half_x
        above, below = half_y - layer.y, layer.y + layer.height - half_y
        for progress in (0.0, 0.5, 1.0):
            view = view_at(camera, layer.depth, progress, 1.0, width, height)
            if left >= half_x and right >= half_x:
                closer = max(closer, (half_x + view.shift_x) / (left * view.scale))
                closer = max(closer, (half_x - view.shift_x) / (right * view.scale))
            if above >= half_y:
                closer = max(closer, (half_y + view.shift_y) / (above * view.scale))
            if below >= half_y:
                closer = max(closer, (half_y - view.shift_y) / (below * view.scale))
    return closer


def pose_at(motion: Motion, seconds: float, shot_seconds: float, width: float, height: float) -> Pose:
    """What a layer does `seconds` into a shot, in a picture of that size (pixels)."""
    turn = 2 * math.pi * (seconds / motion.period_seconds + motion.phase)
    side = 1.0 if motion.direction == "right" else -1.0
    match motion.kind:
        case "drift":
            return Pose(shift_x=side * motion.amount * seconds)
        case "sway":
            # a second, slower-looking harmonic: a gust, not a metronome
            angle = motion.amount * (0.8 * math.sin(turn) + 0.2 * math.sin(2 * turn + 0.9))
            return Pose(angle=angle, pivot_y=1.0)
        case "bob":
            return Pose(shift_y=motion.amount * math.sin(turn))
        case "enter":
            arrived = settle((seconds - 0.4 * motion.phase) / _entrance_seconds(motion, shot_seconds))
            return Pose(shift_x=side * motion.amount * width * (1 - arrived))
        case "rise":
            share = (seconds - 0.4 * motion.phase) / _entrance_seconds(motion, shot_seconds)
            lift = motion.amount if motion.amount else 0.05 * height
            return Pose(shift_y=lift * (1 - ease_out(share)), opacity=ease_in_out(1.6 * share))
        case "pulse":
            wave = 0.5 - 0.5 * math.cos(turn)
            return Pose(scale=1 + motion.amount * wave, opacity=1 - 0.15 * (1 - wave))
        case "spin":
            return Pose(angle=side * motion.amount * seconds)
        case "still":
            return STILL


def _entrance_seconds(motion: Motion, shot_seconds: float) -> float:
    """An entrance takes its period, but is over before half of the shot is."""
    return max(0.2, min(motion.period_seconds, 0.5 * shot_seconds))
