"""Placing: sizes keep the order of the real world, people stand in the frame, words stay inside it."""

from __future__ import annotations

import io

import numpy as np
import pytest
import skia
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from miaobi.base.engine import ImageRequest
from miaobi.create.illustrator import cast, compose, figure, lettering, palette, scene, topics
from miaobi.create.illustrator.brush import luminance
from miaobi.create.illustrator.png import encode_png


def view_of(width: int = 1280, height: int = 720, prompt: str = "A dog in the park") -> compose.View:
    request = ImageRequest(prompt=prompt, width=width, height=height)
    return compose.make_view(scene.read_scene(prompt, "en", "", 0, 0), request)


def test_sizes_keep_the_order_of_the_real_world() -> None:
    view = view_of()
    order = ["cat", "dog", "person:child", "person_walking", "horse", "elephant", "house", "castle"]
    heights = [cast.apparent(view, scene.thing(name).height) for name in order]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(heights)


def test_things_far_away_are_smaller() -> None:
    view = view_of()
    near, middle, far = (cast.nearness(view, y) for y in (view.foot, (view.foot + view.horizon) / 2, view.horizon))
    assert near == pytest.approx(1.0)
    assert far < middle < near


@pytest.mark.parametrize("setting", topics.SETTINGS)
@pytest.mark.parametrize("size", [(640, 360), (360, 640)])
def test_every_setting_composes_with_a_visible_subject(setting: str, size: tuple[int, int]) -> None:
    shown = {"underwater": ("dolphin",), "space": ("rocket",), "table": ("teapot",), "stage": ("light_bulb",)}
    lead = shown.get(setting, ("person_walking",))
    made = scene.Scene(setting, "day", "", lead, 1, "")
    request = ImageRequest(prompt=setting, width=size[0], height=size[1])
    composition = compose.compose(made, request)
    assert composition.names[0] == lead[0]
    subject = next(plane for plane in composition.planes if plane.role == "subject")
    assert subject.left < 0.75 * size[0]
    assert subject.right > 0.25 * size[0]
    assert subject.bottom > 0.3 * size[1]
    assert subject.bottom - subject.top > 0.15 * min(size)


def test_a_work_keeps_one_palette_and_works_differ() -> None:
    names = {
        series: {palette.choose_palette(series, light, "").name for light in ("day", "night")} for series in "abcdefgh"
    }
    assert all(len(found) == 1 for found in names.values())
    assert len(set().union(*names.values())) >= 4


def test_night_is_darker_than_day() -> None:
    day, night = (palette.choose_palette("work", light, "") for light in ("day", "night"))
    assert all(luminance(n) < luminance(d) * 0.7 for d, n in zip(day.sky, night.sky, strict=True))
    assert luminance(night.ground) < luminance(day.ground) * 0.7


@pytest.mark.parametrize("role", sorted(figure.ROLES))
def test_a_figure_stands_on_its_feet_and_is_one_unit_tall(role: str) -> None:
    look = figure.choose_look(role, palette.choose_palette("w", "day", ""), view_of().rng("look"))
    surface = skia.Surface(400, 400)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.translate(200, 350)
    canvas.scale(300, 300)
    figure.draw_figure(canvas, role, look)
    figure.draw_near_arm(canvas, role, look)
    rows = np.flatnonzero((surface.toarray()[:, :, 3] > 60).any(axis=1))
    assert abs(int(rows[-1]) - 350) <= 8
    assert 0.9 < (rows[-1] - rows[0]) / 300 < 1.2


LONG = "时间是最公平的资源，" * 30


@pytest.mark.parametrize(
    "text", ["Hi", "Why reading still matters in a noisy world", LONG, "Donaudampfschifffahrt" * 12, "春"]
)
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (200, 200)])
def test_lettering_never_leaves_the_frame(text: str, size: tuple[int, int]) -> None:
    view = view_of(*size)
    plane = lettering.lettering(view, text)
    surface = skia.Surface(size[0] + 400, size[1] + 400)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.translate(200, 200)
    plane.draw(canvas)
    alpha = surface.toarray()[:, :, 3] > 128
    inside = alpha[200 : 200 + size[1], 200 : 200 + size[0]]
    assert inside.any()
    assert alpha.sum() == inside.sum()


def test_a_chinese_full_stop_never_begins_a_line() -> None:
    font = skia.Font(None, 20)
    for width in range(60, 200, 7):
        lines = lettering.wrap("春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。", font, width)
        assert not any(line[0] in "，。" for line in lines)


def test_latin_words_are_not_broken_where_they_fit() -> None:
    assert [piece.strip() for piece in lettering.pieces("trees in 城市里。 yes")] == [
        "trees",
        "in",
        "城",
        "市",
        "里。",
        "yes",
    ]


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([3, 4]), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_png_is_read_back_exactly(width: int, height: int, channels: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)
    picture = Image.open(io.BytesIO(encode_png(pixels)))
    assert np.array_equal(np.asarray(picture), pixels)
