"""`lstm`: recurrent language models of three kinds.

    rnn    Elman, Finding Structure in Time (1990)
    gru    Cho et al., Learning Phrase Representations using RNN Encoder-Decoder (2014)
    lstm   Hochreiter and Schmidhuber, Long Short-Term Memory (1997), with the forget gate of Gers et al. (2000)

Dropout between layers as in Zaremba et al., Recurrent Neural Network Regularization (2014); one matrix for embedding
and output (Press and Wolf, 2017). Reading order: settings, state, model.

Shapes: B sequences, T tokens, V vocabulary, E embedding, U units, L layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from miaobi.base.value import Value


class LstmConfig(Value):
    """Settings of the model; `context` is how far gradients reach back, not how far the model remembers."""

    kind: Literal["rnn", "gru", "lstm"] = "lstm"
    layers: int = Field(default=2, ge=1, le=16)
    embedding: int = Field(default=128, ge=4, le=8192)
    units: int = Field(default=256, ge=4, le=16384)
    context: int = Field(default=256, ge=8, le=32768)
    dropout: float = Field(default=0.2, ge=0, lt=1)


CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


class RecurrentState:
    """What the cells remember: h, L B U, or (h, c) for an LSTM; None before the first token."""

    def __init__(self) -> None:
        self.memory: Tensor | tuple[Tensor, Tensor] | None = None

    def select(self, rows: Sequence[int]) -> RecurrentState:
        """The memory of these rows, in this order."""
        if isinstance(self.memory, tuple):
            self.memory = (self.memory[0][:, list(rows)], self.memory[1][:, list(rows)])
        elif self.memory is not None:
            self.memory = self.memory[:, list(rows)]
        return self


class LstmModel(nn.Module):
    """Token ids to the logits of each next token."""

    def __init__(self, config: LstmConfig, vocabulary: int) -> None:
        super().__init__()
        self.config = config
        self.context: int | None = None  # a recurrent model reads on without end
        self.embedding = nn.Embedding(vocabulary, config.embedding)
        between = config.dropout if config.layers > 1 else 0.0
        cells = CELLS[config.kind]
        self.cells = cells(config.embedding, config.units, config.layers, batch_first=True, dropout=between)
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.units, config.embedding, bias=False)
        self.output_bias = nn.Parameter(torch.zeros(vocabulary))
        self._start_weights()

    def _start_weights(self) -> None:
        """Orthogonal recurrence; forget gates open, so that memory lasts from the start (Jozefowicz et al., 2015)."""
        nn.init.normal_(self.embedding.weight, std=1.0)  # smaller ones, as output weights want, hardly learn
        units = self.config.units
        for name, weight in self.cells.named_parameters():
            if name.startswith("weight_hh"):
                for gate in weight.data.split(units):
                    nn.init.orthogonal_(gate)
            elif name.startswith("weight_ih"):
                nn.init.xavier_uniform_(weight)
            else:
                nn.init.zeros_(weight)
                if self.config.kind == "lstm" and name.startswith("bias_ih"):
                    weight.data[units : 2 * units] = 1.0  # gates lie in the order input, forget, cell, output

    def new_state(self, batch: int) -> RecurrentState:  # noqa: ARG002 - torch makes it as wide as the first ids
        """An empty memory for generation."""
        return RecurrentState()

    def forward(self, ids: Tensor, state: RecurrentState | None = None) -> Tensor:
        """ids B T to logits B T V. With a state, ids follow what it has read, and it reads them too."""
        if state is not None and state.memory is not None and ids.shape[1] == 1 and not torch.is_grad_enabled():
            return self._forward_one(ids, state)
        x = self.dropout(self.embedding(ids))  # B T E
        y, memory = self.cells(x, None if state is None else state.memory)  # B T U
        if state is not None:
            state.memory = memory
        return F.linear(self.output(self.dropout(y)), self.embedding.weight, self.output_bias)

    def _forward_one(self, ids: Tensor, state: RecurrentState) -> Tensor:
        """The same for one token each, ids B 1, cell by cell: else most of the time would go into setting up."""
        x, memory = self.embedding(ids[:, 0]), state.memory  # B E
        layers: list[tuple[Tensor, ...]] = []
        for layer, weights in enumerate(self.cells.all_weights):
            if isinstance(memory, tuple):
                new = torch.lstm_cell(x, (memory[0][layer], memory[1][layer]), *weights)
                layers.append(new)
                x = new[0]
            else:
                assert memory is not None  # the caller has seen to it
                cell = torch.gru_cell if self.config.kind == "gru" else torch.rnn_tanh_cell
                x = cell(x, memory[layer], *weights)
                layers.append((x,))
        h, *c = (torch.stack(parts) for parts in zip(*layers, strict=True))
        state.memory = (h, c[0]) if c else h
        return F.linear(self.output(x), self.embedding.weight, self.output_bias)[:, None]
