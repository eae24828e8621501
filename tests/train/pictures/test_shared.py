"""What all models of pictures share: batches, sheets, measures, augmentation."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from drawn import draw
from PIL import Image
from torch import Tensor

from miaobi.errors import InputError
from miaobi.train.pictures.augment import CHANCES, augment, parse_kinds
from miaobi.train.pictures.batches import Pictures, held_out, to_pixels, to_tensor
from miaobi.train.pictures.given import read_whole
from miaobi.train.pictures.measures import Reference, diversity, feature_distance
from miaobi.train.pictures.sheet import sheet


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.stack([np.asarray(draw(number, 16)) for number in range(10)])


@pytest.fixture(scope="module")
def drawn() -> Tensor:
    return to_tensor(np.stack([np.asarray(draw(number)) for number in range(400)]))


# ---------------------------------------------------------------- batches


def test_every_round_shows_every_picture_once_in_another_order(pixels: np.ndarray) -> None:
    series = Pictures(pixels, 3, mirror=False)
    first, second = series.at(0, 10), series.at(10, 10)
    assert sorted(map(_key, first)) == sorted(map(_key, second)) == sorted(map(_key, to_tensor(pixels)))
    assert list(map(_key, first)) != list(map(_key, second))


def test_a_batch_is_a_function_of_its_place(pixels: np.ndarray) -> None:
    series = Pictures(pixels, 3, mirror=True)
    assert torch.equal(torch.cat([series.at(4, 5), series.at(9, 7)]), Pictures(pixels, 3, mirror=True).at(4, 12))
    assert not torch.equal(series.at(0, 10), Pictures(pixels, 4, mirror=True).at(0, 10))


def test_a_mirror_flips_about_half_sideways(pixels: np.ndarray) -> None:
    plain, mirrored = (Pictures(pixels, 0, mirror=mirror).at(0, 200) for mirror in (False, True))
    is_same = (plain == mirrored).flatten(1).all(1)
    assert 50 < int(is_same.sum()) < 150
    assert torch.equal(plain[~is_same].flip(3), mirrored[~is_same])


def test_pixels_survive_the_way_there_and_back() -> None:
    every = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    assert np.array_equal(to_pixels(to_tensor(every)), every)
    assert to_tensor(every).min() == -1
    assert to_tensor(every).max() == 1
    assert np.array_equal(to_pixels(torch.tensor([[[[-3.0, 3.0]]]])).ravel(), [0, 255])


def test_held_out_pictures_are_spread_evenly(pixels: np.ndarray) -> None:
    assert torch.equal(held_out(pixels, 4), to_tensor(pixels[[0, 3, 6, 9]]))
    assert torch.equal(held_out(pixels, 99), to_tensor(pixels))


def test_no_pictures_are_refused() -> None:
    with pytest.raises(InputError, match="no pictures"):
        Pictures(np.empty((0, 16, 16, 3), np.uint8), 0, mirror=False)


def _key(picture: Tensor) -> bytes:
    return picture.numpy().tobytes()


# ---------------------------------------------------------------- sheets


@pytest.mark.parametrize("channels", [1, 3])
def test_a_sheet_shows_the_pictures_in_rows(channels: int) -> None:
    shades = torch.linspace(-1, 1, 5).view(5, 1, 1, 1).expand(5, channels, 4, 6)
    with Image.open(io.BytesIO(sheet(shades, 3, scale=2))) as image:
        assert image.size == (2 * (3 * 8 + 2), 2 * (2 * 6 + 2))
        seen = np.asarray(image.convert("L"))
    middles = [int(seen[2 * (2 + row * 6 + 2), 2 * (2 + column * 8 + 3)]) for row in (0, 1) for column in (0, 1, 2)]
    assert middles == [0, 64, 128, 191, 255, 255]


# ---------------------------------------------------------------- measures


def test_the_distance_tells_worse_from_better(drawn: Tensor) -> None:
    """Other pictures of the same kind are nearest; noise, blur, a wrong colour and a single picture are farther."""
    reference = Reference(drawn[:200])
    same = reference.distance(drawn[200:])
    noisy = reference.distance(drawn[200:] + 0.3 * torch.randn(drawn[200:].shape, generator=_random()))
    blurred = reference.distance(torch.nn.functional.avg_pool2d(drawn[200:], 5, 1, 2))
    tinted = reference.distance(drawn[200:] * torch.tensor([1.0, 0.7, 1.0])[:, None, None])
    single = reference.distance(drawn[200:201].expand(200, -1, -1, -1))
    assert all(worse > 3 * same for worse in (noisy, blurred, tinted, single))
    assert feature_distance(drawn[:200], drawn[:200]) == pytest.approx(0, abs=1e-3)
    more_noise = reference.distance(drawn[200:] + 0.6 * torch.randn(drawn[200:].shape, generator=_random()))
    assert more_noise > noisy


def test_diversity_is_relative_to_the_real_pictures(drawn: Tensor) -> None:
    assert diversity(drawn[:200], drawn[200:]) == pytest.approx(1, abs=0.1)
    assert diversity(drawn[:200], drawn[:1].expand(50, -1, -1, -1)) == pytest.approx(0, abs=1e-6)
    assert 0.1 < diversity(drawn[:200], drawn[200:204].repeat(50, 1, 1, 1)) < 0.95


def test_grey_and_large_pictures_are_measured_too(drawn: Tensor) -> None:
    grey = drawn[:50].mean(1, keepdim=True)
    large = torch.nn.functional.interpolate(grey, scale_factor=4)
    assert feature_distance(grey, grey) == pytest.approx(0, abs=1e-3)
    assert feature_distance(large, large) == pytest.approx(0, abs=1e-3)
    assert feature_distance(grey[:25], grey[25:]) < feature_distance(grey[:25], -grey[25:])


# ---------------------------------------------------------------- augmentation


@pytest.mark.parametrize("kind", ["colour", "translation", "cutout"])
@pytest.mark.parametrize("channels", [1, 3])
def test_an_augmentation_changes_pictures_and_passes_a_gradient(kind: str, channels: int) -> None:
    pictures = torch.rand(6, channels, 16, 16, generator=_random()).requires_grad_()
    chances = torch.rand(6, CHANCES, generator=_random())
    changed = augment(pictures, chances, (kind,))
    assert changed.shape == pictures.shape
    assert not torch.equal(changed, pictures)
    changed.square().sum().backward()
    assert pictures.grad is not None
    assert (pictures.grad.flatten(1).abs().sum(1) > 0).all()


def test_translation_moves_by_whole_pixels_and_no_farther_than_an_eighth() -> None:
    pictures = torch.zeros(50, 1, 16, 16)
    pictures[:, :, 8, 8] = 1
    moved = augment(pictures, torch.rand(50, CHANCES, generator=_random()), ("translation",))
    rows, columns = moved.flatten(1).argmax(1) // 16 - 8, moved.flatten(1).argmax(1) % 16 - 8
    assert set(rows.tolist()) == set(columns.tolist()) == {-2, -1, 0, 1, 2}
    assert torch.equal(moved.sum((1, 2, 3)), torch.ones(50))


def test_cutout_blanks_at_most_a_quarter() -> None:
    left = augment(torch.ones(50, 1, 16, 16), torch.rand(50, CHANCES, generator=_random()), ("cutout",))
    blank = 256 - left.sum((1, 2, 3))
    assert blank.max() == 64
    assert blank.min() < 64  # partly outside


def test_an_unknown_augmentation_is_refused() -> None:
    assert parse_kinds("none") == ()
    assert parse_kinds("colour, cutout") == ("colour", "cutout")
    with pytest.raises(InputError, match="no augmentation 'blur'"):
        parse_kinds("colour,blur")


def _random() -> torch.Generator:
    return torch.Generator().manual_seed(5)


# ---------------------------------------------------------------- a person's picture


def test_a_whole_picture_is_read_as_it_is_or_refused(tmp_path: Path) -> None:
    draw(3, 40).crop((0, 0, 40, 20)).save(tmp_path / "wide.png")
    assert read_whole(tmp_path / "wide.png", 3, 100).shape == (1, 3, 20, 40)
    assert read_whole(tmp_path / "wide.png", 1, 16).shape == (1, 1, 8, 16)
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "cut.png").write_bytes((tmp_path / "wide.png").read_bytes()[:60])
    for name in ("text.png", "cut.png", "none.png"):
        with pytest.raises(InputError, match=name):
            read_whole(tmp_path / name, 3, 100)
