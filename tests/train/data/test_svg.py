"""SVG drawings: drawn as a browser would, and bounded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from miaobi.train.data.pictures.read import Picture, read_picture
from miaobi.train.data.pictures.wish import PictureWish
from miaobi.train.data.reading import UnreadableError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
HALF = '<rect width="18" height="36" fill="red"/>'
RED, WHITE = [255, 0, 0], [255, 255, 255]


@pytest.fixture
def drawn(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Draws an SVG at 16 x 16."""

    def run(svg: str | bytes, **options: object) -> Picture:
        path = tmp_path / "a.svg"
        path.write_bytes(svg if isinstance(svg, bytes) else svg.encode())
        return read_picture(path, PictureWish.model_validate({"name": "x", "picture_size": 16, **options}))

    return run


def sides(picture: Picture) -> list[list[int]]:
    pixels: NDArray[np.uint8] = picture.pixels
    return [pixels[8, 2].tolist(), pixels[8, 13].tolist()]


@pytest.mark.parametrize(
    "extent",
    [
        'viewBox="0 0 36 36"',
        'width="36" height="36"',
        'width="36mm" height="36mm" viewBox="0 0 36 36"',
        'width="100%" height="100%" viewBox="0,0 36,36"',
        'width="1e5" height="1e5" viewBox="0 0 36 36"',
        'width="0.5px" height="0.5px" viewBox="0 0 36 36"',
        'width="-3" height="nan" viewBox="0 0 36 36"',
    ],
)
def test_a_drawing_fills_the_picture_whatever_its_units(drawn, extent: str) -> None:  # type: ignore[no-untyped-def]
    picture = drawn(
        f'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">{SVG} {extent}>{HALF}</svg>'
    )
    assert sides(picture) == [RED, WHITE]
    assert picture.mode == "SVG"


def test_the_background_and_the_fit_are_as_for_any_picture(drawn) -> None:  # type: ignore[no-untyped-def]
    wide = f'{SVG} viewBox="0 0 72 36"><rect width="72" height="36" fill="red" opacity="0.5"/></svg>'
    picture = drawn(wide, fit="contain", background="black")
    assert picture.pixels[8, 8].tolist() == pytest.approx([128, 0, 0], abs=2)
    assert picture.pixels[1, 8].tolist() == [0, 0, 0]
    assert (picture.width, picture.height) == (72, 36)


@pytest.mark.parametrize(
    "sheet",
    [
        ".a{fill:#f00}",
        "/* colours */ .b, .a { fill: red !important; }",
        "rect{fill:red}",
        "#it{fill:red} rect{fill:blue}",
        "@font-face{font-family:x;src:url(y)} @media print { .a{fill:blue} } .a{fill:red}",
        ".a{fill:blue}.a{fill:red} g > .a{fill:blue}",
    ],
)
def test_style_sheets_colour_the_elements(drawn, sheet: str) -> None:  # type: ignore[no-untyped-def]
    rect = '<rect id="it" class="a" fill="lime" width="18" height="36"/>'
    assert sides(drawn(f'{SVG} viewBox="0 0 36 36"><style>{sheet}</style>{rect}</svg>')) == [RED, WHITE]


def test_an_elements_own_style_wins(drawn) -> None:  # type: ignore[no-untyped-def]
    rect = '<rect class="a" style="fill:red" width="18" height="36"/>'
    assert sides(drawn(f'{SVG} viewBox="0 0 36 36"><style>.a{{fill:blue}}</style>{rect}</svg>')) == [RED, WHITE]


def nested(times: int, depth: int) -> str:
    groups = (f'<g id="a{level + 1}">' + f'<use xlink:href="#a{level}"/>' * times + "</g>" for level in range(depth))
    return f'<g id="a0">{HALF}</g>{"".join(groups)}'


def chained(links: int) -> str:
    return "".join(f'<g id="a{link}"><use href="#a{link + 1}"/></g>' for link in range(links))


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (nested(10, 9), "it draws more than 100,000 elements"),
        (chained(20_000), "use each other 500 deep"),
        ("<g>" * 20_000 + "</g>" * 20_000, "it is not XML"),
        ("<g/>" * 100_001, "it draws more than 100,000 elements"),
        ('<g filter="url(#f)"/>' * 101, "it draws more than 100,000 elements"),
        ('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>', "a part of it uses itself"),
        ('<pattern id="p"><rect style="fill:url(#p)"/></pattern>', "a part of it uses itself"),
        ("<g>", "it is not XML"),
    ],
)  # fmt: skip
def test_drawings_that_would_never_end_are_refused(drawn, inside: str, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnreadableError, match=said):
        drawn(f'{SVG} viewBox="0 0 36 36">{inside}</svg>')


@pytest.mark.parametrize(
    ("svg", "said"),
    [
        (b"\xff\xfe\x00", "it is not XML"),
        ("<html/>", "it is XML, but no SVG"),
        (f"{SVG}>{HALF}</svg>", "it has neither width and height nor a viewBox"),
        (f'{SVG} viewBox="0 0 0 36">{HALF}</svg>', "it has neither width and height nor a viewBox"),
        (f'{SVG} viewBox="0 0 36000 3">{HALF}</svg>', "would have to be enlarged"),
        (f'{SVG} viewBox="0 0 36 36">{HALF}{" " * (8 << 20)}</svg>', "it has 8 MB, more than the 8 MB an SVG may have"),
    ],
)
def test_what_is_no_drawing_is_refused(drawn, svg: str | bytes, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnreadableError, match=said):
        drawn(svg)


def test_nothing_outside_the_file_is_read(drawn, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    secret = tmp_path / "secret.txt"
    secret.write_text("red", encoding="utf-8")
    entity = f'<!DOCTYPE svg [<!ENTITY s SYSTEM "file://{secret}">]>'
    with pytest.raises(UnreadableError):
        drawn(f'{entity}{SVG} viewBox="0 0 36 36"><rect width="18" height="36" fill="&s;"/></svg>')
    image = f'<image href="file://{secret}" width="36" height="36"/>'
    assert sides(drawn(f'{SVG} viewBox="0 0 36 36">{image}{HALF}</svg>')) == [RED, WHITE]
