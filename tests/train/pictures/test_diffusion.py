"""diffusion: it learns, the caption decides, every weight takes part, training goes on exactly, and bad input."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn

from miaobi.errors import InputError, Interrupted
from miaobi.studio import Studio
from miaobi.train.catalog import find_model, load_class
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig, split_settings, validated
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.caption_tokens import PADDING, CaptionTokens
from miaobi.train.pictures.diffusion import Denoiser, DiffusionConfig, Drawing, PictureFlow, draw, logit_normal
from miaobi.train.pictures.diffusion_sample import between, open_diffusion
from miaobi.train.pictures.diffusion_task import agreement
from miaobi.train.record import read_metrics
from miaobi.train.task import Turn, noise_at

Quick = Callable[..., ModelFolder]
Build = Callable[..., Any]


# ---------------------------------------------------------------- learning


def learn(task: Any, turn: Turn, pictures: int, steps: int, rate: float = 3e-3) -> list[float]:
    """Losses of a turn over so many steps with `pictures` pictures; noise and times are new in each."""
    first = task.batch(0, pictures)
    captions = [task._captions[place] for place in task._pictures.places(0, pictures)]
    ids = torch.from_numpy(task.tokens.ids(captions))
    optimizer = torch.optim.AdamW(turn.module.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0)
    losses = []
    for step in range(steps):
        batch = first._replace(tensors=(first.tensors[0], ids), position=step * pictures)
        loss = turn.loss(batch, step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_an_autoencoder_overfits_one_batch(picture_task: Build) -> None:
    task = picture_task("diffusion", autoencoder_width=16)
    losses = learn(task, task.turns[0], 4, 150)
    assert losses[-1] < losses[0] / 4
    pictures = task.batch(0, 4).tensors[0]
    assert (task.module.space.decode(task.module.space.encode(pictures)) - pictures).abs().mean() < 0.12


@pytest.fixture(scope="module")
def two_pictures() -> tuple[PictureFlow, Tensor, Tensor]:
    """A model that knows two pictures, a black and a white one, by their captions; the pictures, and the captions."""
    torch.manual_seed(0)
    config = DiffusionConfig(
        space="pixels", patch=2, layers=1, heads=2, width=32, caption_width=16, caption_layers=1, caption_tokens=2
    )
    tokens = CaptionTokens.of(["black", "white"], 2)
    flow = PictureFlow(config, len(tokens), 4, 1)
    pictures = torch.stack((-torch.ones(1, 4, 4), torch.ones(1, 4, 4)))
    pictures[:, :, :2, :2] *= -1
    ids = torch.from_numpy(tokens.ids(["black", "white", "black", "white", "", ""]))
    latents, captions = flow.space.encode(pictures).repeat(12, 1, 1), ids.repeat(4, 1)
    optimizer = torch.optim.AdamW(flow.parameters(), lr=5e-3, betas=(0.9, 0.99))
    for step in range(200):
        time = logit_normal(noise_at(1, 24 * step, (24,)))
        loss = flow.loss(latents, noise_at(0, 24 * step, latents.shape), time, captions)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return flow.eval(), pictures, ids


@pytest.mark.parametrize("method", ["euler", "heun"])
def test_the_caption_decides_which_picture_appears(
    two_pictures: tuple[PictureFlow, Tensor, Tensor], method: Any
) -> None:
    flow, pictures, ids = two_pictures
    noise = noise_at(7, 0, (2, *flow.shape))
    for how in (Drawing(12, 1.0, method), Drawing(12, 2.0, method)):
        made = draw(flow, noise, ids[:2], ids[4:], how)
        assert (made - pictures).abs().mean() < 0.25
        swapped = draw(flow, noise, ids[:2].flip(0), ids[4:], how)
        assert (swapped - pictures.flip(0)).abs().mean() < 0.25


def test_guidance_changes_the_picture_and_a_negative_caption_turns_it(
    two_pictures: tuple[PictureFlow, Tensor, Tensor],
) -> None:
    flow, pictures, ids = two_pictures
    noise = noise_at(8, 0, (16, *flow.shape))
    empty, black = ids[4:5].expand(16, -1), ids[0:1].expand(16, -1)
    plain, guided = (draw(flow, noise, black, empty, Drawing(8, guidance)) for guidance in (1.0, 3.0))
    assert (plain - guided).abs().mean() > 1e-3
    without = draw(flow, noise, empty, empty, Drawing(8, 3.0))
    away = draw(flow, noise, empty, black, Drawing(8, 3.0))
    assert 0 < is_white(without, pictures).sum() < 14, "without a caption both appear"
    assert is_white(away, pictures).sum() >= 14


def is_white(made: Tensor, pictures: Tensor) -> Tensor:
    black, white = ((made - picture).square().mean((1, 2, 3)) for picture in pictures)
    return white < black


def test_the_same_noise_gives_the_same_picture_whatever_is_drawn_beside_it(
    two_pictures: tuple[PictureFlow, Tensor, Tensor],
) -> None:
    flow, _, ids = two_pictures
    noise = noise_at(3, 0, (2, *flow.shape))
    both = draw(flow, noise, ids[:2], ids[4:], Drawing(4))
    alone = draw(flow, noise[1:], ids[1:2], ids[4:5], Drawing(4))
    assert torch.allclose(both[1:], alone, atol=1e-5)


@pytest.mark.parametrize("space", ["latent", "pixels"])
def test_a_denoiser_overfits_one_batch(picture_task: Build, space: str) -> None:
    task = picture_task("diffusion", space=space, width=64)
    losses = learn(task, task.turns[-1], 2, 250)
    assert sum(losses[-20:]) < sum(losses[:20]) / 3


@pytest.mark.parametrize("space", ["latent", "pixels"])
@pytest.mark.parametrize("data", ["shapes", "grey"])
def test_every_weight_gets_a_gradient(picture_task: Build, space: str, data: str) -> None:
    task = picture_task("diffusion", data, space=space, spell=0.5)
    turned: set[str] = set()
    for turn in task.turns:
        learn(task, turn, 4, 6)  # gates begin as zero, and what lies behind them moves only then
        turn.module.zero_grad()
        turn.loss(task.batch(0, 16), 10).backward()
        turned |= {name for name, weight in task.module.named_parameters() if moves(weight)}
    assert turned == {name for name, _ in task.module.named_parameters()}


def moves(weight: nn.Parameter) -> bool:
    return weight.grad is not None and bool(weight.grad.abs().max() > 0)


def test_the_autoencoder_stands_still_while_the_denoiser_learns(picture_task: Build) -> None:
    task = picture_task("diffusion")
    task.loss(task.batch(0, 4), 10).backward()
    assert all(weight.grad is None for weight in task.module.space.parameters())


def test_a_batch_follows_from_its_position_and_captions_are_left_out_now_and_then(picture_task: Build) -> None:
    task = picture_task("diffusion", drop_caption=0.5)
    whole, part = task.batch(40, 32), task.batch(52, 4)
    for all_, some in zip(whole.tensors, part.tensors, strict=True):
        assert torch.equal(all_[12:16], some)
    empty = (whole.tensors[1][:, 1:] == PADDING).all(1)
    assert 4 < empty.sum() < 28
    assert task.loss(whole, 9).item() == task.loss(task.batch(40, 32), 9).item()


def test_times_lie_between_the_ends_and_mostly_in_the_middle() -> None:
    times = logit_normal(noise_at(0, 0, (2000,)))
    assert ((times > 0) & (times < 1)).all()
    assert ((times > 0.25) & (times < 0.75)).float().mean() > 0.6


def test_agreement_is_a_half_by_chance_and_one_for_the_pictures_themselves() -> None:
    torch.manual_seed(0)
    real = torch.rand(40, 3, 16, 16) * torch.rand(40, 3, 1, 1) * 2 - 1
    assert agreement(real, real) == 1
    assert agreement(real, real.roll(7, 0)) == pytest.approx(0.5, abs=0.12)


# ---------------------------------------------------------------- a run


def test_a_run_has_two_phases_with_names_and_the_best_is_of_the_second(quick_pictures: Quick) -> None:
    folder = quick_pictures("diffusion")
    lines = read_metrics(folder.metrics)
    steps = [line for line in lines if line["kind"] == "step"]
    assert [("autoencoder loss" in line, "loss" in line) for line in steps] == [(True, False)] * 5 + [(False, True)] * 7
    assert steps[5]["rate"] < steps[7]["rate"], "the second phase warms up"
    outcome = json.loads(folder.config.read_text())["outcome"]
    assert outcome["best_step"] > 5
    assert [result["name"] for result in outcome["results"]] == [
        "validation loss", "reconstruction error", "feature distance", "diversity", "caption agreement",
    ]  # fmt: skip
    assert "a disc" in folder.samples.read_text()
    with Image.open(folder.sheets / "step-00000012-1.png") as sheet:
        assert sheet.width > 8 * 16


@pytest.mark.parametrize(
    ("stop", "more"),
    [(2, {}), (5, {}), (8, {"ema": 0.9, "accumulate": 2, "optimizer": "muon"}), (8, {"space": "pixels"})],
)
def test_a_stopped_run_goes_on_exactly(quick_pictures: Quick, stop: int, more: dict[str, Any]) -> None:
    whole = quick_pictures("diffusion", "whole", **more)
    asked = iter([False] * stop)
    with pytest.raises(Interrupted, match="miaobi train diffusion --name part --resume"):
        quick_pictures("diffusion", "part", should_stop=lambda: next(asked, True), **more)
    part = quick_pictures("diffusion", "part", resume=True)
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    for name, tensor in load_file(whole.weights).items():
        assert torch.equal(tensor, load_file(part.weights)[name])


def test_patience_waits_for_the_second_phase(quick_pictures: Quick) -> None:
    folder = quick_pictures(
        "diffusion", patience=1, evaluate_every=1, autoencoder_steps=9, learning_rate=1e-9, steps=200, sample_every=500
    )
    assert json.loads(folder.config.read_text())["outcome"]["step"] > 9


def test_a_data_set_without_captions_is_learned_too(picture_studio: Studio, drawings: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    for path in drawings.glob("*.png"):
        (plain / path.name).write_bytes(path.read_bytes())
    picture_studio.collect([plain], {"name": "plain", "picture_size": 16, "drop_duplicates": False})
    given = {"steps": 6, "autoencoder_steps": 3, "autoencoder_width": 8, "layers": 1, "heads": 2, "width": 16}
    trained = picture_studio.train("diffusion", "m", data="plain", options={**given, "evaluate_examples": 8})
    assert "caption agreement" not in {result.name for result in trained.results}
    (sample,) = picture_studio.sample("m", prompt="whatever", steps=2)
    assert png_of(sample.files[".png"]).size == (16, 16)


# ---------------------------------------------------------------- samples


def png_of(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_samples_follow_from_the_seed_and_read_back(quick_pictures: Quick, picture_studio: Studio) -> None:
    quick_pictures("diffusion")
    first, second = picture_studio.sample("m", prompt="a disc", count=2, seed=4, steps=3)
    (again,) = picture_studio.sample("m", prompt="a disc", seed=5, steps=3)
    assert again.files == second.files != first.files
    assert png_of(first.files[".png"]).size == (16, 16)
    (grid,) = picture_studio.sample(
        "m", prompt="a disc", count=4, columns=2, steps=2, guidance=1.5, negative="a square"
    )
    assert png_of(grid.files[".png"]).width < png_of(grid.files[".png"]).height * 1.1


def test_a_walk_begins_and_ends_with_the_pictures_of_its_seeds(quick_pictures: Quick, picture_studio: Studio) -> None:
    quick_pictures("diffusion")
    walk = list(picture_studio.sample("m", prompt="a disc", interpolate=3, steps=2))
    ends = list(picture_studio.sample("m", prompt="a disc", count=2, steps=2))
    assert len(walk) == 3
    assert walk[0].files == ends[0].files
    assert walk[2].files == ends[1].files
    (video,) = picture_studio.sample("m", prompt="a disc", interpolate=3, steps=2, video=True)
    assert video.files[".mp4"][4:8] == b"ftyp"


def test_noise_between_two_is_as_strong_as_noise() -> None:
    stops = noise_at(0, 0, (2, 64, 8))
    way = between(stops, 5)
    assert way.shape == (5, 64, 8)
    assert torch.allclose(way.square().mean((1, 2)).sqrt(), torch.ones(5), atol=0.1)


def test_it_is_an_image_engine_that_reads_the_prompt(quick_pictures: Quick, picture_studio: Studio) -> None:
    folder = quick_pictures("diffusion", steps=40, learning_rate=1e-2)
    flow, tokens = open_diffusion(folder)
    assert flow.size == 16
    assert len(tokens) > 3
    home = picture_studio.settings.home
    from miaobi.base.engine import ImageRequest
    from miaobi.train.pictures.engine import LabImageEngine

    engine = LabImageEngine.open("m", home)
    made = [engine.generate(ImageRequest(prompt=prompt, width=64, height=64)) for prompt in ("a disc", "a square")]
    assert made[0].image.digest != made[1].image.digest
    assert made[0].description == "a disc"


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"patch": 3}, "patch 3 has to be a power of two"),
        ({"patch": 3, "space": "pixels"}, "16 pixels cannot be divided into tokens of 3.*patch=2 or 4 or 8"),
        ({"patch": 16}, "16 pixels cannot be divided into tokens of 16"),
        ({"width": 20}, "width 20 has to be a multiple of 4 x heads"),
        ({"caption_width": 12}, "caption_width 12 has to be a multiple of 8"),
        ({"autoencoder_width": 12}, "autoencoder_width 12 has to be a multiple of 8"),
        (
            {"autoencoder_steps": 12},
            "autoencoder learns for 12 steps, and the whole training has 12.*autoencoder_steps=3",
        ),
        ({"guidence": 3}, "no setting 'guidence'"),
        ({"space": "pixel"}, "'space' cannot be used: input should be 'latent' or 'pixels'"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(
    quick_pictures: Quick, picture_studio: Studio, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        quick_pictures("diffusion", **given)
    assert picture_studio.models() == ()


@pytest.mark.parametrize("size", ["tiny", "small", "base"])
def test_every_size_is_valid(size: str) -> None:
    kind = find_model("diffusion")
    network, loop = split_settings(kind.size(size), load_class(kind.config))
    config, loop_config = validated(DiffusionConfig, network), validated(LoopConfig, loop)
    assert config.autoencoder_steps < loop_config.steps
    with torch.device("meta"):
        flow = PictureFlow(config, 4000, 32 if size != "base" else 256, 3)
    assert isinstance(flow.denoiser, Denoiser)
    count = sum(weight.numel() for weight in flow.parameters())
    assert count > {"tiny": 8e5, "small": 4e6, "base": 1e8}[size]
    assert to_pixels(torch.zeros(1, 3, 2, 2)).shape == (1, 2, 2, 3)
