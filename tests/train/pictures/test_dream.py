"""DeepDream: a layer sees more than before, in networks trained here and in folders of vision models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from drawn import draw
from PIL import Image
from torch import nn

from miaobi.errors import InputError, UnknownNameError
from miaobi.studio import Studio
from miaobi.train.folder import ModelFolder
from miaobi.train.pictures.dream import Seer, dream, find_layer, layer_names, octave_sizes
from miaobi.train.pictures.dream_models import open_seer
from miaobi.train.pictures.dream_wish import DreamWish

Quick = Callable[..., ModelFolder]
HERE = {"vae": "shapes", "dcgan": "shapes", "stylegan": "shapes", "cyclegan": ("shapes", "night")}


def activity(seer: Seer, layer: str, picture: torch.Tensor) -> float:
    """Mean square of what a layer gives, found without the code under test."""
    seen: list[float] = []

    def note(_module: nn.Module, _given: Any, made: Any) -> None:
        made = made[0] if isinstance(made, tuple) else made
        seen.append(float(made.square().mean()))

    hook = seer.module.get_submodule(layer).register_forward_hook(note)
    try:
        with torch.no_grad():
            seer.look(picture)
    finally:
        hook.remove()
    return seen[0]


@pytest.fixture
def seer() -> Seer:
    """A small network with a layer for pictures of any size and one that has lost the places."""
    torch.manual_seed(1)
    module = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Conv2d(6, 8, 3), nn.Flatten(), nn.LazyLinear(4))
    module(torch.zeros(1, 3, 16, 16))
    return Seer("small", module.eval().requires_grad_(False), module, 3, 16)


@pytest.fixture
def picture() -> torch.Tensor:
    return torch.rand(1, 3, 40, 56, generator=torch.Generator().manual_seed(0)) - 0.5


# ---------------------------------------------------------------- the dream


def test_a_layer_sees_more_than_before(picture: torch.Tensor) -> None:
    torch.manual_seed(1)
    module = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Conv2d(6, 8, 3)).requires_grad_(False)
    whole = Seer("whole", module, module, 3, 16)
    for layer in ("0", "2"):
        dreamt = dream(whole, picture, DreamWish(layer=layer, steps=4, octaves=2, strength=6))
        assert dreamt.shape == picture.shape
        assert float(dreamt.abs().max()) <= 1
        assert activity(whole, layer, dreamt) > 1.5 * activity(whole, layer, picture)


def test_a_layer_before_one_of_a_fixed_size_takes_any_picture(seer: Seer, picture: torch.Tensor) -> None:
    with pytest.raises(RuntimeError):
        seer.look(picture)
    assert not torch.equal(dream(seer, picture, DreamWish(layer="2", steps=1)), picture)


def test_seed_and_settings_decide(seer: Seer, picture: torch.Tensor) -> None:
    wish = DreamWish(layer="2", steps=2, octaves=2, jitter=8)
    first = dream(seer, picture, wish)
    assert torch.equal(first, dream(seer, picture, wish))
    for change in ({"seed": 1}, {"steps": 3}, {"octaves": 1}, {"strength": 3.0}, {"layer": "0"}):
        assert not torch.equal(first, dream(seer, picture, wish.model_copy(update=change)))


def test_a_step_is_as_strong_as_was_said(seer: Seer, picture: torch.Tensor) -> None:
    dreamt = dream(seer, picture, DreamWish(layer="2", steps=1, octaves=1, strength=2.0))
    assert float((dreamt - picture).abs().mean()) * 127.5 == pytest.approx(2.0, rel=0.02)


def test_octaves_grow_to_the_whole_picture() -> None:
    assert octave_sizes((100, 200), DreamWish(octaves=3, zoom=2.0), 16) == [(25, 50), (50, 100), (100, 200)]
    assert octave_sizes((30, 200), DreamWish(octaves=3, zoom=2.0), 16) == [(30, 200)]
    with pytest.raises(InputError, match="has 200 x 10 pixels, and a side needs at least 16"):
        octave_sizes((10, 200), DreamWish(), 16)


def test_layers_are_found_by_name_and_number(seer: Seer) -> None:
    assert layer_names(seer) == ["0", "1", "2"]
    assert find_layer(seer, "") == "1"
    for wrong in ("4", "conv"):
        with pytest.raises(InputError, match="small has no layer"):
            find_layer(seer, wrong)


def test_a_layer_that_does_not_react_is_named() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU())
    nn.init.zeros_(module[0].weight)
    nn.init.constant_(module[0].bias, -1.0)
    blind = Seer("blind", module.requires_grad_(False), module, 3, 16)
    with pytest.raises(InputError, match="The layer 1 of blind does not react"):
        dream(blind, torch.zeros(1, 3, 20, 20), DreamWish(layer="1", steps=1))


# ---------------------------------------------------------------- trained here


@pytest.mark.parametrize("kind", HERE)
def test_every_kind_trained_here_dreams(
    quick_pictures: Quick, picture_studio: Studio, tmp_path: Path, kind: str
) -> None:
    quick_pictures(kind, data=HERE[kind], steps=4)
    draw(3, 48).save(tmp_path / "a.png")
    place, told = picture_studio.dream(tmp_path / "a.png", model="m", output=tmp_path / "b.png", steps=2, octaves=2)
    with Image.open(place) as image:
        assert image.size == (48, 48)
        changed = np.asarray(image).astype(int) - np.asarray(draw(3, 48)).astype(int)
    assert float(np.abs(changed).mean()) > 0.5
    assert "48 x 48, dreamt with layer" in told
    seer = open_seer(picture_studio.settings.home, "m")
    assert len(layer_names(seer)) > 3
    given = torch.zeros(1, 3, 16, 16) + torch.linspace(-1, 1, 16)
    layer = find_layer(seer, "")
    dreamt = dream(seer, given, DreamWish(layer=layer, octaves=1, steps=4, strength=8, jitter=2))
    assert activity(seer, layer, dreamt) > activity(seer, layer, given)


def test_a_discriminator_is_as_it_was_when_training_ended(quick_pictures: Quick, picture_studio: Studio) -> None:
    from safetensors.torch import load_file

    folder = quick_pictures("stylegan", steps=4)
    seer = open_seer(picture_studio.settings.home, "m")
    (last,) = folder.checkpoint.glob("*.safetensors")
    weights = {name: w for name, w in load_file(last).items() if name.startswith("model.discriminator.")}
    assert len(weights) == len(list(seer.module.parameters()))
    for name, weight in seer.module.named_parameters():
        assert torch.equal(weight, weights[f"model.discriminator.{name}"])
    last.unlink()
    with pytest.raises(InputError, match="There is no file"):
        open_seer(picture_studio.settings.home, "m")
    (folder.checkpoint / "state.json").unlink()
    with pytest.raises(InputError, match="m has no checkpoint any more"):
        open_seer(picture_studio.settings.home, "m")


# ---------------------------------------------------------------- folders of vision models


@pytest.fixture(scope="module")
def vision(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of tiny models with random weights: a ResNet, a vision Transformer, CLIP, and one that reads."""
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    home = tmp_path_factory.mktemp("vision")
    few: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    resnet = transformers.ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic")
    transformers.ResNetForImageClassification(resnet).save_pretrained(home / "resnet")
    (home / "resnet" / "preprocessor_config.json").write_text(
        json.dumps({"image_mean": [0.5] * 3, "image_std": [0.25] * 3, "size": {"shortest_edge": 64}})
    )
    vit = transformers.ViTConfig(image_size=32, patch_size=8, **few)
    transformers.ViTModel(vit).save_pretrained(home / "vit")
    clip = transformers.CLIPConfig(
        text_config={**few, "vocab_size": 40, "projection_dim": 8},
        vision_config={**few, "image_size": 32, "patch_size": 8, "projection_dim": 8},
    )
    transformers.CLIPModel(clip).save_pretrained(home / "clip")
    bert = transformers.BertConfig(vocab_size=40, **few)
    transformers.BertModel(bert).save_pretrained(home / "bert")
    return home


@pytest.mark.parametrize("name", ["resnet", "vit", "clip"])
def test_a_vision_model_from_a_folder_dreams(picture_studio: Studio, vision: Path, tmp_path: Path, name: str) -> None:
    draw(3, 60).convert("P").save(tmp_path / "a.png")
    place, told = picture_studio.dream(
        tmp_path / "a.png", model=str(vision / name), output=tmp_path / "b.png", steps=2, octaves=3
    )
    with Image.open(place) as image:
        assert (image.size, image.mode) == ((60, 60), "RGB")
    assert f"of {name}" in told


def test_a_model_of_one_size_sees_tiles(vision: Path, tmp_path: Path) -> None:
    seer = open_seer(tmp_path, str(vision / "vit"))
    assert seer.size == 32
    wish = DreamWish(steps=1, octaves=1, jitter=0, strength=5)
    wide = torch.rand(1, 3, 40, 70, generator=torch.Generator().manual_seed(0)) - 0.5
    dreamt = dream(seer, wide, wish)
    assert bool(((dreamt - wide).abs().mean(1) > 0).all())  # all of it, also where the last tile overlaps
    with pytest.raises(InputError, match="a side needs at least 32"):
        dream(seer, wide[:, :, :20], wish)


def test_pictures_are_prepared_as_the_folder_says(vision: Path, tmp_path: Path) -> None:
    from transformers import AutoModel

    seer, model = open_seer(tmp_path, str(vision / "resnet")), AutoModel.from_pretrained(vision / "resnet").eval()
    assert (seer.size, seer.channels) == (64, 3)
    picture = torch.rand(1, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        expected = model(pixel_values=((picture + 1) / 2 - 0.5) / 0.25).last_hidden_state
        assert torch.allclose(seer.look(picture).last_hidden_state, expected, atol=1e-5)


def test_folders_that_cannot_be_used_are_refused(vision: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bert is no model that looks at pictures"):
        open_seer(tmp_path, str(vision / "bert"))
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(InputError, match=r"no config\.json"):
        open_seer(tmp_path, str(folder))
    (folder / "config.json").write_text((vision / "vit" / "config.json").read_text())
    with pytest.raises(InputError, match="has no weights"):
        open_seer(tmp_path, str(folder))
    torch.save({"weight": torch.zeros(2)}, folder / "pytorch_model.bin")
    with pytest.raises(InputError, match=r"pytorch_model\.bin is a pickle.*refused"):
        open_seer(tmp_path, str(folder))
    torch.save({"weight": torch.zeros(2)}, folder / "model.safetensors")
    with pytest.raises(InputError, match="cannot be opened as a model"):
        open_seer(tmp_path, str(folder))
    (folder / "model.safetensors").unlink()
    (folder / "config.json").write_text('{"model_type": "of_tomorrow"}')
    (folder / "model.safetensors").write_bytes((vision / "vit" / "model.safetensors").read_bytes())
    with pytest.raises(InputError, match="cannot be opened as a model"):
        open_seer(tmp_path, str(folder))


# ---------------------------------------------------------------- what is refused before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"steps": 0}, "'steps' cannot be used: input should be greater than or equal to 1"),
        ({"zoom": 1.0}, "'zoom' cannot be used"),
        ({"output": Path("b.jpg")}, r"b\.jpg is no name of a PNG.*Call it b\.png"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(picture_studio: Studio, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        picture_studio.dream(Path("a.png"), **{"model": "m", "output": Path("b.png"), **options})


def test_a_model_there_is_not(picture_studio: Studio, tmp_path: Path) -> None:
    draw(1).save(tmp_path / "a.png")
    with pytest.raises(UnknownNameError, match=r"no model 'zzz' in the lab, and no folder of that name.*none yet"):
        picture_studio.dream(tmp_path / "a.png", model="zzz", output=tmp_path / "b.png")


def test_a_model_that_does_not_look_at_pictures(picture_studio: Studio, tmp_path: Path) -> None:
    folder = ModelFolder(picture_studio.settings.home, "words")
    folder.path.mkdir(parents=True)
    folder.config.write_text(json.dumps({"network": {"model": "lstm", "config": {}}}))
    draw(1).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="of the kind lstm, which does not look at pictures"):
        picture_studio.dream(tmp_path / "a.png", model="words", output=tmp_path / "b.png")
