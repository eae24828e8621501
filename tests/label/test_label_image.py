"""The label in a picture: seen on any ground, at the lawful size, and noticed when it is gone."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from miaobi.base.asset import Asset
from miaobi.errors import InputError
from miaobi.label.explicit import short_label
from miaobi.label.image import find_image_label, label_image

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


def asset_of(picture: Image.Image, media_type: str = "image/png") -> Asset:
    data = io.BytesIO()
    picture.save(data, FORMATS[media_type], quality=95)
    return Asset.from_bytes(data.getvalue(), media_type)


def open_asset(asset: Asset) -> Image.Image:
    return Image.open(io.BytesIO(asset.read()))


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


GROUNDS = {
    "white": Image.new("RGB", (640, 360), "white"),
    "black": Image.new("RGB", (640, 360), "black"),
    "grey": Image.new("RGB", (360, 640), (128, 128, 128)),
    "noise": noise(400, 300),
    "wide": Image.new("RGB", (1000, 100), "#e9967a"),
    "tiny": Image.new("RGB", (64, 64), "white"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_it_is_seen_on_any_ground_and_large_enough(ground: str, language: str) -> None:
    before = GROUNDS[ground].convert("RGB")
    labelled = label_image(asset_of(before), short_label(language))
    after = open_asset(labelled).convert("RGB")
    assert after.size == before.size
    changed = np.abs(np.asarray(after, int) - np.asarray(before, int)).max(axis=2) > 8
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    shortest = min(before.size)
    assert rows[-1] - rows[0] + 1 >= 0.05 * shortest
    assert before.height - rows[-1] <= 0.05 * shortest + 10  # in the bottom right corner
    assert before.width - columns[-1] <= 0.05 * shortest + 10
    assert changed.mean() < 0.08 or ground in {"tiny", "wide"}  # and nowhere else
    found = find_image_label(labelled)
    assert found is not None
    assert found.is_visible
    assert found.height_share >= 0.05
    assert found.contrast >= 3
    assert found.text == ("AI生成" if language == "zh" else "AI-generated")


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_keeps_it(media_type: str) -> None:
    labelled = label_image(asset_of(GROUNDS["noise"], media_type), short_label("zh"))
    assert labelled.media_type == media_type
    assert open_asset(labelled).format == FORMATS[media_type]
    found = find_image_label(labelled)
    assert found is not None
    assert found.is_visible


def test_the_note_is_read_by_others() -> None:
    picture = open_asset(label_image(asset_of(GROUNDS["white"]), short_label("en"), source_type="algorithmicMedia"))
    description = picture.getxmp()["xmpmeta"]["RDF"]["Description"]
    assert description["DigitalSourceType"].endswith("/digitalsourcetype/algorithmicMedia")
    assert description["text"] == "AI-generated"


def test_a_file_has_exactly_one_label() -> None:
    once = label_image(asset_of(GROUNDS["white"]), short_label("en"))
    assert label_image(once, short_label("en")) == once
    assert label_image(asset_of(GROUNDS["white"]), short_label("en")) == once  # the same bytes every time


def test_a_label_that_was_painted_over_is_not_verified_and_is_put_back() -> None:
    labelled = label_image(asset_of(GROUNDS["grey"]), short_label("en"))
    found = find_image_label(labelled)
    assert found is not None
    picture = open_asset(labelled)
    note = picture.info["XML:com.adobe.xmp"]
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", note)
    ImageDraw.Draw(picture).rectangle((0, 560, 360, 640), fill=(128, 128, 128))
    data = io.BytesIO()
    picture.save(data, "PNG", pnginfo=info)
    painted = Asset.from_bytes(data.getvalue(), "image/png")
    gone = find_image_label(painted)
    assert gone is not None
    assert not gone.is_visible
    again = find_image_label(label_image(painted, short_label("en")))
    assert again is not None
    assert again.is_visible


def test_half_a_label_is_no_label() -> None:
    labelled = label_image(asset_of(GROUNDS["grey"]), short_label("en"))
    found = find_image_label(labelled)
    assert found is not None
    picture = open_asset(labelled)
    left, top, right, bottom = found.box
    ImageDraw.Draw(picture).rectangle((left, top, (left + right) // 2, bottom), fill=(40, 40, 40))
    data = io.BytesIO()
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", picture.info["XML:com.adobe.xmp"])
    picture.save(data, "PNG", pnginfo=info)
    half = find_image_label(Asset.from_bytes(data.getvalue(), "image/png"))
    assert half is not None
    assert not half.is_visible


def test_a_resized_picture_still_shows_it() -> None:
    labelled = label_image(asset_of(GROUNDS["white"].resize((1280, 720))), short_label("zh"))
    picture = open_asset(labelled)
    small = picture.resize((640, 360), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.save(data, "JPEG", quality=85, xmp=picture.info["XML:com.adobe.xmp"].encode())
    found = find_image_label(Asset.from_bytes(data.getvalue(), "image/jpeg"))
    assert found is not None
    assert found.is_visible


def test_transparent_and_palette_pictures() -> None:
    clear = label_image(asset_of(Image.new("RGBA", (300, 300), (0, 0, 0, 0))), short_label("en"))
    assert open_asset(clear).mode == "RGBA"
    assert open_asset(clear).getpixel((5, 5)) == (0, 0, 0, 0)
    assert find_image_label(clear) is not None
    palette = label_image(asset_of(GROUNDS["white"].convert("P")), short_label("en"))
    found = find_image_label(palette)
    assert found is not None
    assert found.is_visible


def test_a_picture_without_a_label_has_none() -> None:
    assert find_image_label(asset_of(GROUNDS["noise"])) is None


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(InputError, match="cannot get a visible label"):
        label_image(Asset.from_bytes(b"x", "image/svg+xml"), short_label("en"))
    with pytest.raises(InputError, match="cannot be decoded"):
        label_image(Asset.from_bytes(random.Random(1).randbytes(99), "image/png"), short_label("en"))
