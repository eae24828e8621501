"""Pictures fitted and captioned, read back with Pillow."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from miaobi.base.asset import Asset
from miaobi.edit.image import caption_image, fit_image
from miaobi.errors import InputError


def picture(width: int, height: int, left: str = "#cc2020", right: str = "#2020cc", mode: str = "RGB") -> Asset:
    image = Image.new(mode, (width, height), left)
    image.paste(Image.new(mode, (width - width // 2, height), right), (width // 2, 0))
    file = io.BytesIO()
    image.save(file, "PNG")
    return Asset.from_bytes(file.getvalue(), "image/png")


def pixels(asset: Asset) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(asset.read())).convert("RGB")).astype(int)


def test_cover_fills_and_keeps_the_middle() -> None:
    out = pixels(fit_image(picture(400, 200), 100, 100, "cover"))
    assert out.shape == (100, 100, 3)
    assert np.abs(out[50, 10] - [0xCC, 0x20, 0x20]).max() < 3
    assert np.abs(out[50, 90] - [0x20, 0x20, 0xCC]).max() < 3
    edge = np.argmax(out[50, :, 2] > out[50, :, 0])
    assert 48 <= edge <= 52


def test_contain_shows_everything_on_bars() -> None:
    out = pixels(fit_image(picture(400, 200), 100, 100, "contain", background="#00ff00"))
    assert (out[:24] == [0, 255, 0]).all()
    assert (out[-24:] == [0, 255, 0]).all()
    assert np.abs(out[50, 2] - [0xCC, 0x20, 0x20]).max() < 3


@pytest.mark.parametrize("place", ["below", "over"])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Under the old plane trees it’s barely 31 degrees on a July afternoon.", "en"),
        ("老梧桐树下的街道，七月的一个下午只有31度。", "zh"),
    ],
)
def test_caption_is_set_inside_the_picture(place: str, text: str, language: str) -> None:
    source = picture(480, 320)
    done = caption_image(source, text, language, place=place)  # type: ignore[arg-type]
    out = pixels(done)
    assert out.shape[1] == 480
    assert out.shape[0] > 340 if place == "below" else out.shape[0] == 320
    assert np.array_equal(out[:100], pixels(source)[:100])
    strip = out[322:] if place == "below" else out[240:]
    ink = np.abs(strip - np.median(strip, axis=(0, 1))).sum(axis=2) > 150
    if place == "below":
        assert ink.sum() > 400
        assert not ink[:, :8].any()
        assert not ink[:, -8:].any()
    else:
        assert (strip.min(axis=2) > 200).sum() > 400
    assert done == caption_image(source, text, language, place=place)  # type: ignore[arg-type]


def test_two_chinese_characters_look_different() -> None:
    """A font without them would draw the same empty box twice."""
    a, b = (pixels(caption_image(picture(200, 200), text, "zh"))[200:] for text in ("树树树", "空空空"))
    assert a.shape == b.shape
    assert (np.abs(a - b).sum(axis=2) > 100).sum() > 20


def test_regional_forms_follow_the_language() -> None:
    simplified, traditional = (pixels(caption_image(picture(200, 200), "骨", tag)) for tag in ("zh-CN", "zh-TW"))
    assert not np.array_equal(simplified, traditional)


def test_an_apostrophe_is_as_narrow_as_its_neighbours() -> None:
    """The typeface's own curly quotes are a whole square wide, as Chinese wants them."""

    def ink_width(text: str, language: str) -> int:
        strip = pixels(caption_image(picture(600, 400), text, language))[402:]
        columns = np.flatnonzero((strip.max(axis=2) < 150).any(axis=0))
        return int(columns[-1] - columns[0])

    for language in ("en", "zh"):
        assert ink_width("it’s barely", language) < ink_width("itxs barely", language)
    assert ink_width("“树”空", "zh") > ink_width("树空", "zh") + 20


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(InputError, match="not a picture"):
        fit_image(Asset.from_bytes(b"text", "image/png"), 10, 10)
    with pytest.raises(InputError, match="0 by 10"):
        fit_image(picture(10, 10), 0, 10)
