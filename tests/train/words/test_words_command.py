"""`miaobi words`, and that it needs no PyTorch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from miaobi.serve.cli import app
from miaobi.studio import Studio


def asked(studio: Studio, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["words", *arguments], env={"MIAOBI_HOME": str(studio.settings.home)})
    return done.exit_code, done.output


def test_near_analogy_and_map(studio: Studio, tmp_path: Path) -> None:
    code, said = asked(studio, "sg", "near", "sea1", "--count", "4")
    lines = [line.split() for line in said.splitlines()]
    assert code == 0
    assert [line[1] for line in lines] == [near.word for near in studio.words("sg").near("sea1", 4)]
    assert all(0 < float(line[0]) <= 1 and int(line[2]) > 0 for line in lines)
    code, said = asked(studio, "sg", "analogy", "sea1", "sea2", "war1", "--count", "2")
    assert (code, len(said.splitlines())) == (0, 2)
    picture = tmp_path / "maps" / "m.png"
    assert asked(studio, "sg", "map", str(picture), "--count", "40") == (0, f"{picture}\n")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert asked(studio, "sg", "map", str(picture))[0] == 2
    assert asked(studio, "sg", "map", str(picture), "--replace")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sg", "near", "nonsense"), "has no vector"),
        (("none", "near", "sea1"), "no model 'none'"),
        (("sg", "near", "sea1", "--count", "0"), "'--count'"),
        (("sg", "map", "picture.jpg"), "no name of a PNG"),
    ],
)
def test_what_cannot_be_is_said(studio: Studio, arguments: tuple[str, ...], said: str) -> None:
    code, output = asked(studio, *arguments)
    assert code == 2
    assert said in " ".join(output.split())


def test_asking_needs_no_pytorch(studio: Studio, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from miaobi.settings import load_settings; from miaobi.studio import Studio\n"
        f"studio = Studio(load_settings({{'home': {str(studio.settings.home)!r}}}, {{}}))\n"
        "print(len(studio.words('glove').near('sea1')))\n"
        f"studio.words_map('sg', __import__('pathlib').Path({str(tmp_path / 'm.png')!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "10\n"), done.stderr
