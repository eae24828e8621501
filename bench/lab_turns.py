"""What the training benches share: data from a seed, and a training run in which ours and a peer take turns.

Ours is `Studio.train`, the whole loop with its records and listeners; evaluation, samples and checkpoints lie beyond
the measured steps. After each block of our steps the run waits while the peer takes as many, so that whatever else
the machine does meets both alike. Wall time is what counts; processor time is told beside it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from miaobi.errors import Interrupted
from miaobi.settings import load_settings
from miaobi.studio import Studio
from miaobi.train.events import TrainEvent

GOAL = 1.0
NEVER = 10**7
NOTHING_BETWEEN = {
    "steps": NEVER, "evaluate_every": NEVER, "sample_every": NEVER, "checkpoint_every": NEVER, "evaluate_examples": 2,
}  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;"
DOCUMENTS, DOCUMENT_LETTERS, FOLLOWERS = 40, 12_500, 6


class Taken(NamedTuple):
    """What some steps took."""

    seconds: float
    cpu_seconds: float


class Watch:
    """Wall and processor time since it was started."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """From now on."""
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def taken(self) -> Taken:
        """Since then."""
        return Taken(time.perf_counter() - self._began, time.process_time() - self._cpu)


Peer = Callable[[int], Taken]
"""Takes so many training steps."""


class Dials(NamedTuple):
    """How long a measurement lasts: `rounds` blocks of `block` steps each, after `warm` blocks that do not count."""

    block: int
    rounds: int
    warm: int


def add_dials(parser: argparse.ArgumentParser, *, block: int, rounds: int) -> None:
    """The options that all training benches have."""
    parser.add_argument("--block", type=int, default=block, help="steps that one takes before the other's turn")
    parser.add_argument("--rounds", type=int, default=rounds, help="measured blocks of each; their median counts")
    parser.add_argument("--warm", type=int, default=1, help="blocks before them, for warming up")
    parser.add_argument("--threads", type=int, default=2)


def dials_of(options: argparse.Namespace) -> Dials:
    """As given on the command line; the threads are set as well."""
    torch.set_num_threads(options.threads)
    return Dials(options.block, options.rounds, options.warm)


def new_studio(home: str) -> Studio:
    """A studio in a folder of its own."""
    return Studio(load_settings({"home": home}, {}))


class Contest:
    """The times of blocks of ours and of the peer, side by side."""

    def __init__(self, dials: Dials) -> None:
        self.dials = dials
        self.ours: list[Taken] = []
        self.theirs: list[Taken] = []

    def run(self, studio: Studio, model: str, name: str, data: str, options: Mapping[str, Any], peer: Peer) -> None:
        """Train `model` on a data set, in turns with the peer."""
        watch, steps = Watch(), 0

        def listen(event: TrainEvent) -> None:
            nonlocal steps
            if event.kind == "step":
                steps += 1
                if steps % self.dials.block == 0:
                    self._turn(steps // self.dials.block, watch.taken(), peer)
                    watch.start()

        try:
            studio.train(
                model, name, data=data, options={**options, **NOTHING_BETWEEN}, listener=listen,
                should_stop=lambda: len(self.ours) >= self.dials.rounds,
            )  # fmt: skip
        except Interrupted:
            return

    def _turn(self, number: int, mine: Taken, peer: Peer) -> None:
        other = peer(self.dials.block)
        if number > self.dials.warm:
            self.ours.append(mine)
            self.theirs.append(other)

    def line(self, name: str, units_a_step: int) -> str:
        """Units per second of both by the medians of their blocks, the ratio, and that of processor time."""
        units = self.dials.block * units_a_step
        mine, other = (units / statistics.median(t.seconds for t in taken) for taken in (self.ours, self.theirs))
        pairs = zip(self.ours, self.theirs, strict=True)
        cpu = statistics.median(b.cpu_seconds / a.cpu_seconds for a, b in pairs)
        ratio = mine / other
        verdict = "met" if ratio >= GOAL else "MISSED"
        return f"{name:26}{mine:10.1f}{other:10.1f}{ratio:9.2f}{cpu:12.2f}   {verdict}"


def print_head(what: str, peer: str, unit: str, dials: Dials) -> None:
    """What is compared, and the columns."""
    print(f"{what}; {torch.get_num_threads()} threads, torch {torch.__version__}")
    print(f"{unit} per second, median of {dials.rounds} blocks of {dials.block} steps; goal: ours/{peer} >= {GOAL:g}")
    print(f"{'':26}{'ours':>10}{peer:>10}{'ratio':>9}{'by cpu time':>12}")


def collect_text(studio: Studio, folder: Path, name: str) -> None:
    """A data set of characters from a Markov source: each letter is followed by one of six, some more often."""
    random = np.random.default_rng(0)
    followers = np.stack([random.permutation(len(LETTERS))[:FOLLOWERS] for _ in LETTERS])
    folder.mkdir()
    for number in range(DOCUMENTS):
        choices = random.geometric(0.5, DOCUMENT_LETTERS).clip(1, FOLLOWERS) - 1
        letter, text = 0, []
        for choice in choices:
            letter = followers[letter, choice]
            text.append(LETTERS[letter])
        (folder / f"{number}.txt").write_text("".join(text), encoding="utf-8")
    studio.collect([folder], {"name": name, "drop_duplicates": False, "rarest": 1}, kind="text")
