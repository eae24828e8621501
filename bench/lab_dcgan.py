"""DCGAN training: pictures per second of `miaobi train dcgan` against the loop of the PyTorch example, in one process.

Same layers (64 pixels, latent 100, width 64), same batch, losses and optimizer settings, same data in memory. The
peer takes the steps that pytorch/examples dcgan/main.py takes, in its order: the discriminator learns real, then made
pictures, then the generator learns through it; float32, NCHW. Ours is the whole training loop with its records. Runs
of both alternate, and medians are compared: once in float32, so that only the loop differs, and once as `precision`
would be chosen.

    OMP_NUM_THREADS=2 python bench/lab_dcgan.py    # goal: at least 1.0 times as fast
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.events import TrainEvent
from miaobi.train.pictures.dcgan import DcganConfig, DcganDiscriminator, DcganGenerator

SIZE, LATENT, WIDTH, PICTURES = 64, 100, 64, 512
SETTINGS = {
    "latent": LATENT, "width": WIDTH, "augment": "none", "learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.999,
    "clip": 0.0, "final_rate": 1.0, "warmup": 0, "ema": 0.0, "evaluate_every": 10**6, "sample_every": 10**6,
    "checkpoint_every": 10**6, "evaluate_examples": 2,
}  # fmt: skip


class Peer:
    """The example's step, on the layers that both have."""

    def __init__(self, batch: int) -> None:
        config = DcganConfig(latent=LATENT, width=WIDTH)
        self.generator, self.discriminator = DcganGenerator(config, SIZE, 3), DcganDiscriminator(config, SIZE, 3)
        self.optimizers = [
            torch.optim.Adam(module.parameters(), lr=2e-4, betas=(0.5, 0.999))
            for module in (self.discriminator, self.generator)
        ]
        self.batch = batch

    def step(self, real: torch.Tensor) -> None:
        real_label, made_label = torch.ones(len(real)), torch.zeros(len(real))
        self.discriminator.zero_grad()
        self.judge(real, real_label).backward()
        made = self.generator(torch.randn(len(real), LATENT))
        self.judge(made.detach(), made_label).backward()
        self.optimizers[0].step()
        self.generator.zero_grad()
        self.judge(made, real_label).backward()
        self.optimizers[1].step()

    def judge(self, pictures: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        return F.binary_cross_entropy(torch.sigmoid(self.discriminator(pictures)), label)

    def rates(self, steps: int) -> Iterator[float]:
        pictures = torch.rand(PICTURES, 3, SIZE, SIZE) * 2 - 1
        loader = torch.utils.data.DataLoader(pictures, self.batch, shuffle=True, drop_last=True)
        done = 0
        while done < steps + 1:
            for real in loader:
                began = time.perf_counter()
                self.step(real)
                if 0 < done <= steps:  # the first is for warming up
                    yield self.batch / (time.perf_counter() - began)
                done += 1


def ours(studio: Studio, name: str, batch: int, precision: str, steps: int) -> list[float]:
    """Pictures per second of each step of a real training run, its first one left out."""
    times: list[float] = []

    def listen(event: TrainEvent) -> None:
        if event.kind == "step":
            times.append(time.perf_counter())

    options = {**SETTINGS, "batch": batch, "precision": precision, "steps": steps + 1}
    studio.train("dcgan", name, data="noise", options=options, listener=listen)
    return [batch / (after - before) for before, after in pairwise(times)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=6, help="of each run")
    parser.add_argument("--rounds", type=int, default=3)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        studio = Studio(load_settings({"home": home}, {}))
        _make_data(studio, Path(home, "noise"))
        rates: dict[str, list[float]] = {"example": [], "float32": [], "bfloat16": []}
        for number in range(wish.rounds):
            rates["example"] += Peer(wish.batch).rates(wish.steps)
            for precision in ("float32", "bfloat16"):
                rates[precision] += ours(studio, f"{precision}-{number}", wish.batch, precision, wish.steps)
    peer = statistics.median(rates.pop("example"))
    print(f"{torch.get_num_threads()} threads, batch {wish.batch}, {SIZE} pixels, torch {torch.__version__}")
    print(f"loop of the PyTorch example: {peer:.1f} pictures per second")
    for precision, found in rates.items():
        rate = statistics.median(found)
        print(f"miaobi train dcgan, {precision}: {rate:.1f}, {rate / peer:.2f} times as fast")


def _make_data(studio: Studio, folder: Path) -> None:
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(PICTURES):
        Image.fromarray(random.integers(0, 256, (SIZE, SIZE, 3), np.uint8)).save(folder / f"{number}.png")
    studio.collect([folder], {"name": "noise", "picture_size": SIZE, "drop_duplicates": False})


if __name__ == "__main__":
    main()
