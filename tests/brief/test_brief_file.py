"""Brief files: YAML and JSON by content, and every way they can be broken."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miaobi.brief.brief_file import read_brief_file
from miaobi.errors import BriefError


def _write(folder: Path, data: str | bytes, name: str = "brief.yaml") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        "topic: 城市树木\nwords: 300\n",
        '{"topic": "城市树木", "words": 300}',
        "{topic: 城市树木, words: 300}",
        codecs.BOM_UTF8 + "topic: 城市树木\nwords: 300".encode(),
        "topic: 城市树木\nwords: 300".encode("utf-16"),
    ],
)
def test_yaml_and_json_are_told_by_content(tmp_path: Path, data: str | bytes) -> None:
    for name in ("brief.yaml", "brief.txt"):
        assert read_brief_file(_write(tmp_path, data, name)) == {"topic": "城市树木", "words": 300}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("- a\n- b", "a list"),
        ("just words", "a plain sentence"),
        ("topic: a\ntopic: b", 'names "topic" twice'),
        ('{"topic": "a", "topic": "b"}', 'names "topic" twice'),
        ("facts:\n  - a: 1\n    a: 2", 'names "a" twice'),
        ("topic: 'open", "line"),
        ("topic: a: b", "line 1"),
        ("3: x", "no word"),
        ("? [a]\n: b", "cannot be understood"),
        ("topic: 2024-13-45", "cannot be understood"),
        ("topic: !!python/object/apply:os.system ['true']", "neither valid YAML nor JSON"),
        ("topic: [" + "[" * 1200, "too deeply"),
        ("城市".encode("gbk"), "not UTF-8"),
        ("topic: " + "x" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, data: str | bytes, message: str) -> None:
    with pytest.raises(BriefError, match=message):
        read_brief_file(_write(tmp_path, data))


def test_broken_json_says_where(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="line 1 column"):
        read_brief_file(_write(tmp_path, '{"topic": }', "brief.json"))


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match="no brief file"):
        read_brief_file(tmp_path / "none.yaml")
    with pytest.raises(BriefError, match="folder"):
        read_brief_file(tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=80)
    | st.text(alphabet=st.sampled_from(list("ab:{}[]&*!?|>-\"'\n #,")), max_size=40).map(str.encode)
)
def test_any_bytes_give_a_mapping_or_a_brief_error(tmp_path: Path, data: bytes) -> None:
    try:
        found = read_brief_file(_write(tmp_path, data))
    except BriefError:
        return
    assert all(isinstance(key, str) for key in found)
