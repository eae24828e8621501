"""Tuning tiny diffusion pipelines: the adapter learns what the scheduler asks for, goes on exactly, and reads back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from tune_pipelines import SIDE, save_stable_diffusion, save_stable_diffusion_3

from miaobi.base.engine import ImageRequest, open_engine
from miaobi.create.registry import engine_ref
from miaobi.errors import InputError, Interrupted, UnknownNameError
from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.catalog import find_model
from miaobi.train.data.open import open_dataset
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig
from miaobi.train.record import read_metrics
from miaobi.train.tune.image import ImageTuningTask
from miaobi.train.tune.image_config import ImageTuningConfig
from miaobi.train.tune.image_pipeline import open_pipeline, pipeline_base
from miaobi.train.tune.noising import FlowNoising, noising_of

QUICK = {"steps": 4, "batch": 2, "warmup": 1, "evaluate_every": 2, "sample_every": 4, "checkpoint_every": 2, "rank": 2,
         "alpha": 6, "sample_steps": 2, "precision": "float32", "learning_rate": 0.01}  # fmt: skip
Tune = Callable[..., ModelFolder]


@pytest.fixture(scope="session")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By name, each saved on disk."""
    place = tmp_path_factory.mktemp("pipelines")
    return {
        "epsilon": save_stable_diffusion(place / "epsilon"),
        "v": save_stable_diffusion(place / "v", "v_prediction"),
        "flow": save_stable_diffusion_3(place / "flow"),
    }


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with pictures: "drawings" with captions, "dogs" and "bare" without, "wide" of another size."""
    home, place = tmp_path_factory.mktemp("gallery"), tmp_path_factory.mktemp("drawn")
    studio = Studio(load_settings({"home": home}, {}))
    for name, side, captioned in (
        ("drawings", SIDE, True),
        ("dogs", SIDE, True),
        ("bare", SIDE, False),
        ("wide", 18, True),
    ):
        folder = place / name
        folder.mkdir()
        for number in range(12):
            random = np.random.default_rng((number, len(name)))
            small = random.integers(0, 255, (4, 4, 3), dtype=np.uint8)
            Image.fromarray(small).resize((side, side), Image.Resampling.NEAREST).save(folder / f"{number}.png")
            if captioned:
                (folder / f"{number}.txt").write_text(f"a {name} {number % 3}")
        options = {"name": name, "picture_size": side, "validation": 0.3, "drop_duplicates": False}
        studio.collect([folder], options, kind="pictures")
    return home


@pytest.fixture
def studio(gallery: Path, tmp_path: Path) -> Studio:
    shutil.copytree(gallery / "lab", tmp_path / "home" / "lab")
    return Studio(load_settings({"home": tmp_path / "home"}, {}))


@pytest.fixture
def tune_image(studio: Studio, pipelines: dict[str, Path]) -> Tune:
    def run(name: str = "m", **given: Any) -> ModelFolder:
        names = ("resume", "should_stop", "listener", "data", "base", "prompt", "class_data")
        options = {key: given.pop(key) for key in names if key in given}
        if not options.get("resume"):
            options = {"base": str(pipelines["epsilon"]), "data": "drawings", **options}
            given = {**QUICK, **given}
        studio.tune_image(name, options=given, **options)
        return ModelFolder(studio.settings.home, name)

    return run


@pytest.fixture
def task(gallery: Path, pipelines: dict[str, Path]) -> Callable[..., ImageTuningTask]:
    def build(pipeline: str = "epsilon", data: tuple[str, ...] = ("drawings",), **given: Any) -> ImageTuningTask:
        base = pipeline_base(pipelines[pipeline])
        config = ImageTuningConfig(base=base.id, base_digest=base.digest, **{"rank": 4, "sample_steps": 2, **given})
        sets = [open_dataset(gallery, name, "pictures") for name in data]
        torch.manual_seed(0)
        model = find_model("image_lora" if len(data) == 1 else "dreambooth")
        return ImageTuningTask(model, config, sets, LoopConfig(), torch.device("cpu"), base=base)

    return build


# ---------------------------------------------------------------- what is learned


@pytest.mark.parametrize("pipeline", ["epsilon", "v", "flow"])
def test_it_learns_a_batch_and_every_adapter_weight_gets_a_gradient(
    task: Callable[..., ImageTuningTask], pipeline: str
) -> None:
    tuning = task(pipeline, rank=8)
    batch, weights = tuning.batch(0, 2), [w for w in tuning.module.parameters() if w.requires_grad]
    optimizer = torch.optim.Adam(weights, lr=3e-2)
    losses = []
    for step in range(40):
        loss = tuning.loss(batch, step)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        if step == 1:  # at first B is zero, and A has no gradient
            dead = [n for n, w in tuning.module.named_parameters() if w.requires_grad and not w.grad.abs().max() > 0]
            assert not [
                name for name in dead if "blocks.1.attn.add_q_proj" not in name
            ]  # nobody reads the text after it
            assert all(w.grad is None for w in tuning.module.parameters() if not w.requires_grad)
        optimizer.step()
    assert losses[-1] < 0.9 * losses[0]


@pytest.mark.parametrize(("pipeline", "kind"), [("epsilon", "epsilon"), ("v", "v_prediction")])
def test_noise_and_targets_are_those_of_the_scheduler(pipelines: dict[str, Path], pipeline: str, kind: str) -> None:
    pipe = open_pipeline(pipelines[pipeline], torch.device("cpu"))
    noising = noising_of(pipe.pipe.scheduler)
    clean, noise = torch.randn(2, 2, 4, 8, 8)
    times = noising.times(torch.tensor([0.1, 0.999999]))
    assert times.tolist() == [100, 999]
    share = pipe.pipe.scheduler.alphas_cumprod[times].sqrt()[:, None, None, None]
    other = (1 - share**2).sqrt()
    assert torch.allclose(noising.mix(clean, noise, times), share * clean + other * noise, atol=1e-5)
    wanted = noise if kind == "epsilon" else share * noise - other * clean
    assert torch.allclose(noising.target(clean, noise, times), wanted, atol=1e-5)


def test_a_flow_is_a_straight_way(pipelines: dict[str, Path]) -> None:
    noising = open_pipeline(pipelines["flow"], torch.device("cpu")).noising
    assert isinstance(noising, FlowNoising)
    clean, noise = torch.randn(2, 3, 4, 8, 8)
    times = noising.times(torch.tensor([0.0, 0.5, 1.0]))
    assert times[1].item() == pytest.approx(750)  # half way, shifted by 3
    assert times[0] < 50
    assert times[2] > 990
    moved = noising.mix(clean, noise, times + 1) - noising.mix(clean, noise, times)
    assert torch.allclose(moved * 1000, noising.target(clean, noise, times), atol=1e-2)


def test_a_batch_depends_on_its_place_alone(task: Callable[..., ImageTuningTask]) -> None:
    whole = task(mirror=True).batch(3, 6)
    tuning = task(mirror=True)
    parts = [tuning.batch(3, 2), tuning.batch(5, 4)]
    for tensor, *pieces in zip(whole.tensors, *(part.tensors for part in parts), strict=True):
        assert torch.equal(tensor, torch.cat(pieces))


def test_the_class_is_learned_beside_the_subject(task: Callable[..., ImageTuningTask]) -> None:
    given = {"prompt": "a photo of sks dog", "prior_weight": 0.5}
    both = task(data=("bare", "dogs"), **given)
    batch = both.batch(0, 3)
    assert [len(tensor) for tensor in batch.tensors] == [6] * 4
    alone, of_class = task(data=("bare",), **given), task(data=("dogs",))
    errors = both._errors(both._tuned, *batch.tensors)
    assert both.loss(batch, 0).item() == pytest.approx(errors[:3].mean().item() + 0.5 * errors[3:].mean().item())
    assert torch.equal(batch.tensors[0][:3], alone.batch(0, 3).tensors[0])
    assert not torch.equal(batch.tensors[0][3:], of_class.batch(0, 3).tensors[0])  # noise of its own
    assert torch.equal(batch.tensors[3][0], batch.tensors[3][1])  # one prompt for the subject
    assert not torch.equal(batch.tensors[3][3], batch.tensors[3][0])


# ---------------------------------------------------------------- the run


@pytest.mark.parametrize("pipeline", ["epsilon", "flow"])
def test_a_tuned_pipeline_is_kept_and_read_by_diffusers(
    tune_image: Tune, pipelines: dict[str, Path], pipeline: str
) -> None:
    folder = tune_image(base=str(pipelines[pipeline]), learning_rate=0.1)
    found = {path.name for path in folder.path.iterdir()} - {".lock"}
    assert found == {
        "config.json", "weights.safetensors", "card.json", "checkpoint", "metrics.jsonl", "report.html", "samples",
        "samples.txt", "tensorboard", "lora",
    }  # fmt: skip
    assert all(".lora_" in name for name in load_file(folder.weights))
    assert [result["name"] for result in folder.read_config()["outcome"]["results"]] == ["validation loss"]
    pipe = open_pipeline(pipelines[pipeline], torch.device("cpu"))
    how = {"guidance_scale": 2.0, "num_inference_steps": 2}
    before = pipe.draw(pipe.network, ["a dog"], [1], SIDE, **how)
    pipe.pipe.load_lora_weights(str(folder.path / "lora"))
    after = pipe.draw(pipe.network, ["a dog"], [1], SIDE, **how)
    assert not torch.allclose(before, after, atol=1e-3)
    from miaobi.train.sample_wish import SampleWish
    from miaobi.train.tune.image_sample import TunedArtist

    ours = TunedArtist(folder).draw("a dog", [1], SampleWish(guidance=2.0, steps=2))
    assert torch.allclose(ours, after, atol=1e-4)


@pytest.mark.parametrize("more", [{}, {"ema": 0.9, "accumulate": 2, "mirror": True, "dropout": 0.2}])
def test_a_stopped_run_goes_on_exactly(tune_image: Tune, more: dict[str, Any]) -> None:
    whole = tune_image("whole", **more)
    asked = iter([False] * 2)
    with pytest.raises(Interrupted, match="miaobi tune image --name part --resume"):
        tune_image("part", should_stop=lambda: next(asked, True), **more)
    part = tune_image("part", resume=True)
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    ours, theirs = load_file(part.weights), load_file(whole.weights)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_dreambooth_runs_samples_and_is_an_engine(tune_image: Tune, studio: Studio) -> None:
    folder = tune_image(data="bare", prompt="a photo of sks dog", class_data="dogs")
    assert folder.read_config()["model"] == "dreambooth"
    assert folder.read_config()["data"]["names"] == ["bare", "dogs"]
    assert "a photo of sks dog" in folder.samples.read_text()
    (sheet,) = studio.sample("m", count=2, columns=2, steps=2)
    assert sheet.files[".png"].startswith(b"\x89PNG")
    assert "a photo of sks dog" in sheet.text
    engine = open_engine(engine_ref("image:lab/m", studio.settings.home))
    made = engine.generate(ImageRequest(prompt="a dog", width=64, height=64))
    assert (made.width, made.height) == (64, 64)
    shutil.rmtree(folder.path / "lora")
    tune_image(resume=True)
    assert (folder.path / "lora" / "pytorch_lora_weights.safetensors").is_file()


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": "bare"}, "No picture of bare has a caption.*--dreambooth PROMPT"),
        ({"data": "none"}, "no data set 'none'"),
        ({"data": None}, "needs a pipeline and pictures"),
        ({"base": None}, "needs a pipeline and pictures"),
        ({"base": "none"}, "There is no folder"),
        ({"class_data": "dogs"}, "needs a prompt"),
        ({"prompt": "x", "class_data": "bare", "data": "dogs"}, "No picture of bare has a caption.*class_prompt"),
        ({"rank": 0}, "'rank' cannot be used"),
        ({"data": "wide"}, "18 x 18, and this pipeline takes multiples of 4.*--picture-size 16"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(
    tune_image: Tune, studio: Studio, given: dict[str, Any], said: str
) -> None:
    with pytest.raises((InputError, UnknownNameError), match=said):
        tune_image(**given)
    assert studio.models() == ()


def test_other_pipelines_and_pickles_are_refused(tune_image: Tune, pipelines: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(pipelines["epsilon"], folder)
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(tmp_path / "kept.safetensors")
    torch.save({}, folder / "unet" / "diffusion_pytorch_model.bin")
    with pytest.raises(InputError, match=r"diffusion_pytorch_model\.bin is a pickle"):
        tune_image(base=str(folder))
    (tmp_path / "kept.safetensors").rename(weights)
    index = (folder / "model_index.json").read_text()
    (folder / "model_index.json").write_text(index.replace("StableDiffusionPipeline", "FluxPipeline"))
    with pytest.raises(InputError, match="is a FluxPipeline, which cannot be tuned"):
        tune_image(base=str(folder))
    (folder / "model_index.json").write_text("[]")
    with pytest.raises(InputError, match="cannot be tuned"):
        tune_image(base=str(folder))
    (folder / "model_index.json").write_text("{")
    with pytest.raises(InputError, match=r"model_index\.json cannot be read"):
        tune_image(base=str(folder))


def test_a_resumed_run_refuses_another_pipeline(tune_image: Tune, pipelines: dict[str, Path]) -> None:
    asked = iter([False] * 2)
    with pytest.raises(Interrupted):
        tune_image(should_stop=lambda: next(asked, True))
    with pytest.raises(InputError, match="of another run: base"):
        tune_image(resume=True, base=str(pipelines["v"]))
