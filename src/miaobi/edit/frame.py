"""Draws single frames of a timeline. Pictures are decoded and scaled once per shot; text is set once per cue."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import skia

from miaobi.edit.lettering import Sprite, colour_of, label_sprite, subtitle_sprite
from miaobi.edit.motion import STILL, View, ease_in_out, pose_at, view_at
from miaobi.edit.stage import EDGE, LINEAR, Plane, Stage, make_stage
from miaobi.edit.timeline import Timeline

_WARM_SHOTS = 2
_BENDABLE_DEGREES = 6.0
_BAND_ROWS = 12
_BEND = 1.4
"""A stem bends more towards its top: the shift grows with this power of the height above the foot."""


class FramePainter:
    """Draws any frame of one timeline into surfaces of its size. Not for several threads at once."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._starts = timeline.shot_starts()
        self._stages: OrderedDict[int, Stage] = OrderedDict()
        self._cue_sprite: tuple[int, Sprite] | None = None
        self._label: Sprite | None = None
        self._scratch: Any = None

    # ------------------------------------------------------------ what is on a frame

    def draw(self, canvas: Any, seconds: float) -> None:
        """Draw the frame at that time of the film over the whole canvas."""
        shot_index = self._shot_at(seconds)
        shot, into = self.timeline.shots[shot_index], seconds - self._starts[shot_index]
        blend = self._blend(shot_index, into)
        if blend < 1:
            self._draw_transition(canvas, shot_index, into, blend)
        else:
            self._draw_shot(canvas, shot_index, into)
        stage = self._stage(shot_index)
        if stage.title is not None:
            late = 0.7 * self._transition_seconds(shot_index)  # the title waits until its picture is there
            stage.title.draw(canvas, into - late, shot.duration_seconds - late)
        cue = self._cue_at(seconds)
        if cue is not None:
            _blit(canvas, self._sprite_of_cue(cue))
        if self._has_label(seconds):
            _blit(canvas, self._sprite_of_label())

    def sameness(self, seconds: float) -> tuple[object, ...] | None:
        """Equal for two moments whose frames are equal without looking; None for a moment in motion."""
        shot_index = self._shot_at(seconds)
        shot, into = self.timeline.shots[shot_index], seconds - self._starts[shot_index]
        if not self._stage(shot_index).is_still or shot.title is not None or self._blend(shot_index, into) < 1:
            return None
        return shot_index, self._cue_at(seconds), self._has_label(seconds)

    def _shot_at(self, seconds: float) -> int:
        for index in range(len(self._starts) - 1, 0, -1):
            if seconds >= self._starts[index] - 1e-9:
                return index
        return 0

    def _transition_seconds(self, shot_index: int) -> float:
        shot = self.timeline.shots[shot_index]
        if shot_index == 0 or shot.transition == "cut":
            return 0.0
        return min(shot.transition_seconds, shot.duration_seconds)

    def _blend(self, shot_index: int, into: float) -> float:
        """How far the transition into a shot has come; 1 when there is none or it is over."""
        length = self._transition_seconds(shot_index)
        return 1.0 if length <= 0 else min(1.0, into / length)

    def _cue_at(self, seconds: float) -> int | None:
        if not self.timeline.burn_subtitles:
            return None
        for index, cue in enumerate(self.timeline.cues):
            if cue.start_seconds <= seconds + 1e-9 < cue.end_seconds:
                return index
        return None

    def _has_label(self, seconds: float) -> bool:
        return bool(self.timeline.label_text) and seconds < self.timeline.label_seconds

    # ------------------------------------------------------------ lettering

    def _sprite_of_cue(self, index: int) -> Sprite:
        if self._cue_sprite is None or self._cue_sprite[0] != index:
            line, look = self.timeline, self.timeline.palette
            text = line.cues[index].text
            sprite = subtitle_sprite(text, line.width, line.height, line.language, look.text, look.panel)
            self._cue_sprite = (index, sprite)
        return self._cue_sprite[1]

    def _sprite_of_label(self) -> Sprite:
        if self._label is None:
            line = self.timeline
            self._label = label_sprite(line.label_text, line.width, line.height, line.language, line.label_corner)
        return self._label

    # ------------------------------------------------------------ shots

    def _stage(self, index: int) -> Stage:
        if index not in self._stages:
            while len(self._stages) >= _WARM_SHOTS:
                self._stages.popitem(last=False)
            self._stages[index] = make_stage(
                self.timeline, self.timeline.shots[index], is_last=index == len(self._starts) - 1
            )
        return self._stages[index]

    def _draw_shot(self, canvas: Any, index: int, into: float) -> None:
        shot, stage = self.timeline.shots[index], self._stage(index)
        width, height = self.timeline.width, self.timeline.height
        after = self._transition_seconds(index + 1) if index + 1 < len(self._starts) else 0.0
        # the camera goes on evenly while the next shot comes in over this one
        progress = min(1.0, into / (shot.duration_seconds + after))
        if not stage.hides_background:
            canvas.clear(colour_of(self.timeline.palette.background))
        views = [view_at(shot.camera, p.depth, progress, stage.closer, width, height) for p in stage.planes]
        for plane, view, floor in zip(stage.planes, views, _floors(stage.planes, views, width, height), strict=True):
            if floor > 0:
                canvas.save()
                canvas.clipRect(skia.Rect.MakeWH(width, floor))
                _draw_plane(canvas, plane, view, into, shot.duration_seconds, width, height)
                canvas.restore()
        if shot.light is not None:
            light = shot.light
            strength = light.strength_start + (light.strength_end - light.strength_start) * ease_in_out(progress)
            paint = skia.Paint()
            paint.setAlphaf(strength)
            canvas.drawImage(stage.wash, 0, 0, skia.SamplingOptions(), paint)  # 8 times faster than a colour

    def _draw_transition(self, canvas: Any, index: int, into: float, blend: float) -> None:
        """The shot before, going on, and this one coming in over it."""
        width, height = self.timeline.width, self.timeline.height
        before_into = self.timeline.shots[index - 1].duration_seconds + into
        kind, eased = self.timeline.shots[index].transition, ease_in_out(blend)
        canvas.save()
        if kind == "push":
            canvas.translate(-round(width * eased), 0)
        self._draw_shot(canvas, index - 1, before_into)
        canvas.restore()
        canvas.save()
        if kind == "dissolve":
            if self._scratch is None:
                self._scratch = skia.Surface(width, height)
            self._draw_shot(self._scratch.getCanvas(), index, into)
            paint = skia.Paint()
            paint.setAlphaf(eased)
            self._scratch.draw(canvas, 0, 0, paint)
        else:
            if kind == "wipe":
                canvas.clipPath(_slanted_edge(width, height, eased), True)
            else:
                left = width - round(width * eased)
                if kind == "slide":
                    _edge_shadow(canvas, left, height, width * 0.05)
                canvas.clipRect(skia.Rect.MakeXYWH(left, 0, width, height))
                canvas.translate(left, 0)
            self._draw_shot(canvas, index, into)
        canvas.restore()


def _blit(canvas: Any, sprite: Sprite) -> None:
    canvas.drawImage(sprite.image, sprite.x, sprite.y)


def _slanted_edge(width: int, height: int, share: float) -> Any:
    slant = height * 0.25
    edge = (width + slant) * share
    path = skia.Path()
    path.addPoly([skia.Point(0, 0), skia.Point(edge, 0), skia.Point(edge - slant, height), skia.Point(0, height)], True)
    return path


def _edge_shadow(canvas: Any, x: float, height: int, reach: float) -> None:
    points = [skia.Point(x - reach, 0), skia.Point(x, 0)]
    shader = skia.GradientShader.MakeLinear(points, [0x00000000, 0x70000000])
    canvas.drawRect(skia.Rect.MakeXYWH(x - reach, 0, reach, height), skia.Paint(Shader=shader))


def _floors(planes: Sequence[Plane], views: Sequence[View], width: int, height: int) -> list[int]:
    """For every plane the row of the frame from which on nearer planes hide it (most of a hill lies behind others)."""
    floors, floor = [], height
    for plane, view in zip(reversed(planes), reversed(views), strict=True):
        floors.append(floor)
        if plane.motion.kind != "still" or plane.solid_bottom <= plane.solid_top:
            continue
        left = width / 2 + view.shift_x + view.scale * (plane.x + EDGE / plane.density_x - width / 2)
        right = left + view.scale * (plane.width - 2 * EDGE / plane.density_x)
        origin = height / 2 + view.shift_y + view.scale * (plane.y - height / 2)
        row = view.scale / plane.density_y
        if left <= -1 and right >= width + 1 and origin + row * plane.solid_bottom >= floor + 1:
            floor = min(floor, max(0, math.ceil(origin + row * plane.solid_top) + 1))
    return floors[::-1]


def _draw_plane(
    canvas: Any, plane: Plane, view: View, into: float, shot_seconds: float, width: int, height: int
) -> None:
    pose = STILL if plane.motion.kind == "still" else pose_at(plane.motion, into, shot_seconds, width, height)
    if pose.opacity <= 0.003:
        return
    if plane.motion.kind == "sway" and abs(pose.angle) <= _BENDABLE_DEGREES:
        _draw_bent(canvas, plane, view, pose.angle, width, height)
        return
    canvas.save()
    canvas.translate(width / 2 + view.shift_x, height / 2 + view.shift_y)
    canvas.scale(view.scale, view.scale)
    canvas.translate(plane.x + pose.shift_x - width / 2, plane.y + pose.shift_y - height / 2)
    if pose.angle or pose.scale != 1:
        pivot_x, pivot_y = plane.width * pose.pivot_x, plane.height * pose.pivot_y
        canvas.translate(pivot_x, pivot_y)
        canvas.rotate(pose.angle)
        canvas.scale(pose.scale, pose.scale)
        canvas.translate(-pivot_x, -pivot_y)
    canvas.scale(1 / plane.density_x, 1 / plane.density_y)
    paint = None
    if pose.opacity < 0.997:
        paint = skia.Paint()
        paint.setAlphaf(pose.opacity)
    canvas.drawImage(plane.image, 0, 0, LINEAR, paint)
    canvas.restore()


def _draw_bent(canvas: Any, plane: Plane, view: View, angle: float, width: int, height: int) -> None:
    """A plane leaning by `angle` degrees at its top, bent like a stem: rows shifted sideways, the foot in its place.

    Drawn in bands of whole rows, each only moved and scaled. That stays on skia's fast path, which a rotation leaves
    (six times the time for each pixel); neighbouring bands differ by a fraction of a pixel, so no step shows.
    """
    left = width / 2 + view.shift_x + view.scale * (plane.x - width / 2)
    top = height / 2 + view.shift_y + view.scale * (plane.y - height / 2)
    tall = view.scale * plane.height
    lean = math.tan(math.radians(angle)) * tall
    first, last = max(0, math.floor(top)), min(height, math.ceil(top + tall))
    for row in range(first, last, _BAND_ROWS):
        below = min(row + _BAND_ROWS, last)
        share = max(0.0, (top + tall - (row + below) / 2) / tall)
        canvas.save()
        canvas.clipRect(skia.Rect.MakeLTRB(-width, row, 2 * width, below))
        canvas.translate(left + lean * share**_BEND, top)
        canvas.scale(view.scale / plane.density_x, view.scale / plane.density_y)
        canvas.drawImage(plane.image, 0, 0, LINEAR)
        canvas.restore()
