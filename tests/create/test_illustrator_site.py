"""Streets: only traffic on the carriageway, true sizes at the same distance, nobody behind a lamp post."""

from __future__ import annotations

import random

import numpy as np
import pytest
import skia

from miaobi.base.engine import ImageRequest
from miaobi.create.illustrator import art, cast, compose, land, scene, site, stories
from miaobi.create.illustrator.palette import choose_palette
from miaobi.create.illustrator.view import Plane, View

PROMPTS = (
    ("Why cities need trees", "en"),
    ("A cyclist rides past tall trees in a city street", "en"),
    ("Rain falls on a street with trees", "en"),
    ("The sun heats a city without trees", "en"),
    ("People wait beside a street lamp and a bench in the street.", "en"),
    ("A dog and a parked bicycle in the street", "en"),
    ("A bus and a car drive through the city street.", "en"),
    ("城市里的树木给街道带来阴凉", "zh"),
)


def placed(
    prompt: str, language: str, index: int, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = (1280, 720)
) -> tuple[View, site.Site, list[art.Placed]]:
    """The view, its site and all that was placed for a prompt."""
    found: list[art.Placed] = []

    def one(view: View, item: art.Placed) -> Plane:
        found.append(item)
        return art.as_plane(view, item)

    def several(view: View, items: list[art.Placed], role: str, depth: float) -> Plane:
        found.extend(items)
        return art.group_plane(view, items, role, depth)

    monkeypatch.setattr(land, "as_plane", one)
    monkeypatch.setattr(land, "group_plane", several)
    request = ImageRequest(prompt=prompt, language=language, width=size[0], height=size[1], series="s", index=index)
    read = scene.read_scene(prompt, language, "s", index, 0)
    view = compose.make_view(read, request)
    land.fill_land(view, read)
    return view, site.site_of(view, read.setting), found


@pytest.mark.parametrize(("prompt", "language"), PROMPTS)
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1080, 1080)])
def test_only_traffic_stands_on_the_carriageway(
    prompt: str, language: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    streets = 0
    for index in range(7):
        _, here, items = placed(prompt, language, index, monkeypatch, size)
        if here.carriageway is None:
            continue
        streets += 1
        top, bottom = here.carriageway
        for item in items:
            habitat = scene.thing(item.name).habitat
            rides = item.name == "person_biking" or (habitat == "vehicle" and item.name != "bicycle")
            if habitat != "air":
                assert (top < item.y < bottom) == rides, item.name
    assert streets


def test_sizes_are_true_beside_each_other() -> None:
    request = ImageRequest(prompt="street", width=1280, height=720)
    view = compose.make_view(scene.Scene("street", "day", "", (), 0, ""), request)
    palette = choose_palette("w", "day", "")
    adult = cast.apparent(view, 1.7) / 1.7
    for name, length, height in (("automobile", 4.2, 1.5), ("bicycle", 1.75, 1.05), ("person_biking", 1.75, 1.75)):
        drawn = art.make_art(name, palette, view.rng(name))
        assert drawn is not None
        metres = cast.apparent(view, scene.thing(name).height) / adult
        assert metres == pytest.approx(height, rel=0.05)
        assert metres * drawn.aspect == pytest.approx(length, rel=0.06)
    child = cast.apparent(view, scene.thing("person:child").height)
    assert 0.6 < child / (adult * 1.7) < 0.75


@pytest.mark.parametrize(("prompt", "language"), PROMPTS)
def test_no_lamp_post_grows_out_of_a_head(prompt: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(7):
        _, _, items = placed(prompt, language, index, monkeypatch)
        people = [item for item in items if scene.thing(item.name).habitat == "person" and item.role != "backdrop"]
        for lamp in (item for item in items if item.name == "own:lamp"):
            assert all(abs(person.x - lamp.x) > person.width * 0.3 for person in people)


def test_a_picture_that_names_nobody_tells_a_story_and_neighbours_tell_another() -> None:
    told = [stories.choose("park", "", "", "work", index) for index in range(6)]
    assert len(set(told)) == 6
    assert stories.choose("street", "rain", "", "work", 0) == "umbrella"
    assert stories.choose("street", "heat", "bare", "work", 0) == "fanning"
    assert stories.choose("desert", "", "", "work", 0) == ""


@pytest.mark.parametrize("key", sorted(stories.STORIES))
def test_a_story_stands_on_the_ground_and_keeps_its_size(key: str) -> None:
    story, palette = stories.STORIES[key], choose_palette("w", "day", "")
    surface = skia.Surface(600, 400)
    canvas = surface.getCanvas()
    canvas.clear(0)
    canvas.translate(300, 350)
    canvas.scale(100, 100)
    story.draw(canvas, palette, random.Random(3))
    ink = surface.toarray()[:, :, 3] > 60
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert abs(int(rows[-1]) - 350) <= 14
    assert (350 - rows[0]) / 100 == pytest.approx(story.height, abs=0.45)
    assert (columns[-1] - columns[0]) / 100 == pytest.approx(story.width, abs=0.75)
