"""Training on several processes at once, started by `accelerate launch`: each takes its share of every batch.

Gradients are averaged over all processes, so the weights move as they would on one process with the whole batch. Only
the first process writes files. Without a launcher there is one process, and accelerate is never imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from miaobi.errors import InputError


class Processes:
    """Where this process stands among `count`; `rank` 0 is the first."""

    def __init__(self) -> None:
        self.rank, self.count = 0, 1
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            from accelerate import PartialState

            self._state = PartialState(cpu=not torch.cuda.is_available())
            self.rank, self.count = self._state.process_index, self._state.num_processes

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    @property
    def device(self) -> torch.device:
        """Where this process computes."""
        if self.count > 1:
            return torch.device(self._state.device)
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")

    def share(self, batch: int) -> int:
        """How many of a batch's examples each process takes. InputError when they cannot be shared out evenly."""
        if batch % self.count:
            fitting = max(self.count, batch - batch % self.count)
            raise InputError(
                f"A batch of {batch} cannot be shared out evenly to {self.count} processes.",
                hint=f"Train with --set batch={fitting}.",
            )
        return batch // self.count

    def average_gradients(self, module: nn.Module) -> None:
        """Make every process's gradients the mean over all."""
        if self.count == 1:
            return
        gradients = [weight.grad for weight in module.parameters() if weight.grad is not None]
        flat = self._mean(torch.cat([gradient.flatten() for gradient in gradients]))
        start = 0
        for gradient in gradients:
            gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
            start += gradient.numel()

    def mean(self, values: Iterable[float]) -> list[float]:
        """The mean of each value over all processes."""
        values = list(values)
        return values if self.count == 1 else self._mean(self._tensor(values)).tolist()

    def any(self, flag: bool) -> bool:
        """Whether one of the processes says yes."""
        return flag if self.count == 1 else bool(self._mean(self._tensor([float(flag)])).item() > 0)

    def of_first(self, value: float) -> float:
        """The first process's value, for what would differ by a moment."""
        return (
            value if self.count == 1 else float(self._mean(self._tensor([value * self.is_first * self.count])).item())
        )

    def wait(self) -> None:
        """Wait until all processes are here."""
        if self.count > 1:
            self._state.wait_for_everyone()

    def _tensor(self, values: list[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float64, device=self.device)

    def _mean(self, tensor: Tensor) -> Tensor:
        torch.distributed.all_reduce(tensor)
        return tensor / self.count


def of_all_processes(share: Tensor) -> Tensor:
    """Every process's share of a batch (N ..., the same N everywhere), one after the other as in the whole batch.

    No gradient passes through. With one process it is the share itself.
    """
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return share
    shares = [torch.empty_like(share) for _ in range(torch.distributed.get_world_size())]
    torch.distributed.all_gather(shares, share.detach().contiguous())
    return torch.cat(shares)
