"""Made-up tunes, a data set of them, and quick training runs of melody models."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from played import folk_tune, write_midi

from miaobi.settings import load_settings
from miaobi.studio import DataSet, Studio
from miaobi.train.data.music.dataset import MusicDataset
from miaobi.train.folder import ModelFolder

COUNT = 24
SMALLEST = {"layers": 2, "heads": 2, "width": 32, "context": 256, "dropout": 0.1}
QUICK = {
    "steps": 8, "batch": 4, "warmup": 2, "evaluate_every": 4, "evaluate_examples": 4, "sample_every": 4,
    "checkpoint_every": 3,
}  # fmt: skip


@pytest.fixture
def collect(tmp_path: Path) -> Callable[..., DataSet]:
    """Makes a data set below an empty home through the studio."""

    def run(*material: Path, replace: bool = False, **options: Any) -> DataSet:
        studio = Studio(load_settings({"home": tmp_path / "home"}, {"SOURCE_DATE_EPOCH": "1763683200"}))
        return studio.collect(material, {"name": "made", **options}, replace=replace)

    return run


@pytest.fixture(scope="session")
def songbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 24 MIDI files, in four keys and two meters."""
    folder = tmp_path_factory.mktemp("songbook")
    for number in range(COUNT):
        quarters = 3 + number % 2
        tune = folk_tune(number, quarters=quarters, keynote=60 + (0, 2, 5, 7)[number % 4])
        key = ("C", "D", "F", "G")[number % 4]
        write_midi(folder / f"{number:02d}.mid", [tune], meter=(quarters, 4), key=key)
    return folder


@pytest.fixture(scope="session")
def music_home(songbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the data set "songs"; tests copy it."""
    home = tmp_path_factory.mktemp("music-home")
    Studio(load_settings({"home": home}, {})).collect(
        [songbook], {"name": "songs", "validation": 0.2, "licence": "CC0"}
    )
    return home


@pytest.fixture
def songs(music_home: Path) -> MusicDataset:
    """The data set, opened."""
    return MusicDataset.open(music_home / "lab" / "data" / "songs")


@pytest.fixture
def music_studio(music_home: Path, tmp_path: Path) -> Studio:
    """A studio whose home has the data set and nothing else."""
    shutil.copytree(music_home / "lab", tmp_path / "home" / "lab")
    return Studio(load_settings({"home": tmp_path / "home"}, {}))


@pytest.fixture
def quick_melody(music_studio: Studio) -> Callable[..., ModelFolder]:
    """Trains the smallest melody model for a few steps; keywords are settings or options of Studio.train."""

    def run(name: str = "m", **given: Any) -> ModelFolder:
        options = {key: given.pop(key) for key in ("resume", "should_stop", "listener", "data") if key in given}
        settings = given if options.get("resume") else {**SMALLEST, **QUICK, **given}
        music_studio.train("melody", name, options=settings, **{"data": "songs", **options})
        return ModelFolder(music_studio.settings.home, name)

    return run
