"""Drawings: no backdrops, tight bounds, no flags, faces or letters for a word."""

from __future__ import annotations

import numpy as np
import pytest
import skia

from miaobi.create.illustrator import pictograms
from miaobi.create.illustrator.pictograms import UNITS, fit_names, other_chinese, other_english, sprite


@pytest.mark.parametrize(
    "name", ["cityscape", "night_with_stars", "sunset", "bridge_at_night", "family", "ATM_sign", "milky_way"]
)
def test_a_drawing_with_its_own_backdrop_is_refused(name: str) -> None:
    assert name in pictograms.codes()
    assert sprite(name) is None


@pytest.mark.parametrize(
    "name", ["dog", "house", "books", "package", "laptop", "school", "person_biking", "red_envelope"]
)
def test_a_plain_drawing_is_kept(name: str) -> None:
    assert sprite(name) is not None


@pytest.mark.parametrize("name", ["dog", "person_walking", "camel", "teapot"])
def test_bounds_are_tight_so_that_feet_touch_the_ground(name: str) -> None:
    drawing = sprite(name)
    assert drawing is not None
    surface = skia.Surface(360, 360)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.scale(360 / UNITS, 360 / UNITS)
    canvas.drawPicture(drawing.picture)
    rows = np.flatnonzero((surface.toarray()[:, :, 3] > 100).any(axis=1))
    assert abs((rows[-1] + 1) / 10 - drawing.bottom) < 0.3
    assert abs(rows[0] / 10 - drawing.top) < 0.3


def test_the_sea_under_a_boat_is_taken_out() -> None:
    drawing = sprite("passenger_ship")
    assert drawing is not None
    surface = skia.Surface(36, 36)
    surface.getCanvas().clear(0)
    surface.getCanvas().drawPicture(drawing.picture)
    assert surface.toarray()[33, 2, 3] == 0


def test_words_never_give_flags_faces_or_letters() -> None:
    names = set(fit_names())
    assert not {n for n in names if "flag" in n or n.endswith("_face") or "button" in n or "o’clock" in n}
    assert other_english()["harp"] == "harp"
    assert "dog" in names
    assert other_chinese()["竖琴"] == "harp" if "竖琴" in other_chinese() else len(other_chinese()) > 300


def test_skin_tones_choose_another_drawing() -> None:
    light, dark = sprite("person_walking", "1f3fb"), sprite("person_walking", "1f3fe")
    assert light is not None
    assert dark is not None
    assert light.picture.serialize().bytes() != dark.picture.serialize().bytes()
