"""Drawn pictures, data sets made from them, and quick training runs of picture models."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from drawn import draw
from PIL import Image, ImageOps

from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.catalog import find_model, load_class
from miaobi.train.data.open import open_dataset
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig, split_settings, validated

COUNT = 40
SMALLEST: dict[str, dict[str, Any]] = {
    "vae": {"latent": 8, "width": 8, "blocks": 1, "kl_warmup": 4},
    "dcgan": {"latent": 8, "width": 8, "beta1": 0.5, "clip": 0.0},
    "diffusion": {
        "autoencoder_width": 8,
        "autoencoder_steps": 5,
        "layers": 2,
        "heads": 2,
        "width": 16,
        "caption_width": 16,
        "caption_layers": 1,
        "caption_tokens": 8,
    },
    "stylegan": {
        "latent": 8,
        "mapping": 2,
        "channels": 8,
        "most_channels": 16,
        "r1_every": 3,
        "beta1": 0.0,
        "clip": 0.0,
    },
    "cyclegan": {"channels": 4, "halvings": 1, "blocks": 1, "patch": 2, "pool": 6, "beta1": 0.5, "clip": 0.0},
}
QUICK = {
    "steps": 12, "batch": 4, "warmup": 2, "evaluate_every": 4, "evaluate_examples": 16, "sample_every": 6,
    "checkpoint_every": 4,
}  # fmt: skip


@pytest.fixture(scope="session")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures, each with a caption beside it."""
    folder = tmp_path_factory.mktemp("drawings")
    for number in range(COUNT):
        draw(number).save(folder / f"{number:02d}.png")
        (folder / f"{number:02d}.txt").write_text(f"a {'disc' if number % 2 else 'square'}")
    return folder


@pytest.fixture(scope="session")
def picture_lab(drawings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with data sets, which tests copy: "shapes" and "night" (16 pixels, colour), "grey" (16), "odd" (24)."""
    home = tmp_path_factory.mktemp("picture-home")
    studio = Studio(load_settings({"home": home}, {}))
    shared = {"validation": 0.2, "drop_duplicates": False, "licence": "CC0"}
    studio.collect([drawings], {"name": "shapes", "picture_size": 16, **shared})
    night = tmp_path_factory.mktemp("night")
    for path in drawings.glob("*.png"):
        ImageOps.invert(Image.open(path)).save(night / path.name)
    studio.collect([night], {"name": "night", "picture_size": 16, **shared})
    studio.collect([drawings], {"name": "grey", "picture_size": 16, "channels": "grey", **shared})
    studio.collect([drawings], {"name": "odd", "picture_size": 24, **shared})
    return home


@pytest.fixture
def picture_studio(picture_lab: Path, tmp_path: Path) -> Studio:
    """A studio whose home has the data sets and nothing else."""
    shutil.copytree(picture_lab / "lab", tmp_path / "home" / "lab")
    return Studio(load_settings({"home": tmp_path / "home"}, {}))


@pytest.fixture
def quick_pictures(picture_studio: Studio) -> Callable[..., ModelFolder]:
    """Trains the smallest model of a kind for a few steps; keywords are settings or options of Studio.train."""

    def run(model: str, name: str = "m", **given: Any) -> ModelFolder:
        options = {key: given.pop(key) for key in ("resume", "should_stop", "listener", "data") if key in given}
        settings = given if options.get("resume") else {**SMALLEST[model], **QUICK, **given}
        picture_studio.train(model, name, options=settings, **{"data": "shapes", **options})
        return ModelFolder(picture_studio.settings.home, name)

    return run


@pytest.fixture
def picture_task(picture_lab: Path) -> Callable[..., Any]:
    """Builds the task of a model over a data set, without a run around it."""

    def build(name: str, *data: str, **given: Any) -> Any:
        torch.manual_seed(1)
        model = find_model(name)
        kind = load_class(model.config)
        network, loop = split_settings({**SMALLEST[name], **QUICK, **given}, kind)
        datasets = [open_dataset(picture_lab, name, "pictures") for name in data or ("shapes",)]
        config, loop_config = validated(kind, network), validated(LoopConfig, loop)
        return load_class(model.task)(model, config, datasets, loop_config, torch.device("cpu"))

    return build
