"""stylegan and cyclegan on two processes: the same losses as on one, the pool of past pictures included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file
from test_processes import launched

from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.folder import ModelFolder
from miaobi.train.record import read_metrics

COMMON: dict[str, Any] = {
    "steps": 8, "batch": 8, "precision": "float32", "clip": 0.0, "weight_decay": 0.0, "warmup": 2, "ema": 0.9,
    "evaluate_every": 8, "evaluate_examples": 16, "sample_every": 8, "checkpoint_every": 8,
}  # fmt: skip
MODELS: dict[str, Any] = {
    "stylegan": {
        "data": ["shapes"],
        "options": {
            **COMMON, "latent": 8, "mapping": 2, "channels": 8, "most_channels": 16, "r1_every": 3, "beta1": 0.0,
            "path_length": 1.0, "path_every": 2,
        },
    },
    "cyclegan": {
        "data": ["shapes", "night"],
        "options": {**COMMON, "channels": 4, "halvings": 1, "blocks": 1, "patch": 2, "pool": 12, "beta1": 0.5},
    },
}  # fmt: skip

WORKER = """
import json, sys
from pathlib import Path

import torch

from miaobi.settings import load_settings
from miaobi.studio import Studio

torch.set_num_threads(1)
studio = Studio(load_settings({"home": Path(sys.argv[1])}, {}))
for model, wish in json.loads(sys.argv[2]).items():
    studio.train(model, f"{model}-two", **wish)
"""


def curve(folder: ModelFolder) -> list[dict[str, float]]:
    lines = [line for line in read_metrics(folder.metrics) if line["kind"] == "step"]
    return [{key: value for key, value in line.items() if key != "kind"} for line in lines]


@pytest.mark.slow
def test_two_processes_learn_what_one_learns(picture_studio: Studio, tmp_path: Path) -> None:
    home = picture_studio.settings.home
    worker = tmp_path / "worker.py"
    worker.write_text(WORKER, encoding="utf-8")
    with launched([str(worker), str(home), json.dumps(MODELS)], home) as process:
        _, said = process.communicate(timeout=270)
    assert process.returncode == 0, said
    alone = Studio(load_settings({"home": home}, {}))
    for model, wish in MODELS.items():
        alone.train(model, f"{model}-one", **wish)
        one, two = (ModelFolder(home, f"{model}-{count}") for count in ("one", "two"))
        for mine, its in zip(curve(one), curve(two), strict=True):
            assert mine == pytest.approx(its, rel=2e-3, abs=1e-4), model
        first, second = load_file(one.weights), load_file(two.weights)
        assert max(float((tensor - second[name]).abs().max()) for name, tensor in first.items()) < 1e-3
