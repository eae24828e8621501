"""stylegan: the published layers, losses that do what they say, exact resuming, styles that can be mixed and found."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from drawn import draw
from PIL import Image
from safetensors.torch import load_file
from test_gan_and_vae import take_turns
from torch import Tensor

from miaobi.errors import InputError, Interrupted
from miaobi.studio import Studio
from miaobi.train.catalog import find_model
from miaobi.train.folder import ModelFolder
from miaobi.train.optimizer import make_optimizers
from miaobi.train.options import LoopConfig, split_settings, validated
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.stylegan import (
    EqualLinear,
    StyledConv,
    StyleDiscriminator,
    StyleganConfig,
    StyleGenerator,
    with_deviation,
)
from miaobi.train.pictures.stylegan_sample import Artist, inheritances
from miaobi.train.pictures.stylegan_task import mixing_table, truncated
from miaobi.train.processes import of_all_processes
from miaobi.train.record import read_metrics

Quick = Callable[..., ModelFolder]
Build = Callable[..., Any]
SMALL = StyleganConfig(latent=8, mapping=2, channels=8, most_channels=16)


@pytest.fixture
def generator() -> StyleGenerator:
    torch.manual_seed(3)
    made = StyleGenerator(SMALL.model_copy(update={"noise": True}), 16, 3).eval()
    for name, weight in made.named_parameters():
        if name.endswith("noise_strength"):
            weight.data.fill_(0.1)
    return made


# ---------------------------------------------------------------- layers


def test_a_styled_convolution_is_that_of_the_paper() -> None:
    """Karras et al. (2020), equations 1 and 3: weights scaled by the style, then to unit length for each output."""
    layer = StyledConv(8, 6, 5)
    x, style = torch.randn(3, 6, 7, 7), torch.randn(3, 8)
    y, demodulation = layer(x, style)
    assert demodulation is not None
    scales = layer.style(style)
    for n in range(3):
        weight = layer.weight / (6 * 9) ** 0.5 * scales[n][None, :, None, None]
        weight = weight / (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        expected = F.conv2d(x[n : n + 1], weight, padding=1)
        assert torch.allclose((y * demodulation)[n], expected[0], atol=1e-5)


def test_the_deviation_tells_pictures_that_are_alike() -> None:
    alike, unlike = torch.ones(4, 2, 4, 4), torch.randn(4, 2, 4, 4)
    plane = with_deviation(torch.cat((alike, unlike)))[:, 2]
    assert float(plane[:4].max()) < 1e-3
    assert torch.allclose(plane[4:], unlike.std(0, correction=0).mean(), atol=1e-3)


@pytest.mark.parametrize("size", [8, 16, 32, 64, 128])
@pytest.mark.parametrize("channels", [1, 3])
def test_sizes_and_channels(size: int, channels: int) -> None:
    generator = StyleGenerator(SMALL, size, channels)
    assert generator.layers == 2 * (size.bit_length() - 2)
    with torch.no_grad():
        made = generator(torch.randn(2, 8))
    assert made.shape == (2, channels, size, size)
    assert StyleDiscriminator(SMALL, size, channels)(made).shape == (2,)


def test_every_size_in_the_table_is_valid() -> None:
    kind, counts = find_model("stylegan"), []
    for size in ("tiny", "small", "base"):
        network, loop = split_settings(kind.size(size), StyleganConfig)
        assert validated(LoopConfig, loop).ema
        config = validated(StyleganConfig, network)
        if size != "base":
            counts.append(sum(weight.numel() for weight in StyleGenerator(config, 32, 3).parameters()))
    assert 1e5 < counts[0] < counts[1]


def test_a_picture_follows_from_its_latent_and_noise_adds_to_it(generator: StyleGenerator) -> None:
    latents = torch.randn(2, 8)
    with torch.no_grad():
        assert torch.equal(generator(latents), generator(latents))
        styles = generator.styles(latents)
        noisy = generator.synthesise(styles, torch.randn(2, generator.noise_count))
    assert not torch.allclose(noisy, generator(latents), atol=1e-2)


def test_truncation_leads_to_the_average(generator: StyleGenerator) -> None:
    latents = torch.randn(4, 8)
    assert torch.allclose(truncated(generator, latents, 1.0), generator.styles(latents), atol=1e-6)
    none = truncated(generator, latents, 0.0)
    assert float(none.std(0).max()) < 1e-6
    half = truncated(generator, latents, 0.5)
    assert torch.allclose(half, (none + generator.styles(latents)) / 2, atol=1e-6)


def test_in_a_mixing_table_rows_give_the_coarse_styles(generator: StyleGenerator) -> None:
    rows, columns = generator.styles(torch.randn(2, 8)), generator.styles(torch.randn(3, 8))
    table = mixing_table(rows, columns)
    assert len(table) == 3 + 2 * 4
    assert torch.equal(table[:3], columns)
    assert torch.equal(table[7], rows[1])
    half = generator.layers // 2
    assert torch.equal(table[8, :half], rows[1, :half])
    assert torch.equal(table[8, half:], columns[0, half:])


# ---------------------------------------------------------------- learning


def test_it_learns_the_pictures_of_one_batch(picture_task: Build) -> None:
    """After some turns, made pictures have the colours of the batch: they start grey, and these are mostly white."""
    task = picture_task("stylegan", augment="none")
    batch = task.batch(0, 8)
    before = task.make(task.product, 0, 64).mean((0, 2, 3))
    take_turns(task, batch, 80, 2e-3)
    made = task.make(task.product, 0, 64).mean((0, 2, 3))
    wanted = batch.tensors[0].mean((0, 2, 3))
    assert (made - wanted).abs().max() < (before - wanted).abs().max() / 2


def test_the_discriminator_tells_real_from_made(picture_task: Build) -> None:
    task = picture_task("stylegan", augment="none")
    batch = task.batch(0, 8)
    task.generator_loss(batch, 0)
    made = task._fakes[0]
    for optimizer in make_optimizers(task.discriminator, LoopConfig(learning_rate=3e-3)):
        for _ in range(40):
            task._fakes[0] = made
            optimizer.zero_grad()
            task.discriminator_loss(batch, 1).backward()
            optimizer.step()
    assert (task.discriminator(batch.tensors[0]) > 0).float().mean() > 0.8
    assert (task.discriminator(made) < 0).float().mean() > 0.8


def test_r1_is_the_mean_square_of_the_slope_at_real_pictures(picture_task: Build) -> None:
    """Mescheder et al. (2018), equation 9: gamma / 2 times it; every third step it counts three times."""
    losses = {}
    for gamma in (0.0, 5.0):
        for step in (3, 4):
            task = picture_task("stylegan", augment="none", r1=gamma)
            batch = task.batch(0, 4)
            task.generator_loss(batch, step)
            losses[gamma, step] = float(task.discriminator_loss(batch, step).detach())
    real = batch.tensors[0].clone().requires_grad_()
    (slope,) = torch.autograd.grad(task.discriminator(real).sum(), real)
    expected = 3 * 5.0 / 2 * float(slope.square().sum((1, 2, 3)).mean())
    assert losses[5.0, 3] - losses[0.0, 3] == pytest.approx(expected, rel=1e-3)
    assert losses[5.0, 4] == pytest.approx(losses[0.0, 4], rel=1e-6)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_r1_is_the_same_in_either_precision(picture_task: Build, precision: str) -> None:
    task = picture_task("stylegan", augment="none", r1=1000.0)
    batch = task.batch(0, 4)
    task.generator_loss(batch, 0)
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
        loss = task.discriminator_loss(batch, 0)
    torch.manual_seed(0)
    plain = picture_task("stylegan", augment="none", r1=1000.0)
    plain.generator_loss(batch, 0)
    assert float(loss.detach()) == pytest.approx(float(plain.discriminator_loss(batch, 0).detach()), rel=1e-3)


@pytest.mark.parametrize("data", ["shapes", "grey"])
@pytest.mark.parametrize(
    "settings", [{"noise": True}, {"path_length": 2.0, "mixing": 0.0, "augment": "none", "r1": 0.0}], ids=str
)
def test_every_weight_gets_a_gradient_in_a_turn(picture_task: Build, data: str, settings: dict[str, Any]) -> None:
    task = picture_task("stylegan", data, **settings)
    batch = task.batch(0, 8)
    for turn in task.turns:
        turn.module.zero_grad()
        turn.loss(batch, 0).backward()
        for label, weight in turn.module.named_parameters():
            assert weight.grad is not None, label
            assert weight.grad.abs().max() > 0, label


def test_uneven_steps_cost_and_their_mean_is_remembered(picture_task: Build) -> None:
    task = picture_task("stylegan", path_length=2.0, path_every=2)
    batch = task.batch(0, 4)
    task.generator_loss(batch, 1)
    assert float(task.paths.mean) == 0.0
    due = float(task.generator_loss(batch, 2).detach())
    assert float(task.module.state_dict()["paths.mean"]) > 0.0
    plain = picture_task("stylegan", path_every=2)
    assert due > float(plain.generator_loss(batch, 2).detach())


def test_mixing_changes_over_at_a_layer(picture_task: Build) -> None:
    task = picture_task("stylegan", mixing=1.0)
    styles = task._styles(0, 32)
    changes = (styles.diff(dim=1).abs().sum(2) > 1e-6).sum(1)
    assert changes.tolist() == [1] * 32
    assert task._styles(8, 4).tolist() == styles[8:12].tolist()
    plain = picture_task("stylegan", mixing=0.0)
    assert float(plain._styles(0, 4).diff(dim=1).abs().max().detach()) == 0.0


# ---------------------------------------------------------------- runs


@pytest.mark.parametrize(
    "more", [{}, {"ema": 0.9, "accumulate": 2, "mirror": True, "path_length": 1.0, "path_every": 2, "noise": True}]
)
def test_a_stopped_run_goes_on_exactly(quick_pictures: Quick, more: dict[str, Any]) -> None:
    whole = quick_pictures("stylegan", "whole", **more)
    asked = iter([False] * 7)
    with pytest.raises(Interrupted, match="miaobi train stylegan --name part --resume"):
        quick_pictures("stylegan", "part", should_stop=lambda: next(asked, True), **more)
    part = quick_pictures("stylegan", "part", resume=True)
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    first, second = load_file(whole.weights), load_file(part.weights)
    assert first.keys() == second.keys()
    assert all(torch.equal(tensor, second[name]) for name, tensor in first.items())
    for path in whole.sheets.iterdir():
        assert path.read_bytes() == (part.sheets / path.name).read_bytes()


def test_a_run_leaves_sheets_and_named_results(quick_pictures: Quick) -> None:
    folder = quick_pictures("stylegan")
    outcome = json.loads(folder.config.read_text())["outcome"]
    assert [result["name"] for result in outcome["results"]] == ["feature distance", "diversity"]
    with Image.open(folder.sheets / "final-1.png") as image:
        assert image.size == (4 * (8 * 18 + 2),) * 2
    with Image.open(folder.sheets / "final-2.png") as image:
        assert image.size == (4 * (7 * 18 + 2),) * 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": "odd"}, r"8, 16, 32, 64, 128 .* and the data set has 24\. .*--size (16|32)"),
        ({"augment": "blur"}, "'augment' cannot be used: there is no augmentation 'blur'"),
        ({"r1": -1}, "'r1' cannot be used: input should be greater than or equal to 0"),
        ({"data": ("shapes", "night")}, "learns from 1 data set, and 2 were named"),
    ],
)
def test_what_cannot_be_is_refused(
    quick_pictures: Quick, picture_studio: Studio, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        quick_pictures("stylegan", **given)
    assert picture_studio.models() == ()


# ---------------------------------------------------------------- sampling


@pytest.fixture
def trained(quick_pictures: Quick) -> ModelFolder:
    return quick_pictures("stylegan")


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.size


def test_samples_of_each_kind_read_back(trained: ModelFolder, picture_studio: Studio) -> None:
    singles = list(picture_studio.sample("m", count=2, seed=5))
    assert [size_of(sample.files[".png"]) for sample in singles] == [(16, 16)] * 2
    assert singles[1].files == next(iter(picture_studio.sample("m", seed=6))).files
    (table,) = picture_studio.sample("m", count=6, columns=3)
    assert size_of(table.files[".png"]) == (4 * (3 * 18 + 2), 4 * (2 * 18 + 2))
    (mixed,) = picture_studio.sample("m", mix=("1", "2"))
    assert size_of(mixed.files[".png"]) == (4 * (7 * 18 + 2), 4 * (2 * 18 + 2))
    (walk,) = picture_studio.sample("m", interpolate=5, video=True)
    assert walk.files[".mp4"][4:8] == b"ftyp"
    steps = list(picture_studio.sample("m", interpolate=3, seed=5))
    assert steps[0].files == singles[0].files
    assert steps[2].files == singles[1].files


def test_truncation_draws_pictures_together(trained: ModelFolder) -> None:
    wide, narrow = (artist.draw(artist.styles(range(16))) for artist in (Artist(trained, 1.0), Artist(trained, 0.2)))
    assert float(narrow.std(0).mean()) < float(wide.std(0).mean()) / 2


def test_a_picture_of_its_own_is_found_again(trained: ModelFolder) -> None:
    artist = Artist(trained, 1.0)
    wanted = artist.draw(artist.styles([7000]))
    found = artist.find(wanted)
    assert found.latents.shape == (1, 6, 8)
    assert found.errors[0] < 0.02
    assert float((artist.draw(found.latents) - wanted).abs().mean()) / 2 == pytest.approx(found.errors[0], rel=1e-3)


def test_children_of_two_pictures(trained: ModelFolder, picture_studio: Studio, tmp_path: Path) -> None:
    draw(1, 40).save(tmp_path / "a.png")
    draw(2, 30).convert("L").save(tmp_path / "b.jpg")
    parents = (tmp_path / "a.png", tmp_path / "b.jpg")
    place, told = picture_studio.breed(*parents, model="m", output=tmp_path / "children.png", count=6)
    assert "a.png and b.jpg" in told
    assert size_of(place.read_bytes()) == (4 * (6 * 18 + 2), 4 * (2 * 18 + 2))
    before = place.read_bytes()
    with pytest.raises(InputError, match="already"):
        picture_studio.breed(*parents, model="m", output=place)
    picture_studio.breed(*parents, model="m", output=place, count=6, replace=True)
    assert place.read_bytes() == before
    picture_studio.breed(*parents, model="m", output=place, count=6, seed=1, replace=True)
    assert place.read_bytes() != before


def test_children_inherit_in_different_ways() -> None:
    chosen = inheritances(4, 14, 0)
    assert len({tuple(row) for row in chosen.tolist()}) == 14
    assert not bool(chosen.all(1).any())
    assert bool(chosen.any(1).all())
    with pytest.raises(InputError, match="have 14 different children, not 15"):
        inheritances(4, 15, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mix": ("1", "2"), "interpolate": 3}, "--mix and --interpolate are different things"),
        ({"mix": ("1", "nowhere.png")}, "no picture at nowhere.png"),
        ({"breed": ("nowhere.png", "x.png")}, "no picture at nowhere.png"),
        ({"direction": "ab"}, "nothing to do with --direction"),
    ],
)
def test_what_cannot_be_sampled_is_refused(
    trained: ModelFolder, picture_studio: Studio, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        list(picture_studio.sample("m", **options))


def test_a_damaged_picture_is_refused(trained: ModelFolder, picture_studio: Studio, tmp_path: Path) -> None:
    draw(1).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])
    with pytest.raises(InputError, match=r"b\.png cannot be used"):
        picture_studio.breed(tmp_path / "a.png", tmp_path / "b.png", model="m", output=tmp_path / "c.png")
    assert not (tmp_path / "c.png").exists()


def test_it_is_an_image_engine(trained: ModelFolder) -> None:
    from miaobi.train.pictures.stylegan_sample import picture_maker

    make = picture_maker(trained)
    first: Tensor = make("a word", 1)
    assert first.shape == (3, 16, 16)
    assert to_pixels(first[None]).tolist() == to_pixels(make("another", 1)[None]).tolist()
    assert not torch.equal(first, make("a word", 2))


def test_one_process_has_the_whole_batch() -> None:
    share = torch.randn(3, 2)
    assert of_all_processes(share) is share


@torch.no_grad()
def test_the_mapping_learns_a_hundred_times_more_slowly_than_the_rest() -> None:
    moved = []
    for rate in (1.0, 0.01):
        torch.manual_seed(0)
        layer = EqualLinear(16, 16, rate=rate)
        x = torch.randn(64, 16)
        before = layer(x)
        layer.weight += 1e-3  # what a first step of Adam does to every weight
        moved.append(float((layer(x) - before).abs().mean() / before.abs().mean()))
    assert moved[1] == pytest.approx(moved[0] / 100, rel=0.05)
