"""`miaobi sample` as a whole: what is printed, which files are written, and pictures of attention."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from PIL import Image

from miaobi.base.engine import TextRequest
from miaobi.errors import GenerationError, InputError
from miaobi.studio import Studio
from miaobi.train.film import film
from miaobi.train.folder import ModelFolder
from miaobi.train.language.attention import attention_maps
from miaobi.train.language.attention_picture import attention_picture
from miaobi.train.language.engine import LabTextEngine
from miaobi.train.language.transformer import TransformerConfig, TransformerModel
from miaobi.train.sample import Sample
from miaobi.train.sample_files import write_sample_files

Quick = Callable[..., ModelFolder]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------- files


def pictures(count: int, first: bytes = b"a") -> Iterator[Sample]:
    for number in range(count):
        yield Sample(f"number {number}", {".png": first * (number + 1), ".json": b"{}"})


def test_files_get_the_model_s_name_and_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write_sample_files(pictures(2), "m", tmp_path / "out", replace=False)
    assert [path.name for path in paths] == ["m-001.png", "m-001.json", "m-002.png", "m-002.json"]
    assert paths[2].read_bytes() == b"aa"
    (one, _) = write_sample_files(pictures(1), "m", tmp_path / "deep/er/walk.mp4", replace=False)
    assert one == tmp_path / "deep/er/walk.png"
    monkeypatch.chdir(tmp_path)
    assert write_sample_files(pictures(1), "m", None, replace=False)[0] == tmp_path / "m-samples/m.png"
    assert write_sample_files([Sample("only text")], "n", None, replace=False) == ()
    assert names(tmp_path) == ["deep", "m-samples", "out"]


def test_nothing_is_written_over_unless_asked_and_strangers_stay(tmp_path: Path) -> None:
    write_sample_files(pictures(2), "m", tmp_path, replace=False)
    (tmp_path / "m-notes.txt").write_text("mine")
    for output in (tmp_path, tmp_path / "m.png"):
        with pytest.raises(InputError, match=r"samples of that name already \(m-001.json, .*--replace"):
            write_sample_files(pictures(1, b"b"), "m", output, replace=False)
    assert write_sample_files(pictures(1, b"b"), "other", tmp_path, replace=False)[0].read_bytes() == b"b"
    paths = write_sample_files(pictures(2, b"c"), "m", tmp_path, replace=True)
    assert paths[0].read_bytes() == b"c"
    assert (tmp_path / "m-notes.txt").read_text() == "mine"


def test_a_failure_halfway_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> Iterator[Sample]:
        yield from pictures(2)
        raise GenerationError("out of paint")

    with pytest.raises(GenerationError):
        write_sample_files(failing(), "m", tmp_path / "new", replace=False)
    write_sample_files(pictures(1), "m", tmp_path / "old", replace=False)
    with pytest.raises(GenerationError):
        write_sample_files(failing(), "m", tmp_path / "old", replace=True)
    assert names(tmp_path) == ["old"]
    assert names(tmp_path / "old") == ["m.json", "m.png"]


def test_a_text_is_told_and_goes_into_a_file_only_when_asked(quick: Quick, studio: Studio, tmp_path: Path) -> None:
    quick()
    told: list[str] = []
    assert studio.write_samples("m", tell=lambda s: told.append(s.text), prompt="The ", count=2, tokens=9) == ()
    assert len(told) == 2
    paths = studio.write_samples("m", tmp_path / "texts", prompt="The ", count=2, tokens=9)
    assert [path.read_text() for path in paths] == [f"{text}\n" for text in told]


def test_a_film_shows_its_frames(tmp_path: Path) -> None:
    shades = [np.full((17, 20, 3), shade, dtype=np.uint8) for shade in (0, 80, 160, 240)]
    data = film(shades, fps=12)
    assert film(shades, fps=12) == data
    with av.open(io.BytesIO(data)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == 12
    assert [round(float(frame.mean()) / 80) for frame in frames] == [0, 1, 2, 3]
    assert frames[0].shape == (136, 160, 3)
    with pytest.raises(InputError, match="no frames"):
        film([])


# ---------------------------------------------------------------- beams


def test_beams_through_engine_and_command(quick: Quick, studio: Studio) -> None:
    quick("lstm", steps=40)
    engine = LabTextEngine.open("m", studio.settings.home)
    request = TextRequest(prompt="The ", max_tokens=12, beams=4)
    found = engine.search(request)
    assert [beam.score for beam in found] == sorted((beam.score for beam in found), reverse=True)
    result = engine.generate(request)
    assert result.text == found[0].passage.text
    assert result.text == engine.generate(request.model_copy(update={"seed": 9})).text
    assert "".join(engine.stream(request)) == result.text
    sampled = [sample.text for sample in studio.sample("m", prompt="The ", beams=4, count=3, tokens=12)]
    assert sampled == [f"The {beam.passage.text}" for beam in found[:3]]
    with pytest.raises(GenerationError, match="log-probabilities"):
        engine.generate(request.model_copy(update={"top_logprobs": 1}))
    with pytest.raises(InputError, match="2 beams end in 2 texts at most, and --count asks for 3"):
        list(studio.sample("m", beams=2, count=3))
    engine.close()


# ---------------------------------------------------------------- attention


@pytest.fixture
def model() -> TransformerModel:
    torch.manual_seed(2)
    model = TransformerModel(TransformerConfig(layers=2, heads=2, width=16, context=24, dropout=0.0), 30).eval()
    for weight in model.parameters():
        weight.data.mul_(8 if weight.ndim == 2 else 1)
    return model


def test_attention_maps_are_what_the_model_uses(model: TransformerModel) -> None:
    ids = torch.randint(30, (9,)).tolist()
    maps = attention_maps(model, ids)
    assert maps.shape == (2, 2, 9, 9)
    assert maps.sum(-1) == pytest.approx(np.ones((2, 2, 9)), abs=1e-5)
    assert not np.triu(maps, 1).any()
    block = model.blocks[0]
    with torch.inference_mode():  # mixing the values by the map gives what the attention gives
        x = block.attention_norm(model.embedding(torch.tensor([ids])))
        cos, sin = model.cos[:9], model.sin[:9]
        _, _, values = block.attention.project(x, cos, sin)
        mixed = (torch.from_numpy(maps[0])[None] @ values).transpose(1, 2).flatten(2)
        assert torch.allclose(block.attention.output(mixed), block.attention(x, cos, sin, None), atol=1e-4)


def test_the_picture_shows_every_map_and_every_label() -> None:
    random = np.random.default_rng(0)
    maps = np.tril(random.random((2, 3, 6, 6), dtype=np.float32))
    tokens = ["end", "春", " ", "\n", "hello", "晓"]

    def drawn(maps: np.ndarray, tokens: list[str]) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(attention_picture(maps, tokens))).convert("RGB")).astype(int)

    picture = drawn(maps, tokens)
    for layer, head in ((0, 0), (0, 2), (1, 1)):
        other = maps.copy()
        other[layer, head, 5, 2] = 1 - other[layer, head, 5, 2]
        rows, columns = np.nonzero(np.abs(drawn(other, tokens) - picture).sum(-1))
        assert 200 < len(rows) < 18 * 18  # one cell of that map, and nothing else
        assert layer == int(rows.mean() > picture.shape[0] / 2)
        assert head == int(3 * columns.mean() / picture.shape[1])
    for place, label in enumerate(("start", "夏", "x", "y", "world", "月")):
        changed = [*tokens[:place], label, *tokens[place + 1 :]]
        assert drawn(maps, changed).shape[0] > 0
        assert not np.array_equal(drawn(maps, changed), picture)
    with pytest.raises(InputError, match="has 65 tokens, and a picture of attention shows at most 64"):
        attention_picture(np.zeros((1, 1, 65, 65), dtype=np.float32), ["a"] * 65)


def test_attention_through_the_command(quick: Quick, studio: Studio, tmp_path: Path) -> None:
    quick(name="sees")
    quick("lstm", name="blind")
    (path,) = studio.write_samples("sees", tmp_path / "map.png", prompt="The bell is rung", attention=True)
    assert path == tmp_path / "map.png"
    with Image.open(path) as picture:
        assert picture.size[0] > 500
    with pytest.raises(InputError, match="blind is an lstm, which remembers what it read and attends to nothing"):
        list(studio.sample("blind", prompt="The", attention=True))
    with pytest.raises(InputError, match="has 40 tokens, and sees reads 32 at a time"):
        list(studio.sample("sees", prompt="x" * 40, attention=True))


# ---------------------------------------------------------------- the command


def test_the_command(quick: Quick, studio: Studio, tmp_path: Path) -> None:
    quick(name="m")
    quick("text_vae", name="lines")
    environment = {**os.environ, "MIAOBI_HOME": str(studio.settings.home), "OMP_NUM_THREADS": "1"}

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        miaobi = str(Path(sys.executable).with_name("miaobi"))
        done = subprocess.run(
            [miaobi, "sample", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
        return done

    told = run("m", "The ", "--beams", "3", "--count", "2", "--tokens", "6", "--no-repeat-ngram", "4").stdout
    assert told.count("The ") == 2
    assert told.count("\n---\n") == 1
    assert run("m", "The bell", "--attention", "map.png").stdout.strip() == str(tmp_path / "map.png")
    assert "already" in run("m", "The bell", "--attention", "map.png", code=2).stderr
    run("m", "The bell", "--attention", "map.png", "--replace")
    assert len(run("lines", "--between", "The bell", "A heron", "--interpolate", "3").stdout.split("---")) == 3
    assert "nothing to do with --bars, --on" in run("m", "--bars", "3", "--on", "x.png", code=2).stderr
    assert "--top-p cannot be" in run("m", "--top-p", "7", code=2).stderr
    assert "--temperature" in run("m", "--beams", "2", "--temperature", "1", code=2).stderr
