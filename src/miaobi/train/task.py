"""What the loop trains: a model together with its data, behind five questions.

A new kind of model writes a Task and is trained, evaluated, saved, resumed, sampled and reported by the same loop.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from torch import Tensor, nn


class Batch(NamedTuple):
    """One pass's examples. `units` counts what speed is told in (tokens, pictures)."""

    tensors: tuple[Tensor, ...]
    units: int


class Measured(NamedTuple):
    """One named result of an evaluation; the first of several is what "best" goes by, and less is better."""

    name: str
    value: float
    unit: str


class Task(Protocol):
    """See the module docstring."""

    module: nn.Module
    """Everything that has weights."""
    unit: str
    """What speed is told in, e.g. "tokens"."""

    def batch(self, position: int, size: int) -> Batch:
        """Examples `position` to `position + size` of the endless shuffled series; a function of these two alone."""
        ...

    def loss(self, batch: Batch) -> Tensor:
        """The mean loss of a batch, to be differentiated."""
        ...

    def evaluate(self, module: nn.Module, *, whole: bool = False) -> tuple[Measured, ...]:
        """Results on held-out data: a fixed part of it, or the whole."""
        ...

    def samples(self, module: nn.Module, seed: int) -> tuple[str, ...]:
        """A small sample sheet."""
        ...

    def describe(self) -> dict[str, Any]:
        """What a model folder's config.json has to tell so that the model can be opened again."""
        ...
