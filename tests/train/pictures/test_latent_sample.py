"""`miaobi sample` and `image:lab/NAME` for models that draw from a vector of latents."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from drawn import draw
from PIL import Image
from torch import nn

from miaobi.base.engine import ImageRequest
from miaobi.create.registry import describe_engine, engine_ref, known_engines
from miaobi.errors import EngineUnavailableError, GenerationError, InputError
from miaobi.studio import Studio
from miaobi.train.folder import ModelFolder
from miaobi.train.pictures.engine import LabImageEngine
from miaobi.train.pictures.latent_sample import children_of, spherical
from miaobi.train.sample import Sample

MODELS = ["vae", "dcgan"]


@pytest.fixture(params=MODELS)
def trained(request: pytest.FixtureRequest, quick_pictures: Callable[..., ModelFolder]) -> ModelFolder:
    return quick_pictures(request.param)


@pytest.fixture
def ask(picture_studio: Studio) -> Callable[..., list[Sample]]:
    return lambda **options: list(picture_studio.sample("m", **options))


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path]:
    """Two pictures of a person, neither of them of the model's size or mode."""
    draw(101, 50).save(tmp_path / "one.png")
    draw(102, 64).convert("L").save(tmp_path / "two.jpg")
    return tmp_path / "one.png", tmp_path / "two.jpg"


def size_of(sample: Sample) -> tuple[int, int]:
    with Image.open(io.BytesIO(sample.files[".png"])) as image:
        return image.size


# ---------------------------------------------------------------- samples


def test_pictures_by_seed(trained: ModelFolder, ask: Callable[..., list[Sample]]) -> None:
    first, second = ask(count=2, seed=5)
    assert (size_of(first), first.text, second.text) == ((16, 16), "seed 5", "seed 6")
    assert first.files != second.files
    assert ask(seed=6)[0].files == second.files
    (sheet,) = ask(count=6, seed=5, columns=3)
    assert size_of(sheet) == (4 * (3 * 18 + 2), 4 * (2 * 18 + 2))


def test_a_walk_begins_and_ends_at_its_pictures(trained: ModelFolder, ask: Callable[..., list[Sample]]) -> None:
    steps = ask(interpolate=9, count=3, seed=5)
    assert len(steps) == 9
    stops = [_pixels(sample) for sample in ask(count=3, seed=5)]
    for step, stop in zip(steps[::4], stops, strict=True):
        assert np.abs(_pixels(step) - stop).max() <= 1
    changes = [np.abs(_pixels(a) - _pixels(b)).mean() for a, b in pairwise(steps)]
    assert max(changes) < np.abs(stops[0] - stops[1]).mean() + np.abs(stops[1] - stops[2]).mean()
    (film,) = ask(interpolate=4, video=True)
    assert film.files[".mp4"][4:8] == b"ftyp"


def test_a_picture_of_a_person(trained: ModelFolder, ask: Callable[..., list[Sample]], given: Any) -> None:
    (sample,) = ask(on=given[0])
    assert "one.png" in sample.text
    assert "% of the range of colours" in sample.text
    assert size_of(sample) == (4 * (2 * 18 + 2), 4 * (18 + 2))


def test_children_of_two_pictures(trained: ModelFolder, ask: Callable[..., list[Sample]], given: Any) -> None:
    (sample,) = ask(breed=given, count=5)
    assert size_of(sample) == (4 * (8 * 18 + 2), 4 * (3 * 18 + 2))
    assert sample.files == ask(breed=given, count=5)[0].files
    assert sample.files != ask(breed=given, count=5, seed=1)[0].files


def test_what_does_not_go_together_is_refused(
    trained: ModelFolder, ask: Callable[..., list[Sample]], given: Any, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="--breed and --interpolate are different things"):
        ask(breed=given, interpolate=3)
    with pytest.raises(InputError, match="has nothing to do with --temperature"):
        ask(temperature=0.5)
    with pytest.raises(InputError, match=r"There is no picture at .*none\.png"):
        ask(on=tmp_path / "none.png")
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(InputError, match=r"text\.png cannot be used: it is none of PNG"):
        ask(on=tmp_path / "text.png")


def test_the_way_between_lies_on_the_sphere() -> None:
    a, b = torch.tensor([[3.0, 0, 0]]), torch.tensor([[0.0, 3, 0]])
    for share in (0.0, 0.25, 0.5, 1.0):
        assert spherical(a, b, torch.tensor([share])).norm() == pytest.approx(3.0, abs=1e-5)
    assert torch.allclose(spherical(a, b, torch.tensor([0.5])), torch.tensor([[3.0, 3, 0]]) / 2**0.5, atol=1e-5)
    assert torch.allclose(spherical(a, 2 * a, torch.tensor([0.5])), 1.5 * a)
    assert torch.isfinite(spherical(torch.zeros(1, 3), b, torch.tensor([0.5]))).all()


def test_a_child_has_each_number_from_one_parent() -> None:
    parents = torch.stack((torch.zeros(200), torch.ones(200)))
    children = children_of(parents, 3, 7)
    assert set(children.unique().tolist()) == {0.0, 1.0}
    assert all(60 < int(child.sum()) < 140 for child in children)
    assert not torch.equal(children[0], children[1])


# ---------------------------------------------------------------- the engine


@pytest.fixture
def engine(trained: ModelFolder) -> LabImageEngine:
    return LabImageEngine.open("m", trained.home)


def test_it_is_listed_as_an_image_engine_only(trained: ModelFolder) -> None:
    cards = {card.id: card for card in known_engines(trained.home) if ":lab" in card.id}
    assert "image:lab/m" in cards
    assert "text:lab/m" not in cards
    card = cards["image:lab/m"]
    assert card.missing is None
    assert "not trained on words" in card.note
    assert "CC0" in [credit.licence for credit in card.credits]
    with pytest.raises(EngineUnavailableError, match="no model 'zzz'"):
        engine_ref("image:lab/zzz", trained.home)


def test_pictures_have_the_size_asked_for_and_follow_from_the_request(engine: LabImageEngine) -> None:
    wish = ImageRequest(prompt="a tree", width=200, height=100, seed=3)
    result = engine.generate(wish)
    assert _asset_size(result.image.read()) == (200, 100)
    assert result.layers == ()
    assert "image:lab/m" in result.description
    assert engine.generate(wish).image.digest == result.image.digest
    for other in ({"seed": 4}, {"index": 1}, {"prompt": "a boat"}):
        assert engine.generate(wish.model_copy(update=other)).image.digest != result.image.digest
    assert engine.generate(wish.model_copy(update={"language": "zh"})).description.startswith("模型")


def test_the_square_is_whole_in_a_wide_and_in_a_high_picture(engine: LabImageEngine) -> None:
    square, wide, high = (
        engine.generate(ImageRequest(prompt="x", width=width, height=height)).image.read()
        for width, height in ((64, 64), (128, 64), (64, 128))
    )
    whole = _opened(square)
    assert np.abs(_opened(wide)[:, 32:96] - whole)[:, 8:-8].mean() < 2
    assert np.abs(_opened(high)[32:96] - whole)[8:-8].mean() < 2


def test_a_closed_engine_and_a_failing_model_say_so(engine: LabImageEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(nn.Module, "__call__", fail)
    with pytest.raises(GenerationError, match="image:lab/m failed: out of luck"):
        engine.generate(ImageRequest(prompt="x"))
    monkeypatch.undo()
    engine.close()
    with pytest.raises(GenerationError, match="was closed"):
        engine.generate(ImageRequest(prompt="x"))


def test_damage_is_found_before_or_when_it_opens(trained: ModelFolder) -> None:
    trained.weights.write_bytes(b"PK\x03\x04 a zip as torch.save writes it")
    with pytest.raises(EngineUnavailableError, match="is a pickle"):
        LabImageEngine.open("m", trained.home)
    trained.weights.unlink()
    assert "is missing" in (describe_engine("image:lab/m", trained.home).missing or "")
    config = json.loads(trained.config.read_text())
    trained.config.write_text(json.dumps({**config, "model": "lstm"}))
    assert "no engine for image" in (describe_engine("image:lab/m", trained.home).missing or "")


def _pixels(sample: Sample) -> Any:
    return _opened(sample.files[".png"])


def _opened(data: bytes) -> Any:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def _asset_size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size
