from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from miaobi.brief.brief import Brief
from miaobi.errors import DiskError
from miaobi.publish.manifest import Manifest, to_json
from miaobi.studio.folders import folder_for, list_works, work_folder

DAY = date(2025, 11, 21)
BEES = Brief(recipe="article", topic="bees")
TREES = Brief(recipe="article", topic="trees")
ENGINES = {"text": "text:fake", "image": "image:fake"}


def put_work(folder: Path, brief: Brief, engines: dict[str, str] | None = None) -> Path:
    folder.mkdir(parents=True)
    manifest = Manifest(
        name=folder.name,
        recipe="article",
        language="en",
        title="t",
        brief=brief.model_dump(mode="json"),
        chosen_engines=ENGINES if engines is None else engines,
    )
    (folder / "manifest.json").write_bytes(to_json(manifest))
    return folder


def test_a_brief_finds_its_work_whatever_the_folder_is_called(tmp_path: Path) -> None:
    mine = put_work(tmp_path / "renamed by hand", BEES)
    put_work(tmp_path / "2025-11-21-bees", TREES)
    assert folder_for(tmp_path, DAY, "bees", BEES, ENGINES) == mine


def test_another_work_of_that_name_is_left_alone(tmp_path: Path) -> None:
    put_work(tmp_path / "2025-11-21-x", TREES)
    assert folder_for(tmp_path, DAY, "x", BEES, ENGINES).name == "2025-11-21-x-article"
    (tmp_path / "2025-11-21-x-article").mkdir()
    assert folder_for(tmp_path, DAY, "x", BEES, ENGINES).name == "2025-11-21-x-article-2"


def test_names_do_not_run_out(tmp_path: Path) -> None:
    for name in ("x", "x-article", *(f"x-article-{number}" for number in range(2, 1001))):
        (tmp_path / f"2025-11-21-{name}").mkdir()
    assert folder_for(tmp_path, DAY, "x", BEES, ENGINES).name == "2025-11-21-x-article-1001"


def test_the_same_brief_for_another_engine_is_another_work(tmp_path: Path) -> None:
    mine = put_work(tmp_path / "2025-11-21-bees", BEES)
    assert folder_for(tmp_path, DAY, "bees", BEES, {**ENGINES, "text": "text:other"}) != mine
    assert folder_for(tmp_path, DAY, "bees", BEES, {**ENGINES, "music": "music:fake"}) == mine


@pytest.mark.parametrize("damage", [b"", b"{", b"[" * 100_000, b'{"a":' * 100_000, b'{"seed":' + b"9" * 5000 + b"}"])
def test_one_damaged_work_stops_neither_the_listing_nor_another_brief(tmp_path: Path, damage: bytes) -> None:
    damaged = put_work(tmp_path / "2025-11-21-bees", BEES)
    put_work(tmp_path / "2025-11-21-trees", TREES)
    (damaged / "manifest.json").write_bytes(damage)
    assert folder_for(tmp_path, DAY, "trees", TREES, ENGINES).name == "2025-11-21-trees"
    trees, bees = list_works(tmp_path)
    assert trees.trouble == ""
    assert "manifest.json" in bees.trouble


def test_a_folder_with_a_directory_for_a_manifest_is_trouble_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "odd" / "manifest.json").mkdir(parents=True)
    (entry,) = list_works(tmp_path)
    assert entry.trouble
    assert folder_for(tmp_path, DAY, "bees", BEES, ENGINES).name == "2025-11-21-bees"


def test_a_place_that_cannot_be_looked_into_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / ("x" * 300)):
        with pytest.raises(DiskError):
            list_works(place)
    assert list_works(tmp_path / "nothing here yet") == ()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may look everywhere")
def test_a_place_without_permission_is_said(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(DiskError, match="cannot be read"):
        list_works(tmp_path / "closed")


def test_a_work_is_meant_by_its_folder_its_manifest_and_a_link(tmp_path: Path) -> None:
    folder = put_work(tmp_path / "works" / "bees", BEES)
    (tmp_path / "link").symlink_to(folder)
    assert work_folder(folder) == work_folder(folder / "manifest.json") == work_folder(tmp_path / "link") == folder
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["name"] == "bees"
