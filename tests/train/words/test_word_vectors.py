"""Word vectors: what they learn, what is left, and what is refused."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from miaobi.errors import InputError, Interrupted, UnknownNameError
from miaobi.studio import Studio
from miaobi.train.catalog import find_model
from miaobi.train.data.open import open_dataset
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig
from miaobi.train.record import read_metrics
from miaobi.train.words.task import WordVectorsTask
from miaobi.train.words.word_vectors import WordVectorsConfig

Learn = Callable[..., ModelFolder]
KINDS = ["skipgram", "glove"]
NAMES = {"skipgram": "sg", "glove": "glove"}


def task_of(studio: Studio, kind: str, **given: Any) -> WordVectorsTask:
    config = WordVectorsConfig(kind=kind, dimensions=16, min_count=2, **given)
    data = open_dataset(studio.settings.home, "invented", "text")
    torch.manual_seed(0)
    return WordVectorsTask(find_model("word_vectors"), config, [data], LoopConfig(), torch.device("cpu"))


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_one_topic_become_neighbours(studio: Studio, kind: str) -> None:
    vectors = studio.words(NAMES[kind])
    topical = [word for word in vectors.vocabulary.words if not word.startswith("of")]
    assert len(topical) == 48
    near = [(word, other.word) for word in topical for other in vectors.near(word, 5)]
    purity = np.mean([word.rstrip("0123456789") == other.rstrip("0123456789") for word, other in near])
    assert purity > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_results_have_names_and_get_better(studio: Studio, kind: str) -> None:
    folder = ModelFolder(studio.settings.home, NAMES[kind])
    lines = [line for line in read_metrics(folder.metrics) if line["kind"] == "evaluation"]
    assert lines[-1]["validation loss"] < lines[0]["validation loss"]
    results = folder.read_config()["outcome"]["results"]
    second, least = {"skipgram": ("neighbours told from chance", 60), "glove": ("correlation with counts", 0.5)}[kind]
    assert [result["name"] for result in results] == ["validation loss", second]
    assert results[1]["value"] > least


@pytest.mark.parametrize("kind", KINDS)
def test_it_overfits_one_batch_and_every_weight_takes_part(studio: Studio, kind: str) -> None:
    task = task_of(studio, kind)
    batch = task.batch(0, 2 if kind == "skipgram" else 64)
    optimizer = torch.optim.Adam(task.module.parameters(), lr=0.05)
    first = None
    for _ in range(120):
        loss = task.loss(batch, 0)
        first = first or float(loss.detach())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < (0.7 if kind == "skipgram" else 0.01) * first
    for name, weight in task.module.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().max() > 0, name


@pytest.mark.parametrize("kind", KINDS)
def test_shares_of_a_batch_add_up_to_the_whole(studio: Studio, kind: str) -> None:
    """So that several processes learn what one does."""
    task = task_of(studio, kind)
    torch.nn.init.normal_(task.module.contexts.weight)
    whole, parts = task.loss(task.batch(6, 8), 0), [task.loss(task.batch(6 + 4 * n, 4), 0) for n in range(2)]
    assert whole.item() == pytest.approx(sum(part.item() for part in parts) / 2, rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stopped_run_goes_on_exactly(learn: Learn, kind: str) -> None:
    whole = learn(kind, "whole")
    asked = iter([False] * 33)
    with pytest.raises(Interrupted, match="miaobi train word_vectors --name part --resume"):
        learn(kind, "part", should_stop=lambda: next(asked, True))
    part = learn(kind, "part", resume=True)
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    for name, tensor in load_file(whole.weights).items():
        assert torch.equal(tensor, load_file(part.weights)[name])


def test_glove_has_settings_of_its_own_which_can_be_given_otherwise(learn: Learn) -> None:
    loop = learn("glove", "as-is", steps=1).read_config()["loop"]
    assert (loop["optimizer"], loop["clip"]) == ("adagrad", 0.0)
    assert learn("glove", "adam", steps=1, optimizer="adamw").read_config()["loop"]["optimizer"] == "adamw"
    assert learn("skipgram", "sg2", steps=1).read_config()["loop"]["optimizer"] == "adamw"


def test_samples_name_words_that_there_are_and_show_a_map(studio: Studio) -> None:
    folder = ModelFolder(studio.settings.home, "sg")
    known = {word for word, _ in json.loads((folder.path / "words.json").read_text())["words"]}
    sheet = folder.samples.read_text(encoding="utf-8").split("=== step 80\n\n")[1]
    assert set(re.findall(r"\w+", sheet)) <= known
    assert len(sheet.strip().splitlines()) == 12
    with Image.open(folder.sheets / "step-00000080-1.png") as picture:
        assert picture.size == (1600, 1200)
        assert len(picture.convert("RGB").getcolors(100_000)) > 20
    assert "data:image/png" in folder.report.read_text(encoding="utf-8")


def test_an_analogy_is_vector_arithmetic(studio: Studio) -> None:
    vectors = studio.words("sg")
    found = vectors.analogy("sea1", "sea2", "war1", 3)
    wanted = vectors.vector("sea2") - vectors.vector("sea1") + vectors.vector("war1")
    likeness = vectors.vectors @ (wanted / np.linalg.norm(wanted))
    left = [w for w in np.argsort(-likeness) if vectors.vocabulary.words[w] not in ("sea1", "sea2", "war1")]
    assert [near.word for near in found] == [vectors.vocabulary.words[w] for w in left[:3]]
    assert found[0].likeness == pytest.approx(float(likeness[left[0]]), abs=1e-5)


def test_words_are_found_however_they_are_written(studio: Studio) -> None:
    vectors = studio.words("sg")
    assert vectors.near(" SEA1 ", 3) == vectors.near("sea1", 3)
    with pytest.raises(UnknownNameError, match=r"'sea9' has no vector.*Did you mean sea"):
        vectors.near("sea9")
    assert len(vectors.near("sea1", 10_000)) == len(vectors.vocabulary) - 1


def test_chinese_by_words_or_by_characters(studio: Studio, learn: Learn, tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    for number in range(40):
        lines = ["春天的花园里有蝴蝶和蜜蜂", "我们在图书馆学习历史", "明月照在大江上"]
        (tmp_path / "zh" / f"{number}.txt").write_text("。".join(lines[: 1 + number % 3] * 6), encoding="utf-8")
    studio.collect([tmp_path / "zh"], {"name": "zh", "validation": 0.2, "drop_duplicates": False})
    learn(name="words", data="zh", steps=2, frequent=0)
    learn(name="characters", data="zh", steps=2, frequent=0, unit="character")
    assert {"图书馆", "蝴蝶"} <= set(studio.words("words").vocabulary.words)
    assert all(len(word) == 1 for word in studio.words("characters").vocabulary.words)
    with pytest.raises(UnknownNameError, match="These vectors are of characters: ask for 蝴 or 蝶"):
        studio.words("characters").near("蝴蝶")
    with Image.open(io.BytesIO(studio.words("words").map_picture())) as picture:
        assert picture.size == (1600, 1200)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"min_count": 100_000}, "has 0 words that occur 100000 times or more.*--set min_count"),
        ({"kind": "fasttext"}, "'kind' cannot be used: input should be 'skipgram' or 'glove'"),
        ({"dimensions": 1}, "'dimensions' cannot be used: input should be greater than or equal to 2"),
        ({"windows": 3}, "no setting 'windows'. Did you mean window?"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(learn: Learn, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        learn(**given)


def test_a_text_of_a_few_words_is_refused(studio: Studio, learn: Learn, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for number in range(8):
        (tmp_path / "a" / f"{number}.txt").write_text(f"one two one two one two three {number}", encoding="utf-8")
    studio.collect([tmp_path / "a"], {"name": "short", "validation": 0.3, "drop_duplicates": False})
    with pytest.raises(
        InputError, match=r"About \d+ words are left of the training part of the text, and a stretch takes 64"
    ):
        learn("skipgram", data="short")
    with pytest.raises(InputError, match="No pair of words of short could be held out"):
        learn("glove", data="short", window=1)


def test_damage_is_told(studio: Studio, lab: Path) -> None:
    folder = ModelFolder(studio.settings.home, "sg")
    weights, words = load_file(folder.weights), folder.path / "words.json"
    save_file({name: tensor[:-1].contiguous() for name, tensor in weights.items()}, folder.weights)
    with pytest.raises(InputError, match=r"has \d+ vectors, and words\.json \d+ words"):
        studio.words("sg")
    torch.save(weights, folder.weights)
    with pytest.raises(InputError, match="is a pickle"):
        studio.words("sg")
    save_file(weights, folder.weights)
    assert studio.words("sg").near("sea1")
    words.write_text('{"format": "other"}')
    with pytest.raises(InputError, match=r"words\.json is not a list of words of the lab"):
        studio.words("sg")
    with pytest.raises(UnknownNameError, match="no model 'nothing'"):
        studio.words("nothing")


def test_a_model_of_another_kind_has_no_words(studio: Studio) -> None:
    settings = {"layers": 1, "heads": 2, "width": 16, "context": 16, "steps": 1, "batch": 2}
    studio.train("transformer", "t", data="invented", options=settings)
    with pytest.raises(InputError, match="t is of the kind transformer and has no word vectors"):
        studio.words("t")


def test_the_settings_of_the_sizes_are_valid() -> None:
    for size in ("tiny", "small", "base"):
        loop = find_model("word_vectors").size(size)
        assert LoopConfig(**{key: value for key, value in loop.items() if key in LoopConfig.model_fields}).steps
        WordVectorsConfig(**{key: value for key, value in loop.items() if key not in LoopConfig.model_fields})
