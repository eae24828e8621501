"""`miaobi breed` and `miaobi dream` as installed, in subprocesses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import draw
from PIL import Image

from miaobi.studio import Studio
from miaobi.train.folder import ModelFolder

MIAOBI = str(Path(sys.executable).with_name("miaobi"))
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(picture_studio: Studio, tmp_path: Path) -> Command:
    environment = {**os.environ, "MIAOBI_HOME": str(picture_studio.settings.home), "OMP_NUM_THREADS": "1"}

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [MIAOBI, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stderr + done.stdout
        return done

    return run


def test_children_and_a_dream(command: Command, quick_pictures: Callable[..., ModelFolder], tmp_path: Path) -> None:
    quick_pictures("stylegan", steps=2)
    draw(1).save(tmp_path / "a.png")
    draw(2, 50).save(tmp_path / "b.png")
    done = command("breed", "a.png", "b.png", "--model", "m", "--output", "sheets/family.png", "--children", "5")
    assert done.stdout.strip() == str(tmp_path / "sheets" / "family.png")
    assert "5 children" in done.stderr
    done = command("dream", "b.png", "--model", "m", "--layer", "0", "--steps", "1", "--octaves", "1")
    assert done.stdout.strip() == str(tmp_path / "b-dream.png")
    assert "50 x 50, dreamt with layer" in done.stderr
    with Image.open(tmp_path / "b-dream.png") as image:
        assert image.size == (50, 50)
    assert "already" in command("dream", "b.png", "--model", "m", code=2).stderr
    assert "m has no layer 'eyes'" in command("dream", "a.png", "--model", "m", "--layer", "eyes", code=2).stderr


def test_what_cannot_be_is_said_in_a_line(command: Command, tmp_path: Path) -> None:
    draw(1).save(tmp_path / "a.png")
    assert "no model 'm'" in command("breed", "a.png", "a.png", "--model", "m", "--output", "b.png", code=2).stderr
    assert "no model 'm' in the lab, and no folder" in command("dream", "a.png", "--model", "m", code=2).stderr
    assert "is no name of a PNG" in command("dream", "a.png", "--model", "m", "--output", "b.gif", code=2).stderr
