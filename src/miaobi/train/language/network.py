"""`Network`: a language model as generation sees it, numbers in and numbers out, whatever library computes it.

PyTorch runs what was trained (torch_network.py), onnxruntime what was exported (onnx_network.py). Sampling, beam search
and everything else about writing is the same code over both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]


class Network(Protocol):
    """A language model that reads token by token. B rows are read side by side, each text with a state of its own.

    context  how many tokens it can look back on; None for a recurrent model, which reads on without end
    """

    context: int | None

    def start(self, rows: int) -> Any:
        """The state of so many rows before their first token."""
        ...

    def read(self, ids: NDArray[np.int64], state: Any) -> tuple[Logits, Any]:
        """Read ids B T after what the state has read; the logits B V of the token that follows, and the new state.

        The old state must not be used any more.
        """
        ...

    def select(self, state: Any, rows: Sequence[int]) -> Any:
        """The state of these rows, in this order; a row may come several times. The old state is used up."""
        ...


class Reader:
    """Feeds tokens to a network and keeps its state, so that each token is read once.

    A Transformer that has filled its context reads the last three quarters of it again and goes on from there.
    """

    def __init__(self, network: Network, rows: int = 1) -> None:
        self._network = network
        self._ids: list[list[int]] = [[] for _ in range(rows)]
        self._held = 0  # tokens in the state
        self._state = network.start(rows)

    def read(self, ids: Sequence[Sequence[int]]) -> Logits:
        """Read as many tokens in every row; the logits, B V, of the token that follows."""
        for row, more in zip(self._ids, ids, strict=True):
            row.extend(more)
        new, context = ids, self._network.context
        if context is not None and self._held + len(new[0]) > context:
            self._ids = [row[-max(1, context * 3 // 4) :] for row in self._ids]
            new, self._held, self._state = self._ids, 0, self._network.start(len(self._ids))
        self._held += len(new[0])
        logits, self._state = self._network.read(np.array(new, dtype=np.int64), self._state)
        return logits

    def select(self, rows: Sequence[int]) -> None:
        """Go on with these rows, in this order; a row may come several times."""
        self._ids = [list(self._ids[row]) for row in rows]
        self._state = self._network.select(self._state, rows)
