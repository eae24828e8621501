"""vae and dcgan: they learn, every weight takes part, training goes on exactly, and what cannot be is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn

from miaobi.errors import InputError, Interrupted
from miaobi.studio import Studio
from miaobi.train.catalog import find_model, load_class
from miaobi.train.folder import ModelFolder
from miaobi.train.optimizer import make_optimizers
from miaobi.train.options import LoopConfig, split_settings, validated
from miaobi.train.pictures.dcgan import DcganConfig, DcganDiscriminator, DcganGenerator
from miaobi.train.pictures.measures import feature_distance
from miaobi.train.pictures.task import open_picture_model
from miaobi.train.pictures.vae import VaeConfig, VaeModel, divergence, picture_error
from miaobi.train.record import read_metrics
from miaobi.train.task import Batch, noise_at

Quick = Callable[..., ModelFolder]
Build = Callable[..., Any]
MODELS = ["vae", "dcgan"]
DCGAN_VARIANTS: list[dict[str, Any]] = [
    {"augment": "none"},
    {"augment": "none", "loss": "hinge", "spectral": True},
    {"smooth": 0.1},
]


def take_turns(task: Any, batch: Batch, steps: int, rate: float) -> list[list[float]]:
    """Losses of each turn over so many steps on one batch, as the loop takes them."""
    loop = LoopConfig(learning_rate=rate, beta1=0.5, beta2=0.99, weight_decay=0)
    optimizers = [make_optimizers(turn.module, loop) for turn in task.turns]
    history: list[list[float]] = [[] for _ in task.turns]
    for step in range(steps):
        for turn, moved, losses in zip(task.turns, optimizers, history, strict=True):
            mine = set(map(id, turn.module.parameters()))
            for weight in task.module.parameters():
                weight.requires_grad_(id(weight) in mine)
                weight.grad = None
            loss = turn.loss(batch, step)
            loss.backward()
            losses.append(loss.item())
            for optimizer in moved:
                optimizer.step()
    return history


# ---------------------------------------------------------------- learning


def test_a_vae_overfits_one_batch(picture_task: Build) -> None:
    task = picture_task("vae", latent=16, width=16, beta=0.0, kl_warmup=0)
    batch = task.batch(0, 4)
    ((first, *_, last),) = take_turns(task, batch, 100, 6e-3)
    assert last < first / 8
    decoded = task.vae(task.vae.encode(batch.tensors[0])[0])
    assert (decoded - batch.tensors[0]).abs().mean() < 0.2


@pytest.mark.parametrize(("settings", "rate"), zip(DCGAN_VARIANTS[:2], (4e-3, 2e-3), strict=True), ids=str)
def test_a_dcgan_comes_near_to_the_pictures_of_one_batch(
    picture_task: Build, settings: dict[str, Any], rate: float
) -> None:
    task = picture_task("dcgan", width=16, **settings)
    batch = task.batch(0, 8)
    before = feature_distance(batch.tensors[0], task.make(task.product.train(), 0, 64))
    take_turns(task, batch, 200, rate)
    assert feature_distance(batch.tensors[0], task.make(task.product, 0, 64)) < before / 4


@pytest.mark.parametrize("settings", DCGAN_VARIANTS, ids=str)
def test_a_dcgan_discriminator_tells_real_from_made(picture_task: Build, settings: dict[str, Any]) -> None:
    task = picture_task("dcgan", **settings)
    batch = task.batch(0, 8)
    task.generator_loss(batch, 0)
    made = task._made[0]
    for optimizer in make_optimizers(task.discriminator, LoopConfig(learning_rate=3e-3)):
        for _ in range(60):
            task._made[0] = made
            optimizer.zero_grad()
            task.discriminator_loss(batch, 0).backward()
            optimizer.step()
    assert (task.discriminator(batch.tensors[0]) > 0).float().mean() > 0.8
    assert (task.discriminator(made) < 0).float().mean() > 0.8


@pytest.mark.parametrize(
    ("name", "settings"), [("vae", {}), *(("dcgan", settings) for settings in DCGAN_VARIANTS)], ids=str
)
@pytest.mark.parametrize("data", ["shapes", "grey"])
def test_every_weight_gets_a_gradient_in_a_turn(
    picture_task: Build, name: str, settings: dict[str, Any], data: str
) -> None:
    task = picture_task(name, data, **settings)
    batch = task.batch(0, 6)
    for _ in range(3):  # residual branches begin as zero, so what lies behind them moves only then
        for turn in task.turns:
            turn.module.zero_grad()
            turn.loss(batch, 10).backward()
            held = {label: weight.grad for label, weight in turn.module.named_parameters()}
            for weight in turn.module.parameters():
                weight.data.sub_(1e-2 * weight.grad)
    for turn in task.turns:
        turn.module.zero_grad()
        turn.loss(batch, 10).backward()
        held = {label: weight.grad for label, weight in turn.module.named_parameters()}
        assert held
        for label, gradient in held.items():
            assert gradient is not None, label
            assert gradient.abs().max() > 0, label


def test_a_turn_of_the_discriminator_leaves_the_generator_alone(picture_task: Build) -> None:
    task = picture_task("dcgan")
    batch = task.batch(0, 4)
    task.generator_loss(batch, 0)
    task.product.zero_grad()
    task.discriminator_loss(batch, 0).backward()
    assert all(weight.grad is None for weight in task.product.parameters())


def test_losses_follow_from_seed_and_place(picture_task: Build) -> None:
    for name in MODELS:
        losses = []
        for seed, position in ((0, 4), (0, 4), (0, 8), (1, 4)):
            task = picture_task(name, seed=seed)
            fixed = Batch(task.batch(0, 4).tensors, 4, position)
            losses.append(round(float(task.turns[0].loss(fixed, 100).detach()), 6))
        assert losses[0] == losses[1]
        assert len(set(losses)) == 3


def test_a_dcgan_is_evaluated_with_the_statistics_of_its_own_weights(picture_task: Build) -> None:
    """An average of weights comes with the statistics of the last weights: made pictures must not depend on them."""
    task = picture_task("dcgan")
    before = task.evaluate(task.product)
    for layer in task.product.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean.fill_(5.0)
            layer.running_var.fill_(0.01)
    assert task.evaluate(task.product) == before
    live = task.product.train()(noise_at(7, 0, (256, 8)))
    settled = task.product.eval()(noise_at(7, 0, (256, 8)))
    assert (live - settled).abs().mean() < 0.1 * live.std()


# ---------------------------------------------------------------- the networks


def test_at_64_pixels_the_layers_are_those_of_the_published_network() -> None:
    """Channels 512, 256, 128, 64 from 4 x 4 to 32 x 32 and back, without biases: Radford et al., figure 1, halved."""
    config = DcganConfig(latent=100, width=64)
    made, judged = DcganGenerator(config, 64, 3), DcganDiscriminator(config, 64, 3)
    convolutions = [layer for layer in made.layers if isinstance(layer, nn.ConvTranspose2d)]
    assert [layer.in_channels for layer in convolutions] == [100, 512, 256, 128, 64]
    assert [layer.out_channels for layer in judged.layers if isinstance(layer, nn.Conv2d)] == [64, 128, 256, 512, 1]
    assert sum(weight.numel() for weight in made.parameters()) == 3_576_704
    assert sum(weight.numel() for weight in judged.parameters()) == 2_765_568


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("size", [16, 32, 64, 128, 256])
@pytest.mark.parametrize("channels", [1, 3])
def test_sizes_and_channels(name: str, size: int, channels: int) -> None:
    kind = find_model(name)
    module = load_class(kind.factory)(load_class(kind.config)(latent=5, width=8), size, channels).eval()
    with torch.no_grad():
        made = module(torch.randn(2, 5))
        assert made.shape == (2, channels, size, size)
        if isinstance(module, VaeModel):
            assert [part.shape for part in module.encode(made)] == [(2, 5), (2, 5)]
        else:
            assert DcganDiscriminator(DcganConfig(width=8), size, channels)(made).shape == (2,)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("size", ["tiny", "small", "base"])
def test_every_size_is_valid(name: str, size: str) -> None:
    kind = find_model(name)
    network, loop = split_settings(kind.size(size), load_class(kind.config))
    config = validated(load_class(kind.config), network)
    assert validated(LoopConfig, loop).steps >= 500
    with torch.device("meta"):
        module = load_class(kind.factory)(config, 32, 3)
    count = sum(weight.numel() for weight in module.parameters())
    assert count > {"tiny": 5e4, "small": 4e5, "base": 8e5}[size]


def test_divergence_is_that_of_normal_distributions() -> None:
    from torch.distributions import Normal, kl_divergence

    mean, log_variance = torch.randn(4, 3), torch.randn(4, 3)
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0))
    assert torch.allclose(divergence(mean, log_variance), expected, atol=1e-5)


def test_the_error_prefers_a_sharp_edge_to_a_blur() -> None:
    wanted = torch.ones(1, 1, 16, 16)
    wanted[..., :8] = -1
    blurred = wanted.clone()
    blurred[..., 7], blurred[..., 8] = -0.5, 0.5
    shifted_tone = wanted - (blurred - wanted).abs().mean()  # as far away pixel by pixel
    assert picture_error(blurred, wanted, 0.0) == pytest.approx(float(picture_error(shifted_tone, wanted, 0.0)))
    assert picture_error(blurred, wanted, 1.0) > picture_error(shifted_tone, wanted, 1.0)


def test_free_bits_cost_nothing(picture_task: Build) -> None:
    task = picture_task("vae", free_bits=2.0)
    assert float(task._cost(torch.zeros(4, 8), torch.zeros(4, 8))) == pytest.approx(8 * 2 * 0.6931, rel=1e-3)
    far = torch.full((4, 8), 3.0)
    assert float(task._cost(far, torch.zeros(4, 8))) == pytest.approx(8 * 4.5)


def test_new_codes_lie_as_the_training_pictures_do() -> None:
    module = VaeModel(VaeConfig(latent=3, width=8), 16, 3)
    mixed = torch.randn(5000, 3) @ torch.tensor([[2.0, 0, 0], [1, 0.5, 0], [0, 0, 0.1]]) + torch.tensor([1.0, 2, 3])
    module.fit(mixed)
    drawn = module.placed(torch.randn(20000, 3))
    assert torch.allclose(drawn.mean(0), mixed.mean(0), atol=0.1)
    assert torch.allclose(drawn.T.cov(), mixed.T.cov(), atol=0.15)
    assert torch.allclose(module.extent()[1][0], mixed.std(0), atol=0.01)


# ---------------------------------------------------------------- runs


@pytest.mark.parametrize("model", MODELS)
def test_a_run_leaves_sheets_and_named_results(quick_pictures: Quick, picture_studio: Studio, model: str) -> None:
    folder = quick_pictures(model)
    outcome = json.loads(folder.config.read_text())["outcome"]
    own = ["validation loss", "reconstruction error", "divergence"] if model == "vae" else []
    assert [result["name"] for result in outcome["results"]] == [*own, "feature distance", "diversity"]
    assert outcome["pictures"] == 48
    sheets = sorted(path.name for path in folder.sheets.iterdir())
    assert f"step-00000006-{1 + (model == 'vae')}.png" in sheets
    with Image.open(folder.sheets / f"final-{1 + (model == 'vae')}.png") as image:
        assert image.size == (4 * (8 * 18 + 2), 4 * (8 * 18 + 2))
    (entry,) = picture_studio.models()
    assert (entry.name, entry.model, entry.state) == ("m", model, "finished at step 12")
    losses = {key for line in read_metrics(folder.metrics) if line["kind"] == "step" for key in line}
    assert losses >= ({"loss"} if model == "vae" else {"generator loss", "discriminator loss"})


@pytest.mark.parametrize(
    ("model", "more"),
    [
        ("vae", {}),
        ("vae", {"ema": 0.9, "accumulate": 2, "mirror": True}),
        ("dcgan", {}),
        ("dcgan", {"ema": 0.9, "accumulate": 2, "spectral": True, "loss": "hinge"}),
    ],
)
def test_a_stopped_run_goes_on_exactly(quick_pictures: Quick, model: str, more: dict[str, Any]) -> None:
    whole = quick_pictures(model, "whole", **more)
    asked = iter([False] * 7)
    with pytest.raises(Interrupted, match=f"miaobi train {model} --name part --resume"):
        quick_pictures(model, "part", should_stop=lambda: next(asked, True), **more)
    part = quick_pictures(model, "part", resume=True)
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    first, second = load_file(whole.weights), load_file(part.weights)
    assert first.keys() == second.keys()
    assert all(torch.equal(tensor, second[name]) for name, tensor in first.items())
    for path in whole.sheets.iterdir():
        assert path.read_bytes() == (part.sheets / path.name).read_bytes()


@pytest.mark.parametrize("model", MODELS)
def test_what_was_trained_opens_again_and_makes_what_its_sheet_shows(
    quick_pictures: Quick, picture_task: Build, model: str
) -> None:
    folder = quick_pictures(model)
    module, network = open_picture_model(folder)
    assert (network["size"], network["channels"]) == (16, 3)
    assert not any(weight.requires_grad for weight in module.parameters())
    (*_, sample) = picture_task(model).samples(module, 1000)
    made, kept = sample.files[".png"], (folder.sheets / f"final-{1 + (model == 'vae')}.png").read_bytes()
    pairs = zip(_pixels(made), _pixels(kept), strict=True)
    assert max(abs(one - other) for one, other in pairs) <= 1  # a sum in another order may round to the next level


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": "odd"}, "16, 32, 64, 128, 256 pixels a side, and these have 24"),
        ({"latent": 0}, "'latent' cannot be used: input should be greater than or equal to 1"),
        ({"widht": 3}, "no setting 'widht'. Did you mean width?"),
    ],
)
def test_what_cannot_be_is_refused(
    quick_pictures: Quick, picture_studio: Studio, model: str, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        quick_pictures(model, **given)
    assert picture_studio.models() == ()


def test_an_unknown_augmentation_is_refused(quick_pictures: Quick) -> None:
    with pytest.raises(InputError, match="'augment' cannot be used: there is no augmentation 'blur'"):
        quick_pictures("dcgan", augment="blur")


def test_weights_of_another_model_are_refused(quick_pictures: Quick) -> None:
    folder = quick_pictures("vae")
    other = quick_pictures("dcgan", "other")
    folder.weights.write_bytes(other.weights.read_bytes())
    with pytest.raises(InputError, match="does not fit"):
        open_picture_model(folder)


def _pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()
