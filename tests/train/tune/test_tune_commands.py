"""The installed command, in subprocesses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from miaobi.settings import load_settings
from miaobi.studio import Studio

MIAOBI = str(Path(sys.executable).with_name("miaobi"))
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    environment = {**os.environ, "MIAOBI_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1", "COLUMNS": "400"}

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [MIAOBI, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stderr + done.stdout
        return done

    return run


def test_from_pairs_to_an_engine_that_needs_no_pytorch(
    command: Command, gguf_llama: Path, pairs_file: Path, tmp_path: Path
) -> None:
    base = f"text:llamacpp/{gguf_llama}"
    settings = ("--set", "context=64", "--set", "evaluate_every=3", "--set", "sample_every=9", "--set", "others=9")
    done = command(
        "tune", "text", "--base", base, "--data", str(pairs_file), "--name", "birds", "--size", "tiny", "--steps", "6",
        *settings,
    )  # fmt: skip
    assert done.stdout.strip() == str(tmp_path / "home" / "lab" / "models" / "birds")
    assert "unpacking tiny, once: its weights (2 of 3)" in done.stderr
    assert "step 3: validation loss" in done.stderr
    assert f"without PyTorch it is the engine {base}+birds" in " ".join(done.stderr.split())
    assert "it/s]" not in done.stderr  # no bars of others
    studio = Studio(load_settings({"home": tmp_path / "home"}, {}))
    assert f"{base}+birds" in [card.id for card in studio.engines()]  # the table shortens so long a name
    assert "text_lora" in command("models").stdout
    assert command("sample", "birds", "Name a bird:", "--tokens", "5").stdout.startswith("Name a bird:")


def test_what_cannot_be_is_said_in_a_line(command: Command, pairs_file: Path, tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    text = ("tune", "text", "--name", "m")
    assert "needs a base and pairs" in command(*text, code=2).stderr
    assert "There is no folder" in command(*text, "--base", "none", "--data", str(pairs_file), code=2).stderr
    assert "no model 'm'" in command(*text, "--resume", code=2).stderr
    image = ("tune", "image", "--name", "m")
    assert "needs a pipeline and pictures" in command(*image, code=2).stderr
    assert "it has no model_index.json" in command(*image, "--base", "base", "--data", "x", code=2).stderr
    assert "--dreambooth" in command("tune", "image", "--help").stdout


def test_help_loads_no_pytorch() -> None:
    code = (
        "import sys, miaobi.serve.cli, miaobi.studio, miaobi.train.catalog\n"
        "miaobi.train.catalog.models()\n"
        "print(sorted({'torch', 'transformers', 'peft', 'diffusers', 'gguf'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
