"""Word vectors: words used alike come near each other, both kinds learn, and asking them needs no PyTorch."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from miaobi.errors import InputError, Interrupted, UnknownNameError
from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.catalog import find_model, load_class
from miaobi.train.data.dataset import TextDataset
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig, split_settings, validated
from miaobi.train.record import read_metrics

KINDS = ["skipgram", "glove"]
FAMILIES = {
    "sea": ["whale", "harbour", "tide", "sailor", "anchor"],
    "sky": ["cloud", "eagle", "thunder", "comet", "swallow"],
    "山": ["青松", "白雪", "石头", "老虎", "溪水"],
}
Train = Callable[..., ModelFolder]


def sentences(seed: int) -> str:
    """Words of one family stand together, with little words that stand everywhere."""
    chance = random.Random(seed)
    lines = []
    for _ in range(40):
        family = chance.choice(list(FAMILIES))
        words = chance.choices([family, *FAMILIES[family]], k=7)
        lines.append(" the ".join(words) + ".")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    texts = folder / "texts"
    texts.mkdir()
    for number in range(24):
        (texts / f"{number}.txt").write_text(sentences(number), encoding="utf-8")
    studio = Studio(load_settings({"home": folder / "home"}, {}))
    studio.collect([texts], {"name": "families", "validation": 0.2, "drop_duplicates": False, "licence": "CC0"})
    return folder / "home"


@pytest.fixture(scope="module")
def train(home: Path) -> Train:
    """Trains small vectors; keywords are settings, or options of Studio.train."""

    def run(kind: str, name: str, **given: Any) -> ModelFolder:
        options = {key: given.pop(key) for key in ("resume", "should_stop") if key in given}
        settings = {
            "kind": kind, "dimensions": 16, "min_count": 2, "window": 3, "steps": 60, "batch": 16, "warmup": 2,
            "learning_rate": 0.03, "evaluate_every": 20, "sample_every": 60, "checkpoint_every": 20, "frequent": 0.05,
            **({"batch": 128, "optimizer": "adamw"} if kind == "glove" else {}), **given,
        }  # fmt: skip
        studio = Studio(load_settings({"home": home}, {}))
        data = () if options.get("resume") else "families"
        wanted = {} if options.get("resume") else settings
        studio.train("word_vectors", name, data=data, options=wanted, **options)
        return ModelFolder(home, name)

    return run


@pytest.fixture(scope="module", params=KINDS)
def trained(request: pytest.FixtureRequest, train: Train) -> ModelFolder:
    return train(request.param, f"vectors-{request.param}", steps=200)


def build(home: Path, kind: str) -> tuple[Any, LoopConfig]:
    model = find_model("word_vectors")
    given = {"kind": kind, "dimensions": 16, "min_count": 2, "window": 3}
    network, _ = split_settings(given, load_class(model.config))
    loop = validated(LoopConfig, {"batch": 16})
    data = TextDataset.open(home / "lab" / "data" / "families")
    torch.manual_seed(0)
    config = validated(load_class(model.config), network)
    return load_class(model.task)(model, config, [data], loop, torch.device("cpu")), loop


def test_words_used_alike_are_near_each_other(home: Path, trained: ModelFolder) -> None:
    studio = Studio(load_settings({"home": home}, {}))
    for family in FAMILIES.values():
        for word in family:
            nearest = [near.word for near in studio.near_words(trained.name, word, 3)]
            mates = {*family, *[name for name, members in FAMILIES.items() if members is family]}
            assert len(mates & set(nearest)) >= 2, (word, nearest)


def test_results_have_names_and_the_neighbours_are_told_from_chance(trained: ModelFolder) -> None:
    results = {result["name"]: result for result in trained.read_config()["outcome"]["results"]}
    assert set(results) == {"validation loss", "neighbours told from chance"}
    assert results["neighbours told from chance"]["value"] > 60
    assert "whale" in trained.samples.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_one_batch_is_learned_and_every_weight_takes_part(home: Path, kind: str) -> None:
    task, loop = build(home, kind)
    batch = task.batch(0, loop.batch)
    optimizer = torch.optim.Adam(task.module.parameters(), lr=0.05)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        loss = task.loss(batch, 0)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    assert losses[-1] < 0.7 * losses[0]
    for name, weight in task.module.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


@pytest.mark.parametrize("kind", KINDS)
def test_a_stopped_run_goes_on_exactly(train: Train, kind: str) -> None:
    whole = train(kind, f"whole-{kind}")
    steps = iter(range(1000))
    with pytest.raises(Interrupted):
        train(kind, f"parts-{kind}", should_stop=lambda: next(steps) == 33)
    parts = train(kind, f"parts-{kind}", resume=True)
    of_whole, of_parts = ([m for m in read_metrics(f.metrics) if m["kind"] == "step"] for f in (whole, parts))
    assert of_whole == of_parts
    first, second = load_file(whole.weights), load_file(parts.weights)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_map_is_a_picture_and_is_not_written_over_by_accident(home: Path, trained: ModelFolder) -> None:
    studio = Studio(load_settings({"home": home}, {}))
    place = studio.word_map(trained.name, home / f"地图-{trained.name}.png", 20)
    with Image.open(io.BytesIO(place.read_bytes())) as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 3
    with pytest.raises(InputError, match="already"):
        studio.word_map(trained.name, place, 20)
    with pytest.raises(InputError, match="PNG"):
        studio.word_map(trained.name, home / "map.jpg", 20)


def test_asking_needs_no_pytorch(home: Path, trained: ModelFolder) -> None:
    script = (
        "import sys; sys.modules['torch'] = None\n"
        "from miaobi.serve.cli import main\n"
        f"sys.argv = ['miaobi', 'words', 'analogy', {trained.name!r}, 'whale', 'Tide', '青松', '--count', '4']; main()"
    )
    environment = {**os.environ, "MIAOBI_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(lines) == 4
    assert all(-1 <= float(likeness) <= 1 and int(count) > 1 for _, likeness, count in lines)
    assert not {"whale", "tide", "青松"} & {word for word, _, _ in lines}


def test_what_cannot_be_asked_is_said(home: Path, trained: ModelFolder) -> None:
    studio = Studio(load_settings({"home": home}, {}))
    with pytest.raises(UnknownNameError, match=r"whales.*no vector.*Did you mean whale"):
        studio.near_words(trained.name, "whales")
    with pytest.raises(UnknownNameError, match="no model"):
        studio.near_words("nobody", "whale")


def test_too_little_text_is_refused(tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.txt").write_text(f"one line {number}", encoding="utf-8")
    studio = Studio(load_settings({"home": tmp_path / "home"}, {}))
    studio.collect([tmp_path], {"name": "little"})
    with pytest.raises(InputError):
        studio.train("word_vectors", "none", data="little", options={"min_count": 1})
    assert not studio.models()
