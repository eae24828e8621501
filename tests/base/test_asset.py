from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from miaobi.base.asset import Asset
from miaobi.errors import StoreError


def test_an_asset_is_its_bytes_and_media_type_wherever_they_lie(tmp_path: Path) -> None:
    (tmp_path / "图.png").write_bytes(b"bytes")
    in_file = Asset.from_file(tmp_path / "图.png", "image/png")
    in_memory = Asset.from_bytes(b"bytes", "image/png")
    assert in_file == in_memory
    assert hash(in_file) == hash(in_memory)
    assert in_file.read() == in_memory.read() == b"bytes"
    assert in_memory != Asset.from_bytes(b"bytes", "image/jpeg")
    assert in_memory != "image/png"


def test_an_asset_survives_pickling_with_its_source() -> None:
    assert pickle.loads(pickle.dumps(Asset.from_bytes(b"x", "a/b"))).read() == b"x"


def test_an_asset_from_a_manifest_says_that_its_bytes_are_elsewhere() -> None:
    bare = Asset.model_validate_json(Asset.from_bytes(b"x", "a/b").model_dump_json())
    with pytest.raises(StoreError, match="bytes of asset"):
        bare.read()
