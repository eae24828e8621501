"""Material for the tests, made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from invented import Collect, drawing, prose

from miaobi.settings import load_settings
from miaobi.studio import DataSet, Studio


@pytest.fixture
def collect(tmp_path: Path) -> Collect:
    """Makes a data set below an empty home through the studio."""

    def run(*material: Path, kind: str | None = None, replace: bool = False, **options: Any) -> DataSet:
        studio = Studio(load_settings({"home": tmp_path / "home"}, {"SOURCE_DATE_EPOCH": "1763683200"}))
        return studio.collect(material, {"name": "made", **options}, kind=kind, replace=replace)

    return run


@pytest.fixture
def novel(tmp_path: Path) -> Path:
    """A folder with thirty short texts."""
    folder = tmp_path / "novel"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.txt").write_text(prose(number), encoding="utf-8")
    return folder


@pytest.fixture
def sketches(tmp_path: Path) -> Path:
    """A folder with thirty drawings of 96 x 96 pixels."""
    folder = tmp_path / "sketches"
    folder.mkdir()
    for number in range(30):
        drawing(number).save(folder / f"{number:02}.png")
    return folder
