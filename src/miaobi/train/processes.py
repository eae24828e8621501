"""Training on several processes at once, started by `accelerate launch`: each takes its share of every batch.

Gradients are averaged over all processes, so the weights move as they would on one process with the whole batch. Only
the first process writes files. Without a launcher there is one process, and accelerate is never imported.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Final

import torch
from torch import Tensor, distributed, nn

from miaobi.errors import InputError, TrainingError
from miaobi.train.launched import launched_count, was_left_alone

_PATIENCE: Final = timedelta(hours=2)  # the others wait while the first makes samples


class Processes:
    """Where this process stands among `count`; `rank` 0 is the first."""

    def __init__(self) -> None:
        self.rank, self.count = 0, 1
        if was_left_alone():
            raise InputError(
                "accelerate launch --cpu starts a single process, however many are asked for.",
                hint="Write --multi_gpu instead of --cpu; on a machine without GPUs it starts them on the processor.",
            )
        if launched_count() > 1:
            self._join()

    def _join(self) -> None:
        from accelerate import PartialState

        self._state = PartialState(cpu=not torch.cuda.is_available(), timeout=_PATIENCE)
        self.rank, self.count = self._state.process_index, self._state.num_processes
        atexit.register(_leave)

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
        return flag if self.count == 1 else self.mean([float(flag)])[0] > 0

    def of_first(self, value: float) -> float:
        """The first process's value, for what may differ a little between them."""
        return value if self.count == 1 else self.mean([value * self.count if self.is_first else 0.0])[0]

    def gather(self, tensor: Tensor) -> list[Tensor]:
        """The tensor of every process, in the order of their ranks, on the processor."""
        if self.count == 1:
            return [tensor]
        mine = tensor.to(self.device)
        gathered = [torch.empty_like(mine) for _ in range(self.count)]
        with _Together():
            distributed.all_gather(gathered, mine)
        return [one.cpu() for one in gathered]

    def wait(self) -> None:
        """Wait until all processes are here."""
        if self.count > 1:
            with _Together():
                self._state.wait_for_everyone()

    def _tensor(self, values: list[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float64, device=self.device)

    def _mean(self, tensor: Tensor) -> Tensor:
        with _Together():
            distributed.all_reduce(tensor)
        return tensor / self.count


class _Together:
    """Around what all processes do together: when one of them is gone, the others say so."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: object) -> None:
        if isinstance(error, RuntimeError):
            raise TrainingError(
                f"Another of the training processes ended, or cannot be reached ({str(error).splitlines()[0]}).",
                hint="See what it said; then go on from the last checkpoint with the same launch and --resume.",
            ) from error


def _leave() -> None:
    with suppress(RuntimeError):
        if distributed.is_initialized():
            distributed.destroy_process_group()


def of_all_processes(share: Tensor) -> Tensor:
    """Every process's share of a batch (N ..., the same N everywhere), one after the other as in the whole batch.

    No gradient passes through. With one process it is the share itself.
    """
    if not (distributed.is_available() and distributed.is_initialized()):
        return share
    mine = share.detach().contiguous()
    shares = [torch.empty_like(mine) for _ in range(distributed.get_world_size())]
    with _Together():
        distributed.all_gather(shares, mine)
    return torch.cat(shares)
