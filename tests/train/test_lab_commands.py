"""The installed commands of the lab, in subprocesses, from a folder of texts to a text."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

MIAOBI = str(Path(sys.executable).with_name("miaobi"))
Command = Callable[..., subprocess.CompletedProcess[str]]
QUICK = ("--size", "tiny", "--set", "batch=4", "--set", "evaluate_every=5", "--set", "checkpoint_every=5")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "MIAOBI_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}


@pytest.fixture
def command(tmp_path: Path, environment: dict[str, str]) -> Command:
    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [MIAOBI, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stderr + done.stdout
        return done

    return run


def test_from_texts_to_a_text(command: Command, corpus: Path, tmp_path: Path) -> None:
    command("data", str(corpus), "--name", "verse", "--keep-duplicates", "--validation", "0.2")
    assert "No models yet" in command("models").stdout
    assert "no such model is trained yet" in command("engines").stdout
    done = command("train", "lstm", "--data", "verse", "--name", "bells", "--steps", "10", *QUICK, "--set", "kind=gru")
    assert Path(done.stdout.strip()) == tmp_path / "home/lab/models/bells"
    assert "step 5: validation loss" in done.stderr
    assert "perplexity" in done.stderr
    assert "bits per character" in done.stderr
    listed = command("models").stdout
    assert "text:lab/bells" in listed
    assert "finished at step 10" in listed
    assert "text:lab/bells" in command("engines").stdout
    sampled = command("sample", "bells", "The", "--tokens", "30", "--count", "2", "--seed", "5").stdout
    assert sampled == command("sample", "bells", "The", "--tokens", "30", "--count", "2", "--seed", "5").stdout
    assert sampled.startswith("The")
    assert sampled.count("---\nThe") == 1


def test_ctrl_c_saves_and_says_how_to_go_on(command: Command, corpus: Path, environment: dict[str, str]) -> None:
    command("data", str(corpus), "--name", "verse", "--keep-duplicates", "--validation", "0.2")
    train = [MIAOBI, "train", "transformer", "--data", "verse", "--name", "m", "--steps", "100000", *QUICK]
    process = subprocess.Popen(train, env=environment, stderr=subprocess.PIPE, text=True)
    metrics = Path(environment["MIAOBI_HOME"]) / "lab/models/m/metrics.jsonl"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (metrics.exists() and len(metrics.read_bytes()) > 500):
        time.sleep(0.05)
    command("train", "transformer", "--name", "m", "--resume", code=2)  # another process has it
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "everything is saved. Go on with: miaobi train transformer --name m --resume" in said
    assert "stopped at step" in command("models").stdout
    stopped_at = int(said.split("Stopped at step ")[1].split(" ")[0])
    done = command("train", "transformer", "--name", "m", "--resume", "--steps", str(stopped_at + 5))
    assert Path(done.stdout.strip()).name == "m"


def test_what_cannot_be_is_said_in_a_line(command: Command) -> None:
    assert "Did you mean transformer?" in command("train", "transfomer", "--name", "m", code=2).stderr
    assert "no data set 'none'" in command("train", "lstm", "--data", "none", "--name", "m", code=2).stderr
    wrong = command("train", "lstm", "--data", "none", "--name", "m", "--set", "units=-3", code=2).stderr
    assert "'units' cannot be used: input should be greater than or equal to 4 (given: '-3')" in wrong
    assert "no model 'm'" in command("sample", "m", code=2).stderr
    assert "seed" in command("train", "lstm", "--data", "none", "--name", "m", "--seed", "-1", code=2).stderr


def test_help_loads_no_pytorch() -> None:
    code = (
        "import sys, miaobi.serve.cli, miaobi.studio\n"
        "print(sorted({'torch', 'safetensors', 'tokenizers', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
