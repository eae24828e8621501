"""What a run leaves to look at: metrics.jsonl, samples.txt, samples/ and TensorBoard files.

Each line of metrics.jsonl is one event with its `kind` (step, evaluation, sample, failure) and `step`. A resumed run
drops what lies after its checkpoint, so the record reads as if nothing had happened.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from miaobi.base.disk import disk_errors, write_atomically
from miaobi.train.folder import ModelFolder
from miaobi.train.sample import Sample


class Record:
    """Appends to them; `begin_at` is the step of the checkpoint it goes on from."""

    def __init__(self, folder: ModelFolder, begin_at: int) -> None:
        from tensorboardX import SummaryWriter

        self._folder = folder
        kept = [line for line in read_metrics(folder.metrics) if line["step"] <= begin_at]
        write_atomically(folder.metrics, b"".join(map(_line, kept)))
        self._samples = [line for line in kept if line["kind"] == "sample"]
        with disk_errors(folder.path):
            self._file = folder.metrics.open("ab")
            self._board = SummaryWriter(str(folder.tensorboard), purge_step=begin_at + 1)

    def step(self, step: int, values: Mapping[str, float]) -> None:
        """A training step."""
        self._append("step", step, values)
        for name, value in values.items():
            self._board.add_scalar(f"train/{name}", value, step)

    def evaluation(self, step: int, values: Mapping[str, float]) -> None:
        """Results on held-out data."""
        self._append("evaluation", step, values)
        for name, value in values.items():
            self._board.add_scalar(f"validation/{name.replace(' ', '_')}", value, step)
        self._board.flush()

    def sample(self, step: int, samples: Sequence[Sample]) -> None:
        """A sample sheet: its files go into samples/, and samples.txt is written anew with all that was ever said."""
        files = [
            write_files(self._folder, f"step-{step:08d}", number, sample) for number, sample in enumerate(samples, 1)
        ]
        texts = [sample.text for sample in samples]
        line = {"texts": texts, "files": files}
        self._samples.append({"step": step, **line})
        self._append("sample", step, line)
        self._board.add_text("samples", "\n\n---\n\n".join(texts), step)
        for number, sample in enumerate(samples, 1):
            if ".png" in sample.files:
                self._board.add_image(f"samples/{number}", _pixels(sample.files[".png"]), step, dataformats="HWC")
        sheets = (f"=== step {sheet['step']}\n\n" + "\n\n---\n\n".join(sheet["texts"]) for sheet in self._samples)
        write_atomically(self._folder.samples, ("\n\n".join(sheets) + "\n").encode())

    def failure(self, step: int, said: str) -> None:
        """Why training stopped."""
        self._append("failure", step, {"said": said})

    def close(self) -> None:
        """Let go of the files."""
        self._file.close()
        self._board.close()

    def _append(self, kind: str, step: int, values: Mapping[str, Any]) -> None:
        with disk_errors(self._folder.metrics):
            self._file.write(_line({"kind": kind, "step": step, **values}))
            self._file.flush()


class NoRecord:
    """For every process but the first: keeps nothing."""

    def step(self, step: int, values: Mapping[str, float]) -> None:
        """Nothing."""

    def evaluation(self, step: int, values: Mapping[str, float]) -> None:
        """Nothing."""

    def sample(self, step: int, samples: Sequence[Sample]) -> None:
        """Nothing."""

    def failure(self, step: int, said: str) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def write_files(folder: ModelFolder, when: str, number: int, sample: Sample) -> list[str]:
    """Write the files of a sample; their names within the model's folder."""
    names = [f"{folder.sheets.name}/{when}-{number}{suffix}" for suffix in sample.files]
    for name, data in zip(names, sample.files.values(), strict=True):
        with disk_errors(folder.path / name):
            (folder.path / name).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(folder.path / name, data)
    return names


def _pixels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGB"))


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """The lines of metrics.jsonl; a last line cut short by a kill is left out."""
    if not path.is_file():
        return []
    lines = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines if line.strip()]


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"
