"""Generators of pictures as ONNX: what they make is what PyTorch makes, and needs no PyTorch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import torch

from miaobi.errors import EngineUnavailableError
from miaobi.studio import Studio
from miaobi.train.catalog import find_model, load_class
from miaobi.train.folder import ModelFolder
from miaobi.train.pictures.batches import to_pixels
from miaobi.train.pictures.engine import LabImageEngine
from miaobi.train.pictures.onnx_maker import exported_maker

MODELS = ["vae", "dcgan", "diffusion"]
WITHOUT_PYTORCH = """
import hashlib, json, sys
from pathlib import Path
for name in ("torch", "safetensors", "tensorboardX", "onnx"):
    sys.modules[name] = None
from miaobi.base.engine import ImageRequest
from miaobi.train.pictures.engine import LabImageEngine
engine = LabImageEngine.open("m", Path(sys.argv[1]))
made = engine.generate(ImageRequest(prompt="a tree", width=96, height=64, seed=3))
print(json.dumps([engine.card.fingerprint, made.width, made.image.media_type, len(made.image.read())]))
"""


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("data", ["shapes", "grey"])
def test_an_export_makes_the_pictures_of_the_model(
    quick_pictures: Callable[..., ModelFolder], picture_studio: Studio, model: str, data: str
) -> None:
    folder = quick_pictures(model, data=data)
    path, record = picture_studio.export("m")
    assert path == folder.onnx
    assert record.difference < 1e-4
    mine, theirs = load_class(find_model(model).maker)(folder), exported_maker(folder)
    for seed in (0, 1, 77):
        wanted = to_pixels(mine("a disc", seed)[None])[0]
        assert theirs("a disc", seed).shape == wanted.shape
        assert np.abs(theirs("a disc", seed).astype(int) - wanted).max() <= 1


@pytest.mark.parametrize("model", MODELS)
def test_without_pytorch_the_engine_runs_the_export(
    quick_pictures: Callable[..., ModelFolder], picture_studio: Studio, model: str
) -> None:
    folder = quick_pictures(model)
    picture_studio.export("m")
    command = [sys.executable, "-c", WITHOUT_PYTORCH, str(folder.home)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    fingerprint, width, media_type, size = json.loads(done.stdout)
    assert "onnxruntime-" in fingerprint
    assert (width, media_type) == (96, "image/png")
    assert size > 200
    assert "torch-" in LabImageEngine.open("m", folder.home).card.fingerprint


def test_an_export_of_other_weights_is_refused(
    quick_pictures: Callable[..., ModelFolder], picture_studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = quick_pictures("vae")
    picture_studio.export("m")
    quick_pictures("vae", resume=True, steps=16)
    monkeypatch.setattr("miaobi.train.engine_card.missing_for_lab", lambda: "missing torch")
    with pytest.raises(EngineUnavailableError, match="is of other weights"):
        LabImageEngine.open("m", folder.home)


def test_the_graph_takes_any_number_of_rows(quick_pictures: Callable[..., ModelFolder], picture_studio: Studio) -> None:
    from miaobi.train.onnx_file import open_session

    folder = quick_pictures("dcgan")
    picture_studio.export("m")
    session = open_session(folder.onnx)
    (made,) = session.run(["pictures"], {"noise": torch.randn(7, 8).numpy()})
    assert made.shape == (7, 3, 16, 16)
    assert np.abs(made).max() <= 1
