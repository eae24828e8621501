"""DCGAN training: pictures per second of `miaobi train dcgan` against the loop of the PyTorch example, in one process.

Same layers (64 pixels, latent 100, width 64), same batch, losses and optimizer settings, no augmentation, no average of
the weights, random pictures in memory. The peer is made of the network classes of pytorch/examples dcgan/main.py (only
these are executed) and takes the steps that its loop takes: the discriminator learns real, then made pictures, then the
generator learns through it, and the figures of its log are read off; float32, NCHW, pictures from a DataLoader without
workers. Ours is the whole training loop with its records: once in float32, once in bfloat16 against the same peer.

    git clone https://github.com/pytorch/examples           # BSD licence
    python bench/lab_dcgan.py --example examples/dcgan      # goal: at least 1.0 times as fast
"""

from __future__ import annotations

import argparse
import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lab_turns import Contest, Taken, Watch, add_dials, dials_of, new_studio, print_head
from miaobi.studio import Studio

SIZE, LATENT, WIDTH, PICTURES = 64, 100, 64, 512
OPTIONS = {
    "latent": LATENT, "width": WIDTH, "augment": "none", "loss": "nonsaturating", "optimizer": "adamw",
    "learning_rate": 2e-4, "beta1": 0.5, "beta2": 0.999, "weight_decay": 0.0, "clip": 0.0, "final_rate": 1.0,
    "warmup": 0, "ema": 0.0,
}  # fmt: skip
PARTS = ("Generator", "Discriminator", "weights_init")


def parts_of(folder: Path) -> dict[str, Any]:
    """The example's networks and how it starts their weights."""
    source = folder / "main.py"
    if not source.is_file():
        raise SystemExit(f"{folder} has no main.py: clone https://github.com/pytorch/examples and give its dcgan.")
    tree = ast.parse(source.read_text(encoding="utf-8"))
    kept: list[ast.stmt] = [
        node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in PARTS
    ]
    names: dict[str, Any] = {"torch": torch, "nn": nn, "nz": LATENT, "ngf": WIDTH, "ndf": WIDTH, "nc": 3}
    exec(compile(ast.Module(kept, []), str(source), "exec"), names)
    return names


class Example:
    """The example's networks, trained as it does."""

    def __init__(self, folder: Path, batch: int) -> None:
        parts = parts_of(folder)
        self.generator, self.discriminator = parts["Generator"](1), parts["Discriminator"](1)
        for module in (self.generator, self.discriminator):
            module.apply(parts["weights_init"])
        self.loss = nn.BCELoss()
        self.optimizers = [
            torch.optim.Adam(module.parameters(), lr=2e-4, betas=(0.5, 0.999))
            for module in (self.discriminator, self.generator)
        ]
        dataset = TensorDataset(torch.rand(PICTURES, 3, SIZE, SIZE) * 2 - 1)
        self._loader = DataLoader(dataset, batch, shuffle=True, drop_last=True)
        self._batches = self._endless()

    def __call__(self, steps: int) -> Taken:
        """Train on."""
        watch = Watch()
        for _ in range(steps):
            self._step(next(self._batches))
        return watch.taken()

    def _endless(self) -> Iterator[Tensor]:
        while True:
            for (pictures,) in self._loader:
                yield pictures

    def _step(self, real: Tensor) -> None:
        of_discriminator, of_generator = self.optimizers
        ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
        self.discriminator.zero_grad()
        judged_real = self._learn(real, ones)
        made = self.generator(torch.randn(len(real), LATENT, 1, 1))
        judged_made = self._learn(made.detach(), zeros)
        of_discriminator.step()
        self.generator.zero_grad()
        judged_again = self._learn(made, ones)
        of_generator.step()
        for judged in (judged_real, judged_made, judged_again):
            judged.mean().item()  # for its log

    def _learn(self, pictures: Tensor, labels: Tensor) -> Tensor:
        judged: Tensor = self.discriminator(pictures)
        self.loss(judged, labels).backward()
        return judged.detach()


def collect_pictures(studio: Studio, folder: Path) -> None:
    """A data set of noise."""
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(PICTURES):
        Image.fromarray(random.integers(0, 256, (SIZE, SIZE, 3), np.uint8)).save(folder / f"{number}.png")
    studio.collect([folder], {"name": "noise", "picture_size": SIZE, "drop_duplicates": False})


def main() -> None:
    """Both precisions of ours, and a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--example", type=Path, required=True, metavar="FOLDER", help="pytorch/examples' dcgan")
    parser.add_argument("--batch", type=int, default=64)
    add_dials(parser, block=2, rounds=9)
    wish = parser.parse_args()
    dials = dials_of(wish)
    with tempfile.TemporaryDirectory(prefix="lab-dcgan-") as home:
        studio = new_studio(home)
        collect_pictures(studio, Path(home, "noise"))
        peer = Example(wish.example, wish.batch)
        print_head(f"{SIZE} pixels, batch {wish.batch}, the example in float32", "example", "pictures", dials)
        for precision in ("float32", "bfloat16"):
            contest = Contest(dials)
            options = {**OPTIONS, "batch": wish.batch, "precision": precision, "threads": wish.threads}
            contest.run(studio, "dcgan", precision, "noise", options, peer)
            print(contest.line(f"ours in {precision}", wish.batch), flush=True)


if __name__ == "__main__":
    main()
