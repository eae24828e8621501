"""A language model of the lab as a `Network`, run by PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from miaobi.train.language.network import Logits


class State(Protocol):
    """What a module remembers of the tokens it has read."""

    def select(self, rows: Sequence[int]) -> Self:
        """That of these rows, in this order."""
        ...


class TorchNetwork:
    """See Network. The module has to be in evaluation mode; it may be trained on between two passages."""

    def __init__(self, module: nn.Module) -> None:
        self._module = module
        self._device = next(module.parameters()).device
        self.context: int | None = module.context  # type: ignore[assignment]  # every language model has one

    def start(self, rows: int) -> State:
        """An empty state."""
        state: State = self._module.new_state(rows)  # type: ignore[operator]
        return state

    @torch.inference_mode()
    def read(self, ids: NDArray[np.int64], state: State) -> tuple[Logits, State]:
        """B T to B V."""
        logits = self._module(torch.from_numpy(ids).to(self._device), state)
        read: Logits = logits[:, -1].float().cpu().numpy()
        return read, state

    @torch.inference_mode()
    def select(self, state: Any, rows: Sequence[int]) -> State:
        """The state of these rows."""
        chosen: State = state.select(rows)
        return chosen
