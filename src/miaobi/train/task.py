"""What the loop trains: one or several networks together with their data, behind a few questions.

A new kind of model writes a Task and is trained, evaluated, saved, resumed, sampled and reported by the same loop.
Chance inside a loss is drawn by `noise_at`, a function of the seed and the example's place in the series: then a
resumed run, and one spread over several processes, see the numbers that an undisturbed run sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from miaobi.train.sample import Sample


class Batch(NamedTuple):
    """One pass's examples: those from `position` on in the series. `units` counts what speed is told in."""

    tensors: tuple[Tensor, ...]
    units: int
    position: int = 0


class Measured(NamedTuple):
    """One named result of an evaluation; the first of several is what "best" goes by, and less is better."""

    name: str
    value: float
    unit: str = ""


class Turn(NamedTuple):
    """One of the moves that make a step: a loss, and the weights that it moves while all others stand still.

    name    as curves and records call its loss; models with one turn call it "loss"
    module  holder of the weights that move
    loss    the mean loss of a batch at a step (from 0), to be differentiated
    begin, end  the steps that it is a move of, from `begin` to before `end`; one with an end has a warm-up and a cosine
            of its own. Results of a model whose turns have not all begun are told but never count as the best
    """

    name: str
    module: nn.Module
    loss: Callable[[Batch, int], Tensor]
    begin: int = 0
    end: int | None = None

    def is_due(self, step: int) -> bool:
        """Whether it is a move of this step."""
        return self.begin <= step and (self.end is None or step < self.end)


class Task(Protocol):
    """See the module docstring. Built as `Task(model, config, data sets, loop settings, device)`."""

    module: nn.Module
    """Everything that has weights."""
    product: nn.Module
    """The part that is of use when training is over: averaged, evaluated, sampled and kept as the weights. It may be
    `module` itself."""
    unit: str
    """What speed is told in: "tokens" or "pictures"."""
    turns: Sequence[Turn]
    """In the order in which a step takes them."""

    def batch(self, position: int, size: int) -> Batch:
        """Examples `position` to `position + size` of the endless shuffled series; a function of these two alone."""
        ...

    def evaluate(self, product: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """Results on held-out data: a fixed part of it, or the whole."""
        ...

    def samples(self, product: nn.Module, seed: int) -> tuple[Sample, ...]:
        """A small sample sheet."""
        ...

    def describe(self) -> dict[str, Any]:
        """What a model folder's config.json has to tell so that the model can be opened again.

        At least `model`, its name in the catalog, and `config`, its settings.
        """
        ...


@runtime_checkable
class HasFiles(Protocol):
    """A task whose model is of no use without files beside its weights."""

    def files(self) -> Mapping[str, bytes]:
        """By name; written when training begins."""
        ...


def noise_at(seed: int, position: int, shape: Sequence[int], stream: int = 0) -> Tensor:
    """Standard normal numbers for a batch, `shape` N ..., those of example n being decided by `position + n` alone.

    stream  another one for each further use of noise in a model
    """
    rows = [_generator(seed, position + n, stream) for n in range(shape[0])]
    return torch.stack([torch.randn(tuple(shape[1:]), generator=row) for row in rows])


def uniform_at(seed: int, position: int, shape: Sequence[int], stream: int = 0) -> Tensor:
    """The same, spread evenly over 0 to 1."""
    rows = [_generator(seed, position + n, stream) for n in range(shape[0])]
    return torch.stack([torch.rand(tuple(shape[1:]), generator=row) for row in rows])


def _generator(seed: int, place: int, stream: int) -> torch.Generator:
    mixed = (seed * 0x9E3779B97F4A7C15 + place * 0xBF58476D1CE4E5B9 + stream * 0x94D049BB133111EB) % 2**64
    mixed ^= mixed >> 31  # neighbours in the series get seeds with nothing in common
    return torch.Generator().manual_seed(mixed * 0xD6E8FEB86659FD93 % 2**63)
