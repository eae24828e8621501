"""The flat map: groups stay together, labels do not cover each other."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from miaobi.train.words.layout import flat_map, spread
from miaobi.train.words.map import draw_map, groups


def clusters(count: int, each: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    middles = random.normal(size=(count, 30))
    points = np.repeat(middles, each, axis=0) + 0.35 * random.normal(size=(count * each, 30))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def test_the_nearest_on_the_map_are_of_the_same_cluster() -> None:
    points = clusters(8, 12)
    places = flat_map(points)
    distances = np.linalg.norm(places[:, None] - places, axis=2) + 1e9 * np.eye(len(places))
    nearest = np.argsort(distances, axis=1)[:, :5]
    assert np.mean(nearest // 12 == np.arange(len(places))[:, None] // 12) > 0.95
    assert np.array_equal(places, flat_map(points))


def test_few_points_and_equal_points_have_a_map_too() -> None:
    assert flat_map(clusters(1, 3)).shape == (3, 2)
    assert np.isfinite(flat_map(np.ones((20, 4), dtype=np.float32))).all()


def test_labels_stay_inside_and_do_not_cover_each_other() -> None:
    random = np.random.default_rng(2)
    places = np.concatenate((random.normal(size=(100, 2)), np.zeros((20, 2))))  # a heap in the middle
    sizes = random.uniform((40, 20), (180, 40), size=(120, 2))
    middles, kept = spread(places, sizes, (1600, 1200))
    assert kept.all()
    assert (middles - sizes / 2 >= -1e-6).all()
    assert (middles + sizes / 2 <= np.array((1600, 1200)) + 1e-6).all()
    shown, extents = middles[kept], sizes[kept]
    overlap = (extents[:, None] + extents) / 2 - np.abs(shown[:, None] - shown)
    assert np.array_equal((overlap > 1e-6).all(axis=2), np.eye(kept.sum(), dtype=bool))


def test_where_there_is_no_room_the_first_stay() -> None:
    _, kept = spread(np.zeros((9, 2)), np.full((9, 2), 60.0), (100, 100))
    assert kept[0]
    assert not kept.all()


def test_a_group_is_a_cluster() -> None:
    found = groups(clusters(6, 10), 6).reshape(6, 10)
    assert (found == found[:, :1]).all()
    assert len(set(found[:, 0])) == 6


def test_a_map_shows_its_words_in_ink_that_can_be_read() -> None:
    words = [f"word{n}" for n in range(30)] + ["月", "明月"]
    data = draw_map(words, clusters(4, 8), np.arange(32, 0, -1) * 10)
    with Image.open(io.BytesIO(data)) as picture:
        grey = np.asarray(picture.convert("L"))
    assert 0.003 < (grey < 140).mean() < 0.2
    assert grey[:5].min() == 255  # nothing is cut at the border
    assert data == draw_map(words, clusters(4, 8), np.arange(32, 0, -1) * 10)
