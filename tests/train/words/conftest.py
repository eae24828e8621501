"""An invented language whose words have meanings that a test knows, and vectors trained on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.folder import ModelFolder

TOPICS, WORDS = 8, 6
QUICK = {
    "dimensions": 16, "min_count": 2, "weight_decay": 0.0, "steps": 80, "batch": 16, "learning_rate": 0.06, "warmup": 5,
    "evaluate_every": 20, "evaluate_examples": 64, "sample_every": 40, "checkpoint_every": 20, "precision": "float32",
}  # fmt: skip
QUICK_GLOVE = {"kind": "glove", "steps": 150, "batch": 512, "learning_rate": 0.1}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Small models are quickest so, and tests run side by side."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 documents, each about one topic: a third of its words are the topic's own, such as sea3, the others are
    small words that stand everywhere."""
    folder, random = tmp_path_factory.mktemp("invented"), np.random.default_rng(5)
    for number in range(200):
        topic = ("sea", "sky", "war", "art", "tea", "law", "bee", "ice")[number % TOPICS]
        words = [
            f"{topic}{random.integers(WORDS)}" if random.random() < 0.35 else f"of{int(30 * random.random() ** 2)}"
            for _ in range(90)
        ]
        (folder / f"{number:03d}.txt").write_text(" ".join(words), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def words_lab(invented: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the data set "invented" and the vectors "sg" and "glove"."""
    home = tmp_path_factory.mktemp("words-home")
    studio = Studio(load_settings({"home": home}, {}))
    options = {"validation": 0.2, "drop_duplicates": False, "licence": "CC0"}
    studio.collect([invented], {"name": "invented", **options})
    studio.train("word_vectors", "sg", data="invented", options=QUICK)
    studio.train("word_vectors", "glove", data="invented", options={**QUICK, **QUICK_GLOVE})
    return home


@pytest.fixture
def studio(words_lab: Path, tmp_path: Path) -> Studio:
    """A studio with a copy of all that."""
    shutil.copytree(words_lab / "lab", tmp_path / "home" / "lab")
    return Studio(load_settings({"home": tmp_path / "home"}, {}))


@pytest.fixture
def learn(studio: Studio) -> Callable[..., ModelFolder]:
    """Trains vectors of a kind for a few steps; keywords are settings or options of Studio.train."""

    def run(kind: str = "skipgram", name: str = "m", data: str = "invented", **given: Any) -> ModelFolder:
        options = {key: given.pop(key) for key in ("resume", "should_stop") if key in given}
        beside = QUICK_GLOVE if kind == "glove" else {"kind": kind}
        settings = given if options.get("resume") else {**QUICK, **beside, **given}
        studio.train("word_vectors", name, data=data, options=settings, **options)
        return ModelFolder(studio.settings.home, name)

    return run
