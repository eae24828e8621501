"""One picture file of any mode, size and state as a square of pixels."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from invented import drawing
from numpy.typing import NDArray
from PIL import Image

from miaobi.train.data.pictures.read import MOST_PIXELS, Picture, read_picture
from miaobi.train.data.pictures.wish import PictureWish
from miaobi.train.data.reading import UnreadableError

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def read(path: Path, **options: Any) -> Picture:
    return read_picture(path, PictureWish(**{"name": "x", "picture_size": 16, **options}))


def pixels(path: Path, **options: Any) -> NDArray[np.int64]:
    return read(path, **options).pixels.astype(np.int64)


def half_black() -> Image.Image:
    """Black, white and a grey, 32 x 32."""
    image = Image.new("L", (32, 32), 255)
    image.paste(0, (0, 0, 16, 32))
    image.paste(128, (0, 16, 16, 32))
    return image


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_mode_gives_the_same_picture(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    image = half_black() if mode in ("L", "LA", "P") else half_black().convert("RGB")
    image.convert(mode).save(path)
    got = read(path, picture_size=32)
    assert got.mode == mode
    np.testing.assert_allclose(got.pixels, np.asarray(half_black().convert("RGB")), atol=1)


@pytest.mark.parametrize(("kind", "mode", "step"), [("<u2", "I;16", 257), ("<i4", "I", 1000), ("<f4", "F", 0.001)])
def test_deep_greys_become_bytes(tmp_path: Path, kind: str, mode: str, step: float) -> None:
    Image.fromarray((np.asarray(half_black()) * float(step)).astype(kind)).save(tmp_path / "a.tif")
    got = read(tmp_path / "a.tif", picture_size=32)
    assert got.mode == mode
    np.testing.assert_allclose(got.pixels, np.asarray(half_black().convert("RGB")), atol=1)


def test_black_and_white_without_grey(tmp_path: Path) -> None:
    half_black().point(lambda value: value > 200 and 255).convert("1").save(tmp_path / "a.png")
    got = read(tmp_path / "a.png", picture_size=32)
    assert got.mode == "1"
    assert got.pixels[16, 4].tolist() == [0, 0, 0]
    assert got.pixels[16, 28].tolist() == [255, 255, 255]


def test_what_is_transparent_shows_the_background(tmp_path: Path) -> None:
    image = Image.new("RGBA", (32, 32), (0, 255, 0, 0))
    image.paste((*RED, 255), (0, 0, 16, 32))
    image.paste((0, 0, 0, 128), (0, 16, 16, 32))
    image.save(tmp_path / "a.png")
    got = pixels(tmp_path / "a.png", picture_size=32, background="#0000ff")
    assert tuple(got[2, 2]) == RED
    assert tuple(got[2, 30]) == BLUE
    np.testing.assert_allclose(got[30, 2], (0, 0, 127), atol=1)
    small = pixels(tmp_path / "a.png", picture_size=16, background="#0000ff")
    assert small[:, :, 1].max() == 0  # the green of transparent pixels is nowhere
    image.quantize(8).save(tmp_path / "p.png")
    assert tuple(pixels(tmp_path / "p.png", background="blue")[2, 14]) == BLUE
    keyed = Image.new("L", (32, 32), 7)
    keyed.save(tmp_path / "l.png", transparency=7)
    assert tuple(pixels(tmp_path / "l.png")[8, 8]) == WHITE


def test_cover_cuts_and_contain_keeps_all(tmp_path: Path) -> None:
    image = Image.new("RGB", (64, 32), RED)
    image.paste(BLUE, (0, 0, 16, 32))
    image.save(tmp_path / "a.png")
    cover = pixels(tmp_path / "a.png")
    assert np.abs(cover - RED)[:, 2:].max() <= 4  # the blue quarter at the left is cut away
    contain = pixels(tmp_path / "a.png", fit="contain", background="black")
    assert tuple(contain[0, 8]) == (0, 0, 0) == tuple(contain[15, 8])
    assert np.abs(contain[8, 1] - BLUE).max() <= 4
    assert np.abs(contain[8, 12] - RED).max() <= 4
    Image.new("RGB", (3000, 1), RED).save(tmp_path / "line.png")
    line = pixels(tmp_path / "line.png", fit="contain")
    assert np.all(line == RED, axis=2).sum() == 16


def test_the_camera_may_be_held_any_way(tmp_path: Path) -> None:
    image = Image.new("RGB", (32, 32), WHITE)
    image.paste(RED, (0, 0, 32, 16))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.save(tmp_path / f"{orientation}.png", exif=exif)
    corners = {number: pixels(tmp_path / f"{number}.png")[[2, 2, 13, 13], [2, 13, 2, 13], 1] for number in range(1, 9)}
    top, bottom, left, right = [0, 0, 255, 255], [255, 255, 0, 0], [0, 255, 0, 255], [255, 0, 255, 0]
    wanted = {1: top, 2: top, 3: bottom, 4: bottom, 5: left, 6: right, 7: right, 8: left}
    assert {number: [int(value > 128) * 255 for value in corner] for number, corner in corners.items()} == wanted


def test_large_photographs_and_first_frames(tmp_path: Path) -> None:
    photo = drawing(3, (1600, 1200))
    photo.save(tmp_path / "a.jpg", quality=95)
    side = photo.crop((200, 0, 1400, 1200)).resize((16, 16), Image.Resampling.LANCZOS)
    assert np.abs(pixels(tmp_path / "a.jpg") - np.asarray(side)).mean() < 4
    got = read(tmp_path / "a.jpg")
    assert (got.width, got.height) == (1600, 1200)
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, BLUE)]
    for name in ("a.gif", "a.webp", "a.tiff", "b.png"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
        assert np.abs(pixels(tmp_path / name)[8, 8] - RED).max() <= 3


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "bmp", "tif"])
def test_a_file_that_is_cut_anywhere_is_refused_or_whole(tmp_path: Path, suffix: str) -> None:
    whole = tmp_path / f"whole.{suffix}"
    drawing(5).save(whole)
    data = whole.read_bytes()
    refused = 0
    for share in (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9):
        path = tmp_path / f"cut.{suffix}"
        path.write_bytes(data[: int(share * len(data))])
        try:
            np.testing.assert_allclose(pixels(path), pixels(whole))
        except UnreadableError:
            refused += 1
    assert refused >= 6


def test_noise_in_a_file_never_gets_out(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    for suffix in ("png", "jpg", "webp", "gif", "bmp", "tif"):
        drawing(5).save(tmp_path / f"a.{suffix}")
        data = bytearray((tmp_path / f"a.{suffix}").read_bytes())
        for _ in range(15):
            broken = data.copy()
            for place in chance.integers(0, len(data), 8):
                broken[place] = chance.integers(256)
            path = tmp_path / f"b.{suffix}"
            path.write_bytes(broken)
            with suppress(UnreadableError):
                assert pixels(path).shape == (16, 16, 3)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (9000, 9000), (2**31 - 1, 1), (10_000, 10_000)])
def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "bomb.png"
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1 << 20), 9) * 4
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
    with pytest.raises(UnreadableError, match=f"{MOST_PIXELS:,}"):
        read(path)


def test_sizes_that_do_not_serve(tmp_path: Path) -> None:
    drawing(1, (64, 20)).save(tmp_path / "a.png")
    assert read(tmp_path / "a.png", picture_size=40).pixels.shape == (40, 40, 3)
    with pytest.raises(UnreadableError, match="64 x 20 pixels and would have to be enlarged more than 2 times"):
        read(tmp_path / "a.png", picture_size=41)
    assert read(tmp_path / "a.png", picture_size=128, fit="contain").pixels.shape == (128, 128, 3)
    (tmp_path / "big.bmp").touch()
    with (tmp_path / "big.bmp").open("r+b") as file:
        file.truncate(65 << 20)
    with pytest.raises(UnreadableError, match="it has 65 MB, more than the 64 MB"):
        read(tmp_path / "big.bmp")


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    drawing(4).save(tmp_path / "a.webp", lossless=True)
    (tmp_path / "a.webp").rename(tmp_path / "图.png")
    drawing(4).save(tmp_path / "b.png")
    np.testing.assert_array_equal(pixels(tmp_path / "图.png"), pixels(tmp_path / "b.png"))
    drawing(4).save(tmp_path / "a.eps")
    (tmp_path / "a.eps").rename(tmp_path / "eps.png")
    with pytest.raises(UnreadableError, match="it is none of PNG, JPEG"):
        read(tmp_path / "eps.png")
