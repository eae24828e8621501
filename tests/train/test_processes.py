"""Two processes train as one does: same losses, same weights, one set of files, one voice."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from miaobi.errors import InputError
from miaobi.studio import Studio
from miaobi.train.folder import ModelFolder
from miaobi.train.processes import Processes
from miaobi.train.record import read_metrics

Quick = Callable[..., ModelFolder]
BIN = Path(sys.executable).parent
STEPS = 24
SETTINGS = {
    "layers": 1, "heads": 2, "width": 32, "context": 32, "dropout": 0.0, "batch": 8, "accumulate": 2, "ema": 0.9,
    "optimizer": "adamw", "precision": "float32", "warmup": 2, "evaluate_every": 8, "sample_every": 12,
    "checkpoint_every": 100,
}  # fmt: skip

WORKER = """
import json, os, sys
from pathlib import Path

import torch

from miaobi.errors import MiaobiError
from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.language.task import LanguageTask

torch.set_num_threads(1)
home, settings, steps = Path(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3])
rank, studio, said, heard = int(os.environ["RANK"]), Studio(load_settings({"home": home}, {})), {}, []


def run(name, **given):
    options = {key: given.pop(key) for key in ("resume", "should_stop") if key in given}
    wanted = given if options.get("resume") else {**settings, "steps": steps, **given}
    try:
        studio.train("transformer", name, data=["verse"], options=wanted, listener=heard.append, **options)
    except MiaobiError as error:
        said[name] = [type(error).__name__, str(error)]


class Asked:
    \"\"\"A stop that only the second process hears of.\"\"\"

    times = 0

    def __call__(self):
        self.times += 1
        return rank == 1 and self.times > 9


run("two")
run("whole", dropout=0.2)
run("part", dropout=0.2, should_stop=Asked())
run("part", resume=True)
run("odd", batch=9)
run("two")
loss, calls = LanguageTask.loss, iter(range(1000))


def poisoned(self, batch, step):
    return loss(self, batch, step) * (float("nan") if rank == 1 and next(calls) == 7 else 1.0)


LanguageTask.loss = poisoned
run("lost")
LanguageTask.loss = loss
(home / f"told-{rank}.json").write_text(json.dumps({"said": said, "heard": len(heard)}))
"""


@contextmanager
def launched(program: list[str], home: Path) -> Iterator[subprocess.Popen[str]]:
    """Two processes under accelerate's launcher; whatever is left of them is ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
    launch = [str(BIN / "accelerate"), "launch", "--multi_gpu", *options, "--main_process_port", str(port)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MIAOBI_HOME": str(home), "CUDA_VISIBLE_DEVICES": ""}
    with subprocess.Popen(
        [*launch, *program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()  # the launcher ends its workers, by force after half a minute
                process.wait(timeout=60)


@pytest.fixture(scope="module")
def trained(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A home in which two processes trained, and what each of them told."""
    folder = tmp_path_factory.mktemp("two")
    home = folder / "home"
    (home / "lab").mkdir(parents=True)
    (home / "lab" / "data").symlink_to(lab / "lab" / "data")
    worker = folder / "worker.py"
    worker.write_text(WORKER, encoding="utf-8")
    with launched([str(worker), str(home), json.dumps(SETTINGS), str(STEPS)], home) as process:
        _, said = process.communicate(timeout=270)
    assert process.returncode == 0, said
    return home, [json.loads((home / f"told-{rank}.json").read_text()) for rank in range(2)]


def curve(folder: ModelFolder, name: str = "loss") -> list[float]:
    return [line[name] for line in read_metrics(folder.metrics) if line["kind"] == "step"]


def apart(one: Path, other: Path) -> float:
    mine, its = load_file(one), load_file(other)
    assert mine.keys() == its.keys()
    return max(float((mine[name] - its[name]).abs().max()) for name in mine)


def test_two_processes_learn_what_one_learns(trained: tuple[Path, Any], quick: Quick) -> None:
    two, one = ModelFolder(trained[0], "two"), quick(name="one", steps=STEPS, **SETTINGS)
    assert curve(two) == pytest.approx(curve(one), abs=5e-6)
    assert curve(two, "norm") == pytest.approx(curve(one, "norm"), rel=1e-4)
    assert curve(two)[-1] < curve(two)[0] - 0.3
    assert apart(two.weights, one.weights) < 5e-6
    outcomes = [json.loads(folder.config.read_text())["outcome"] for folder in (two, one)]
    assert outcomes[0]["tokens"] == outcomes[1]["tokens"]
    assert json.loads(two.config.read_text())["machine"]["processes"] == 2


def test_a_stop_that_one_hears_of_stops_all_and_is_gone_on_from_exactly(trained: tuple[Path, Any]) -> None:
    """With dropout, of which each process draws its own."""
    home, told = trained
    assert [one["said"]["part"][0] for one in told] == ["Interrupted", "Interrupted"]
    assert "Stopped at step 9" in told[0]["said"]["part"][1]
    whole, part = ModelFolder(home, "whole"), ModelFolder(home, "part")
    assert read_metrics(part.metrics) == read_metrics(whole.metrics)
    assert apart(part.weights, whole.weights) == 0


def test_a_loss_lost_on_one_process_stops_all(trained: tuple[Path, Any]) -> None:
    told = trained[1]
    for one in told:
        kind, said = one["said"]["lost"]
        assert kind == "TrainingError"
        assert "The loss became nan at step 4, batch sha256:" in said
        assert "examples from 56." in said  # 3 steps of 2 passes of 8, then the second pass
    assert told[0]["said"]["lost"] == told[1]["said"]["lost"]


def test_what_is_refused_is_refused_on_all(trained: tuple[Path, Any]) -> None:
    home, told = trained
    for one in told:
        assert one["said"]["odd"] == [
            "InputError", "A batch of 9 cannot be shared out evenly to 2 processes. Train with --set batch=8."
        ]  # fmt: skip
        assert one["said"]["two"][0] == "InputError"
        assert "a model 'two' already" in one["said"]["two"][1]
    assert not ModelFolder(home, "odd").config.exists()


def test_only_the_first_tells(trained: tuple[Path, Any]) -> None:
    first, second = trained[1]
    assert first["heard"] > STEPS
    assert second["heard"] == 0


def test_a_polite_kill_of_the_launcher_saves_once_and_is_said_once(studio: Studio) -> None:
    home = studio.settings.home
    settings = [f"--set={key}={value}" for key, value in SETTINGS.items()]
    wish = ["train", "transformer", "--data", "verse", "--name", "m", "--steps", "1000000", *settings]
    folder = ModelFolder(home, "m")
    with launched([str(BIN / "miaobi"), *wish], home) as process:
        deadline = time.monotonic() + 200
        while process.poll() is None and time.monotonic() < deadline and len(read_metrics(folder.metrics)) < 5:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        printed, said = process.communicate(timeout=60)
    assert printed == ""
    assert said.count("miaobi: Finishing this step, then saving.") == 1
    assert said.count("everything is saved. Go on with: miaobi train transformer --name m --resume") == 1
    stopped_at = int(re.findall(r"Stopped at step (\d+)", said)[0])
    assert json.loads((folder.checkpoint / "state.json").read_text())["step"] == stopped_at
    assert len(list(folder.checkpoint.glob("*.safetensors"))) == 1


def test_a_launch_that_starts_one_process_instead_of_several_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCELERATE_USE_CPU", "True")
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    with pytest.raises(InputError, match="--multi_gpu instead of --cpu"):
        Processes()
    monkeypatch.delenv("MASTER_ADDR")
    assert Processes().count == 1


def test_every_share_of_one_is_the_whole() -> None:
    alone = Processes()
    assert (alone.share(7), alone.any(True), alone.any(False), alone.of_first(3.5)) == (7, True, False, 3.5)
    assert torch.equal(alone.gather(torch.arange(3))[0], torch.arange(3))
