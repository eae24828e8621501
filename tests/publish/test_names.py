"""File names: readable, safe, without collisions."""

from __future__ import annotations

import pytest

from miaobi.base.asset import Asset
from miaobi.base.piece import Part, Piece
from miaobi.errors import InputError
from miaobi.publish.names import asset_names, check_names

PNG = Asset.from_bytes(b"p", "image/png")


def names_of(*ids: str) -> list[str]:
    parts = tuple(Part(id=part_id, kind="picture", asset=PNG) for part_id in ids)
    names = asset_names(Piece(recipe="r", title="t", language="en", parts=parts))
    check_names(names.values())
    return list(names.values())


def test_names_are_readable(film: Piece) -> None:
    assert list(asset_names(film).values()) == [
        "assets/scene-1.png",
        "assets/scene-1.wav",
        "assets/scene-2.png",
        "assets/scene-2.wav",
        "assets/voice.wav",
        "assets/music.wav",
        "assets/score.mid",
        "video.srt",
        "video.vtt",
        "video.mp4",
        "poster.png",
    ]


def test_no_two_parts_share_a_name() -> None:
    assert names_of("a.picture", "a.inset", "A.picture", "a-inset") == [
        "assets/a.png",
        "assets/a-inset.png",
        "assets/A-picture.png",
        "assets/a-inset-2.png",
    ]


def test_any_part_id_gives_a_safe_name() -> None:
    for name in names_of("../../etc/passwd", "/x", "con.picture", "城市.picture", "长" * 300, "...", "a\x00b"):
        assert name.startswith("assets/")
        assert ".." not in name.split("/")
    assert names_of("城市.picture") == ["assets/城市.png"]


@pytest.mark.parametrize(
    "name", ["", "/a", "../a", "a/../b", "a//b", "./a", "a\\b", "C:a", "a\n", "nul.txt", "a.", "长" * 86, "a/"]
)
def test_unsafe_names_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="file name"):
        check_names([name])


def test_names_that_are_one_on_some_systems_are_refused() -> None:
    for pair in (["A.png", "a.png"], ["é.png", "e\u0301.png"]):
        with pytest.raises(InputError, match="same name"):
            check_names(pair)
