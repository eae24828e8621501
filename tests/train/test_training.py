"""Training as a whole: what it leaves, and that an interrupted run ends as an uninterrupted one."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from miaobi.errors import InputError, Interrupted, TrainingError, UnknownNameError
from miaobi.studio import Studio
from miaobi.train.events import TrainEvent
from miaobi.train.folder import ModelFolder
from miaobi.train.language.transformer import TransformerModel
from miaobi.train.record import read_metrics

Quick = Callable[..., ModelFolder]
MODELS = ["transformer", "lstm"]


def curve(folder: ModelFolder) -> list[dict[str, Any]]:
    return read_metrics(folder.metrics)


@pytest.mark.parametrize("model", MODELS)
def test_a_model_folder_has_everything_and_its_results_have_names(quick: Quick, studio: Studio, model: str) -> None:
    events: list[TrainEvent] = []
    folder = quick(model, listener=events.append)
    found = {path.name for path in folder.path.iterdir()} - {".lock"}
    assert found == {
        "config.json", "weights.safetensors", "tokenizer.json", "card.json", "checkpoint", "metrics.jsonl",
        "report.html", "samples.txt", "tensorboard",
    }  # fmt: skip
    config = json.loads(folder.config.read_text())
    named = {result["name"]: result["value"] for result in config["outcome"]["results"]}
    assert list(named) == ["validation loss", "perplexity", "bits per character"]
    assert named["perplexity"] == pytest.approx(2.718281828 ** named["validation loss"], rel=1e-6)
    assert named["bits per character"] == pytest.approx(named["validation loss"] / 0.6931471806, rel=0.02)
    assert len(list(folder.checkpoint.glob("*.safetensors"))) == 1
    assert [event.step for event in events if event.kind == "step"] == list(range(1, 13))
    assert events[-1].kind == "finished"
    (entry,) = studio.models()
    assert (entry.name, entry.model, entry.data, entry.state) == ("m", model, "verse", "finished at step 12")
    assert "=== step 12" in folder.samples.read_text(encoding="utf-8")


def test_the_report_loads_nothing_and_shows_curves_samples_and_data(quick: Quick) -> None:
    page = quick().report.read_text(encoding="utf-8")
    assert page.count("<polyline") == 6  # loss twice, perplexity, bits, rate, norm
    for shown in ("validation loss", "perplexity", "bits per character", "learning rate", "gradient norm"):
        assert shown in page
    assert "CC0" in page
    assert "tokens per second" in page
    for loaded in ("http://", "https://", "<script", "<link", "@import", "src="):
        assert loaded not in page


def test_tensorboard_reads_the_curves(quick: Quick) -> None:
    from tensorboardX.proto.event_pb2 import Event

    folder = quick()
    (file,) = folder.tensorboard.iterdir()
    data, seen = file.read_bytes(), {}
    while data:  # records: length, its checksum, an event, its checksum
        length = int.from_bytes(data[:8], "little")
        for value in Event.FromString(data[12 : 12 + length]).summary.value:
            seen.setdefault(value.tag, []).append(value.simple_value)
        data = data[16 + length :]
    losses = [line["loss"] for line in curve(folder) if line["kind"] == "step"]
    assert seen["train/loss"] == pytest.approx(losses)
    assert len(seen["validation/validation_loss"]) == 3


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("more", [{}, {"ema": 0.9, "accumulate": 2, "optimizer": "muon"}])
def test_a_stopped_run_goes_on_exactly(quick: Quick, model: str, more: dict[str, Any]) -> None:
    whole = quick(model, "whole", **more)
    asked = iter([False] * 7)
    with pytest.raises(Interrupted, match=f"miaobi train {model} --name part --resume"):
        quick(model, "part", should_stop=lambda: next(asked, True), **more)
    part = quick(model, "part", resume=True)
    assert curve(part) == curve(whole)
    assert load_file(part.weights).keys() == load_file(whole.weights).keys()
    for name, tensor in load_file(whole.weights).items():
        assert torch.equal(tensor, load_file(part.weights)[name])
    assert part.samples.read_bytes() == whole.samples.read_bytes()


LONG = ["--set", "batch=4", "--set", "evaluate_every=20", "--set", "checkpoint_every=5", "--set", "sample_every=20"]


def test_a_killed_run_goes_on_exactly(studio: Studio) -> None:
    """kill -9 twice, at moments the run does not choose."""
    whole, part = (train_command(studio, name) for name in ("whole", "part"))
    subprocess.run(whole, check=True, capture_output=True, env=quiet_environment(studio))
    folder = ModelFolder(studio.settings.home, "part")
    command = part
    for after in (7, 23):
        process = subprocess.Popen(command, env=quiet_environment(studio), stderr=subprocess.PIPE)
        wait_for(folder, after, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        command = [*part, "--resume"]
    subprocess.run(command, check=True, capture_output=True, env=quiet_environment(studio))
    assert curve(folder) == curve(ModelFolder(studio.settings.home, "whole"))
    assert digest(folder.weights) == digest(ModelFolder(studio.settings.home, "whole").weights)


def train_command(studio: Studio, name: str) -> list[str]:
    miaobi = str(Path(sys.executable).with_name("miaobi"))
    return [miaobi, "train", "transformer", "--data", "verse", "--name", name, "--size", "tiny", "--steps", "40", *LONG]


def quiet_environment(studio: Studio) -> dict[str, str]:
    return {**os.environ, "MIAOBI_HOME": str(studio.settings.home), "OMP_NUM_THREADS": "1"}


def curve_so_far(folder: ModelFolder) -> list[bytes]:
    return folder.metrics.read_bytes().splitlines() if folder.metrics.exists() else []


def wait_for(folder: ModelFolder, lines: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while len(curve_so_far(folder)) < lines and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_loss_that_is_no_number_stops_with_step_batch_and_advice(
    quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward, calls = TransformerModel.forward, iter(range(100))

    def poisoned(self: TransformerModel, ids: torch.Tensor, state: Any = None) -> torch.Tensor:
        logits = forward(self, ids, state)
        return logits * float("nan") if self.training and next(calls) == 6 else logits

    monkeypatch.setattr(TransformerModel, "forward", poisoned)
    with pytest.raises(TrainingError) as failed:
        quick()
    said = str(failed.value)
    assert "nan at step 7" in said
    assert "batch sha256:" in said
    assert "--set learning_rate=0.001 --set muon_rate=0.0067" in said
    folder = quick(resume=True)  # from step 4; the poison is used up
    assert [line["step"] for line in curve(folder) if line["kind"] == "step"] == list(range(1, 13))


def test_a_learning_rate_beyond_reason_stops_or_survives_but_never_saves_no_numbers(quick: Quick) -> None:
    try:
        folder = quick(learning_rate=10.0, clip=0.0, steps=40)
    except TrainingError:
        return
    assert all(bool(torch.isfinite(tensor).all()) for tensor in load_file(folder.weights).values())


def test_early_stopping_and_the_best_weights(quick: Quick) -> None:
    folder = quick(learning_rate=0.3, steps=400, patience=2, evaluate_every=2, checkpoint_every=400, clip=0.0)
    outcome = json.loads(folder.config.read_text())["outcome"]
    assert outcome["step"] < 400
    assert outcome["best_step"] == outcome["step"] - 4


def test_minutes_end_a_run(quick: Quick) -> None:
    folder = quick(steps=100_000, minutes=0.02)
    last = curve(folder)[-1]
    assert 0 < last["step"] < 100_000


# ---------------------------------------------------------------- what is refused


def test_a_pickle_is_refused_in_every_place(quick: Quick, studio: Studio, tmp_path: Path) -> None:
    asked = iter([False] * 5)
    with pytest.raises(Interrupted):
        quick(should_stop=lambda: next(asked, True))
    folder = ModelFolder(studio.settings.home, "m")
    state = json.loads((folder.checkpoint / "state.json").read_text())
    torch.save({"weight": torch.zeros(2)}, folder.checkpoint / state["tensors"])
    with pytest.raises(InputError, match="is a pickle"):
        quick(resume=True)
    (folder.checkpoint / "state.json").unlink()
    (folder.checkpoint / state["tensors"]).rename(folder.checkpoint / "last.pt")
    with pytest.raises(InputError, match=r"last\.pt is a pickle"):
        quick(resume=True)


def test_a_checkpoint_of_another_configuration_is_refused_and_kept(quick: Quick, studio: Studio) -> None:
    asked = iter([False] * 5)
    with pytest.raises(Interrupted):
        quick(should_stop=lambda: next(asked, True))
    folder = ModelFolder(studio.settings.home, "m")
    before = digest(folder.checkpoint / "state.json")
    with pytest.raises(InputError, match="width is 32 there and 64 here"):
        quick(resume=True, width=64)
    with pytest.raises(InputError, match="learning_rate"):
        quick(resume=True, learning_rate=0.5)
    with pytest.raises(InputError, match="of the kind transformer, not lstm"):
        quick("lstm", resume=True)
    assert digest(folder.checkpoint / "state.json") == before
    quick(resume=True, steps=14)
    with pytest.raises(InputError, match="is finished: 14 of 14"):
        quick(resume=True)


def test_data_that_changed_is_refused(quick: Quick, studio: Studio, corpus: Path) -> None:
    asked = iter([False] * 5)
    with pytest.raises(Interrupted):
        quick(should_stop=lambda: next(asked, True))
    studio.collect([corpus], {"name": "verse", "tokenizer": "bpe", "drop_duplicates": False}, replace=True)
    with pytest.raises(InputError, match="of another run: data"):
        quick(resume=True)


def test_a_damaged_checkpoint_is_refused(quick: Quick, studio: Studio) -> None:
    folder = quick()
    state = json.loads((folder.checkpoint / "state.json").read_text())
    path = folder.checkpoint / state["tensors"]
    save_file({name: tensor + 1 for name, tensor in load_file(path).items()}, path)
    with pytest.raises(InputError, match="no longer matches its digest"):
        quick(resume=True, steps=20)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(InputError, match="not a safetensors file"):
        quick(resume=True, steps=20)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"learning_rate": "-1"}, "'learning_rate' cannot be used: input should be greater than 0.*-1"),
        ({"steps": 0}, "'steps' cannot be used: input should be greater than or equal to 1"),
        ({"widht": 64}, "no setting 'widht'. Did you mean width?"),
        ({"heads": 3}, "width 32 has to be a multiple of 2 x heads"),
        ({"feed_forward": "gelu"}, "'feed_forward' cannot be used: input should be 'swiglu' or 'relu2'"),
        ({"context": 20_000}, "one window takes 20001"),
        ({"data": "prose"}, "no data set 'prose'.*There are: verse"),
        ({"data": ()}, "--data NAME"),
        ({"name": "../up"}, "cannot be the name of a model"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_and_leaves_no_model(
    quick: Quick, studio: Studio, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        quick(**given)
    assert studio.models() == ()


def test_a_name_that_is_taken_is_refused(quick: Quick) -> None:
    folder = quick()
    before = digest(folder.weights)
    with pytest.raises(InputError, match="a model 'm' already"):
        quick()
    assert digest(folder.weights) == before


def test_an_unknown_model_and_size(studio: Studio) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean transformer"):
        studio.train("transfromer", "m", data="verse")
    with pytest.raises(InputError, match="There are: tiny, small, base"):
        studio.train("lstm", "m", data="verse", size="huge")
    with pytest.raises(InputError, match="given twice"):
        studio.train("lstm", "m", data="verse", settings=["steps=3"], options={"steps": 4})
    with pytest.raises(InputError, match="key=value"):
        studio.train("lstm", "m", data="verse", settings=["steps"])


def test_weights_of_another_model_are_refused(quick: Quick, studio: Studio) -> None:
    folder = quick()
    save_file(dict(nn.Linear(3, 3).state_dict()), folder.weights)
    with pytest.raises(Exception, match="does not fit"):
        list(studio.sample("m", prompt="The"))
