"""What a timeline accepts, and the arithmetic of its clock and of motion."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from miaobi.base.asset import Asset
from miaobi.base.engine import Layer, Motion
from miaobi.edit.motion import closer_for, pose_at, view_at
from miaobi.edit.timeline import Camera, Shot, Timeline

PNG = Asset.from_bytes(b"not looked at", "image/png")


def layer(x: float, y: float, width: int, height: int, depth: float) -> Layer:
    return Layer(asset=PNG, x=x, y=y, width=width, height=height, depth=depth)


def test_transitions_take_no_time() -> None:
    cuts = tuple(Shot(duration_seconds=2.5) for _ in range(3))
    dissolves = tuple(shot.model_copy(update={"transition": "dissolve"}) for shot in cuts)
    for shots in (cuts, dissolves):
        timeline = Timeline(shots=shots)
        assert timeline.duration_seconds == 7.5
        assert timeline.frame_count == 188
        assert timeline.shot_starts() == (0, 2.5, 5)


def test_what_cannot_be_rendered_is_refused() -> None:
    shot = Shot(duration_seconds=1)
    for wrong in ({"fps": 12}, {"width": 641}, {"shots": ()}, {"label_seconds": 1.0}, {"palette": {"text": "red"}}):
        with pytest.raises(ValidationError):
            Timeline.model_validate({"shots": (shot,), **wrong})
    with pytest.raises(ValidationError, match="not both"):
        Shot(duration_seconds=1, still=PNG, layers=(layer(0, 0, 10, 10, 0),))


def test_near_planes_move_more_than_far_ones() -> None:
    camera = Camera(zoom_end=1.1, pan_x=0.1)

    def travel(depth: float) -> tuple[float, float]:
        first, last = (view_at(camera, depth, at, 1.0, 1000, 500) for at in (0.0, 1.0))
        return last.scale / first.scale, first.shift_x - last.shift_x

    assert travel(0.0)[0] < travel(0.5)[0] < travel(1.0)[0]
    assert 0 < travel(0.0)[1] < travel(0.5)[1] < travel(1.0)[1]
    assert travel(0.5) == (pytest.approx(1.1), pytest.approx(100))


@given(
    st.floats(0.7, 2), st.floats(0.7, 2), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4), st.floats(0, 1), st.floats(0, 1)
)
def test_no_camera_shows_the_edge_of_the_picture(
    zoom_start: float, zoom_end: float, pan_x: float, pan_y: float, depth: float, at: float
) -> None:
    camera = Camera(zoom_start=zoom_start, zoom_end=zoom_end, pan_x=pan_x, pan_y=pan_y)
    closer = closer_for(camera, [layer(0, 0, 1280, 720, depth)], 1280, 720)
    # the bound is worked out at both ends and the middle: between them a pan is at most as far as at the ends
    view = view_at(camera, depth, at, closer, 1280, 720)
    assert view.shift_x - 640 * view.scale <= -640 + 6
    assert view.shift_x + 640 * view.scale >= 640 - 6
    assert view.shift_y - 360 * view.scale <= -360 + 6
    assert view.shift_y + 360 * view.scale >= 360 - 6


@given(st.floats(0, 20), st.floats(0, 1))
def test_motions_stay_within_their_amount(seconds: float, phase: float) -> None:
    def pose(kind: str, amount: float, direction: str = "right") -> object:
        motion = Motion.model_validate(
            {"kind": kind, "amount": amount, "phase": phase, "direction": direction, "period_seconds": 3}
        )
        return pose_at(motion, seconds, 8.0, 1280, 720)

    assert abs(pose("sway", 3).angle) <= 3  # type: ignore[attr-defined]
    assert abs(pose("bob", 7).shift_y) <= 7  # type: ignore[attr-defined]
    assert 1 <= pose("pulse", 0.2).scale <= 1.2001  # type: ignore[attr-defined]
    assert pose("drift", 10, "left").shift_x == pytest.approx(-10 * seconds)  # type: ignore[attr-defined]
    assert pose("spin", 90).angle == pytest.approx(90 * seconds)  # type: ignore[attr-defined]
    enter = pose("enter", 0.5, "left")
    assert -640.001 <= enter.shift_x <= 0  # type: ignore[attr-defined]


def test_entrances_arrive_and_stay() -> None:
    enter = Motion(kind="enter", amount=0.5, direction="left", period_seconds=2)
    places = [pose_at(enter, t / 10, 6.0, 1000, 500).shift_x for t in range(40)]
    assert places[0] == -500
    assert all(a <= b for a, b in pairwise(places))
    assert all(abs(place) < 1 for place in places[20:])
    rise = Motion(kind="rise", amount=30, period_seconds=1)
    assert pose_at(rise, 0.0, 6.0, 1000, 500).opacity == 0
    end = pose_at(rise, 1.0, 6.0, 1000, 500)
    assert (end.shift_y, end.opacity) == (0, 1)
