"""A studio on the fake engines, with home and works of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from miaobi.base.run import StepEvent
from miaobi.settings import load_settings
from miaobi.studio import Studio

FAKES = {name: f"{name}:fake" for name in ("text", "image", "speech", "transcript", "music", "embedding")}


@pytest.fixture
def heard() -> list[StepEvent]:
    """What the steps of every studio of the test said, in order."""
    return []


@pytest.fixture
def studio_on(tmp_path: Path, heard: list[StepEvent]) -> Callable[..., Studio]:
    """Makes a studio, as a process of its own would have it; all of a test share home and works."""

    def make(epoch: int = 1_763_683_200, **engines: str) -> Studio:
        chosen = {"home": tmp_path / "home", "output": tmp_path / "works", "engines": {**FAKES, **engines}}
        return Studio(load_settings({**chosen, "epoch": epoch}, {}), heard.append)

    return make


@pytest.fixture
def studio(studio_on: Callable[..., Studio]) -> Studio:
    """One on the fakes alone."""
    return studio_on()
