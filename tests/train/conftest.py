"""A small corpus, a data set made from it, and quick training runs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.folder import ModelFolder

VERSE = (
    "The river runs below the hill,\nAnd over it the evening falls;\nThe bell is rung, the mill is still,\n"
    "A heron by the water calls.\n"
)
SMALLEST = {
    "transformer": {"layers": 2, "heads": 2, "width": 32, "context": 32, "dropout": 0.1},
    "lstm": {"layers": 2, "embedding": 16, "units": 32, "context": 32, "dropout": 0.1},
    "text_vae": {"embedding": 16, "units": 32, "latent": 8, "context": 40, "dropout": 0.1, "anneal": 8},
}
QUICK = {"steps": 12, "batch": 4, "warmup": 2, "evaluate_every": 4, "sample_every": 6, "checkpoint_every": 4}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Small models are quickest so, and tests run side by side."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 24 texts."""
    folder = tmp_path_factory.mktemp("corpus")
    for number in range(24):
        name = ("Anna", "Ben", "Chen", "Dora")[number % 4]
        (folder / f"{number:02d}.txt").write_text(f"{name} {number}\n{VERSE}" * (3 + number % 5), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def lab(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the data set "verse"; tests copy it."""
    home = tmp_path_factory.mktemp("lab-home")
    studio = Studio(load_settings({"home": home}, {}))
    studio.collect([corpus], {"name": "verse", "validation": 0.2, "drop_duplicates": False, "licence": "CC0"})
    return home


@pytest.fixture
def studio(lab: Path, tmp_path: Path) -> Studio:
    """A studio whose home has the data set and nothing else."""
    shutil.copytree(lab / "lab", tmp_path / "home" / "lab")
    return Studio(load_settings({"home": tmp_path / "home"}, {}))


@pytest.fixture
def quick(studio: Studio) -> Callable[..., ModelFolder]:
    """Trains the smallest model of a kind for a few steps; keywords are settings or options of Studio.train."""

    def run(model: str = "transformer", name: str = "m", **given: Any) -> ModelFolder:
        options = {key: given.pop(key) for key in ("resume", "should_stop", "listener", "data") if key in given}
        settings = given if options.get("resume") else {**SMALLEST[model], **QUICK, **given}
        studio.train(model, name, options=settings, **{"data": "verse", **options})
        return ModelFolder(studio.settings.home, name)

    return run
