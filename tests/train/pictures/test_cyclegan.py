"""cyclegan: two data sets, a pool that is part of the checkpoint, and a person's picture of any size and mode."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from drawn import draw
from PIL import Image
from safetensors.torch import load_file

from miaobi.errors import InputError, Interrupted
from miaobi.studio import Studio
from miaobi.train.catalog import find_model
from miaobi.train.folder import ModelFolder
from miaobi.train.optimizer import make_optimizers
from miaobi.train.options import LoopConfig, split_settings, validated
from miaobi.train.pictures.cyclegan import CycleganConfig, PatchDiscriminator, Pool, Translators
from miaobi.train.record import read_metrics

Quick = Callable[..., ModelFolder]
Build = Callable[..., Any]
BOTH = ("shapes", "night")
CHANCES = torch.tensor([[0.9, 0.0], [0.1, 0.0], [0.1, 0.99], [0.4, 0.5]])


def numbered(*values: float) -> torch.Tensor:
    return torch.tensor(values).view(-1, 1, 1, 1).expand(-1, 1, 2, 2).clone()


# ---------------------------------------------------------------- the pool


def test_the_pool_is_filled_first_and_then_gives_old_pictures_for_new() -> None:
    pool = Pool(3, 1, 2)
    assert pool.exchange(numbered(1, 2, 3), CHANCES[:3])[:, 0, 0, 0].tolist() == [1, 2, 3]
    shown = pool.exchange(numbered(4, 5, 6, 7), CHANCES)[:, 0, 0, 0].tolist()
    assert shown == [4, 1, 3, 2]  # kept; place 0, 2 and 1 of the pool
    assert pool.pictures[:, 0, 0, 0].tolist() == [5, 7, 6]


def test_a_pool_of_none_shows_what_is_made() -> None:
    made = numbered(4, 5, 6, 7)
    assert torch.equal(Pool(0, 1, 2).exchange(made, CHANCES), made)


def test_the_pool_is_part_of_the_state() -> None:
    first, second = Pool(2, 1, 2), Pool(2, 1, 2)
    first.exchange(numbered(1, 2, 3), CHANCES[:3])
    second.load_state_dict(first.state_dict())
    made = numbered(8, 9, 10)
    assert torch.equal(first.exchange(made, CHANCES[1:]), second.exchange(made, CHANCES[1:]))


# ---------------------------------------------------------------- networks


@pytest.mark.parametrize("size", [16, 32, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_sizes_and_channels(size: int, channels: int) -> None:
    config = CycleganConfig(channels=4, halvings=2, blocks=1, patch=2)
    translators = Translators(config, size, channels)
    with torch.no_grad():
        made = translators.ab(torch.rand(2, channels, size, size + 8))
    assert made.shape == (2, channels, size, size + 8)
    assert float(made.abs().max()) <= 1
    judged = PatchDiscriminator(config, channels)(made)
    assert judged.shape == (2, 1, size // 4 - 2, (size + 8) // 4 - 2)


def test_discriminators_judge_patches_of_the_published_size() -> None:
    """Three halvings: 70 pixels (Isola et al., 2017). What changes outside them changes nothing... but the norm."""
    judge = PatchDiscriminator(CycleganConfig(channels=4, patch=3), 1)
    sides = [layer.kernel_size[0] for layer in (judge.first, *judge.layers, judge.last)]
    strides = [layer.stride[0] for layer in (judge.first, *judge.layers, judge.last)]
    seen, step = 1, 1
    for side, stride in zip(sides, strides, strict=True):
        seen, step = seen + (side - 1) * step, step * stride
    assert seen == 70


def test_every_size_in_the_table_is_valid() -> None:
    kind, counts = find_model("cyclegan"), []
    for size in ("tiny", "small", "base"):
        network, loop = split_settings(kind.size(size), CycleganConfig)
        config = validated(CycleganConfig, network)
        config.require_size(128 if size == "base" else 32)
        assert validated(LoopConfig, loop).ema
        if size != "base":
            counts.append(sum(weight.numel() for weight in Translators(config, 32, 3).parameters()))
    assert 2e4 < counts[0] < counts[1]


# ---------------------------------------------------------------- learning


def test_it_learns_to_come_back_to_one_batch(picture_task: Build) -> None:
    task = picture_task("cyclegan", *BOTH, channels=8)
    batch = task.batch(0, 4)
    a, b = batch.tensors
    optimizers = make_optimizers(task.product, LoopConfig(learning_rate=3e-3, beta1=0.5, weight_decay=0))

    def error() -> float:
        with torch.no_grad():
            back = task.product.ba(task.product.ab(a)), task.product.ab(task.product.ba(b))
        return float((back[0] - a).abs().mean() + (back[1] - b).abs().mean())

    before = error()
    for _ in range(80):
        task.product.zero_grad()
        task.generator_loss(batch, 0).backward()
        for optimizer in optimizers:
            optimizer.step()
    assert error() < before / 4


def test_the_discriminators_tell_real_from_made(picture_task: Build) -> None:
    task = picture_task("cyclegan", *BOTH)
    batch = task.batch(0, 4)
    task.generator_loss(batch, 0)
    made = task._made[0]
    for optimizer in make_optimizers(task.discriminators, LoopConfig(learning_rate=5e-3, weight_decay=0)):
        for _ in range(40):
            task._made[0] = made
            optimizer.zero_grad()
            last = task.discriminator_loss(batch, 0)
            last.backward()
            optimizer.step()
    assert float(last.detach()) < 0.05
    for judge, real, fake in zip(task.discriminators, batch.tensors, made, strict=True):
        with torch.no_grad():
            assert float(judge(real).mean()) > 0.7 > 0.3 > float(judge(fake).mean())


@pytest.mark.parametrize("settings", [{}, {"identity": 0.0, "pool": 0, "halvings": 2}], ids=str)
def test_every_weight_gets_a_gradient_in_a_turn(picture_task: Build, settings: dict[str, Any]) -> None:
    task = picture_task("cyclegan", *BOTH, **settings)
    batch = task.batch(0, 4)
    for turn in task.turns:
        turn.module.zero_grad()
        turn.loss(batch, 0).backward()
        for label, weight in turn.module.named_parameters():
            assert weight.grad is not None, label
            assert weight.grad.abs().max() > 0, label


def test_the_identity_loss_is_about_pictures_of_the_wanted_kind(picture_task: Build) -> None:
    with_it, without = (picture_task("cyclegan", *BOTH, identity=share) for share in (0.5, 0.0))
    batch = without.batch(0, 4)
    a, b = batch.tensors
    with torch.no_grad():
        same_b, same_a = without.product.ab(b), without.product.ba(a)
        found = float(with_it.generator_loss(batch, 0)) - float(without.generator_loss(batch, 0))
    assert found == pytest.approx(5 * float((same_b - b).abs().mean() + (same_a - a).abs().mean()), rel=1e-3)


def test_a_generator_of_the_difference_begins_near_the_picture() -> None:
    torch.manual_seed(0)
    settings = {"channels": 4, "halvings": 1, "blocks": 1, "patch": 2}
    picture = torch.rand(1, 3, 16, 16) * 2 - 1
    with torch.no_grad():
        near, far = (
            Translators(CycleganConfig(difference=difference, **settings), 16, 3).eval().ab(picture)
            for difference in (True, False)
        )
    assert float((near - picture).abs().mean()) < float((far - picture).abs().mean()) / 2
    assert float(near.abs().max()) <= 1


def test_the_two_series_are_shuffled_apart(picture_task: Build) -> None:
    task = picture_task("cyclegan", *BOTH)
    a, b = task.batch(0, 8).tensors
    assert float((a + b).abs().mean()) > 0.1  # "night" is the negative of "shapes"; in pairs the sums would be 0
    again, _ = task.batch(4, 4).tensors
    assert torch.equal(again, a[4:])


# ---------------------------------------------------------------- runs


@pytest.mark.parametrize(
    "more", [{}, {"ema": 0.9, "accumulate": 2, "mirror": True, "identity": 0.0, "difference": True}]
)
def test_a_stopped_run_goes_on_exactly_with_its_pool(quick_pictures: Quick, more: dict[str, Any]) -> None:
    whole = quick_pictures("cyclegan", "whole", data=BOTH, **more)
    asked = iter([False] * 7)
    with pytest.raises(Interrupted, match="miaobi train cyclegan --name part --resume"):
        quick_pictures("cyclegan", "part", data=BOTH, should_stop=lambda: next(asked, True), **more)
    part = quick_pictures("cyclegan", "part", resume=True, data=BOTH)
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    states = [json.loads((folder.checkpoint / "state.json").read_text())["tensors"] for folder in (whole, part)]
    first, second = load_file(whole.checkpoint / states[0]), load_file(part.checkpoint / states[1])
    assert int(first["model.pools.0.filled"]) == 6
    assert first.keys() == second.keys()
    assert [name for name, tensor in first.items() if not torch.equal(tensor, second[name])] == []
    for path in whole.sheets.iterdir():
        assert path.read_bytes() == (part.sheets / path.name).read_bytes()


def test_a_run_leaves_sheets_cards_and_named_results(quick_pictures: Quick) -> None:
    folder = quick_pictures("cyclegan", data=BOTH)
    outcome = json.loads(folder.config.read_text())["outcome"]
    assert [result["name"] for result in outcome["results"]] == [
        "feature distance", "feature distance A to B", "feature distance B to A", "cycle error"
    ]  # fmt: skip
    assert outcome["pictures"] == 2 * 48
    assert [json.loads(path.read_text())["name"] for path in folder.cards(2)] == list(BOTH)
    for number in (1, 2):
        with Image.open(folder.sheets / f"final-{number}.png") as image:
            assert image.height == 4 * (3 * 18 + 2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": "shapes"}, "learns from 2 data sets, and 1 were named"),
        ({"data": ("shapes", "odd")}, "shapes has 16 x 16 colour and odd has 24 x 24 colour"),
        ({"data": ("grey", "shapes")}, "grey has 16 x 16 grey and shapes has 16 x 16 colour"),
        ({"data": BOTH, "patch": 3}, "patch=3 takes pictures of at least 32 pixels"),
        ({"data": BOTH, "halvings": 4}, "halvings=4 takes pictures of at least 64 pixels"),
        ({"data": BOTH, "cycle": -1}, "'cycle' cannot be used"),
    ],
)
def test_what_cannot_be_is_refused(
    quick_pictures: Quick, picture_studio: Studio, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        quick_pictures("cyclegan", **given)
    assert picture_studio.models() == ()


# ---------------------------------------------------------------- a person's picture


@pytest.fixture
def trained(quick_pictures: Quick) -> ModelFolder:
    return quick_pictures("cyclegan", data=BOTH)


def translated(studio: Studio, path: Path, **options: Any) -> Image.Image:
    (sample,) = studio.sample("m", on=path, **options)
    image = Image.open(io.BytesIO(sample.files[".png"]))
    image.load()
    return image


def test_a_picture_of_any_size_keeps_it(trained: ModelFolder, picture_studio: Studio, tmp_path: Path) -> None:
    for number, size in enumerate([(17, 23), (8, 61), (256, 90)]):
        path = tmp_path / f"{number}.png"
        draw(number).resize(size).save(path)
        assert translated(picture_studio, path).size == size
    draw(1).resize((700, 350)).save(tmp_path / "large.png")
    assert translated(picture_studio, tmp_path / "large.png").size == (256, 128)  # 16 times what it was trained on


def test_a_picture_of_any_mode_is_taken(trained: ModelFolder, picture_studio: Studio, tmp_path: Path) -> None:
    drawn = draw(3).resize((20, 30))
    seen = drawn.convert("RGBA")
    seen.putalpha(128)
    deep = Image.fromarray(np.asarray(drawn.convert("L")).astype(np.uint16) * 257)
    modes = {"L.png": drawn.convert("L"), "P.png": drawn.convert("P"), "1.png": drawn.convert("1"), "RGBA.png": seen}
    modes |= {"LA.png": seen.convert("LA"), "CMYK.jpg": drawn.convert("CMYK"), "I16.png": deep}
    for name, image in modes.items():
        image.save(tmp_path / name)
        made = translated(picture_studio, tmp_path / name)
        assert (made.size, made.mode) == ((20, 30), "RGB"), name
    turned = Image.Exif()
    turned[0x0112] = 6  # as a camera held sideways writes it
    drawn.save(tmp_path / "turned.jpg", exif=turned)
    assert translated(picture_studio, tmp_path / "turned.jpg").size == (30, 20)


def test_directions_differ_and_have_two_names(trained: ModelFolder, picture_studio: Studio, tmp_path: Path) -> None:
    draw(3).save(tmp_path / "a.png")
    bytes_of = {way: translated(picture_studio, tmp_path / "a.png", direction=way).tobytes() for way in ("ab", "ba")}
    assert bytes_of["ab"] != bytes_of["ba"]
    assert translated(picture_studio, tmp_path / "a.png").tobytes() == bytes_of["ab"]
    assert translated(picture_studio, tmp_path / "a.png", direction="b-to-a").tobytes() == bytes_of["ba"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "--on PICTURE"),
        ({"on": Path("nowhere.png")}, "no picture at nowhere.png"),
        ({"on": Path("a.png"), "direction": "up"}, "no direction 'up'.*a-to-b, b-to-a"),
        ({"on": Path("a.png"), "count": 3}, "one picture of a picture"),
        ({"on": Path("tiny.png")}, "4 x 4 pixels; a side needs at least 8"),
        ({"on": Path("text.png")}, "is none of PNG"),
        ({"on": Path("cut.png")}, "is damaged"),
    ],
)
def test_what_cannot_be_translated_is_refused(
    trained: ModelFolder,
    picture_studio: Studio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    draw(1).save("a.png")
    draw(1).resize((4, 4)).save("tiny.png")
    Path("text.png").write_text("no picture")
    Path("cut.png").write_bytes(Path("a.png").read_bytes()[:90])
    with pytest.raises(InputError, match=said):
        list(picture_studio.sample("m", **options))
